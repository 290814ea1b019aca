//! `scalecalc measure`, run as a program on toy commands.
#![cfg(unix)]

use crate::support::skipped;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// X = 100n/(1 + 0.05(n−1) + 0.002n(n−1)), one number: a toy whose law is known.
const TOY: &str = "awk -v n={n} 'BEGIN {print 100*n/(1+.05*(n-1)+.002*n*(n-1))}'";

/// A folder of its own that goes when the test ends.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path =
            std::env::temp_dir().join(format!("scalecalc-measure-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_scalecalc"));
        command.current_dir(&self.0).args(args).stdin(Stdio::null());
        command
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).unwrap()
    }

    fn rows(&self, name: &str) -> Vec<Vec<String>> {
        let text = self.read(name);
        let rows = text.lines().filter(|line| !line.starts_with('#')).skip(1);
        rows.map(|row| row.split(',').map(str::to_owned).collect())
            .collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Whether a process is there and not only its remains.
fn lives(id: &str) -> bool {
    let stat = Path::new("/proc").join(id.trim()).join("stat");
    if Path::new("/proc/self/stat").exists() {
        return fs::read_to_string(stat).is_ok_and(|stat| !stat.contains(") Z"));
    }
    let kill = Command::new("kill")
        .args(["-0", id.trim()])
        .stderr(Stdio::null())
        .status();
    kill.is_ok_and(|status| status.success())
}

fn eventually(what: impl Fn() -> bool) -> bool {
    (0..200).any(|_| {
        std::thread::sleep(Duration::from_millis(20));
        what()
    })
}

#[test]
fn a_sweep_answers_like_usl_on_its_file() {
    let folder = Folder::new("sweep");
    let measured = folder.run(&[
        "measure",
        "--n",
        "1,2,4,8,16,32",
        "--runs",
        "2",
        "--n-unit",
        "threads",
        "--shell",
        "-o",
        "runs.csv",
        "--json",
        "--",
        TOY,
    ]);
    assert!(measured.status.success(), "{}", err(&measured));
    let document: Value = serde_json::from_slice(&measured.stdout).unwrap();
    let close = |pointer: &str, expected: f64| {
        let value = document.pointer(pointer).and_then(Value::as_f64).unwrap();
        assert!((value / expected - 1.0).abs() < 1e-3, "{pointer}: {value}");
    };
    // The coefficients of the toy; awk prints six digits.
    close("/fit/alpha/value", 0.05);
    close("/fit/beta/value", 0.002);
    close("/fit/gamma/value", 100.0);
    assert_eq!(
        document["measurement"]["runs"].as_array().unwrap().len(),
        12
    );
    assert_eq!(document["input"]["n_unit"], "threads");
    let read = folder.run(&["usl", "runs.csv", "--json"]);
    let again: Value = serde_json::from_slice(&read.stdout).unwrap();
    for part in ["fit", "derived", "levels", "predictions"] {
        assert_eq!(document[part], again[part], "{part}");
    }
    assert_eq!(again["input"]["n_unit"], "threads");
    let text = folder.read("runs.csv");
    for key in [
        "command: awk",
        "cores: ",
        "kernel: ",
        "seed: 1",
        "reading: throughput",
    ] {
        assert!(text.contains(&format!("# {key}")), "{key}: {text}");
    }
}

#[test]
fn rounds_hold_every_size_once_in_an_order_of_their_own() {
    let folder = Folder::new("rounds");
    let measure = |file: &str, seed: &str| {
        let sizes = "1..16";
        let run = folder.run(&[
            "measure", "--n", sizes, "--runs", "3", "--seed", seed, "-o", file, "--shell", "--",
            TOY,
        ]);
        assert!(run.status.success(), "{}", err(&run));
        let rows = folder.rows(file);
        rows.chunks(16)
            .map(|round| {
                round
                    .iter()
                    .map(|row| row[0].parse::<u32>().unwrap())
                    .collect()
            })
            .collect::<Vec<Vec<u32>>>()
    };
    let rounds = measure("a.csv", "5");
    for round in &rounds {
        let mut sorted = round.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, (1..=16).collect::<Vec<_>>());
        assert_ne!(*round, sorted);
    }
    assert_ne!(rounds[0], rounds[1]);
    assert_eq!(rounds, measure("b.csv", "5"));
    assert_ne!(rounds, measure("c.csv", "6"));
}

