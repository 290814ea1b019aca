//! Columns of words that no name explains: series where two of them span sizes, else nothing.

use scalecalc::data::ReadOptions;
use scalecalc::sweep::Sweeps;

/// The names of the series that a table is read as.
fn series(table: &str) -> Vec<String> {
    let sweeps = Sweeps::read(table.as_bytes(), &ReadOptions::default()).unwrap();
    sweeps.sweeps.into_iter().map(|sweep| sweep.name).collect()
}

#[test]
fn words_that_each_span_sizes_are_series() {
    let table = "version,threads,tps\nv1,1,100\nv1,2,190\nv1,4,350\nv2,1,110\nv2,2,215\nv2,4,400\n";
    assert_eq!(series(table), ["v1", "v2"]);
}

#[test]
fn a_word_a_row_or_a_remark_here_and_there_is_none() {
    for table in [
        "threads,tps,remark\n1,100,cold\n2,190,warm\n4,350,hot\n",
        "threads,tps,remark\n1,100,warming up\n2,190,\n4,350,\n8,600,\n",
        "threads,tps,place\n1,100,lab\n2,190,lab\n4,350,lab\n",
    ] {
        assert_eq!(series(table), [""], "{table}");
    }
}

#[test]
fn thousands_of_words_name_rows() {
    let mut table = "threads,tps,tag\n".to_owned();
    for row in 0..6000 {
        let n = row % 8 + 1;
        table.push_str(&format!("{n},{},t{}\n", 100 * n + row % 7, row / 2));
    }
    assert_eq!(series(&table), [""]);
}
