//! The flags of a kube-apiserver that decide which documents it publishes: how they are learnt, told and compared.
//! All others, addresses and paths of its machine above all, are never recorded.

use std::collections::BTreeMap;
use std::fmt;

use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};

use super::json;

/// Where a kube-apiserver shows its flags, if it does (`ComponentFlagz`, on since 1.36), and to whom it trusts
/// (the cluster role `system:monitoring`).
pub(crate) const PATH: &str = "/flagz";

/// The forms in which it is asked for; the plain text is made so that no program can rely on it.
pub(crate) const ACCEPT: &str = "application/json;as=Flagz;v=v1beta1;g=config.k8s.io, \
                                 application/json;as=Flagz;v=v1alpha1;g=config.k8s.io";

/// How a flag's value is written and compared.
#[derive(Clone, Copy)]
enum Form {
    /// `true` or `false`, `false` being the default.
    Switch,
    /// `name=value,name=value`; a name without a value is the component's that is named here, or set to `true`.
    Map { component: bool },
}

/// The flags that matter, each with its reason, in the order in which they are told.
const RELEVANT: &[(&str, Form)] = &[
    // Which group-versions and resources are served.
    ("runtime-config", Form::Map { component: false }),
    // Which APIs, and which fields and enum values of theirs, exist.
    ("feature-gates", Form::Map { component: false }),
    // The document `logs`.
    ("enable-logs-handler", Form::Switch),
    // The server behaves as an older version does; `/version` goes on to name the newer one.
    ("emulated-version", Form::Map { component: true }),
    // ... but for APIs that are newer than the version it behaves as.
    ("emulation-forward-compatible", Form::Switch),
    ("runtime-config-emulation-forward-compatible", Form::Switch),
    // Gates that need a newer version than this are off.
    ("min-compatibility-version", Form::Map { component: true }),
];

/// Flags that differ from their defaults, in one spelling, by their number among the [relevant](RELEVANT) ones. Two
/// servers of one version with equal flags publish the same documents, but for custom and aggregated APIs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub(crate) struct Flags(BTreeMap<usize, String>);

/// The answer of `/flagz`.
#[derive(Deserialize)]
struct Flagz {
    kind: String,
    flags: BTreeMap<String, String>,
}

impl Flags {
    /// Reads `/flagz` in one of its [structured forms](ACCEPT), which lists every flag with its value.
    pub(crate) fn served(body: &[u8]) -> Result<Self> {
        let flagz: Flagz = json::read(body)?;
        ensure!(flagz.kind == "Flagz", "the answer is a {}; expected a Flagz", flagz.kind);
        let mut flags = Flags::default();
        for (number, (name, _)) in RELEVANT.iter().enumerate() {
            if let Some(value) = flagz.flags.get(*name) {
                flags.add(number, value).with_context(|| format!("the flag --{name}"))?;
            }
        }
        Ok(flags)
    }

    /// Reads flags as a command line has them.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let mut flags = Flags::default();
        for word in text.split_whitespace() {
            flags.add_word(word)?;
        }
        Ok(flags)
    }

    fn add_word(&mut self, word: &str) -> Result<()> {
        let known = || RELEVANT.iter().map(|(name, _)| format!("--{name}")).collect::<Vec<_>>().join(", ");
        let flag = word
            .strip_prefix("--")
            .with_context(|| format!("{word:?} is no flag; write each as --NAME=VALUE"))?;
        let (name, value) = flag.split_once('=').unwrap_or((flag, "true"));
        let number = RELEVANT.iter().position(|(it, _)| *it == name).with_context(|| {
            format!(
                "--{name} does not change the documents; leave it out and give only what does: {}",
                known()
            )
        })?;
        self.add(number, value).with_context(|| format!("the flag --{name}"))
    }

    /// Adds a value to what an earlier one said, as repeated flags do.
    fn add(&mut self, number: usize, value: &str) -> Result<()> {
        let Some((_, form)) = RELEVANT.get(number) else { return Ok(()) };
        let value = match form {
            Form::Switch => match value {
                "true" => "true".to_owned(),
                "false" => String::new(),
                _ => bail!("{value:?} is neither true nor false"),
            },
            Form::Map { component } => {
                let earlier = self.0.get(&number).map_or("", String::as_str);
                merge(earlier, value, *component)
            }
        };
        match value.is_empty() {
            true => self.0.remove(&number),
            false => self.0.insert(number, value),
        };
        Ok(())
    }
}

