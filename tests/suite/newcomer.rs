//! What somebody meets who has never used the program: help, slips of the keyboard, defaults,
//! the program called alone.

use crate::support::{at, line, scalecalc, scratch};
use scalecalc::cli::{Terminal, run};
use std::fs;

const SWEEP: &str = "pods,rps\n2,410\n4,790\n6,1150\n8,1480\n12,2010\n16,2400\n";

/// Standard output and standard error on a terminal.
fn on_a_terminal(args: &[&str]) -> (u8, String, String) {
    on_a_terminal_of(100, args)
}

fn on_a_terminal_of(columns: usize, args: &[&str]) -> (u8, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let terminal = Terminal {
        stdin: true,
        stdout: true,
        stderr: true,
        columns: Some(columns),
        ..Terminal::default()
    };
    let args = std::iter::once(&"scalecalc").chain(args);
    let code = run(args, &terminal, &mut out, &mut err);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (code, text(out), text(err))
}

#[test]
fn alone_on_a_terminal_it_says_what_to_try() {
    let (code, out, err) = on_a_terminal(&[]);
    assert_eq!((code, err.as_str()), (0, ""));
    let tries: Vec<&str> = out
        .lines()
        .filter(|line| line.starts_with("  scalecalc "))
        .collect();
    assert_eq!(tries.len(), 3, "{out}");
    assert!(out.lines().count() <= 24, "{out}");
    // In a pipe it is a wrong call.
    let piped = scalecalc([] as [&str; 0]);
    assert_eq!((piped.code, piped.out.as_str()), (2, ""));
    assert!(piped.err.contains("Usage:"), "{}", piped.err);
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    for columns in [40, 60, 80, 120] {
        let mut seen = 0;
        for folder in ["data/own", "data/published", "data/more"] {
            for entry in fs::read_dir(at(folder)).unwrap() {
                let path = entry.unwrap().path();
                if path.extension().is_none_or(|ending| ending != "csv") {
                    continue;
                }
                let path = path.to_string_lossy();
                let args = ["usl", &path, "--color", "never"];
                let (code, out, err) = on_a_terminal_of(columns, &args);
                assert_eq!(code, 0, "{path}: {err}");
                for line in out.lines().chain(err.lines()) {
                    let wide = line.chars().count();
                    assert!(wide <= columns, "{path}: {wide} of {columns}: {line}");
                }
                seen += 1;
            }
        }
        assert!(seen > 100, "{seen}");
    }
    // Where standard error is no terminal, a note is a line that a program can search.
    let piped = line(&format!("usl {}", at("data/own/oha_nginx.csv")));
    assert!(
        piped.err.lines().any(|line| line.chars().count() > 100),
        "{}",
        piped.err
    );
}

#[test]
fn slips_of_the_keyboard_get_the_right_word() {
    let file = scratch("slips").join("b.csv");
    fs::write(&file, SWEEP).unwrap();
    let file = file.to_string_lossy();
    for (args, word) in [
        ("ucl".to_owned(), "'usl'"),
        (format!("usl {file} --slO mean<=5ms"), "'--slo'"),
        (format!("usl {file} --format jsn"), "'json'"),
        (format!("usl {file} --x rsp"), "\"rps\""),
        (format!("usl {file} --n Pod"), "\"pods\""),
        (format!("usl {file} --noise relativ"), "'relative'"),
        ("explain alpah".to_owned(), "explain alpha"),
        (file.to_string(), "scalecalc usl "),
    ] {
        let ran = line(&args);
        assert!(matches!(ran.code, 2 | 3), "{args}: {}", ran.code);
        assert!(ran.err.contains(word), "{args}: {}", ran.err);
    }
}

#[test]
fn colour_is_where_the_stream_is_a_terminal_or_was_asked_for() {
    let sweep = at("data/published/cisco_mysql.csv");
    let (_, _, err) = on_a_terminal(&["usl", &sweep]);
    assert!(err.contains("\u{1b}["), "{err}");
    assert!(err.contains("note"), "words beside the colour: {err}");
    let (_, out, err) = on_a_terminal(&["usl", &sweep, "--color", "never"]);
    assert!(!out.contains('\u{1b}') && !err.contains('\u{1b}'));
    // `NO_COLOR` and `CLICOLOR_FORCE`, as main hands them over.
    for (no_color, force_color, wanted) in [(true, true, false), (false, true, true)] {
        let terminal = Terminal {
            no_color,
            force_color,
            ..Terminal::default()
        };
        let (mut out, mut err) = (Vec::new(), Vec::new());
        run(["scalecalc", "usl", &sweep], &terminal, &mut out, &mut err);
        let err = String::from_utf8(err).unwrap();
        assert_eq!(err.contains('\u{1b}'), wanted, "{err}");
    }
    let (_, _, err) = on_a_terminal(&["usl", "no-such-file.csv"]);
    assert!(err.starts_with("\u{1b}[1;31merror:"), "{err}");
}

