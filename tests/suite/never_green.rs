//! What README promises: no data is never green. Pairs of a baseline and a later sweep that
//! is 30 % slower, or is not there, in every disguise that a broken job gives it: `check`
//! never ends with 0 while it says that all is well.

use crate::plan::answer;
use proptest::prelude::*;
use std::fs;
use std::path::Path;

/// What happened to the later sweep or to the baseline on its way.
#[derive(Debug, Clone, Copy)]
enum Fate {
    /// The file is empty.
    Empty,
    /// Only the header is left.
    HeaderOnly,
    /// Cut after so many bytes, in thousandths.
    Truncated(usize),
    /// N counts something else.
    OtherUnit,
    /// Nothing says what N counts.
    NoUnit,
    /// The throughput column has a name that says nothing.
    Renamed,
    /// Rows in another order.
    Reordered,
    /// Requests a minute, or thousands of them.
    Scaled(f64),
    /// Another program's output.
    OtherTool,
    /// Fitted with another law.
    OtherLaw,
    /// The largest sizes were not measured.
    PartlyMissing(usize),
    /// Only sizes that the other side does not have.
    OtherSizes,
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        Just(Fate::Empty),
        Just(Fate::HeaderOnly),
        (0_usize..1000).prop_map(Fate::Truncated),
        Just(Fate::OtherUnit),
        Just(Fate::NoUnit),
        Just(Fate::Renamed),
        Just(Fate::Reordered),
        prop_oneof![
            Just(60.0),
            Just(1e3),
            Just(1e-3),
            Just(1e6),
            Just(1.0 / 60.0)
        ]
        .prop_map(Fate::Scaled),
        Just(Fate::OtherTool),
        Just(Fate::OtherLaw),
        (1_usize..8).prop_map(Fate::PartlyMissing),
        Just(Fate::OtherSizes),
    ]
}

const SIZES: [f64; 8] = [1.0, 2.0, 4.0, 8.0, 12.0, 16.0, 24.0, 32.0];

/// A sweep as a file, `speed` times as fast, with 1 % of scatter, after what befell it; and
/// the flags that belong to it.
fn text(fate: Fate, speed: f64, runs: usize, seed: u64) -> (String, &'static str) {
    let mut state = seed | 1;
    let mut noise = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        0.02 * ((state >> 40) as f64 / f64::from(1 << 24) - 0.5)
    };
    let head = match fate {
        Fate::OtherUnit => "nodes,throughput",
        Fate::NoUnit => "n,throughput",
        Fate::Renamed => "threads,result",
        _ => "threads,throughput",
    };
    let factor = match fate {
        Fate::Scaled(factor) => factor,
        _ => 1.0,
    };
    let kept = match fate {
        Fate::PartlyMissing(lost) => SIZES.len() - lost,
        Fate::Empty | Fate::HeaderOnly => 0,
        _ => SIZES.len(),
    };
    let mut rows: Vec<String> = SIZES[..kept]
        .iter()
        .flat_map(|n| (0..runs).map(move |_| *n))
        .map(|n| {
            let x = speed * factor * 1000.0 * n / (1.0 + 0.03 * (n - 1.0)) * (1.0 + noise());
            let n = if matches!(fate, Fate::OtherSizes) {
                n + 1.5
            } else {
                n
            };
            format!("{n},{x:.3}")
        })
        .collect();
    match fate {
        Fate::Empty => return (String::new(), ""),
        Fate::Reordered => rows.reverse(),
        Fate::OtherTool => {
            let go = |row: &String| {
                let (n, x) = row.split_once(',').unwrap();
                format!(
                    "BenchmarkGet-{n} \t 1000000 \t {:.3} ns/op",
                    1e9 / x.parse::<f64>().unwrap()
                )
            };
            let lines: Vec<String> = rows.iter().map(go).collect();
            return (lines.join("\n") + "\nPASS\n", "");
        }
        _ => {}
    }
    let mut text = format!("{head}\n{}\n", rows.join("\n"));
    if let Fate::Truncated(thousandths) = fate {
        text.truncate(text.len() * thousandths / 1000);
    }
    (
        text,
        if matches!(fate, Fate::OtherLaw) {
            " --law linear"
        } else {
            ""
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 160, failure_persistence: None, ..ProptestConfig::default() })]

    /// The later sweep lost 30 %, and one of the two was mangled on its way: only a failure,
    /// an error, or a loud "could not be decided" may come out, never a pass.
    #[test]
    fn a_loss_never_passes_whatever_befell_either_side(
        fate in fate(),
        now_is_mangled in any::<bool>(),
        runs in 1_usize..6,
        seed in any::<u64>(),
    ) {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/ci-gate/never-green");
        fs::create_dir_all(&dir).unwrap();
        let (before, now) = if now_is_mangled {
            (text(Fate::Reordered, 1.0, runs, seed), text(fate, 0.7, runs, seed.wrapping_add(77)))
        } else {
            (text(fate, 1.0, runs, seed), text(Fate::Reordered, 0.7, runs, seed.wrapping_add(77)))
        };
        let (a, b) = (dir.join("now.csv"), dir.join("before.csv"));
        fs::write(&a, &now.0).unwrap();
        fs::write(&b, &before.0).unwrap();
        let ask = |flags: &str| answer(&format!("check {} --baseline {}{}{flags}", a.display(), b.display(), now.1));
        let (code, document) = ask(" --on-inconclusive fail");
        prop_assert!([1, 3, 4, 5].contains(&code), "{fate:?}: {code} {document}");
        let (code, document) = ask("");
        if code == 0 {
            // A warning: the words never say that it passed.
            prop_assert_eq!(&document["verdict"], "inconclusive");
            prop_assert!(document["summary"]["warned"].as_u64() > Some(0));
        }
        let never = matches!(
            fate,
            Fate::Empty | Fate::HeaderOnly | Fate::OtherUnit | Fate::NoUnit | Fate::OtherSizes
        );
        prop_assert!(!never || code == 3, "{fate:?}: {code}");
    }

    /// The order of rows, and being saved as a document, change no verdict.
    #[test]
    fn order_and_saving_change_nothing(speed in 0.6_f64..1.2, runs in 1_usize..6, seed in any::<u64>()) {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/ci-gate/never-green-order");
        fs::create_dir_all(&dir).unwrap();
        let write = |name: &str, text: &str| {
            let path = dir.join(name);
            fs::write(&path, text).unwrap();
            path.display().to_string()
        };
        let sorted = text(Fate::PartlyMissing(0), 1.0, runs, seed).0;
        let mut rows: Vec<&str> = sorted.lines().skip(1).collect();
        rows.reverse();
        let reversed = format!("threads,throughput\n{}\n", rows.join("\n"));
        let now = write("now.csv", &text(Fate::PartlyMissing(0), speed, runs, seed.wrapping_add(5)).0);
        let sorted = write("sorted.csv", &sorted);
        let reversed = write("reversed.csv", &reversed);
        let saved = dir.join("saved.json").display().to_string();
        let (code, _) = answer(&format!("usl {sorted} -o json={saved}"));
        prop_assert_eq!(code, 0);
        let verdicts = [&sorted, &reversed, &saved].map(|baseline| {
            let (code, document) = answer(&format!("check {now} --baseline {baseline}"));
            (code, document["verdict"].to_string())
        });
        prop_assert_eq!(&verdicts[0], &verdicts[1]);
        prop_assert_eq!(&verdicts[0], &verdicts[2]);
    }
}
