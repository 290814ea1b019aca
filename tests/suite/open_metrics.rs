//! Metrics in the text that programs show, to rows.

use scalecalc::Error;
use scalecalc::data::{self, ReadOptions, Row};

fn read(text: &str, options: &ReadOptions) -> Result<(&'static str, Vec<Row>), Error> {
    let mut rows = Vec::new();
    let mut sink = |row: &Row| {
        rows.push(*row);
        Ok(())
    };
    let reading = data::read(&mut text.as_bytes(), options, &mut sink)?;
    Ok((reading.format, rows))
}

fn pairs(text: &str) -> Vec<(f64, f64)> {
    let (format, rows) = read(text, &ReadOptions::default()).unwrap();
    assert_eq!(format, "open-metrics");
    rows.iter()
        .map(|row| (row.n.unwrap(), row.throughput))
        .collect()
}

#[test]
fn a_gauge_of_each_n_is_a_row_each() {
    let text = "# HELP bench_requests_per_second Done.\n# TYPE bench_requests_per_second gauge\n\
        bench_requests_per_second{threads=\"1\"} 955\nbench_requests_per_second{threads=\"2\",} 1878.5 1700000000\n\
        bench_requests_per_second{threads=\"4\"} 3.5e3 # {trace=\"x\"} 1\n# TYPE up gauge\nup 1\n# EOF\n";
    let expected = [(1.0, 955.0), (2.0, 1878.5), (4.0, 3500.0)];
    assert_eq!(pairs(text), expected);
    assert_eq!(pairs(&text.replace('\n', "\r\n")), expected);
}

#[test]
fn a_metric_may_be_n_and_a_counter_has_a_rate() {
    let joined = "# TYPE bench_clients gauge\nbench_clients 2 100\nbench_clients 4 200\n\
        # TYPE bench_rps gauge\nbench_rps 20 100\nbench_rps 38 200\n# EOF\n";
    assert_eq!(pairs(joined), [(2.0, 20.0), (4.0, 38.0)]);
    let counter = "# TYPE app_requests counter\napp_requests_total{clients=\"2\"} 100 1000\n\
        app_requests_total{clients=\"2\"} 400 1010\napp_requests_total{clients=\"4\"} 400 1010.5\n\
        app_requests_total{clients=\"4\"} 900 1020.5\n# EOF\n";
    assert_eq!(pairs(counter), [(2.0, 30.0), (4.0, 50.0)]);
}

#[test]
fn what_says_no_rate_is_refused_with_what_to_do() {
    let options = ReadOptions::default();
    let once = "# TYPE app_requests counter\napp_requests_total{clients=\"2\"} 100\n# EOF\n";
    let error = read(once, &options).unwrap_err();
    assert!(
        error
            .hint()
            .to_string()
            .contains("rate(app_requests_total[1m])")
    );
    let two = "# TYPE a gauge\na{threads=\"2\"} 1\n# TYPE b gauge\nb{threads=\"2\"} 2\n";
    assert!(read(two, &options).is_err());
    let chosen = ReadOptions::default().with_x(["b"]);
    assert_eq!(
        read(two, &chosen).unwrap().1[0].throughput.to_bits(),
        2.0_f64.to_bits()
    );
    assert!(read("# TYPE a gauge\na{threads=\"2\" 1\n", &options).is_err());
    assert!(read("# TYPE a gauge\na{job=\"2\"} 1\n", &options).is_err());
}
