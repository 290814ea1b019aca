//! Plans against the reference rows, by brute force and through the command line.

use scalecalc::cli::{Terminal, run};
use scalecalc::law::{ScalingLaw, Usl, UslParams};
use scalecalc::plan::cells;
use scalecalc::plan::{CountOn, Curve, Demand};
use serde_json::Value;
use std::collections::BTreeMap;

fn close(found: f64, expected: f64, tolerance: f64) -> bool {
    (found - expected).abs() <= tolerance * expected.abs()
}

/// Runs the program and reads its JSON document.
pub(crate) fn answer(command: &str) -> (u8, Value) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let args = ["scalecalc"]
        .into_iter()
        .chain(command.split(' '))
        .chain(["--json"]);
    let code = run(args, &Terminal::default(), &mut out, &mut err);
    let document = serde_json::from_slice(&out)
        .unwrap_or_else(|_| panic!("{command}: {}", String::from_utf8_lossy(&err)));
    (code, document)
}

/// The CELLS rows: the cubic and the brute force of independent high-precision scripts, by the
/// library and by the program.
#[test]
fn cells_meet_the_reference() {
    let mut checked = 0;
    for path in ["tests/data/queueing.csv", "tests/data/failure_modes.csv"] {
        let mut rows = csv::Reader::from_path(path).unwrap();
        for row in rows.deserialize() {
            let row: BTreeMap<String, String> = row.unwrap();
            if row["model"] == "CELLS" {
                meets(&row);
                checked += 1;
            }
        }
    }
    assert_eq!(checked, 4 + 11);
}

fn meets(row: &BTreeMap<String, String>) {
    let given: Value = serde_json::from_str(&row["params"]).unwrap();
    let expected: Value = serde_json::from_str(&row["expected"]).unwrap();
    let tolerance: f64 = row["rel_tol"].parse().unwrap();
    let text = |name: &str| given[name].as_str().unwrap();
    let number = |name: &str| text(name).parse::<f64>().unwrap();
    let law = Usl::new(UslParams {
        alpha: number("alpha"),
        beta: number("beta"),
        gamma: number("gamma_per_s"),
    })
    .unwrap();
    let demand = Demand::new(number("target_per_s")).unwrap();
    let overhead = number("overhead_nodes_per_cell");
    let plan = cells::plan(&law, &demand, overhead).unwrap().unwrap();
    let peak = law.peak().unwrap();
    assert!(law.top(CountOn::LowEnd).unwrap().throughput < demand.target);
    let (code, document) = answer(&format!(
        "plan --alpha {} --beta {} --gamma {} --target {}/s --cells --cell-overhead {}",
        text("alpha"),
        text("beta"),
        text("gamma_per_s"),
        text("target_per_s"),
        text("overhead_nodes_per_cell")
    ));
    assert_eq!(code, 0, "{}", row["case_id"]);
    let said = |pointer: &str| document.pointer(pointer).and_then(Value::as_f64);
    for (name, found, at) in [
        ("n_opt_real", plan.n_real.unwrap(), "/cells/size_real"),
        ("n_opt_int", plan.cheapest.size, "/cells/cheapest/size"),
        (
            "X_cell_per_s",
            plan.cheapest.throughput,
            "/cells/cheapest/cell_throughput_per_s",
        ),
        ("cells", plan.cheapest.count, "/cells/cheapest/cells"),
        ("nodes_total", plan.cheapest.units, "/cells/cheapest/units"),
        ("n_peak", peak.n, ""),
        (
            "X_peak_per_s",
            peak.throughput_integer,
            "/shortfall/law_peak_per_s",
        ),
    ] {
        let expected: f64 = expected[name].as_str().unwrap().parse().unwrap();
        let by_program = if at.is_empty() { Some(found) } else { said(at) };
        for found in [Some(found), by_program] {
            assert!(
                found.is_some_and(|found| close(found, expected, tolerance)),
                "{}: {name} {found:?} instead of {expected}",
                row["case_id"]
            );
        }
    }
}

