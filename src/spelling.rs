//! What a mistyped word was meant to be.

/// The candidate that a mistyped word was meant to be: one letter in three may be wrong, missing,
/// too many or swapped with its neighbour (optimal string alignment); case does not count.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let word = word.to_lowercase();
    let most = (word.chars().count() / 3).clamp(1, 4);
    candidates
        .into_iter()
        .map(|candidate| {
            let away = strsim::osa_distance(&word, &candidate.to_lowercase());
            (away, candidate)
        })
        .filter(|(away, candidate)| *away <= most && *away < candidate.chars().count())
        .min_by_key(|(away, _)| *away)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_swapped_letters_are_one_mistake() {
        assert_eq!(nearest("rsp", ["pods", "rps"]), Some("rps"));
        assert_eq!(nearest("latency", ["pods", "rps"]), None);
    }
}
