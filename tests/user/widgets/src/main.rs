//! Creates, reads, patches, applies, scales, watches and deletes widgets, on the server of the kubeconfig; what was sent
//! comes back equal. The definitions must be there, and the namespace `shop`.
#![forbid(unsafe_code)]

use std::error::Error;

use kubesdk::api::core::v1::{ResourceRequirements, Toleration};
use kubesdk::api::meta::v1::{Condition, LabelSelector, ObjectMeta};
use kubesdk::core::Object;
use kubesdk::core::verbs::PatchBody;
use kubesdk::walk::{self, FieldManager};
use kubesdk::{Client, IntOrString, RawJson, WatchEvent, map, some};
use widgets::api::shop::v1::{
    Depot, DepotSpec, DepotSpecManager, DepotSpecShelves, Widget, WidgetSpec, WidgetSpecParts, WidgetStatus,
};

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome {
    let client = Client::infer().await?;
    create_and_read(&client).await?;
    patch(&client).await?;
    apply(&client).await?;
    status_and_scale(&client).await?;
    watch_and_delete(&client).await?;
    depots(&client).await?;
    println!("all came back as it was sent");
    Ok(())
}

async fn create_and_read(client: &Client) -> Outcome {
    let widgets = Widget::in_namespace(client, "shop");
    let sent = widget("one")?;
    let created = widgets.create(&sent).await?;
    equal("created", &sent, &plain(created)?)?;
    equal("read", &sent, &plain(widgets.get("one").await?)?)?;
    let listed = Widget::everywhere(client).list().labels("app=shop").all().await?;
    let [listed] = listed.items.as_slice() else { return Err("expected one widget".into()) };
    equal("listed", &sent, &plain(listed.clone())?)?;
    let mut changed = widgets.get("one").await?;
    changed.spec.color = "green".into();
    let replaced = widgets.replace("one", &changed).await?;
    equal("replaced", &plain(changed)?, &plain(replaced)?)
}

async fn patch(client: &Client) -> Outcome {
    let widgets = Widget::in_namespace(client, "shop");
    let before = widgets.get("one").await?;
    let mut after = before.clone();
    after.spec.parts[1].size = some(3.5);
    after.spec.note = None;
    after.metadata.annotations = map([("patched", "yes")]);
    let patched = widgets.patch("one", PatchBody::merge_between(&before, &after)).await?;
    equal("patched", &plain(after)?, &plain(patched)?)
}

async fn apply(client: &Client) -> Outcome {
    let widgets = Widget::in_namespace(client, "shop");
    let manager = "shop-controller";
    let mut mine = Widget {
        metadata: ObjectMeta { name: some("two"), ..Default::default() },
        spec: WidgetSpec {
            color: "red".into(),
            parts: vec![WidgetSpecParts { name: "case".into(), size: some(1.5), ..Default::default() }],
            ..Default::default()
        },
        ..Default::default()
    };
    widgets.patch("two", PatchBody::apply(&mine)).field_manager(manager).await?;
    // Another manager's part of the list stays: it is merged by its key.
    let theirs = r#"{"apiVersion":"shop.example.com/v1","kind":"Widget","metadata":{"name":"two"},
        "spec":{"color":"red","parts":[{"name":"wheel"}]}}"#;
    widgets.patch("two", PatchBody::apply_text(theirs)?).field_manager("other").await?;
    let live = widgets.get("two").await?;
    let names: Vec<&str> = live.spec.parts.iter().map(|it| it.name.as_str()).collect();
    if names != ["case", "wheel"] {
        return Err(format!("the parts are {names:?}").into());
    }
    let owned = FieldManager::new(manager).extract(&live)?.ok_or("nothing is owned")?;
    equal("owned", &mine, &plain(owned)?)?;
    mine.spec.parts.clear();
    let live = widgets.patch("two", PatchBody::apply(&mine)).field_manager(manager).await?;
    if live.spec.parts.len() != 1 {
        return Err("the part that was not applied any more is still there".into());
    }
    Ok(())
}

