//! What the whole program promises for any arguments and any files, held against one run.

use std::ffi::OsString;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// Nothing that a person types may take longer, in a build for tests.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// One run: arguments, and files in the folder that it starts in.
#[derive(Clone, Debug, Default)]
pub(crate) struct Case {
    /// After the program's name.
    pub(crate) args: Vec<OsString>,
    /// Name and content.
    pub(crate) files: Vec<(OsString, Vec<u8>)>,
}

/// What a run left.
struct Left {
    status: Option<ExitStatus>,
    out: Vec<u8>,
    err: Vec<u8>,
}

/// Runs the program in an empty folder and says which promise it broke.
pub(crate) fn broken(program: &Path, case: &Case, folder: &Path) -> Option<String> {
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder).unwrap();
    for (name, content) in &case.files {
        fs::write(folder.join(name), content).unwrap();
    }
    let left = run(program, case, folder);
    let is_measure = case.args.first().is_some_and(|arg| arg == "measure");
    let Some(status) = left.status else {
        // As often as it is asked to: that is another program's time.
        if is_measure {
            return None;
        }
        return Some(format!("still running after {PATIENCE:?}"));
    };
    let Some(code) = status.code() else {
        return Some(format!("ended by a signal: {status}"));
    };
    let word = |arg: &OsString| arg.to_string_lossy().into_owned();
    let args: Vec<String> = case.args.iter().map(word).collect();
    ended(code, &left)
        .or_else(|| harmless(&left, &args))
        .or_else(|| documents(code, &left, &args, folder))
        .or_else(|| files(case, folder))
}

fn run(program: &Path, case: &Case, folder: &Path) -> Left {
    let beside = |what: &str| folder.with_extension(what);
    let (out, err) = (beside("out"), beside("err"));
    let mut command = Command::new("sh");
    // 4 GiB: what asks for more is not stopped by the machine of whoever runs this.
    command
        .args(["-c", "ulimit -v 4194304; exec \"$0\" \"$@\""])
        .arg(program)
        .args(&case.args)
        .current_dir(folder)
        .env_remove("GITHUB_STEP_SUMMARY")
        .stdin(Stdio::null())
        .stdout(File::create(&out).unwrap())
        .stderr(File::create(&err).unwrap());
    let mut child = command.spawn().unwrap();
    let start = Instant::now();
    let status = loop {
        match child.try_wait().unwrap() {
            Some(status) => break Some(status),
            None if start.elapsed() > PATIENCE => {
                child.kill().unwrap();
                child.wait().unwrap();
                break None;
            }
            None => std::thread::sleep(Duration::from_millis(2)),
        }
    };
    Left {
        status,
        out: fs::read(out).unwrap(),
        err: fs::read(err).unwrap(),
    }
}

/// An exit code of the contract, and a sentence where it is an error.
fn ended(code: i32, left: &Left) -> Option<String> {
    if !(0..=6).contains(&code) {
        return Some(format!("exit code {code}"));
    }
    let silent = code >= 2 && left.err.is_empty() && left.out.is_empty();
    silent.then(|| format!("exit code {code} without a word"))
}

/// No control characters but where colour is asked for, and no number that is none.
fn harmless(left: &Left, args: &[String]) -> Option<String> {
    let colour = args.iter().any(|arg| arg.contains("always"));
    for (name, stream) in [("output", &left.out), ("errors", &left.err)] {
        if stream.starts_with(b"\x89PNG") {
            continue;
        }
        let Ok(text) = std::str::from_utf8(stream) else {
            return Some(format!("{name}: not UTF-8"));
        };
        // JSON has escapes for control characters; marks of direction are its reader's.
        let is_json = serde_json::from_str::<serde_json::Value>(text).is_ok();
        if is_json && !text.contains('\u{1b}') {
            continue;
        }
        let is_bad = |c: &char| {
            is_unsafe(*c) && !matches!(c, '\n' | '\t' | '\r') && !(colour && *c == '\u{1b}')
        };
        if let Some(bad) = text.chars().find(is_bad) {
            return Some(format!("{name}: the control character {bad:?}"));
        }
    }
    // A word that was typed may come back, and help speaks of numbers.
    let help = ["schema", "explain", "completions", "man", "--help", "-h"];
    if (args.iter()).any(|arg| is_no_number(arg) || help.contains(&arg.as_str())) {
        return None;
    }
    let text = String::from_utf8_lossy(&left.out);
    (text.lines())
        .find(|line| is_no_number(line))
        .map(|line| format!("output: no number in {line:?}"))
}

/// Controls, and marks that turn the direction of what follows.
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{2028}' | '\u{2029}'
            | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether `NaN` or `inf` stands in it as a word.
fn is_no_number(text: &str) -> bool {
    // The last row of Amdahl's law is its limit, at N = ∞ or what stands for it in ASCII.
    let text = text.trim_start();
    let text = text.strip_prefix("inf ").unwrap_or(text);
    text.split(|c: char| !c.is_alphanumeric())
        .any(|word| ["nan", "inf", "infinity"].contains(&word.to_lowercase().as_str()))
}

/// What is called JSON is JSON.
fn documents(code: i32, left: &Left, args: &[String], folder: &Path) -> Option<String> {
    let valid = |bytes: &[u8]| serde_json::from_slice::<serde_json::Value>(bytes);
    let formats = args
        .iter()
        .enumerate()
        .filter_map(|(at, arg)| match &**arg {
            "--json" => Some("json"),
            "-f" | "--format" => args.get(at + 1).map(String::as_str),
            _ => None,
        });
    let plain = ["--help", "-h", "completions", "man"];
    let is_plain = args.iter().any(|arg| plain.contains(&arg.as_str()));
    if formats.collect::<Vec<_>>() == ["json"]
        && !is_plain
        && !left.out.is_empty()
        && let Err(error) = valid(&left.out)
    {
        return Some(format!("output: not JSON: {error}"));
    }
    if matches!(code, 0 | 1 | 5 | 6)
        && let Ok(bytes) = fs::read(folder.join("out.json"))
        && let Err(error) = valid(&bytes)
    {
        return Some(format!("out.json: not JSON: {error}"));
    }
    None
}

/// Inputs are as they were, and nothing half written is left.
fn files(case: &Case, folder: &Path) -> Option<String> {
    for (name, content) in &case.files {
        if fs::read(folder.join(name)).ok().as_deref() != Some(content) {
            return Some(format!("{} was changed", name.display()));
        }
    }
    (fs::read_dir(folder).unwrap())
        .map(|entry| entry.unwrap().file_name())
        .find(|name| name.to_string_lossy().contains("partial"))
        .map(|name| format!("{} was left", name.display()))
}
