//! Fits against answers that two independent solvers agree on (SciPy with a 60-digit
//! Newton, and R). `tests/data/expected.json` holds them; `data/README.md` names the sets.

use scalecalc::fit::{self, Anchor, Fit, FitOptions, IntervalKind, LawChoice, NoiseChoice};
use scalecalc::law::ScalingLaw;
use scalecalc::sweep::Levels;
use serde_json::Value;
use std::path::PathBuf;

/// Digits of agreement: the log relative error that NIST grades by.
fn digits(got: f64, expected: f64) -> f64 {
    if got.to_bits() == expected.to_bits() {
        return 16.0;
    }
    -((got - expected) / expected).abs().max(1e-16).log10()
}

pub(crate) fn expected() -> serde_json::Map<String, Value> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/expected.json");
    let text = std::fs::read_to_string(path).unwrap();
    serde_json::from_str::<Value>(&text)
        .unwrap()
        .as_object()
        .unwrap()
        .clone()
}

pub(crate) fn path_of(file: &str) -> PathBuf {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    if file.starts_with("pathological") {
        root.join("tests/data").join(file)
    } else {
        root.join("data").join(file)
    }
}

/// The rows of a set as N and throughput.
pub(crate) fn pairs(set: &Value) -> Vec<(f64, f64)> {
    let text = std::fs::read(path_of(set["file"].as_str().unwrap())).unwrap();
    let mut reader = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .trim(csv::Trim::All)
        .from_reader(text.as_slice());
    let headers = reader.headers().unwrap().clone();
    let column = |role: &str| {
        let name = set[role].as_str().unwrap();
        headers.iter().position(|h| h == name).unwrap()
    };
    let (n, x) = (column("n"), column("x"));
    reader
        .records()
        .map(|record| {
            let record = record.unwrap();
            let value: f64 = record[x].parse().unwrap();
            let throughput = match set["x"].as_str().unwrap() {
                "runtime_s" => 1.0 / value,
                "parallel_time_us" => 1e6 / value,
                "ns_per_op" => 1e9 / value,
                _ => value,
            };
            (record[n].parse().unwrap(), throughput)
        })
        .collect()
}

struct Check {
    failures: Vec<String>,
    checked: usize,
}

impl Check {
    fn number(&mut self, what: &str, got: Option<f64>, expected: &Value, wanted: f64) {
        let Some(expected) = expected.as_f64() else {
            return;
        };
        self.checked += 1;
        let agreed = got.map_or(0.0, |got| digits(got, expected));
        if agreed < wanted {
            self.failures.push(format!(
                "{what}: {got:?} for {expected}, {agreed:.1} digits"
            ));
        }
    }
}

fn options_of(name: &str) -> FitOptions {
    FitOptions::default()
        .with_law(match name.split('_').next().unwrap() {
            "linear" => LawChoice::Linear,
            "amdahl" => LawChoice::Amdahl,
            _ => LawChoice::Usl,
        })
        .with_anchor(if name.contains("norm") {
            Anchor::N1
        } else {
            Anchor::Fit
        })
        .with_noise(NoiseChoice::Constant) // what both solvers assume
        .with_allow_superlinear(name.ends_with("free") || name == "linear")
}

/// Answers that we do not give, each for a reason.
fn refused(name: &str) -> bool {
    let (set, kind) = name.split_once('/').unwrap();
    match set {
        // Two distinct N do not identify contention and coherency.
        "path_two_points" | "path_two_levels_replicated" | "syn_exact_two_points" => {
            kind.starts_with("usl")
        }
        // Amdahl's law improves without end as γ grows; the reference names the linear fit.
        "mariadb_thread_per_conn_ro" => kind == "amdahl_nonneg",
        _ => false,
    }
}

