//! Tables of every shape, read through the library.

use proptest::prelude::*;
use scalecalc::Error;
use scalecalc::data::{HeaderRow, ReadOptions, Reading, Row, Value, read};
use scalecalc::sweep::{Fold, Folded, Levels};

/// Rows of a text and what was understood.
fn rows_with(text: &str, options: &ReadOptions) -> Result<(Vec<Row>, Reading), Error> {
    let mut rows = Vec::new();
    let reading = read(&mut text.as_bytes(), options, &mut |row| {
        rows.push(*row);
        Ok(())
    })?;
    Ok((rows, reading))
}

fn rows(text: &str) -> (Vec<Row>, Reading) {
    rows_with(text, &ReadOptions::default()).unwrap_or_else(|error| panic!("{text}\n{error}"))
}

/// Pairs of N and throughput.
fn pairs(text: &str) -> Vec<(f64, f64)> {
    of_rows(&rows(text).0)
}

fn pairs_with(text: &str, options: &ReadOptions) -> Vec<(f64, f64)> {
    of_rows(&rows_with(text, options).unwrap().0)
}

fn of_rows(rows: &[Row]) -> Vec<(f64, f64)> {
    rows.iter()
        .map(|row| (row.n.unwrap(), row.throughput))
        .collect()
}

fn message(text: &str, options: &ReadOptions) -> String {
    let error = rows_with(text, options).expect_err(text);
    format!("{error}\n{}", error.hint())
}

fn codes(reading: &Reading) -> Vec<&str> {
    reading.notes.iter().map(|note| note.code.name()).collect()
}

fn columns(n: &str, x: &[&str]) -> ReadOptions {
    let mut options = ReadOptions::default().with_x(x.iter().copied());
    options.n = (!n.is_empty()).then(|| n.to_owned());
    options
}

fn meaning(value: Value) -> ReadOptions {
    ReadOptions::default().with_value_is(value)
}

const THREE: [(f64, f64); 3] = [(1.0, 955.25), (2.0, 1878.5), (4.0, 3548.0)];

#[test]
fn every_shipped_sweep_is_read_to_its_known_rows() {
    // The line through the origin, fitted by the programs that made the reference values:
    // its slope and residual sum say whether N and X are the rows they read.
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join("tests/data/expected.json")).unwrap();
    let expected: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut checked = 0;
    for (name, set) in expected.as_object().unwrap() {
        let file = set["file"].as_str().unwrap();
        let folder = if file.starts_with("pathological") {
            "tests/data"
        } else {
            "data"
        };
        let text = std::fs::read_to_string(root.join(folder).join(file)).unwrap();
        let (rows, reading) = rows(&text);
        let line = &set["fits"]["linear"];
        let pairs = of_rows(&rows);
        let sum = |f: fn(f64, f64) -> f64| pairs.iter().map(|(n, x)| f(*n, *x)).sum::<f64>();
        let slope = sum(|n, x| n * x) / sum(|n, _| n * n);
        let residuals: f64 = pairs.iter().map(|(n, x)| (x - slope * n).powi(2)).sum();
        let known = |value: &serde_json::Value| value.as_f64().unwrap();
        assert_eq!(
            rows.len() as u64,
            line["df"].as_u64().unwrap() + 1,
            "{name}"
        );
        let gamma = known(&line["params"]["gamma"]);
        assert!(
            (slope - gamma).abs() <= 1e-12 * gamma,
            "{name}: {slope} {gamma}"
        );
        let off = (residuals - known(&line["rss"])).abs();
        assert!(off <= 1e-13 * sum(|_, x| x * x), "{name}: {residuals}");
        assert_eq!(reading.n_column.as_deref(), set["n"].as_str(), "{name}");
        assert_eq!(
            reading.throughput_column.as_deref(),
            set["x"].as_str(),
            "{name}"
        );
        checked += 1;
    }
    assert!(checked >= 80, "{checked} sets");
}

