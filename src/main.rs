//! The `scalecalc` command: hands its arguments and streams to [`scalecalc::cli::run`].

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    // A bug is reported by the program itself, in one line.
    std::panic::set_hook(Box::new(|_| {}));
    if scalecalc::cli::completed() {
        return ExitCode::SUCCESS;
    }
    let stdout = std::io::stdout();
    let terminal = scalecalc::cli::Terminal {
        stdin: std::io::stdin().is_terminal(),
        stdout: stdout.is_terminal(),
        stderr: std::io::stderr().is_terminal(),
        no_color: std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()),
        force_color: std::env::var_os("CLICOLOR_FORCE").is_some_and(|value| value != "0"),
        dumb: std::env::var_os("TERM").is_some_and(|value| value == "dumb"),
        columns: terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)),
        step_summary: std::env::var_os("GITHUB_STEP_SUMMARY").map(Into::into),
        ..scalecalc::cli::Terminal::default()
    };
    let mut out = stdout.lock();
    let code = scalecalc::cli::run(
        std::env::args_os(),
        &terminal,
        &mut out,
        &mut std::io::stderr().lock(),
    );
    // A pipe that closed has got all it wanted.
    let _ = out.flush();
    ExitCode::from(code)
}
