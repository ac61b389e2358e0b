//! A corpus of pairs of objects: the merge patch and the strategic merge patch between them, sent to the server, make
//! of the first object what replacing it by the second makes.

use kubesdk::core::Object;
use kubesdk::core::verbs::{Create, Get, Patch, PatchBody, Replace};
use kubesdk::{Client, walk};

use super::object;

/// The operations on the objects of a kind.
struct Operations<'a, T> {
    create: &'a dyn Fn(&T) -> Create<T>,
    get: &'a dyn Fn(&str) -> Get<T>,
    patch: &'a dyn Fn(&str, PatchBody) -> Patch<T>,
    replace: &'a dyn Fn(&str, &T) -> Replace<T>,
}

/// Makes the first object, and of it the second by each kind of patch; the edits are paths with what is set there.
async fn check<T>(
    operations: Operations<'_, T>,
    name: &str,
    first: &str,
    edits: &[(&str, &str)],
) -> Result<(), String>
where
    T: Object + Default + Clone + Send + 'static,
{
    let mut first: T = object(first);
    // The names of custom resource definitions say what they define.
    if walk::get(&first, "metadata.name").expect("a name").is_empty() {
        set(&mut first, "metadata.name", &format!("{name:?}"));
    }
    let name = walk::get(&first, "metadata.name").expect("a name").as_str().unwrap_or_default();
    (operations.create)(&first).await.map_err(|error| format!("create: {error}"))?;
    let (live, second, expected) = loop {
        let live = (operations.get)(name).await.map_err(|error| format!("get: {error}"))?;
        let mut second = live.clone();
        for (path, value) in edits {
            set(&mut second, path, value);
        }
        match (operations.replace)(name, &second).dry_run().await {
            Ok(expected) => break (live, second, plain(expected)),
            // The server itself writes the status of custom resource definitions.
            Err(error) if error.is_conflict() => {}
            Err(error) => return Err(format!("replace: {error}")),
        }
    };
    if walk::diff(&plain(live.clone()), &expected).is_empty() {
        return Err("the edits change nothing".to_owned());
    }

    let patch = PatchBody::merge_between(&live, &second);
    let merged = walk::apply_merge_patch(&live, &patch.text().parse().expect("JSON"));
    equal("merged here", &second, &merged.map_err(|error| error.to_string())?, &patch)?;
    let patched = (operations.patch)(name, patch.clone()).dry_run().await;
    equal(
        "merged there",
        &expected,
        &plain(patched.map_err(|error| format!("{error}: {}", patch.text()))?),
        &patch,
    )?;

    let patch = PatchBody::strategic_between(&live, &second);
    let merged = walk::apply_strategic_patch(&live, &patch.text().parse().expect("JSON"));
    equal("merged here by strategy", &second, &merged.map_err(|error| error.to_string())?, &patch)?;
    // Not a dry run, so that a patch is stored too.
    let patched = (operations.patch)(name, patch.clone()).await;
    equal(
        "merged there by strategy",
        &expected,
        &plain(patched.map_err(|error| format!("{error}: {}", patch.text()))?),
        &patch,
    )
}

fn equal(what: &str, expected: &dyn Object, found: &dyn Object, patch: &PatchBody) -> Result<(), String> {
    let diff = walk::diff(expected, found);
    if diff.is_empty() { Ok(()) } else { Err(format!("{what}: {diff}{}", patch.text())) }
}

fn set<T: Object + Default>(object: &mut T, path: &str, value: &str) {
    walk::set(object, path, value).unwrap_or_else(|error| panic!("{path} = {value}: {error}"));
}

/// Without what every write changes, and without what only the server writes.
fn plain<T: Object + Default>(mut object: T) -> T {
    for path in ["metadata.managedFields", "metadata.resourceVersion", "metadata.generation"] {
        walk::remove(&mut object, path).expect("the path fits");
    }
    if object.fields().find("status").is_some() {
        walk::remove(&mut object, "status").expect("the path fits");
    }
    object
}

/// Checks a kind's pairs, named after the kind and their number.
macro_rules! pairs {
    ($failures:ident, $kind:ident, $handle:expr, $first:expr; $($edits:expr),* $(,)?) => {{
        let handle = $handle;
        let mut number = 0;
        $({
            number += 1;
            let name = format!("{}-{number}", stringify!($kind).to_lowercase());
            let operations = Operations {
                create: &|it: &$kind| handle.create(it),
                get: &|name: &str| handle.get(name),
                patch: &|name: &str, patch| handle.patch(name, patch),
                replace: &|name: &str, it: &$kind| handle.replace(name, it),
            };
            if let Err(error) = check(operations, &name, $first, &$edits).await {
                $failures.push(format!("{name}: {error}"));
            }
        })*
    }};
}

mod corpus;

pub(super) async fn make_the_second_object_of_the_first(client: &Client) {
    let mut failures = Vec::new();
    corpus::workloads(client, &mut failures).await;
    corpus::of_the_core(client, &mut failures).await;
    corpus::of_other_groups(client, &mut failures).await;
    corpus::custom_resource_definitions(client, &mut failures).await;
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