async fn status_and_scale(client: &Client) -> Outcome {
    let widgets = Widget::in_namespace(client, "shop");
    let mut live = widgets.get("one").await?;
    let condition = Condition {
        type_: "Ready".into(),
        status: "True".into(),
        reason: "Built".into(),
        message: "All parts are there.".into(),
        last_transition_time: "2026-01-02T03:04:05Z".parse()?,
        ..Default::default()
    };
    live.status =
        some(WidgetStatus { replicas: some(2), selector: some("app=shop"), conditions: vec![condition] });
    let stored = widgets.replace_status("one", &live).await?;
    equal("status", &live.status.unwrap_or_default(), &stored.status.unwrap_or_default())?;

    let mut scale = widgets.get_scale("one").await?;
    scale.spec.replicas = some(5);
    widgets.replace_scale("one", &scale).await?;
    let scaled = widgets.get("one").await?;
    match scaled.spec.replicas {
        Some(5) => Ok(()),
        replicas => Err(format!("scaled to 5, and there are {replicas:?}").into()),
    }
}

async fn watch_and_delete(client: &Client) -> Outcome {
    let widgets = Widget::in_namespace(client, "shop");
    let listed = widgets.list().await?;
    let version = listed.metadata.resource_version.clone().unwrap_or_default();
    let mut events = widgets.watch().resource_version(version).await?;
    for name in ["one", "two"] {
        widgets.delete(name).await?;
    }
    for expected in ["one", "two"] {
        match events.next().await.transpose()? {
            Some(WatchEvent::Deleted(widget)) if widget.metadata.name.as_deref() == Some(expected) => {}
            other => return Err(format!("expected that {expected} is deleted, got {other:?}").into()),
        }
    }
    match widgets.get("one").await {
        Err(error) if error.is_not_found() => Ok(()),
        other => Err(format!("one is still there: {other:?}").into()),
    }
}

/// A kind without namespaces, whose list is called otherwise.
async fn depots(client: &Client) -> Outcome {
    let depots = Depot::cluster(client);
    let sent = Depot {
        metadata: ObjectMeta { name: some("north"), ..Default::default() },
        spec: some(DepotSpec {
            shelves: vec![DepotSpecShelves { row: some(7), free: some(false) }],
            manager: some(DepotSpecManager { name: some("Ada"), ..Default::default() }),
        }),
    };
    equal("depot", &sent, &plain(depots.create(&sent).await?)?)?;
    let count = depots.list().await?.items.len();
    depots.delete_collection().await?;
    if count == 1 { Ok(()) } else { Err(format!("{count} depots").into()) }
}

/// A widget with something in every field.
fn widget(name: &str) -> Outcome<Widget> {
    let part = |name: &str| WidgetSpecParts { name: name.into(), size: some(2.0), type_: some("metal") };
    let spec = WidgetSpec {
        color: "red".into(),
        replicas: some(0),
        port: some(IntOrString::from("http")),
        since: some("2026-01-01T00:00:00Z".parse::<kubesdk::Time>()?),
        note: some("fragile"),
        options: some(r#"{"any":{"thing":[1,2.5,null]}}"#.parse::<RawJson>()?),
        selector: some(LabelSelector { match_labels: map([("app", "shop")]), ..Default::default() }),
        resources: some(ResourceRequirements {
            limits: map([("cpu", "500m"), ("memory", "1Gi")]),
            ..Default::default()
        }),
        tolerations: vec![Toleration {
            key: some("night"),
            toleration_seconds: some(60),
            ..Default::default()
        }],
        parts: vec![part("case"), part("wheel")],
    };
    let labels = map([("app", "shop")]);
    let metadata = ObjectMeta { name: some(name), labels, ..Default::default() };
    Ok(Widget { metadata, spec, ..Default::default() })
}

/// Without what the server adds.
fn plain<T: Object + Default>(mut object: T) -> Outcome<T> {
    for field in ["managedFields", "resourceVersion", "generation", "creationTimestamp", "uid", "namespace"] {
        walk::remove(&mut object, format!("metadata.{field}").as_str())?;
    }
    Ok(object)
}

fn equal(what: &str, sent: &dyn Object, found: &dyn Object) -> Outcome {
    let difference = walk::diff(sent, found);
    if difference.is_empty() { Ok(()) } else { Err(format!("{what}: {difference}").into()) }
}
