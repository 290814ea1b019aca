//! The arithmetic of scaling: what the `scalecalc` command computes, as a library.
//!
//! A *sweep* is throughput measured at several sizes N (threads, clients, nodes). [`sweep`]
//! reads one, [`fit`] fits a scaling law to it, [`plan`] and [`judge`] answer questions with the
//! fit, and [`queueing`] says what waits where. Nothing here touches a file, the clock, the
//! environment or the network, and nothing panics on any input.
//!
//! # Units and symbols
//! Times are in seconds, rates in operations per second, shares from 0 to 1.
//!
//! | symbol | name here | meaning | unit |
//! | --- | --- | --- | --- |
//! | N | `n` | size of the system, or load on it | – |
//! | X | `throughput` | completed operations | 1/s |
//! | R | `latency` | mean time of one operation | s |
//! | α | `alpha` | contention: share of the work that is serial | 0–1 |
//! | β | `beta` | coherency: cost of each pair of units that agree | ≥ 0 |
//! | γ | `gamma` | throughput of one unit | 1/s |
//! | λ, S, c | `arrival_rate`, `mean_service`, `servers` | a queue's load and servers | 1/s, s, – |
//! | ρ | `utilization` | share of time a server is busy | 0–1 |
//!
//! The Universal Scalability Law is X(N) = γN / (1 + α(N − 1) + βN(N − 1)) (Gunther 1993);
//! β = 0 is Amdahl's law, α = β = 0 linear scaling.
//!
//! # Fit
//! ```
//! use scalecalc::data::ReadOptions;
//! use scalecalc::fit::{Fit, FitOptions};
//! use scalecalc::sweep::Sweep;
//!
//! let file = "threads,tps\n1,955\n2,1878\n4,3548\n8,6531\n16,9922\n24,11775\n32,12100\n";
//! let sweep = Sweep::read(file.as_bytes(), &ReadOptions::default())?;
//! let fit = Fit::new(&sweep, &FitOptions::default())?;
//! println!("α {}, β {}, peak {}", fit.alpha(), fit.beta(), fit.peak());
//! # Ok::<(), scalecalc::Error>(())
//! ```
//!
//! # Queue
//! ```
//! use scalecalc::queueing::{Load, Mmc};
//!
//! let load = Load { arrival_rate: 80.0, mean_service: 0.1 };
//! let queue = Mmc::new(load, 10.0)?;
//! // Erlang C for 10 servers at 80 %: 40.9 % wait, 20.5 ms on average.
//! assert!((queue.performance().mean_wait - 0.0204).abs() < 1e-4);
//! # Ok::<(), scalecalc::Error>(())
//! ```
//!
//! # Plan
//! ```
//! use scalecalc::law::{Usl, UslParams};
//! use scalecalc::plan::size;
//! use scalecalc::plan::Demand;
//!
//! let law = Usl::new(UslParams { alpha: 0.0, beta: 0.0, gamma: 1000.0 })?;
//! let demand = Demand::new(6000.0)?.with_headroom(0.2);
//! // 6,000/s with a fifth kept free need 7,500/s: 8 units of 1,000/s.
//! assert_eq!(size(&law, &demand).map(|size| size.carrying), Ok(8.0));
//! # Ok::<(), scalecalc::Error>(())
//! ```
//!
//! # Check
//! ```
//! use scalecalc::fit::{self, FitOptions};
//! use scalecalc::judge::gate::{Rule, RuleKind, Verdict};
//! use scalecalc::sweep::Levels;
//!
//! let levels = Levels::from_pairs((1..=8).map(|n| (f64::from(n), 1000.0 * f64::from(n))))?;
//! let fit = fit::fit(&levels, &FitOptions::default())?;
//! let rule = Rule::parse(RuleKind::MinThroughput, "7k/s@8")?;
//! assert_eq!(rule.judge(&fit).verdict, Verdict::Pass);
//! # Ok::<(), scalecalc::Error>(())
//! ```
//!
//! # Features
//! `cli` (default) is the program. `report` is results in words, tables and documents, without a
//! program around them. Without either, the arithmetic and the readers remain.

#![cfg_attr(
    not(feature = "cli"),
    allow(dead_code, unused_imports, reason = "what only the program asks for")
)]

pub mod advice;
pub mod data;
mod domain;
mod error;
mod estimate;
pub mod fit;
pub mod judge;
pub mod law;
mod note;
mod numeric;
pub mod plan;
pub mod queueing;
#[cfg(feature = "report")]
pub mod render;
#[cfg(feature = "report")]
pub mod report;
pub mod risk;
pub mod schedule;
pub mod sim;
mod spelling;
mod stats;
pub mod sweep;
#[cfg(feature = "report")]
mod text;
mod units;

#[cfg(feature = "cli")]
pub mod cli;

pub use error::{DataError, Error};
pub use estimate::{Basis, Estimate, PointEstimate};
pub use note::{Note, NoteCode, Severity};
