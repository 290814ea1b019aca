//! What a damaged, odd or foreign table does: never a wrong answer, always a place.
//!
//! The base is the seven rows of the SPEC SDM91 sweep.

use scalecalc::data::{ReadOptions, Reading, Row, read};
use scalecalc::{DataError, Error};
use std::io::Write;
use std::process::{Command, Output, Stdio};

const SPEC: &str =
    "load,throughput\n1,64.9\n18,995.9\n36,1652.4\n72,1853.2\n108,1828.9\n144,1775.0\n216,1702.2\n";

/// Pairs of N and throughput, and how they were read.
type Table = (Vec<(f64, f64)>, Reading);

fn read_with(text: &[u8], options: &ReadOptions) -> Result<Table, Box<DataError>> {
    let mut rows = Vec::new();
    let result = read(&mut &text[..], options, &mut |row| {
        rows.push((row.n.unwrap(), row.throughput));
        Ok(())
    });
    match result {
        Ok(reading) => Ok((rows, reading)),
        Err(Error::Data(data)) => Err(data),
        Err(error) => panic!("{error}"),
    }
}

fn rows(text: &str) -> Table {
    read_with(text.as_bytes(), &ReadOptions::default()).unwrap_or_else(|e| panic!("{text}\n{e}"))
}

/// Asserts that a text is refused at a place, with words in the message and in the hint.
fn refused(text: impl AsRef<[u8]>, place: (u64, u64), message: &str, hint: &str) {
    let text = text.as_ref();
    let shown = String::from_utf8_lossy(text);
    let error = read_with(text, &ReadOptions::default()).expect_err(&shown);
    let found = (error.line.unwrap_or(0), error.column.unwrap_or(0));
    assert_eq!(found, place, "{shown}\n{error}");
    assert!(error.message.contains(message), "{shown}\n{error}");
    assert!(
        error.hint.contains(hint),
        "{shown}\n{error}\n{}",
        error.hint
    );
}

fn note_codes(text: &str) -> Vec<&'static str> {
    rows(text)
        .1
        .notes
        .iter()
        .map(|note| note.code.name())
        .collect()
}

/// The sweep with one line replaced; lines count from 1.
fn with_line(line: usize, text: &str) -> String {
    let mut lines: Vec<&str> = SPEC.lines().collect();
    lines[line - 1] = text;
    lines.join("\n") + "\n"
}

