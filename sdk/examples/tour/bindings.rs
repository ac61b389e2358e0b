//! What a service account may do: given, and taken away again.

use kubesdk::api::meta::v1::ObjectMeta;
use kubesdk::api::rbac::v1::{ClusterRoleBinding, RoleRef, Subject};
use kubesdk::{Client, some};

use crate::Outcome;

/// As `kubectl create clusterrolebinding`.
pub(crate) async fn create(client: &Client, name: &str, role: &str, account: &str) -> Outcome {
    let (namespace, account) = account.split_once(':').ok_or("--serviceaccount needs NAMESPACE:NAME")?;
    let binding = ClusterRoleBinding {
        metadata: ObjectMeta { name: some(name), ..Default::default() },
        role_ref: RoleRef {
            api_group: some("rbac.authorization.k8s.io"),
            kind: "ClusterRole".into(),
            name: role.into(),
        },
        subjects: vec![Subject {
            kind: "ServiceAccount".into(),
            name: account.into(),
            namespace: some(namespace),
            ..Default::default()
        }],
    };
    ClusterRoleBinding::cluster(client).create(&binding).await?;
    println!("clusterrolebinding.rbac.authorization.k8s.io/{name} created");
    Ok(0)
}

/// As `kubectl delete clusterrolebinding`.
pub(crate) async fn delete(client: &Client, name: &str) -> Outcome {
    ClusterRoleBinding::cluster(client).delete(name).await?;
    println!("clusterrolebinding.rbac.authorization.k8s.io \"{name}\" deleted");
    Ok(0)
}