/// 100,000/s from one that peaks at 17,344/s: 426 units at the peak size, 140 at size 6.
#[test]
fn the_cheapest_cell_is_not_the_peak() {
    let (code, document) = answer(
        "plan --alpha 0.03 --beta 0.0002 --gamma 1000 --target 100k/s --cells --cell-overhead 1",
    );
    assert_eq!(code, 0);
    let cells = &document["cells"];
    assert_eq!(
        (&cells["cheapest"]["size"], &cells["cheapest"]["units"]),
        (&6.0.into(), &140.0.into())
    );
    let peak = cells["rows"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["size"] == 70.0);
    assert_eq!(peak.unwrap()["units"], 426.0);
    // By hand: X(7) = 7000/1.1884 = 5,890.3, 17 of them carry 100,134/s with 17 × 8 units.
    assert_eq!(
        (&cells["fewest"]["size"], &cells["fewest"]["units"]),
        (&7.0.into(), &136.0.into())
    );
    assert_eq!(document["reachable"], true);
    assert_eq!(document["size"], Value::Null);
    assert_eq!(document["shortfall"]["peak_n"], 70.0);
}

#[test]
fn without_overhead_the_article_s_thousand_single_nodes() {
    let (code, document) =
        answer("plan --alpha 0.05 --beta 0.001 --gamma 100 --target 100k/s --cells");
    let best = &document["cells"]["cheapest"];
    assert_eq!(
        (code, &best["size"], &best["cells"]),
        (0, &1.0.into(), &1000.0.into())
    );
}

/// The whole chain on a linear law, where every number is a mental sum.
#[test]
fn headroom_spares_zones_growth_and_price_on_a_linear_law() {
    let (code, document) = answer(
        "plan --alpha 0 --beta 0 --gamma 100 --load 1k/s --growth 40% --headroom 30% --spare 1 --zones 4 --price 0.36/h --current 32",
    );
    assert_eq!(code, 0);
    // 1,400/s at 70 % is 2,000/s: 20 units, 21 with the spare, 28 in four zones.
    let size = &document["size"];
    assert_eq!(
        (&size["carrying"], &size["units"]),
        (&20.0.into(), &28.0.into())
    );
    let near = |found: &Value, expected: f64| close(found.as_f64().unwrap(), expected, 1e-12);
    assert!(near(&document["demand"]["required_per_s"], 2000.0));
    assert!(near(&size["utilization"]["value"], 0.7));
    assert!(near(&size["price_per_h"], 10.08));
    // 10.08 an hour are 0.0028 a second for 1,400 operations: 2 a million.
    assert!(near(&size["price_per_million_at_target"], 2.0));
    assert_eq!(document["current"]["change"], -4.0);
    assert!(near(&document["current"]["over_provisioned"], 1.0 / 7.0));
    for row in document["rows"].as_array().unwrap() {
        // A unit for 0.36 an hour brings 100/s, ten bring the next 1,000/s; fully loaded a
        // million operations take 10,000 unit-seconds.
        assert!(near(&row["price_next_1000_per_h"], 3.6));
        assert!(near(&row["price_per_million"], 1.0));
        assert!(near(&row["efficiency"], 1.0));
    }
}

#[test]
fn unreachable_says_what_would_do_and_each_of_it_does() {
    let (code, document) = answer("plan --alpha 0.03 --beta 0.0002 --gamma 1000 --target 20k/s");
    assert_eq!((code, &document["reachable"]), (6, &false.into()));
    let short = &document["shortfall"];
    let peak = |alpha: f64, beta: f64, gamma: f64| {
        let law = Usl::new(UslParams { alpha, beta, gamma }).unwrap();
        law.peak().unwrap().throughput_integer
    };
    let number = |name: &str| short[name].as_f64().unwrap();
    // The whole N next to a real peak misses it by a hair.
    assert!(close(
        peak(number("alpha_at_most"), 2e-4, 1000.0),
        20_000.0,
        1e-4
    ));
    assert!(close(
        peak(0.03, number("beta_at_most"), 1000.0),
        20_000.0,
        1e-4
    ));
    assert!(close(
        peak(0.03, 2e-4, 1000.0 * number("speed_at_least")),
        20_000.0,
        1e-12
    ));
}

