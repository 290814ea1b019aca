//! What prometheus wrote.

use super::{pairs, read, refused};

#[test]
fn prometheus_joins_two_answers_by_time() {
    let answer = |metric: &str, values: &str| {
        format!(
            "{{\"status\":\"success\",\"data\":{{\"resultType\":\"matrix\",\"result\":[{{\"metric\":{{{metric}}},\"values\":[{values}]}}]}}}}\n"
        )
    };
    let sizes = answer("", "[10,\"2\"],[20,\"2\"],[30,\"4\"],[40,\"0\"]");
    let rates = answer(
        "\"job\":\"a\"",
        "[10,\"100\"],[20,\"110\"],[30,\"180\"],[35,\"7\"],[40,\"NaN\"]",
    );
    let (reading, rows) = read(&(sizes + &rates));
    assert_eq!(reading.series, ["job=a"]);
    assert_eq!(pairs(&rows), [(2.0, 105.0), (4.0, 180.0)]);
    // Two samples of 100 and 110: M2 = 25 + 25.
    assert_eq!((rows[0].runs, rows[0].m2), (2, 50.0));
    let (reading, rows) = read(&answer("\"cores\":\"8\",\"job\":\"a\"", "[10,\"100\"]"));
    assert_eq!(
        (reading.series, pairs(&rows)),
        (vec!["job=a".to_owned()], vec![(8.0, 100.0)])
    );
    assert!(
        refused(&answer("", "[10,\"1\"]"))
            .hint()
            .contains("n = n.json x = x.json")
    );
}
