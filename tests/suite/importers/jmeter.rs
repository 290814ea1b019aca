//! What jmeter wrote.

use super::{close, has_note, pairs, read, read_with};
use scalecalc::data::ReadOptions;

#[test]
fn a_jtl_of_one_level_is_one_run_and_of_steps_a_run_each() {
    let header = "timeStamp,elapsed,label,responseCode,responseMessage,threadName,dataType,success,failureMessage,bytes,sentBytes,grpThreads,allThreads,Latency,IdleTime,Connect\n";
    let row = |start: u32, n: u32, good: bool| {
        format!("{start},100,Home,200,OK,t 1-1,text,{good},\"a,\nb\",9,9,{n},{n},9,0,1\n")
    };
    // 40 samples of 100 ms, one every 50 ms: 2050 ms from the first start to the last end.
    let one: String = (0..40)
        .map(|at| row(1000 + 50 * at, if at < 2 { 1 } else { 2 }, true))
        .collect();
    let (reading, rows) = read(&(header.to_owned() + &one));
    assert_eq!(reading.format, "jmeter");
    assert_eq!(pairs(&rows), [(2.0, 40.0 / 2.05)]);
    close(rows[0].latency.unwrap(), 0.1);
    let options = ReadOptions::default().with_from("jmeter");
    assert_eq!(
        pairs(&read_with(one.as_bytes(), &options).unwrap().1),
        pairs(&rows)
    );
    let steps: String = (0..40)
        .map(|at| row(1000 + 50 * at, 1 + at / 20, at != 3))
        .collect();
    let (reading, rows) = read(&(header.to_owned() + &steps));
    assert_eq!(rows.len(), 2);
    assert!((rows[0].throughput - 19.0 / 1.05).abs() < 1e-9);
    assert_eq!(rows[1].n, Some(2.0));
    assert!(has_note(&reading, "errors-counted"));
    let semicolons = (header.to_owned() + &one.replace("\"a,\nb\"", "a")).replace(',', ";");
    assert_eq!(pairs(&read(&semicolons).1), [(2.0, 40.0 / 2.05)]);
}
