//! Starts processes, takes their output, and ends them with everything they started.
//!
//! On Unix each process leads a process group of its own, so that a time-out or Ctrl-C ends its
//! children too, and one thread waits for its output, its end and signals at once: starting
//! threads would cost more than starting the process. Elsewhere only the process itself is ended.

#[cfg(any(not(unix), test))]
mod elsewhere;
#[cfg(unix)]
mod unix;

#[cfg(not(unix))]
use elsewhere::supervise;
#[cfg(unix)]
use unix::supervise;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;
use std::io;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How long a process that was asked to end may take before it is made to.
const GRACE: Duration = Duration::from_secs(2);
/// How long output is waited for after its process has ended: a child of it may hold it open.
const LINGER: Duration = Duration::from_millis(500);
/// No more of an output is kept.
const MOST_OUTPUT: usize = 16 << 20;

/// Set by Ctrl-C or a request to end.
#[derive(Debug, Clone)]
pub(super) struct Interrupt {
    flagged: Arc<AtomicBool>,
    /// Something can be read here when a process has ended or a signal has come.
    #[cfg(unix)]
    wake: Arc<std::os::unix::net::UnixStream>,
}

impl Interrupt {
    /// Listens from now on, instead of ending the program at once.
    ///
    /// # Errors
    /// Where the system lets no one listen.
    pub(super) fn listen() -> io::Result<Self> {
        let flagged = Arc::new(AtomicBool::new(false));
        // The flag is set before the sleeper is woken: actions run in this order.
        flag::register(SIGINT, Arc::clone(&flagged))?;
        flag::register(SIGTERM, Arc::clone(&flagged))?;
        #[cfg(unix)]
        flag::register(signal_hook::consts::SIGHUP, Arc::clone(&flagged))?;
        Ok(Self {
            flagged,
            #[cfg(unix)]
            wake: Arc::new(unix::wake()?),
        })
    }

    /// The same without hearing anything, for what must be done on the way out.
    pub(super) fn deaf(&self) -> Self {
        Self {
            flagged: Arc::default(),
            #[cfg(unix)]
            wake: Arc::clone(&self.wake),
        }
    }

    /// Whether it has come.
    pub(super) fn came(&self) -> bool {
        self.flagged.load(Ordering::SeqCst)
    }
}

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// By itself, with this code.
    Code(i32),
    /// By a signal that was not ours.
    #[cfg_attr(
        not(unix),
        expect(dead_code, reason = "only Unix ends processes by signals")
    )]
    Signal(i32),
    /// It took too long and was ended.
    TimedOut,
    /// Ctrl-C ended it.
    Interrupted,
}

/// A process that has ended.
#[derive(Debug)]
pub(super) struct Finished {
    /// How.
    pub(super) end: End,
    /// From its start to its end, seconds.
    pub(super) wall: f64,
    /// What it wrote to standard output.
    pub(super) out: Vec<u8>,
    /// What it wrote to standard error.
    pub(super) err: Vec<u8>,
}

impl Finished {
    /// Whether it ended by itself with code 0.
    pub(super) fn is_success(&self) -> bool {
        self.end == End::Code(0)
    }
}

/// The words that hand a line to the shell.
pub(super) fn in_shell(line: &str) -> Vec<String> {
    let shell: &[&str] = if cfg!(windows) {
        &["cmd", "/C"]
    } else {
        &["sh", "-c"]
    };
    shell
        .iter()
        .copied()
        .chain([line])
        .map(str::to_owned)
        .collect()
}

/// Whether a process can be ended together with those it started.
pub(super) const ENDS_GROUPS: bool = cfg!(unix);

/// Runs a program to its end, or until `timeout` seconds or an interruption.
///
/// # Errors
/// Where it cannot be started or waited for.
pub(super) fn run(
    words: &[String],
    environment: &[(&str, String)],
    timeout: Option<f64>,
    interrupt: &Interrupt,
) -> io::Result<Finished> {
    let Some((program, arguments)) = words.split_first() else {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "no command"));
    };
    let mut command = Command::new(program);
    command
        .args(arguments)
        .envs(environment.iter().map(|(name, value)| (*name, value)))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let start = Instant::now();
    let deadline = timeout.map(|seconds| start + Duration::from_secs_f64(seconds.min(1e9)));
    let Supervised {
        ended,
        status,
        cause,
        out,
        err,
    } = supervise(&mut command, deadline, interrupt)?;
    Ok(Finished {
        end: cause.unwrap_or_else(|| by_itself(status)),
        wall: ended.duration_since(start).as_secs_f64(),
        out,
        err,
    })
}

fn by_itself(status: ExitStatus) -> End {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return End::Signal(signal);
    }
    End::Code(status.code().unwrap_or(-1))
}

/// A process that was watched to its end.
struct Supervised {
    ended: Instant,
    status: ExitStatus,
    /// Why it was ended; `None` where it ended by itself.
    cause: Option<End>,
    out: Vec<u8>,
    err: Vec<u8>,
}

/// When a process is to be ended, and how far that has come.
struct Ending<'a> {
    deadline: Option<Instant>,
    interrupt: &'a Interrupt,
    cause: Option<End>,
    force_at: Option<Instant>,
}

