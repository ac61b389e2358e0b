//! Descriptions of the documents as valid rustdoc: escaped, links marked, lists as lists. Lines are wrapped where
//! they are written, in the third pass: how wide they may be depends on where they stand.

use crate::markdown::escaped_mark;

/// A description as Markdown that rustdoc takes as it is meant, each paragraph and each item of a list on one line;
/// `fallback` when there is none.
pub(crate) fn rustdoc(description: Option<&str>, fallback: &str) -> String {
    let text = description.map(str::trim).filter(|it| !it.is_empty()).unwrap_or(fallback);
    let mut out: Vec<String> = Vec::new();
    let mut block = Block::default();
    for line in text.lines() {
        let line = line.trim();
        if line.is_empty() || line.chars().all(|c| matches!(c, '-' | '=' | '*' | '_')) {
            block.flush(&mut out);
            block.item = None;
        } else if let Some((marker, rest)) = list_marker(line) {
            block.flush(&mut out);
            block.item = Some(marker);
            block.words.push(escape(rest));
        } else {
            block.words.push(escape(line));
        }
    }
    block.flush(&mut out);
    out.join("\n")
}

/// Lines that belong together: a paragraph or one item of a list.
#[derive(Default)]
struct Block {
    item: Option<&'static str>,
    words: Vec<String>,
    after_item: bool,
}

impl Block {
    fn flush(&mut self, out: &mut Vec<String>) {
        if self.words.is_empty() {
            return;
        }
        // A blank line between everything but the items of one list: otherwise Markdown joins them.
        if !(out.is_empty() || self.after_item && self.item.is_some()) {
            out.push(String::new());
        }
        let text = self.words.join(" ");
        let words: Vec<&str> = text.split_whitespace().collect();
        out.push(format!("{}{}", self.item.unwrap_or(""), guard(&words.join(" "))));
        self.words.clear();
        self.after_item = self.item.is_some();
    }
}

/// `- `, `* `, `1. `, `a) ` at the start of a line; all become `- `, numbers stay in the text.
fn list_marker(line: &str) -> Option<(&'static str, &str)> {
    for bullet in ["- ", "* ", "+ ", "• "] {
        if let Some(rest) = line.strip_prefix(bullet) {
            return Some(("- ", rest.trim_start()));
        }
    }
    let number = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_numbered = number.len() < line.len() && (number.starts_with(". ") || number.starts_with(") "));
    is_numbered.then_some(("- ", line))
}

/// Escapes what Markdown and rustdoc would read as markup, outside of code spans.
fn escape(line: &str) -> String {
    let mut out = String::with_capacity(line.len() + 8);
    // Three in a row could open a block of code, which rustdoc would compile.
    let balanced = line.matches('`').count().is_multiple_of(2) && !line.contains("```");
    for (number, part) in line.split('`').enumerate() {
        if number > 0 {
            out.push_str(if balanced { "`" } else { "\\`" });
        }
        if balanced && number % 2 == 1 {
            out.push_str(part);
        } else {
            escape_prose(part, &mut out);
        }
    }
    if out.starts_with('#') || out.starts_with('>') || out.starts_with('|') {
        out.insert(0, '\\');
    }
    out
}

fn escape_prose(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find("http://").into_iter().chain(rest.find("https://")).min() {
        let (before, from) = rest.split_at(at);
        escape_marks(before, out);
        let mut end =
            from.find(|c: char| c.is_whitespace() || "<>\"'`()[]{},;".contains(c)).unwrap_or(from.len());
        while end > 0 && from[..end].ends_with(['.', ':', '!', '?', '*']) {
            end -= 1;
        }
        let (url, after) = from.split_at(end);
        if url.len() > "https://".len() {
            out.push('<');
            out.push_str(url);
            out.push('>');
        } else {
            out.push('`');
            out.push_str(url);
            out.push('`');
        }
        rest = after;
    }
    escape_marks(rest, out);
}

fn escape_marks(text: &str, out: &mut String) {
    let mut previous = ' ';
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        let inner =
            |next: Option<&char>| previous.is_alphanumeric() && next.is_some_and(|it| it.is_alphanumeric());
        match c {
            '<' | '>' | '[' | ']' | '*' | '\\' | '~' => {
                out.push('\\');
                out.push(c);
            }
            '_' if !inner(characters.peek()) => out.push_str("\\_"),
            '&' if is_entity(characters.clone()) => out.push_str("\\&"),
            '\t' => out.push(' '),
            _ => out.push(c),
        }
        previous = c;
    }
}

/// True when what follows an ampersand makes it a character of HTML: `lt;`, `#39;`.
fn is_entity(after: impl Iterator<Item = char>) -> bool {
    let mut length = 0;
    for c in after {
        match c {
            ';' => return length > 0,
            c if c.is_ascii_alphanumeric() || c == '#' => length += 1,
            _ => return false,
        }
    }
    false
}

/// A text whose first word would begin a list, a heading or a rule gets a backslash.
fn guard(text: &str) -> String {
    let (word, rest) = text.split_at(text.find(' ').unwrap_or(text.len()));
    escaped_mark(word).map_or_else(|| text.to_owned(), |word| word + rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions() {
        for (text, expected) in [
            ("", "fallback"),
            ("Plain words.", "Plain words."),
            ("one\ntwo", "one two"),
            ("a\n\nb", "a\n\nb"),
            ("More info: https://k8s.io/docs/#a_b.", "More info: <https://k8s.io/docs/#a_b>."),
            ("(http://x.y)", "(<http://x.y>)"),
            ("must be <key>=<value>", "must be \\<key\\>=\\<value\\>"),
            ("a[0] and `b[0]`", "a\\[0\\] and `b[0]`"),
            ("an odd ` tick", "an odd \\` tick"),
            ("values:\n - one\n   more\n - two\nend", "values:\n\n- one more\n- two end"),
            ("steps:\n1. first\n2. second\n\nafter", "steps:\n\n- 1\\. first\n- 2\\. second\n\nafter"),
            ("# not a heading", "\\# not a heading"),
            ("    indented is no code", "indented is no code"),
            ("*.example.com", "\\*.example.com"),
            ("snake_case _emphasis_", "snake_case \\_emphasis\\_"),
            ("a && b &lt; c &#39;", "a && b \\&lt; c \\&#39;"),
            ("```yaml\nkind: Pod\n```", "\\`\\`\\`yaml kind: Pod \\`\\`\\`"),
            ("+ 1", "- 1"),
            ("+", "\\+"),
        ] {
            assert_eq!(rustdoc(Some(text), "fallback"), expected, "{text:?}");
        }
    }
}
