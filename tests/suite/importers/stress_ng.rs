//! What stress-ng wrote.

use super::{pairs, read_with, tools};
use scalecalc::data::ReadOptions;
use std::fs;

#[test]
fn stress_ng_yaml_has_the_rate_in_full() {
    let bytes = fs::read(tools().join("other/stress-ng.yaml")).unwrap();
    let options = ReadOptions::default().with_n_given(4.0);
    let (reading, rows) = read_with(&bytes, &options).unwrap();
    assert_eq!(
        (reading.format, pairs(&rows)),
        ("stress-ng", vec![(4.0, 216.555_790)])
    );
}
