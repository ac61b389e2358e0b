//! YAML or JSON as a tree that remembers lines: what a kubeconfig is read from, and what of it stays unread.

use std::fmt;
use std::io::Cursor;

use kubesdk_core::RawJson;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_saphyr::{DuplicateKeyPolicy, Spanned};

/// One value. It may be secret: `Debug` shows only what kind of value it is.
#[derive(Clone, PartialEq)]
pub(super) enum Node {
    Null,
    Bool(bool),
    Integer(i64),
    /// What is larger than an `i64`.
    Unsigned(u64),
    Float(f64),
    Text(String),
    List(Vec<Placed>),
    /// In the order of the text; of a key that is there twice the last one counts, as in Go.
    Map(Vec<(String, Placed)>),
}

/// A value and the line that it begins on, 0 for what stands in no file.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    pub(super) node: Node,
    pub(super) line: u64,
}

/// Where a text stopped being YAML: the line, if it is known. The parser's words are left out, for they quote the
/// text.
pub(super) struct NotYaml {
    pub(super) line: Option<u64>,
}

impl Placed {
    /// The first document of a text, as kubectl reads it; nothing is `null`.
    pub(super) fn from_text(text: &str) -> Result<Placed, NotYaml> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        // YAML 1.1 as Go's reader has it: `yes` is true, and a key that is there twice is no error.
        let options = serde_saphyr::options! {
            duplicate_keys: DuplicateKeyPolicy::LastWins,
            strict_booleans: false,
            with_snippet: false,
        };
        let mut reader = Cursor::new(text.as_bytes());
        let first = serde_saphyr::read_with_options::<_, Placed>(&mut reader, options).next();
        match first {
            None => Ok(Placed::from(Node::Null)),
            Some(document) => {
                document.map_err(|cause| NotYaml { line: cause.location().map(|it| it.line()) })
            }
        }
    }

    /// The value as JSON. What JSON has no words for, numbers that are none, is `null`.
    pub(super) fn to_json(&self) -> RawJson {
        let text = serde_json::to_string(self).unwrap_or_else(|_| "null".to_owned());
        RawJson::from_text(&text).unwrap_or_default()
    }

    pub(super) fn is_null(&self) -> bool {
        self.node == Node::Null
    }
}

/// What a text says, wherever it stands.
impl PartialEq for Placed {
    fn eq(&self, other: &Self) -> bool {
        self.node == other.node
    }
}

impl From<Node> for Placed {
    fn from(node: Node) -> Self {
        Placed { node, line: 0 }
    }
}

impl Node {
    /// What a message says was found.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Node::Null => "nothing",
            Node::Bool(_) => "true or false",
            Node::Integer(_) | Node::Unsigned(_) | Node::Float(_) => "a number",
            Node::Text(_) => "text",
            Node::List(_) => "a list",
            Node::Map(_) => "a map",
        }
    }
}

impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind())
    }
}

impl<'de> Deserialize<'de> for Placed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<Node>::deserialize(deserializer)?;
        Ok(Placed { node: spanned.value, line: spanned.referenced.line() })
    }
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
        Ok(Node::Null)
    }

    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(AnyNode)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Integer(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(i64::try_from(value).map_or(Node::Unsigned(value), Node::Integer))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Node, E> {
        Ok(Node::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Node, A::Error> {
        let mut map: Vec<(String, Placed)> = Vec::new();
        while let Some((key, value)) = entries.next_entry::<String, Placed>()? {
            match map.iter_mut().find(|it| it.0 == key) {
                Some(earlier) => earlier.1 = value,
                None => map.push((key, value)),
            }
        }
        Ok(Node::Map(map))
    }
}

impl Serialize for Placed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.node {
            Node::Null => serializer.serialize_unit(),
            Node::Bool(value) => serializer.serialize_bool(*value),
            Node::Integer(value) => serializer.serialize_i64(*value),
            Node::Unsigned(value) => serializer.serialize_u64(*value),
            Node::Float(value) => serializer.serialize_f64(*value),
            Node::Text(value) => serializer.serialize_str(value),
            Node::List(items) => serializer.collect_seq(items),
            Node::Map(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }
    }
}
