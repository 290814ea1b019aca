//! The program called alone on a terminal: three commands to try, with a file that lies here.

use super::Terminal;
use super::input::InputArgs;
use crate::sweep::levels::Level;
use crate::units::plain;
use std::fs;

/// So many files are looked at, none larger than this.
const MOST_FILES: usize = 40;
const LARGEST: u64 = 4 << 20;
/// Endings of what may hold measurements.
const ENDINGS: &[&str] = &[
    "csv", "tsv", "txt", "dat", "json", "ndjson", "log", "gz", "out",
];

/// Measurements that lie here.
struct Found {
    path: String,
    levels: usize,
    /// Largest N, and the best throughput.
    n_max: f64,
    best: f64,
}

/// What to say to somebody who types the name of the program.
pub(super) fn text() -> String {
    let (line, tries) = match found() {
        Some(found) => (
            format!("{} holds throughput at {} sizes:", found.path, found.levels),
            with_file(&found),
        ),
        None => (
            "No measurements lie in this folder. Without any:".to_owned(),
            without_file(),
        ),
    };
    let width = tries.iter().map(|(command, _)| command.chars().count());
    let width = width.max().unwrap_or(0);
    let mut text = format!(
        "scalecalc: from measurements to where a system peaks, and what more units will bring.\n\n{line}\n"
    );
    for (command, what) in &tries {
        text.push_str(&format!("  {command:<width$}  {what}\n"));
    }
    text.push_str("\nAll commands: scalecalc -h\n");
    text
}

fn with_file(found: &Found) -> Vec<(String, &'static str)> {
    let path = quoted(&found.path);
    let load = two_digits(found.best * 0.8);
    let half = two_digits((found.n_max / 2.0).max(1.0)).round().max(1.0);
    vec![
        (
            format!("scalecalc usl {path}"),
            "where it peaks, how sure that is",
        ),
        (
            format!("scalecalc plan {path} --target {}/s", plain(load)),
            "how many units carry a load",
        ),
        (
            format!(
                "scalecalc check {path} --min-efficiency 50%@{}",
                plain(half)
            ),
            "a gate for CI",
        ),
    ]
}

fn without_file() -> Vec<(String, &'static str)> {
    let command = |text: &str| text.to_owned();
    vec![
        (
            command("scalecalc usl --alpha 0.05 --beta 0.001 --at 10,32,50"),
            "a law of known coefficients",
        ),
        (
            command("scalecalc queue --service 20ms --arrivals 100/s --slo 'p99<=100ms'"),
            "servers for a promise",
        ),
        (
            command("scalecalc measure --n 1..8 -- ./bench --threads {n}"),
            "take measurements",
        ),
    ]
}

/// The first file of this folder that holds three sizes or more, or else the folder.
fn found() -> Option<Found> {
    let mut paths: Vec<String> = (fs::read_dir(".").ok()?)
        .flatten()
        .filter(|entry| {
            let small = |meta: fs::Metadata| meta.is_file() && meta.len() <= LARGEST;
            entry.metadata().is_ok_and(small)
        })
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| {
            let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
            !name.starts_with('.') && ENDINGS.contains(&ending)
        })
        .collect();
    paths.sort();
    paths.truncate(MOST_FILES);
    let several = paths.len() >= 3;
    let mut files = paths.into_iter();
    files
        .find_map(|path| look(&path))
        .or_else(|| several.then(|| look(".")).flatten())
}

/// What one input holds, where it is one sweep of three sizes or more.
fn look(path: &str) -> Option<Found> {
    let input = InputArgs {
        input: vec![path.to_owned()],
        ..InputArgs::default()
    };
    let sweeps = input.sweeps(&Terminal::default()).ok()?;
    let [sweep] = sweeps.sweeps.as_slice() else {
        return None;
    };
    let levels = sweep.levels.as_slice();
    let best = levels.iter().map(|level: &Level| level.mean);
    (levels.len() >= 3).then(|| Found {
        path: path.to_owned(),
        levels: levels.len(),
        n_max: sweep.levels.n_max(),
        best: best.fold(0.0, f64::max),
    })
}

/// A number to two digits.
fn two_digits(value: f64) -> f64 {
    let rounded = format!("{value:.1e}").parse();
    rounded.unwrap_or(value)
}

/// As a shell takes it.
fn quoted(path: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./".contains(c);
    if path.chars().all(plain) {
        path.to_owned()
    } else {
        format!("'{}'", path.replace('\'', "'\\''"))
    }
}
