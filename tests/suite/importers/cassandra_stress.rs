//! What cassandra-stress wrote.

use super::{close, pairs, read};

#[test]
fn a_cassandra_stress_log_is_a_sweep() {
    // Rounds as the DataStax manual and the source of the tool print them.
    let round = |threads: u32, rate: &str| {
        format!(
            "Running with {threads} threadCount\nRunning WRITE with {threads} threads until stderr of mean < 0.02\n\
             total ops , adj row/s, op/s, pk/s\n2552 , 2553, 2553, 2553\nResults:\n\
             Op rate                   : {rate} op/s  [WRITE: {rate} op/s]\nPartition rate            :    6,778 pk/s\n\
             Latency mean              :    0.6 ms [WRITE: 0.6 ms]\nTotal partitions          :  50,000 [WRITE: 50,000]\n\
             Total errors              :          0 [WRITE: 0]\nAvg GC time               :  NaN ms\nTotal operation time      : 00:00:07\n\n"
        )
    };
    let (reading, rows) = read(
        &(round(4, "6,778") + "Improvement over 4 threadCount: 45%\n" + &round(8, "   12,345")),
    );
    assert_eq!(
        (reading.format, pairs(&rows)),
        ("cassandra-stress", vec![(4.0, 6778.0), (8.0, 12_345.0)])
    );
    assert_eq!(reading.series, ["WRITE"]);
    close(rows[0].latency.unwrap(), 0.0006);
    let old = "Running WRITE with 200 threads for 1000000 iteration\n\nResults:\nop rate                   : 46751 [WRITE:46751]\nlatency mean              : 4.3 [WRITE:4.3]\n";
    assert_eq!(pairs(&read(old).1), [(200.0, 46_751.0)]);
}
