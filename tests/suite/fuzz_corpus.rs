//! The corpora of the fuzz targets, through what the targets do with them.

#[path = "../fuzz/promises.rs"]
mod promises;
#[path = "../fuzz/readings.rs"]
mod readings;

use promises::{Case, broken};
use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::OsStringExt;
use std::path::Path;

fn replay(target: &str, read: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fuzz/corpus")
        .join(target);
    let mut inputs = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        read(&bytes);
        // Cut off in the middle, as by a full disk.
        read(&bytes[..bytes.len() / 2]);
        inputs += 1;
    }
    assert!(inputs >= 6, "{target}: {inputs} inputs");
}

#[test]
fn tables() {
    replay("table", readings::table);
}

#[test]
fn json_formats() {
    replay("json", readings::json);
}

#[test]
fn text_formats() {
    replay("text", readings::text);
}

/// What `escape_ascii` wrote, as it was.
fn unescaped(line: &str) -> OsString {
    let (mut bytes, mut rest) = (Vec::new(), line);
    while let Some(next) = rest.chars().next() {
        let taken = if let Some(code) = rest.strip_prefix("\\x") {
            bytes.push(u8::from_str_radix(&code[..2], 16).unwrap());
            4
        } else if let Some(code) = rest.strip_prefix('\\') {
            bytes.push(match code.as_bytes()[0] {
                b'n' => b'\n',
                b't' => b'\t',
                b'r' => b'\r',
                other => other,
            });
            2
        } else {
            bytes.extend_from_slice(&rest.as_bytes()[..next.len_utf8()]);
            next.len_utf8()
        };
        rest = &rest[taken..];
    }
    OsString::from_vec(bytes)
}

/// Command lines that the search over the whole program found, and their like.
#[test]
fn whole_program() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus/whole");
    let scratch = crate::support::scratch("whole_program_corpus");
    let input = fs::read(folder.join("in.csv")).unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_scalecalc"));
    let mut cases = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some() {
            continue;
        }
        let args = fs::read_to_string(&path).unwrap();
        let case = Case {
            args: args.lines().map(unescaped).collect(),
            files: vec![("in.csv".into(), input.clone())],
        };
        let found = broken(program, &case, &scratch.join("run"));
        assert_eq!(found, None, "{}: {args}", path.display());
        cases += 1;
    }
    assert!(cases >= 8, "{cases}");
}
