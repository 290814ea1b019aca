//! One sweep while it is taken.

use super::command::{Command, VARIABLE};
use super::hooks::{self, Hooks, ended, run_hook};
use super::machine::Machine;
use super::progress::Progress;
use super::reading::{How, ReadingArgs, Said, tail};
use super::record::{About, Record, Run};
use super::{MeasureArgs, Prepared, clock};
use crate::cli::run::{self, End, Finished, Interrupt};
use crate::cli::spelling;
use crate::cli::{Failure, Outcome, Terminal};
use crate::fit::Fit;
use crate::note::{Note, NoteCode};
use crate::report::measure::{self, GoalPart, MeasurementPart, RunPart};
use crate::report::usl::{self, document::Questions};
use crate::schedule::{self, Place, Schedule, Step, Stop, Taken};
use crate::sweep::{Source, Sweep, Sweeps};
use crate::units::plain;
use std::io::Write;
use std::time::Instant;

/// Exit code of a program that Ctrl-C ended.
const INTERRUPTED: u8 = 130;
/// Exit code that stands for a time-out, as the program `timeout` has it.
const TIMED_OUT: i32 = 124;
/// An empty command is timed this often.
const EMPTY_RUNS: usize = 5;

/// One sweep while it is taken.
pub(super) struct Session<'a> {
    command: Command,
    about: About,
    hooks: Hooks,
    reading: &'a ReadingArgs,
    warmup: u32,
    timeout: Option<f64>,
    ignore_failure: bool,
    n_unit: Option<String>,
    record: Record,
    schedule: Schedule,
    machine: Machine,
    interrupt: Interrupt,
    progress: Progress,
    started: Instant,
    /// Runs that the file held before.
    earlier: usize,
    runs: Vec<Run>,
    how: Option<How>,
    /// Doubts of the reader.
    notes: Vec<Note>,
    /// The N that `--setup` has been run for.
    set_up: Option<f64>,
    runner_cost: Option<f64>,
}

/// What became of one run.
enum Made {
    /// It counts, or was left out and counted.
    Run,
    /// Ctrl-C ended it.
    Interrupted,
}

impl<'a> Session<'a> {
    pub(super) fn new(
        args: &'a MeasureArgs,
        prepared: Prepared,
        machine: Machine,
        interrupt: Interrupt,
        terminal: &Terminal,
    ) -> Result<Self, Failure> {
        let Prepared {
            command,
            about,
            record,
            runs,
            sizes,
        } = prepared;
        Ok(Self {
            hooks: args.hooks(),
            reading: &args.reading,
            warmup: args.running.warmup,
            timeout: args.running.timeout,
            ignore_failure: args.running.ignore_failure,
            n_unit: args.n_unit.clone(),
            schedule: Schedule::new(args.schedule(sizes, about.seed))?,
            progress: Progress::new(terminal.stderr),
            command,
            about,
            record,
            machine,
            interrupt,
            started: Instant::now(),
            earlier: runs.len(),
            runs,
            how: None,
            notes: Vec::new(),
            set_up: None,
            runner_cost: None,
        })
    }

    /// Measures until the schedule stops (why is returned) or Ctrl-C comes (`None`).
    ///
    /// # Errors
    /// A command that fails, an output that cannot be read, a file that cannot be written.
    pub(super) fn measure(&mut self, err: &mut dyn Write) -> Result<Option<Stop>, Failure> {
        self.runner_cost = self.empty_run();
        let result = self.rounds(err);
        if let Some(n) = self.set_up.take() {
            hooks::run_last(self.hooks.teardown.as_ref(), n, &self.interrupt);
        }
        self.progress.clear();
        if self.runs.is_empty() {
            self.record.discard();
        }
        result
    }

    fn rounds(&mut self, err: &mut dyn Write) -> Result<Option<Stop>, Failure> {
        loop {
            if self.interrupt.came() {
                return Ok(None);
            }
            let elapsed = self.started.elapsed().as_secs_f64();
            let past = self.past();
            match self.schedule.next(&past, elapsed) {
                Step::Stop(stop) => return Ok(Some(stop)),
                Step::Run(place) => {
                    self.progress
                        .begins(place, past.len(), self.left(place, elapsed));
                    match self.place(place, err)? {
                        Made::Run => self.show_last(place.n),
                        Made::Interrupted => return Ok(None),
                    }
                }
            }
        }
    }