#[test]
fn a_failure_stops_and_shows_itself_or_is_counted() {
    let folder = Folder::new("failure");
    let line = "if [ {n} = 4 ]; then echo started; echo out of threads >&2; exit 3; fi; echo {n}0";
    let args = [
        "measure", "--n", "1,2,4,8", "--runs", "2", "--shell", "-o", "a.csv", "--", line,
    ];
    let stopped = folder.run(&args);
    assert_eq!(stopped.status.code(), Some(3));
    let message = err(&stopped);
    for part in [
        "ended with exit code 3",
        "| started",
        "| out of threads",
        "--resume a.csv",
        "--ignore-failure",
    ] {
        assert!(message.contains(part), "{part}: {message}");
    }
    let mut args = args
        .map(|word| if word == "a.csv" { "b.csv" } else { word })
        .to_vec();
    args.insert(1, "--ignore-failure");
    let counted = folder.run(&args);
    assert!(counted.status.success(), "{}", err(&counted));
    assert!(
        err(&counted).contains("runs-failed: 2 of 8 runs failed"),
        "{}",
        err(&counted)
    );
    assert_eq!(folder.rows("b.csv").len(), 6);
    assert_eq!(folder.read("b.csv").matches("# failed run: 4,").count(), 2);
    assert!(folder.run(&["usl", "b.csv"]).status.success());
}

#[test]
fn hooks_stand_around_the_runs() {
    let folder = Folder::new("hooks");
    let done = folder.run(&[
        "measure",
        "--n",
        "1,2,3",
        "--runs",
        "1",
        "--order",
        "rising",
        "--warmup",
        "1",
        "-o",
        "a.csv",
        "--setup",
        "echo setup {n} >> log",
        "--teardown",
        "echo teardown $SCALECALC_N >> log",
        "--prepare",
        "echo prepare >> log",
        "--cleanup",
        "echo cleanup >> log",
        "--shell",
        "--",
        "echo run {n} >> log; echo 1{n}",
    ]);
    assert!(err(&done).contains("rising-order"), "{}", err(&done));
    let one = |n| {
        format!("setup {n}\nprepare\nrun {n}\ncleanup\nprepare\nrun {n}\ncleanup\nteardown {n}\n")
    };
    assert_eq!(folder.read("log"), [one(1), one(2), one(3)].concat());
    assert_eq!(folder.rows("a.csv").len(), 3);
}

#[test]
fn a_timeout_ends_what_the_command_started() {
    let folder = Folder::new("timeout");
    let started = Instant::now();
    let done = folder.run(&[
        "measure",
        "--n",
        "1",
        "--timeout",
        "300ms",
        "--shell",
        "-o",
        "a.csv",
        "--",
        "(trap '' TERM; sleep 300) & echo $! > grandchild; wait",
    ]);
    assert_eq!(done.status.code(), Some(3));
    assert!(
        err(&done).contains("took too long and was ended"),
        "{}",
        err(&done)
    );
    assert!(started.elapsed() < Duration::from_secs(20));
    assert!(eventually(|| !lives(&folder.read("grandchild"))));
}

#[test]
fn ctrl_c_keeps_what_was_measured_and_resume_goes_on() {
    let folder = Folder::new("interrupt");
    let line =
        "[ -f slow ] && { echo $$ > child; sleep 300; }; echo 1{n}; [ {n} != 8 ] || touch slow";
    let args = [
        "measure", "--n", "1,2,4,8", "--runs", "2", "--order", "rising", "--shell", "-o", "a.csv",
        "--", line,
    ];
    let running = folder
        .command(&args)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    assert!(eventually(|| folder.0.join("child").exists()));
    let id = running.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &id])
            .status()
            .unwrap()
            .success()
    );
    let done = running.wait_with_output().unwrap();
    assert_eq!(done.status.code(), Some(130), "{}", err(&done));
    assert!(out(&done).contains("4 runs in"), "{}", out(&done));
    let told = "warning interrupted: the sweep was interrupted; --resume a.csv goes on with it";
    assert!(err(&done).contains(told), "{}", err(&done));
    assert!(eventually(|| !lives(&folder.read("child"))));
    let before = folder.read("a.csv");
    assert_eq!(folder.rows("a.csv").len(), 4);

    fs::remove_file(folder.0.join("slow")).unwrap();
    let other = folder.run(&[
        "measure", "--resume", "a.csv", "--order", "rising", "--shell", "--", "echo 5",
    ]);
    assert_eq!(other.status.code(), Some(2));
    assert!(
        err(&other).contains("holds runs of another command"),
        "{}",
        err(&other)
    );
    assert_eq!(folder.read("a.csv"), before);
    let resumed = folder.run(&[
        "measure", "--resume", "a.csv", "--order", "rising", "--runs", "2",
    ]);
    assert!(resumed.status.success(), "{}", err(&resumed));
    let after = folder.read("a.csv");
    assert!(after.starts_with(&before));
    let rows: Vec<(String, String)> = folder
        .rows("a.csv")
        .iter()
        .map(|row| (row[0].clone(), row[5].clone()))
        .collect();
    let expected: Vec<_> = ["1", "2"]
        .iter()
        .flat_map(|round| ["1", "2", "4", "8"].map(|n| (n.to_owned(), (*round).to_owned())))
        .collect();
    assert_eq!(rows, expected);
}

