//! Worker health through the command line: the article's figures, thresholds, wrong input.

use crate::plan::answer;
use serde_json::Value;

fn metric<'a>(document: &'a Value, name: &str) -> &'a Value {
    let metrics = document["metrics"].as_array().unwrap();
    metrics
        .iter()
        .find(|metric| metric["name"] == name)
        .unwrap()
}

/// The article prints 0.85, 0.65, 847 and 0.12; the sums are also taken here, by hand.
#[test]
fn the_article_s_figures_come_out_of_the_data() {
    let (code, document) = answer("health data/workers.csv --single-worker 100/s");
    assert_eq!((code, &document["workers"]), (0, &1000.into()));
    let mut rows = csv::ReaderBuilder::new();
    let mut rows = rows
        .comment(Some(b'#'))
        .from_path("data/workers.csv")
        .unwrap();
    let rows: Vec<Vec<f64>> = rows
        .records()
        .map(|row| {
            row.unwrap()
                .iter()
                .skip(1)
                .map(|x| x.parse().unwrap())
                .collect()
        })
        .collect();
    let sum = |column: usize| rows.iter().map(|row| row[column]).sum::<f64>();
    let squares: f64 = rows.iter().map(|row| row[0] * row[0]).sum();
    let mean = sum(0) / 1000.0;
    let deepest = rows.iter().map(|row| row[3]).fold(0.0, f64::max);
    for (name, article, by_hand) in [
        (
            "utilization-spread",
            0.85,
            (squares / 1000.0 - mean * mean).sqrt() / mean,
        ),
        ("coordination-overhead", 0.65, sum(1) / sum(2)),
        ("queue-depth-ratio", 847.0, deepest / (sum(3) / 1000.0)),
        ("real-speedup", 0.12, sum(4) / 100_000.0),
    ] {
        let metric = metric(&document, name);
        let value = metric["value"].as_f64().unwrap();
        assert!((value / article - 1.0).abs() < 1e-4, "{name}: {value}");
        assert!((value / by_hand - 1.0).abs() < 1e-9, "{name}: {value}");
        assert_eq!(metric["verdict"], "bad");
        assert_eq!(
            metric["worst"].as_array().unwrap().len(),
            if name == "queue-depth-ratio" { 1 } else { 3 }
        );
    }
    assert_eq!(document["verdict"], "bad");
}

#[test]
fn exit_code_1_only_where_it_was_asked_for() {
    let file = "health tests/data/workers_even.csv --single-worker 10/s";
    let (code, document) = answer(&format!("{file} --fail-on between"));
    assert_eq!((code, &document["verdict"]), (0, &"good".into()));
    let strict = format!("{file} --good utilization-spread=0.01 --bad utilization-spread=0.3");
    assert_eq!(answer(&format!("{strict} --fail-on bad")).0, 0);
    assert_eq!(answer(&format!("{strict} --fail-on between")).0, 1);
    assert_eq!(answer("health data/workers.csv --fail-on bad").0, 1);
}

/// Two samples of each of a, b: means 0.5 and 0.54 of utilization, 9 and 10 of throughput.
#[test]
fn samples_are_averaged_and_what_is_absent_says_so() {
    let (_, document) = answer("health tests/data/workers_even.csv");
    assert_eq!(
        (&document["workers"], &document["samples"]),
        (&2.into(), &4.into())
    );
    let spread = metric(&document, "utilization-spread")["value"]
        .as_f64()
        .unwrap();
    assert!((spread - 0.02 / 0.52).abs() < 1e-12);
    let speedup = metric(&document, "real-speedup");
    assert_eq!(speedup["value"], Value::Null);
    assert!(
        speedup["absent"]
            .as_str()
            .unwrap()
            .contains("--single-worker")
    );
    assert!(metric(&document, "queue-depth-ratio")["absent"].is_string());
}

#[test]
fn wrong_input_has_its_place_and_code() {
    for (command, code, message) in [
        ("health data/machines.csv", 3, "no column of worker metrics"),
        (
            "health tests/data/workers_wrong.csv",
            3,
            "cannot read \"high\"",
        ),
        ("health data/workers.csv --single-worker 0/s", 2, "above 0"),
        ("health data/workers.csv --good speed=1", 2, "no metric"),
        (
            "health data/workers.csv --good queue-depth-ratio=20",
            2,
            "wrong side",
        ),
    ] {
        let (found, document) = answer(command);
        assert_eq!(found, code, "{command}");
        let text = document["error"]["message"].as_str().unwrap();
        assert!(text.contains(message), "{command}: {text}");
    }
    let (_, document) = answer("health tests/data/workers_wrong.csv");
    assert_eq!(
        (&document["error"]["line"], &document["error"]["column"]),
        (&3.into(), &2.into())
    );
}