    fn past(&self) -> Vec<Taken> {
        self.runs.iter().map(|run| run.taken).collect()
    }

    /// One place of the schedule: hooks, warm-up, the run itself.
    fn place(&mut self, place: Place, err: &mut dyn Write) -> Result<Made, Failure> {
        let Place { n, .. } = place;
        let begun = Instant::now();
        if self.set_up.is_none_or(|at| at.to_bits() != n.to_bits()) {
            if let Some(old) = self.set_up.take() {
                run_hook(
                    "--teardown",
                    self.hooks.teardown.as_ref(),
                    old,
                    &self.interrupt,
                )?;
            }
            self.set_up = Some(n);
            if !run_hook("--setup", self.hooks.setup.as_ref(), n, &self.interrupt)? {
                return Ok(Made::Interrupted);
            }
            for _ in 0..self.warmup {
                let (_, done) = self.once(n)?;
                if done.end == End::Interrupted {
                    return Ok(Made::Interrupted);
                }
                if !done.is_success() && !self.ignore_failure {
                    return Err(self.failed(n, &done));
                }
            }
        }
        let (start, done) = self.once(n)?;
        if done.end == End::Interrupted {
            return Ok(Made::Interrupted);
        }
        let said = if done.is_success() {
            self.said(n, &done, err)?
        } else if self.ignore_failure {
            None
        } else {
            return Err(self.failed(n, &done));
        };
        self.keep(place, start, &done, said, begun)
    }

    /// Keeps one run, in memory and in the file.
    fn keep(
        &mut self,
        place: Place,
        start: f64,
        done: &Finished,
        said: Option<Said>,
        begun: Instant,
    ) -> Result<Made, Failure> {
        let run = Run {
            taken: Taken {
                n: place.n,
                throughput: said.as_ref().map(|said| said.throughput),
                latency: said.as_ref().and_then(|said| said.latency),
                round: place.round,
                order: place.order,
                took: begun.elapsed().as_secs_f64(),
            },
            wall: done.wall,
            exit_code: match done.end {
                End::Code(code) => code,
                End::Signal(signal) => 128 + signal,
                End::TimedOut => TIMED_OUT,
                End::Interrupted => i32::from(INTERRUPTED),
            },
            start: clock::iso(start),
        };
        let said = said.map_or(Vec::new(), |said| said.notes);
        for note in crate::cli::input::spelled(said) {
            if !self.notes.iter().any(|had| had.code == note.code) {
                self.notes.push(note);
            }
        }
        self.record.add(&run)?;
        self.runs.push(run);
        Ok(Made::Run)
    }

    /// The command once, with its hooks; and when it started.
    fn once(&self, n: f64) -> Result<(f64, Finished), Failure> {
        let interrupted = |start| {
            let nothing = Finished {
                end: End::Interrupted,
                wall: 0.0,
                out: Vec::new(),
                err: Vec::new(),
            };
            Ok((start, nothing))
        };
        let start = clock::now();
        if !run_hook("--prepare", self.hooks.prepare.as_ref(), n, &self.interrupt)? {
            return interrupted(start);
        }
        let start = clock::now();
        let done = run::run(
            &self.command.at(n),
            &[(VARIABLE, plain(n))],
            self.timeout,
            &self.interrupt,
        );
        let done = match done {
            Ok(done) if done.is_success() || done.end == End::TimedOut => {
                run_hook("--cleanup", self.hooks.cleanup.as_ref(), n, &self.interrupt)?;
                done
            }
            done => {
                hooks::run_last(self.hooks.cleanup.as_ref(), n, &self.interrupt);
                done.map_err(|error| self.unstartable(n, &error))?
            }
        };
        Ok((start, done))
    }

