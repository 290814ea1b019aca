//! Servers that follow the load: what an autoscaler with a lag does, against arithmetic.

use scalecalc::sim::{Autoscale, Change, Plan, Scenario, TimeLaw, Trigger, simulate};

/// Clockwork of 72/s on 12 servers of 100 ms is at the target of 60 %; from second 10 on 200/s
/// come. At second 15 the autoscaler has seen 5 s of full servers and orders 12/0.6 = 20, which
/// work at second 45: by then (200 − 120)·35 = 2,800 wait. Twenty servers only keep up, so at
/// second 50 it orders 20/0.6, rounded up to 34, which work at second 80 and drain the backlog at
/// 340 − 200 a second: it is gone 20 s later.
#[test]
fn the_lag_of_an_autoscaler() {
    let scenario = Scenario {
        triggers: vec![Trigger {
            at: 10.0,
            lasts: None,
            change: Change::Load(200.0 / 72.0),
        }],
        autoscale: Some(Autoscale {
            target: 0.6,
            every: 5.0,
            lag: 30.0,
            least: 4,
            most: 100,
        }),
        ..Scenario::station(12, TimeLaw::Constant(1.0 / 72.0), TimeLaw::Constant(0.1))
    };
    let plan = Plan::default()
        .with_runs(1, Plan::default().requests)
        .with_horizon(120.0, 120)
        .with_warm_up(0);
    let results = simulate(&scenario, &plan, &|| {}).unwrap();
    let backlog = |second: usize| results.backlog[0][second - 1];
    // A point a second; what is in service is there besides.
    for (second, expected) in [
        (9, 0.0),
        (20, 800.0),
        (45, 2800.0),
        (60, 2800.0),
        (80, 2800.0),
        (90, 1400.0),
        (101, 0.0),
    ] {
        let found = backlog(second);
        assert!(
            (found - expected).abs() < 45.0,
            "{second}: {found} {expected}"
        );
    }
}
