//! Pictures: what is drawn is what the document of the same run says.

use serde_json::Value;
use std::process::Command;

/// Runs the program in the repository and returns exit code, standard output and error.
pub(crate) fn run(args: &[&str]) -> (i32, String, String) {
    let done = Command::new(env!("CARGO_BIN_EXE_scalecalc"))
        .args(args)
        .output()
        .unwrap();
    (
        done.status.code().unwrap(),
        String::from_utf8(done.stdout).unwrap(),
        String::from_utf8(done.stderr).unwrap(),
    )
}

/// The SVG and the JSON document of the same question.
fn both(args: &[&str]) -> (String, Value) {
    let with = |format: &str| {
        let args: Vec<&str> = args.iter().copied().chain(["-q", "-f", format]).collect();
        let (code, out, err) = run(&args);
        assert_eq!(code, 0, "{err}");
        out
    };
    (with("svg"), serde_json::from_str(&with("json")).unwrap())
}

fn number(node: roxmltree::Node<'_, '_>, name: &str) -> f64 {
    node.attribute(name).unwrap().parse().unwrap()
}

/// Turns a pixel back into a value, by the attributes of its panel and the grid lines.
fn value_at(panel: roxmltree::Node<'_, '_>, axis: &str, share: f64) -> f64 {
    let (from, to) = (
        number(panel, &format!("data-{axis}-from")),
        number(panel, &format!("data-{axis}-to")),
    );
    match panel.attribute(&*format!("data-{axis}-spacing")).unwrap() {
        "linear" => from + share * (to - from),
        _ => from * (to / from).powf(share),
    }
}

#[test]
fn every_measured_size_is_drawn_where_and_as_the_document_says() {
    for file in [
        "data/published/cisco_mysql.csv",
        "data/own/pgbench_hotrow.csv",
        "data/published/specsdm91.csv",
    ] {
        let (svg, document) = both(&["usl", file]);
        assert!(svg.len() < 40_000, "{file}: {} bytes", svg.len());
        let tree = roxmltree::Document::parse(&svg).unwrap();
        let root = tree.root_element();
        assert_eq!(root.attribute("role"), Some("img"));
        let panel = tree
            .descendants()
            .find(|node| node.has_attribute("data-panel"))
            .unwrap();
        let marks: Vec<_> = panel
            .descendants()
            .filter(|node| node.has_attribute("data-y"))
            .collect();
        let levels = document["levels"].as_array().unwrap();
        assert_eq!(marks.len(), levels.len());
        let place = |node, name| number(node, name);
        // Two measured sizes give the scale of the sheet; every other one must follow.
        let (first, last) = (marks[0], marks[marks.len() - 1]);
        for (mark, level) in marks.iter().zip(levels) {
            let (n, x) = (number(*mark, "data-x"), number(*mark, "data-y"));
            assert_eq!(Some(n), level["n"].as_f64());
            assert_eq!(Some(x), level["throughput_mean"].as_f64());
            let share = |value: f64| {
                let axis = |v: f64| match panel.attribute("data-x-spacing") {
                    Some("linear") => v,
                    _ => v.ln(),
                };
                let ends = (number(first, "data-x"), number(last, "data-x"));
                (axis(value) - axis(ends.0)) / (axis(ends.1) - axis(ends.0))
            };
            let wide = place(last, "cx") - place(first, "cx");
            let expected = place(first, "cx") + share(n) * wide;
            assert!((place(*mark, "cx") - expected).abs() < 0.2, "{file} {n}");
        }
        // The grid line of 0 and the top of the frame give the other scale.
        let bottom = panel
            .descendants()
            .filter_map(|node| node.attribute("d"))
            .filter_map(|d| d.strip_prefix('M')?.split_once('L')?.0.split_once(' '))
            .filter_map(|(_, y)| y.parse::<f64>().ok())
            .fold(0.0, f64::max);
        let top = number(panel, "data-y-to");
        let per_pixel = number(first, "data-y") / (bottom - number(first, "cy"));
        let height = top / per_pixel;
        for mark in &marks {
            let share = (bottom - number(*mark, "cy")) / height;
            let value = value_at(panel, "y", share);
            let wanted = number(*mark, "data-y");
            assert!(
                (value - wanted).abs() < 0.02 * top,
                "{file}: {value} {wanted}"
            );
        }
    }
}

