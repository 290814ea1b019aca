//! A program to measure: threads that work by themselves and then wait for a lock they share.
//!
//! `lock THREADS [SECONDS]` prints operations per second, one number. An operation is a
//! millisecond alone and a fifth of one with the lock, both slept, so that more threads than
//! cores do no harm: by operational analysis no more than about 5,000 a second can get through.
#![expect(clippy::print_stdout, reason = "its output is what is measured")]

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Time of an operation without the lock.
const ALONE: Duration = Duration::from_millis(1);
/// Time of an operation with the lock.
const LOCKED: Duration = Duration::from_micros(200);

fn main() {
    let mut arguments = std::env::args().skip(1);
    let threads: usize = arguments.next().map_or(1, |text| text.parse().unwrap_or(1));
    let seconds: f64 = arguments
        .next()
        .map_or(0.2, |text| text.parse().unwrap_or(0.2));
    let (lock, done, stop) = (Mutex::new(()), AtomicU64::new(0), AtomicBool::new(false));
    let start = Instant::now();
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    thread::sleep(ALONE);
                    if let Ok(_held) = lock.lock() {
                        thread::sleep(LOCKED);
                    }
                    done.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        thread::sleep(Duration::from_secs_f64(seconds));
        stop.store(true, Ordering::Relaxed);
    });
    let rate = done.into_inner() as f64 / start.elapsed().as_secs_f64();
    println!("{rate:.1}");
}
