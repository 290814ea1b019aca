//! The scaling laws against published values and against each other.

use proptest::prelude::*;
use scalecalc::law::{
    Amdahl, AmdahlParams, Gustafson, GustafsonParams, Linear, Measurement, ScalingLaw, Usl,
    UslParams, karp_flatt,
};
use scalecalc::law::{PathCost, Paths, Topology};

fn usl(alpha: f64, beta: f64, gamma: f64) -> Usl {
    Usl::new(UslParams { alpha, beta, gamma }).unwrap()
}

fn amdahl(serial: f64, gamma: f64) -> Amdahl {
    Amdahl::new(AmdahlParams { serial, gamma }).unwrap()
}

fn gustafson(serial: f64, gamma: f64) -> Gustafson {
    Gustafson::new(GustafsonParams { serial, gamma }).unwrap()
}

#[track_caller]
fn close(got: f64, expected: f64, relative: f64) {
    assert!(
        (got - expected).abs() <= relative * expected.abs(),
        "{got} is not {expected} to {relative}"
    );
}

/// As printed: the value agrees to the digits that were written down.
#[track_caller]
fn printed(got: f64, text: &str) {
    let decimals = text.split_once('.').map_or(0, |(_, digits)| digits.len());
    assert_eq!(format!("{got:.decimals$}"), text);
}

#[test]
fn amdahls_table_in_the_source_article_is_what_the_law_gives() {
    // Column 2 is printed in the article, column 3 is 1/(0.1 + 0.9/N) by hand.
    let law = amdahl(0.1, 1.0);
    for (n, article, digits) in [
        (10.0, "5.3", "5.263"),
        (100.0, "9.2", "9.174"),
        (1000.0, "9.9", "9.911"),
    ] {
        printed(law.speedup(n), article);
        printed(law.speedup(n), digits);
    }
    printed(law.limit().unwrap(), "10");
}

#[test]
fn the_usl_table_in_the_source_article_is_not_what_the_law_gives() {
    // Column 2 is printed in the article for α = 0.05, β = 0.001; column 3 is the formula
    // evaluated with exact rationals (10/(1 + 0.45 + 0.09) = 1000/154, …).
    let law = usl(0.05, 0.001, 1.0);
    for (n, article, formula) in [
        (10.0, 8.0, "6.494"),
        (32.0, 16.0, "9.034"),
        (50.0, 15.0, "8.475"),
        (100.0, 10.0, "6.309"),
        (200.0, 5.0, "3.941"),
    ] {
        printed(law.throughput(n), formula);
        assert!((law.throughput(n) - article).abs() > 1.0, "N = {n}");
    }
    let peak = law.peak().unwrap();
    printed(peak.n, "30.82");
    printed(peak.n_integer, "31");
    printed(peak.throughput_integer, "9.038");
}

#[test]
fn the_cisco_sweep_has_the_published_peak_and_inverses() {
    // Coefficients and peak: certified nonlinear fit of the 32 points in B. Schwartz, 2015.
    let law = usl(
        0.026_715_945_035_725_382,
        0.000_769_093_920_610_458_6,
        995.648_785_929_053_1,
    );
    let peak = law.peak().unwrap();
    close(peak.n, 35.573_788_200_952_71, 1e-13);
    close(peak.throughput, 12_342.852_553_839_632, 1e-13);
    close(law.throughput(35.0), 12_341.745_673_875_936, 1e-13);
    printed(peak.n_integer, "36");
    // usl-rs tests these two inverses of the same law against 7,048 and 15.35, its own
    // output; the identities X(R)·R = N(R) and N(X(N)) = N refute both.
    printed(law.throughput_at_latency(0.03).unwrap(), "5923");
    let at = law.concurrency_at_throughput(11_048.0).unwrap();
    printed(at.up, "19.92");
    close(law.throughput(at.retrograde.unwrap()), 11_048.0, 1e-13);
}

#[test]
fn peaks_of_published_sweeps_are_where_the_certified_fits_have_them() {
    // α, β, γ, N*, X(N*): nonlinear least squares in 40 digits on the published points, peak by
    // the same program. The last one is superlinear (α < 0).
    for (alpha, beta, gamma, n, x) in [
        (
            0.027_728_475_618_634_39,
            0.000_104_365_483_844_090_88,
            89.995_233_104_332_22,
            96.519_560_966_609_43,
            1_883.898_996_009_962_6,
        ),
        (
            0.005_193_199_541_887_501,
            8.545_130_138_934_134e-7,
            1_801.513_784_651_908_6,
            1_078.971_645_917_045_7,
            256_030.108_992_080_5,
        ),
        (
            0.441_371_564_494_926_3,
            0.045_298_334_728_423_22,
            3.386_078_407_168_532,
            3.511_724_204_282_934_7,
            4.740_921_066_672_076,
        ),
        (
            -0.025_208_902_754_376_508,
            0.007_008_084_444_601_281,
            1.602_163_954_359_565_9,
            12.095_018_063_551_318,
            11.668_324_386_385_57,
        ),
    ] {
        let law = Usl::superlinear(UslParams { alpha, beta, gamma }).unwrap();
        let peak = law.peak().unwrap();
        close(peak.n, n, 1e-13);
        close(peak.throughput, x, 1e-13);
    }
}

