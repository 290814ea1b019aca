//! What pgbench wrote.

use super::{close, has_note, pairs, read};

#[test]
fn older_pgbench_prints_two_rates_and_the_second_counts() {
    let text = "starting vacuum...end.\ntransaction type: TPC-B (sort of)\nscaling factor: 1\n\
        number of clients: 10\nnumber of threads: 1\nnumber of transactions actually processed: 90\n\
        number of failed transactions: 10 (10.000%)\nlatency average: 9.0 ms\n\
        tps = 85.184871 (including connections establishing)\n\
        tps = 85.296346 (excluding connections establishing)\n";
    let (reading, rows) = read(text);
    assert_eq!(pairs(&rows), [(10.0, 85.296_346)]);
    close(rows[0].latency.unwrap(), 0.009);
    assert_eq!(reading.series, ["TPC-B (sort of)"]);
    assert!(has_note(&reading, "errors-counted"));
}
