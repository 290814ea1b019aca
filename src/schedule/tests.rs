use super::*;

fn options(sizes: Sizes, goal: Option<Goal>, limits: Limits) -> Options {
    Options {
        sizes,
        order: Order::Random,
        seed: 3,
        goal,
        limits,
        fit: FitOptions::default(),
    }
}

/// Runs a schedule to its end on a system with a little noise of its own.
fn complete(options: &Options, fails: impl Fn(f64) -> bool) -> (Vec<Taken>, Stop) {
    let mut schedule = Schedule::new(options.clone()).unwrap();
    let mut past: Vec<Taken> = Vec::new();
    loop {
        match schedule.next(&past, past.len() as f64) {
            Step::Stop(stop) => return (past, stop),
            Step::Run(Place {
                n, round, order, ..
            }) => {
                let noise = 1.0 + 0.02 * ((past.len() * 7 % 11) as f64 / 5.0 - 1.0);
                let x = n / (1.0 + 0.05 * (n - 1.0) + 0.002 * n * (n - 1.0)) * noise;
                past.push(Taken {
                    n,
                    throughput: (!fails(n)).then_some(x),
                    latency: None,
                    round,
                    order,
                    took: 1.0,
                });
            }
        }
    }
}

#[test]
fn a_broken_off_sweep_goes_on_as_if_nothing_had_been() {
    let search = options(
        Sizes::search(16.0, true, Some(64.0)),
        Some(Goal::Peak { within: 0.03 }),
        Limits {
            runs: Some(60),
            ..Limits::default()
        },
    );
    let (past, stop) = complete(&search, |_| false);
    assert!(matches!(stop, Stop::Goal | Stop::Runs), "{stop:?}");
    for at in 0..past.len() {
        let mut again = Schedule::new(search.clone()).unwrap();
        let Step::Run(place) = again.next(&past[..at], 0.0) else {
            panic!("stopped at {at}");
        };
        let next = (past[at].n.to_bits(), past[at].round, past[at].order);
        assert_eq!((place.n.to_bits(), place.round, place.order), next);
    }
}

#[test]
fn every_limit_stops() {
    let list = || Sizes::Listed(vec![1.0, 2.0, 4.0, 8.0]);
    let limit = |limits| complete(&options(list(), None, limits), |_| false);
    let none = Limits::default();
    let (past, stop) = limit(Limits {
        rounds: Some(3),
        ..none
    });
    assert_eq!((past.len(), stop), (12, Stop::Rounds));
    let (past, stop) = limit(Limits {
        runs: Some(5),
        ..none
    });
    assert_eq!((past.len(), stop), (5, Stop::Runs));
    // A run takes a second, and the seventh would end after the limit.
    let (past, stop) = limit(Limits {
        seconds: Some(6.5),
        ..none
    });
    assert_eq!((past.len(), stop), (6, Stop::Time));
}

#[test]
fn a_peak_that_is_found_is_also_seen() {
    // N* = 21.8; the first sizes end at 4, and twice the largest is as far as one goes.
    for within in [0.05, 0.1, 0.2] {
        let goal = Goal::Peak { within };
        let limits = Limits::default().with_runs(200);
        let search = options(Sizes::search(2.0, false, Some(64.0)), Some(goal), limits);
        let (past, stop) = complete(&search, |_| false);
        assert_eq!(stop, Stop::Goal);
        let fit = fitted(&past, &search.fit).unwrap();
        assert!(fit.shows_peak(), "±{within}: {:?}", fit.shape());
        // Where nothing larger may be measured, the curve must do.
        let short = options(Sizes::search(2.0, false, Some(24.0)), Some(goal), limits);
        let (past, stop) = complete(&short, |_| false);
        assert_eq!(stop, Stop::Goal, "±{within}");
        assert!(past.iter().any(|run| run.n > 23.0), "±{within}");
    }
}

#[test]
fn beyond_a_size_that_always_fails_nothing_is_tried() {
    let goal = Some(Goal::Peak { within: 0.01 });
    let limits = Limits::default().with_runs(60);
    let search = options(Sizes::search(2.0, false, Some(64.0)), goal, limits);
    let (past, _) = complete(&search, |n| n > 7.0);
    let mut failed: Vec<f64> = past.iter().map(|run| run.n).filter(|n| *n > 7.0).collect();
    failed.sort_by(f64::total_cmp);
    failed.dedup();
    let smallest = failed[0];
    let tries = past
        .iter()
        .filter(|run| run.n.to_bits() == smallest.to_bits());
    assert!(tries.count() >= HOPELESS, "{failed:?}");
    // One after the other down to the limit, not each size there is.
    assert!(failed.len() <= 4, "{failed:?}");
}

#[test]
fn what_always_fails_is_left_alone() {
    let limits = Limits {
        rounds: Some(6),
        ..Limits::default()
    };
    let list = Sizes::Listed(vec![1.0, 2.0, 4.0]);
    let (past, stop) = complete(&options(list.clone(), None, limits), |n| n > 3.0);
    assert_eq!(stop, Stop::Rounds);
    assert_eq!(past.iter().filter(|run| run.n > 3.0).count(), HOPELESS);
    let (past, stop) = complete(&options(list, None, limits), |_| true);
    assert_eq!((past.len(), stop), (3 * HOPELESS, Stop::Failing));
}
