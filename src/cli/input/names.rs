//! N as file names suggest it: `n0008_r1.txt`, `c8.json`, `threads-8.csv`.

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
    "jobs",
    "node",
    "nodes",
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
/// Words beside a number that make it anything else.
const OTHERS: &[&str] = &[
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
    "v",
    "rate",
    "rps",
    "qps",
    "tps",
    "s",
    "sec",
    "ms",
    "k",
    "kb",
    "mb",
];
/// No load test has more of anything.
const LARGEST: f64 = 1e7;

/// One number in a name.
#[derive(Debug)]
struct Number {
    value: f64,
    size: bool,
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
                size: is(SIZES),
                other: is(OTHERS),
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

/// The letters right behind a number: `8threads`, but not the ending of `8.txt`.
fn word_after(text: &str) -> Option<String> {
    let text = text.strip_prefix(['-', '_']).unwrap_or(text);
    let letters = text.chars().take_while(char::is_ascii_alphabetic).count();
    (letters > 0).then(|| text[..letters].to_ascii_lowercase())
}

/// The N that each of these paths suggests: a number beside a word for N, or the only number
/// that differs among names that are alike otherwise. Folders count where file names say
/// nothing.
pub(super) fn suggest(paths: &[&str]) -> Vec<Option<f64>> {
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
            let at = only(&|at| numbers[at].size && varies(at))
                .or_else(|| only(&|at| numbers[at].size))
                .or_else(|| only(&|at| !numbers[at].other && varies(at)))?;
            Some(numbers[at].value).filter(|n| (1.0..=LARGEST).contains(n))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::suggest;

    #[test]
    fn names_that_a_loop_over_n_leaves_behind() {
        for (paths, expected) in [
            (&["x/n0001_r1.txt", "x/n0008_r2.txt"][..], &[1.0, 8.0][..]),
            (&["c8.json"], &[8.0]),
            (&["threads-8.csv", "threads-16.csv"], &[8.0, 16.0]),
            (&["wrk_1.txt", "wrk_2.txt", "wrk_16.txt"], &[1.0, 2.0, 16.0]),
            (&["1.txt", "4.txt"], &[1.0, 4.0]),
            (&["8threads.txt", "16threads.txt"], &[8.0, 16.0]),
            (&["res/4/out.json", "res/8/out.json"], &[4.0, 8.0]),
            (&["c8_t4.json", "c16_t4.json"], &[8.0, 16.0]),
            (&["redis6_c8.csv", "redis6_c9.csv"], &[8.0, 9.0]),
        ] {
            let expected: Vec<_> = expected.iter().copied().map(Some).collect();
            assert_eq!(suggest(paths), expected, "{paths:?}");
        }
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
