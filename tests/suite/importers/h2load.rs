//! What h2load wrote.

use super::{has_note, one_row, read};

#[test]
fn h2load_of_two_threads_and_refused_requests() {
    // The columns and words of versions 1.40 and 1.66 (src/h2load.cc).
    let text = "starting benchmark...\r\nspawning thread #0: 6 total client(s). 500 total requests\r\n\
        spawning thread #1: 4 total client(s). 500 total requests\r\nfinished in 500.00ms, 2000.00 req/s, 1.5MB/s\r\n\
        requests: 1000 total, 1000 started, 1000 done, 750 succeeded, 250 failed, 0 errored, 0 timeout\r\n\
        status codes: 750 2xx, 0 3xx, 0 4xx, 250 5xx\r\ntraffic: 1.5MB (1) total, 2KB (1) headers, 1MB (1) data\r\n\
        \x20                    min         max      median         p95         p99        mean         sd        +/- sd\r\n\
        time for request:   1.00ms       9.00ms      4.00ms      8.00ms      8.50ms      5.10ms      1.00ms    70.00%\r\n";
    one_row(text, "h2load", 10.0, 1500.0, Some(0.0051));
    assert!(has_note(&read(text).0, "errors-counted"));
}