#[test]
fn the_title_is_the_answer_and_the_description_holds_the_coefficients() {
    let (svg, document) = both(&["usl", "data/published/cisco_mysql.csv"]);
    let tree = roxmltree::Document::parse(&svg).unwrap();
    let text = |name: &str| {
        let node = tree
            .descendants()
            .find(|node| node.has_tag_name(("http://www.w3.org/2000/svg", name)));
        node.and_then(|node| node.text()).unwrap().to_owned()
    };
    let table = run(&["usl", "data/published/cisco_mysql.csv", "-q"]).1;
    let first: String = table.split("\n\n").next().unwrap().replace('\n', " ");
    assert!(first.starts_with(&text("title")), "{first}");
    let alpha = document["fit"]["alpha"]["value"].as_f64().unwrap();
    assert!(
        text("desc").contains(&format!("α {alpha:.4}")),
        "{}",
        text("desc")
    );
}

#[test]
fn labels_with_markup_control_characters_and_other_scripts_stay_text() {
    let directory = std::env::temp_dir().join("scalecalc-pictures-labels");
    std::fs::create_dir_all(&directory).unwrap();
    let file = directory.join("labels.csv");
    let mut rows = "system,n,throughput\n".to_owned();
    for name in [
        "<script>alert(1)</script>",
        "שלום & \u{202e}abc",
        "日本語\u{7}",
    ] {
        for (n, x) in [(1, 10.0), (2, 19.0), (4, 33.0), (8, 50.0)] {
            rows.push_str(&format!("\"{name}\",{n},{x}\n"));
        }
    }
    std::fs::write(&file, rows).unwrap();
    let path = file.to_str().unwrap();
    let (code, svg, err) = run(&["usl", path, "--by", "system", "-q", "-f", "svg"]);
    assert_eq!(code, 0, "{err}");
    let tree = roxmltree::Document::parse(&svg).unwrap();
    let scripts = tree
        .descendants()
        .filter(|node| node.tag_name().name() == "script");
    assert_eq!(scripts.count(), 0);
    assert!(!svg.contains('\u{202e}') && !svg.contains('\u{7}'));
    let texts: String = tree.descendants().filter_map(|node| node.text()).collect();
    assert!(texts.contains("<script>alert(1)</script>") && texts.contains("日本語"));
}

#[test]
fn a_command_without_a_picture_says_so() {
    let (code, _, err) = run(&["little", "--rate", "10/s", "--latency", "1s", "-f", "svg"]);
    assert_eq!(code, 2);
    assert!(err.contains("no picture of little"), "{err}");
}

/// The picture of README's first screen, drawn from shipped data: a change of the program that
/// changes it must change the file. `SCALECALC_WRITE=1 cargo test --test suite readme_s` writes it.
#[test]
fn readme_s_picture_is_what_the_program_draws() {
    let file = "examples/guide/pictures/usl.svg";
    let drawn = run(&[
        "usl",
        "data/published/cisco_mysql.csv",
        "--n-unit",
        "threads",
        "-q",
        "-f",
        "svg",
    ])
    .1;
    if std::env::var_os("SCALECALC_WRITE").is_some() {
        std::fs::write(file, &drawn).unwrap();
    }
    let kept = std::fs::read_to_string(file).unwrap();
    assert!(
        kept == drawn,
        "{file} is stale: write it anew and look at it"
    );
}

