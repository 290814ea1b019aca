//! The import line of the house, held against the source.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The import line: a room may look at every room of a later rank, and at those of its own
/// rank that it names.
const RANKS: &[&[(&str, &[&str])]] = &[
    &[("cli", &[])],
    &[("render", &[])],
    &[("report", &[])],
    &[
        ("judge", &["plan"]),
        ("plan", &[]),
        ("risk", &[]),
        ("sim", &["risk"]),
        ("schedule", &[]),
    ],
    &[("fit", &[])],
    &[("sweep", &[])],
    &[("data", &[])],
    &[
        ("law", &["queueing::little"]),
        ("queueing", &[]),
        ("stats", &[]),
    ],
    &[
        ("numeric", &[]),
        ("estimate", &[]),
        ("units", &[]),
        ("domain", &[]),
        ("text", &[]),
        ("spelling", &[]),
        ("note", &[]),
    ],
    &[("error", &[])],
    &[("advice", &[])],
];

/// Flags of other programs, which the library may quote.
const FOREIGN_FLAGS: &[&str] = &["--benchmark-json"];

/// `render` shows a report and knows nothing else.
const RENDER_SEES: &[&str] = &["report", "note", "units", "text"];

/// What a room may look at, besides itself; `None` for a room without a row.
fn may_see(room: &str) -> Option<Vec<&'static str>> {
    if room == "render" {
        return Some(RENDER_SEES.to_vec());
    }
    let rank = RANKS
        .iter()
        .position(|rank| rank.iter().any(|(name, _)| *name == room))?;
    let (_, beside) = RANKS[rank].iter().find(|(name, _)| *name == room)?;
    let later = RANKS[rank + 1..].iter().flat_map(|rank| rank.iter());
    let later = later.map(|(name, _)| *name);
    Some(beside.iter().copied().chain(later).collect())
}

fn sources(dir: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            into.push(path);
        }
    }
}

/// Every source file with the room it belongs to and its text up to its tests.
fn rooms() -> Vec<(String, PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    files
        .into_iter()
        .map(|path| {
            let inside = path.strip_prefix(&root).unwrap();
            let first = inside.components().next().unwrap().as_os_str();
            let room = first.to_str().unwrap().trim_end_matches(".rs").to_owned();
            let text = fs::read_to_string(&path).unwrap();
            let end = text.find("[cfg(test)]").unwrap_or(text.len());
            (room, path, text[..end].to_owned())
        })
        .collect()
}

/// Code lines: comments and documentation may name anything.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
}

#[test]
fn every_room_looks_only_to_the_right() {
    let mut checked = 0;
    for (room, path, text) in rooms() {
        if room == "main" || room == "lib" {
            continue;
        }
        let seen = may_see(&room)
            .unwrap_or_else(|| panic!("{} is in a room without a row here", path.display()));
        for line in code(&text) {
            for mention in line.split("crate::").skip(1) {
                let allowed = mention.starts_with("Error")
                    || mention.starts_with("Estimate")
                    || mention.starts_with("Note")
                    || mention.starts_with(&room)
                    || seen.iter().any(|room| {
                        mention.strip_prefix(room).is_some_and(|rest| {
                            !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_')
                        })
                    });
                assert!(
                    allowed,
                    "{}: {room} may not see crate::{mention}",
                    path.display()
                );
                checked += 1;
            }
            assert!(
                !line.contains("super::super"),
                "{}: name the module from crate:: instead of super::super",
                path.display()
            );
        }
    }
    assert!(checked > 10, "the test found no imports to check");
}

#[test]
fn only_the_command_line_spells_flags() {
    for (room, path, text) in rooms() {
        if room == "cli" || room == "main" {
            continue;
        }
        for line in code(&text) {
            for (at, _) in line.match_indices("--") {
                let flag = &line[at..];
                let is_flag = flag[2..].starts_with(|c: char| c.is_ascii_lowercase() || c == '{');
                let foreign = FOREIGN_FLAGS.iter().any(|known| flag.starts_with(known));
                assert!(
                    !is_flag || foreign,
                    "{}: name an advice::Setting instead of a flag: {line}",
                    path.display()
                );
            }
        }
    }
}

#[test]
fn only_the_command_line_touches_the_system() {
    for (room, path, text) in rooms() {
        if room == "main" || room == "cli" {
            continue;
        }
        for line in code(&text) {
            for forbidden in [
                "std::fs",
                "std::env",
                "std::time",
                "std::process",
                "std::net",
            ] {
                assert!(!line.contains(forbidden), "{}: {forbidden}", path.display());
            }
        }
    }
}

#[test]
fn only_the_command_line_reads_the_clock() {
    for (room, path, text) in rooms() {
        // Measuring takes time, and `measure` lives there.
        if room == "cli" {
            continue;
        }
        for line in code(&text) {
            assert!(
                !line.contains("Instant") && !line.contains("SystemTime"),
                "{}",
                path.display()
            );
        }
    }
}

/// Names that the library promises, with the files they stand in. Rust's own lint
/// (`unreachable_pub`) sees to it that `pub` stands before nothing else.
fn promised() -> BTreeMap<String, Vec<PathBuf>> {
    let mut names: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for (room, path, text) in rooms() {
        if room == "main" {
            continue;
        }
        for line in text.lines() {
            let Some(item) = line.strip_prefix("pub ") else {
                continue;
            };
            let Some((kind, rest)) = item.split_once(' ') else {
                continue;
            };
            if ["struct", "enum", "trait", "fn", "type", "const", "static"].contains(&kind) {
                let name: String = rest
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect();
                names.entry(name).or_default().push(path.clone());
            }
        }
    }
    names
}

#[test]
fn no_name_stands_twice_in_public() {
    let names = promised();
    assert!(names.len() > 100, "the scan found {} names", names.len());
    for (name, files) in names {
        assert_eq!(files.len(), 1, "{name} stands in {files:?}");
    }
}
