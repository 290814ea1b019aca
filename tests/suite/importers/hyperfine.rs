//! What hyperfine wrote.

use super::{close, has_note, pairs, read, read_with, refused, text_of, tools};
use scalecalc::data::ReadOptions;
use std::fs;

#[test]
fn a_hyperfine_scan_of_two_parameters_needs_a_known_name() {
    let scan = |other: &str| {
        format!(
            "{{\"results\":[{{\"command\":\"c\",\"mean\":0.5,\"times\":[0.5,0.25],\"exit_codes\":[0,1],\
             \"parameters\":{{\"threads\":\"4\",\"{other}\":\"7\"}}}}]}}"
        )
    };
    let (reading, rows) = read(&scan("size"));
    assert_eq!(reading.series, ["size=7"]);
    assert_eq!(pairs(&rows), [(4.0, 2.0)]);
    assert!(has_note(&reading, "errors-counted"));
    assert!(refused(&scan("cores")).hint().contains("n = threads"));
    let (_, rows) = read(&fs::read_to_string(tools().join("other/hyperfine.csv")).unwrap());
    assert_eq!(rows.len(), 8);
    close(rows[0].throughput, 1.0 / 0.255_865_582_5);
}

#[test]
fn hyperfine_markdown_and_n_within_commands() {
    let text = text_of("other/hyperfine.md");
    let (reading, rows) = read(&text);
    assert_eq!((reading.format, rows.len()), ("hyperfine", 8));
    assert_eq!(rows[1].n, Some(2.0));
    close(rows[1].throughput, 1.0 / 0.2476);
    let options = ReadOptions::default().with_n_from(r"lockprog (\d+)");
    let (_, by_expression) = read_with(text.as_bytes(), &options).unwrap();
    assert_eq!(by_expression.len(), 8);
    assert_eq!(by_expression[7].n, Some(16.0));
    let json = "{\"results\":[{\"command\":\"run -j 2\",\"mean\":0.5,\"times\":[0.5]},{\"command\":\"run -j 4\",\"mean\":0.25,\"times\":[0.25]}]}";
    let (_, rows) = read(json);
    assert_eq!((rows[1].n, rows[1].throughput), (Some(4.0), 4.0));
}
