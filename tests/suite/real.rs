//! Real sweeps: all of `data/` that is measured throughput, each with the source it is from.

use crate::reference::{expected, pairs};
use scalecalc::sweep::Levels;
use std::fs;
use std::path::Path;

/// Sets of `data/` that are no sweeps of their own: not measured throughput, or rows of
/// another set.
const NO_SWEEP: [&str; 5] = [
    "book_linear2",        // computed from a law
    "nist_misra1d",        // not throughput
    "raytracer_first6",    // raytracer
    "satk_raytracer_book", // raytracer
    "specsdm91_rounded",   // specsdm91
];

/// Beginnings of the names of published sets that come from one source (`data/README.md`);
/// every other set is a source of its own.
const SOURCES: [(&str, &[&str]); 7] = [
    ("usl-r", &["specsdm91", "raytracer"]),
    (
        "ebooks",
        &["cisco_mysql", "isilon", "paypal", "handlersocket", "voltdb"],
    ),
    ("conc-map-bench", &["concmap"]),
    (
        "mariadb-benchmarks",
        &[
            "mariadb_seq",
            "mariadb_innodb",
            "mariadb_myrocks",
            "mariadb_ro",
            "maxscale",
        ],
    ),
    ("nginx-blog", &["nginx"]),
    ("gunther", &["memcache", "varnish"]),
    ("mariadb-knowledge-base", &["mariadb_thread"]),
];

/// One measured sweep.
#[derive(Debug, Clone)]
pub(crate) struct RealSweep {
    pub(crate) name: String,
    pub(crate) source: String,
    pub(crate) levels: Levels,
}

/// Every real sweep that ships.
pub(crate) fn sweeps() -> Vec<RealSweep> {
    let mut all = Vec::new();
    for (name, set) in expected() {
        let file = set["file"].as_str().unwrap();
        if file.starts_with("pathological") || NO_SWEEP.contains(&name.as_str()) {
            continue;
        }
        let source = if file.starts_with("own") {
            "own"
        } else {
            SOURCES
                .iter()
                .find(|(_, starts)| starts.iter().any(|start| name.starts_with(start)))
                .map_or(name.as_str(), |(source, _)| source)
        };
        all.push(RealSweep {
            source: source.to_owned(),
            levels: Levels::from_pairs(pairs(&set)).unwrap(),
            name,
        });
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/more");
    let sources: serde_json::Value =
        serde_json::from_slice(&fs::read(folder.join("sources.json")).unwrap()).unwrap();
    for (name, about) in sources.as_object().unwrap() {
        let text = fs::read_to_string(folder.join(format!("{name}.csv"))).unwrap();
        let rows = text.lines().skip(1).map(|line| {
            let (n, x) = line.split_once(',').unwrap();
            (n.parse().unwrap(), x.parse().unwrap())
        });
        all.push(RealSweep {
            name: name.clone(),
            source: about["source"].as_str().unwrap().to_owned(),
            levels: Levels::from_pairs(rows).unwrap(),
        });
    }
    all
}

/// The value below which a share of all lies, between the two nearest in rank, each value
/// with its weight.
pub(crate) fn weighted_quantile(values: &[(f64, f64)], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let total: f64 = sorted.iter().map(|(_, weight)| weight).sum();
    let mut below = 0.0;
    for (value, weight) in &sorted {
        below += weight;
        if below >= share * total {
            return *value;
        }
    }
    sorted.last().unwrap().0
}