/// What is to be done to a process now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Due {
    Nothing,
    Ask,
    Force,
}

impl<'a> Ending<'a> {
    fn new(deadline: Option<Instant>, interrupt: &'a Interrupt) -> Self {
        Self {
            deadline,
            interrupt,
            cause: None,
            force_at: None,
        }
    }

    /// The next moment at which something may be due.
    #[cfg(unix)]
    fn next(&self) -> Option<Instant> {
        self.force_at.or(self.deadline)
    }

    /// What is due now: asking once, then force again and again.
    fn due(&mut self) -> Due {
        let now = Instant::now();
        let passed = |at: Option<Instant>| at.is_some_and(|at| now >= at);
        if self.cause.is_none() {
            self.cause = if self.interrupt.came() {
                Some(End::Interrupted)
            } else if passed(self.deadline) {
                Some(End::TimedOut)
            } else {
                return Due::Nothing;
            };
            self.force_at = Some(now + GRACE);
            return Due::Ask;
        }
        if passed(self.force_at) {
            self.force_at = Some(now + GRACE);
            return Due::Force;
        }
        Due::Nothing
    }
}

/// Adds to an output, up to a limit.
fn keep(into: &mut Vec<u8>, part: &[u8]) {
    if into.len() + part.len() <= MOST_OUTPUT {
        into.extend_from_slice(part);
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::thread;

    #[expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]
    fn shell(line: &str, timeout: Option<f64>) -> Finished {
        let quiet = Interrupt::listen().unwrap().deaf();
        run(
            &in_shell(line),
            &[("SCALECALC_N", "3".to_owned())],
            timeout,
            &quiet,
        )
        .unwrap()
    }

    #[test]
    fn output_code_and_environment() {
        let done = shell("echo $SCALECALC_N; echo wrong >&2; exit 7", None);
        assert_eq!(done.end, End::Code(7));
        assert_eq!((done.out, done.err), (b"3\n".to_vec(), b"wrong\n".to_vec()));
        assert_eq!(shell("kill -9 $$", None).end, End::Signal(9));
    }

    #[test]
    fn a_large_output_does_not_block_its_writer() {
        let done = shell("head -c 3000000 /dev/zero", None);
        assert_eq!((done.end, done.out.len()), (End::Code(0), 3_000_000));
    }

    #[test]
    fn a_child_that_holds_the_output_open_is_not_waited_for() {
        let done = shell("sleep 30 & echo $!", None);
        assert_eq!(done.end, End::Code(0));
        assert!(done.wall < 5.0);
        let child: i32 = String::from_utf8(done.out).unwrap().trim().parse().unwrap();
        let child = rustix::process::Pid::from_raw(child).unwrap();
        rustix::process::kill_process(child, rustix::process::Signal::KILL).unwrap();
    }

    #[test]
    fn a_timeout_ends_grandchildren_too_also_those_that_do_not_listen() {
        let done = shell("(trap '' TERM; sleep 60) & echo $!; wait", Some(0.2));
        assert_eq!(done.end, End::TimedOut);
        let grandchild: i32 = String::from_utf8(done.out).unwrap().trim().parse().unwrap();
        let grandchild = rustix::process::Pid::from_raw(grandchild).unwrap();
        // Gone, or a zombie whose new parent has not looked yet.
        let gone = (0..100).any(|_| {
            thread::sleep(Duration::from_millis(10));
            let state =
                std::fs::read_to_string(format!("/proc/{}/stat", grandchild.as_raw_nonzero()));
            rustix::process::test_kill_process(grandchild).is_err()
                || state.is_ok_and(|stat| stat.contains(") Z"))
        });
        assert!(gone);
    }

    #[test]
    fn an_interruption_ends_it() {
        let interrupt = Interrupt::listen().unwrap().deaf();
        let flagged = Arc::clone(&interrupt.flagged);
        thread::spawn(move || {
            thread::sleep(Duration::from_millis(100));
            flagged.store(true, Ordering::SeqCst);
            // The end of any process wakes the sleeper, as a signal does.
            let _ = Command::new("true").status();
        });
        let done = run(&in_shell("sleep 60"), &[], None, &interrupt).unwrap();
        assert_eq!(done.end, End::Interrupted);
        assert!(done.wall < 10.0);
    }

    #[test]
    fn the_way_without_process_groups_does_the_same() {
        let quiet = Interrupt::listen().unwrap().deaf();
        let supervised = |line: &str, seconds: Option<f64>| {
            let mut command = Command::new("sh");
            command
                .args(["-c", line])
                .stdout(Stdio::piped())
                .stderr(Stdio::piped());
            let deadline = seconds.map(|s| Instant::now() + Duration::from_secs_f64(s));
            elsewhere::supervise(&mut command, deadline, &quiet).unwrap()
        };
        let done = supervised("echo 5; echo wrong >&2; exit 7", None);
        assert_eq!((done.cause, done.status.code()), (None, Some(7)));
        assert_eq!((done.out, done.err), (b"5\n".to_vec(), b"wrong\n".to_vec()));
        let late = supervised("exec sleep 60", Some(0.1));
        assert_eq!(late.cause, Some(End::TimedOut));
    }
}
