//! A Deployment as `kubectl create deployment` makes it.

use std::time::Duration;

use kubesdk::api::apps::v1::{Deployment, DeploymentSpec};
use kubesdk::api::core::v1::{Container, PodSpec, PodTemplateSpec};
use kubesdk::api::meta::v1::{LabelSelector, ObjectMeta};
use kubesdk::{Client, map, rollout, some};

use crate::Outcome;

pub(crate) async fn create(client: &Client, name: &str, image: &str, command: Vec<String>) -> Outcome {
    let labels = || map([("app", name)]);
    let container = Container {
        name: container_name(image).into(),
        image: some(image),
        command: command.into_iter().map(Into::into).collect(),
        ..Default::default()
    };
    let deployment = Deployment {
        metadata: ObjectMeta { name: some(name), labels: labels(), ..Default::default() },
        spec: DeploymentSpec {
            replicas: some(1),
            selector: LabelSelector { match_labels: labels(), ..Default::default() },
            template: PodTemplateSpec {
                metadata: ObjectMeta { labels: labels(), ..Default::default() },
                spec: PodSpec { containers: vec![container], ..Default::default() },
            },
            ..Default::default()
        },
        ..Default::default()
    };
    let deployments = Deployment::in_namespace(client, client.default_namespace());
    deployments.create(&deployment).await?;
    println!("deployment.apps/{name} created");
    rollout::status(deployments.get(name)).timeout(Duration::from_secs(120)).finished().await?;
    Ok(0)
}

/// The image without where it is from and which of it is meant.
fn container_name(image: &str) -> &str {
    let name = image.rsplit('/').next().unwrap_or(image);
    name.split([':', '@']).next().unwrap_or(name)
}
