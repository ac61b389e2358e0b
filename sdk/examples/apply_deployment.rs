//! Applies a Deployment that is written as plain structs, then takes out what this field manager owns of it and
//! scales that.
//!
//! ```text
//! cargo run --example apply_deployment
//! ```

use kubesdk::api::apps::v1::{Deployment, DeploymentSpec};
use kubesdk::api::core::v1::{Container, ContainerPort, PodSpec, PodTemplateSpec, ResourceRequirements};
use kubesdk::api::meta::v1::{LabelSelector, ObjectMeta};
use kubesdk::core::verbs::PatchBody;
use kubesdk::walk::FieldManager;
use kubesdk::{Client, map, some};

const MANAGER: &str = "apply-deployment";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::infer().await?;
    let deployments = Deployment::in_namespace(&client, client.default_namespace());
    let web = web();
    let live = deployments.patch("web", PatchBody::apply(&web)).field_manager(MANAGER).force().await?;

    if let Some(mut ours) = FieldManager::new(MANAGER).extract(&live)? {
        ours.spec.replicas = Some(3);
        deployments.patch("web", PatchBody::apply(&ours)).field_manager(MANAGER).await?;
        println!("web has three replicas; everything else is as it was");
    }
    Ok(())
}

fn web() -> Deployment {
    let container = Container {
        name: "web".into(),
        image: some("nginx:1.29"),
        image_pull_policy: some("IfNotPresent"),
        ports: vec![ContainerPort { container_port: 80, name: some("http"), ..Default::default() }],
        resources: ResourceRequirements {
            requests: map([("cpu", "100m"), ("memory", "64Mi")]),
            ..Default::default()
        },
        ..Default::default()
    };
    Deployment {
        metadata: ObjectMeta { name: some("web"), labels: map([("app", "web")]), ..Default::default() },
        spec: DeploymentSpec {
            replicas: some(2),
            selector: LabelSelector { match_labels: map([("app", "web")]), ..Default::default() },
            template: PodTemplateSpec {
                metadata: ObjectMeta { labels: map([("app", "web")]), ..Default::default() },
                spec: PodSpec { containers: vec![container], ..Default::default() },
            },
            ..Default::default()
        },
        ..Default::default()
    }
}