fn run(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_scalecalc"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that refuses early closes the pipe.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

#[test]
fn cells_that_are_no_numbers_are_refused_with_their_place() {
    for (cell, message, hint) in [
        ("NaN", "\"NaN\" in column \"throughput\"", "skip-bad"),
        ("nan", "not a measured number", "skip-bad"),
        ("inf", "\"inf\" in column \"throughput\"", "skip-bad"),
        ("-Infinity", "not a measured number", "skip-bad"),
        ("", "empty cell in column \"throughput\"", "skip-bad"),
        ("  ", "empty cell", "skip-bad"),
        ("n/a", "not a measured number", "skip-bad"),
        (
            "fast",
            "cannot read \"fast\" as a number in column \"throughput\"",
            "skip-bad",
        ),
        ("1e400", "too large", "skip-bad"),
        ("0x1F", "hexadecimal", "decimal digits"),
        (
            "16.46kk",
            "something follows the digits",
            "unit in the column name",
        ),
        (
            "1652.4 opsx",
            "something follows the digits",
            "unit in the column name",
        ),
        ("\"1,652\"", "thousands separator", "write 1652"),
        ("\"1652,4\"", "decimal mark", "decimal = ,"),
        ("-5", "throughput = -5 is below 0", "correct the row"),
    ] {
        let text = with_line(4, &format!("36,{cell}"));
        let error = read_with(text.as_bytes(), &ReadOptions::default()).expect_err(cell);
        assert_eq!(error.line, Some(4), "{cell}: {error}");
        assert!((4..=6).contains(&error.column.unwrap()), "{cell}: {error}");
        assert!(error.message.contains(message), "{cell}: {error}");
        assert!(error.hint.contains(hint), "{cell}: {}", error.hint);
    }
    // A control character in a cell does not reach the terminal.
    refused(with_line(2, "1,\u{1b}[31m"), (2, 3), "\\u{1b}[31m", "");
}

#[test]
fn a_row_of_dashes_is_counted_and_a_rule_under_the_header_is_not() {
    for (text, rows) in [
        ("n x\n-- --\n1 10\n2 19\n4 35\n", 0),
        ("n x\n1 10\n-- --\n2 19\n-- --\n4 35\n", 2),
        (
            "| n | x |\n|--|--|\n| 1 | 10 |\n| 2 | 19 |\n| -- | -- |\n| 4 | 35 |\n",
            1,
        ),
        (
            "+----+----+\n| n | x |\n+----+----+\n| 1 | 10 |\n| 2 | 19 |\n| 4 | 35 |\n+----+----+\n",
            0,
        ),
    ] {
        let mut used = 0;
        let mut sink = |_: &Row| {
            used += 1;
            Ok(())
        };
        let reading = read(&mut text.as_bytes(), &ReadOptions::default(), &mut sink).unwrap();
        assert_eq!((used, reading.rows_read), (3, 3 + rows), "{text}");
        let noted = reading
            .notes
            .iter()
            .any(|note| note.code.name() == "rows-skipped");
        assert_eq!(noted, rows > 0, "{text}");
    }
}

#[test]
fn bad_rows_can_be_left_out_and_are_counted() {
    let text = with_line(4, "36,NaN").replace("216,1702.2", "216");
    let options = ReadOptions::default().with_skip_bad(true);
    let (rows, reading) = read_with(text.as_bytes(), &options).unwrap();
    assert_eq!(rows.len(), 5);
    assert_eq!((reading.rows_read, reading.rows_used), (7, 5));
    let note = &reading.notes[0];
    assert_eq!(note.code.name(), "rows-skipped");
    assert!(
        note.text.to_string().starts_with("2 of 7 rows") && note.text.contains("line 4"),
        "{}",
        note.text
    );
}

#[test]
fn ragged_rows_are_refused() {
    refused(
        with_line(5, "72"),
        (5, 0),
        "1 field where the header has 2",
        "complete the row",
    );
    refused(
        with_line(5, "72,1853,9"),
        (5, 0),
        "3 fields where the header has 2",
        "1,652",
    );
    refused(
        with_line(5, "72,1,853"),
        (5, 0),
        "3 fields where the header has 2",
        "1,652",
    );
    refused(
        "1,2\n2,3,4\n",
        (2, 0),
        "3 fields where the first row has 2",
        "",
    );
    // Empty fields at the end are what a spreadsheet adds.
    assert_eq!(rows(&with_line(5, "72,1853.2,,")).0, rows(SPEC).0);
}

#[test]
fn impossible_rows_are_refused_and_empty_ones_dropped() {
    refused(
        with_line(2, "0,64.9"),
        (2, 1),
        "throughput 64.9 at N = 0 is impossible",
        "N counts from 1",
    );
    refused(
        with_line(2, "-1,64.9"),
        (2, 1),
        "N = -1 is below 0",
        "numbers above 0",
    );
    refused(
        with_line(3, "18,-995.9"),
        (3, 4),
        "throughput = -995.9 is below 0",
        "",
    );
    let (with_zero, reading) = rows(&SPEC.replacen("1,64.9", "0,0\n1,64.9", 1));
    assert_eq!(with_zero, rows(SPEC).0);
    assert_eq!((reading.rows_read, reading.rows_used), (8, 7));
    assert_eq!(
        note_codes(&SPEC.replacen("1,64.9", "0,0\n1,64.9", 1)),
        ["zero-dropped"]
    );
    // A row at 0/s may be an outage: kept, and said aloud.
    let (zero, reading) = rows(&with_line(6, "108,0"));
    assert_eq!(zero[4], (108.0, 0.0));
    assert_eq!(reading.notes[0].code.name(), "zero-throughput");
    assert!(
        reading.notes[0].text.contains("line 6") && reading.notes[0].text.contains("exclude = 108")
    );
    // Times of 0 give no throughput.
    refused(
        "threads,runtime_s\n1,8\n2,0\n",
        (3, 3),
        "a time of 0",
        "above 0",
    );
}

#[test]
fn what_is_only_unusual_is_read() {
    let base = rows(SPEC).0;
    assert_eq!(base.len(), 7);
    let mut reversed: Vec<&str> = SPEC.lines().skip(1).collect();
    reversed.reverse();
    let reversed = format!("load,throughput\n{}\n", reversed.join("\n"));
    let mut sorted = rows(&reversed).0;
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    assert_eq!(sorted, base);
    for text in [
        SPEC.replace('\n', "\r\n"),
        SPEC.replace('\n', "\r"),
        format!("\u{feff}{SPEC}"),
        SPEC.replace('\n', "\n\n"),
        SPEC.replace("36,", "# a comment\n36,"),
        SPEC.replace("load,throughput", "\"load\",\"throughput\"")
            .replace("36,1652.4", "\"36\",\"1652.4\""),
        SPEC.replace(',', " , "),
        SPEC.replace(',', ";"),
        SPEC.replace(',', "\t"),
        SPEC.replace(',', "  "),
        SPEC.replace(',', ";").replace('.', ","),
        SPEC.replacen("load,throughput\n", "", 1),
        SPEC.lines()
            .enumerate()
            .map(|(id, row)| match id {
                0 => format!("id,{row}\n"),
                id => format!("{},{row}\n", id + 100),
            })
            .collect(),
        SPEC.lines()
            .map(|row| row.split_once(',').unwrap())
            .fold(String::new(), |text, (n, x)| format!("{text}{x},{n}\n")),
    ] {
        assert_eq!(rows(&text).0, base, "{text}");
    }
    assert_eq!(
        note_codes(&SPEC.replace(',', ";").replace('.', ",")),
        ["decimal-comma"]
    );
    assert_eq!(
        note_codes(&SPEC.replacen("load,throughput\n", "", 1)),
        ["header-guessed"]
    );
    // Fractional, huge and repeated N.
    let odd = "n,x\n1.5,10\n1.5,11\n5000000000,12\n1e6,13\n";
    assert_eq!(
        rows(odd).0,
        [(1.5, 10.0), (1.5, 11.0), (5e9, 12.0), (1e6, 13.0)]
    );
    for scale in ["e300", "e-300"] {
        let text = SPEC
            .replacen('\n', "#", 1)
            .replace('\n', &format!("{scale}\n"))
            .replacen('#', "\n", 1);
        assert!(rows(&text).0.iter().all(|(_, x)| *x > 0.0 && x.is_finite()));
    }
}

#[test]
fn swapped_columns_are_noticed_where_no_name_decides() {
    let swapped: String = SPEC.lines().skip(1).fold(String::new(), |text, row| {
        let (n, x) = row.split_once(',').unwrap();
        format!("{text}{x},{n}\n")
    });
    let (_, reading) = rows(&swapped);
    assert!(
        reading
            .notes
            .iter()
            .any(|note| note.text.contains("looks like throughput"))
    );
    let (_, reading) = rows(&SPEC.replacen("load,throughput\n", "", 1));
    assert!(
        !reading
            .notes
            .iter()
            .any(|note| note.text.contains("looks like throughput"))
    );
}

#[test]
fn damaged_and_foreign_files_are_named() {
    refused(with_line(4, "3\x006,1652.4"), (4, 1), "NUL byte", "UTF-8");
    refused(with_line(4, "36,16\x0052.4"), (4, 4), "NUL byte", "UTF-8");
    let utf16: Vec<u8> = SPEC.encode_utf16().flat_map(u16::to_le_bytes).collect();
    refused(
        &utf16,
        (1, 0),
        "UTF-16 (little endian) without a byte order mark",
        "iconv",
    );
    let marked: Vec<u8> = [0xff, 0xfe].into_iter().chain(utf16).collect();
    refused(&marked, (1, 0), "UTF-16 (little endian)", "iconv");
    refused(b"\x1f\x8b\x08\0\0\0\0\0", (0, 0), "gzip", "gzip -dc");
    refused(
        b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0",
        (1, 0),
        "binary",
        "text file",
    );
    refused("n,x\n1,\"2\n3,4\n", (2, 0), "never closed", "");
}

#[test]
fn inputs_without_rows_say_so_and_name_the_file() {
    let folder = std::env::temp_dir().join(format!("scalecalc-bad-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    for (name, text) in [
        ("empty.csv", ""),
        ("header.csv", "load,throughput\n"),
        ("comments.csv", "# nothing\n\n# here\n"),
        ("zeros.csv", "load,throughput\n0,0\n"),
    ] {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        let output = run(&["usl", "--csv", path.to_str().unwrap()], b"");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "{name}: {stderr}");
        assert!(
            stderr.contains(name) && stderr.contains("0 data rows"),
            "{name}: {stderr}"
        );
    }
    std::fs::remove_dir_all(&folder).unwrap();
    let output = run(&["usl", "--csv", "no/such/file.csv"], b"");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3));
    assert!(
        stderr.contains("no/such/file.csv") && stderr.contains("No such file"),
        "{stderr}"
    );
}

