"""Writes src/render/png/glyphs.txt: the outlines of the letters that PNG pictures are written in.

Usage: python3 tests/oracle/glyphs.py DejaVuSans.ttf > src/render/png/glyphs.txt   (needs fonttools)
One letter a line: the letter, its advance, and its outline in units of 1/2048 em, y upwards:
M x y, L x y, Q cx cy x y, Z. The font is DejaVu Sans; its licence is in LICENSE-DEJAVU.
"""

import sys

from fontTools.pens.basePen import BasePen, decomposeQuadraticSegment
from fontTools.ttLib import TTFont

RANGES = [(0x21, 0x7E), (0xA1, 0xAC), (0xAE, 0x17F), (0x391, 0x3C9), (0x401, 0x45F), (0x5D0, 0x5EA)]
SINGLE = "–—‘’“”…•€←↑→↓−∞≈≠≤≥√×·∑∏∂◆●■▲○□△◇‰ₙ⁻⁰⁴⁵⁶⁷⁸⁹�"


class Pen(BasePen):
    def __init__(self, glyphs):
        super().__init__(glyphs)
        self.out = []

    def put(self, letter, *points):
        self.out.append(letter + " ".join(f"{round(x)} {round(y)}" for x, y in points))

    def _moveTo(self, point):
        self.put("M", point)

    def _lineTo(self, point):
        self.put("L", point)

    def _qCurveToOne(self, control, point):
        self.put("Q", control, point)

    def _closePath(self):
        self.out.append("Z")


def main():
    font = TTFont(sys.argv[1])
    names, glyphs = font.getBestCmap(), font.getGlyphSet()
    wanted = [c for a, b in RANGES for c in range(a, b + 1)] + [ord(c) for c in SINGLE]
    print(f"  {glyphs[names[0x20]].width} ")
    for code in sorted(set(wanted)):
        if code in names:
            pen = Pen(glyphs)
            glyphs[names[code]].draw(pen)
            print(f"{chr(code)} {round(glyphs[names[code]].width)} {''.join(pen.out)}")


main()
