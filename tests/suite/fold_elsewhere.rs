//! A million runs folded by a database fit to the digits of the runs themselves.
//!
//! `tests/oracle/fold.py` makes the runs, folds them with one query, and compares. It needs a
//! Python with the module of the engine: `SCALECALC_PYTHON`, or `python3`. Where that is not
//! there, the test says so and passes.

use crate::support::skipped;
use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// What the script ends with where the engine is missing.
const NOT_THERE: i32 = 77;

fn fold_with(engine: &str) {
    let python = env::var("SCALECALC_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("fold-{engine}"));
    fs::create_dir_all(&folder).unwrap();
    let run = Command::new(&python)
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracle/fold.py"))
        .arg(engine)
        .arg(env!("CARGO_BIN_EXE_scalecalc"))
        .arg(&folder)
        .output();
    match run {
        Err(error) => skipped(
            &format!("fold in {engine}"),
            &format!("no {python}: {error}"),
        ),
        Ok(done) => {
            let told = format!(
                "{}{}",
                String::from_utf8_lossy(&done.stdout),
                String::from_utf8_lossy(&done.stderr)
            );
            println!("{told}");
            let code = done.status.code();
            if code == Some(NOT_THERE) {
                skipped(&format!("fold in {engine}"), "its module is not installed");
            }
            assert!(
                code == Some(0) || code == Some(NOT_THERE),
                "{engine}: {told}"
            );
        }
    }
}

#[test]
fn in_duckdb() {
    fold_with("duckdb");
}

#[test]
fn in_spark() {
    fold_with("spark");
}
