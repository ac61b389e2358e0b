//! What Markdown takes for the beginning of a block: asked by who makes documentation and by who wraps it.

/// A word that at the start of a line would begin a list, a heading, a rule or a quotation, with a backslash that
/// takes this meaning away; nothing for any other word.
pub(crate) fn escaped_mark(word: &str) -> Option<String> {
    let number = word.trim_start_matches(|c: char| c.is_ascii_digit());
    if word.chars().all(|c| "-+=*#|:>".contains(c)) {
        Some(format!("\\{word}"))
    } else if number.len() < word.len() && matches!(number, "." | ")") {
        let (digits, mark) = word.split_at(word.len() - number.len());
        Some(format!("{digits}\\{mark}"))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks() {
        for (word, expected) in [
            ("-", Some("\\-")),
            ("--", Some("\\--")),
            ("##", Some("\\##")),
            ("1.", Some("1\\.")),
            ("12)", Some("12\\)")),
            ("1.5", None),
            ("-x", None),
            (".", None),
            ("word", None),
        ] {
            assert_eq!(escaped_mark(word).as_deref(), expected, "{word}");
        }
    }
}
