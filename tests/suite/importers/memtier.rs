//! What memtier wrote.

use super::{close, pairs, read};

#[test]
fn memtier_counts_connections() {
    let text = "{\"configuration\":{\"clients\":50,\"threads\":4,\"pipeline\":1},\
        \"ALL STATS\":{\"Runtime\":{},\"Sets\":{\"Ops/sec\":1.0},\"Totals\":{\"Ops/sec\":5000.5,\"Average Latency\":40.0,\"Latency\":40.0}}}";
    let (reading, rows) = read(text);
    assert_eq!(
        (reading.format, pairs(&rows)),
        ("memtier", vec![(200.0, 5000.5)])
    );
    close(rows[0].latency.unwrap(), 0.04);
    let several = text
        .replace("\"ALL STATS\"", "\"BEST RUN RESULTS\"")
        .replace(
            "}}}",
            "}},\"AGGREGATED AVERAGE RESULTS (2 runs)\":{\"Totals\":{\"Ops/sec\":4000.0}}}",
        );
    assert_eq!(pairs(&read(&several).1), [(200.0, 4000.0)]);
}
