//! A value that is expected at a path, as `kubectl wait --for=jsonpath=` takes it: the part of JSONPath that names one
//! value.

use std::str::FromStr;

use kubesdk_core::walk::{self, Path, Step};
use kubesdk_core::{Object, Ref};

use crate::{Error, ErrorKind};

/// What is looked for.
#[derive(Debug)]
pub(super) struct Expectation {
    path: Path,
    /// Any value if there is none.
    value: Option<String>,
}

impl Expectation {
    /// # Errors
    ///
    /// When the object has no such field.
    pub(super) fn is_met(&self, object: &dyn Object) -> Result<bool, Error> {
        let refused =
            |error| Error::new(ErrorKind::Request, format!("{} is no path here: {error}", self.path));
        // Free-form values are only reached as JSON.
        if let Ok(value) = walk::get(object, &self.path)
            && let Some(text) = value.as_str()
        {
            return Ok(self.value.as_deref().is_none_or(|expected| expected == text));
        }
        if let Ok(Ref::None) = walk::get(object, &self.path) {
            return Ok(false);
        }
        let json = walk::get_json(object, &self.path).map_err(refused)?;
        Ok(match (json, &self.value) {
            (None, _) => false,
            (Some(_), None) => true,
            (Some(json), Some(expected)) => {
                let text = json.as_str();
                let inside = text.strip_prefix('"').and_then(|it| it.strip_suffix('"'));
                inside.unwrap_or(text) == expected
            }
        })
    }
}

impl FromStr for Expectation {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let mut parser = Parser { text, rest: text };
        parser.expectation()
    }
}

struct Parser<'a> {
    text: &'a str,
    rest: &'a str,
}

impl<'a> Parser<'a> {
    fn expectation(&mut self) -> Result<Expectation, Error> {
        self.blank();
        let braces = self.takes("{");
        self.takes("$");
        let mut steps = Vec::new();
        loop {
            self.blank();
            match self.rest.chars().next() {
                Some('[') => steps.push(self.bracket()?),
                Some('.') => {
                    self.takes(".");
                    if !self.rest.starts_with('[') {
                        steps.push(self.name()?);
                    }
                }
                Some(first) if steps.is_empty() && !"=}".contains(first) => steps.push(self.name()?),
                _ => break,
            }
        }
        if braces && !self.takes("}") {
            return Err(self.refused("`}` is missing"));
        }
        if steps.is_empty() {
            return Err(self.refused("it names no field"));
        }
        self.blank();
        let equal = self.takes("==") || self.takes("=");
        let value = self.rest.trim();
        match (equal, value) {
            (false, "") => Ok(Expectation { path: steps.into(), value: None }),
            (true, value) if !value.is_empty() => {
                Ok(Expectation { path: steps.into(), value: Some(unquoted(value).to_owned()) })
            }
            (true, _) => Err(self.refused("no value follows `=`")),
            (false, _) => Err(self.refused(&format!("{value:?} follows the path"))),
        }
    }

