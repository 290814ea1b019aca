//! What a name says beside what is measured: what the value is a share of, and in what
//! thousands it is written.

use super::vocabulary::{self, has};
use super::words::singular;

/// Takes `per node` off the words of a name, and returns what one value is for.
pub(super) fn take_member(words: &mut Vec<String>) -> Option<String> {
    let is_thing = |word: &String| has(vocabulary::COUNTED, singular(word)) || word == "unit";
    let is_kind = |word: &String| matches!(word.as_str(), "virtual" | "physical" | "logical");
    let per = words.windows(2).position(|two| {
        let [word, next] = two else { return false };
        word == "per" && (is_thing(next) || is_kind(next))
    })?;
    let of = &words[per + 1..];
    let count = of.iter().take_while(|w| is_thing(w) || is_kind(w)).count();
    let member = of[..count].join(" ");
    words.drain(per..=per + count);
    Some(member)
}

/// Takes `thousand` off the words of a name, and `k` where it stands before a thing that is
/// counted (`k ops`) or alone in brackets; returns what 1 stands for.
pub(super) fn take_scale(words: &mut Vec<String>, in_brackets: bool) -> Option<f64> {
    if let Some(at) = words.windows(2).position(|two| {
        matches!(two[0].as_str(), "k" | "m" | "g") && has(vocabulary::PREFIXED, &two[1])
    }) {
        let thing = words.remove(at + 1);
        words[at].push_str(&thing);
        return None;
    }
    let alone = in_brackets && words.len() == 1;
    let (at, factor) = (words.iter().enumerate()).find_map(|(at, word)| {
        let factor = match word.as_str() {
            "thousand" | "thousands" | "x1000" | "×1000" | "000s" | "1000s" => 1e3,
            "million" | "millions" | "x1000000" | "x1e6" => 1e6,
            "k" | "000" if alone => 1e3,
            _ => return None,
        };
        Some((at, factor))
    })?;
    words.remove(at);
    if at > 0 && words[at - 1] == "in" {
        words.remove(at - 1);
    }
    Some(factor)
}
