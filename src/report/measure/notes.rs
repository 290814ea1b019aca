//! What may make a measurement mislead.

use super::MeasurementPart;
use crate::note::{Note, NoteCode};
use crate::report::Quantity;
use crate::report::number::{DIGITS, alone};
use crate::schedule::Drift;
use crate::units::plain;

/// Load average over cores from which others are at work on the machine.
const BUSY: f64 = 0.2;
/// Share of a run that the runner may cost without being told.
const COST: f64 = 0.01;

/// What may make the measurement mislead.
pub(super) fn notes(measurement: &MeasurementPart, n_unit: &str) -> Vec<Note> {
    let mut notes = Vec::new();
    note_order(measurement, &mut notes);
    note_runs(measurement, n_unit, &mut notes);
    note_machine(measurement, &mut notes);
    notes
}

fn percent(share: f64) -> String {
    alone(Quantity::Ratio, share.abs(), DIGITS)
}

fn note_order(measurement: &MeasurementPart, notes: &mut Vec<Note>) {
    if measurement.order == "rising" {
        notes.push(Note::new(
            NoteCode::RisingOrder,
            "N was measured in rising order: whatever drifts over time looks like scaling",
        ));
    }
    let Some(drift) = &measurement.drift else {
        return;
    };
    if drift.p < Drift::SIGNIFICANT {
        let signed = |share: f64| {
            let sign = if share < 0.0 { "−" } else { "+" };
            format!("{sign}{}", percent(share))
        };
        notes.push(Note::new(
            NoteCode::Drift,
            format!(
                "throughput at the same N {} by {} from the first run to the last ({} to {}): \
                 let the machine reach a steady state first",
                if drift.change < 0.0 { "fell" } else { "rose" },
                percent(drift.change),
                signed(drift.low),
                signed(drift.high),
            ),
        ));
    }
}

/// The sizes at which every run failed: `; none succeeded at N = 8, 16`.
fn never(measurement: &MeasurementPart) -> String {
    const MOST: usize = 6;
    let good = |n: f64| {
        let mut levels = measurement.spread.iter();
        levels.any(|level| level.n.to_bits() == n.to_bits())
    };
    let mut bad: Vec<f64> = measurement.runs.iter().map(|run| run.n).collect();
    bad.retain(|n| !good(*n));
    bad.sort_by(f64::total_cmp);
    bad.dedup();
    let shown: Vec<String> = bad.iter().take(MOST).copied().map(plain).collect();
    match bad.len() {
        0 => String::new(),
        count => format!(
            "; none succeeded at N = {}{}",
            shown.join(", "),
            if count > MOST { ", …" } else { "" }
        ),
    }
}

fn note_runs(measurement: &MeasurementPart, n_unit: &str, notes: &mut Vec<Note>) {
    if measurement.failed_runs > 0 {
        notes.push(Note::new(
            NoteCode::RunsFailed,
            format!(
                "{} of {} runs failed and were left out{}",
                measurement.failed_runs,
                measurement.runs.len(),
                never(measurement)
            ),
        ));
    }
    for level in &measurement.spread {
        if let Some([low, high]) = level.groups {
            notes.push(Note::new(
                NoteCode::TwoModes,
                format!(
                    "runs at N = {} fall into two groups, around {} and {}: their mean is neither; \
                     look for what differs between runs",
                    plain(level.n),
                    alone(Quantity::Rate, low, DIGITS),
                    alone(Quantity::Rate, high, DIGITS),
                ),
            ));
        }
    }
    let cores = measurement.machine.cores as f64;
    let above: Vec<String> = measurement
        .spread
        .iter()
        .filter(|level| level.n > cores)
        .map(|level| plain(level.n))
        .collect();
    if let (Some(first), true) = (above.first(), cores > 0.0) {
        notes.push(Note::new(
            NoteCode::AboveCores,
            format!(
                "from N = {first} on there are more {n_unit} than the {} cores here: {n_unit} that compute \
                 have to share them",
                plain(cores),
            ),
        ));
    }
    if let Some(goal) = measurement.goal.as_ref().filter(|goal| !goal.reached) {
        let state = goal
            .half_width
            .map_or("no interval yet".to_owned(), |half| {
                let seen = if half <= goal.within {
                    ", but no peak is established: a law without one, or with it far beyond the \
                     sizes, fits as well"
                } else {
                    ""
                };
                format!("±{} so far{seen}", percent(half))
            });
        notes.push(Note::new(
            NoteCode::GoalNotReached,
            format!("{} is not reached: {state}", goal.expression),
        ));
    }
}