/// A file of sizes 1, 2, 3 … with a throughput each, in a folder of its own.
fn sweep_of(name: &str, sizes: u32, throughput: impl Fn(f64) -> f64) -> std::path::PathBuf {
    let folder = std::env::temp_dir().join(format!("scalecalc-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let mut rows = "n,throughput\n".to_owned();
    for n in (1..=sizes).map(f64::from) {
        rows.push_str(&format!("{n},{:.1}\n", throughput(n)));
    }
    let file = folder.join("sizes.csv");
    std::fs::write(&file, rows).unwrap();
    file
}

fn law(n: f64, alpha: f64, beta: f64) -> f64 {
    1000.0 * n / (1.0 + alpha * (n - 1.0) + beta * n * (n - 1.0))
}

/// A fixed scatter between −1 and 1.
fn scatter(n: f64) -> f64 {
    (1.7 * n * n).sin()
}

#[test]
fn two_hundred_sizes_are_a_small_file_with_a_mark_each() {
    type Course = fn(f64) -> f64;
    let along_a_law: Course = |n| law(n, 0.03, 0.0004) * (1.0 + 0.02 * scatter(n));
    let in_waves: Course =
        |n| law(n, 0.03, 0.0004) * (1.0 + 0.25 * (n / 9.0).sin()) * (1.0 + 0.05 * scatter(n));
    let nothing_but_scatter: Course = |n| 1_234_567.8 * (1.0 + 0.5 * scatter(n));
    for (name, course) in [
        ("law", along_a_law),
        ("waves", in_waves),
        ("scatter", nothing_but_scatter),
    ] {
        let file = sweep_of(name, 200, course);
        let (svg, document) = both(&["usl", file.to_str().unwrap()]);
        assert!(svg.len() < 40_000, "{name}: {} bytes", svg.len());
        let tree = roxmltree::Document::parse(&svg).unwrap();
        let marks = |series: roxmltree::Node<'_, '_>| {
            let drawn = series.descendants();
            drawn.filter(|node| node.has_attribute("data-y")).count()
        };
        let series: Vec<_> = (tree.descendants())
            .filter(|node| node.has_attribute("data-series"))
            .collect();
        let at = (0..series.len())
            .max_by_key(|at| marks(series[*at]))
            .unwrap();
        assert_eq!(
            marks(series[at]),
            document["levels"].as_array().unwrap().len()
        );
        // So many marks do not hide the curve: it comes behind them in the file.
        let is_curve = |node: &roxmltree::Node<'_, '_>| {
            let basis = node.attribute("data-basis");
            basis == Some("law") || basis == Some("between")
        };
        assert!(series[at..].iter().any(is_curve), "{name}");
        std::fs::remove_dir_all(file.parent().unwrap()).unwrap();
    }
}

#[test]
fn a_page_of_a_hundred_thousand_sizes_holds_what_it_shows_and_says_what_it_lacks() {
    let file = sweep_of("page", 100_000, |n| {
        law(n, 3e-4, 4e-9) * (1.0 + 0.02 * scatter(n))
    });
    let path = file.to_str().unwrap();
    let whole = file.with_file_name("all.json");
    let target = format!("json={}", whole.display());
    let (code, page, err) = run(&["usl", path, "-q", "-f", "html", "-o", &target]);
    assert_eq!(code, 0, "{err}");
    assert!(page.len() < 1_000_000, "{} bytes", page.len());
    let start = page.find("id=\"scalecalc-document\">").unwrap();
    let json = page[start..].split_once('>').unwrap().1;
    let shown: Value = serde_json::from_str(json.split_once("</script>").unwrap().0).unwrap();
    let all: Value = serde_json::from_str(&std::fs::read_to_string(&whole).unwrap()).unwrap();
    for part in ["fit", "derived", "headline", "quality", "n_unit"] {
        assert_eq!(shown[part], all[part], "{part}");
    }
    let (levels, of) = (
        shown["levels"].as_array().unwrap(),
        all["levels"].as_array().unwrap(),
    );
    assert!(of.len() == 100_000 && (100..1000).contains(&levels.len()));
    let mut later = of.iter();
    assert!(levels.iter().all(|level| later.any(|other| other == level)));
    assert_eq!(levels.last(), of.last());
    // Every mark of the picture is a level of the document beside it.
    let svg = &page[page.find("<svg").unwrap()..];
    let svg = &svg[..svg.find("</svg>").unwrap() + 6];
    let tree = roxmltree::Document::parse(svg).unwrap();
    let mut marks = 0;
    for mark in tree
        .descendants()
        .filter(|node| node.has_attribute("data-x"))
    {
        let (n, x) = (number(mark, "data-x"), number(mark, "data-y"));
        let is_it = |level: &&Value| level["n"].as_f64() == Some(n);
        let level = levels.iter().find(is_it).unwrap();
        assert_eq!(level["throughput_mean"].as_f64(), Some(x), "{level}");
        marks += 1;
    }
    assert!(marks > 100);
    assert!(page.contains("of 100,000 levels") && page.contains("-o all.json"));
    std::fs::remove_dir_all(file.parent().unwrap()).unwrap();
}

#[test]
fn the_legend_of_many_series_is_short_and_above_the_plot() {
    let folder = std::env::temp_dir().join(format!("scalecalc-legend-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("many.csv");
    let mut rows = "system,threads,rps\n".to_owned();
    for name in 0..20 {
        for n in [1.0, 2.0, 4.0, 8.0, 16.0] {
            let x = law(n, 0.03, 0.001) + 10.0 * f64::from(name);
            rows.push_str(&format!(
                "a long name of the checkout service in its region with number {name},{n},{x:.1}\n"
            ));
        }
    }
    std::fs::write(&file, rows).unwrap();
    let (svg, _) = both(&[
        "check",
        file.to_str().unwrap(),
        "--by",
        "system",
        "--min-throughput",
        "10/s@8",
    ]);
    let tree = roxmltree::Document::parse(&svg).unwrap();
    let panel = (tree.descendants())
        .find(|node| node.has_attribute("data-panel"))
        .unwrap();
    let top: f64 = (panel.attribute("data-frame").unwrap().split(' '))
        .nth(1)
        .and_then(|word| word.parse().ok())
        .unwrap();
    let legend: Vec<_> = (tree.root_element().children())
        .filter(|node| node.has_tag_name("text") && node.attribute("font-size") == Some("12.5"))
        .filter(|node| node.attribute("font-weight").is_none() && number(*node, "y") < top - 12.0)
        .collect();
    assert!((2..=10).contains(&legend.len()), "{}", legend.len());
    assert!(svg.contains(">The first 8 of 20 series are drawn.<"));
    assert!(top < 250.0, "{top}");
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_promise_is_a_line_across_that_the_answer_touches() {
    for (question, limit) in [
        (["--servers", "4", "--slo", "p99<=50ms"], 0.05),
        (["--servers", "4", "--slo", "waiting<=20%"], 0.2),
    ] {
        let (svg, _) = both(&[&["queue", "--service", "10ms"], &question[..]].concat());
        let tree = roxmltree::Document::parse(&svg).unwrap();
        let panel = (tree.descendants())
            .find(|node| node.has_attribute("data-panel"))
            .unwrap();
        let frame: Vec<f64> = (panel.attribute("data-frame").unwrap().split(' '))
            .map(|word| word.parse().unwrap())
            .collect();
        let line = (panel.descendants())
            .find(|node| node.attribute("data-marker") == Some("target"))
            .and_then(|marker| marker.children().find(|node| node.has_tag_name("path")))
            .and_then(|path| path.attribute("d")?.split(['M', 'L', ' ']).nth(2))
            .unwrap();
        let y: f64 = line.parse().unwrap();
        let drawn = value_at(panel, "y", (frame[1] + frame[3] - y) / frame[3]);
        assert!((drawn / limit - 1.0).abs() < 0.01, "{drawn} {limit}");
        // The answer is the most load that keeps it: its mark lies on the line.
        let mark = (panel.descendants())
            .find(|node| node.has_attribute("data-y"))
            .unwrap();
        assert!((number(mark, "data-y") / limit - 1.0).abs() < 1e-6);
    }
}

#[test]
fn several_series_that_are_judged_are_all_drawn() {
    let folder = std::env::temp_dir().join(format!("scalecalc-judged-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("two.csv");
    std::fs::write(
        &file,
        "system,threads,rps\na,1,100\na,2,190\na,4,340\na,8,540\nb,1,90\nb,2,170\nb,4,300\nb,8,470\n",
    )
    .unwrap();
    let file = file.to_str().unwrap();
    let (alone, _) = both(&[
        "check",
        file,
        "--by",
        "system",
        "--min-throughput",
        "10/s@8",
    ]);
    assert!(alone.contains("data-series=\"a\"") && alone.contains("data-series=\"b\""));
    let (beside, _) = both(&["check", file, "--by", "system", "--baseline", file]);
    let tree = roxmltree::Document::parse(&beside).unwrap();
    let panels = tree
        .descendants()
        .filter(|node| node.has_attribute("data-panel"));
    assert_eq!(panels.count(), 4);
    std::fs::remove_dir_all(&folder).unwrap();
}

/// What belongs to a series whose label begins like this: its basis, and the dash of its line.
fn series_named<'a>(tree: &'a roxmltree::Document<'_>, begins: &str) -> (&'a str, Option<&'a str>) {
    let found = tree.descendants().find(|node| {
        let label = node.attribute("data-series");
        label.is_some_and(|label| label.starts_with(begins))
    });
    let found = found.unwrap_or_else(|| panic!("no series {begins}"));
    let dash = found
        .descendants()
        .find_map(|node| node.attribute("stroke-dasharray"));
    (found.attribute("data-basis").unwrap(), dash)
}

#[test]
fn a_law_that_misses_the_data_looks_like_no_other_line() {
    // Down, then level: no curve of the law goes so.
    let file = sweep_of("missed", 12, |n| if n < 1.5 { 100.0 } else { 20.0 + n });
    let (svg, _) = both(&["usl", file.to_str().unwrap()]);
    let tree = roxmltree::Document::parse(&svg).unwrap();
    let (missed, its_dash) = series_named(&tree, "fitted law (USL): does not describe");
    let (reference, other_dash) = series_named(&tree, "linear scaling");
    assert_eq!((missed, reference), ("doubted", "reference"));
    assert!(its_dash.is_some() && its_dash != other_dash, "{its_dash:?}");
    // The band says what it rests on where no law does.
    let band = series_named(&tree, "95 % interval, from neighbouring sizes");
    assert_eq!(band.0, "between");
    std::fs::remove_dir_all(file.parent().unwrap()).unwrap();
    // Where the law describes the sweep, neither is there.
    let (svg, _) = both(&["usl", "data/gate/baseline.csv"]);
    let tree = roxmltree::Document::parse(&svg).unwrap();
    assert_eq!(series_named(&tree, "fitted law (USL)").0, "law");
    assert!(svg.contains("data-series=\"95 % interval\"") && !svg.contains("doubted"));
}

#[test]
fn a_noisy_sweep_that_levels_off_says_how_noisy_it_is() {
    let said = |path: &str| {
        let (code, out, err) = run(&["usl", path, "-q"]);
        assert_eq!(code, 0, "{err}");
        out.split("brought nothing more").next().unwrap().to_owned()
    };
    assert!(said("data/more/lssem_64_15.csv").contains("within noise (±"));
    let sure = said("data/published/sudoku_1f.csv");
    assert!(sure.contains("Levelling off") && !sure.contains("within noise"));
}

/// The marks of a panel that counts this upwards, as (x, y).
fn marks_of(tree: &roxmltree::Document<'_>, counts: &str) -> Vec<(f64, f64)> {
    let panels = (tree.descendants()).filter(|node| node.attribute("data-panel") == Some(counts));
    panels
        .flat_map(|panel| panel.descendants())
        .filter(|node| node.has_attribute("data-y"))
        .map(|node| (number(node, "data-x"), number(node, "data-y")))
        .collect()
}

#[test]
fn risks_by_formula_are_drawn_where_the_document_says() {
    for (args, counts, rows, x, y) in [
        (
            "risk batch --arrivals 1000/s --fixed 10ms --per-item 200us",
            "latency",
            "/rows",
            "size",
            "mean_latency_s",
        ),
        (
            "risk fan-out --calls 100 --p50 10ms --p99 100ms",
            "slow answers",
            "/rows",
            "calls",
            "p_slow_answer",
        ),
        (
            "risk fan-out --calls 100 --p50 10ms --p99 100ms",
            "an answer takes",
            "/rows",
            "calls",
            "answer_s",
        ),
        (
            "risk concurrency --arrivals 90/s --service 50ms --servers 5 --deadline 100ms",
            "share",
            "/rows",
            "capacity",
            "loss",
        ),
    ] {
        let args: Vec<&str> = args.split(' ').collect();
        let (svg, document) = both(&args);
        let tree = roxmltree::Document::parse(&svg).unwrap();
        let marks = marks_of(&tree, counts);
        let mut found = 0;
        for row in document.pointer(rows).unwrap().as_array().unwrap() {
            let (Some(x), Some(y)) = (row[x].as_f64(), row[y].as_f64()) else {
                continue;
            };
            let close = |a: f64, b: f64| (a - b).abs() <= 1e-3 * b.abs();
            assert!(
                marks
                    .iter()
                    .any(|mark| close(mark.0, x) && close(mark.1, y)),
                "{args:?}: {x} {y} is not among {marks:?}"
            );
            found += 1;
        }
        assert!(found >= 2, "{args:?}");
        let title = tree.descendants().find(|node| node.has_tag_name("title"));
        assert!(!title.unwrap().text().unwrap().is_empty());
    }
}

#[test]
fn the_fan_out_of_a_published_example_is_in_its_picture() {
    // Dean and Barroso, The Tail at Scale (2013): of 100 calls, 1 % slow, 63 % of answers are.
    let (svg, _) = both(&["risk", "fan-out", "--calls", "100"]);
    let tree = roxmltree::Document::parse(&svg).unwrap();
    let marks = marks_of(&tree, "slow answers");
    let at = marks
        .iter()
        .find(|mark| (mark.0 - 100.0).abs() < 0.5)
        .unwrap();
    assert!((at.1 - 0.63).abs() < 0.005, "{at:?}");
}

#[test]
fn deadlocks_grow_with_the_fifth_power_of_the_locks_in_gray_s_picture() {
    // Gray et al. (1996), eager replication: TPS² · action time · actions⁵ · nodes³ / (4 · objects²),
    // so twice the locks are 32 times the deadlocks.
    let at = |locks: &str| {
        let args = "risk deadlock --objects 1M --lock-time 10ms --rate 100/s --nodes 10 --locks";
        let args: Vec<&str> = args.split(' ').chain([locks]).collect();
        let (svg, _) = both(&args);
        let tree = roxmltree::Document::parse(&svg).unwrap();
        let highest = marks_of(&tree, "deadlocks a day")
            .into_iter()
            .map(|mark| mark.1);
        highest.fold(0.0, f64::max)
    };
    let ratio = at("20") / at("10");
    assert!((ratio - 32.0).abs() < 0.1, "{ratio}");
}
