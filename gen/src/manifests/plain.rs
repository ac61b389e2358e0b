//! What Kubernetes takes a scalar without quotes for. It reads YAML 1.1 as `go.yaml.in/yaml/v2/resolve.go` has it, where
//! `y` and `off` are booleans and `010` is eight; the parser here reads YAML 1.2.

/// What Go's reader makes of a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Plain {
    Text,
    Null,
    Bool(bool),
    Integer(i128),
    Float(f64),
}

impl Plain {
    pub(super) fn of(text: &str) -> Self {
        match text {
            "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" | "true" | "True" | "TRUE" => {
                Plain::Bool(true)
            }
            "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" | "false" | "False" | "FALSE" => {
                Plain::Bool(false)
            }
            "" | "~" | "null" | "Null" | "NULL" => Plain::Null,
            ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Plain::Float(f64::INFINITY),
            "-.inf" | "-.Inf" | "-.INF" => Plain::Float(f64::NEG_INFINITY),
            ".nan" | ".NaN" | ".NAN" => Plain::Float(f64::NAN),
            _ => match text.as_bytes() {
                [b'0'..=b'9' | b'+' | b'-', ..] => number(&text.replace('_', "")),
                [b'.', ..] => fraction(text),
                _ => Plain::Text,
            },
        }
    }

    /// What becomes of it as the name of a member; nothing where there is an error.
    pub(super) fn name(self, text: &str) -> Option<String> {
        match self {
            Plain::Text => Some(text.to_owned()),
            Plain::Null => None,
            Plain::Bool(it) => Some(it.to_string()),
            Plain::Integer(it) => i64::try_from(it).ok().map(|it| it.to_string()),
            Plain::Float(it) if it.is_nan() => Some(".nan".to_owned()),
            Plain::Float(it) if it.is_infinite() => Some(format!("{}.inf", if it > 0.0 { "" } else { "-" })),
            Plain::Float(it) => Some(shortest(it)),
        }
    }
}

fn number(text: &str) -> Plain {
    if let Some(it) = integer(text) {
        return Plain::Integer(it);
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_float = unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && unsigned.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-'));
    if is_float { float(text) } else { Plain::Text }
}

/// As `strconv.ParseInt` and `ParseUint` read it with the base that the prefix says: an octal number begins with 0.
fn integer(text: &str) -> Option<i128> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (base, digits) = match unsigned.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &unsigned[2..]),
        [b'0', b'o' | b'O', ..] => (8, &unsigned[2..]),
        [b'0', b'b' | b'B', ..] => (2, &unsigned[2..]),
        [b'0', _, ..] => (8, &unsigned[1..]),
        _ => (10, unsigned),
    };
    if !digits.chars().all(|it| it.is_digit(base)) {
        return None;
    }
    let size = i128::from_str_radix(digits, base).ok()?;
    let number = if text.starts_with('-') { -size } else { size };
    let has_sign = unsigned.len() < text.len();
    let most = if has_sign { i128::from(i64::MAX) } else { i128::from(u64::MAX) };
    (i128::from(i64::MIN)..=most).contains(&number).then_some(number)
}

fn fraction(text: &str) -> Plain {
    let bytes = text.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut marks = text.match_indices('_').map(|(at, _)| at);
    match marks.all(|at| is_digit(at - 1) && is_digit(at + 1)) {
        true => float(&text.replace('_', "")),
        false => Plain::Text,
    }
}

/// As `strconv.FormatFloat(it, 'g', -1, 32)` writes it.
fn shortest(it: f64) -> String {
    let it = it as f32;
    if it == 0.0 || (1e-4..1e6).contains(&it.abs()) {
        return it.to_string();
    }
    let text = format!("{it:e}");
    match text.split_once('e') {
        Some((digits, exponent)) if exponent.starts_with('-') => format!("{digits}e-{:0>2}", &exponent[1..]),
        Some((digits, exponent)) => format!("{digits}e+{exponent:0>2}"),
        None => text,
    }
}

fn float(text: &str) -> Plain {
    match text.parse::<f64>() {
        Ok(it) if it.is_finite() => Plain::Float(it),
        _ => Plain::Text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_text_is_what_go_reads() {
        // What `sigs.k8s.io/yaml` 1.6 gives for each, as a value and as a name.
        let cases = include_str!("plain.tsv").lines();
        let mut count = 0;
        for line in cases {
            let words: Vec<&str> = line.split('\t').collect();
            let [text, value, name] = words[..] else { panic!("{line}") };
            let plain = Plain::of(text);
            let json = match plain {
                Plain::Text => format!("\"{text}\""),
                Plain::Null => "null".to_owned(),
                Plain::Bool(it) => it.to_string(),
                Plain::Integer(it) => it.to_string(),
                Plain::Float(it) if it.is_finite() => it.to_string(),
                Plain::Float(_) => "error".to_owned(),
            };
            let same = |a: &str, b: &str| match (a.parse::<f64>(), b.parse::<f64>()) {
                (Ok(a), Ok(b)) => a == b,
                _ => a == b,
            };
            assert!(same(&json, value), "{text}: {json}, not {value}");
            let found = plain.name(text).unwrap_or_else(|| "error".to_owned());
            assert_eq!(found, name, "{text}");
            count += 1;
        }
        assert!(count > 120, "{count}");
    }
}