    /// What a run says. The first decides how all are read.
    fn said(
        &mut self,
        n: f64,
        done: &Finished,
        err: &mut dyn Write,
    ) -> Result<Option<Said>, Failure> {
        if let Some(how) = &self.how {
            return match self.reading.read(how, n, done) {
                Ok(said) => Ok(Some(said)),
                Err(_) if self.ignore_failure => Ok(None),
                Err(why) => Err(Failure::input(
                    format!(
                        "{}: this run cannot be read as those before it ({}): {why}\n{}",
                        self.command.text_at(n),
                        how.words(),
                        tail(done)
                    ),
                    self.go_on(),
                )),
            };
        }
        let (how, said) = self.reading.decide(&self.command, n, done)?;
        if self.n_unit.is_none() {
            self.n_unit = how.n_unit().map(str::to_owned);
        }
        self.record.head(&how.words(), self.n_unit.as_deref())?;
        if self.progress.is_shown() {
            self.progress.says(&format!("reading {}", how.words()));
        } else {
            let _ = writeln!(err, "reading {}", how.words());
        }
        self.how = Some(how);
        Ok(Some(said))
    }

    fn failed(&self, n: f64, done: &Finished) -> Failure {
        Failure::input(
            format!(
                "{} {}\n{}",
                self.command.text_at(n),
                ended(done.end),
                tail(done)
            ),
            format!(
                "{}\n--ignore-failure leaves failed runs out and counts them",
                self.go_on()
            ),
        )
    }

    fn unstartable(&self, n: f64, error: &std::io::Error) -> Failure {
        Failure::input(
            format!("cannot start {}: {error}", self.command.text_at(n)),
            "name a program that exists; --shell for a line with pipes or variables",
        )
    }

    /// How to go on after mending what is wrong.
    fn go_on(&self) -> String {
        if self.runs.is_empty() {
            return "the same command again, once it is mended".to_owned();
        }
        format!(
            "scalecalc measure --resume {} goes on after the {} run{} it keeps",
            self.record.path().display(),
            self.runs.len(),
            if self.runs.len() == 1 { "" } else { "s" }
        )
    }

    /// Wall time of a command that does nothing, the median of a few; `None` where there is
    /// none to be had.
    fn empty_run(&self) -> Option<f64> {
        let words = if self.command.is_shell() || cfg!(windows) {
            run::in_shell("exit 0")
        } else {
            vec!["true".to_owned()]
        };
        let mut walls = Vec::new();
        for _ in 0..EMPTY_RUNS {
            let done = run::run(&words, &[], Some(1.0), &self.interrupt).ok()?;
            walls.push(done.is_success().then_some(done.wall)?);
        }
        walls.sort_by(f64::total_cmp);
        walls.get(EMPTY_RUNS / 2).copied()
    }

    /// Seconds until the end, as far as the limits tell.
    fn left(&self, place: Place, elapsed: f64) -> Option<f64> {
        let options = self.schedule.options();
        if let Some(budget) = options.limits.seconds {
            return Some((budget - elapsed).max(0.0));
        }
        let per_run = {
            let took: f64 = self.runs.iter().map(|run| run.taken.took).sum();
            (!self.runs.is_empty()).then(|| took / self.runs.len() as f64)?
        };
        let rounds = options.limits.rounds?;
        let of_round = f64::from(place.of - place.order + 1);
        let later = f64::from(rounds.saturating_sub(place.round)) * f64::from(place.of);
        Some(per_run * (of_round + later))
    }

    /// Shows the last value and the answer so far.
    fn show_last(&mut self, n: f64) {
        if !self.progress.is_shown() {
            return;
        }
        let parts = self.run_parts();
        let cv = measure::spread(&parts)
            .iter()
            .find(|level| level.n.to_bits() == n.to_bits())
            .and_then(|level| level.cv);
        let last = self.runs.last().and_then(|run| run.taken.throughput);
        self.progress.ended(n, last, cv);
        if let Some(fit) = self.fit_so_far() {
            let report = usl::report(&self.sweeps(&fit), "", &fit, &Questions::default());
            if let Some(sentence) = report.headline.first() {
                self.progress.says(sentence);
            }
        }
    }

    fn fit_so_far(&self) -> Option<Fit> {
        schedule::fitted(&self.past(), &self.schedule.options().fit)
    }

    fn run_parts(&self) -> Vec<RunPart> {
        let part = |run: &Run| RunPart {
            n: run.taken.n,
            throughput: run.taken.throughput,
            latency_mean_s: run.taken.latency,
            wall_time_s: run.wall,
            exit_code: run.exit_code,
            round: run.taken.round,
            order: run.taken.order,
            start_time: run.start.clone(),
        };
        self.runs.iter().map(part).collect()
    }