#[test]
fn delimiters_blanks_quotes_and_line_ends_make_no_difference() {
    for text in [
        "n,throughput\n1,955.25\n2,1878.5\n4,3548\n",
        "n,throughput\r\n1,955.25\r\n2,1878.5\r\n4,3548\r\n",
        "n,throughput\r1,955.25\r2,1878.5\r4,3548\r",
        "\u{feff}n,throughput\n1,955.25\n2,1878.5\n4,3548",
        "\n\n# from the lab\nn,throughput\n\n1,955.25\n# pause\n   \n2,1878.5\n4,3548\n\n",
        "\"n\",\"throughput\"\n\"1\",\"955.25\"\n\"2\",\"1878.5\"\n\"4\",\"3548\"\n",
        " n , throughput \n 1 , 955.25 \n2,\t1878.5\n4 ,3548 \n",
        "n;throughput\n1;955.25\n2;1878.5\n4;3548\n",
        "n;throughput\n1;955,25\n2;1878,5\n4;3548\n",
        "sep=;\nn;throughput\n1;955.25\n2;1878.5\n4;3548\n",
        "n\tthroughput\n1\t955.25\n2\t1878.5\n4\t3548\n",
        "n\tthroughput\n1\t955,25\n2\t1878,5\n4\t3548,0\n",
        "n|throughput\n1|955.25\n2|1878.5\n4|3548\n",
        "n throughput\n1 955.25\n2 1878.5\n4 3548\n",
        "  n \t throughput\n 1   955.25\n\t2\t 1878.5\n4\t3548  \n",
        "# n throughput\n1 955.25\n2 1878.5\n4 3548\n",
        "#n,throughput\n1,955.25\n2,1878.5\n4,3548\n",
        "1,955.25\n2,1878.5\n4,3548\n",
        "n,throughput\n1,9.5525e2\n2,+1878.5\n4,3.548E3\n",
        "throughput,n\n955.25,1\n1878.5,2\n3548,4\n",
        "note,n,throughput\n\"two\nlines, one cell\",1,955.25\nx,2,1878.5\n,4,3548\n",
    ] {
        assert_eq!(pairs(text), THREE, "{text:?}");
    }
}

#[test]
fn lines_are_counted_whatever_ends_them() {
    for (text, place) in [
        ("n,x\n1,2\n2,x\n", "line 3"),
        ("n,x\r\n1,2\r\n\r\n# c\r\n2,x\r\n", "line 5"),
        ("n,x\r1,2\r2,x\r", "line 3"),
        ("\n\n# c\n\nn,x\n1,2\n\n2,x\n", "line 8"),
        ("n,x,c\n1,2,\"a\nb\nc\"\n2,x,d\n", "line 5"),
        ("c,n,x\n\"a\nb\",1,2\n\"a\nb\",2,x\n", "line 5"),
        ("\u{feff}n,x\n1,2\n2,x", "line 3"),
    ] {
        let error = rows_with(text, &ReadOptions::default()).unwrap_err();
        assert!(error.to_string().starts_with(place), "{text:?}: {error}");
    }
    let error = rows_with("c,n,x\n\"a\nb\",2,oops\n", &ReadOptions::default()).unwrap_err();
    let Error::Data(data) = error else { panic!() };
    assert_eq!((data.line, data.column), (Some(3), Some(6)));
}

#[test]
fn two_of_three_make_the_third() {
    // Interactive law and Little's law by hand: X = N/R, N = X·R, X = N/(R + Z).
    assert_eq!(
        pairs("n,latency_ms\n1,10\n4,16\n"),
        [(1.0, 100.0), (4.0, 250.0)]
    );
    assert_eq!(
        pairs("tps,latency_ms\n100,10\n250,16\n"),
        [(1.0, 100.0), (4.0, 250.0)]
    );
    let think = ReadOptions::default().with_think(0.09);
    let found = pairs_with("users,response_s\n1,0.01\n10,0.11\n", &think);
    assert!((found[0].1 - 10.0).abs() < 1e-12 && (found[1].1 - 50.0).abs() < 1e-12);

    let (all, reading) =
        rows("n,throughput,latency_ms\n1,100,10\n4,250,16\n8,300,90\n9,300,90\n9,300,90\n");
    assert_eq!(all[1].latency, Some(0.016));
    assert_eq!(codes(&reading), ["little-mismatch"]);
    assert!(
        reading.notes[0]
            .text
            .contains("3 of 5 rows (first: line 4)")
    );
    // The unit of a latency without one is the one with which N = X·R.
    let (all, reading) = rows("n,throughput,latency\n1,100,10\n4,250,16\n");
    assert_eq!(all[1].latency, Some(0.016));
    assert_eq!(codes(&reading), ["unit-assumed"]);
}

