//! [`Tree`]: JSON text of which only the parts that are looked into become nodes; the rest stays as it was written.

mod edit;

pub(super) use edit::Edit;

use crate::json::{DecodeError, Scanner, encode_string};

type Result<T, E = DecodeError> = std::result::Result<T, E>;

/// A JSON value to change.
#[derive(Clone)]
pub(super) enum Tree<'a> {
    /// A value that nobody has looked into: valid JSON without white space around it.
    Text(&'a str),
    /// The same, made here.
    Owned(Box<str>),
    /// An array.
    Array(Vec<Tree<'a>>),
    /// An object in the order of its text.
    Object(Vec<Member<'a>>),
}

pub(super) type Member<'a> = (Box<str>, Tree<'a>);

impl<'a> Tree<'a> {
    /// One whole JSON value, checked.
    pub(super) fn checked(text: &'a str) -> Result<Self> {
        let mut scan = Scanner::of_text(text);
        let value = scan.skip()?;
        scan.end()?;
        Ok(Tree::Text(value))
    }

    pub(super) fn empty_object() -> Self {
        Tree::Object(Vec::new())
    }

    pub(super) fn string(text: &str) -> Self {
        let mut out = Vec::with_capacity(text.len() + 2);
        encode_string(text, &mut out);
        Tree::Owned(String::from_utf8_lossy(&out).into())
    }

    fn first(&self) -> u8 {
        match self {
            Tree::Text(text) => text.as_bytes().first().copied().unwrap_or(b'n'),
            Tree::Owned(text) => text.as_bytes().first().copied().unwrap_or(b'n'),
            Tree::Array(_) => b'[',
            Tree::Object(_) => b'{',
        }
    }

    pub(super) fn is_null(&self) -> bool {
        self.first() == b'n'
    }

    pub(super) fn is_array(&self) -> bool {
        self.first() == b'['
    }

    /// The members, of which the last of a name counts; nothing when it is no object.
    pub(super) fn members(&mut self) -> Option<&mut Vec<Member<'a>>> {
        self.open(b'{');
        match self {
            Tree::Object(members) => Some(members),
            _ => None,
        }
    }

    /// The elements; nothing when it is no array.
    pub(super) fn elements(&mut self) -> Option<&mut Vec<Tree<'a>>> {
        self.open(b'[');
        match self {
            Tree::Array(elements) => Some(elements),
            _ => None,
        }
    }

    pub(super) fn into_members(mut self) -> Option<Vec<Member<'a>>> {
        self.members().map(std::mem::take)
    }

    /// The members, or the value itself when it is no object.
    pub(super) fn into_members_or_self(mut self) -> Result<Vec<Member<'a>>, Self> {
        match self.members() {
            Some(members) => Ok(std::mem::take(members)),
            None => Err(self),
        }
    }

    /// True when both are objects, both arrays, or both scalars.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        let shape = |byte| if matches!(byte, b'{' | b'[') { byte } else { 0 };
        shape(self.first()) == shape(other.first())
    }

    pub(super) fn into_elements(mut self) -> Option<Vec<Tree<'a>>> {
        self.elements().map(std::mem::take)
    }

    /// The text of a string; of another scalar what JSON writes.
    pub(super) fn scalar(&self) -> Option<String> {
        match self {
            Tree::Text(text) => scalar(text),
            Tree::Owned(text) => scalar(text),
            Tree::Array(_) | Tree::Object(_) => None,
        }
    }

    /// Makes nodes of the outermost level if it begins with this bracket. What was checked or encoded here opens.
    fn open(&mut self, bracket: u8) {
        if let Tree::Text(text) = *self
            && self.first() == bracket
        {
            *self = level(text, bracket).unwrap_or(Tree::Text(text));
        }
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        match self {
            Tree::Text(text) => out.extend_from_slice(text.as_bytes()),
            Tree::Owned(text) => out.extend_from_slice(text.as_bytes()),
            Tree::Array(elements) => {
                out.push(b'[');
                for (number, element) in elements.iter().enumerate() {
                    if number > 0 {
                        out.push(b',');
                    }
                    element.write(out);
                }
                out.push(b']');
            }
            Tree::Object(members) => {
                out.push(b'{');
                for (number, (name, value)) in members.iter().enumerate() {
                    if number > 0 {
                        out.push(b',');
                    }
                    encode_string(name, out);
                    out.push(b':');
                    value.write(out);
                }
                out.push(b'}');
            }
        }
    }
}

fn scalar(text: &str) -> Option<String> {
    match text.as_bytes().first() {
        Some(b'"') => Scanner::of_text(text).string("").ok().map(str::to_owned),
        Some(b'{' | b'[') | None => None,
        _ => Some(text.to_owned()),
    }
}

fn level(text: &str, bracket: u8) -> Result<Tree<'_>> {
    let mut scan = Scanner::of_text(text);
    scan.open(bracket, "")?;
    let mut first = true;
    if bracket == b'[' {
        let mut elements = Vec::new();
        while scan.more(&mut first, b']')? {
            elements.push(Tree::Text(scan.skip()?));
        }
        return Ok(Tree::Array(elements));
    }
    let mut members = Vec::new();
    while scan.more(&mut first, b'}')? {
        let name: Box<str> = scan.string("")?.into();
        scan.colon()?;
        members.push((name, Tree::Text(scan.skip()?)));
    }
    Ok(Tree::Object(members))
}

/// The value of a name, the last if there are several.
pub(super) fn find<'m, 'a>(members: &'m [Member<'a>], name: &str) -> Option<&'m Tree<'a>> {
    members.iter().rfind(|(found, _)| &**found == name).map(|(_, value)| value)
}

/// The place of a name, made with this value if there was none.
pub(super) fn entry<'m, 'a>(
    members: &'m mut Vec<Member<'a>>,
    name: &str,
    default: impl FnOnce() -> Tree<'a>,
) -> Option<&'m mut Tree<'a>> {
    let at = members.iter().rposition(|(found, _)| &**found == name).unwrap_or_else(|| {
        members.push((name.into(), default()));
        members.len() - 1
    });
    members.get_mut(at).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_looked_into_stays_as_it_was_written() {
        let mut tree = Tree::checked(r#" { "a" : [1.50, {"b" :2}], "c\u0064":{ "e":"\u00e9"} } "#).unwrap();
        let members = tree.members().unwrap();
        assert_eq!(members.iter().map(|(name, _)| &**name).collect::<Vec<_>>(), ["a", "cd"]);
        members[0].1.elements().unwrap().push(Tree::string("x\"y"));
        let mut out = Vec::new();
        tree.write(&mut out);
        assert_eq!(String::from_utf8(out).unwrap(), r#"{"a":[1.50,{"b" :2},"x\"y"],"cd":{ "e":"\u00e9"}}"#);
    }

    #[test]
    fn scalars_have_a_text_and_the_rest_has_not() {
        for (text, expected) in [
            ("\"a\\n\"", Some("a\n")),
            ("1.0", Some("1.0")),
            ("true", Some("true")),
            ("null", Some("null")),
            ("[]", None),
            ("{}", None),
        ] {
            assert_eq!(Tree::checked(text).unwrap().scalar().as_deref(), expected, "{text}");
        }
    }
}