/// A sweep that goes on is taken as it was begun: hooks, how it is read, the order, when to stop.
#[test]
fn resume_alone_goes_on_as_the_sweep_was_begun() {
    let folder = Folder::new("as-begun");
    let line = "[ -f broken ] && exit 3; [ {n} != 4 ] || echo >> fours; [ ! -f fours ] || \
                [ -f mended ] || [ $(wc -l < fours) -lt 2 ] || exit 3; echo rate {n}0 of 7";
    let begun = folder.run(&[
        "measure",
        "--n",
        "1,2,4",
        "--runs",
        "4",
        "--order",
        "rising",
        "--n-unit",
        "threads",
        "--prepare",
        "echo \"it's {n}\" >> prepared",
        "--metric",
        "rate ([0-9]+)",
        "--shell",
        "-o",
        "a.csv",
        "--",
        line,
    ]);
    assert_eq!(begun.status.code(), Some(3), "{}", err(&begun));
    assert_eq!(folder.rows("a.csv").len(), 5, "{}", err(&begun));
    fs::write(folder.0.join("mended"), "").unwrap();
    let done = folder.run(&["measure", "--resume", "a.csv"]);
    assert!(done.status.success(), "{}", err(&done));
    // Four rounds of three, each prepared; the sixth run was prepared twice.
    assert_eq!(folder.rows("a.csv").len(), 12);
    assert_eq!(folder.read("prepared").lines().count(), 13);
    let order: Vec<String> = folder.rows("a.csv").iter().map(|r| r[0].clone()).collect();
    assert_eq!(order, ["1", "2", "4"].repeat(4));
    assert!(out(&done).contains(" 4 threads"), "{}", out(&done));
    let told = "12 runs, 7 of them now, in";
    assert!(out(&done).contains(told), "{}", out(&done));
    // What is said anew counts.
    let more = folder.run(&["measure", "--resume", "a.csv", "--runs", "5"]);
    assert!(more.status.success(), "{}", err(&more));
    assert_eq!(folder.rows("a.csv").len(), 15);
}

#[test]
fn two_measurements_do_not_write_to_one_file() {
    let folder = Folder::new("two");
    let line = "[ {n} = 1 ] || { touch waits; sleep 300; }; echo 1";
    let args = [
        "measure", "--n", "1,2", "--order", "rising", "--shell", "-o", "a.csv", "--", line,
    ];
    let first = folder
        .command(&args)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let mut first = first.unwrap();
    assert!(eventually(|| folder.0.join("waits").exists()));
    let before = folder.read("a.csv");
    let second = folder.run(&["measure", "--resume", "a.csv"]);
    assert_eq!(second.status.code(), Some(3));
    let told = "a.csv: another measurement is writing to it";
    assert!(err(&second).contains(told), "{}", err(&second));
    assert_eq!(folder.read("a.csv"), before);
    let id = first.id().to_string();
    let stopped = Command::new("kill").args(["-INT", &id]).status();
    assert!(stopped.unwrap().success());
    assert_eq!(first.wait().unwrap().code(), Some(130));
}