/// Two comma-separated maps as one, sorted; the later value of a name wins. Lists are shown in brackets (pflag's
/// `StringSlice`), and the component `kube` may be named or not.
fn merge(earlier: &str, value: &str, component: bool) -> String {
    let value = value.strip_prefix('[').and_then(|it| it.strip_suffix(']')).unwrap_or(value);
    let mut map = BTreeMap::new();
    for item in earlier.split(',').chain(value.split(',')).map(str::trim).filter(|it| !it.is_empty()) {
        let item = item.strip_prefix("kube:").or_else(|| item.strip_prefix(':')).unwrap_or(item);
        let (name, value) = match item.split_once('=') {
            // A group-version without a value, which the server shows with an empty one, is on.
            Some((name, "")) => (name, "true"),
            Some(pair) => pair,
            None if component => ("kube", item),
            None => (item, "true"),
        };
        map.insert(name, value);
    }
    map.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(",")
}

impl TryFrom<Vec<String>> for Flags {
    type Error = anyhow::Error;

    fn try_from(words: Vec<String>) -> Result<Self> {
        let mut flags = Flags::default();
        for word in &words {
            flags.add_word(word)?;
        }
        Ok(flags)
    }
}

impl From<Flags> for Vec<String> {
    fn from(flags: Flags) -> Self {
        let named = flags
            .0
            .iter()
            .filter_map(|(number, value)| RELEVANT.get(*number).map(|(name, _)| format!("--{name}={value}")));
        named.collect()
    }
}

impl fmt::Display for Flags {
    /// As a command line has them; "no flags of note" where all are at their defaults.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = Vec::from(self.clone());
        if words.is_empty() { f.write_str("no flags of note") } else { f.write_str(&words.join(" ")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIDE: &str = "--runtime-config=api/all=true --feature-gates=AllAlpha=true,AllBeta=true \
                        --enable-logs-handler=true";

    #[test]
    fn one_meaning_has_one_spelling() {
        let check = |text: &str, expected: &str| {
            assert_eq!(Flags::parse(text).unwrap().to_string(), expected, "{text}");
            let words = Vec::from(Flags::parse(text).unwrap());
            assert_eq!(Flags::try_from(words).unwrap(), Flags::parse(text).unwrap());
        };
        check(WIDE, WIDE);
        check(
            "--enable-logs-handler --feature-gates=AllBeta=true --runtime-config=api/all= \
             --feature-gates=kube:AllAlpha=true",
            WIDE,
        );
        check("", "no flags of note");
        check("--enable-logs-handler=false --feature-gates= --runtime-config=", "no flags of note");
        check("--feature-gates=A=true,B=true,A=false", "--feature-gates=A=false,B=true");
        check("--feature-gates=wardle:A=true,:B=true", "--feature-gates=B=true,wardle:A=true");
        check("--emulated-version=1.36", "--emulated-version=kube=1.36");
        check("--emulated-version=[kube=1.36]", "--emulated-version=kube=1.36");
    }

    #[test]
    fn other_words_are_refused() {
        let check = |text: &str, expected: &str| {
            let error = format!("{:#}", Flags::parse(text).unwrap_err());
            assert!(error.contains(expected), "{text}: {error}");
        };
        check("feature-gates=A=true", "write each as --NAME=VALUE");
        check("--etcd-servers=http://127.0.0.1:1", "does not change the documents");
        check("--enable-logs-handler=yes", "--enable-logs-handler: \"yes\" is neither true nor false");
    }

    #[test]
    fn what_the_server_shows_is_cut_to_what_matters() {
        let flagz = |flags: &str| {
            Flags::served(format!(r#"{{"kind":"Flagz","apiVersion":"x","flags":{{{flags}}}}}"#).as_bytes())
        };
        let wide = r#""runtime-config":"api/all=true","feature-gates":":AllAlpha=true,:AllBeta=true",
            "enable-logs-handler":"true","emulated-version":"[]","etcd-servers":"[http://10.0.0.7:2379]",
            "tls-private-key-file":"/etc/key","emulation-forward-compatible":"false""#;
        assert_eq!(flagz(wide).unwrap(), Flags::parse(WIDE).unwrap());
        assert_eq!(flagz("").unwrap(), Flags::default());
        assert!(flagz(r#""enable-logs-handler":"CLASSIFIED""#).is_err());
        assert!(Flags::served(br#"{"kind":"Status","flags":{}}"#).is_err());
        assert!(Flags::served(b"\nkube-apiserver flagz\nWarning: ...").is_err());
    }
}
