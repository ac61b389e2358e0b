//! A Service of a Deployment's pods, and calls to it through the API server.

use std::io::Write;

use kubesdk::api::apps::v1::Deployment;
use kubesdk::api::core::v1::{Pod, Service, ServicePort, ServiceSpec};
use kubesdk::api::meta::v1::ObjectMeta;
use kubesdk::core::http::Method;
use kubesdk::core::verbs::Proxy;
use kubesdk::{Client, IntOrString, some};

use crate::Outcome;

/// As `kubectl expose deployment`: one port has no name, several are `port-1`, `port-2` ...
pub(crate) async fn expose(
    client: &Client,
    deployment: &str,
    name: Option<String>,
    ports: &[i32],
    target: i32,
) -> Outcome {
    let found = Deployment::in_namespace(client, client.default_namespace()).get(deployment).await?;
    let name = name.as_deref().unwrap_or(deployment);
    let port = |(number, port): (usize, &i32)| ServicePort {
        name: (ports.len() > 1).then(|| format!("port-{}", number + 1).into()),
        port: *port,
        target_port: Some(IntOrString::Int(target)),
        ..Default::default()
    };
    let service = Service {
        metadata: ObjectMeta { name: some(name), labels: found.metadata.labels, ..Default::default() },
        spec: ServiceSpec {
            selector: found.spec.selector.match_labels,
            ports: ports.iter().enumerate().map(port).collect(),
            ..Default::default()
        },
        ..Default::default()
    };
    Service::in_namespace(client, client.default_namespace()).create(&service).await?;
    println!("service/{name} exposed");
    Ok(0)
}

pub(crate) async fn call(client: &Client, service: &str, path: &str) -> Outcome {
    let services = Service::in_namespace(client, client.default_namespace());
    print(services.proxy(Method::GET, service), path).await
}

pub(crate) async fn call_pod(client: &Client, pod: &str, path: &str) -> Outcome {
    print(Pod::in_namespace(client, client.default_namespace()).proxy(Method::GET, pod), path).await
}

/// Path and query are what comes behind the service.
async fn print(call: Proxy, path: &str) -> Outcome {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let call = pairs.fold(call.path(path), |call, (name, value)| call.add_query(name.to_owned(), value));
    std::io::stdout().write_all(&call.await?)?;
    Ok(0)
}
