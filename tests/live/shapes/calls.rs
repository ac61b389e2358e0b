//! What every kind is put through: made, read in every way, patched, replaced, applied, watched and deleted; whatever
//! was sent comes back equal, by its type and as JSON.

use std::fmt::Debug;

use kubesdk::api::meta::v1::DeleteOptions;
use kubesdk::core::verbs::{Create, Delete, Get, Patch, PatchBody, Replace, Watch};
use kubesdk::core::{BoxFuture, Error, Object};
use kubesdk::walk::{self, FieldManager};
use kubesdk::{Client, WatchEvent, json};
use serde_json::Value;

type On<A, V> = Box<dyn Fn(&A) -> V>;
type Of<A, V> = Box<dyn Fn(&str, A) -> V>;
type Replacing<T> = Box<dyn Fn(&str, &T) -> Replace<T>>;
type Deleted<T> = Delete<T, DeleteOptions>;

/// The calls of one kind's handle.
pub(crate) struct Calls<T> {
    pub(crate) client: Client,
    /// The path of the collection.
    pub(crate) path: &'static str,
    pub(crate) create: On<T, Create<T>>,
    pub(crate) get: On<str, Get<T>>,
    pub(crate) patch: Of<PatchBody, Patch<T>>,
    pub(crate) replace: Replacing<T>,
    pub(crate) delete: On<str, Deleted<T>>,
    pub(crate) watch: Box<dyn Fn() -> Watch<T>>,
    /// All objects, read as JSON or as CBOR, and the resource version of the list.
    pub(crate) list: Box<dyn Fn(bool) -> Listed<T>>,
}

pub(crate) type Listed<T> = BoxFuture<'static, Result<(Vec<T>, String), Error>>;

/// The calls of a handle.
macro_rules! calls {
    ($client:expr, $path:expr, $handle:expr) => {{
        let handle = $handle;
        let [create, get, patch, replace, delete, watch, list] = std::array::from_fn(|_| handle.clone());
        crate::shapes::calls::Calls {
            client: $client.clone(),
            path: $path,
            create: Box::new(move |body| create.create(body)),
            get: Box::new(move |name| get.get(name)),
            patch: Box::new(move |name, body| patch.patch(name, body)),
            replace: Box::new(move |name, body| replace.replace(name, body)),
            delete: Box::new(move |name| delete.delete(name)),
            watch: Box::new(move || watch.watch()),
            list: Box::new(move |cbor| {
                let list = if cbor { list.list().cbor() } else { list.list() };
                Box::pin(async move {
                    let list = list.await?;
                    Ok((list.items, list.metadata.resource_version.unwrap_or_default().to_string()))
                })
            }),
        }
    }};
}
pub(crate) use calls;

/// What the server adds to metadata.
const ADDED: [&str; 6] =
    ["managedFields", "resourceVersion", "generation", "creationTimestamp", "uid", "namespace"];

/// Without what the server adds.
pub(crate) fn plain<T: Object + Default + Clone>(object: &T) -> T {
    let mut object = object.clone();
    for field in ADDED {
        walk::remove(&mut object, format!("metadata.{field}").as_str()).expect("the path fits");
    }
    object
}

/// Fails with what differs.
pub(crate) fn equal<T: Object + Default + Clone>(what: &str, sent: &T, found: &T) {
    let found = plain(found);
    let difference = walk::diff(sent, &found);
    assert!(difference.is_empty(), "{what}: {difference}");
}

/// An object as the JSON that is sent.
pub(crate) fn sent_json(object: &dyn Object) -> Value {
    serde_json::from_slice(&json::to_vec(object)).expect("it is JSON")
}

