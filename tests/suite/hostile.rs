//! Text from outside is shown and does nothing: columns, series, files and flags with escape
//! sequences, in errors, notes, tables, headlines and every text format.

use crate::support::{Ran, scalecalc, scratch};
use std::fs;

const ESCAPE: &str = "n\u{1b}[31mred\u{202e}";

fn assert_harmless(ran: &Ran, what: &str) {
    for text in [&ran.out, &ran.err] {
        let bad = text
            .chars()
            .find(|c| scalecalc::text::is_unsafe(*c) && !matches!(c, '\n' | '\t'));
        assert_eq!(bad, None, "{what}: {text}");
    }
}

#[test]
fn escape_sequences_reach_no_stream() {
    let dir = scratch("hostile_names");
    let path = |name: &str| dir.join(name).to_str().unwrap().to_owned();
    let (columns, series) = (path("columns.csv"), path("series.csv"));
    fs::write(&columns, format!("{ESCAPE},b\u{1b}]0;x\u{7}\nx,y\n1,2\n")).unwrap();
    let rows: Vec<String> = [1, 2, 4, 8]
        .iter()
        .flat_map(|n| ["a", ESCAPE].map(|name| format!("{n},{},{name}", n * 100)))
        .collect();
    fs::write(
        &series,
        format!("threads,throughput,series\n{}\n", rows.join("\n")),
    )
    .unwrap();
    let named = path("a\u{1b}[2Jb.csv");
    fs::write(&named, "threads,throughput\n1,100\n2,190\n4,330\n8,500\n").unwrap();
    for format in ["table", "plain", "csv", "tsv", "markdown", "json"] {
        for args in [
            vec!["usl", &columns],
            vec!["usl", &series],
            vec!["compare", &series],
            vec!["check", &series, "--max-alpha", "0.5"],
            vec!["import", &series],
            vec!["usl", &named],
            vec!["usl", &named, "--n-unit", ESCAPE],
            vec!["usl", &named, "--n", ESCAPE],
            vec!["usl", "\u{1b}[31m.csv"],
            vec!["usl", &named, "--law", ESCAPE],
            vec!["explain", ESCAPE],
            vec!["queue", "--service", ESCAPE],
        ] {
            let mut all = args.clone();
            all.extend(["--format", format]);
            let mut ran = scalecalc(&all);
            if format == "json" {
                // JSON escapes control characters; the marks of direction are its reader's.
                ran.out = ran.out.replace('\u{202e}', "");
            }
            assert_harmless(&ran, &all.join(" "));
        }
    }
}
