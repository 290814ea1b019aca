//! Workflow commands of GitHub Actions: errors first, at most [`MOST`] annotations, because
//! GitHub shows ten a step and drops the rest without a word.

use super::printable;
use crate::report::{Alarm, Judged, Report};

/// Annotations in full; one more says how many are left.
const MOST: usize = 9;

pub(super) fn render(report: &Report) -> String {
    let with = |alarm| report.judged().filter(move |j| j.alarm == Some(alarm));
    let all: Vec<(&str, &Judged)> = with(Alarm::Error)
        .map(|judged| ("error", judged))
        .chain(with(Alarm::Warning).map(|judged| ("warning", judged)))
        .collect();
    let mut out = String::new();
    for (command, judged) in all.iter().take(MOST) {
        out.push_str(&format!(
            "::{command} title={}::{}\n",
            property(&format!("scalecalc {}: {}", report.kind, judged.name)),
            message(&judged.text),
        ));
    }
    if let Some((command, _)) = all.get(MOST) {
        out.push_str(&format!(
            "::{command} title=scalecalc {}::{} more\n",
            report.kind,
            all.len() - MOST
        ));
    }
    // A line of the log that begins with :: would be a command.
    for line in &report.headline {
        out.push_str(printable(line).trim_start_matches([':', ' ']));
        out.push('\n');
    }
    out
}

/// Escapes the message of a workflow command.
fn message(text: &str) -> String {
    let text = text
        .replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A");
    printable(&text)
}

/// Escapes a property of a workflow command.
fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::JudgedAs;

    fn report(names: impl Iterator<Item = String>) -> Report {
        let items = names
            .map(|name| Judged {
                name,
                outcome: JudgedAs::Failed,
                alarm: Some(Alarm::Error),
                text: "50 % is\nless".to_owned(),
            })
            .collect();
        let table = crate::report::Table {
            title: String::new(),
            columns: Vec::new(),
            rows: Vec::new(),
        };
        Report {
            scene: None,
            kind: "check",
            headline: vec!["::stop-commands::x".to_owned()],
            sections: vec![crate::report::Section::Judged(table, items)],
            notes: Vec::new(),
            document: crate::report::document("check", ()),
        }
    }

    #[test]
    fn nothing_in_a_label_is_a_command() {
        let text = render(&report(std::iter::once("a,b::error::c".to_owned())));
        assert_eq!(
            text,
            "::error title=scalecalc check%3A a%2Cb%3A%3Aerror%3A%3Ac::50 %25 is%0Aless\n\
             stop-commands::x\n"
        );
    }

    #[test]
    fn ten_annotations_at_most() {
        let lines = |n: usize| render(&report((0..n).map(|i| i.to_string())));
        assert_eq!(lines(9).matches("::error").count(), 9);
        assert!(!lines(9).contains("more"));
        assert_eq!(lines(12).matches("::error").count(), 10);
        assert!(lines(12).contains("::3 more\n"));
    }
}