#[test]
fn times_become_throughput_as_their_names_or_flags_say() {
    assert_eq!(
        pairs("cpu,ns_per_op\n1,100\n2,50\n"),
        [(1.0, 1e7), (2.0, 2e7)]
    );
    assert_eq!(
        pairs("threads,runtime_s\n1,8\n2,4\n"),
        [(1.0, 0.125), (2.0, 0.25)]
    );
    assert_eq!(
        pairs("threads,time per op (us)\n1,8\n2,4\n"),
        [(1.0, 125e3), (2.0, 250e3)]
    );
    let asked = message("threads,time\n1,8\n2,4\n", &ReadOptions::default());
    for way in ["y-is = time-per-op", "y-is = time ", "y-is = latency"] {
        assert!(asked.contains(way), "{asked}");
    }
    let text = "threads,time_ms\n1,8\n2,4\n";
    for (value, expected) in [
        (Value::Time, [(1.0, 125.0), (2.0, 250.0)]),
        (Value::TimePerOp, [(1.0, 125.0), (2.0, 250.0)]),
        (Value::Latency, [(1.0, 125.0), (2.0, 500.0)]),
        (Value::Throughput, [(1.0, 8.0), (2.0, 4.0)]),
    ] {
        let mut options = meaning(value);
        if value == Value::Throughput {
            options.x = vec!["time_ms".to_owned()];
        }
        assert_eq!(pairs_with(text, &options), expected, "{value:?}");
    }
    // Percentiles and errors are no throughput.
    let none = message("threads,p99,errors\n1,8,0\n", &ReadOptions::default());
    assert!(
        none.contains("\"p99\"") && none.contains("x = COL"),
        "{none}"
    );
}

#[test]
fn units_in_headers_are_taken_into_account() {
    for (header, factor) in [
        ("ops/ms", 1e3),
        ("throughput (ops/min)", 1.0 / 60.0),
        ("kops", 1e3),
        ("Requests/sec", 1.0),
    ] {
        let (rows, reading) = rows(&format!("threads,{header}\n1,120\n"));
        assert!(
            (rows[0].throughput / (120.0 * factor) - 1.0).abs() < 1e-15,
            "{header}"
        );
        assert_eq!(reading.n_unit.as_deref(), Some("threads"));
    }
}

#[test]
fn columns_are_chosen_by_name_number_and_role() {
    let text = "id,threads,clients,tps,qps,time\n7,1,2,10,20,5\n8,2,4,19,38,6\n";
    let error = message(text, &ReadOptions::default());
    assert!(
        error.contains("\"threads\", \"clients\"")
            && error.contains("n = threads  or  n = clients")
    );
    let error = message(text, &columns("threads", &[]));
    assert!(
        error.contains("\"tps\", \"qps\"") && error.contains("x = tps  or  x = qps"),
        "{error}"
    );
    assert_eq!(
        pairs_with(text, &columns("threads", &["qps"])),
        [(1.0, 20.0), (2.0, 38.0)]
    );
    assert_eq!(
        pairs_with(text, &columns("2", &["4"])),
        [(1.0, 10.0), (2.0, 19.0)]
    );
    assert_eq!(
        pairs_with(text, &columns("CLIENTS", &["TPS"])),
        [(2.0, 10.0), (4.0, 19.0)]
    );
    let error = message(text, &columns("thread", &["tps"]));
    assert!(
        error.contains("no column \"thread\"") && error.contains("\"clients\""),
        "{error}"
    );
    // An id in front is never N.
    assert_eq!(
        pairs("id,n,throughput\n100,1,10\n101,2,19\n"),
        [(1.0, 10.0), (2.0, 19.0)]
    );
    assert!(message("id,throughput\n100,10\n", &ReadOptions::default()).contains("like N"));
    // Certain names win over words that may mean something else.
    assert_eq!(pairs("size,threads,score,tps\n9,1,5,10\n"), [(1.0, 10.0)]);
    let (_, reading) = rows("threads,widgets\n1,10\n2,19\n");
    assert_eq!(codes(&reading), ["header-guessed"]);
    let error = message("a,b,c\n1,10,100\n", &ReadOptions::default());
    assert!(error.contains("\"a\", \"b\", \"c\""), "{error}");
    let error = message("1,1,10\n2,1,19\n", &ReadOptions::default());
    assert!(error.contains("n = 1 x = 2"), "{error}");
    let twice = "n,tps,tps\n1,10,20\n";
    let error = message(twice, &ReadOptions::default());
    assert!(error.contains("x = 2  or  x = 3"), "{error}");
    assert_eq!(pairs_with(twice, &columns("", &["3"])), [(1.0, 20.0)]);
}

