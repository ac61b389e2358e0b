//! How a client calls: what users may set, with the defaults.

use std::sync::Arc;
use std::time::Duration;

use super::budget::Budget;
use super::rate_limit::RateLimit;
use super::{Client, LogWarnings, Metrics, Retries, WarningHandler};
use crate::Str;

#[derive(Clone)]
pub(super) struct Settings {
    pub(super) server: Str,
    pub(super) timeout: Option<Duration>,
    pub(super) idle_timeout: Option<Duration>,
    pub(super) retries: Retries,
    pub(super) budget: Arc<Budget>,
    pub(super) rate_limit: Option<Arc<RateLimit>>,
    pub(super) warnings: Arc<dyn WarningHandler>,
    pub(super) metrics: Option<Arc<dyn Metrics>>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            server: Str::default(),
            timeout: None,
            idle_timeout: None,
            retries: Retries::default(),
            budget: Arc::default(),
            rate_limit: None,
            warnings: Arc::new(LogWarnings::default()),
            metrics: None,
        }
    }
}

impl Client {
    fn set(mut self, set: impl FnOnce(&mut Settings)) -> Self {
        set(Arc::make_mut(&mut self.settings));
        self
    }

    /// The same client with a deadline for each call: its answer must be whole in that time, calls made again
    /// included. A watch or a followed log must have begun by then. None by default.
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        self.set(|it| it.timeout = Some(timeout))
    }

    /// The same client that gives up on an answer, a watch included, in which nothing comes for so long. Off by
    /// default: HTTP/2 notices dead connections by itself; over HTTP/1.1 this is the way, and it must be longer than
    /// a quiet watch is silent (the server sends a bookmark about every minute).
    #[must_use]
    pub fn with_idle_timeout(self, timeout: Duration) -> Self {
        self.set(|it| it.idle_timeout = Some(timeout))
    }

    /// How long nothing may come of an answer.
    pub(crate) fn idle_timeout(&self) -> Option<Duration> {
        self.settings.idle_timeout
    }

    /// The same client with other rules for making calls again.
    #[must_use]
    pub fn with_retries(self, retries: Retries) -> Self {
        self.set(|it| it.retries = retries)
    }

    /// The same client that starts at most so many calls a second on average, and `burst` at once. Off by default:
    /// API servers protect themselves, and say when to come back.
    #[must_use]
    pub fn with_rate_limit(self, calls_per_second: f64, burst: u32) -> Self {
        self.set(|it| it.rate_limit = Some(Arc::new(RateLimit::new(calls_per_second, burst))))
    }

    /// The same client with another handler of the server's warnings; [`LogWarnings`] by default.
    #[must_use]
    pub fn with_warnings(self, handler: impl WarningHandler) -> Self {
        self.set(|it| it.warnings = Arc::new(handler))
    }

    /// The same client that reports what it does.
    #[must_use]
    pub fn with_metrics(self, metrics: impl Metrics) -> Self {
        self.set(|it| it.metrics = Some(Arc::new(metrics)))
    }

    /// The same client with a name for its server, `host:port`, in spans and metrics.
    #[must_use]
    pub fn with_server_name(self, server: impl Into<Str>) -> Self {
        let server = server.into();
        self.set(|it| it.server = server)
    }
}
