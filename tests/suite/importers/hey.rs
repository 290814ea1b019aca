//! What hey wrote.

use super::read_with;
use scalecalc::data::ReadOptions;

#[test]
fn hey_csv_is_summed_over_its_rows() {
    let text = "response-time,DNS+dialup,DNS,Request-write,Response-delay,Response-read,status-code,offset\n\
        0.1,0,0,0,0,0,200,0.0\n0.3,0,0,0,0,0,200,0.1\n0.1,0,0,0,0,0,200,0.9\n0.1,0,0,0,0,0,500,0.4\n";
    let options = ReadOptions::default().with_n_given(2.0);
    let (_, rows) = read_with(text.as_bytes(), &options).unwrap();
    // Three good ones of four from 0 to 1.0 s, 0.15 s each.
    assert!((rows[0].throughput - 3.0).abs() < 1e-9);
    assert!((rows[0].latency.unwrap() - 0.15).abs() < 1e-12);
}
