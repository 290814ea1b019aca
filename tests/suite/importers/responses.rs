//! What vegeta, ghz and fortio wrote.

use super::{close, has_note, pairs, read, read_with, refused};
use scalecalc::data::ReadOptions;

/// Field names of the Go struct, values made up.
const VEGETA: &str = "{\"latencies\":{\"total\":9,\"mean\":2000000,\"50th\":1,\"max\":3},\"bytes_in\":{\"total\":1,\"mean\":1},\
    \"earliest\":\"t\",\"duration\":1000,\"wait\":1,\"requests\":1000,\"rate\":1000.0,\"throughput\":900.0,\"success\":0.9,\
    \"status_codes\":{\"200\":900,\"503\":100},\"errors\":[]}";
const GHZ: &str = "{\"date\":\"t\",\"options\":{\"call\":\"pkg.Svc.Get\",\"concurrency\":50,\"total\":200},\"count\":200,\
    \"total\":1000000000,\"average\":32010000,\"fastest\":1,\"slowest\":2,\"rps\":1000.0,\"errorDistribution\":{\"x\":20},\
    \"statusCodeDistribution\":{\"OK\":180,\"Unavailable\":20},\"details\":[]}";
const FORTIO: &str = "{\"RunType\":\"HTTP\",\"Labels\":\"\",\"RequestedQPS\":\"max\",\"RequestedDuration\":\"5s\",\"ActualQPS\":1000.0,\
    \"ActualDuration\":5,\"NumThreads\":8,\"DurationHistogram\":{\"Count\":5000,\"Avg\":0.008},\"RetCodes\":{\"200\":4750,\"-1\":250},\"URL\":\"u\"}";

#[test]
fn vegeta_ghz_and_fortio() {
    let options = ReadOptions::default().with_n_given(2.0);
    let (reading, rows) = read_with(VEGETA.as_bytes(), &options).unwrap();
    assert_eq!(
        (reading.format, pairs(&rows)),
        ("vegeta", vec![(2.0, 900.0)])
    );
    close(rows[0].latency.unwrap(), 0.002);
    assert!(has_note(&reading, "errors-counted"));
    assert!(refused(VEGETA).hint().contains("8=c8.json"));
    let (reading, _) = read_with(VEGETA.replace("900.0,", "999.0,").as_bytes(), &options).unwrap();
    assert!(has_note(&reading, "rate-capped"));

    let (reading, rows) = read(GHZ);
    assert_eq!((reading.format, pairs(&rows)), ("ghz", vec![(50.0, 900.0)]));
    close(rows[0].latency.unwrap(), 0.032_01);

    let (reading, rows) = read(FORTIO);
    assert_eq!(
        (reading.format, pairs(&rows)),
        ("fortio", vec![(8.0, 950.0)])
    );
    close(rows[0].latency.unwrap(), 0.008);
    assert!(!has_note(&reading, "rate-capped") && !has_note(&reading, "little-mismatch"));
    let capped = read(&FORTIO.replace("\"max\"", "\"1000\"")).0;
    assert!(!has_note(&capped, "rate-capped") || has_note(&capped, "errors-counted"));
}