    fn blank(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn takes(&mut self, token: &str) -> bool {
        let rest = self.rest.strip_prefix(token);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn refused(&self, why: &str) -> Error {
        let text = self.text;
        Error::new(
            ErrorKind::Request,
            format!("{text:?} is no path with a value, such as {{.status.phase}}=Running: {why}"),
        )
    }

    /// A name up to what ends it; a backslash keeps the character after it.
    fn name(&mut self) -> Result<Step, Error> {
        let mut name = String::new();
        let mut characters = self.rest.char_indices();
        let mut end = self.rest.len();
        while let Some((at, character)) = characters.next() {
            match character {
                '\\' => name.extend(characters.next().map(|(_, it)| it)),
                '.' | '[' | '=' | '}' | ' ' => {
                    end = at;
                    break;
                }
                other => name.push(other),
            }
        }
        self.rest = self.rest.get(end..).unwrap_or_default();
        match name.is_empty() || name == "*" {
            true => Err(self.refused("a field has no name")),
            false => Ok(Step::Name(name.into())),
        }
    }

    /// `[0]`, `['a.b']`, or `[?(@.type=="Ready")]`.
    fn bracket(&mut self) -> Result<Step, Error> {
        self.takes("[");
        self.blank();
        let step = if self.takes("?(") {
            let mut keys = vec![self.key()?];
            while self.takes("&&") {
                keys.push(self.key()?);
            }
            if !self.takes(")") {
                return Err(self.refused("a filter is not closed by `)`"));
            }
            Step::Keys(keys)
        } else if self.rest.starts_with(['\'', '"']) {
            Step::Name(self.quoted()?.into())
        } else {
            let (index, rest) = self.rest.split_once(']').unwrap_or((self.rest, ""));
            let Ok(number) = index.trim().parse() else {
                return Err(
                    self.refused("in `[` and `]` stands an index, a quoted name or a filter `?(@.a==\"b\")`")
                );
            };
            self.rest = self.rest.get(self.rest.len() - rest.len() - 1..).unwrap_or_default();
            Step::Index(number)
        };
        self.blank();
        if self.takes("]") { Ok(step) } else { Err(self.refused("`]` is missing")) }
    }

    /// `@.type=="Ready"`.
    fn key(&mut self) -> Result<(Box<str>, Box<str>), Error> {
        self.blank();
        if !self.takes("@.") {
            return Err(self.refused("a filter begins with `@.`"));
        }
        let Step::Name(name) = self.name()? else { return Err(self.refused("a filter names a field")) };
        self.blank();
        if !self.takes("==") {
            return Err(self.refused("a filter compares with `==`"));
        }
        self.blank();
        let value = match self.rest.starts_with(['\'', '"']) {
            true => self.quoted()?.to_owned(),
            false => {
                let end = self.rest.find([')', '&', ' ']).unwrap_or(self.rest.len());
                let (value, rest) = self.rest.split_at(end);
                self.rest = rest;
                value.to_owned()
            }
        };
        self.blank();
        Ok((name, value.into()))
    }

    fn quoted(&mut self) -> Result<&'a str, Error> {
        let quote = self.rest.chars().next().unwrap_or('"');
        let inside = self.rest.get(1..).and_then(|it| it.split_once(quote));
        let Some((text, rest)) = inside else { return Err(self.refused("a quote is not closed")) };
        self.rest = rest;
        Ok(text)
    }
}

/// A value may be quoted, as shells and people do.
fn unquoted(value: &str) -> &str {
    let inside = |quote: char| value.strip_prefix(quote).and_then(|it| it.strip_suffix(quote));
    inside('"').or_else(|| inside('\'')).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions() {
        let check = |text: &str, expected: Option<(&str, Option<&str>)>| {
            let found = text.parse::<Expectation>().ok().map(|it| (it.path, it.value));
            let expected =
                expected.map(|(path, value)| (path.parse::<Path>().unwrap(), value.map(str::to_owned)));
            assert_eq!(found, expected, "{text}");
        };
        check("{.status.phase}=Running", Some(("status.phase", Some("Running"))));
        check("{.status.phase}='Running'", Some(("status.phase", Some("Running"))));
        check("status.phase", Some(("status.phase", None)));
        check(".status.phase == Running", Some(("status.phase", Some("Running"))));
        check("{$.status.phase}", Some(("status.phase", None)));
        let ready = r#"status.conditions[type=Ready].status"#;
        check(r#"status.conditions[?(@.type=="Ready")].status == True"#, Some((ready, Some("True"))));
        check(r#"{.status.conditions[?(@.type=='Ready')].status}=True"#, Some((ready, Some("True"))));
        check(r#"{.status.conditions[?( @.type == "Ready" )].status}"#, Some((ready, None)));
        let port = "spec.ports[port=80,protocol=TCP].nodePort";
        check(r#"{.spec.ports[?(@.port==80 && @.protocol=="TCP")].nodePort}"#, Some((port, None)));
        check(
            "{.status.containerStatuses[0].ready}=true",
            Some(("status.containerStatuses[0].ready", Some("true"))),
        );
        check("{.metadata.labels['a.b/c']}=x", Some((r#"metadata.labels["a.b/c"]"#, Some("x"))));
        check(r"{.metadata.labels.a\.b/c}=x=y", Some((r#"metadata.labels["a.b/c"]"#, Some("x=y"))));
        for wrong in [
            "",
            "{}",
            "{.a",
            ".a}",
            "{.a}=",
            "{.a}b",
            "{.a[*]}",
            "{..a}",
            "{.a[?(@.b)]}",
            "{.a[?(b==1)]}",
            "{.a['b]}",
            "{.a[0}",
            "=x",
            "{.*}",
            "{.a[?(@.b==\"c\"]}",
        ] {
            check(wrong, None);
        }
    }
}