/// Runs `usl` on a text and returns its exit code and what it said on both streams.
fn usl(arguments: &[&str], text: &str) -> (i32, String, String) {
    let arguments: Vec<&str> = ["usl", "-"].iter().chain(arguments).copied().collect();
    let output = run(&arguments, text.as_bytes());
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        output.status.code().unwrap(),
        said(&output.stdout),
        said(&output.stderr),
    )
}

#[test]
fn too_little_or_nothing_to_fit_is_refused() {
    let head = |rows: usize| {
        SPEC.lines()
            .take(rows + 1)
            .fold(String::new(), |t, l| t + l + "\n")
    };
    let same_n: String = SPEC.lines().skip(1).fold("n,x\n".to_owned(), |text, row| {
        format!("{text}4,{}\n", row.split_once(',').unwrap().1)
    });
    let two_n: String = SPEC
        .lines()
        .skip(1)
        .enumerate()
        .fold("n,x\n".to_owned(), |text, (at, row)| {
            format!("{text}{},{}\n", at % 2 + 1, row.split_once(',').unwrap().1)
        });
    for text in [head(1), head(2), same_n, two_n] {
        let (code, out, err) = usl(&[], &text);
        assert_eq!((code, out.as_str()), (4, ""), "{text}{err}");
        assert!(err.contains("distinct N"), "{err}");
    }
    let zeros = SPEC.lines().skip(1).fold("n,x\n".to_owned(), |text, row| {
        format!("{text}{},0\n", row.split_once(',').unwrap().0)
    });
    let (code, _, err) = usl(&[], &zeros);
    assert_eq!(code, 4, "{err}");
}

