//! The corpora of the fuzz targets, through what the targets do with them.

#[path = "../fuzz/readings.rs"]
mod readings;

use std::fs;
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
