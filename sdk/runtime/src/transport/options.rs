//! How connections are made and kept.

use std::env;
use std::time::Duration;

use http::HeaderValue;
use kubesdk_core::{Error, ErrorKind};

/// How connections are made and kept; [`Config::with_transport`](crate::Config::with_transport) takes it.
///
/// The defaults are client-go's, its environment variables included: `DISABLE_HTTP2`,
/// `HTTP2_READ_IDLE_TIMEOUT_SECONDS` and `HTTP2_PING_TIMEOUT_SECONDS`.
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use kubesdk_runtime::{Config, TransportOptions};
///
/// let options = TransportOptions::default()
///     .connect_timeout(Duration::from_secs(5))
///     .user_agent_prefix("my-controller/1.2.3");
/// let config = Config::new("https://10.0.0.1:6443")?.with_transport(options);
/// # Ok::<(), kubesdk_runtime::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransportOptions {
    pub(super) connect_timeout: Duration,
    /// None when connections are never asked whether they live.
    pub(super) ping_interval: Option<Duration>,
    pub(super) ping_timeout: Duration,
    pub(super) streams_per_connection: usize,
    pub(super) http1_only: bool,
    user_agent_prefix: Option<String>,
}

impl Default for TransportOptions {
    fn default() -> Self {
        TransportOptions::from(&|name| env::var(name).ok())
    }
}

impl TransportOptions {
    fn from(environment: &dyn Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| environment(name).filter(|it| !it.is_empty());
        let seconds = |name: &str, otherwise: u64| {
            let read = set(name).and_then(|it| it.parse().ok());
            Duration::from_secs(read.unwrap_or(otherwise))
        };
        let interval = seconds("HTTP2_READ_IDLE_TIMEOUT_SECONDS", 30);
        TransportOptions {
            connect_timeout: Duration::from_secs(30),
            ping_interval: Some(interval).filter(|it| !it.is_zero()),
            ping_timeout: seconds("HTTP2_PING_TIMEOUT_SECONDS", 15),
            streams_per_connection: 90,
            http1_only: set("DISABLE_HTTP2").is_some(),
            user_agent_prefix: None,
        }
    }

    /// How long a connection may take to come about, TLS included. 30 s by default.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// A connection on which nothing came for `interval` is asked whether it lives (an HTTP/2 ping; over HTTP/1.1 a
    /// probe of TCP), and given up when `timeout` passes without an answer: its calls fail, watches included. 30 s
    /// and 15 s by default.
    #[must_use]
    pub fn ping(mut self, interval: Duration, timeout: Duration) -> Self {
        (self.ping_interval, self.ping_timeout) = (Some(interval), timeout);
        self
    }

    /// How many calls and watches share an HTTP/2 connection; more open another. It must not be more than what the
    /// server allows, 100 for a kube-apiserver, or calls wait until others end. 90 by default; 1 at least.
    #[must_use]
    pub fn streams_per_connection(mut self, streams: usize) -> Self {
        self.streams_per_connection = streams.max(1);
        self
    }

    /// Speaks HTTP/1.1 alone, a connection for each call at a time. Off by default, unless `DISABLE_HTTP2` is set.
    #[must_use]
    pub fn http1_only(mut self, http1_only: bool) -> Self {
        self.http1_only = http1_only;
        self
    }

    /// What stands before `kubesdk/VERSION (os/arch)` in the `User-Agent` of each request, `NAME/VERSION` as a rule.
    /// API servers take what is before the first `/` as the field manager of whoever names none.
    #[must_use]
    pub fn user_agent_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.user_agent_prefix = Some(prefix.into());
        self
    }

    /// The `User-Agent` of each request.
    pub(super) fn user_agent(&self) -> Result<HeaderValue, Error> {
        let (version, os, arch) = (env!("CARGO_PKG_VERSION"), env::consts::OS, env::consts::ARCH);
        let own = format!("kubesdk/{version} ({os}/{arch})");
        let agent = match &self.user_agent_prefix {
            Some(prefix) => format!("{} {own}", prefix.trim()),
            None => own,
        };
        HeaderValue::try_from(agent).map_err(|cause| {
            let prefix = self.user_agent_prefix.as_deref().unwrap_or_default();
            let message =
                format!("the user agent's prefix {prefix:?} is no header value; write it in plain ASCII");
            Error::new(ErrorKind::Config, message).with_source(cause)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(variables: &[(&str, &str)]) -> TransportOptions {
        TransportOptions::from(&|name| variables.iter().find(|it| it.0 == name).map(|it| it.1.to_owned()))
    }

    #[test]
    fn the_environment_of_client_go_counts() {
        let check = |variables: &[(&str, &str)], ping: Option<u64>, timeout: u64, http1_only: bool| {
            let options = from(variables);
            let ping = ping.map(Duration::from_secs);
            assert_eq!((options.ping_interval, options.http1_only), (ping, http1_only), "{variables:?}");
            assert_eq!(options.ping_timeout, Duration::from_secs(timeout), "{variables:?}");
        };
        check(&[], Some(30), 15, false);
        check(&[("DISABLE_HTTP2", "1")], Some(30), 15, true);
        check(&[("DISABLE_HTTP2", "")], Some(30), 15, false);
        check(&[("HTTP2_READ_IDLE_TIMEOUT_SECONDS", "5")], Some(5), 15, false);
        check(&[("HTTP2_READ_IDLE_TIMEOUT_SECONDS", "0")], None, 15, false);
        check(
            &[("HTTP2_READ_IDLE_TIMEOUT_SECONDS", "x"), ("HTTP2_PING_TIMEOUT_SECONDS", "7")],
            Some(30),
            7,
            false,
        );
    }

    #[test]
    fn user_agents() {
        let agent = from(&[]).user_agent_prefix("me/1").user_agent().unwrap();
        let expected = format!("me/1 kubesdk/{} (", env!("CARGO_PKG_VERSION"));
        assert!(agent.to_str().unwrap().starts_with(&expected), "{agent:?}");
        let error = from(&[]).user_agent_prefix("a\nb").user_agent().unwrap_err();
        assert!(error.to_string().contains(r#"prefix "a\nb" is no header value"#), "{error}");
    }
}