#[test]
fn karp_flatt_gives_back_the_published_fractions() {
    // Speed-ups and fractions of table 1 in Karp and Flatt, 1990 are rounded; here the
    // fractions are exact: e = (1/ψ − 1/p)/(1 − 1/p) in rationals.
    close(karp_flatt(4.0, 8.0).unwrap(), 1.0 / 7.0, 1e-15);
    close(karp_flatt(5.0, 10.0).unwrap(), 1.0 / 9.0, 1e-15);
    close(karp_flatt(10.0, 10.0).unwrap(), 0.0, 0.0);
}

/// N from 1 to 10⁹, evenly on a log scale.
fn sizes() -> impl Strategy<Value = f64> {
    (0.0..9.0).prop_map(|exponent: f64| 10_f64.powf(exponent))
}

fn gammas() -> impl Strategy<Value = f64> {
    (-290.0..290.0).prop_map(|exponent: f64| 10_f64.powf(exponent))
}

fn laws() -> impl Strategy<Value = Usl> {
    (-6.0..-0.01, -12.0..-1.0, gammas()).prop_map(|(alpha, beta, gamma): (f64, f64, f64)| {
        usl(10_f64.powf(alpha), 10_f64.powf(beta), gamma)
    })
}

/// How much an inverse amplifies rounding: |d ln N / d ln X| grows without end at the peak.
fn condition(law: &Usl, n: f64) -> f64 {
    let UslParams { alpha, beta, .. } = law.params();
    law.latency_ratio(n) / ((1.0 - alpha) - beta * n * n).abs()
}

