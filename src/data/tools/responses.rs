//! How many responses of a load test were failures.

use super::json::Json;
use super::text::{leading_number, number};

/// Responses by outcome.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Responses {
    /// All responses that the tool counts.
    pub(crate) all: f64,
    /// Those with a status of 400 or above, and those that never came.
    pub(crate) failed: f64,
}

impl Responses {
    /// Counts responses with this status, of HTTP or of gRPC; any other word is an error.
    fn count(&mut self, status: &str, count: f64) {
        self.all += count;
        // 0 and -1 stand for connections that failed.
        let good = number(status).is_some_and(|status| (100.0..400.0).contains(&status))
            || matches!(status, "OK" | "SERVING");
        if !good {
            self.failed += count;
        }
    }

    /// Counts an object of status and count: `{"200": 5226}`.
    pub(crate) fn statuses(&mut self, object: Option<&Json>) {
        for (status, count) in object.map_or(&[][..], Json::entries) {
            self.count(status, count.number().unwrap_or(0.0));
        }
    }

    /// Counts a line such as `[200] 5226 responses`, or `[3] Get "http://…": refused` of the
    /// error distribution.
    pub(crate) fn line(&mut self, line: &str) {
        let Some((inside, rest)) = line
            .trim_start()
            .strip_prefix('[')
            .and_then(|rest| rest.split_once(']'))
        else {
            return;
        };
        match leading_number(rest) {
            Some((count, word)) if word.starts_with("response") => self.count(inside, count),
            // Requests that the end of the run cut off are not counted in the rate.
            _ if rest.contains("due to deadline") => {}
            _ => self.count("error", number(inside).unwrap_or(0.0)),
        }
    }
}
