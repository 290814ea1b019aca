//! Test results in XML as `JUnit` writes them: a case for each thing judged, a skipped one where
//! nobody can tell.

use crate::report::{Judged, JudgedAs, Report};
use crate::text::is_unsafe;

pub(super) fn render(report: &Report) -> String {
    let count = |outcome| report.judged().filter(|j| j.outcome == outcome).count();
    let counts = format!(
        "tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\"",
        report.judged().count(),
        count(JudgedAs::Failed),
        count(JudgedAs::Undecided),
    );
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {counts}>\n  \
         <testsuite name=\"scalecalc {}\" {counts}>\n",
        report.kind
    );
    for judged in report.judged() {
        push_case(&mut out, report.kind, judged);
    }
    out.push_str("  </testsuite>\n</testsuites>\n");
    out
}

fn push_case(out: &mut String, kind: &str, judged: &Judged) {
    let head = format!(
        "    <testcase classname=\"scalecalc.{kind}\" name=\"{}\"",
        escape(&judged.name)
    );
    let text = escape(&judged.text);
    out.push_str(&match judged.outcome {
        JudgedAs::Passed => format!("{head}/>\n"),
        JudgedAs::Failed => {
            format!("{head}>\n      <failure message=\"{text}\"/>\n    </testcase>\n")
        }
        JudgedAs::Undecided => {
            format!("{head}>\n      <skipped message=\"{text}\"/>\n    </testcase>\n")
        }
    });
}

/// Text inside an attribute; characters that XML 1.0 does not have become U+FFFD.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            c if is_unsafe(c) || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn labels_stay_in_their_attribute() {
        assert_eq!(
            escape("a\"<b>&\u{1b}\nc"),
            "a&quot;&lt;b&gt;&amp;\u{fffd}&#10;c"
        );
    }
}
