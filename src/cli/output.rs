//! Where results go: format, files, colour, notes.

use super::failure::{Failure, INPUT};
use super::value::{self, Precision};
use super::{Outcome, Terminal, target};
use crate::note::Severity;
use crate::render::{self, Beside, Format, Plot, Style};
use crate::report::Report;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;

/// Reads the name of a format.
fn format_name() -> impl TypedValueParser<Value = Format> {
    let names = Format::ALL
        .iter()
        .map(|format| PossibleValue::new(format.name()).help(format.words()));
    PossibleValuesParser::new(names).try_map(|name| Format::named(&name).ok_or("no such format"))
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// On a terminal, unless the environment says otherwise
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Flags that every command has.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Output")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(super) struct OutputArgs {
    /// Output format: table, unless the command makes rows for programs (import: csv)
    #[arg(short, long, global = true, value_parser = format_name())]
    pub format: Option<Format>,
    /// The same as --format json
    #[arg(long, global = true, conflicts_with = "format")]
    pub json: bool,
    /// Also write to a file, in the format of its ending; repeatable
    #[arg(short, long = "output", global = true, value_name = "[FMT=]FILE")]
    pub output: Vec<String>,
    /// Draw the picture in the terminal, as large as --plot=80x20 says
    #[arg(long, global = true, value_name = "COLUMNS[xROWS]", num_args = 0..=1, require_equals = true, default_missing_value = "", value_parser = plot_size)]
    pub plot: Option<PlotSize>,
    /// When to use colour
    #[arg(
        long,
        global = true,
        value_enum,
        default_value = "auto",
        value_name = "WHEN"
    )]
    pub color: Color,
    /// Write only ASCII characters
    #[arg(long, global = true)]
    pub ascii: bool,
    /// Significant digits for people; for simulate, also how exact: 1%
    #[arg(long, global = true, value_name = "N", default_value = "3", value_parser = value::precision)]
    pub precision: Precision,
    /// Leave out the notes
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Say how the input was read; of a fit, every law side by side
    #[arg(short, long, global = true)]
    pub verbose: bool,
    /// Treat warnings and notes as errors (exit code 3)
    #[arg(long, global = true)]
    pub strict: bool,
}

/// Whether the arguments ask for JSON, also when they cannot be parsed as a whole.
pub(super) fn wants_json(args: &[OsString]) -> bool {
    let text = |index: usize| args.get(index).and_then(|arg| arg.to_str());
    // What follows -- is the command of someone else.
    let own = args
        .iter()
        .position(|arg| arg == "--")
        .unwrap_or(args.len());
    (1..own).any(|index| match text(index) {
        Some(
            "--json" | "--format=json" | "-fjson" | "-f=json" | "--format=ndjson" | "-fndjson"
            | "-f=ndjson",
        ) => true,
        Some("-f" | "--format") => matches!(text(index + 1), Some("json" | "ndjson")),
        _ => false,
    })
}

/// Whether standard error is coloured, also where the arguments cannot be parsed as a whole.
pub(super) fn wants_color(args: &[OsString], terminal: &Terminal) -> bool {
    let own = args.iter().take_while(|arg| *arg != "--");
    let texts: Vec<String> = own.map(|arg| arg.to_string_lossy().into_owned()).collect();
    let said = texts.iter().enumerate().find_map(|(at, text)| {
        let behind = (text == "--color").then(|| texts.get(at + 1).map(String::as_str));
        text.strip_prefix("--color=").or(behind.flatten())
    });
    let color = said.and_then(|word| Color::from_str(word, true).ok());
    color.unwrap_or(Color::Auto).on(terminal.stderr, terminal)
}

impl Color {
    /// Whether a stream is coloured that is a terminal or not: the flag, then the environment,
    /// then the stream.
    fn on(self, is_terminal: bool, terminal: &Terminal) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto if terminal.no_color => false,
            Self::Auto if terminal.force_color => true,
            Self::Auto => is_terminal && !terminal.dumb,
        }
    }
}

impl OutputArgs {
    /// Refuses targets that would do harm, before anything is computed.
    pub(super) fn check_targets(&self, args: &[OsString]) -> Result<(), Failure> {
        for text in &self.output {
            let (_, path) = target_of(text)?;
            target::checked(&path, args)?;
        }
        Ok(())
    }

    /// The first `-o FILE.csv` as the file of runs, and the flags without it: for `measure`,
    /// whose rows are the runs themselves.
    pub(super) fn with_runs_in_csv(&self) -> (Option<PathBuf>, Self) {
        let mut rest = self.clone();
        let is_runs = |target: &String| {
            let named =
                target_of(target).is_ok_and(|(_, path)| path.as_os_str() != target.as_str());
            let report = target_of(target).is_ok_and(|(format, _)| format != Format::Csv);
            !named && !report
        };
        let at = rest.output.iter().position(is_runs);
        let file = at.map(|at| PathBuf::from(rest.output.remove(at)));
        (file, rest)
    }

    /// How standard output is to look.
    fn style(&self, terminal: &Terminal) -> Style {
        Style {
            digits: self.precision.digits(),
            width: terminal.width(),
            ascii: self.ascii,
            color: self.color.on(terminal.stdout, terminal),
            plot: self.plot.map(|PlotSize(size)| {
                size.unwrap_or_else(|| Plot::of_width(terminal.columns.unwrap_or(80).min(120)))
            }),
        }
    }

