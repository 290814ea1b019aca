//! What N counts, in the number that a sentence needs.

/// The unit for n of it: `thread` for 1, `threads` else.
pub(crate) fn of(n: f64, many: &str) -> String {
    if n.total_cmp(&1.0).is_eq() {
        singular(many)
    } else {
        many.to_owned()
    }
}

/// `threads` → `thread`; words that are no plural stay.
pub(crate) fn singular(many: &str) -> String {
    match many {
        "processes" => "process".to_owned(),
        many if many.ends_with("ss") => many.to_owned(),
        many => many.strip_suffix('s').unwrap_or(many).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_singular() {
        assert_eq!(of(1.0, "threads"), "thread");
        assert_eq!(of(2.0, "threads"), "threads");
        assert_eq!(of(1.0, "processes"), "process");
        assert_eq!(of(1.0, "load"), "load");
    }
}
