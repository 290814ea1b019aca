//! The whole program under arguments and files that nobody means: real files cut, swapped and
//! spoilt, and every flag of every command with values at the edge of sense.
//!
//! `cargo test --bench whole_program -- SECONDS SEED FOLDER PROGRAM` searches; each case that breaks a
//! promise is kept in the folder, as `tests/fuzz/corpus/whole` keeps those that were mended.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a program that searches and says what it found"
)]

#[path = "flags.rs"]
mod flags;
#[path = "promises.rs"]
mod promises;
#[path = "spoil.rs"]
mod spoil;

use flags::Flag;
use promises::{Case, broken};
use spoil::Random;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

fn main() {
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with("--"))
        .collect();
    let number = |at: usize| words.get(at).and_then(|word| word.parse::<u64>().ok());
    let (seconds, seed) = (number(0).unwrap_or(60), number(1).unwrap_or(1));
    let folder = words.get(2).map_or_else(
        || PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("whole_program"),
        PathBuf::from,
    );
    let own = env!("CARGO_BIN_EXE_scalecalc");
    let program = Path::new(words.get(3).map_or(own, String::as_str));
    search(program, Duration::from_secs(seconds), seed, &folder);
}

fn search(program: &Path, time: Duration, seed: u64, folder: &Path) {
    let flags = flags::of_every_command(program);
    let samples = samples();
    let scratch = folder.join("scratch");
    fs::create_dir_all(&scratch).unwrap();
    let (start, mut runs, mut kinds) = (Instant::now(), 0_u64, BTreeMap::new());
    while start.elapsed() < time {
        let mut random = Random::seeded(seed.wrapping_mul(1 << 32).wrapping_add(runs));
        let case = one(&mut random, &flags, &samples);
        runs += 1;
        let Some(why) = broken(program, &case, &scratch.join("run")) else {
            continue;
        };
        let command = case.args.first().cloned().unwrap_or_default();
        let kind = format!("{} {why}", command.display());
        let seen: &mut u32 = kinds.entry(kind).or_default();
        *seen += 1;
        if *seen <= 3 {
            println!("{runs}: {why}\n    {}", spoil::written(&case.args));
            keep(&case, &why, &folder.join(format!("{seed}-{runs}")));
        }
    }
    println!("{runs} runs, {} kinds of broken promises", kinds.len());
    for (kind, count) in kinds {
        println!("{count:6} {kind}");
    }
}

/// Commands that are right, each the beginning of many that are not. `F` is a sweep, `G` any
/// sample, `W` workers.
const BEGINNINGS: &[&str] = &[
    "usl F",
    "usl G",
    "usl G G",
    "usl F --at 8,64 --plot",
    "usl --alpha 0.05 --beta 0.001 --gamma 100 --at 1..64:x2",
    "usl F --what-if beta=0",
    "usl F --slo p99<=10ms",
    "amdahl --serial 5% --at 8",
    "amdahl F",
    "amdahl --speedup 3@4",
    "little --rate 100/s --latency 20ms",
    "queue --service 10ms --arrivals 90/s --servers 2",
    "queue --service 10ms --servers 4 --utilization 50..95:5",
    "queue --service 10ms --arrivals 400/s --slo p99<=50ms --solve servers",
    "queue --clients 50 --think 1s --service 20ms --servers 2",
    "queue --service 10ms --arrivals 90/s --servers 1 --priority 60%,40%",
    "paths --at 4,64",
    "plan F --target 5k/s",
    "plan F --load 5k/s --growth 10% --headroom 30%",
    "plan F --target 5k/s --cells --zones 3",
    "plan --alpha 0.05 --beta 0.001 --gamma 100 --target 500/s",
    "check F --max-alpha 0.1 --min-peak 8",
    "check F --min-throughput 500/s@8 --max-latency 10ms@8",
    "check F --baseline F",
    "check G --baseline G --on-inconclusive fail",
    "compare a=F b=F",
    "compare a=G b=G --fail-if throughput@8<95%",
    "health W",
    "health G",
    "report F --target 5k/s -f html",
    "import G",
    "import G --fold",
    "import G G -f json",
    "risk --all --arrivals 900/s --service 10ms --servers 10",
    "risk --all",
    "risk herd",
    "risk retry",
    "risk starvation",
    "risk head-of-line",
    "risk affinity",
    "risk deadlock",
    "risk ceiling F",
    "risk batch",
    "risk concurrency",
    "risk fan-out",
    "simulate --arrivals 9/s --service 1s --servers 10 --requests 2000 --runs 3",
    "simulate --clients 20 --think 1s --service 50ms --servers 1 --requests 2000 --runs 3",
    "measure --n 1,2,4 --runs 2 --work 10 --no-config -- true",
    "measure --n 1,2 --no-config --metric [0-9]+ -- echo 5",
    "explain alpha",
    "schema usl",
    "completions bash",
    "",
];

