//! Documentation in lines of 100 columns.

use crate::markdown::escaped_mark;

/// The widest line of generated documentation, its indentation and comment mark included.
const COLUMNS: usize = 100;

/// `/// ` or `//! `.
const MARK: usize = 4;

/// The lines of a text in which each paragraph and each item of a list is one line; `indent` columns stand before.
pub(super) fn wrap(text: &str, indent: usize) -> Vec<String> {
    let mut out = Vec::new();
    for block in text.lines() {
        match block.strip_prefix("- ") {
            Some(item) => fill(item, "- ", "  ", COLUMNS - MARK - indent, &mut out),
            None => fill(block, "", "", COLUMNS - MARK - indent, &mut out),
        }
    }
    out
}

fn fill(text: &str, first: &str, rest: &str, columns: usize, out: &mut Vec<String>) {
    let mut line = first.to_owned();
    let mut width = first.chars().count();
    let mut is_empty = true;
    for word in unbroken(text, columns - rest.len()) {
        let length = word.chars().count();
        if !is_empty && width + 1 + length > columns {
            out.push(std::mem::replace(&mut line, rest.to_owned()));
            width = rest.chars().count();
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
            width += 1;
        }
        line.push_str(&word);
        width += length;
        is_empty = false;
    }
    out.push(line);
}

/// The words of a text. One that would begin a block at the start of a line stays with the word before it, because
/// in a span of code no backslash could take its meaning away; with a word that is too wide for that, one must do.
fn unbroken(text: &str, columns: usize) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match (words.last_mut(), escaped_mark(word)) {
            (Some(last), Some(_)) if last.chars().count() + 1 + word.chars().count() <= columns => {
                last.push(' ');
                last.push_str(word);
            }
            (Some(_), Some(escaped)) => words.push(escaped),
            _ => words.push(word.to_owned()),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines() {
        let words = |count: usize| vec!["word"; count].join(" ");
        for (text, indent, expected) in [
            ("a b".to_owned(), 0, vec!["a b".to_owned()]),
            ("a\n\nb".to_owned(), 0, vec!["a".to_owned(), String::new(), "b".to_owned()]),
            (words(20), 0, vec![words(19), words(1)]),
            (words(20), 4, vec![words(18), words(2)]),
            (format!("- {}", words(20)), 0, vec![format!("- {}", words(19)), "  word".to_owned()]),
            (format!("{} --- word", words(19)), 0, vec![words(18), "word --- word".to_owned()]),
            (format!("{} - a", "w".repeat(95)), 0, vec!["w".repeat(95), "\\- a".to_owned()]),
            ("w".repeat(120), 0, vec!["w".repeat(120)]),
            (format!("a {}", "w".repeat(120)), 0, vec!["a".to_owned(), "w".repeat(120)]),
        ] {
            assert_eq!(wrap(&text, indent), expected, "{text}");
        }
    }
}
