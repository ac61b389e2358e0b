//! Every verb of core with every parameter set, each by its own method, and the type that it decodes.

use kubesdk::api::meta::v1::DeleteOptions;
use kubesdk::core::Object;
use kubesdk::core::verbs::{
    Attach, Create, CreateOrStatus, Delete, DeleteCollection, Exec, Fetch, FetchText, Get, List, Logs, Patch,
    PortForward, Proxy, Replace,
};
use kubesdk::{Error, Request};

/// What the method of an operation builds when every parameter is set.
pub struct Built {
    pub operation: &'static str,
    pub request: Request,
    /// The name of the type that the answer is decoded into; nothing for text and streams.
    pub answer: Option<&'static str>,
}

/// What the generated list calls for each operation.
pub fn built(operation: &'static str, filled: Filled) -> Built {
    match filled.request {
        Ok(request) => Built { operation, request, answer: filled.answer },
        Err(error) => panic!("{operation}: {error}"),
    }
}

/// A verb with every parameter set.
pub struct Filled {
    request: Result<Request, Error>,
    answer: Option<&'static str>,
}

/// The answer has the name that the documents have for the type.
fn decodes<T: Object + Default>(request: Result<Request, Error>) -> Filled {
    Filled { request, answer: Some(T::default().fields().type_name) }
}

fn undecoded(request: Result<Request, Error>) -> Filled {
    Filled { request, answer: None }
}

/// Sets every parameter that a verb has.
pub trait Full {
    /// The verb with all of them.
    fn full(self) -> Filled;
}

impl<T: Object + Default> Full for Get<T> {
    fn full(self) -> Filled {
        decodes::<T>(self.pretty(true).request())
    }
}

impl<T: Object + Default> Full for Fetch<T> {
    fn full(self) -> Filled {
        decodes::<T>(self.request())
    }
}

impl Full for FetchText {
    fn full(self) -> Filled {
        undecoded(self.request())
    }
}

impl<L: Object + Default> Full for List<L> {
    fn full(self) -> Filled {
        let list = self
            .allow_watch_bookmarks(true)
            .continue_token("c")
            .fields("f")
            .labels("l")
            .limit(1)
            .pretty(true);
        let list = list.resource_version("1").resource_version_match("Exact").send_initial_events(true);
        // `watch` is the verb Watch: it has no method of its own here.
        decodes::<L>(list.shard_selector("s").timeout_seconds(1).query("watch", "false").request())
    }
}

macro_rules! full_write {
    ($($verb:ident)*) => {$(
        impl<T: Object + Default> Full for $verb<T> {
            fn full(self) -> Filled {
decodes::<T>(self.dry_run().field_manager("m").field_validation("Strict").pretty(true).request())
            }
        }
    )*};
}
full_write! { Create CreateOrStatus Replace }

impl<T: Object + Default> Full for Patch<T> {
    fn full(self) -> Filled {
        decodes::<T>(
            self.dry_run().field_manager("m").field_validation("Strict").force().pretty(true).request(),
        )
    }
}

impl<T: Object + Default> Full for Delete<T, DeleteOptions> {
    fn full(self) -> Filled {
        let delete = self.dry_run().grace_period_seconds(1).orphan_dependents(true).pretty(true);
        let delete = delete.ignore_store_read_error_with_cluster_breaking_potential(true);
        decodes::<T>(delete.propagation_policy("Orphan").options(&DeleteOptions::default()).request())
    }
}

impl<L: Object + Default> Full for DeleteCollection<L, DeleteOptions> {
    fn full(self) -> Filled {
        let delete = self.dry_run().grace_period_seconds(1).orphan_dependents(true).pretty(true);
        let delete = delete.ignore_store_read_error_with_cluster_breaking_potential(true);
        let delete = delete.continue_token("c").fields("f").labels("l").limit(1).resource_version("1");
        let delete = delete.resource_version_match("Exact").send_initial_events(true).shard_selector("s");
        decodes::<L>(
            delete
                .timeout_seconds(1)
                .propagation_policy("Orphan")
                .options(&DeleteOptions::default())
                .request(),
        )
    }
}

impl Full for Logs {
    fn full(self) -> Filled {
        let logs =
            self.container("c").follow().insecure_skip_tls_verify_backend().limit_bytes(1).pretty(true);
        undecoded(logs.previous().since_seconds(1).stream_name("All").tail_lines(1).timestamps().request())
    }
}

impl Full for Exec {
    fn full(self) -> Filled {
        undecoded(self.command("ls").container("c").stderr(true).stdin(true).stdout(true).tty(true).request())
    }
}

impl Full for Attach {
    fn full(self) -> Filled {
        undecoded(self.container("c").stderr(true).stdin(true).stdout(true).tty(true).request())
    }
}

impl Full for PortForward {
    fn full(self) -> Filled {
        undecoded(self.ports("80").request())
    }
}

impl Full for Proxy {
    fn full(self) -> Filled {
        undecoded(self.query("path", "p").request())
    }
}
