//! A bug ends as one: exit code 70 and a request for a report, never a backtrace.

use super::failure::Failure;
use std::any::Any;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Exit code of a bug.
pub(super) const BUG: u8 = 70;

/// Runs the program; a panic in it becomes the message of a bug and its exit code.
pub(super) fn guarded(
    json: bool,
    out: &mut dyn Write,
    err: &mut dyn Write,
    program: impl FnOnce(&mut dyn Write, &mut dyn Write) -> u8,
) -> u8 {
    // What a half-written result leaves behind is two streams, and nothing else is used again.
    let result = catch_unwind(AssertUnwindSafe(|| program(&mut *out, &mut *err)));
    result.unwrap_or_else(|panic| Failure::bug(said(&*panic)).show(json, false, out, err))
}

/// What a panic said.
fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    text.unwrap_or_else(|| "it stopped without saying why".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_asks_for_a_report_and_ends_with_its_own_code() {
        for json in [false, true] {
            let (mut out, mut err) = (Vec::new(), Vec::new());
            let code = guarded(json, &mut out, &mut err, |_, _| panic!("index {} of 3", 4));
            assert_eq!(code, 70);
            let text = String::from_utf8(err).unwrap();
            assert!(text.starts_with("error: a bug in scalecalc"), "{text}");
            assert!(
                text.contains("index 4 of 3") && text.contains("report"),
                "{text}"
            );
            if json {
                let document: serde_json::Value = serde_json::from_slice(&out).unwrap();
                assert_eq!(document["error"]["code"], "bug");
            } else {
                assert!(out.is_empty());
            }
        }
    }
}
