//! What autocannon wrote.

use super::{one_row, text_of};

#[test]
fn autocannon_for_people() {
    let text = text_of("other/autocannon4.txt");
    one_row(&text, "autocannon", 4.0, 20_392.0, Some(0.000_07));
    let colours = text
        .replace("Avg", "\u{1b}[36mAvg\u{1b}[39m")
        .replace('\n', "\r\n");
    let failing = colours.replace(
        "20k requests in",
        "6000 2xx responses, 2000 non 2xx responses\r\n20k requests in",
    );
    one_row(&failing, "autocannon", 4.0, 20_392.0 * 0.75, Some(0.000_07));
    // Version 1 had no lines between its columns.
    let old = "Running 10s test @ http://localhost:3000\n10 connections with 10 pipelining factor\n\n\
        Stat         Avg       Stdev     Max\nLatency (ms) 0.2       1.1       30\nReq/Sec      44,211.2  2,100.1   45k\n\
        Bytes/Sec    8.4 MB    400 kB    9 MB\n\n442k requests in 10s, 84 MB read\n";
    one_row(old, "autocannon", 10.0, 44_211.2, Some(0.0002));
}
