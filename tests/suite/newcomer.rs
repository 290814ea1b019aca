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

/// Three runs of 1 % noise at each size; the second sweep is the first with 15 % less at 16 and
/// 32 threads, so that the sentence has only those two to name.
#[test]
fn compare_names_the_sizes_that_differ_and_no_others() {
    let file = |name: &str, levels: &[(u32, [u32; 3])]| {
        let rows = (levels.iter()).flat_map(|(n, xs)| xs.map(|x| format!("{n},{x}\n")));
        let path = crate::support::scratch(name).join("sweep.csv");
        let text = format!("threads,throughput\n{}", rows.collect::<String>());
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let alike = [
        (1, [1002, 995, 1010]),
        (2, [1960, 1975, 1945]),
        (4, [3700, 3740, 3665]),
        (8, [6600, 6540, 6670]),
    ];
    let tail = [(16, [10500, 10400, 10610]), (32, [13300, 13170, 13430])];
    let base = file("compare-base", &[&alike[..], &tail].concat());
    let again = [
        (1, [994, 1004, 985]),
        (2, [1970, 1950, 1985]),
        (4, [3720, 3690, 3755]),
        (8, [6580, 6650, 6520]),
    ];
    let slower = [(16, [8925, 9020, 8840]), (32, [11305, 11200, 11420])];
    let slower = file("compare-slower", &[&again[..], &slower].concat());
    let same = file("compare-same", &[&again[..], &tail].concat());
    let first = |other: &str| {
        let base = format!("base={base}");
        let ran = crate::support::scalecalc(["compare", &base, &format!("new={other}")]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        ran.out.lines().take(2).collect::<Vec<_>>().join(" ")
    };
    let told = first(&slower);
    assert!(
        told.starts_with(
            "new is 15.0 % slower than base at 16 and 32 threads; up to 8 they cannot be told apart."
        ),
        "{told}"
    );
    let told = first(&same);
    assert!(told.contains("cannot be told apart"), "{told}");
    assert!(
        !told.contains("slower") && !told.contains("faster"),
        "{told}"
    );
}

/// A job of 3,600 s on one core that takes 240 s on 32 keeps a promise of 300 s.
#[test]
fn the_time_of_a_fixed_job_is_one_over_throughput() {
    let folder = crate::support::scratch("fixed-job");
    let path = folder.join("t.csv");
    let times = "cores,seconds\n1,3600\n2,1836\n4,954\n8,522\n16,318\n32,240\n";
    std::fs::write(&path, times).unwrap();
    let path = path.to_str().unwrap();
    let asked = ["usl", path, "--y-is", "time", "--slo", "mean<=300s"];
    let ran = crate::support::scalecalc(asked);
    assert_eq!(ran.code, 0, "{}", ran.err);
    // Between 16 cores (318 s) and 32 (240 s).
    assert!(
        ran.out.contains("mean<=300s holds from 18 cores on."),
        "{}",
        ran.out
    );
    assert!(
        ran.out.contains("time s") && !ran.out.contains("latency"),
        "{}",
        ran.out
    );
    let ran = crate::support::scalecalc(["usl", path, "--y-is", "time", "--slo", "mean<=100s"]);
    assert!(
        ran.out.contains("mean<=100s cannot be shown"),
        "{}",
        ran.out
    );
    // A saved document still knows it.
    let ran = crate::support::scalecalc(["usl", path, "--y-is", "time", "--json"]);
    let saved = folder.join("saved.json");
    std::fs::write(&saved, ran.out).unwrap();
    let saved = saved.to_str().unwrap();
    let ran = crate::support::scalecalc(["usl", saved, "--slo", "mean<=300s"]);
    assert!(
        ran.out.contains("mean<=300s holds from 18 cores on."),
        "{}",
        ran.out
    );
    for asked in [
        vec!["plan", saved, "--target", "0.003/s", "--slo", "mean<=300s"],
        vec!["check", saved, "--max-latency", "300s@8"],
        vec![
            "compare",
            saved,
            path,
            "--y-is",
            "time",
            "--fail-if",
            "latency@8>110%",
        ],
    ] {
        let ran = crate::support::scalecalc(&asked);
        assert_eq!(ran.code, 2, "{asked:?}: {} {}", ran.out, ran.err);
        assert!(
            ran.err.contains("run times of a fixed amount of work"),
            "{}",
            ran.err
        );
    }
}

/// One size of ten at an eighth of what its neighbours give is named, as one at 5,000 is.
#[test]
fn a_glitch_that_spoils_the_whole_fit_is_named() {
    let usl = |name: &str, eight: &str, last: &str| {
        let path = crate::support::scratch(name).join("g.csv");
        let text = format!(
            "threads,tps\n1,1000\n2,1940\n3,2820\n4,3640\n6,5100\n8,{eight}\n12,8300\n16,9700\n24,11200\n32,{last}\n"
        );
        std::fs::write(&path, text).unwrap();
        crate::support::scalecalc(["usl", path.to_str().unwrap()]).err
    };
    for eight in ["640", "5000"] {
        let told = usl(&format!("glitch-{eight}"), eight, "11800");
        assert!(
            told.contains("N = 8 is off the curve") && told.contains("--exclude 8"),
            "{told}"
        );
    }
    // What happens at the largest size may be what the system does.
    let told = usl("glitch-last", "6450", "1180");
    assert!(!told.contains("--exclude 32"), "{told}");
}

#[test]
fn words_that_answers_use_are_explained() {
    for word in [
        "headroom",
        "inconclusive",
        "fit error",
        "law",
        "measured",
        "levelling off",
        "basis",
        "AICc",
        "trusted",
        "forecast",
        "bend",
    ] {
        let ran = crate::support::scalecalc(["explain", word]);
        assert_eq!(ran.code, 0, "{word}: {}", ran.err);
    }
}

/// Two sweeps of one system with a corner that no law has, three runs of 1 % noise a size: what is
/// called slower or faster is so by chance, at 95 % in one of 20 pairs.
#[test]
fn compare_finds_nothing_in_two_sweeps_of_one_system() {
    let folder = crate::support::scratch("compare-nothing");
    let mut random = crate::random::Random::seeded(11);
    let mut sweep = |name: &str| {
        let mut text = "threads,throughput\n".to_owned();
        for n in [1.0, 2.0, 4.0, 8.0, 16.0, 32.0_f64] {
            for _ in 0..3 {
                let x = 1000.0 * n.min(10.0) * (1.0 + 0.01 * random.normal());
                text = format!("{text}{n},{x}\n");
            }
        }
        let path = folder.join(format!("{name}.csv"));
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let found = (0..40).filter(|_| {
        let (a, b) = (sweep("a"), sweep("b"));
        let ran = crate::support::scalecalc(["compare", &a, &b, "--law", "usl"]);
        let sentence = ran.out.split("\n\n").next().unwrap_or_default();
        sentence.contains("slower") || sentence.contains("faster")
    });
    // More than 5 of 40 at 5 % each: probability 0.014 (binomial).
    assert!(found.count() <= 5);
}