    fn unit(&self) -> String {
        self.n_unit.clone().unwrap_or_else(|| "units".to_owned())
    }

    fn sweeps(&self, fit: &Fit) -> Sweeps {
        let good = self
            .runs
            .iter()
            .filter(|run| run.taken.throughput.is_some());
        let good = good.count() as u64;
        let latency = self.runs.iter().any(|run| run.taken.latency.is_some());
        Sweeps {
            sweeps: vec![Sweep {
                name: String::new(),
                levels: fit.levels().clone(),
                fitted: None,
            }],
            sources: vec![Source {
                path: self.record.path().display().to_string(),
                format: "csv".into(),
                rows_read: good,
                rows_used: good,
            }],
            n_unit: self.unit(),
            n_column: Some(self.n_unit.clone().unwrap_or_else(|| "n".to_owned())),
            throughput_column: Some("throughput_per_s".to_owned()),
            latency_column: latency.then(|| "latency_mean_s".to_owned()),
            fixed_job: false,
            notes: self.notes.clone(),
            reading: self.how.iter().map(How::words).collect(),
        }
    }

    /// The answer from everything measured, and how the program ends.
    ///
    /// # Errors
    /// As a fit.
    pub(super) fn outcome(
        &self,
        args: &MeasureArgs,
        stop: Option<Stop>,
    ) -> Result<Outcome, Failure> {
        let past = self.past();
        let fit = args.fit.fit(&Sweep {
            levels: schedule::levels(&past)?,
            ..Sweep::default()
        });
        let mut measurement = self.measurement(stop, &past);
        let goal = self.schedule.options().goal;
        measurement.goal = goal.map(|goal| GoalPart::new(goal, fit.as_ref().ok()));
        let report = match &fit {
            Ok(fit) => {
                let questions = Questions {
                    at: args.at.as_ref().map_or(Vec::new(), |at| at.0.clone()),
                    next: 1,
                    spelling: spelling::flags(),
                    ..Questions::default()
                };
                measure::report(
                    measurement,
                    &self.sweeps(fit),
                    fit,
                    &questions,
                    &self.own_notes(stop),
                )
            }
            Err(failure) => measure::without_fit(
                measurement,
                &self.unit(),
                failure.message(),
                &self.own_notes(stop),
            ),
        };
        let code = match (stop, &fit) {
            (None, _) => INTERRUPTED,
            (Some(_), Ok(_)) => 0,
            (Some(_), Err(failure)) => failure.code(),
        };
        Ok(Outcome { report, code })
    }

    fn measurement(&self, stop: Option<Stop>, past: &[Taken]) -> MeasurementPart {
        let runs = self.run_parts();
        MeasurementPart {
            command: self.about.command.clone(),
            setting: self.about.setting.clone(),
            file: self.record.path().display().to_string(),
            reading: self.how.as_ref().map_or(String::new(), How::words),
            machine: self.machine.clone(),
            seed: self.about.seed,
            order: match self.schedule.options().order {
                schedule::Order::Random => "random".into(),
                schedule::Order::Rising => "rising".into(),
            },
            goal: None,
            stopped: measure::stopped(stop).into(),
            seconds: self.started.elapsed().as_secs_f64(),
            earlier_runs: self.earlier,
            failed_runs: runs.iter().filter(|run| run.throughput.is_none()).count(),
            spread: measure::spread(&runs),
            runs,
            drift: schedule::drift(past).map(Into::into),
            runner_cost_s: self.runner_cost,
        }
    }

    /// Doubts that the command line has: those that name flags, or what the system lacks.
    fn own_notes(&self, stop: Option<Stop>) -> Vec<Note> {
        let mut notes = Vec::new();
        if stop.is_none() {
            notes.push(Note::new(
                NoteCode::Interrupted,
                format!(
                    "the sweep was interrupted; --resume {} goes on with it",
                    self.record.path().display()
                ),
            ));
        }
        if !self.command.holds_n() {
            notes.push(Note::new(
                NoteCode::NotInCommand,
                "the command has no {n}: it must look at SCALECALC_N by itself, or every size is the same",
            ));
        }
        if !run::ENDS_GROUPS && self.timeout.is_some() {
            notes.push(Note::new(
                NoteCode::NoGroups,
                "this system has no process groups: --timeout ends the command, not what it started",
            ));
        }
        notes
    }
}
