//! Descriptions of the documents as valid rustdoc: escaped, links marked, lists indented, wrapped.

/// The widest line of documentation, as the issue of the generated crate's readers asks.
const WIDTH: usize = 96;

/// A description as Markdown that rustdoc takes as it is meant; `fallback` when there is none.
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
        let (first, rest) = match self.item {
            Some(marker) => (marker, "  "),
            None => ("", ""),
        };
        wrap(&self.words.join(" "), first, rest, out);
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
    let balanced = line.matches('`').count().is_multiple_of(2);
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
            '\t' => out.push(' '),
            _ => out.push(c),
        }
        previous = c;
    }
}

fn wrap(text: &str, first: &str, rest: &str, out: &mut Vec<String>) {
    let mut line = first.to_owned();
    let mut width = first.chars().count();
    let mut is_empty = true;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if !is_empty && width + 1 + length > WIDTH {
            out.push(std::mem::replace(&mut line, rest.to_owned()));
            width = rest.chars().count();
            is_empty = true;
        }
        // At the start of a line these would begin a list or a heading.
        let word = if is_empty { guard(word) } else { word.to_owned() };
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

/// A word that would begin a list, a heading or a rule at the start of a line gets a backslash.
fn guard(word: &str) -> String {
    let number = word.trim_start_matches(|c: char| c.is_ascii_digit());
    if word.chars().all(|c| matches!(c, '-' | '+' | '=' | '#')) {
        format!("\\{word}")
    } else if number.len() < word.len() && matches!(number, "." | ")") {
        let (digits, mark) = word.split_at(word.len() - 1);
        format!("{digits}\\{mark}")
    } else {
        word.to_owned()
    }
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
        ] {
            assert_eq!(rustdoc(Some(text), "fallback"), expected, "{text:?}");
        }
    }

    #[test]
    fn no_line_is_wider_than_the_limit_unless_one_word_is() {
        let text = "word ".repeat(100);
        assert!(rustdoc(Some(&text), "").lines().all(|line| line.len() <= WIDTH));
    }
}