#[test]
fn the_sweep_gives_its_alpha_however_it_is_written() {
    let text = include_str!("../data/expected.json");
    let expected: serde_json::Value = serde_json::from_str(text).unwrap();
    let certified = expected["specsdm91"]["fits"]["usl3_free"]["params"]["alpha"].as_f64();
    for text in [
        SPEC.to_owned(),
        SPEC.replacen("load,throughput\n", "", 1),
        SPEC.replace(',', ";")
            .replace('.', ",")
            .replace('\n', "\r\n"),
        format!("\u{feff}# SPEC\n{SPEC}"),
    ] {
        let (code, out, err) = usl(&["--noise", "constant", "--json"], &text);
        assert_eq!(code, 0, "{err}");
        let document: serde_json::Value = serde_json::from_str(&out).unwrap();
        let alpha = document["fit"]["alpha"]["value"].as_f64().unwrap();
        assert!((alpha - certified.unwrap()).abs() < 1e-9, "{alpha}");
    }
}

#[test]
fn an_error_is_a_document_too() {
    let (code, out, err) = usl(&["--json"], &with_line(4, "36,NaN"));
    assert_eq!(code, 3);
    let document: serde_json::Value = serde_json::from_str(&out).unwrap();
    let error = &document["error"];
    assert_eq!(document["kind"], "error");
    assert_eq!(
        (
            error["file"].as_str(),
            error["line"].as_u64(),
            error["column"].as_u64()
        ),
        (Some("-"), Some(4), Some(4))
    );
    assert!(
        err.starts_with("error: -:4:4: \"NaN\" in column \"throughput\""),
        "{err}"
    );
}