#[test]
fn latency_promises_bound_the_size_from_above() {
    // R(N) = N/X(N) = (1 + 0.05 (N − 1)) ms: 1.45 ms with the ten that 6,500/s needs.
    let command = "plan --alpha 0.05 --beta 0 --gamma 1000 --target 6500/s --slo";
    assert_eq!(answer(&format!("{command} mean<=1.46ms")).0, 0);
    let (code, document) = answer(&format!("{command} mean<=1.44ms"));
    assert_eq!(
        (code, &document["shortfall"]["short_of"]),
        (6, &"latency".into())
    );
    assert_eq!(document["shortfall"]["too_slow_n"], 10.0);
    assert_eq!(answer(&format!("{command} p99<=5ms")).0, 2);
}

/// The count and its neighbour against the intervals that `usl` gives for the same data.
#[test]
fn measurements_count_on_the_low_end_that_usl_reports() {
    let file = "data/published/cisco_mysql.csv";
    for (flags, end) in [("", "low"), (" --at-best-guess", "value")] {
        let (code, document) = answer(&format!("plan {file} --target 9k/s --headroom 20%{flags}"));
        let n = document["size"]["carrying"].as_f64().unwrap();
        let (_, usl) = answer(&format!("usl {file} --at {},{n}", n - 1.0));
        let end = |at: usize| usl["predictions"][at]["forecast_throughput"][end].as_f64();
        assert_eq!(code, 0);
        assert!(
            end(0).unwrap() < 11_250.0 && end(1).unwrap() >= 11_250.0,
            "{n}"
        );
    }
}

/// Beyond the data the forecast counts, and the plan says how far it goes.
#[test]
fn beyond_the_data_a_plan_says_so() {
    let command = "plan data/own/gobench_mutex.csv --fit-up-to 4 --at-best-guess --at";
    let (_, inside) = answer(&format!("{command} 4,8,9 --target 1000"));
    let trust = |n: f64| {
        let rows = inside["rows"].as_array().unwrap();
        let row = rows.iter().find(|row| row["n"] == n).unwrap();
        row["trust"].as_str().unwrap().to_owned()
    };
    assert_eq!(trust(4.0), "trusted");
    assert_eq!(trust(8.0), "extrapolated");
    assert_eq!(trust(9.0), "untrusted");
}

#[test]
fn a_plan_is_for_one_law() {
    let file = "data/published/cisco_mysql.csv";
    let law = "--alpha 0.1 --beta 0 --gamma 1";
    assert_eq!(answer(&format!("plan {file} {law} --target 1")).0, 2);
    assert_eq!(answer(&format!("plan {file} --target 1 --load 1")).0, 2);
    assert_eq!(answer("plan --alpha 0.1 --target 1").0, 2);
}

/// A saved `usl` document holds the measurements: the same plan comes out of it.
#[test]
fn a_saved_document_gives_the_same_plan() {
    let file = "data/published/cisco_mysql.csv";
    let path = std::env::temp_dir().join(format!("scalecalc-plan-{}.json", std::process::id()));
    answer(&format!("usl {file} -o json={}", path.display()));
    let (_, direct) = answer(&format!("plan {file} --target 9k/s"));
    let (code, saved) = answer(&format!("plan {} --target 9k/s", path.display()));
    std::fs::remove_file(&path).unwrap();
    assert_eq!((code, &saved["law"]["from"]), (0, &"document".into()));
    assert_eq!(saved["size"]["carrying"], direct["size"]["carrying"]);
    let low = |plan: &Value| plan["size"]["throughput"]["low"].as_f64().unwrap();
    assert!(close(low(&saved), low(&direct), 1e-9));
}

/// Runs the program and gives its text.
fn text(command: &str) -> (u8, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let args = ["scalecalc"].into_iter().chain(command.split(' '));
    let code = run(args, &Terminal::default(), &mut out, &mut err);
    (code, String::from_utf8(out).unwrap())
}

/// A knee at the core count: no more than two threads' worth, whatever the threads.
fn knee() -> String {
    let path = concat!(env!("CARGO_TARGET_TMPDIR"), "/knee.csv");
    let rows = "threads,ops_per_s\n1,4501\n2,8896\n4,9016\n8,9016\n16,8994\n";
    std::fs::write(path, rows).unwrap();
    path.to_owned()
}

#[test]
fn what_was_measured_to_carry_the_load_is_never_denied() {
    let file = knee();
    let (code, document) = answer(&format!("plan {file} --target 8800/s"));
    let carrying = document["size"]["carrying"].as_f64();
    let measured = document["shortfall"]["measured_n"].as_f64();
    let small = |n: f64| (2.0..=4.0).contains(&n);
    match code {
        0 => assert!(carrying.is_some_and(small), "{document}"),
        _ => assert!(measured.is_some_and(small), "{document}"),
    }
    let (_, words) = text(&format!("plan {file} --target 8800/s -q"));
    assert!(!words.contains("No number"), "{words}");
}