#[test]
fn verbose_says_how_the_input_was_read() {
    let ran = scalecalc(["usl", &at("data/published/cisco_mysql.csv"), "-v"]);
    assert!(ran.err.contains("32 of 32 rows used"), "{}", ran.err);
}

/// Runs with this text as the file of defaults.
fn with_defaults(name: &str, text: &str, args: &str) -> crate::support::Ran {
    let folder = scratch(name);
    let (defaults, sweep) = (folder.join("scalecalc.toml"), folder.join("b.csv"));
    fs::write(&defaults, text).unwrap();
    fs::write(&sweep, SWEEP).unwrap();
    let args = args.replace("FILE", &sweep.to_string_lossy());
    line(&format!("{args} --config {}", defaults.display()))
}

#[test]
fn defaults_stand_where_no_flag_is_typed() {
    let text =
        "unit = \"cells\"\ntarget = \"1.5k/s\"\nprice = \"0.5/h\"\n[plan]\nheadroom = \"20%\"\n";
    let by_file = with_defaults("defaults", text, "plan FILE --json").json();
    let typed = "plan FILE --json --n-unit cells --target 1.5k/s --price 0.5/h --headroom 20%";
    let typed = with_defaults("defaults", "", typed).json();
    assert_eq!(by_file, typed);
    // A flag wins; so does the other way to say a load.
    let won = with_defaults(
        "defaults",
        text,
        "plan FILE --json --headroom 0% --load 1k/s",
    );
    assert_eq!(won.code, 0, "{}", won.err);
    let plain = with_defaults(
        "defaults",
        "",
        "plan FILE --json --load 1k/s --price 0.5/h --n-unit cells",
    );
    assert_eq!(won.out, plain.out);
    let told = with_defaults("defaults", text, "plan FILE -v");
    assert!(
        told.err.contains("scalecalc.toml: plan.headroom = 20%"),
        "{}",
        told.err
    );
}

#[test]
fn wrong_defaults_are_refused_with_the_right_word() {
    for (text, says) in [
        ("nois = \"relative\"\n", &["scalecalc.toml:1", "noise"][..]),
        ("[plan]\nprise = \"1/h\"\n", &["scalecalc.toml:2", "price"]),
        ("[plna]\nprice = \"1/h\"\n", &["scalecalc.toml:1", "[plan]"]),
        ("[usl]\nprice = \"1/h\"\n", &["usl has no \"price\""]),
        (
            "noise = \"loud\"\n",
            &["scalecalc.toml", "loud", "relative"],
        ),
        ("noise = true\n", &["no text or number"]),
        ("slo = \"mean<=5ms\"\n", &["under a command"]),
        ("noise = \n", &["scalecalc.toml:1"]),
    ] {
        let ran = with_defaults("defaults-wrong", text, "usl FILE");
        assert_eq!(ran.code, 3, "{text}: {}", ran.err);
        for part in says {
            assert!(ran.err.contains(part), "{text}: {}", ran.err);
        }
    }
}

#[test]
fn what_load_generators_keep_busy_can_be_compared_and_threads_cannot() {
    let file = |name: &str, unit: &str| {
        let path = crate::support::scratch(name).join("sweep.csv");
        std::fs::write(
            &path,
            format!("{unit},rps\n1,100\n2,190\n4,340\n8,560\n16,790\n"),
        )
        .unwrap();
        path.to_str().unwrap().to_owned()
    };
    let users = file("compare-users", "users");
    for other in ["connections", "clients", "workers"] {
        let other = file(&format!("compare-{other}"), other);
        let ran = crate::support::scalecalc(["compare", &users, &other]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        assert!(ran.err.contains("requests under way"), "{}", ran.err);
    }
    let cores = file("compare-cores", "cores");
    let ran = crate::support::scalecalc(["compare", &users, &cores]);
    assert_eq!(ran.code, 3);
    assert!(ran.err.contains("--n-unit users"), "{}", ran.err);
}
