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

#[test]
fn a_log_without_its_end_is_doubted() {
    let whole = super::text_of("stressng_cpu/n0004_r1.txt");
    let cut: String = whole
        .split_inclusive('\n')
        .filter(|line| !line.contains("run completed"))
        .collect();
    let noted = |text: &str| super::has_note(&super::read(text).0, "cut-off");
    assert!(!noted(&whole) && !noted(&whole.repeat(2)));
    assert!(noted(&cut) && noted(&(cut.clone() + &whole)));
}
