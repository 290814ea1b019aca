//! What an input names: a file, a folder of files, the results of criterion, standard input.

use crate::cli::failure::Failure;
use crate::sweep::names;
use crate::units;
use std::collections::HashMap;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Folders nested deeper than this hold no results.
const DEEPEST: usize = 12;

/// Endings of what lies beside results in a folder: it is read where it can be, and left out
/// where it cannot. A file of any other ending that cannot be read may be a damaged result.
const BESIDE: &[&str] = &[
    "md", "rst", "adoc", "html", "pdf", "png", "svg", "jpg", "sh", "py", "ipynb", "js", "ts",
    "lua", "go", "rs", "java", "c", "h", "cpp", "toml", "ini", "cfg", "conf", "lock", "gz~", "bak",
];

/// One input that is read as a whole.
#[derive(Debug)]
pub(super) struct Item {
    /// How it is called in messages: the path as the user wrote it; `-` for standard input.
    pub(super) path: String,
    /// The files that are read one after the other; none for standard input.
    parts: Vec<PathBuf>,
    /// What was fetched already, instead of files.
    held: Option<Vec<u8>>,
    /// N as the user said it.
    pub(super) n: Option<f64>,
    /// N that the name suggests.
    pub(super) suggested: Option<f64>,
    /// It lies in a folder beside results, and may be anything.
    pub(super) beside: bool,
}

impl Item {
    fn file(path: &str, n: Option<f64>) -> Self {
        Self {
            path: path.to_owned(),
            parts: if path == "-" {
                Vec::new()
            } else {
                vec![path.into()]
            },
            n,
            held: None,
            suggested: None,
            beside: false,
        }
    }

    /// Two files that belong together, such as the answers to two queries.
    pub(super) fn pair(first: &str, second: &str) -> Self {
        Self {
            path: second.to_owned(),
            parts: vec![first.into(), second.into()],
            n: None,
            held: None,
            suggested: None,
            beside: false,
        }
    }

    /// What was fetched from elsewhere.
    #[cfg(feature = "net")]
    pub(super) fn fetched(path: String, bytes: Vec<u8>) -> Self {
        Self {
            path,
            parts: Vec::new(),
            held: Some(bytes),
            n: None,
            suggested: None,
            beside: false,
        }
    }

    /// The bytes, from the beginning.
    ///
    /// # Errors
    /// An input failure with the path where a file cannot be opened.
    pub(super) fn open(&self) -> Result<Box<dyn Read>, Failure> {
        if let Some(bytes) = &self.held {
            return Ok(Box::new(io::Cursor::new(bytes.clone())));
        }
        let mut all: Box<dyn Read> = match self.parts.as_slice() {
            [] => Box::new(io::stdin()),
            _ => Box::new(io::empty()),
        };
        for (at, part) in self.parts.iter().enumerate() {
            let file = fs::File::open(part).map_err(|error| {
                refuse(
                    part,
                    &error,
                    "name a file that exists, or - for standard input",
                )
            })?;
            all = if at == 0 {
                Box::new(file)
            } else {
                Box::new(all.chain(&b"\n"[..]).chain(file))
            };
        }
        Ok(all)
    }
}

fn refuse(path: &Path, reason: &dyn std::fmt::Display, hint: &str) -> Failure {
    Failure::input(format!("cannot read {}: {reason}", path.display()), hint)
}

/// Splits `8=c8.json` into N and file.
fn named(text: &str) -> Result<(Option<f64>, &str), Failure> {
    match text.split_once('=') {
        Some((n, path)) => match units::quantity(n) {
            Ok(n) if n > 0.0 => Ok((Some(n), path)),
            Ok(n) => Err(Failure::usage(
                format!("{text}: N = {n} is out of range: must be above 0"),
                "write the size in front: 8=c8.json",
            )),
            Err(_) => Ok((None, text)),
        },
        None => Ok((None, text)),
    }
}

/// The inputs that the user named, folders opened.
///
/// # Errors
/// A usage failure for an N out of range, an input failure for a folder without files.
pub(super) fn expand(inputs: &[&str]) -> Result<Vec<Item>, Failure> {
    let mut items = Vec::new();
    for input in inputs {
        let (n, path) = named(input)?;
        if path != "-" && Path::new(path).is_dir() {
            folder(Path::new(path), n, &mut items)?;
        } else {
            items.push(Item::file(path, n));
        }
    }
    let paths: Vec<&str> = items.iter().map(|item| item.path.as_str()).collect();
    let suggested = names::suggest(&paths);
    for (item, n) in items.iter_mut().zip(suggested) {
        item.suggested = n;
    }
    Ok(without_repeats(items))
}

