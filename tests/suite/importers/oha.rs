//! What oha wrote.

use super::{close, has_note, read_with};
use scalecalc::data::ReadOptions;

#[test]
fn oha_text_is_read_like_its_json() {
    // The summary of oha 1.4, as its README shows it.
    let text = "Summary:\n  Success rate:\t90.00%\n  Total:\t10.0 secs\n  Slowest:\t0.0062 secs\n  \
        Fastest:\t0.0001 secs\n  Average:\t5.5000 ms\n  Requests/sec:\t1000.0\n\n  Total data:\t19 MiB\n\n\
        Response time histogram:\n  0.000 [1]    |\n\nStatus code distribution:\n  [200] 8000 responses\n  \
        [503] 1000 responses\n\nError distribution:\n  [1000] connection error\n  [8] aborted due to deadline\n";
    let options = ReadOptions::default().with_n_given(8.0);
    let (reading, rows) = read_with(text.as_bytes(), &options).unwrap();
    assert_eq!(reading.format, "oha");
    // 9 of 10 were answered, 8 of 9 answers were good.
    assert!((rows[0].throughput - 800.0).abs() < 1e-9);
    close(rows[0].latency.unwrap(), 0.0055);
    assert!(has_note(&reading, "errors-counted"));
}
