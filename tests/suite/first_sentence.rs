//! The first sentence over every shipped sweep, checked against the measured means that a
//! person sees plotted: computed here from the document's levels, not from the shape.

use crate::support::{at, scalecalc};
use regex_lite::{Captures, Regex};
use std::fs;

/// The measured (N, mean throughput) of a file and the text before the first blank line.
fn sweep(path: &str) -> (Vec<(f64, f64)>, String) {
    let document = scalecalc(["usl", path, "--json"]).json();
    let levels = document["levels"].as_array().unwrap();
    let means = levels.iter().map(|level| {
        let of = |key: &str| level[key].as_f64().unwrap();
        (of("n"), of("throughput_mean"))
    });
    let text = scalecalc(["usl", path]).out;
    let answer = text.split("\n\n").next().unwrap().replace('\n', " ");
    (means.collect(), answer)
}

/// The number of a group: `1,024`, `10.3 M`, `0.0338`.
fn number(found: &Captures<'_>, group: usize) -> f64 {
    let text = found[group].replace(',', "");
    let (digits, factor) = match text.split_once(' ') {
        Some((digits, "k")) => (digits, 1e3),
        Some((digits, "M")) => (digits, 1e6),
        Some((digits, "G")) => (digits, 1e9),
        _ => (text.as_str(), 1.0),
    };
    digits.parse::<f64>().unwrap() * factor
}

/// What of an answer the measured means contradict; `None` where nothing does.
fn contradicted(means: &[(f64, f64)], answer: &str) -> Option<String> {
    const N: &str = r"([\d,.]+)";
    const X: &str = r"([\d,.]+(?: [kMG])?)/s";
    let find = |pattern: String| Regex::new(&pattern).unwrap().captures(answer);
    let inside = |from: f64, to: f64| {
        means
            .iter()
            .filter(move |(n, _)| (from..=to).contains(n))
            .map(|(_, x)| *x)
    };
    let ends = |from, to| {
        let low = inside(from, to).fold(f64::INFINITY, f64::min);
        (low, inside(from, to).fold(0.0, f64::max))
    };
    let last = *means.last().unwrap();
    let top = means.iter().fold(0.0_f64, |top, (_, x)| top.max(*x));
    let within = |share: f64, a: f64, b: f64| (a / b - 1.0).abs() <= share;
    let same = |a: f64, b: f64| a.to_bits() == b.to_bits();
    let expect = |holds: bool, what: &str| (!holds).then(|| what.to_owned());
    if let Some(found) = find(format!(r"(?i)flat from {N} to {N} \w+ at about {X}")) {
        let (from, to, x) = (number(&found, 1), number(&found, 2), number(&found, 3));
        let (low, high) = ends(from, to);
        return expect(
            same(to, last.0) && within(0.12, low, x) && within(0.12, high, x),
            "flat",
        );
    }
    if let Some(found) = find(format!(
        r"From {N} to {N} \w+ throughput stays between {X} and {X}"
    )) {
        let (low, high) = ends(number(&found, 1), number(&found, 2));
        let told = within(0.006, number(&found, 3), low) && within(0.006, number(&found, 4), high);
        return expect(told && same(last.0, number(&found, 2)), "stays between");
    }
    if let Some(found) = find(format!(r"highest from {N} to {N} \w+, about {X}")) {
        let (from, to, x) = (number(&found, 1), number(&found, 2), number(&found, 3));
        let (low, high) = ends(from, to);
        let alike = within(0.16, low, x) && within(0.16, high, x);
        return expect(alike && same(high, top) && last.1 < top, "highest from");
    }
    if let Some(found) = find(format!(r"highest at {N} \w+, about {X}")) {
        let n = number(&found, 1);
        let there = ends(n, n).1;
        return expect(
            same(there, top) && within(0.006, number(&found, 2), top),
            "highest at",
        );
    }
    if let Some(found) = find(format!(r"peaks near {N} \w+ \([^)]*\) at about {X}")) {
        // The law's peak: the best size lies within the sizes around it, or is hardly better.
        let (n, x) = (number(&found, 1), number(&found, 2));
        let near = means
            .iter()
            .filter(|(at, _)| at / n <= 2.0 && n / at <= 2.0);
        let best_near = near.fold(0.0_f64, |best, (_, x)| best.max(*x));
        return expect(
            best_near > 0.9 * top && within(0.2, x, top) && last.1 < 0.96 * top,
            "peaks",
        );
    }
    if let Some(found) = find(r"the last doubling brought ([\d.,]+) %".to_owned()) {
        // Along straight lines in ln N and ln X, from half the largest size.
        let half = last.0 / 2.0;
        let below = means.iter().rev().find(|(n, _)| *n <= half)?;
        let above = means.iter().find(|(n, _)| *n >= half)?;
        let share = if same(above.0, below.0) {
            0.0
        } else {
            (half / below.0).ln() / (above.0 / below.0).ln()
        };
        let there = (below.1.ln() * (1.0 - share) + above.1.ln() * share).exp();
        let told = 1.0 + number(&found, 1) / 100.0;
        if !within(0.05, told, last.1 / there) {
            return Some("the last doubling".to_owned());
        }
    }
    if answer.starts_with("Still climbing") {
        let before = means[means.len() - 2].1;
        return expect(same(last.1, top) && last.1 > before, "climbing");
    }
    if answer.starts_with("Levelling off") {
        return expect(last.1 >= 0.75 * top, "levelling");
    }
    Some("no sentence that this test knows".to_owned())
}

