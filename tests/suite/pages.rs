//! The page of a report, read as a program would: tables, document, pictures, command line.

use crate::pictures::run;
use serde_json::Value;

/// The page of a command line, and its JSON document.
fn page(args: &[&str]) -> (String, Value) {
    let with = |format: &str| {
        let args: Vec<&str> = args.iter().copied().chain(["-q", "-f", format]).collect();
        let (code, out, err) = run(&args);
        assert_eq!(code, 0, "{err}");
        out
    };
    (with("html"), serde_json::from_str(&with("json")).unwrap())
}

/// What is between two marks.
fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    text.split_once(start).unwrap().1.split_once(end).unwrap().0
}

/// The part of the page that is well-formed XML.
fn main_of(page: &str) -> String {
    format!("<main>{}</main>", between(page, "<main>", "</main>"))
}

#[test]
fn the_document_in_the_page_is_the_document_of_the_run() {
    let (html, document) = page(&["report", "data/gate/baseline.csv", "--target", "9k/s"]);
    let inside = between(&html, "id=\"scalecalc-document\">", "</script>");
    let inside: Value = serde_json::from_str(inside).unwrap();
    assert_eq!(inside, document);
    assert_eq!(document["kind"], "report");
    assert_eq!(document["targets_per_s"], serde_json::json!([9000.0]));
    assert_eq!(document["plans"][0]["kind"], "plan");
}

#[test]
fn the_page_asks_for_nothing_and_is_small() {
    let (html, _) = page(&["report", "data/gate/baseline.csv"]);
    assert!(html.contains("default-src 'none'"));
    for mark in [
        "src=", "href=", "url(", "@import", "http://", "https://", "style=",
    ] {
        let found = html.matches(mark).count()
            - html.matches("http://www.w3.org/2000/svg").count() * usize::from(mark == "http://");
        assert_eq!(found, 0, "{mark}");
    }
    let data = between(&html, "id=\"scalecalc-document\">", "</script>").len();
    assert!(html.len() - data < 100_000, "{} bytes", html.len() - data);
}

#[test]
fn the_tables_of_the_page_hold_the_numbers_of_the_document() {
    let (html, document) = page(&["report", "data/gate/baseline.csv", "--precision", "17"]);
    let main = main_of(&html);
    let tree = roxmltree::Document::parse(&main).unwrap();
    let rows: Vec<Vec<String>> = tree
        .descendants()
        .filter(|node| node.has_tag_name("tr"))
        .map(|row| {
            let cells = row.children().filter(roxmltree::Node::is_element);
            let text = |cell: roxmltree::Node<'_, '_>| -> String {
                cell.descendants()
                    .filter_map(|n| if n.is_text() { n.text() } else { None })
                    .collect()
            };
            cells.map(text).collect()
        })
        .collect();
    let number = |text: &str| {
        text.replace(',', "")
            .trim_end_matches("/s")
            .parse::<f64>()
            .ok()
    };
    for prediction in document["result"]["predictions"].as_array().unwrap() {
        let n = prediction["n"].as_f64().unwrap();
        let x = prediction["forecast_throughput"]["value"].as_f64().unwrap();
        let holds = |row: &Vec<String>| {
            row.len() >= 8
                && number(&row[0]) == Some(n)
                // The measured mean stands before the estimate.
                && number(&row[2]).is_some_and(|found| (found - x).abs() < 1e-9 * x)
        };
        assert!(rows.iter().any(holds), "{n} {x}");
    }
    let alpha = document["result"]["fit"]["alpha"]["value"]
        .as_f64()
        .unwrap();
    let fact = rows.iter().find(|row| row[0].starts_with('α')).unwrap();
    assert!((number(&fact[1]).unwrap() - alpha).abs() < 1e-12);
    // Every picture has its values as a table beside it.
    let marks = tree
        .descendants()
        .filter(|node| node.has_attribute("data-y"));
    let measured = rows.iter().filter(|row| row[0].starts_with("measured"));
    assert_eq!(marks.count(), 2 * measured.count());
}

#[test]
fn the_command_line_is_inside_and_can_be_pasted() {
    let (html, _) = page(&[
        "usl",
        "data/gate/baseline.csv",
        "--what-if",
        "beta=/2,alpha=*0.5",
    ]);
    let command = between(&html, "<h2>Made by</h2>\n<pre tabindex=\"0\">", "</pre>");
    assert_eq!(
        command,
        "scalecalc usl data/gate/baseline.csv --what-if &#39;beta=/2,alpha=*0.5&#39; -q -f html"
    );
}

#[test]
fn markdown_has_its_picture_beside_it() {
    let directory = std::env::temp_dir().join("scalecalc-pages");
    std::fs::create_dir_all(&directory).unwrap();
    let file = directory.join("capacity.md");
    let (code, _, err) = run(&[
        "report",
        "data/gate/baseline.csv",
        "-o",
        file.to_str().unwrap(),
    ]);
    assert_eq!(code, 0, "{err}");
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains("](capacity.svg)"), "{text}");
    let svg = std::fs::read_to_string(directory.join("capacity.svg")).unwrap();
    assert!(roxmltree::Document::parse(&svg).is_ok());
}

#[test]
fn many_points_stay_small_and_the_picture_says_what_it_leaves_out() {
    let directory = std::env::temp_dir().join("scalecalc-pages");
    std::fs::create_dir_all(&directory).unwrap();
    let file = directory.join("many.csv");
    let mut rows = "n,throughput\n".to_owned();
    for n in 1..=20_000 {
        let n = f64::from(n);
        rows.push_str(&format!("{n},{}\n", 1000.0 * n / (1.0 + 0.01 * (n - 1.0))));
    }
    std::fs::write(&file, rows).unwrap();
    let (code, svg, err) = run(&["usl", file.to_str().unwrap(), "-q", "-f", "svg"]);
    assert_eq!(code, 0, "{err}");
    assert!(svg.len() < 100_000, "{} bytes", svg.len());
    assert!(svg.contains("of 20,000 measured sizes is drawn"), "{err}");
}