fn note_machine(measurement: &MeasurementPart, notes: &mut Vec<Note>) {
    let machine = &measurement.machine;
    let cores = machine.cores as f64;
    if let Some(load) = machine.load_average.filter(|load| *load > BUSY * cores) {
        notes.push(Note::new(
            NoteCode::BusyMachine,
            format!(
                "the load average was {load:.2} on {} cores before the first run: others are at work here",
                plain(cores)
            ),
        ));
    }
    if let Some(governor) = machine
        .governor
        .as_ref()
        .filter(|name| *name != "performance")
    {
        notes.push(Note::new(
            NoteCode::CpuGovernor,
            format!(
                "the CPU frequency governor is {governor}: cores change their speed during a run; \
                 \"performance\" keeps it"
            ),
        ));
    }
    if machine.turbo == Some(true) {
        notes.push(Note::new(
            NoteCode::Turbo,
            "turbo is on: few busy cores run faster than many, which looks like contention",
        ));
    }
    let mut walls: Vec<f64> = measurement.runs.iter().map(|run| run.wall_time_s).collect();
    walls.sort_by(f64::total_cmp);
    if let (Some(cost), Some(typical)) = (measurement.runner_cost_s, walls.get(walls.len() / 2))
        && cost > COST * typical
    {
        notes.push(Note::new(
            NoteCode::RunnerCost,
            format!(
                "starting and reading an empty command takes {}, {} of a run: make runs longer",
                alone(Quantity::Seconds, cost, 2),
                percent(cost / typical)
            ),
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::measure::{DriftPart, GoalPart, MachinePart, RunPart, spread};

    /// A quiet machine and six good runs of a second, two at each of three sizes.
    fn quiet() -> MeasurementPart {
        let run = |n: f64, throughput: f64| RunPart {
            n,
            throughput: Some(throughput),
            wall_time_s: 1.0,
            ..RunPart::default()
        };
        with_runs(vec![
            run(1.0, 100.0),
            run(2.0, 190.0),
            run(4.0, 330.0),
            run(4.0, 331.0),
            run(1.0, 101.0),
            run(2.0, 191.0),
        ])
    }

    fn with_runs(runs: Vec<RunPart>) -> MeasurementPart {
        MeasurementPart {
            order: "random".into(),
            stopped: "rounds".into(),
            machine: MachinePart {
                cores: 8,
                load_average: Some(1.6),
                governor: Some("performance".into()),
                turbo: Some(false),
                ..MachinePart::default()
            },
            failed_runs: runs.iter().filter(|run| run.throughput.is_none()).count(),
            spread: spread(&runs),
            runs,
            runner_cost_s: Some(0.01),
            ..MeasurementPart::default()
        }
    }

    /// Codes and texts of the notes.
    fn told(measurement: &MeasurementPart) -> Vec<(String, String)> {
        notes(measurement, "threads")
            .into_iter()
            .map(|note| (note.code.to_string(), note.text.to_string()))
            .collect()
    }

    /// The one note of a measurement that differs from a quiet one in one thing.
    fn only(code: &str, change: impl Fn(&mut MeasurementPart)) -> String {
        let mut measurement = quiet();
        change(&mut measurement);
        let told = told(&measurement);
        let [(found, text)] = told.as_slice() else {
            panic!("{code}: {told:?}");
        };
        assert_eq!(found, code);
        text.clone()
    }

    #[test]
    fn a_quiet_measurement_has_no_notes() {
        assert_eq!(told(&quiet()), Vec::new());
    }

    #[test]
    fn the_machine_is_told_where_it_misleads() {
        assert_eq!(
            only("busy-machine", |m| m.machine.load_average = Some(1.61)),
            "the load average was 1.61 on 8 cores before the first run: others are at work here"
        );
        assert_eq!(
            only("cpu-governor", |m| m.machine.governor =
                Some("powersave".into())),
            "the CPU frequency governor is powersave: cores change their speed during a run; \
             \"performance\" keeps it"
        );
        assert_eq!(
            only("turbo", |m| m.machine.turbo = Some(true)),
            "turbo is on: few busy cores run faster than many, which looks like contention"
        );
        assert_eq!(
            only("runner-cost", |m| m.runner_cost_s = Some(0.025)),
            "starting and reading an empty command takes 25 ms, 2.5 % of a run: make runs longer"
        );
        assert_eq!(
            only("above-cores", |m| {
                m.machine.cores = 2;
                m.machine.load_average = None;
            }),
            "from N = 4 on there are more threads than the 2 cores here: threads that compute have \
             to share them"
        );
    }

    #[test]
    fn order_and_drift_are_told() {
        assert_eq!(
            only("rising-order", |m| m.order = "rising".into()),
            "N was measured in rising order: whatever drifts over time looks like scaling"
        );
        let drift = |change: f64, p: f64| DriftPart {
            change,
            low: change - 0.02,
            high: change + 0.02,
            p,
        };
        assert_eq!(
            only("drift", |m| m.drift = Some(drift(-0.05, 1e-4))),
            "throughput at the same N fell by 5.0 % from the first run to the last (−7.0 % to \
             −3.0 %): let the machine reach a steady state first"
        );
        assert_eq!(
            only("drift", |m| m.drift = Some(drift(0.01, 1e-4))),
            "throughput at the same N rose by 1.0 % from the first run to the last (−1.0 % to \
             +3.0 %): let the machine reach a steady state first"
        );
        let mut steady = quiet();
        steady.drift = Some(drift(-0.05, 0.5));
        assert_eq!(told(&steady), Vec::new());
    }

    #[test]
    fn failed_runs_name_the_sizes_that_never_ran() {
        let failed = |n: f64| RunPart {
            n,
            wall_time_s: 1.0,
            exit_code: 7,
            ..RunPart::default()
        };
        let all = |more: &[f64]| {
            let mut runs = quiet().runs;
            runs.extend(more.iter().copied().map(failed));
            with_runs(runs)
        };
        let text = |more: &[f64]| {
            let told = told(&all(more));
            assert_eq!(told.len(), 1, "{told:?}");
            assert_eq!(told[0].0, "runs-failed");
            told[0].1.clone()
        };
        assert_eq!(text(&[4.0]), "1 of 7 runs failed and were left out");
        assert_eq!(
            text(&[8.0, 4.0, 6.0, 8.0]),
            "4 of 10 runs failed and were left out; none succeeded at N = 6, 8"
        );
    }

    #[test]
    fn two_groups_of_runs_are_told() {
        let run = |throughput: f64| RunPart {
            n: 2.0,
            throughput: Some(throughput),
            wall_time_s: 1.0,
            ..RunPart::default()
        };
        let low = [100.0, 100.5, 101.0, 99.5, 100.2, 99.8];
        let runs = low.iter().flat_map(|x| [run(*x), run(x + 50.0)]).collect();
        let told = told(&with_runs(runs));
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!(told[0].0, "two-modes");
        assert_eq!(
            told[0].1,
            "runs at N = 2 fall into two groups, around 100/s and 150/s: their mean is neither; \
             look for what differs between runs"
        );
    }

    #[test]
    fn a_goal_that_is_not_reached_says_what_is_missing() {
        let goal = |half_width: Option<f64>| GoalPart {
            expression: "peak±10%".into(),
            within: 0.1,
            half_width,
            reached: false,
        };
        for (half, expected) in [
            (None, "peak±10% is not reached: no interval yet"),
            (Some(0.25), "peak±10% is not reached: ±25.0 % so far"),
            (
                Some(0.093),
                "peak±10% is not reached: ±9.3 % so far, but no peak is established: a law \
                 without one, or with it far beyond the sizes, fits as well",
            ),
        ] {
            assert_eq!(
                only("goal-not-reached", |m| m.goal = Some(goal(half))),
                expected
            );
        }
        let mut reached = quiet();
        reached.goal = Some(GoalPart {
            reached: true,
            ..goal(Some(0.05))
        });
        assert_eq!(told(&reached), Vec::new());
    }
}
