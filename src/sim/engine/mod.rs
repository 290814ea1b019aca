//! The event loop: one run of any scenario.
//!
//! Events come out of a heap in the order (time, sequence), so that ties are decided by the
//! order in which they were planned and a run is the same every time.

mod change;
mod client;
mod server;
mod sharing;
mod sources;
mod store;
mod watch;

use super::events::{Event, Events, Kind};
use super::line::{JobId, Line};
use super::scenario::{Budget, Discipline, Scenario};
use super::streams::{Purpose, Stream};
use super::tally::{Levels, Tally};
use sources::{Source, zipf};
use std::collections::VecDeque;
use store::{Job, NOBODY, Request, Store};
use watch::Watch;

/// How long a run is and where it starts to count.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Length {
    /// Requests settled (answered or lost) before counting begins.
    pub(super) warm: u64,
    /// Requests settled while counting; the run ends then.
    pub(super) requests: u64,
    /// Seconds of counting after which the run ends in any case.
    pub(super) horizon: f64,
    /// Events after which the run is stopped: retries without end may never let go.
    pub(super) events: u64,
    /// Requests at the station or in a pause above which the run is stopped: memory is for them.
    pub(super) open: u32,
    /// Points of the time series; 0 for none.
    pub(super) points: u32,
    /// Seconds over which they lie.
    pub(super) span: f64,
}

/// What one run found.
#[derive(Debug, Clone)]
pub(super) struct OneRun {
    pub(super) tally: Tally,
    /// Backlog (at the station or pausing before a retry) at even steps.
    pub(super) backlog: Vec<f64>,
    /// Answers in time a second between those steps.
    pub(super) goodput: Vec<f64>,
    /// Seconds from the end of the last trigger until the backlog was back; `None` if never.
    pub(super) recovered: Option<f64>,
    /// Seconds after which everything stood still.
    pub(super) deadlock: Option<f64>,
    /// Whether it was stopped before its end.
    pub(super) stopped: bool,
    /// Backlog at the beginning and at the end of counting.
    pub(super) ends: (f64, f64),
    /// Requests settled and not settled at the end.
    pub(super) open: u64,
    /// Events planned.
    pub(super) events: u64,
    /// Response times in the order of their answers, for pilots.
    pub(super) trace: Vec<f64>,
}

/// One server.
#[derive(Debug, Clone, Copy)]
struct Server {
    job: u32,
    generation: u32,
    started: f64,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    On,
    /// Cold: needs its setup before it works.
    Off,
    Warming,
    /// Finishes its job and goes.
    Leaving,
    Gone,
}

/// One queue with the servers behind it.
#[derive(Debug)]
struct Queue {
    line: Line,
    waiting: u32,
    present: u32,
    /// For sharing: the virtual time that each job has been served, and when that was.
    virtual_time: f64,
    virtual_since: f64,
    generation: u32,
}

/// A run in progress.
pub(super) struct Engine<'a> {
    scenario: &'a Scenario,
    arrivals: Stream,
    service: Stream,
    choice: Stream,
    jitter: Stream,
    copies: Stream,
    now: f64,
    events: Events,
    jobs: Store<Job>,
    requests: Store<Request>,
    /// Copies of each request that are out, where something has to know them.
    out: Vec<Vec<JobId>>,
    tracked: bool,
    servers: Vec<Server>,
    /// Idle servers of a shared queue.
    idle: Vec<u32>,
    /// Servers that are off, of a shared queue with cold starts.
    off: Vec<u32>,
    warming: u32,
    /// Servers whose job wants to join a full queue again.
    blocked: VecDeque<u32>,
    queues: Vec<Queue>,
    sources: Vec<Source>,
    keys: Vec<f64>,
    turn: u32,
    speed: f64,
    load: f64,
    /// Servers ordered by the autoscaler and not yet there; busy area at its last decision.
    ordered: u32,
    last_area: (f64, f64),
    tokens: f64,
    throttle: (f64, f64, f64),
    levels: Levels,
    tally: Tally,
    origin: Option<f64>,
    watch: Watch,
    trace: Option<Vec<f64>>,
}

impl<'a> Engine<'a> {
    /// A run at its beginning; `traced` keeps the response times.
    pub(super) fn new(scenario: &'a Scenario, seed: u64, run: u64, traced: bool) -> Self {
        let stream = |purpose| Stream::new(seed, run, purpose);
        let servers = scenario.servers;
        let queues = if scenario.is_separate() { servers } else { 1 };
        let off = scenario.setup.is_some();
        let server = Server {
            job: NOBODY,
            generation: 0,
            started: 0.0,
            state: if off { State::Off } else { State::On },
        };
        let all = || (0..servers).rev().collect::<Vec<u32>>();
        let shared = !scenario.is_separate();
        let (tokens, classes) = match scenario.client.budget {
            Budget::Tokens { depth, .. } | Budget::Requests { depth, .. } => {
                (depth, scenario.services().len())
            }
            _ => (0.0, scenario.services().len()),
        };
        Self {
            scenario,
            arrivals: stream(Purpose::Arrivals),
            service: stream(Purpose::Service),
            choice: stream(Purpose::Choice),
            jitter: stream(Purpose::Jitter),
            copies: stream(Purpose::Copies),
            now: 0.0,
            events: Events::default(),
            jobs: Store::new(),
            requests: Store::new(),
            out: Vec::new(),
            tracked: scenario.client.cancel || scenario.client.copies > 1,
            servers: vec![server; servers as usize],
            idle: if shared && !off { all() } else { Vec::new() },
            off: if off { all() } else { Vec::new() },
            warming: 0,
            blocked: VecDeque::new(),
            queues: (0..queues)
                .map(|_| Queue {
                    line: Line::new(scenario.discipline),
                    waiting: 0,
                    present: 0,
                    virtual_time: 0.0,
                    virtual_since: 0.0,
                    generation: 0,
                })
                .collect(),
            sources: Vec::new(),
            keys: zipf(scenario.routing),
            turn: 0,
            speed: 1.0,
            load: 1.0,
            ordered: 0,
            last_area: (0.0, 0.0),
            tokens,
            throttle: (0.0, 0.0, 0.0),
            levels: Levels {
                servers,
                ..Levels::default()
            },
            tally: Tally::new(classes, scenario.mean_service(), 0.0),
            origin: None,
            watch: Watch::default(),
            trace: traced.then(Vec::new),
        }
    }

