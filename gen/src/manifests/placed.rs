//! Definitions as Kubernetes reads them: what it takes for something else than is read here, because it is not quoted,
//! is told with its place.

use std::fmt;

use kubesdk_generator::Error;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Number, Value};
use serde_saphyr::{Location, Spanned};

use super::plain::Plain;

/// Numbers become what Kubernetes makes of them: `1.0` and `1e3` are integers. True if the value may not be what
/// Kubernetes reads, which only the text says: of `"y"` that it has no quotes, of ten that it was `010`.
pub(super) fn is_doubtful(value: &mut Value) -> bool {
    match value {
        Value::String(text) => Plain::of(text) != Plain::Text,
        Value::Number(number) => match number.as_f64().filter(|it| number.is_f64() && it.fract() == 0.0) {
            Some(whole) => {
                // Below, every integer has a float of its own.
                if whole.abs() < 9_007_199_254_740_992.0 {
                    *number = Number::from(whole as i64);
                }
                true
            }
            None => false,
        },
        Value::Array(items) => items.iter_mut().fold(false, |doubts, it| is_doubtful(it) | doubts),
        Value::Object(members) => members.iter_mut().fold(false, |doubts, (name, it)| {
            is_doubtful(it) | (Plain::of(name).name(name).as_ref() != Some(name)) | doubts
        }),
        Value::Null | Value::Bool(_) => false,
    }
}

/// A value, with where its parts stand.
pub(super) enum Node {
    Text,
    Float(f64),
    Items(Vec<Spanned<Node>>),
    Members(Vec<(Spanned<String>, Spanned<Node>)>),
    Other,
}

impl Node {
    /// The member of this name.
    pub(super) fn get(&self, name: &str) -> Option<&Node> {
        let Node::Members(members) = self else { return None };
        members.iter().find(|(it, _)| it.value == name).map(|(_, it)| &it.value)
    }

    pub(super) fn item(&self, number: usize) -> Option<&Node> {
        let Node::Items(items) = self else { return None };
        items.get(number).map(|it| &it.value)
    }
}

/// A definition, the text that it stands in, and what was found.
pub(super) struct Reading<'a> {
    pub(super) document: &'a str,
    pub(super) text: &'a str,
    pub(super) faults: Vec<Error>,
}

impl Reading<'_> {
    /// Notes what Kubernetes reads otherwise.
    pub(super) fn check(&mut self, node: &Node, pointer: &str) {
        match node {
            Node::Items(items) => {
                for (number, item) in items.iter().enumerate() {
                    let pointer = format!("{pointer}/{number}");
                    self.value(item, &pointer);
                    self.check(&item.value, &pointer);
                }
            }
            Node::Members(members) => {
                for (name, value) in members {
                    let escaped = name.value.replace('~', "~0").replace('/', "~1");
                    let pointer = format!("{pointer}/{escaped}");
                    self.name(name, &pointer);
                    self.value(value, &pointer);
                    self.check(&value.value, &pointer);
                }
            }
            Node::Text | Node::Float(_) | Node::Other => {}
        }
    }

    fn name(&mut self, name: &Spanned<String>, pointer: &str) {
        let Some(text) = self.plain(name.defined).filter(|it| *it == name.value) else { return };
        let taken = match Plain::of(text).name(text) {
            Some(taken) if taken == text => return,
            Some(taken) => format!("`{taken}`"),
            None => "no name at all".to_owned(),
        };
        let message = format!("without quotes Kubernetes takes the name `{text}` for {taken}");
        self.fault(pointer, message, format!("quote it: `\"{text}\":`"));
    }

    fn value(&mut self, value: &Spanned<Node>, pointer: &str) {
        let Some(text) = self.plain(value.defined) else { return };
        let taken = match (Plain::of(text), &value.value) {
            (Plain::Bool(it), Node::Text) => it.to_string(),
            (Plain::Integer(it), Node::Text) => it.to_string(),
            (Plain::Float(it), Node::Text) => it.to_string(),
            (Plain::Integer(it), Node::Float(ours)) if it as f64 != *ours => it.to_string(),
            _ => return,
        };
        let message = format!("without quotes Kubernetes takes `{text}` for {taken}");
        self.fault(pointer, message, format!("write `{taken}`, or quote it if it is text: `\"{text}\"`"));
    }

    fn fault(&mut self, pointer: &str, message: String, help: String) {
        let (document, pointer) = (self.document.to_owned(), pointer.to_owned());
        self.faults.push(Error { document, pointer, message, help });
    }

    /// What stands at a place, if it is a scalar of one word that has neither quotes nor a tag and is in no block.
    fn plain(&self, at: Location) -> Option<&str> {
        let from = usize::try_from(at.span().byte_offset()?).ok()?;
        let to = from + usize::try_from(at.span().byte_len()?).ok()?;
        let text = self.text.get(from..to)?.trim_end();
        if text.is_empty() || text.starts_with(['"', '\'']) || text.contains(char::is_whitespace) {
            return None;
        }
        let (above, line) = self.text.get(..from)?.rsplit_once('\n').unwrap_or(("", self.text.get(..from)?));
        let is_tagged = |it: &str| it.starts_with('!') && !it.ends_with(',');
        let mut words = line.split_whitespace().rev().take_while(|it| it.starts_with(['!', '&']));
        if words.any(is_tagged) || (line.trim().is_empty() && is_header(above)) {
            return None;
        }
        Some(text)
    }
}

/// True if a block of text begins behind the last line that holds anything: `a: |-`.
fn is_header(above: &str) -> bool {
    let line = above.lines().rev().find(|it| !it.trim().is_empty()).unwrap_or_default();
    let line = line.split(" #").next().unwrap_or_default().trim_end();
    let marks = line.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-'));
    marks.ends_with(['|', '>']) && !line.trim_start().starts_with('#')
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyNode)
    }
}

struct AnyNode;

impl<'de> Visitor<'de> for AnyNode {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Other)
    }

    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node::Other)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(AnyNode)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Node, E> {
        Ok(Node::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Node, E> {
        Ok(Node::Other)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Node, E> {
        Ok(Node::Other)
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Float(value))
    }

    fn visit_str<E>(self, _: &str) -> Result<Node, E> {
        Ok(Node::Text)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Node::Items(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = access.next_entry()? {
            members.push(member);
        }
        Ok(Node::Members(members))
    }
}