fn check_fit(check: &mut Check, name: &str, set: &Value, expected: &Value) {
    let levels = Levels::from_pairs(pairs(set)).unwrap();
    let kind = name.rsplit('/').next().unwrap();
    let options = options_of(kind);
    let got = match fit::fit(&levels, &options) {
        Ok(fit) => fit,
        Err(error) => {
            if expected.get("error").is_none() && !refused(name) {
                check.failures.push(format!("{name}: {error}"));
            }
            return;
        }
    };
    if expected.get("error").is_some() || refused(name) {
        check
            .failures
            .push(format!("{name}: a fit where there is none"));
        return;
    }
    let exact = expected["exact_fit"] == true || got.is_exact();
    let params = got.law().params();
    for (parameter, value) in [
        ("alpha", params.alpha),
        ("beta", params.beta),
        ("gamma", params.gamma),
    ] {
        let reference = &expected["params"][parameter];
        if exact {
            let reference = reference.as_f64().unwrap();
            check.checked += 1;
            if (value - reference).abs() > 1e-9 * reference.abs().max(1e-3) {
                check.failures.push(format!(
                    "{name} {parameter}: {value} for {reference} (exact)"
                ));
            }
        } else {
            check.number(&format!("{name} {parameter}"), Some(value), reference, 9.0);
        }
    }
    if exact {
        return;
    }
    check.number(&format!("{name} rss"), got.rss(), &expected["rss"], 9.0);
    check.number(
        &format!("{name} df"),
        Some(got.degrees_of_freedom()),
        &expected["df"],
        12.0,
    );
    let aicc = got
        .candidates()
        .iter()
        .find(|candidate| candidate.law == got.fitted_law())
        .and_then(|candidate| candidate.aicc);
    check.number(&format!("{name} aicc"), aicc, &expected["aicc"], 6.0);
    check_intervals(check, name, &levels, &options, &got, expected);
    let peak = &expected["peak"];
    if let Some(n) = peak["n_star"].as_f64() {
        let found = got.peak();
        check.number(
            &format!("{name} peak"),
            got.law().peak().map(|p| p.n),
            &n.max(1.0).into(),
            8.0,
        );
        if n >= 1.0 {
            check.number(
                &format!("{name} peak x"),
                found.throughput.value,
                &peak["x_star"],
                8.0,
            );
            check.number(
                &format!("{name} integer"),
                found.n,
                &peak["best_integer_n"],
                12.0,
            );
        }
    }
    if let Some(test) = expected.get("lack_of_fit").filter(|t| t.is_object()) {
        let found = got.lack_of_fit();
        let f = test.get("F").or_else(|| test.get("f")).unwrap();
        check.number(&format!("{name} F"), found.map(|t| t.f), f, 6.0);
        if test["p"].as_f64().is_some_and(|p| p > 1e-300) {
            check.number(&format!("{name} p"), found.map(|t| t.p), &test["p"], 6.0);
        }
    }
}

fn check_intervals(
    check: &mut Check,
    name: &str,
    levels: &Levels,
    options: &FitOptions,
    got: &Fit,
    expected: &Value,
) {
    let wald = fit::fit(levels, &options.with_interval(IntervalKind::Wald)).unwrap();
    let errors = wald.standard_errors();
    let of = |fit: &Fit| [fit.alpha(), fit.beta(), fit.gamma()];
    for (k, parameter) in ["alpha", "beta", "gamma"].into_iter().enumerate() {
        check.number(
            &format!("{name} se {parameter}"),
            errors[k],
            &expected["se"][parameter],
            7.0,
        );
        let ends = &expected["wald95"][parameter];
        let estimate = of(&wald)[k];
        for (end, value) in [estimate.low, estimate.high].into_iter().enumerate() {
            check.number(
                &format!("{name} wald {parameter} {end}"),
                value,
                &ends[end],
                7.0,
            );
        }
        // Bounds change a profile only where it meets them.
        let ends = &expected["profile95"][parameter];
        let inside = ends.is_array()
            && (parameter != "gamma" || ends[0].as_f64().is_some_and(|low| low > 0.0))
            // A run of 0 puts a pole between the two ends that the reference reports.
            && !name.starts_with("path_zero_row/")
            && (options.allow_superlinear
                || (ends[0].as_f64().is_some_and(|low| low > 0.0)
                    && ["alpha", "beta"].iter().all(|p| {
                        expected["profile95"][p][0].as_f64().is_some_and(|low| low > 0.0)
                    })));
        if inside {
            let estimate = of(got)[k];
            for (end, value) in [estimate.low, estimate.high].into_iter().enumerate() {
                check.number(
                    &format!("{name} profile {parameter} {end}"),
                    value,
                    &ends[end],
                    6.0,
                );
            }
        }
    }
    let ends = &expected["peak"]["profile95_n_star"];
    if ends.is_array() && ends[0].as_f64().is_some_and(|n| n > 1.0) {
        let found = got.peak().n_real;
        for (end, value) in [found.low, found.high].into_iter().enumerate() {
            check.number(&format!("{name} profile n* {end}"), value, &ends[end], 6.0);
        }
    }
}

#[test]
fn every_set_agrees_with_two_independent_solvers() {
    let mut check = Check {
        failures: Vec::new(),
        checked: 0,
    };
    let mut sets = 0;
    for (name, set) in expected() {
        sets += 1;
        let fits = set["fits"].as_object().unwrap();
        for (kind, expected) in fits {
            let mut expected = expected.clone();
            // The bounded fit is the free one where that is inside: its profile ends too.
            if kind == "usl3_nonneg" && expected["at_bound"].as_array().is_some_and(Vec::is_empty) {
                for key in ["profile95", "lack_of_fit"] {
                    if let Some(value) = fits["usl3_free"].get(key) {
                        expected[key] = value.clone();
                    }
                }
            }
            check_fit(&mut check, &format!("{name}/{kind}"), &set, &expected);
        }
    }
    for failure in &check.failures {
        println!("{failure}");
    }
    assert_eq!(sets, 86);
    assert!(
        check.checked > 3000,
        "only {} numbers checked",
        check.checked
    );
    assert!(
        check.failures.is_empty(),
        "{} of {} numbers",
        check.failures.len(),
        check.checked
    );
}
