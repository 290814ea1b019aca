//! What loadtest wrote.

use super::one_row;

#[test]
fn loadtest_before_version_7() {
    let text = "[Tue Jan 05 2016 10:00:00 GMT+0100 (CET)] INFO Requests: 0, requests per second: 0, mean latency: 0 ms\n\
        [Tue Jan 05 2016] INFO Target URL:          http://localhost:8000\n[Tue Jan 05 2016] INFO Max requests:        1000\n\
        [Tue Jan 05 2016] INFO Concurrency level:   10\n[Tue Jan 05 2016] INFO Agent:               none\n\
        [Tue Jan 05 2016] INFO Completed requests:  1000\n[Tue Jan 05 2016] INFO Total errors:        100\n\
        [Tue Jan 05 2016] INFO Total time:          1.5 s\n[Tue Jan 05 2016] INFO Requests per second: 670\n\
        [Tue Jan 05 2016] INFO Mean latency:        15.2 ms\n[Tue Jan 05 2016] INFO   50%      10 ms\n\
        [Tue Jan 05 2016] INFO  100%      24 ms (longest request)\n";
    one_row(text, "loadtest", 10.0, 670.0 * (1.0 - 0.1), Some(0.0152));
}
