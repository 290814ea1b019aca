//! What hey wrote.

use super::read_with;
use scalecalc::data::ReadOptions;

#[test]
fn hey_csv_is_summed_over_its_rows() {
    let text = "response-time,DNS+dialup,DNS,Request-write,Response-delay,Response-read,status-code,offset\n\
        0.1,0,0,0,0,0,200,0.0\n0.3,0,0,0,0,0,200,0.1\n0.1,0,0,0,0,0,200,0.9\n0.1,0,0,0,0,0,500,0.4\n";
    let options = ReadOptions::default().with_n_given(2.0);
    let (_, rows) = read_with(text.as_bytes(), &options).unwrap();
    // Three good ones of four from 0 to 1.0 s, 0.15 s each.
    assert!((rows[0].throughput - 3.0).abs() < 1e-9);
    assert!((rows[0].latency.unwrap() - 0.15).abs() < 1e-12);
}

#[test]
fn runs_one_behind_the_other_need_a_file_each() {
    use super::{named, text_of, tools};
    let hey = text_of("hey_nginx/n0004_r1.txt");
    let rate = |x: &str| {
        let lines = hey.lines().map(|line| match line.find("Requests/sec:") {
            Some(at) => format!("{}Requests/sec:\t{x}\n", &line[..at]),
            None => format!("{line}\n"),
        });
        lines.collect::<String>()
    };
    let three = rate("9188.2") + &rate("15000.5") + &rate("21000.1");
    let oha = std::fs::read(tools().join("oha_nginx/n0004_r1.json")).unwrap();
    let oha = String::from_utf8(oha).unwrap();
    let k6: String = text_of("k6_stdout/v4.txt")
        .split_inclusive('\n')
        .filter(|line| !line.contains("vus"))
        .collect();
    let yaml = text_of("other/stress-ng.yaml");
    for text in [three.clone(), oha.repeat(2), k6.repeat(2), yaml.repeat(3)] {
        let error = super::read_with(text.as_bytes(), &scalecalc::data::ReadOptions::default())
            .unwrap_err();
        assert!(error.to_string().contains("runs"), "{error}");
        let hint = error.hint().to_string();
        assert!(
            hint.contains("1=FILE 2=FILE 4=FILE") && hint.contains("takes N from"),
            "{hint}"
        );
    }
    // The name of the file is not the N of runs so far apart; it may be that of repeats.
    assert!(super::read_with(three.as_bytes(), &named(8.0)).is_err());
    let repeats = rate("9188.2") + &rate("9400.5");
    let (_, rows) = super::read_with(repeats.as_bytes(), &named(8.0)).unwrap();
    assert_eq!(super::pairs(&rows), [(8.0, 9188.2), (8.0, 9400.5)]);
}