#[test]
fn a_ceiling_is_the_limit_of_its_own_law_and_of_no_other() {
    let knee = knee();
    let command = format!("plan {knee} --target 9500/s --law ceiling --price 1/h");
    let (_, plan) = answer(&command);
    let (_, fitted) = answer(&format!("usl {knee} --law ceiling"));
    let ceiling = fitted["derived"]["ceiling"]["throughput"].as_f64().unwrap();
    let short = &plan["shortfall"];
    assert_eq!(short["law_peak_n"], Value::Null);
    close(short["law_peak_per_s"].as_f64().unwrap(), ceiling, 1e-12);
    for coefficient in ["alpha_at_most", "beta_at_most"] {
        assert_eq!(short[coefficient], Value::Null, "{coefficient}");
    }
    let text = text(&command).1;
    assert!(
        text.contains("the fitted law stays below 9,009/s"),
        "{text}"
    );
    // One unit's worth is that of the same law, and nothing is bought past the corner.
    let gamma = fitted["fit"]["gamma"]["value"].as_f64().unwrap();
    for row in plan["rows"].as_array().unwrap() {
        let of = |key: &str| row[key].as_f64();
        let n = of("n").unwrap();
        let x = row["throughput"]["value"].as_f64().unwrap();
        close(of("efficiency").unwrap(), x / (n * gamma), 1e-9);
        assert!(n < 3.0 || of("price_next_1000_per_h").is_none(), "{row}");
    }
}

#[test]
fn nothing_is_planned_beyond_data_that_no_law_describes() {
    let (code, document) = answer(&format!("plan {} --target 12k/s", knee()));
    assert_eq!(code, 6);
    if document["law"]["quality"] == "poor" {
        assert_eq!(document["shortfall"]["alpha_at_most"], Value::Null);
        assert_eq!(document["shortfall"]["best_guess_n"], Value::Null);
        let rows = document["rows"].as_array().unwrap();
        assert!(rows.iter().all(|row| row["n"].as_f64() <= Some(16.0)));
    }
}

/// A linear law of 1,000/s a unit is certain, so that cases are those of the load alone: 12
/// units carry 12,000/s and less, nine cases in ten by the meaning of a range.
#[test]
fn a_range_of_load_is_carried_in_a_share_of_cases() {
    let given = "plan --alpha 0 --beta 0 --gamma 1000 --target 8k..10k..12k/s";
    let (code, document) = answer(&format!("{given} --at 8,10,12"));
    assert_eq!(code, 0);
    let rows = document["rows"].as_array().unwrap();
    for (n, expected) in [(8.0, 0.1), (10.0, 0.5), (12.0, 0.9)] {
        let row = rows.iter().find(|row| row["n"] == n).unwrap();
        assert!((row["chance"].as_f64().unwrap() - expected).abs() < 0.004);
    }
    // ln 1.2/1.2816 a standard deviation above 10: 11.27 at 80 %, 12.64 at 95 %.
    let of = |index: usize| document["chances"][index]["carrying"].as_f64().unwrap();
    assert_eq!((of(0), of(1)), (12.0, 13.0));
    assert_eq!(document["size"]["carrying"], 13.0);
    let (_, words) = text(given);
    let first = "12 units carry 8,000/s to 12,000/s in 80 % of cases, 13 in 95 %.";
    assert!(words.starts_with(first), "{words}");
    for wrong in ["12k..8k/s", "8k..20k..12k/s", "1..2..3..4", "0..5k/s"] {
        let (code, _) = answer(&format!(
            "plan --alpha 0 --beta 0 --gamma 1 --target {wrong}"
        ));
        assert_eq!(code, 2, "{wrong}");
    }
}

