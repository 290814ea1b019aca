//! What file names say: N (`n0008_r1.txt`, `c8.json`, `threads-8.csv`), and which files belong
//! together.

/// Words beside a number that make it N.
const SIZES: &[&str] = &[
    "n",
    "c",
    "t",
    "p",
    "j",
    "u",
    "vu",
    "vus",
    "conc",
    "concurrency",
    "client",
    "clients",
    "conn",
    "conns",
    "connection",
    "connections",
    "core",
    "cores",
    "cpu",
    "cpus",
    "goroutines",
    "hey",
    "jobs",
    "node",
    "nodes",
    "oha",
    "proc",
    "procs",
    "processes",
    "replicas",
    "servers",
    "shards",
    "tasks",
    "th",
    "thr",
    "thread",
    "threads",
    "user",
    "users",
    "worker",
    "workers",
];
/// Words beside a number that make it the count of a repeat.
const REPEATS: &[&str] = &[
    "r",
    "rep",
    "repeat",
    "replicate",
    "run",
    "round",
    "seed",
    "take",
    "trial",
    "try",
    "iter",
    "iteration",
    "i",
];
/// Words beside a number that make it anything else.
const OTHERS: &[&str] = &[
    "v", "rate", "rps", "qps", "tps", "s", "sec", "ms", "k", "kb", "mb",
];
/// No load test has more of anything.
const LARGEST: f64 = 1e7;

/// One number in a name.
#[derive(Debug)]
struct Number {
    value: f64,
    /// Its digits as they stand in the name.
    digits: String,
    size: bool,
    repeat: bool,
    other: bool,
}

/// Takes a name apart: its numbers, and what is left with a `#` for each.
fn parse(name: &str) -> (String, Vec<Number>) {
    let (mut skeleton, mut numbers) = (String::new(), Vec::new());
    let mut rest = name;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        skeleton.push_str(&rest[..at]);
        let digits = &rest[at..];
        let end = digits
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(digits.len());
        let after = &digits[end..];
        let word = word_before(&skeleton).or_else(|| word_after(after));
        let is = |list: &[&str]| word.as_deref().is_some_and(|word| list.contains(&word));
        if let Ok(value) = digits[..end].parse::<f64>() {
            numbers.push(Number {
                value,
                digits: digits[..end].to_owned(),
                size: is(SIZES),
                repeat: is(REPEATS),
                other: is(REPEATS) || is(OTHERS),
            });
        }
        skeleton.push('#');
        rest = after;
    }
    skeleton.push_str(rest);
    (skeleton, numbers)
}

/// The letters right in front of a number, with at most one mark between: `threads-`.
fn word_before(text: &str) -> Option<String> {
    let text = text.strip_suffix(['-', '_', '=', '.', ' ']).unwrap_or(text);
    let letters = text
        .chars()
        .rev()
        .take_while(char::is_ascii_alphabetic)
        .count();
    (letters > 0).then(|| text[text.len() - letters..].to_ascii_lowercase())
}

/// The letters right behind a number: `8threads`, but neither the ending of `8.txt` nor the
/// word of the next number, as in `2_c8`.
fn word_after(text: &str) -> Option<String> {
    let text = text.strip_prefix(['-', '_']).unwrap_or(text);
    let letters = text.chars().take_while(char::is_ascii_alphabetic).count();
    let next = text[letters..].trim_start_matches(['-', '_', '=']);
    let is_of_next = next.starts_with(|c: char| c.is_ascii_digit());
    (letters > 0 && !is_of_next).then(|| text[..letters].to_ascii_lowercase())
}

/// The N that each of these paths suggests: a number beside a word for N, or the only number
/// that differs among names that are alike otherwise. Folders count where file names say
/// nothing.
pub(crate) fn suggest(paths: &[&str]) -> Vec<Option<f64>> {
    let file = |path: &&str| path.rsplit(['/', '\\']).next().unwrap_or(path).to_owned();
    let names: Vec<String> = paths.iter().map(file).collect();
    let found = suggest_by(&names);
    if found.iter().any(Option::is_some) {
        return found;
    }
    suggest_by(
        &paths
            .iter()
            .map(|path| (*path).to_owned())
            .collect::<Vec<_>>(),
    )
}

/// Path without what tells the files of one run apart: ending and the suffixes of Locust.
pub(crate) fn run_name(path: &str) -> &str {
    let stem = match path.rsplit_once('.') {
        Some((stem, ending)) if !ending.contains(['/', '\\']) && !stem.is_empty() => stem,
        _ => path,
    };
    ["_stats_history", "_stats"]
        .iter()
        .find_map(|suffix| stem.strip_suffix(suffix))
        .unwrap_or(stem)
}

/// What the files of one sweep have in common: the path with `#` for its N (`n`, where it is
/// known) and for the counts of repeats. Any other number is a parameter and stays.
pub(crate) fn family(path: &str, n: Option<f64>) -> String {
    let (skeleton, numbers) = parse(run_name(path));
    let mut numbers = numbers.iter();
    let mut name = String::new();
    for part in skeleton.split_inclusive('#') {
        match (part.strip_suffix('#'), numbers.next()) {
            (Some(text), Some(number)) => {
                let is_n = n.is_some_and(|n| n.to_bits() == number.value.to_bits());
                let varies = number.size || number.repeat || (is_n && !number.other);
                name.push_str(text);
                name.push_str(if varies { "#" } else { &number.digits });
            }
            _ => name.push_str(part),
        }
    }
    name
}

