//! Processes where there are no process groups: only the process itself is ended.

use super::{Due, Ending, Interrupt, LINGER, Supervised, keep};
use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

/// How often the process is looked at.
const GLANCE: Duration = Duration::from_millis(1);

/// Starts a process and watches it to its end.
///
/// # Errors
/// Where it cannot be started or waited for.
pub(super) fn supervise(
    command: &mut Command,
    deadline: Option<Instant>,
    interrupt: &Interrupt,
) -> io::Result<Supervised> {
    let mut child = command.spawn()?;
    let (closed, closes) = mpsc::channel();
    let out = drain(child.stdout.take(), closed.clone());
    let err = drain(child.stderr.take(), closed);
    let mut ending = Ending::new(deadline, interrupt);
    let (ended, status) = watch(&mut child, &mut ending)?;
    for _ in 0..2 {
        let left = LINGER.saturating_sub(ended.elapsed());
        let _ = closes.recv_timeout(left);
    }
    let take = |kept: &Mutex<Vec<u8>>| {
        kept.lock()
            .map_or(Vec::new(), |mut kept| std::mem::take(&mut *kept))
    };
    Ok(Supervised {
        ended,
        status,
        cause: ending.cause,
        out: take(&out),
        err: take(&err),
    })
}

fn watch(child: &mut Child, ending: &mut Ending<'_>) -> io::Result<(Instant, ExitStatus)> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok((Instant::now(), status));
        }
        if ending.due() != Due::Nothing {
            child.kill()?;
        }
        thread::sleep(GLANCE);
    }
}

/// Reads an output to its end beside the process.
fn drain<R: Read + Send + 'static>(
    from: Option<R>,
    closed: mpsc::Sender<()>,
) -> Arc<Mutex<Vec<u8>>> {
    let kept = Arc::new(Mutex::new(Vec::new()));
    let into = Arc::clone(&kept);
    thread::spawn(move || {
        if let Some(mut from) = from {
            let mut part = [0; 16 << 10];
            while let Ok(count @ 1..) = from.read(&mut part) {
                if let Ok(mut into) = into.lock() {
                    keep(&mut into, &part[..count]);
                }
            }
        }
        let _ = closed.send(());
    });
    kept
}