/// Adds what a folder holds: the results of criterion, or else its files.
fn folder(path: &Path, n: Option<f64>, items: &mut Vec<Item>) -> Result<(), Failure> {
    let before = items.len();
    criterion(path, n, 0, items)?;
    if items.len() == before {
        let mut files = Vec::new();
        files_below(path, 0, &mut files)?;
        // Of one run in several formats JSON holds most, and the first one counts.
        let ending = |file: &PathBuf, wanted: &str| file.extension().is_some_and(|e| e == wanted);
        files.sort_by_key(|file| (file.with_extension(""), !ending(file, "json")));
        // What a tool printed may lie beside what it wrote for programs.
        let for_programs = files
            .iter()
            .any(|file| ending(file, "json") || ending(file, "csv"));
        let printed = |file: &PathBuf| for_programs && (ending(file, "txt") || ending(file, "log"));
        items.extend(files.iter().map(|file| Item {
            beside: BESIDE.iter().any(|wanted| ending(file, wanted)) || printed(file),
            ..Item::file(&file.to_string_lossy(), n)
        }));
    }
    if items.len() == before {
        return Err(refuse(path, &"a folder without files", "name the files"));
    }
    Ok(())
}

/// Adds the files of a folder, or those of the folders in it where it holds none itself: one
/// folder a run.
fn files_below(path: &Path, depth: usize, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let entries = entries(path)?;
    let before = files.len();
    files.extend(entries.iter().filter(|entry| entry.is_file()).cloned());
    if files.len() == before && depth < DEEPEST {
        for entry in entries.iter().filter(|entry| entry.is_dir()) {
            files_below(entry, depth + 1, files)?;
        }
    }
    Ok(())
}

/// Adds every folder below that holds the newest results of a benchmark.
fn criterion(
    path: &Path,
    n: Option<f64>,
    depth: usize,
    items: &mut Vec<Item>,
) -> Result<(), Failure> {
    let about = path.join("benchmark.json");
    if about.is_file() {
        let is_base = path.file_name().is_some_and(|name| name != "new") && depth > 0;
        if !is_base {
            let measured = ["sample.json", "estimates.json"].map(|name| path.join(name));
            let mut parts = vec![about];
            parts.extend(measured.into_iter().find(|part| part.is_file()));
            items.push(Item {
                path: path.to_string_lossy().into_owned(),
                parts,
                n,
                held: None,
                suggested: None,
                beside: false,
            });
        }
        return Ok(());
    }
    if depth < DEEPEST {
        for entry in entries(path)? {
            if entry.is_dir() {
                criterion(&entry, n, depth + 1, items)?;
            }
        }
    }
    Ok(())
}

/// What a folder holds, sorted, without hidden files. Links are not followed into folders.
fn entries(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    let told = |error: io::Error| refuse(path, &error, "");
    let mut paths = Vec::new();
    for entry in fs::read_dir(path).map_err(told)? {
        let entry = entry.map_err(told)?;
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        let linked_folder =
            entry.file_type().is_ok_and(|kind| kind.is_symlink()) && entry.path().is_dir();
        if !hidden && !linked_folder {
            paths.push(entry.path());
        }
    }
    paths.sort();
    Ok(paths)
}

/// What Locust wrote of one run.
#[derive(Default)]
struct Written {
    statistics: bool,
    history: bool,
    n_known: bool,
}

/// Leaves out what Locust wrote of a run beside its statistics: the history where N is known
/// without it, the statistics where it is not, and the table on the screen.
fn without_repeats(items: Vec<Item>) -> Vec<Item> {
    const STATISTICS: &str = "_stats.csv";
    const HISTORY: &str = "_stats_history.csv";
    let mut runs: HashMap<String, Written> = HashMap::new();
    for item in &items {
        let run = runs
            .entry(names::run_name(&item.path).to_owned())
            .or_default();
        run.history |= item.path.ends_with(HISTORY);
        if item.path.ends_with(STATISTICS) {
            run.statistics = true;
            run.n_known = item.n.or(item.suggested).is_some();
        }
    }
    let kept = |item: &Item| match runs.get(names::run_name(&item.path)) {
        Some(run) if run.statistics && run.history && !run.n_known => item.path.ends_with(HISTORY),
        Some(run) if run.statistics => item.path.ends_with(STATISTICS),
        _ => true,
    };
    items.into_iter().filter(kept).collect()
}
