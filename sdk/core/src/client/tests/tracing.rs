//! Spans of calls: when they close, and that nothing inherits them. What servers warn of, in the log.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use ::tracing::span::{Attributes, Id, Record};
use ::tracing::{Event, Level, Metadata, Subscriber};

use super::*;

/// Counts spans and writes down what closes.
#[derive(Clone, Default)]
struct Spans {
    next: Arc<AtomicU64>,
    log: Arc<Mutex<Vec<String>>>,
}

impl Subscriber for Spans {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        self.log.lock().unwrap().push("open".to_owned());
        Id::from_u64(self.next.fetch_add(1, Ordering::Relaxed) + 1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        if *event.metadata().level() == Level::WARN {
            self.log.lock().unwrap().push("warn".to_owned());
        }
    }

    fn enter(&self, _: &Id) {
        self.log.lock().unwrap().push("entered".to_owned());
    }

    fn exit(&self, _: &Id) {}

    fn try_close(&self, _: Id) -> bool {
        self.log.lock().unwrap().push("close".to_owned());
        true
    }
}

fn check(expected: &[&str], calls: impl FnOnce(&Client, &dyn Fn(&str))) {
    let spans = Spans::default();
    let endless = Scripted::Endless(response(200, &[], &[b"ab"]));
    let (client, _) = scripted([answer(200, &[], &[b"ab"]), endless, answer(404, &[], &[])]);
    let note = |it: &str| spans.log.lock().unwrap().push(it.to_owned());
    ::tracing::subscriber::with_default(spans.clone(), || calls(&client, &note));
    assert_eq!(*spans.log.lock().unwrap(), expected);
}

#[test]
fn spans_close_with_their_calls_and_are_never_entered() {
    check(&["open", "close", "open", "head", "close", "dropped", "open", "close"], |client, note| {
        run(client.get("/x")).unwrap();
        let body = run(client.get("/x?watch=true").send()).unwrap().into_body();
        note("head");
        drop(body);
        note("dropped");
        run(client.get("/x")).unwrap_err();
    });
}

#[test]
fn a_client_logs_each_warning_once() {
    let spans = Spans::default();
    let warned = |text: &'static str| answer(200, &[("warning", text)], &[]);
    let (old, new) = (r#"299 - "old""#, r#"299 - "new""#);
    // 199 is not Kubernetes' own.
    let (client, _) = scripted([warned(old), warned(old), warned(new), warned(r#"199 - "x""#)]);
    ::tracing::subscriber::with_default(spans.clone(), || {
        (0..4).for_each(|_| drop(run(client.get("/x")).unwrap()));
    });
    let log = spans.log.lock().unwrap().join(" ");
    assert_eq!(log, "open warn close open close open warn close open close");
}