#[test]
fn without_a_header_places_decide_and_a_swap_is_noticed() {
    let (_, reading) = rows("1,955.16\n2,1878.91\n4,3548\n");
    assert_eq!(codes(&reading), ["header-guessed"]);
    let (_, reading) = rows("955.16,1\n1878.91,2\n3548.68,4\n");
    assert!(
        reading
            .notes
            .iter()
            .any(|note| note.text.contains("n = 2 x = 1"))
    );
    let swapped = columns("2", &["1"]);
    assert_eq!(
        pairs_with("10.5,1\n19.5,2\n", &swapped),
        [(1.0, 10.5), (2.0, 19.5)]
    );
    for (header, count) in [(HeaderRow::No, 2), (HeaderRow::Yes, 1)] {
        let options = columns("1", &["2"]).with_header(header);
        assert_eq!(pairs_with("1,2\n3,4\n", &options).len(), count);
    }
}

#[test]
fn wide_tables_and_groups_make_series() {
    let wide = "conc,node,java\n1,10,12\n2,,23\n4,35,40\n";
    let (rows, reading) = rows_with(wide, &columns("", &["node", "java"])).unwrap();
    assert_eq!(reading.series, ["node", "java"]);
    let node: Vec<Row> = rows.iter().filter(|row| row.series == 0).copied().collect();
    assert_eq!(of_rows(&node), [(1.0, 10.0), (4.0, 35.0)]);
    assert_eq!(rows.len(), 5);
    // will-it-scale: N = 0 first, two series, and columns that are no data.
    let wis = "tasks,processes,processes_idle,threads,threads_idle,linear\n0,0,100,0,100,0\n1,500,50,480,50,500\n";
    let (rows, reading) = rows_with(wis, &columns("tasks", &["processes", "threads"])).unwrap();
    assert_eq!(of_rows(&rows), [(1.0, 500.0), (1.0, 480.0)]);
    assert_eq!(codes(&reading), ["zero-dropped"]);

    let long = "engine,n,tps\na,1,10\nb,1,20\na,2,19\nb,2,36\n";
    for by in [None, Some("engine".to_owned())] {
        let mut options = ReadOptions::default();
        options.by = by;
        let (rows, reading) = rows_with(long, &options).unwrap();
        assert_eq!(reading.series, ["a", "b"]);
        assert_eq!(
            rows.iter().map(|row| row.series).collect::<Vec<_>>(),
            [0, 1, 0, 1]
        );
    }
}

#[test]
fn n_can_stand_in_a_name_and_throughput_can_be_per_unit() {
    let named = ReadOptions::default().with_n_from(r"journal-(\d+)");
    let text = "name,throughput\njournal-1,10\njournal-2,19\n";
    assert_eq!(pairs_with(text, &named), [(1.0, 10.0), (2.0, 19.0)]);
    let error = message("name,tps\njournal-1,10\nother,19\n", &named);
    assert!(
        error.contains("line 3:") && error.contains("other"),
        "{error}"
    );
    let per_unit = ReadOptions::default().with_per_unit(true);
    assert_eq!(
        pairs_with("n,x\n2,10\n4,9\n", &per_unit),
        [(2.0, 20.0), (4.0, 36.0)]
    );
    let given = ReadOptions::default().with_n_given(8.0);
    assert_eq!(
        pairs_with("throughput\n10\n11\n", &given),
        [(8.0, 10.0), (8.0, 11.0)]
    );
}