    /// Writes an outcome where the flags say, in the format `default` where they say none, and
    /// returns the exit code.
    pub(super) fn write(
        &self,
        outcome: &Outcome,
        default: Format,
        made_by: &str,
        terminal: &Terminal,
        out: &mut dyn Write,
        err: &mut dyn Write,
    ) -> Result<u8, Failure> {
        let report = &outcome.report;
        let format = match self.format {
            _ if self.json => Format::Json,
            Some(format) => format,
            None => default,
        };
        let style = self.style(terminal);
        refuse_unsuited(report, format)?;
        if format == Format::Png && terminal.stdout {
            return Err(Failure::usage("PNG is not for a terminal", "-o curve.png"));
        }
        for target in &self.output {
            let (format, path) = target_of(target)?;
            refuse_unsuited(report, format)?;
            let style = Style {
                color: false,
                ..style
            };
            let sibling = path.with_extension("svg");
            let has_sibling = format == Format::Markdown && report.kind == "report";
            if let (Some(_), true) = (&report.scene, has_sibling) {
                let picture = render::render(report, Format::Svg, style, Beside::default());
                target::write_whole(&sibling, &picture)?;
            }
            let name = sibling.file_name().unwrap_or_default().to_string_lossy();
            let beside = Beside {
                made_by,
                picture: if has_sibling { &name } else { "" },
            };
            target::write_with(&path, |out| {
                if format.is_document() {
                    return render::write_document(report, format, out);
                }
                out.write_all(&render::render(report, format, style, beside))
            })?;
        }
        if format == Format::Github
            && let Some(path) = &terminal.step_summary
            && !path.as_os_str().is_empty()
        {
            append(
                path,
                &render::render(report, Format::Markdown, style, Beside::default()),
            )?;
        }
        let beside = Beside {
            made_by,
            picture: "",
        };
        if format.is_document() {
            let mut out = std::io::BufWriter::with_capacity(1 << 16, &mut *out);
            render::write_document(report, format, &mut out)?;
            out.flush()?;
        } else {
            out.write_all(&render::render(report, format, style, beside))?;
        }
        out.flush()?;
        if !self.quiet && !render::holds_notes(format) {
            let style = Style {
                color: self.color.on(terminal.stderr, terminal),
                width: terminal.width_of_notes(),
                ..style
            };
            let _ = err.write_all(render::notes(report, style).as_bytes());
        }
        if self.strict
            && outcome.code == 0
            && let Some(note) = report
                .notes
                .iter()
                .max_by_key(|note| note.severity == Severity::Warning)
        {
            let _ = writeln!(err, "error: --strict: {}: {}", note.code, note.text);
            return Ok(INPUT);
        }
        Ok(outcome.code)
    }
}

/// `json=cap.json`, or `cap.json` alone.
fn target_of(text: &str) -> Result<(Format, PathBuf), Failure> {
    if let Some((name, path)) = text.split_once('=')
        && let Some(format) = Format::named(name)
    {
        return Ok((format, path.into()));
    }
    let ending = text.rsplit_once('.').map_or("", |(_, ending)| ending);
    let format = Format::of_ending(ending);
    format.map(|format| (format, text.into())).ok_or_else(|| {
        if Format::named(text).is_some() {
            return Failure::usage(
                format!("-o writes a file, and \"{text}\" is the name of a format"),
                format!("-f {text} to print it, or -o {text}=FILE to keep it"),
            );
        }
        let names: Vec<&str> = Format::ALL.iter().map(|format| format.name()).collect();
        Failure::usage(
            format!("cannot tell the format of \"{text}\""),
            format!("-o markdown={text} ({})", names.join(", ")),
        )
    })
}

/// What `--plot` says; nothing for the width of the terminal.
#[derive(Debug, Clone, Copy)]
pub(super) struct PlotSize(Option<Plot>);

/// Reads `80`, `80x20` or nothing.
fn plot_size(text: &str) -> Result<PlotSize, String> {
    if text.is_empty() {
        return Ok(PlotSize(None));
    }
    let (columns, rows) = match text.split_once(['x', 'X', '×']) {
        Some((columns, rows)) => (columns, Some(rows)),
        None => (text, None),
    };
    let within = |text: &str, least: usize, most: usize| {
        let number = text.trim().parse().ok();
        number
            .filter(|number| (least..=most).contains(number))
            .ok_or_else(|| format!("{least} to {most}, such as 80 or 80x20"))
    };
    let plot = Plot::of_width(within(columns, 30, 400)?);
    Ok(PlotSize(Some(match rows {
        Some(rows) => Plot {
            rows: within(rows, 5, 200)?,
            ..plot
        },
        None => plot,
    })))
}

/// An empty list of test results would look like a pass, an empty file like a picture.
fn refuse_unsuited(report: &Report, format: Format) -> Result<(), Failure> {
    if format.is_picture() && report.scene.is_none() {
        return Err(Failure::usage(
            format!("there is no picture of {}", report.kind),
            "-f table, markdown or json",
        ));
    }
    if format == Format::Png && !cfg!(feature = "png") {
        return Err(Failure::usage(
            "this program was built without PNG",
            "-o curve.svg, or build it with the feature png",
        ));
    }
    let about_verdicts = matches!(format, Format::Junit | Format::Github);
    if about_verdicts && report.judged().next().is_none() {
        return Err(Failure::usage(
            format!("{} judges nothing that this format could show", report.kind),
            "junit and github are formats of scalecalc check, and of compare with --fail-if",
        ));
    }
    Ok(())
}

/// Adds to the summary of a job, which other steps write to as well.
fn append(path: &std::path::Path, text: &[u8]) -> Result<(), Failure> {
    std::fs::OpenOptions::new()
        .append(true)
        .create(true)
        .open(path)
        .and_then(|mut file| file.write_all(text))
        .map_err(|error| {
            Failure::input(
                format!(
                    "cannot write {} (GITHUB_STEP_SUMMARY): {error}",
                    path.display()
                ),
                "",
            )
        })
}
