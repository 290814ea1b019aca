"""Forecasts beyond the data by SciPy's least squares, against tests/data/forecast_vectors.json.

F(N) = X(c) (U(N)/U(c)/4 + 3 A(N)/A(c)/4), with the USL and Amdahl's law fitted to the levels up
to c. The band is F exp(+-(kd ln(N/c) + ke E)). Prints the largest relative difference of each set.
"""

import csv
import itertools
import json
import pathlib

import numpy
from scipy.optimize import least_squares

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARE_OF_USL = 0.25


def rows(about):
    text = (ROOT / "data" / about["file"]).read_text().splitlines()
    table = csv.DictReader(line for line in text if not line.startswith("#"))
    runs = {}
    for row in table:
        row = {key.strip(): value for key, value in row.items()}
        value = float(row[about["x"]])
        if about["x"] == "parallel_time_us":
            value = 1e6 / value
        runs.setdefault(float(row[about["n"]]), []).append(value)
    return [(n, numpy.mean(xs), len(xs)) for n, xs in sorted(runs.items())]


def law(theta, n):
    a, b, c = theta
    return n / (a + b * (n - 1) + c * n * (n - 1))


def fitted(levels, curved):
    """The USL (curved) or Amdahl's law with a > 0 and b, c >= 0: best of many starts."""
    n, x, runs = (numpy.array(column, float) for column in zip(*levels))
    top, far = x.max(), n.max()

    def theta(p):
        a, b = p[0] / top * far, p[1] / top
        return (a, b, p[2] / top / far if curved else 0.0)

    def residuals(p):
        return numpy.sqrt(runs) * (x - law(theta(p), n)) / top

    best = None
    grid = itertools.product((0.01, 0.1, 1), (1e-4, 0.1, 1), (1e-4, 0.1, 1) if curved else (0,))
    for start in grid:
        found = least_squares(
            residuals,
            start[: 2 + curved],
            bounds=([1e-12] + [0] * (1 + curved), numpy.inf),
            x_scale="jac",
            xtol=1e-15,
            ftol=1e-15,
            gtol=1e-15,
            max_nfev=4000,
        )
        if best is None or found.cost < best.cost:
            best = found
    return theta(best.x)


def forecast(levels, at):
    c, mean, _ = levels[-1]
    usl, amdahl = fitted(levels, True), fitted(levels, False)
    return [
        mean
        * (
            SHARE_OF_USL * law(usl, n) / law(usl, c)
            + (1 - SHARE_OF_USL) * law(amdahl, n) / law(amdahl, c)
        )
        for n in at
    ]


def miss(levels):
    each = []
    for held in range(1, min(4, len(levels) - 3) + 1):
        above = levels[-held:]
        found = forecast(levels[:-held], [n for n, _, _ in above])
        each.append(numpy.mean([abs(numpy.log(f / x)) for f, (_, x, _) in zip(found, above)]))
    return float(numpy.mean(each)) if each else 0.15


if __name__ == "__main__":
    sets = json.loads((ROOT / "tests/data/expected.json").read_text())
    for vector in json.loads((ROOT / "tests/data/forecast_vectors.json").read_text()):
        levels = rows(sets[vector["set"]])[: vector["levels_fitted"]]
        found = forecast(levels, vector["at"]) + [miss(levels)]
        wanted = vector["value"] + [vector["miss"]]
        off = max(abs(f / w - 1) for f, w in zip(found, wanted))
        print(f"{vector['set']:30} {vector['c']:8} {off:.1e}")
