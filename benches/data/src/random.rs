//! Names, numbers and texts as clusters have them, from a seed.

use fastrand::Rng;

/// The same values in the same order for the same seed.
pub(crate) struct Random(Rng);

/// What names are made of.
const WORDS: &[&str] = &[
    "account",
    "agent",
    "alert",
    "api",
    "audit",
    "auth",
    "backend",
    "batch",
    "billing",
    "broker",
    "cache",
    "cart",
    "catalog",
    "checkout",
    "cluster",
    "collector",
    "config",
    "console",
    "crawler",
    "customer",
    "dashboard",
    "data",
    "delivery",
    "device",
    "dispatch",
    "edge",
    "email",
    "event",
    "export",
    "feed",
    "fraud",
    "frontend",
    "gateway",
    "geo",
    "graph",
    "health",
    "history",
    "identity",
    "image",
    "import",
    "index",
    "ingest",
    "inventory",
    "invoice",
    "job",
    "ledger",
    "license",
    "loader",
    "location",
    "log",
    "mail",
    "media",
    "metrics",
    "mirror",
    "model",
    "monitor",
    "notify",
    "order",
    "payment",
    "pipeline",
    "policy",
    "portal",
    "price",
    "profile",
    "proxy",
    "queue",
    "quota",
    "rating",
    "recommend",
    "registry",
    "relay",
    "report",
    "review",
    "router",
    "rule",
    "scheduler",
    "search",
    "session",
    "shipping",
    "signal",
    "stock",
    "storage",
    "stream",
    "sync",
    "tenant",
    "ticket",
    "token",
    "trace",
    "tracker",
    "upload",
    "user",
    "vault",
    "video",
    "wallet",
    "warehouse",
    "web",
    "webhook",
    "worker",
    "zone",
];

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Random(Rng::with_seed(seed))
    }

    /// From `from` up to but without `to`.
    pub(crate) fn number(&mut self, from: usize, to: usize) -> usize {
        self.0.usize(from..to)
    }

    /// True so many times in a hundred.
    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.number(0, 100) < percent
    }

    pub(crate) fn pick<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.number(0, all.len())]
    }

    pub(crate) fn word(&mut self) -> &'static str {
        self.pick(WORDS)
    }

    /// Words with a dash between them.
    pub(crate) fn words(&mut self, count: usize) -> String {
        let words: Vec<&str> = (0..count).map(|_| self.word()).collect();
        words.join("-")
    }

    /// What an API server appends to `generateName` (its alphabet has no vowels).
    pub(crate) fn suffix(&mut self, length: usize) -> String {
        self.text(length, "bcdfghjklmnpqrstvwxz2456789")
    }

    pub(crate) fn hex(&mut self, length: usize) -> String {
        self.text(length, "0123456789abcdef")
    }

    /// Base64 of random bytes, three quarters as many.
    pub(crate) fn base64(&mut self, length: usize) -> String {
        self.text(length / 4 * 4, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    }

    pub(crate) fn uid(&mut self) -> String {
        let parts: Vec<String> = [8, 4, 4, 4, 12].iter().map(|length| self.hex(*length)).collect();
        parts.join("-")
    }

    /// Some second of a week.
    pub(crate) fn time(&mut self) -> String {
        let (day, hour) = (self.number(10, 17), self.number(0, 24));
        let (minute, second) = (self.number(0, 60), self.number(0, 60));
        format!("2026-11-{day}T{hour:02}:{minute:02}:{second:02}Z")
    }

    /// An address of the pod network.
    pub(crate) fn address(&mut self) -> String {
        format!("10.{}.{}.{}", self.number(64, 128), self.number(0, 256), self.number(1, 255))
    }

    /// Lines of `key: value` as configuration has them, at least so many bytes.
    pub(crate) fn configuration(&mut self, length: usize) -> String {
        let mut text = String::with_capacity(length + 64);
        while text.len() < length {
            let (section, key, value) = (self.words(1), self.words(2), self.words(2));
            text.push_str(&format!("{section}.{key}: \"{value}\" # {}\n", self.number(0, 10_000)));
        }
        text
    }

    fn text(&mut self, length: usize, alphabet: &str) -> String {
        let alphabet = alphabet.as_bytes();
        (0..length).map(|_| char::from(alphabet[self.0.usize(0..alphabet.len())])).collect()
    }
}