#[test]
fn folded_rows_hold_the_same_as_their_runs() {
    let runs = [(1.0, [10.0, 11.0, 12.5]), (2.0, [18.0, 19.0, 21.0])];
    let all = runs
        .iter()
        .flat_map(|(n, xs)| xs.iter().map(move |x| (*n, *x)));
    let all = Levels::from_pairs(all).unwrap();
    let mut text = "n,runs,throughput_mean,throughput_stddev,log_mean,log_stddev\n".to_owned();
    let moments = |values: &[f64]| {
        let mean = values.iter().sum::<f64>() / 3.0;
        let squares: f64 = values.iter().map(|x| (x - mean).powi(2)).sum();
        (mean, (squares / 2.0).sqrt())
    };
    for (n, xs) in runs {
        let (mean, stddev) = moments(&xs);
        let (log_mean, log_stddev) = moments(&xs.map(f64::ln));
        text += &format!("{n},3,{mean},{stddev},{log_mean},{log_stddev}\n");
    }
    let levels = levels_of(&text, &ReadOptions::default());
    for (a, b) in all.as_slice().iter().zip(levels.as_slice()) {
        assert_eq!((a.n, a.runs), (b.n, b.runs));
        assert!((a.mean - b.mean).abs() < 1e-12 && (a.relative_m2 - b.relative_m2).abs() < 1e-14);
        let (a, b) = (a.log_moments.unwrap(), b.log_moments.unwrap());
        assert!((a.0 - b.0).abs() < 1e-13 && (a.1 - b.1).abs() < 1e-13);
    }
    // Without a count of runs a standard deviation is left alone.
    assert_eq!(
        rows("n,throughput,throughput_stddev\n1,10,1\n").0[0].runs,
        1
    );
}

fn levels_of(text: &str, options: &ReadOptions) -> Levels {
    let mut fold = Fold::default();
    read(&mut text.as_bytes(), options, &mut |row| {
        let n = row.n.unwrap();
        if row.runs == 1 {
            fold.add(n, row.throughput, row.latency)
        } else {
            let folded = Folded {
                runs: row.runs,
                mean: row.throughput,
                m2: row.m2,
                log_moments: row.log_moments,
                successive: row.successive,
                latency: row.latency,
            };
            fold.add_folded(n, &folded)
        }
    })
    .unwrap();
    fold.finish()
}

#[test]
fn large_inputs_cross_blocks_in_one_piece() {
    // Longer than a block, with a quoted cell over three lines and a CRLF wherever they fall.
    let mut text = "n,throughput,note\r\n".to_owned();
    for row in 0..60_000 {
        let note = if row % 977 == 0 {
            "\"a,\nb \"\"c\"\"\n\""
        } else {
            "d"
        };
        text += &format!("{},{}.25,{note}\r\n", row % 64 + 1, row);
    }
    let (rows, reading) = rows(&text);
    assert_eq!(reading.rows_used, 60_000);
    for (index, row) in rows.iter().enumerate() {
        assert_eq!(
            (row.n, row.throughput),
            (Some((index % 64 + 1) as f64), index as f64 + 0.25)
        );
    }
    // Line numbers count the lines inside quotes.
    let quoted_before = 59_999 / 977 + 1;
    assert_eq!(rows[59_999].line, 2 + 59_999 + 2 * quoted_before);
}

