//! What is done to files and words.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

/// Random choices, seeded.
pub(crate) struct Random(Xoshiro256PlusPlus);

impl Random {
    /// A stream of its own for each seed.
    pub(crate) fn seeded(seed: u64) -> Self {
        Self(Xoshiro256PlusPlus::seed_from_u64(seed))
    }

    /// A whole number below this one, which is above 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.0.next_u64() % end.max(1) as u64).unwrap()
    }

    /// One of several.
    pub(crate) fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

/// Numbers at the edge of sense.
const NUMBERS: &[&str] = &[
    "0",
    "-1",
    "-0",
    "1e308",
    "-1e308",
    "1e-308",
    "1e-320",
    "1e400",
    "NaN",
    "inf",
    "-inf",
    "9007199254740993",
    "18446744073709551616",
    "0.1",
    "1",
    "1e15",
    "1,000",
    "1.000,5",
    "1_000",
    "0x10",
    "1e",
    "١٢",
    "½",
    "",
    "007",
    "+5",
    "1e-9",
    "99999999999999999999999999",
];

/// Units and what else stands behind a number.
const BEHIND: &[&str] = &[
    "",
    "",
    "",
    "%",
    "/s",
    "ms",
    "s",
    "h",
    "k/s",
    "@8",
    "@0",
    "@-1",
    "/h",
    "..5",
    ":x0",
    "..1e9",
    ",",
    "us@1e308",
    "%@1e308/s",
];

/// A value that hardly makes sense.
pub(crate) fn odd(random: &mut Random) -> OsString {
    match random.below(12) {
        0 => OsString::from_vec(vec![b'a', 0xff, 0xfe, b'z']),
        1 => "x".repeat(70_000).into(),
        2 => "9".repeat(400).into(),
        3 => "\u{1b}[31mred\u{7}\u{202e}".into(),
        4 => random
            .one_of(&[
                "=",
                ",",
                "@",
                "<=",
                "%",
                "..",
                "--",
                "-",
                "@@8",
                "1..2..3",
                "p100<=1ms",
                "é€漢",
                "a\nb",
            ])
            .into(),
        _ => {
            let (number, behind) = (random.one_of(NUMBERS), random.one_of(BEHIND));
            format!("{number}{behind}").into()
        }
    }
}

/// A word with one part of it made odd.
pub(crate) fn word(random: &mut Random, word: &OsStr) -> OsString {
    let text = word.to_string_lossy().into_owned();
    let digits: Vec<usize> = text
        .char_indices()
        .filter(|(_, c)| c.is_ascii_digit())
        .map(|(at, _)| at)
        .collect();
    if digits.is_empty() || random.below(3) == 0 {
        return odd(random);
    }
    let at = digits[random.below(digits.len())];
    let number = random.one_of(NUMBERS);
    format!("{}{number}{}", &text[..at], &text[at + 1..]).into()
}

/// A name that a file may have and a person would not give it.
pub(crate) fn file_name(random: &mut Random) -> OsString {
    match random.below(6) {
        0 => OsString::from_vec(vec![b'f', 0xff, b'.', b'c', b's', b'v']),
        1 => "\u{1b}[2J.csv".into(),
        2 => "a b'c\"d.csv".into(),
        3 => "8=c8.csv".into(),
        4 => "x".repeat(200).into(),
        _ => "in".into(),
    }
}

/// Spoils a file in one way.
pub(crate) fn content(random: &mut Random, bytes: &mut Vec<u8>) {
    if bytes.is_empty() {
        bytes.extend_from_slice(b"0");
        return;
    }
    let at = random.below(bytes.len());
    match random.below(12) {
        0 => bytes.truncate(at),
        1 => bytes[at] = random.one_of(b"\x00\xff,;\t\"\n0-eE.{}[]#\x1b"),
        2..=4 => number(random, bytes, at),
        5 => {
            bytes.remove(at);
        }
        6 => lines(random, bytes, |random, lines| {
            let (a, b) = (random.below(lines.len()), random.below(lines.len()));
            lines.swap(a, b);
        }),
        7 => lines(random, bytes, |random, lines| {
            let at = random.below(lines.len());
            lines.remove(at);
        }),
        8 => lines(random, bytes, |random, lines| {
            let (from, times) = (random.below(lines.len()), random.one_of(&[1, 3, 3000]));
            let line = lines[from].clone();
            for _ in 0..times {
                lines.push(line.clone());
            }
        }),
        9 => {
            let (from, to) = random.one_of(&[
                (b',', b';'),
                (b',', b'\t'),
                (b'.', b','),
                (b'\n', b'\r'),
                (b'1', b'0'),
            ]);
            for byte in bytes.iter_mut().filter(|byte| **byte == from) {
                *byte = to;
            }
        }
        10 => {
            let more = bytes.clone();
            bytes.extend_from_slice(&more[..at]);
        }
        _ => {
            let odd = odd(random).into_vec();
            bytes.splice(at..at, odd.into_iter().take(5000));
        }
    }
    bytes.truncate(1_500_000);
}

/// Replaces the number behind a place by an odd one.
fn number(random: &mut Random, bytes: &mut Vec<u8>, at: usize) {
    let Some(from) = (at..bytes.len()).find(|at| bytes[*at].is_ascii_digit()) else {
        return;
    };
    let end = (from..bytes.len())
        .find(|at| !matches!(bytes[*at], b'0'..=b'9' | b'.' | b'e' | b'E'))
        .unwrap_or(bytes.len());
    let odd = random.one_of(NUMBERS);
    bytes.splice(from..end, odd.bytes());
}

fn lines(
    random: &mut Random,
    bytes: &mut Vec<u8>,
    change: impl Fn(&mut Random, &mut Vec<Vec<u8>>),
) {
    let mut lines: Vec<Vec<u8>> = bytes
        .split(|byte| *byte == b'\n')
        .map(<[u8]>::to_vec)
        .collect();
    change(random, &mut lines);
    *bytes = lines.join(&b'\n');
}

/// Arguments on one line, for people; long ones cut.
pub(crate) fn written(args: &[OsString]) -> String {
    let one = |arg: &OsString| {
        let text = arg.as_bytes().escape_ascii().to_string();
        match text.len() {
            0 => "''".to_owned(),
            1..200 => text,
            length => format!("{}… ({length})", &text[..60]),
        }
    };
    args.iter().map(one).collect::<Vec<_>>().join(" ")
}

/// Arguments a line each, every byte that is not plain ASCII escaped as in Rust.
pub(crate) fn lines_of(args: &[OsString]) -> String {
    args.iter().fold(String::new(), |text, arg| {
        text + &arg.as_bytes().escape_ascii().to_string() + "\n"
    })
}