proptest! {
    #[test]
    fn without_coherency_the_usl_is_amdahls_law(s in 0.0..=1.0_f64, gamma in gammas(), n in sizes()) {
        let (general, special) = (usl(s, 0.0, gamma), amdahl(s, gamma));
        close(general.throughput(n), special.throughput(n), 1e-13);
        close(general.latency(n), special.latency(n), 1e-13);
        close(general.marginal(n), special.marginal(n), 1e-9);
        prop_assert_eq!(general.limit(), special.limit());
        let x = special.throughput(n) * 0.5;
        close(
            general.concurrency_at_throughput(x).unwrap().up,
            special.concurrency_at_throughput(x).unwrap().up,
            1e-12,
        );
    }

    #[test]
    fn without_any_overhead_every_law_is_linear(gamma in gammas(), n in sizes()) {
        let line = Linear::new(gamma).unwrap();
        let laws: [&dyn ScalingLaw; 3] =
            [&usl(0.0, 0.0, gamma), &amdahl(0.0, gamma), &gustafson(0.0, gamma)];
        for law in laws {
            close(law.throughput(n), line.throughput(n), 1e-14);
            close(law.latency(n), line.latency(n), 1e-14);
            close(law.marginal(n), line.marginal(n), 1e-14);
            close(law.efficiency(n), 1.0, 1e-14);
            prop_assert!(law.peak().is_none() && law.limit().is_none());
            prop_assert!(law.concurrency_at_latency(line.latency(n)).is_none());
            close(law.knee(0.5, n.max(2.0)).unwrap(), n.max(2.0) / 2.0, 1e-14);
        }
    }

    #[test]
    fn gustafsons_speedup_is_amdahls_with_the_serial_share_of_the_scaled_work(
        s in 0.001..0.999_f64, n in sizes(),
    ) {
        // s of the time on N units is s/(s + (1−s)N) of the work on a single one.
        let scaled = s / (s + (1.0 - s) * n);
        close(gustafson(s, 1.0).speedup(n), amdahl(scaled, 1.0).speedup(n), 1e-12);
        let law = gustafson(s, 7.0);
        let x = law.throughput(n);
        close(law.throughput(law.concurrency_at_throughput(x).unwrap().up), x, 1e-13);
    }

    #[test]
    fn karp_flatt_inverts_amdahls_law(s in 0.001..1.0_f64, n in 1.5..1e6_f64) {
        close(karp_flatt(amdahl(s, 1.0).speedup(n), n).unwrap(), s, 1e-9);
    }

    #[test]
    fn overhead_parts_add_up_to_the_inverse_of_the_speedup(law in laws(), n in sizes()) {
        close(law.overhead(n).total(), law.speedup(n).recip(), 1e-14);
    }

    #[test]
    fn the_law_is_n_over_its_denominator(law in laws(), n in sizes()) {
        let UslParams { alpha, beta, gamma } = law.params();
        let expected = gamma * n / (1.0 + alpha * (n - 1.0) + beta * n * (n - 1.0));
        close(law.throughput(n), expected, 1e-14);
    }

    #[test]
    fn n_of_x_of_n_is_n_on_both_branches(law in laws(), n in sizes()) {
        let x = law.throughput(n);
        let at = law.concurrency_at_throughput(x).unwrap();
        let past = n > law.params().alpha.mul_add(-1.0, 1.0).sqrt() / law.params().beta.sqrt();
        let back = if past { at.retrograde.unwrap() } else { at.up };
        let tolerance = 1e-14 * condition(&law, n);
        if tolerance < 1e-3 {
            close(back, n, tolerance.max(1e-13));
        }
        // The other branch carries the same throughput, and the peak lies between.
        let other = if past { at.up } else { at.retrograde.unwrap() };
        close(law.throughput(other), x, 1e-11);
        prop_assert!(at.up <= at.retrograde.unwrap());
    }

    #[test]
    fn latency_branches_are_littles_law_at_both_sizes(law in laws(), n in sizes()) {
        let x = law.throughput(n);
        let sizes = law.concurrency_at_throughput(x).unwrap();
        let latencies = law.latency_at_throughput(x).unwrap();
        for (n, r) in [
            (sizes.up, latencies.lower),
            (sizes.retrograde.unwrap(), latencies.retrograde.unwrap()),
        ] {
            // R·X = N, with R from the denominator and X given; near X = 0 relative to N.
            if n >= 1.0 {
                close(Measurement::throughput_and_latency(x, r).unwrap().concurrency(), n, 1e-10);
            }
        }
    }

    #[test]
    fn throughput_at_latency_is_gunthers_closed_form(law in laws(), n in 1.0..1e4_f64) {
        // X(R) = (√(α² + β² + 2β(2γR + α − 2)) − α + β) / (2βR), which loses digits to the
        // difference of root and α: the tolerance is what that costs.
        let UslParams { alpha, beta, gamma } = law.params();
        let r = law.latency(n);
        let root = (alpha * alpha + beta * beta + 2.0 * beta * (2.0 * gamma * r + alpha - 2.0)).sqrt();
        let expected = (root - alpha + beta) / (2.0 * beta * r);
        let lost = root / (root - alpha + beta) * (1.0 + gamma * r * beta / (root * root));
        close(law.throughput_at_latency(r).unwrap(), expected, 1e-14 * lost.max(100.0));
    }

    #[test]
    fn x_of_r_times_r_is_n_of_r(law in laws(), n in sizes()) {
        let r = law.latency(n);
        let size = law.concurrency_at_latency(r).unwrap();
        // N(R) is only as sharp as R − 1/γ is.
        close(law.latency(size), r, 1e-13);
        close(law.throughput_at_latency(r).unwrap(), law.throughput(size), 1e-12);
    }

    #[test]
    fn the_integer_peak_beats_its_neighbours(law in laws()) {
        let peak = law.peak().unwrap();
        prop_assert!(peak.n_integer >= 1.0 && (peak.n_integer - peak.n).abs() < 1.0);
        let speedup = |n: f64| law.speedup(n) * (1.0 + 1e-14);
        for neighbour in [peak.n_integer - 1.0, peak.n_integer + 1.0] {
            if neighbour >= 1.0 {
                prop_assert!(speedup(peak.n_integer) >= law.speedup(neighbour));
            }
        }
        for factor in [0.9, 0.999, 1.001, 1.1] {
            prop_assert!(peak.n * factor < 1.0 || speedup(peak.n) >= law.speedup(peak.n * factor));
        }
    }

    #[test]
    fn marginal_gain_is_the_difference_where_that_can_be_computed(law in laws(), n in 1.0..100.0_f64) {
        let (here, next) = (law.speedup(n), law.speedup(n + 1.0));
        let gain = law.marginal(n) / law.gamma();
        prop_assert!((gain - (next - here)).abs() <= 1e-14 * (here + next));
    }

    #[test]
    fn the_knee_reaches_its_share_and_is_never_past_the_peak(law in laws(), share in 0.01..1.0_f64) {
        let (knee, peak) = (law.knee(share, 64.0).unwrap(), law.peak().unwrap());
        prop_assert!((1.0..=peak.n).contains(&knee));
        prop_assert!(law.throughput(knee) >= share * peak.throughput * (1.0 - 1e-12));
        if knee > 1.0 {
            close(law.throughput(knee), share * peak.throughput, 1e-11);
        }
    }
}

#[test]
fn mesh_paths_and_their_share_of_effort_beside_the_source_article() {
    // The article prints 55 % for N = 10, which is the sum 45 + 10; (N−1)/(N+1) is 81.8 %.
    for (n, paths, article, share) in [
        (10.0, 45.0, "55", "81.8"),
        (100.0, 4950.0, "98", "98.02"),
        (1000.0, 499_500.0, "99.8", "99.80"),
    ] {
        let mesh = Paths::new(Topology::Mesh, n).unwrap();
        close(mesh.count(), paths, 0.0);
        let percent = 100.0 * mesh.share(PathCost::default());
        printed(percent, share);
        close(percent, 100.0 * (n - 1.0) / (n + 1.0), 1e-14);
        let decimals = article
            .split_once('.')
            .map_or(0, |(_, digits)| digits.len());
        assert_eq!(
            format!("{percent:.decimals$}") == article,
            n > 10.0,
            "N = {n}"
        );
    }
}
