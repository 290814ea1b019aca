//! What ycsb wrote.

use super::{close, pairs, read, read_with, refused};
use scalecalc::data::ReadOptions;

#[test]
fn ycsb_as_text_and_json() {
    let text = "[OVERALL], RunTime(ms), 1849\n[OVERALL], Throughput(ops/sec), 540.8328826392644\n[TOTAL_GCs], Count, 5\n\
        [CLEANUP], Operations, 10\n[CLEANUP], AverageLatency(us), 1295.2\n[READ], Operations, 600\n[READ], AverageLatency(us), 1000.0\n\
        [INSERT], Operations, 400\n[INSERT], AverageLatency(us), 2000.0\n[INSERT], 95thPercentileLatency(us), 3000\n[INSERT], Return=OK, 400\n";
    assert!(refused(text).hint().contains("n-from"));
    let with_command = format!("Command line: -db site.ycsb.BasicDB -threads 8 -t\n{text}");
    let (reading, rows) = read(&with_command);
    assert_eq!(
        (reading.format, pairs(&rows)),
        ("ycsb", vec![(8.0, 540.832_882_639_264_4)])
    );
    close(rows[0].latency.unwrap(), 0.0014);
    let options = ReadOptions::default().with_n_given(8.0);
    let json = "{\"metric\":\"OVERALL\",\"measurement\":\"Throughput(ops/sec)\",\"value\":540.5}\n{\"metric\":\"READ\",\"measurement\":\"Operations\",\"value\":600}\n\
        {\"metric\":\"READ\",\"measurement\":\"AverageLatency(us)\",\"value\":1000.0}";
    let array = format!(
        "[{}]",
        json.replace("}\n{", "},\n{").replace("\n        {", "{")
    );
    for text in [json, &array] {
        let (reading, rows) = read_with(text.as_bytes(), &options).unwrap();
        assert_eq!((reading.format, pairs(&rows)), ("ycsb", vec![(8.0, 540.5)]));
    }
}