#[test]
fn the_present_size_comes_first_where_it_suffices() {
    let given = "plan --alpha 0 --beta 0 --gamma 1000 --target 9500/s";
    let (_, words) = text(&format!("{given} --current 12"));
    assert!(
        words.starts_with("The present 12 units suffice: 2 can go."),
        "{words}"
    );
    let (_, words) = text(&format!("{given} --current 10"));
    assert!(
        words.starts_with("The present 10 units suffice."),
        "{words}"
    );
    let (_, words) = text(&format!("{given} --current 9"));
    assert!(words.contains("Add 1 to the present 9 units."), "{words}");
}

#[test]
fn a_machine_that_does_not_do_it_says_why() {
    let path = concat!(env!("CARGO_TARGET_TMPDIR"), "/machines.csv");
    std::fs::write(path, "name,speed,price\ntiny,0.5,0.05\nlarge,2.5,0.25\n").unwrap();
    let (_, document) = answer(&format!(
        "plan --alpha 0.05 --beta 0.001 --gamma 100 --target 800/s --sizes {path}"
    ));
    let machines = document["machines"].as_array().unwrap();
    assert_eq!(machines[0]["reason"], Value::Null);
    // The tiny one peaks at half of the law's peak: X(31) = 3100/3.43 = 903.8.
    assert_eq!(machines[1]["reason"], "at most 452/s with 31 units");
}

#[test]
fn absurd_targets_get_a_true_sentence_and_no_absurd_digits() {
    for file in ["data/published/cisco_mysql.csv", &knee()] {
        for target in ["1e300/s", "1e-300/s", "1e308/s"] {
            let (code, words) = text(&format!("plan {file} --target {target} -q"));
            // Refused as no rate at all, or answered.
            assert!([0, 2, 6].contains(&code), "{target}: {code}");
            let wild = ["NaN", "inf", "at most 0 ", "000,000,000,000"];
            assert!(!wild.iter().any(|wild| words.contains(wild)), "{words}");
            assert!(code == 2 || words.contains("carr"), "{words}");
        }
    }
}

/// Both objects are YAML of the kind that they say, and hold what the comments say.
#[test]
fn autoscalers_get_their_objects() {
    let command = "plan data/published/cisco_mysql.csv --target 9k/s --spare 1 --headroom 20%";
    let object = |kind: &str, more: &str| {
        let (code, words) = text(&format!("{command} --as {kind} --name shop{more}"));
        assert_eq!(code, 0);
        assert!(words.starts_with("# maximum "), "{words}");
        serde_saphyr::from_str::<Value>(&words).unwrap()
    };
    let hpa = object("hpa", "");
    assert_eq!(hpa["apiVersion"], "autoscaling/v2");
    assert_eq!(hpa["kind"], "HorizontalPodAutoscaler");
    assert_eq!(hpa["spec"]["scaleTargetRef"]["name"], "shop");
    assert_eq!(hpa["spec"]["minReplicas"], 2);
    let most = hpa["spec"]["maxReplicas"].as_f64().unwrap();
    let target = &hpa["spec"]["metrics"][0]["pods"]["target"];
    assert_eq!(target["type"], "AverageValue");
    let each: f64 = target["averageValue"].as_str().unwrap().parse().unwrap();
    // The maximum is inside the data and its units carry the load at their target.
    assert!(most <= 32.0 && most * each >= 9000.0, "{most} × {each}");
    let keda = object("keda", "");
    assert_eq!(keda["apiVersion"], "keda.sh/v1alpha1");
    assert_eq!(keda["kind"], "ScaledObject");
    assert_eq!(keda["spec"]["maxReplicaCount"].as_f64(), Some(most));
    let trigger = &keda["spec"]["triggers"][0];
    assert_eq!(trigger["type"], "prometheus");
    let threshold = trigger["metadata"]["threshold"].as_str().unwrap();
    assert_eq!(threshold, target["averageValue"].as_str().unwrap());
    // A promise for the latency leaves fewer units, each of which does more.
    let prompt = object("hpa", " --slo mean<=2ms");
    let fewer = prompt["spec"]["maxReplicas"].as_f64().unwrap();
    let (_, document) = answer(&format!("{command} --at {fewer},{}", fewer + 1.0));
    let rows = document["rows"].as_array().unwrap();
    let latency = |n: f64| {
        let row = rows.iter().find(|row| row["n"] == n).unwrap();
        n / row["throughput"]["low"].as_f64().unwrap()
    };
    assert!(fewer < most && latency(fewer) <= 2e-3 && latency(fewer + 1.0) > 2e-3);
}