    /// Fills the station with so many requests a queue, as if they had just come.
    pub(super) fn fill(&mut self, present: impl Fn(&mut Stream) -> u32) {
        let queues = self.queues.len();
        for queue in 0..queues {
            let many = present(&mut self.arrivals);
            for _ in 0..many {
                let request = self.new_request(0, 0.0);
                self.tally.attempts += 1;
                self.place(request, queue, 0);
            }
        }
    }

    /// Runs to the end and hands back what was counted.
    pub(super) fn run(mut self, length: &Length) -> OneRun {
        self.begin_sources();
        if length.warm == 0 {
            self.begin_counting(length);
        }
        let (mut end, mut stopped) = (f64::INFINITY, false);
        if let Some(origin) = self.origin {
            end = origin + length.horizon;
        }
        loop {
            let settled = self.tally.settled();
            if self.origin.is_none() {
                if settled >= length.warm {
                    self.begin_counting(length);
                    end = self.now + length.horizon;
                }
            } else if settled >= length.requests {
                break;
            }
            let Some(event) = self.events.next() else {
                break;
            };
            if event.time() > end {
                self.advance(end);
                break;
            }
            self.advance(event.time());
            self.happen(event);
            if self.watch.deadlock.is_some() {
                break;
            }
            let open = self.levels.present.saturating_add(self.levels.pausing);
            if self.events.planned() > length.events || open > length.open {
                stopped = true;
                break;
            }
        }
        self.finish(stopped)
    }

    /// Starts to count: what came before is forgotten, triggers and series begin here.
    fn begin_counting(&mut self, length: &Length) {
        let classes = self.tally.classes.len();
        self.tally = Tally::new(classes, self.scenario.mean_service(), self.now);
        self.last_area = (0.0, self.now);
        self.origin = Some(self.now);
        let (mut first, mut last) = (f64::INFINITY, f64::NEG_INFINITY);
        for (index, trigger) in self.scenario.triggers.iter().enumerate() {
            let about = u32::try_from(index).unwrap_or(NOBODY);
            let at = self.now + trigger.at;
            self.events.plan(at, Kind::Trigger, about, 0);
            first = first.min(at);
            last = last.max(at);
            if let Some(lasts) = trigger.lasts {
                self.events.plan(at + lasts, Kind::Trigger, about, 1);
                last = last.max(at + lasts);
            }
        }
        self.watch = Watch {
            step: if length.points > 0 {
                length.span / f64::from(length.points)
            } else {
                f64::INFINITY
            },
            points: length.points as usize,
            first,
            last,
            start: self.backlog(),
            ..Watch::default()
        };
    }

    fn finish(self, stopped: bool) -> OneRun {
        let mut tally = self.tally;
        tally.until = self.now;
        let backlog = f64::from(self.levels.present + self.levels.pausing);
        let mut watch = self.watch;
        // A run that ends early, drained or standing still, stays as it is.
        watch.backlog.resize(watch.points, backlog);
        watch.goodput.resize(watch.points, 0.0);
        let settled: u64 = tally.settled();
        let sent: u64 = tally.classes.iter().map(|class| class.sent).sum();
        OneRun {
            open: sent.saturating_sub(settled),
            backlog: watch.backlog,
            goodput: watch.goodput,
            recovered: watch.recovered,
            deadlock: watch.deadlock,
            stopped,
            ends: (watch.start, backlog),
            events: self.events.planned(),
            trace: self.trace.unwrap_or_default(),
            tally,
        }
    }

    fn backlog(&self) -> f64 {
        f64::from(self.levels.present + self.levels.pausing)
    }

    /// Lets time pass until the next event.
    #[inline]
    fn advance(&mut self, to: f64) {
        if let Some(origin) = self.origin {
            self.watch_until(origin, to);
            self.tally.pass(to - self.now, &self.levels);
        }
        self.now = to;
    }

    #[inline]
    fn happen(&mut self, event: Event) {
        let Event { about, check, .. } = event;
        match event.kind {
            Kind::Arrival => self.arrival(about, check),
            Kind::Done => self.done(about, check),
            Kind::Shared => self.shared_done(about, check),
            Kind::Client => self.send_new(0),
            Kind::Timeout => self.timeout(about, check),
            Kind::Retry => self.retry(about, check),
            Kind::Hedge => self.hedge(about, check),
            Kind::Patience => self.impatient(about, check),
            Kind::Ready => self.warmed(about, check),
            Kind::Trigger => self.trigger(about, check == 0),
            Kind::Decide => self.decide(),
            Kind::Arrive => self.ordered_arrive(about),
        }
    }

    /// What decides who is next: smaller first.
    fn key(&self, job: &Job) -> f64 {
        match self.scenario.discipline {
            Discipline::Priority { ageing: None } => f64::from(job.class),
            Discipline::Priority { ageing: Some(step) } => {
                job.arrived + step * f64::from(job.class)
            }
            Discipline::ShortestFirst => job.size,
            Discipline::ShortestRemaining => job.left,
            _ => 0.0,
        }
    }
}
