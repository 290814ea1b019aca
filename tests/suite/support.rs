//! What the tests of the program share: running it, reading its documents, comparing numbers.

use scalecalc::cli::{Terminal, run};
use serde_json::Value;
use std::fs;
use std::io::Write;
use std::path::PathBuf;

/// What a command came to.
#[derive(Debug)]
pub(crate) struct Ran {
    /// Exit code.
    pub(crate) code: u8,
    /// Standard output.
    pub(crate) out: String,
    /// Standard error.
    pub(crate) err: String,
}

impl Ran {
    /// Standard output as a JSON document.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out)
            .unwrap_or_else(|error| panic!("{error}: {}\n{}", self.out, self.err))
    }
}

/// Runs the program in this process, without a terminal and without standard input.
pub(crate) fn scalecalc<S: AsRef<str>>(args: impl IntoIterator<Item = S>) -> Ran {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let args: Vec<String> = std::iter::once("scalecalc".to_owned())
        .chain(args.into_iter().map(|arg| arg.as_ref().to_owned()))
        .collect();
    let terminal = Terminal {
        stdin: true,
        ..Terminal::default()
    };
    let code = run(args, &terminal, &mut out, &mut err);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran {
        code,
        out: text(out),
        err: text(err),
    }
}

/// The same from one line, split at spaces.
pub(crate) fn line(command: &str) -> Ran {
    scalecalc(command.split_whitespace())
}

/// Says that a test, or a part of it, is skipped, and why; `.ci/run` lists what was.
pub(crate) fn skipped(what: &str, why: &str) {
    println!("skipped: {what}: {why}");
    let list = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("skipped.txt");
    let mut file = fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(list)
        .unwrap();
    file.write_all(format!("skipped: {what}: {why}\n").as_bytes())
        .unwrap();
}

/// A path inside the package.
pub(crate) fn at(path: &str) -> String {
    format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))
}

/// An empty folder of one test alone.
pub(crate) fn scratch(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

/// Whether two numbers agree to a share of the second.
pub(crate) fn close(a: f64, b: f64, share: f64) -> bool {
    (a - b).abs() <= share * b.abs()
}
