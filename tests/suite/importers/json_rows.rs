//! Rows of JSON.

use super::{close, has_note, read, read_with};
use scalecalc::data::ReadOptions;

#[test]
fn rows_of_json_are_a_table() {
    let lines = "{\"threads\":1,\"run\":{\"tps\":100}}\n\n{\"threads\":2,\"run\":{\"tps\":190.5}}\n{\"threads\":4,\"note\":\"a,b\",\"run\":{\"tps\":350}}\n";
    let array = format!(
        "[{}]",
        lines.trim().replace("\n\n", "\n").replace('\n', ",")
    );
    for (text, format) in [(lines, "ndjson"), (array.as_str(), "json")] {
        let (reading, rows) = read(text);
        assert_eq!(
            (reading.format, reading.n_unit.as_deref()),
            (format, Some("threads"))
        );
        let pairs: Vec<_> = rows
            .iter()
            .map(|row| (row.n.unwrap(), row.throughput))
            .collect();
        assert_eq!(pairs, [(1.0, 100.0), (2.0, 190.5), (4.0, 350.0)]);
    }
    let (reading, rows) = read(&lines[..lines.len() - 5]);
    assert_eq!(rows.len(), 2);
    assert!(has_note(&reading, "cut-off"));
    // No column is taken by its place.
    assert!(
        read_with(
            b"[{\"a\":1,\"b\":2},{\"a\":2,\"b\":3}]",
            &ReadOptions::default()
        )
        .is_err()
    );
}

/// Lists below a list of names, and what pandas writes with `orient="split"`.
#[test]
fn lists_under_names_are_a_table() {
    let rows = "[1,100.5],[2,190],[4,350]";
    for text in [
        format!("[[\"threads\",\"rps\"],{rows}]"),
        format!("{{\"columns\":[\"threads\",\"rps\"],\"index\":[0,1,2],\"data\":[{rows}]}}"),
    ] {
        let (reading, rows) = read(&text);
        assert_eq!(reading.n_unit.as_deref(), Some("threads"), "{text}");
        let pairs: Vec<_> = (rows.iter())
            .map(|row| (row.n.unwrap(), row.throughput))
            .collect();
        assert_eq!(pairs, [(1.0, 100.5), (2.0, 190.0), (4.0, 350.0)], "{text}");
    }
    // Without names nobody says which is N, and rows of another length are no rows.
    for text in [
        format!("[{rows}]"),
        format!("[[\"threads\",\"rps\"],{rows},[8]]"),
    ] {
        assert!(read_with(text.as_bytes(), &ReadOptions::default()).is_err());
    }
}

#[test]
fn what_the_user_says_of_the_value_picks_its_column() {
    use scalecalc::data::Value;
    let text = "nodes,days_per_ns\n1,8\n2,4\n4,2\n";
    let options = ReadOptions::default().with_value_is(Value::Time);
    let (_, rows) = read_with(text.as_bytes(), &options).unwrap();
    close(rows[2].throughput, 0.5);
}
