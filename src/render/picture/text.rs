//! How wide words are, near enough to break lines and to keep labels apart.

/// Width of a text in pixels at a size. An estimate on the wide side: fonts differ.
pub(in crate::render) fn width(text: &str, size: f64) -> f64 {
    size * text.chars().map(em).sum::<f64>()
}

/// Width of a letter in units of the size, after a wide font.
fn em(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | '\'' | '|' => 0.30,
        ' ' | '.' | ',' | ':' | ';' | '!' | 'f' | 't' | 'r' | '(' | ')' | '[' | ']' | '/' | 'I' => {
            0.39
        }
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '→' | '×' | '≥' | '≤' | '≈' | '±' | '−' | '=' | '+' => {
            0.9
        }
        'A'..='Z' => 0.7,
        c if c.is_ascii() => 0.62,
        c if ('\u{300}'..='\u{36f}').contains(&c) => 0.0,
        // Scripts that a font may lack: what stands for them then is a wide box.
        c if ('\u{590}'..='\u{1fff}').contains(&c) || c > '\u{2e7f}' => 1.05,
        _ => 0.66,
    }
}

/// Lines of at most `most` pixels; a word that is longer has a line for itself.
pub(in crate::render) fn wrap(text: &str, size: f64, most: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in crate::text::unbroken(text) {
        match lines.last_mut() {
            Some(line) if width(line, size) + width(" ", size) + width(&word, size) <= most => {
                line.push(' ');
                line.push_str(&word);
            }
            _ => lines.push(word),
        }
    }
    for line in &mut lines {
        *line = shorten(line, size, most);
    }
    lines
}

/// The text, or its beginning and an ellipsis where it is wider than `most`.
pub(in crate::render) fn shorten(text: &str, size: f64, most: f64) -> String {
    if width(text, size) <= most {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = width("…", size);
    for c in text.chars() {
        used += size * em(c);
        if used > most {
            break;
        }
        out.push(c);
    }
    out.push('…');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_wider_than_asked_and_no_word_is_lost() {
        let text = "Throughput peaks near 36 threads at about 12,300/s; more make it slower.";
        let lines = wrap(text, 16.0, 240.0);
        assert!(lines.len() > 1);
        assert!(lines.iter().all(|line| width(line, 16.0) <= 240.0));
        assert_eq!(lines.join(" "), text);
    }

    #[test]
    fn what_is_too_long_ends_in_an_ellipsis() {
        let long = shorten(&"x".repeat(500), 12.0, 100.0);
        assert!(long.ends_with('…') && width(&long, 12.0) <= 100.0);
    }
}