#[test]
fn a_command_without_n_is_told() {
    let folder = Folder::new("without-n");
    let args = ["measure", "--n", "1,2", "-o", "a.csv", "--", "echo", "5"];
    let done = folder.run(&args);
    let told = "warning n-not-in-command: the command has no {n}: it must look at SCALECALC_N";
    assert!(err(&done).contains(told), "{}", err(&done));
    let args = ["measure", "--n", "1,2", "-o", "b.csv", "--shell", "--"];
    let done = folder.run(&[&args[..], &["echo $SCALECALC_N"]].concat());
    assert!(!err(&done).contains("n-not-in-command"), "{}", err(&done));
}

#[test]
fn a_file_that_cannot_be_written_is_known_before_the_first_run() {
    let folder = Folder::new("unwritable");
    let mut places = vec!["missing/a.csv"];
    if Path::new("/dev/full").exists() {
        places.push("/dev/full");
    }
    fs::write(folder.0.join("there.csv"), "n,x\n1,2\n").unwrap();
    places.push("there.csv");
    for place in places {
        let done = folder.run(&[
            "measure",
            "--n",
            "1,2",
            "-o",
            place,
            "--shell",
            "--",
            "touch ran; echo 1",
        ]);
        assert_eq!(done.status.code(), Some(3), "{place}: {}", err(&done));
        assert!(err(&done).contains(place), "{}", err(&done));
        assert!(!folder.0.join("ran").exists(), "{place}");
    }
    assert_eq!(folder.read("there.csv"), "n,x\n1,2\n");
    // A command that never ran leaves no file in the way.
    let args = [
        "measure",
        "--n",
        "1",
        "-o",
        "new.csv",
        "--",
        "./no-such-program",
    ];
    for _ in 0..2 {
        let done = folder.run(&args);
        assert!(
            err(&done).contains("cannot start ./no-such-program"),
            "{}",
            err(&done)
        );
    }
    assert!(!folder.0.join("new.csv").exists());
}

#[test]
fn a_disk_that_fills_up_loses_no_earlier_run() {
    let folder = Folder::new("full");
    // A limit on the size of files stands for the full disk: 2 blocks of 512 bytes.
    let line = format!(
        "trap '' XFSZ; ulimit -f 2; exec {} measure --n 1..50 --runs 1 -o a.csv --shell -- 'echo 1{{n}}'",
        env!("CARGO_BIN_EXE_scalecalc")
    );
    let done = Command::new("sh")
        .current_dir(&folder.0)
        .args(["-c", &line])
        .output()
        .unwrap();
    assert_eq!(done.status.code(), Some(3), "{}", err(&done));
    let message = err(&done);
    assert!(
        message.contains("the runs before it are kept, this one is not: "),
        "{message}"
    );
    let text = folder.read("a.csv");
    assert!(text.ends_with('\n') && text.len() <= 1024);
    let kept = folder.rows("a.csv");
    assert!(
        kept.len() > 3 && kept.iter().all(|row| row.len() == 8),
        "{text}"
    );
    let resumed = folder.run(&["measure", "--resume", "a.csv", "--runs", "1"]);
    assert!(resumed.status.success(), "{}", err(&resumed));
    let mut sizes: Vec<u32> = folder
        .rows("a.csv")
        .iter()
        .map(|row| row[0].parse().unwrap())
        .collect();
    sizes.sort_unstable();
    assert_eq!(sizes, (1..=50).collect::<Vec<_>>());
}

#[test]
fn a_search_finds_the_peak_and_stops_by_itself() {
    let folder = Folder::new("search");
    // ±3 %, evenly spread over the runs (multiples of the golden ratio) and the same every time.
    let noisy = "k=$(cat k 2>/dev/null || echo 0); echo $((k+1)) > k; awk -v n={n} -v k=$k \
                 'BEGIN {r=k*.6180339887; r-=int(r); \
                 print 100*n/(1+.05*(n-1)+.002*n*(n-1)) * (1+.06*(r-.5))}'";
    let done = folder.run(&[
        "measure", "--max-n", "64", "--until", "peak±5%", "--seed", "1", "-o", "a.csv", "--json",
        "--shell", "--", noisy,
    ]);
    assert!(done.status.success(), "{}", err(&done));
    let document: Value = serde_json::from_slice(&done.stdout).unwrap();
    let measurement = &document["measurement"];
    assert_eq!(measurement["stopped"], "goal", "{measurement}");
    assert_eq!(measurement["goal"]["reached"], true);
    assert!(measurement["goal"]["half_width"].as_f64().unwrap() <= 0.05);
    // N* = √((1 − α)/β) of the toy; seven half-widths of 5 % are out of the question.
    let peak = document["derived"]["peak"]["n_real"]["value"]
        .as_f64()
        .unwrap();
    assert!(
        (peak / (0.95_f64 / 0.002).sqrt()).ln().abs() < 0.2,
        "{peak}"
    );
    assert!(
        folder
            .rows("a.csv")
            .iter()
            .all(|row| row[0].parse::<f64>().unwrap() <= 64.0)
    );
    let runs = folder.run(&[
        "measure",
        "--max-n",
        "64",
        "--until",
        "peak±0.1%",
        "--max-runs",
        "9",
        "--seed",
        "1",
        "-o",
        "b.csv",
        "--shell",
        "--",
        noisy,
    ]);
    assert!(out(&runs).contains("9 runs in"), "{}", out(&runs));
}

