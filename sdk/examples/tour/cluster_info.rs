//! Where the control plane and the services of the cluster are, by kubectl's rules for the proxy paths.

use kubesdk::Client;
use kubesdk::api::core::v1::Service;

use crate::Outcome;

pub(crate) async fn print(client: &Client, server: &str) -> Outcome {
    let services = Service::in_namespace(client, "kube-system");
    let found = services.list().labels("kubernetes.io/cluster-service=true").await?;
    println!("Kubernetes control plane is running at {server}");
    for service in found.items {
        let own_name = service.metadata.name.as_deref().unwrap_or_default();
        let name = service.metadata.labels.get("kubernetes.io/name").map_or(own_name, |it| it.as_str());
        println!("{name} is running at {}", url(server, &service, own_name));
    }
    println!("\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.");
    Ok(0)
}

/// The load balancer's address, else the path through the API server.
fn url(server: &str, service: &Service, name: &str) -> String {
    if let Some(ingress) = service.status.load_balancer.ingress.first() {
        let host = ingress.ip.as_deref().or(ingress.hostname.as_deref()).unwrap_or_default();
        return service.spec.ports.iter().map(|it| format!("http://{host}:{} ", it.port)).collect();
    }
    let target = match service.spec.ports.first() {
        Some(port) => {
            let port_name = port.name.as_deref().unwrap_or_default();
            match (port_name == "https" || port.port == 443, port_name) {
                (true, port_name) => format!("https:{name}:{port_name}"),
                (false, "") => name.to_owned(),
                (false, port_name) => format!("{name}:{port_name}"),
            }
        }
        None => name.to_owned(),
    };
    let namespace = service.metadata.namespace.as_deref().unwrap_or_default();
    format!("{server}/api/v1/namespaces/{namespace}/services/{target}/proxy")
}