impl<T: Object + Default + Clone + Debug + Send + 'static> Calls<T> {
    /// The whole life of an object `one`, and of one that is applied, `two`; `change` changes what the definition lets
    /// one change.
    pub(crate) async fn lifecycle(&self, sent: &T, change: fn(&mut T)) {
        let (_, version) = (self.list)(false).await.expect("a list");
        let mut events = (self.watch)().resource_version(version).await.expect("a watch");
        let sent = named(sent, "one");
        self.created_and_read(&sent).await;

        let before = (self.get)("one").await.expect("it is there");
        let (mut after, mut changed) = (before.clone(), sent.clone());
        change(&mut after);
        change(&mut changed);
        assert!(!walk::diff(&sent, &changed).is_empty(), "the change is one");
        let patch = PatchBody::merge_between(&before, &after);
        let patched = (self.patch)("one", patch).await.unwrap_or_else(|error| panic!("patched: {error}"));
        equal("patched", &changed, &patched);
        self.stored("one", &changed).await;

        let mut back = sent.clone();
        let version = walk::get_json(&patched, "metadata.resourceVersion").expect("the path fits");
        let version = version.expect("a version");
        walk::set(&mut back, "metadata.resourceVersion", version.as_str()).expect("the path fits");
        equal("replaced", &sent, &(self.replace)("one", &back).await.expect("it is replaced"));

        self.applied(&sent, change).await;
        for name in ["one", "two"] {
            (self.delete)(name).await.expect("it is deleted");
            assert!((self.get)(name).await.expect_err("it is gone").is_not_found());
        }
        let (two, two_changed) = (named(&sent, "two"), named(&changed, "two"));
        for (expected, object) in [
            ('+', &sent),
            ('~', &changed),
            ('~', &sent),
            ('+', &two),
            ('~', &two_changed),
            ('-', &sent),
            ('-', &two_changed),
        ] {
            let event = events.next().await.expect("an event").expect("a sound event");
            let happened = match &event {
                WatchEvent::Added(_) => '+',
                WatchEvent::Modified(_) => '~',
                WatchEvent::Deleted(_) => '-',
                other => panic!("{other:?}"),
            };
            assert_eq!(happened, expected);
            equal("watched", object, event.object());
        }
    }

    /// Created, and read as JSON, as CBOR and in lists.
    pub(crate) async fn created_and_read(&self, sent: &T) {
        let created = (self.create)(sent).query("fieldValidation", "Strict").await;
        equal("created", sent, &created.unwrap_or_else(|error| panic!("created: {error}")));
        equal("read", sent, &(self.get)("one").await.expect("it is there"));
        equal("read as CBOR", sent, &(self.get)("one").cbor().await.expect("it is there"));
        for cbor in [false, true] {
            let (listed, _) = (self.list)(cbor).await.expect("a list");
            assert_eq!(listed.len(), 1);
            equal("listed", sent, &listed[0]);
        }
        self.stored("one", sent).await;
    }

    /// Made by server-side apply, changed by it, and found to be owned.
    async fn applied(&self, sent: &T, change: fn(&mut T)) {
        let mine = named(sent, "two");
        let mut changed = mine.clone();
        change(&mut changed);
        for mine in [mine, changed] {
            let patch = (self.patch)("two", PatchBody::apply(&mine)).field_manager("shapes");
            let live = patch.await.unwrap_or_else(|error| panic!("applied: {error}"));
            equal("applied", &mine, &live);
            self.stored("two", &mine).await;
            let owned = FieldManager::new("shapes").extract(&live).expect("it is readable");
            equal("owned", &mine, &owned.expect("all of it is owned"));
        }
    }

    /// Fails if the server has anything else than what was sent, letter by letter.
    pub(crate) async fn stored(&self, name: &str, sent: &T) {
        assert_eq!(self.raw(name).await, sent_json(sent), "{name}");
    }

    /// What the server has, without what it adds.
    pub(crate) async fn raw(&self, name: &str) -> Value {
        let answer = self.client.get(&format!("{}/{name}", self.path)).await.expect("it is there");
        let mut found: Value = serde_json::from_slice(&answer).expect("it is JSON");
        let metadata = found["metadata"].as_object_mut().expect("metadata");
        metadata.retain(|name, _| !ADDED.contains(&name.as_str()));
        found
    }
}

/// The object under another name.
pub(crate) fn named<T: Object + Default + Clone>(object: &T, name: &str) -> T {
    let mut object = object.clone();
    walk::set(&mut object, "metadata.name", &format!("\"{name}\"")).expect("the path fits");
    object
}