#[test]
fn a_budget_ends_the_sweep_in_time() {
    let folder = Folder::new("budget");
    let started = Instant::now();
    let done = folder.run(&[
        "measure",
        "--n",
        "1,2,4,8",
        "--budget",
        "600ms",
        "-o",
        "a.csv",
        "--work-per-unit",
        "10",
        "--",
        "sleep",
        "0.1",
    ]);
    assert!(done.status.success(), "{}", err(&done));
    assert!(out(&done).contains("no time is left"), "{}", out(&done));
    assert!(started.elapsed() < Duration::from_secs(3));
    // X = 10·N/wall, and wall is what sleep says.
    for row in folder.rows("a.csv") {
        let [n, x, wall] = [0, 1, 3].map(|at| row[at].parse::<f64>().unwrap());
        assert!((x * wall / (10.0 * n) - 1.0).abs() < 1e-9);
        assert!((0.1..1.0).contains(&wall), "{wall}");
    }
}

#[test]
fn too_few_sizes_keep_their_runs_and_say_so() {
    let folder = Folder::new("few");
    let done = folder.run(&[
        "measure", "--n", "1,2", "--runs", "1", "-o", "a.csv", "--json", "--shell", "--", TOY,
    ]);
    assert_eq!(done.status.code(), Some(4));
    let document: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(document["kind"], "measure-runs");
    assert_eq!(document["measurement"]["runs"].as_array().unwrap().len(), 2);
    assert_eq!(folder.rows("a.csv").len(), 2);
}

#[test]
fn documents_follow_their_schema() {
    let folder = Folder::new("schema");
    for (kind, sizes) in [("measure", "1,2,4,8"), ("measure-runs", "1")] {
        let schema: Value = serde_json::from_slice(&folder.run(&["schema", kind]).stdout).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let file = format!("{kind}.csv");
        let done = folder.run(&[
            "measure", "--n", sizes, "--runs", "2", "-o", &file, "--json", "--shell", "--", TOY,
        ]);
        let document: Value = serde_json::from_slice(&done.stdout).unwrap();
        assert_eq!(document["kind"], kind);
        let errors: Vec<String> = validator
            .iter_errors(&document)
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{errors:?}");
    }
}

#[test]
fn a_lock_limits_what_threads_get_through() {
    let program = Path::new(env!("CARGO_BIN_EXE_scalecalc"))
        .with_file_name("examples")
        .join("lock");
    if !program.exists() {
        skipped(
            "a_lock_limits_what_threads_get_through",
            "examples/lock is not built",
        );
        return;
    }
    let folder = Folder::new("lock");
    let done = folder.run(&[
        "measure",
        "--n",
        "1,2,4,8,16",
        "--runs",
        "1",
        "--n-unit",
        "threads",
        "-o",
        "a.csv",
        "--json",
        "--",
        program.to_str().unwrap(),
        "{n}",
        "0.15",
    ]);
    assert!(done.status.success(), "{}", err(&done));
    let document: Value = serde_json::from_slice(&done.stdout).unwrap();
    for level in document["levels"].as_array().unwrap() {
        let [n, x] = ["n", "throughput_mean"].map(|key| level[key].as_f64().unwrap());
        // Asymptotic bounds of operational analysis: N/(Z + S) and 1/S, sleeping at least as
        // long as asked.
        assert!(x < (n / 0.0012).min(1.0 / 0.0002) * 1.001, "{n} {x}");
    }
}