#[test]
fn no_shipped_sweep_contradicts_its_first_sentence() {
    let mut wrong = Vec::new();
    let mut read = 0;
    for folder in ["data/own", "data/published", "data/more"] {
        for entry in fs::read_dir(at(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|ending| ending != "csv") {
                continue;
            }
            let (means, answer) = sweep(path.to_str().unwrap());
            read += 1;
            if let Some(what) = contradicted(&means, &answer) {
                wrong.push(format!("{what}: {}: {answer}", path.display()));
            }
        }
    }
    assert!(read > 100, "{read}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A sentence that names the highest size stands over a picture without another peak.
#[test]
fn no_picture_shows_a_peak_that_its_first_sentence_denies() {
    let highest = Regex::new(r"^Throughput is highest (?:at|from) ([0-9.,]+)").unwrap();
    let marked = Regex::new(r">peak ([0-9.,]+)").unwrap();
    let mut named = 0;
    for folder in ["data/own", "data/published", "data/more"] {
        for entry in fs::read_dir(at(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|ending| ending != "csv") {
                continue;
            }
            let path = path.to_str().unwrap();
            let answer = scalecalc(["usl", path]).out;
            let Some(found) = highest.captures(&answer) else {
                continue;
            };
            named += 1;
            let picture = scalecalc(["usl", path, "-f", "svg"]).out;
            if let Some(peak) = marked.captures(&picture) {
                let apart = (number(&peak, 1) / number(&found, 1)).ln().abs();
                assert!(apart < 0.25, "{path}: {} under {answer}", &peak[0]);
            }
        }
    }
    assert!(named > 10, "{named}");
}

#[test]
fn the_check_itself_finds_a_false_sentence() {
    let means = [(1.0, 8300.0), (8.0, 12000.0), (64.0, 15700.0)];
    for false_one in [
        "Flat from 1 to 64 units at about 11,600/s.",
        "From 1 to 64 units throughput stays between 9,000/s and 12,000/s, within noise (±28 % a size).",
        "Throughput is highest at 8 units, about 12,000/s, then falls, by 2 % at 64.",
        "Throughput peaks near 4 units (3–5) at about 12,000/s; more units then make it slower.",
    ] {
        assert!(contradicted(&means, false_one).is_some(), "{false_one}");
    }
}
