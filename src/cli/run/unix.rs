//! Processes on Unix: one thread waits for output, end and signals at once.

use super::{Due, Ending, Interrupt, LINGER, Supervised, keep};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, Signal, kill_process_group};
use signal_hook::consts::{SIGCHLD, SIGHUP, SIGINT, SIGTERM};
use signal_hook::low_level::pipe;
use std::io::{self, Read};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus};
use std::thread;
use std::time::Instant;

/// A socket in which something can be read when a process has ended or a signal has come.
///
/// # Errors
/// Where there are no sockets or signals to be had.
pub(super) fn wake() -> io::Result<UnixStream> {
    let (reader, writer) = UnixStream::pair()?;
    reader.set_nonblocking(true)?;
    for signal in [SIGCHLD, SIGINT, SIGTERM, SIGHUP] {
        pipe::register(signal, writer.try_clone()?)?;
    }
    Ok(reader)
}

/// Starts a process at the head of a group of its own and watches it to its end.
///
/// # Errors
/// Where it cannot be started or waited for.
pub(super) fn supervise(
    command: &mut Command,
    deadline: Option<Instant>,
    interrupt: &Interrupt,
) -> io::Result<Supervised> {
    let mut child = command.process_group(0).spawn()?;
    let group = Group::of(&child);
    let mut out = Stream::new(child.stdout.take());
    let mut err = Stream::new(child.stderr.take());
    let mut ending = Ending::new(deadline, interrupt);
    let mut ended: Option<(Instant, ExitStatus)> = None;
    let (at, status) = loop {
        let until = match ended {
            Some((at, _)) => Some(at + LINGER),
            None => ending.next(),
        };
        wait(interrupt, &mut out, &mut err, until)?;
        if ended.is_none()
            && let Some(status) = child.try_wait()?
        {
            ended = Some((Instant::now(), status));
            if ending.cause.is_some() {
                // Those it started may have outlived it.
                group.signal(Signal::KILL);
            }
        }
        match ended {
            Some(end) if out.is_closed() && err.is_closed() => break end,
            Some(end) if Instant::now() >= end.0 + LINGER => break end,
            Some(_) => {}
            None => match ending.due() {
                Due::Nothing => {}
                Due::Ask => {
                    group.signal(Signal::TERM);
                    // One that was stopped hears it only when it goes on.
                    group.signal(Signal::CONT);
                }
                Due::Force => group.signal(Signal::KILL),
            },
        }
    };
    Ok(Supervised {
        ended: at,
        status,
        cause: ending.cause,
        out: out.leave(),
        err: err.leave(),
    })
}

/// Sleeps until there is output, a process has ended, a signal has come, or the time has.
fn wait<A: Read + AsFd, B: Read + AsFd>(
    interrupt: &Interrupt,
    out: &mut Stream<A>,
    err: &mut Stream<B>,
    until: Option<Instant>,
) -> io::Result<()> {
    let timeout = until.and_then(|until| {
        let left = until.saturating_duration_since(Instant::now());
        Timespec::try_from(left).ok()
    });
    let wake = &*interrupt.wake;
    let mut watched = vec![PollFd::new(wake, PollFlags::IN)];
    let open = [
        out.from.as_ref().map(AsFd::as_fd),
        err.from.as_ref().map(AsFd::as_fd),
    ];
    watched.extend(
        open.iter()
            .flatten()
            .map(|fd| PollFd::from_borrowed_fd(*fd, PollFlags::IN)),
    );
    match poll(&mut watched, timeout.as_ref()) {
        Ok(_) | Err(rustix::io::Errno::INTR) => {}
        Err(error) => return Err(error.into()),
    }
    let mut ready = watched.iter().map(|fd| !fd.revents().is_empty());
    let woken = ready.next() == Some(true);
    let out_ready = out.from.is_some() && ready.next() == Some(true);
    let err_ready = err.from.is_some() && ready.next() == Some(true);
    drop(watched);
    if woken {
        let mut bytes = [0; 64];
        let mut wake = wake;
        while wake.read(&mut bytes).is_ok_and(|count| count > 0) {}
    }
    if out_ready {
        out.read();
    }
    if err_ready {
        err.read();
    }
    Ok(())
}

/// A process and those it started.
struct Group(Option<Pid>);

impl Group {
    fn of(child: &Child) -> Self {
        Self(i32::try_from(child.id()).ok().and_then(Pid::from_raw))
    }

    fn signal(&self, signal: Signal) {
        if let Some(leader) = self.0 {
            // An empty group is what is wanted.
            let _ = kill_process_group(leader, signal);
        }
    }
}

/// An output and what was read of it.
struct Stream<R> {
    from: Option<R>,
    kept: Vec<u8>,
}

impl<R: Read> Stream<R> {
    fn new(from: Option<R>) -> Self {
        Self {
            from,
            kept: Vec::new(),
        }
    }

    fn is_closed(&self) -> bool {
        self.from.is_none()
    }

    /// Reads what is there; something is, or the end.
    fn read(&mut self) {
        let mut part = [0; 16 << 10];
        let Some(from) = &mut self.from else { return };
        match from.read(&mut part) {
            Ok(count @ 1..) => keep(&mut self.kept, &part[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            _ => self.from = None,
        }
    }
}

impl<R: Read + Send + 'static> Stream<R> {
    /// What was read. An end that a child of the process holds open is read on: a server that
    /// was started in the background must not fail because nobody listens.
    fn leave(self) -> Vec<u8> {
        if let Some(mut from) = self.from {
            thread::spawn(move || io::copy(&mut from, &mut io::sink()));
        }
        self.kept
    }
}