proptest! {
    #[test]
    fn what_a_csv_writer_writes_reads_back(
        values in proptest::collection::vec((1_u32..5000, 0.001_f64..1e9, "[ -~]{0,12}"), 1..30),
        delimiter in prop_oneof![Just(b','), Just(b';'), Just(b'\t'), Just(b'|')],
        quote in any::<bool>(),
        crlf in any::<bool>(),
    ) {
        let mut writer = csv::WriterBuilder::new()
            .delimiter(delimiter)
            .quote_style(if quote { csv::QuoteStyle::Always } else { csv::QuoteStyle::Necessary })
            .terminator(if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') })
            .from_writer(Vec::new());
        writer.write_record(["n", "throughput", "remark"]).unwrap();
        for (n, x, remark) in &values {
            writer.write_record([&n.to_string(), &x.to_string(), remark]).unwrap();
        }
        let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        let options = ReadOptions::default().with_delimiter(delimiter);
        let expected: Vec<(f64, f64)> = values.iter().map(|(n, x, _)| (f64::from(*n), *x)).collect();
        prop_assert_eq!(pairs_with(&text, &options), expected);
    }

    #[test]
    fn the_order_of_rows_does_not_matter(
        values in proptest::collection::vec((1_u32..8, 100.0_f64..1000.0), 2..60),
        seed in any::<u64>(),
    ) {
        let write = |values: &[(u32, f64)]| {
            let row = |text, (n, x): &(u32, f64)| format!("{text}{n},{x}\n");
            values.iter().fold("n,throughput\n".to_owned(), row)
        };
        let mut shuffled = values.clone();
        let mut state = seed | 1;
        for at in (1..shuffled.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            shuffled.swap(at, (state >> 33) as usize % (at + 1));
        }
        let a = levels_of(&write(&values), &ReadOptions::default());
        let b = levels_of(&write(&shuffled), &ReadOptions::default());
        prop_assert_eq!(a.len(), b.len());
        for (a, b) in a.as_slice().iter().zip(b.as_slice()) {
            prop_assert_eq!((a.n, a.runs), (b.n, b.runs));
            prop_assert!((a.mean - b.mean).abs() <= 1e-12 * a.mean);
            prop_assert!((a.relative_m2 - b.relative_m2).abs() <= 1e-12);
            let (a, b) = (a.log_moments.unwrap(), b.log_moments.unwrap());
            prop_assert!((a.0 - b.0).abs() <= 1e-12 && (a.1 - b.1).abs() <= 1e-12);
        }
    }

    #[test]
    fn no_bytes_bring_the_reader_down(
        bytes in proptest::collection::vec(any::<u8>(), 0..300),
        skip_bad in any::<bool>(),
    ) {
        let options = ReadOptions::default().with_skip_bad(skip_bad);
        let _ = read(&mut bytes.as_slice(), &options, &mut |_| Ok(()));
    }

    #[test]
    fn no_table_like_text_brings_the_reader_down(
        text in "(n|x|threads|tps|latency|#|,|;|\t| |\"|\n|\r|-|0|1|2\\.5|1e400|nan|,,){0,60}",
        n_given in proptest::option::of(1.0_f64..9.0),
    ) {
        let options = ReadOptions::default().with_n_given(n_given);
        let mut ok = true;
        let _ = read(&mut text.as_bytes(), &options, &mut |row| {
            ok &= row.throughput.is_finite() && row.n.is_none_or(|n| n > 0.0 && n.is_finite());
            Ok(())
        });
        prop_assert!(ok, "{text:?}");
    }
}

/// A column a run is the same as a row a run, and one series.
#[test]
fn numbered_columns_of_runs_are_repeats() {
    let long = "threads,tps\n1,101\n1,99\n2,195\n2,199\n4,380\n4,372\n";
    for head in [
        "threads,run1,run2",
        "threads,Run 1,Run 2",
        "threads,tps_1,tps_2",
    ] {
        let wide = format!("{head}\n1,101,99\n2,195,199\n4,380,372\n");
        let (read, reading) = rows(&wide);
        assert_eq!(of_rows(&read), pairs(long), "{head}");
        assert_eq!(reading.series, [""], "{head}");
    }
    // A run that is missing is left out; versions are no runs.
    assert_eq!(pairs("n,run1,run2\n1,10,11\n2,20,\n4,39,38\n").len(), 5);
    assert!(
        message("n,v1,v2\n1,10,11\n2,20,21\n", &ReadOptions::default())
            .contains("no column is called like throughput")
    );
}

#[test]
fn rates_are_read_as_people_write_them_where_the_unit_is_open() {
    let table = "threads,ops/s\n1,1.2k\n2,2300\n4,4.1k/s\n8,6M/h\n";
    let expected = [
        (1.0, 1200.0),
        (2.0, 2300.0),
        (4.0, 4100.0),
        (8.0, 6e6 / 3600.0),
    ];
    for ((n, x), (n2, x2)) in pairs(table).into_iter().zip(expected) {
        assert!(
            n.total_cmp(&n2).is_eq() && (x / x2 - 1.0).abs() < 1e-15,
            "{x}"
        );
    }
    // 1.2k of thousands is anyone's guess.
    message("threads,kops/s\n1,1.2k\n2,2.3k\n", &ReadOptions::default());
}

#[test]
fn tables_that_people_and_databases_draw_are_read() {
    let plain = pairs("clients,tps\n1,100\n2,190\n4,350\n");
    for drawn in [
        "| clients | tps |\n|--------:|:---:|\n| 1 | 100 |\n| 2 | 190 |\n| 4 | 350 |\n",
        " clients | tps \n---------+-----\n       1 | 100\n       2 | 190\n       4 | 350\n(3 rows)\n",
        "+---------+-----+\n| clients | tps |\n+---------+-----+\n|       1 | 100 |\n|       2 | 190 |\n\
         |       4 | 350 |\n+---------+-----+\n3 rows in set (0.00 sec)\n",
    ] {
        assert_eq!(pairs(drawn), plain, "{drawn}");
    }
}

#[test]
fn a_table_inside_a_text_is_found() {
    let plain = pairs("clients,tps\n1,100\n2,190\n4,350\n");
    let text = "# Results\n\nMeasured on db1, see below.\n\n| host | memory |\n|---|---|\n| db1 | 64 |\n\n\
                | clients | tps |\n|--:|--:|\n| 1 | 100 |\n| 2 | 190 |\n| 4 | 350 |\n\nThat is all | folks.\n";
    assert_eq!(pairs(text), plain);
    let wrong = text.replace("| 2 | 190 |", "| 2 | ten |");
    let error = rows_with(&wrong, &ReadOptions::default()).unwrap_err();
    assert!(format!("{error:?}").contains("line: Some(12)"), "{error:?}");
}

#[test]
fn columns_set_out_by_gaps_keep_the_blanks_in_their_names() {
    let plain = pairs("threads,ops/s\n1,12345\n2,23456\n16,91000\n");
    let drawn = "Threads    Throughput (ops/sec)    Latency (ms)\n\
                 -------    --------------------    ------------\n\
                 1          12,345                  0.08\n\
                 2          23,456                  0.085\n\
                 16         91,000                  0.175\n";
    assert_eq!(pairs(drawn), plain);
}

#[test]
fn a_table_on_its_side_is_set_upright() {
    let plain = pairs("instances,rps\n1,100\n2,195\n4,370\n");
    assert_eq!(pairs("instances,1,2,4\nrps,100,195,370\n"), plain);
    assert_eq!(pairs("rps;100;195;370\ninstances;1;2;4\n"), plain);
    let told = message(
        "instances,1,2,4\nrps,100,-195,370\n",
        &ReadOptions::default(),
    );
    assert!(told.contains("-195"), "{told}");
}

#[test]
fn what_was_done_over_the_time_of_the_run_is_throughput() {
    let plain = pairs("nodes,rps\n1,1000\n2,2000\n8,4000\n");
    for table in [
        "nodes,requests,errors,duration_s\n1,60000,0,60\n2,120000,1,60\n8,120000,0,30\n",
        "nodes,total_ops,elapsed (ms)\n1,60000,60000\n2,120000,60000\n8,120000,30000\n",
        "nodes,seconds,operations\n1,60,60000\n2,60,120000\n8,30,120000\n",
    ] {
        assert_eq!(pairs(table), plain, "{table}");
    }
    // A count alone is what it was: the only column that can be throughput.
    assert_eq!(pairs("nodes,requests\n1,1000\n2,2000\n8,4000\n"), plain);
    for (table, what) in [
        ("nodes,requests,duration_s\n1,60000,0\n", "a time of 0"),
        ("nodes,requests,duration_s\n1,60000,\n", "no time"),
    ] {
        let told = message(table, &ReadOptions::default());
        assert!(told.contains(what), "{told}");
    }
}

#[test]
fn rows_of_json_may_lie_inside_an_object() {
    let plain = pairs("concurrency,rps\n1,100.5\n2,190.25\n8,500.125\n");
    let rows = r#"[{"concurrency":1,"rps":100.5,"ms":{"p50":9.9}},{"concurrency":2,"rps":190.25},{"concurrency":8,"rps":500.125}]"#;
    assert_eq!(
        pairs(&format!(r#"{{"host":"a","tags":["x"],"results":{rows}}}"#)),
        plain
    );
    let columns = r#"{"host":"a","concurrency":[1,2,8],"rps":[100.5,190.25,500.125]}"#;
    assert_eq!(pairs(columns), plain);
    let two = format!(r#"{{"before":{rows},"after":{rows}}}"#);
    message(&two, &ReadOptions::default());
}
