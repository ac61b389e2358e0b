//! What a server says of its own health.

use std::fmt;

/// What is asked of a server that says how it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Probe {
    /// `/livez`: should it be left running?
    Live,
    /// `/readyz`: should it be sent requests?
    Ready,
    /// `/healthz`: both in one, as servers before 1.16 have it.
    Health,
}

/// How a server is, with the checks that it made, in its order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// True when all checks passed.
    pub healthy: bool,
    /// What was checked.
    pub checks: Vec<HealthCheck>,
}

/// One check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HealthCheck {
    /// Its name: `etcd`, `poststarthook/start-apiextensions-informers` ...
    pub name: String,
    /// True when it passed, or was left out.
    pub healthy: bool,
    /// What the server says: `ok`, or `failed: reason withheld`; the reason stands in its log.
    pub message: String,
}

impl Probe {
    /// The path of it: `/livez`.
    pub fn path(self) -> &'static str {
        match self {
            Probe::Live => "/livez",
            Probe::Ready => "/readyz",
            Probe::Health => "/healthz",
        }
    }
}

impl Health {
    /// The checks that did not pass.
    pub fn failed(&self) -> impl Iterator<Item = &HealthCheck> {
        self.checks.iter().filter(|it| !it.healthy)
    }

    /// Reads what `?verbose` brings, `[+]etcd ok` in a line for each check; nothing when it is something else. The last
    /// line tells whether all passed, and may be cut off.
    pub(super) fn read(healthy: bool, text: &str) -> Option<Self> {
        let checks: Vec<HealthCheck> = text.lines().filter_map(check).collect();
        let says_so = text.trim() == "ok" || !checks.is_empty();
        says_so.then_some(Health { healthy, checks })
    }
}

/// `[+]etcd ok` or `[-]etcd failed: reason withheld` (`apiserver/pkg/server/healthz`).
fn check(line: &str) -> Option<HealthCheck> {
    let (healthy, rest) = match line.strip_prefix("[+]") {
        Some(rest) => (true, rest),
        None => (false, line.strip_prefix("[-]")?),
    };
    let (name, message) = rest.split_once(' ')?;
    Some(HealthCheck { name: name.to_owned(), healthy, message: message.trim_end().to_owned() })
}

impl fmt::Display for HealthCheck {
    /// As the server writes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.healthy { '+' } else { '-' };
        write!(f, "[{sign}]{} {}", self.name, self.message)
    }
}