fn one(random: &mut Random, flags: &BTreeMap<String, Vec<Flag>>, samples: &Samples) -> Case {
    let mut case = Case::default();
    let beginning = random.one_of(BEGINNINGS);
    for word in beginning.split_whitespace() {
        let (label, name) = word.split_once('=').map_or(("", word), |(a, b)| (a, b));
        let from = match name {
            "F" => &samples.sweeps,
            "G" => &samples.all,
            "W" => &samples.workers,
            _ => {
                case.args.push(word.into());
                continue;
            }
        };
        let name = file(random, from, &mut case);
        let mut arg = OsString::from(label);
        if !label.is_empty() {
            arg.push("=");
        }
        arg.push(name);
        case.args.push(arg);
    }
    let command = beginning.split_whitespace().next().unwrap_or("");
    let known = flags.get(command).map_or(&[][..], Vec::as_slice);
    // Behind `--` stands another program's own.
    let end = case.args.iter().position(|arg| arg == "--");
    let mut at = end.unwrap_or(case.args.len());
    for _ in 0..random.below(4) {
        if known.is_empty() {
            break;
        }
        let flag = &known[random.below(known.len())];
        for word in flag.words(random, &mut |random| match random.below(2) {
            0 => "out.json".into(),
            _ => samples.any(random),
        }) {
            case.args.insert(at, word);
            at += 1;
        }
    }
    if random.below(3) == 0 && !case.args.is_empty() {
        let place = random.below(at);
        if place > 0 {
            case.args[place] = spoil::word(random, &case.args[place]);
        }
    }
    case
}

/// Puts a file into the case, whole or spoilt, and gives its name.
fn file(random: &mut Random, from: &[PathBuf], case: &mut Case) -> OsString {
    let path = &from[random.below(from.len())];
    let mut content = fs::read(path).unwrap();
    content.truncate(400_000);
    for _ in 0..random.below(4) {
        spoil::content(random, &mut content);
    }
    let ending = path.extension().unwrap_or_default().to_string_lossy();
    let name = match random.below(40) {
        0 => spoil::file_name(random),
        1 => format!("c{}.{ending}", random.below(70)).into(),
        _ => format!(
            "{}.{ending}",
            ["in", "b", "c", "d"][case.files.len().min(3)]
        )
        .into(),
    };
    if case.files.iter().all(|(known, _)| *known != name) {
        case.files.push((name.clone(), content));
    }
    name
}

/// Files to begin with.
struct Samples {
    sweeps: Vec<PathBuf>,
    workers: Vec<PathBuf>,
    all: Vec<PathBuf>,
}

impl Samples {
    fn any(&self, random: &mut Random) -> OsString {
        self.all[random.below(self.all.len())].clone().into()
    }
}

fn samples() -> Samples {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let below = |folders: &[&str]| {
        let mut found = Vec::new();
        let mut open: Vec<PathBuf> = folders.iter().map(|folder| root.join(folder)).collect();
        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    open.push(path);
                } else {
                    found.push(path);
                }
            }
        }
        found.sort();
        found
    };
    Samples {
        sweeps: below(&[
            "data/gate",
            "data/own",
            "data/published",
            "tests/data/cases",
        ]),
        workers: vec![
            root.join("data/workers.csv"),
            root.join("tests/data/workers_even.csv"),
            root.join("tests/data/workers_health.json"),
        ],
        all: below(&["data", "tests/data", "tests/fuzz/corpus"]),
    }
}

/// Writes a case down: its files, the arguments a line each, and what it broke.
fn keep(case: &Case, why: &str, folder: &Path) {
    fs::create_dir_all(folder.join("files")).unwrap();
    for (name, content) in &case.files {
        fs::write(folder.join("files").join(name), content).unwrap();
    }
    fs::write(folder.join("args"), spoil::lines_of(&case.args)).unwrap();
    fs::write(folder.join("why"), format!("{why}\n")).unwrap();
}