/// A short name for a family: its last part, without the places of N and repeats and the words
/// beside them; the whole where nothing is left.
pub(crate) fn short(family: &str) -> String {
    let last = family.rsplit(['/', '\\']).next().unwrap_or(family);
    let marks: &[char] = &['-', '_', '=', '.', ' '];
    let kept: Vec<&str> = last
        .split(marks)
        .filter(|word| !word.is_empty() && !word.contains('#') && !is_marked(word))
        .collect();
    if kept.is_empty() {
        family.trim_matches('#').to_owned()
    } else if last.contains('#') {
        kept.join("-")
    } else {
        last.to_owned()
    }
}

fn is_marked(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    SIZES.contains(&word.as_str()) || REPEATS.contains(&word.as_str())
}

fn suggest_by(names: &[String]) -> Vec<Option<f64>> {
    let parsed: Vec<(String, Vec<Number>)> = names.iter().map(|name| parse(name)).collect();
    parsed
        .iter()
        .map(|(skeleton, numbers)| {
            let alike = || parsed.iter().filter(|(other, _)| other == skeleton);
            let varies = |at: usize| {
                alike().any(|(_, other)| {
                    other
                        .get(at)
                        .is_some_and(|other| other.value.to_bits() != numbers[at].value.to_bits())
                })
            };
            let only = |wanted: &dyn Fn(usize) -> bool| {
                let mut fitting = (0..numbers.len()).filter(|at| wanted(*at));
                fitting.next().filter(|_| fitting.next().is_none())
            };
            // A version stands beside a name; virtual users may stand alone: v1.json, v16.json.
            let users = |at: usize| skeleton.starts_with("v#.") && varies(at);
            let at = only(&|at| numbers[at].size && varies(at))
                .or_else(|| only(&|at| numbers[at].size))
                .or_else(|| only(&users))
                .or_else(|| only(&|at| !numbers[at].other && varies(at)))?;
            Some(numbers[at].value).filter(|n| (1.0..=LARGEST).contains(n))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{family, short, suggest};

    #[test]
    fn names_that_a_loop_over_n_leaves_behind() {
        for (paths, expected) in [
            (&["x/n0001_r1.txt", "x/n0008_r2.txt"][..], &[1.0, 8.0][..]),
            (&["c8.json"], &[8.0]),
            (&["threads-8.csv", "threads-16.csv"], &[8.0, 16.0]),
            (&["wrk_1.txt", "wrk_2.txt", "wrk_16.txt"], &[1.0, 2.0, 16.0]),
            (&["1.txt", "4.txt"], &[1.0, 4.0]),
            (&["8threads.txt", "16threads.txt"], &[8.0, 16.0]),
            (&["k6/v1.json", "k6/v16.json"], &[1.0, 16.0]),
            (&["hey4.csv"], &[4.0]),
            (&["res/4/out.json", "res/8/out.json"], &[4.0, 8.0]),
            (&["c8_t4.json", "c16_t4.json"], &[8.0, 16.0]),
            (&["redis6_c8.csv", "redis6_c9.csv"], &[8.0, 9.0]),
        ] {
            let expected: Vec<_> = expected.iter().copied().map(Some).collect();
            assert_eq!(suggest(paths), expected, "{paths:?}");
        }
    }

    #[test]
    fn files_of_one_sweep_are_a_family_and_parameters_tell_families_apart() {
        for (a, b) in [
            ("x/c8_r1.json", "x/c16_r2.json"),
            ("bench_run1.csv", "bench_run2.csv"),
            ("run1/bench.csv", "run2/bench.csv"),
        ] {
            assert_eq!(family(a, None), family(b, None));
        }
        for (a, b) in [
            ("redis6_c8.csv", "redis7_c8.csv"),
            ("old.csv", "new.csv"),
            ("sys01.csv", "sys02.csv"),
            ("c8_16kb.json", "c8_32kb.json"),
        ] {
            assert_ne!(family(a, None), family(b, None));
        }
        assert_eq!(family("wrk_8.txt", Some(8.0)), "wrk_#");
        assert_eq!(short(&family("res/mysql_c8_r2.txt", None)), "mysql");
        assert_eq!(short(&family("res/redis-7.2_c8.txt", None)), "redis-7-2");
        assert_eq!(short("data/old-system"), "old-system");
    }

    #[test]
    fn names_that_say_nothing() {
        for paths in [
            &["bench.json"][..],
            &["run1.json", "run2.json"],
            &["rate100.json", "rate200.json"],
            &["a1b2.json", "a3b4.json"],
            &["report-2024.json"],
            &["n0.txt"],
        ] {
            assert!(suggest(paths).iter().all(Option::is_none), "{paths:?}");
        }
    }
}
