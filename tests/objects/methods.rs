//! The generated methods of each stable kind, under one type: create, list, patch and watch, from JSON to JSON.

use kubesdk::core::verbs::{PatchBody, Watch};
use kubesdk::core::{BoxFuture, Object};
use kubesdk::{Client, Error, json};
use serde_json::Value;

/// How long the server is to watch, in seconds: what is looked for has happened already.
const LONGEST: u32 = 20;

/// What a method answers, or why it does not.
type Answer = BoxFuture<'static, Result<Value, Error>>;

/// What the generated code can do with a kind, without its type.
pub struct Methods {
    /// `apiVersion` and `kind`.
    pub kind: (&'static str, &'static str),
    /// Creates the object of this text, in this namespace if the kind has one.
    pub create: fn(&Client, &str, &[u8]) -> Answer,
    /// Lists the objects of all namespaces.
    pub list: fn(&Client) -> Answer,
    /// Patches the object of this namespace and name.
    pub patch: fn(&Client, &str, &str, PatchBody) -> Answer,
    /// Watches the objects of all namespaces from this resource version on until one of them has the label, which is
    /// the answer; null if the server ends the watch before.
    pub watch: fn(&Client, &str, &'static str) -> Answer,
}

/// A kind is created and patched below a namespace, if it has one.
macro_rules! below {
    (cluster, $client:ident, $namespace:ident) => {{
        let _ = $namespace;
        Kind::cluster($client)
    }};
    (namespaced, $client:ident, $namespace:ident) => {
        Kind::in_namespace($client, $namespace.to_owned())
    };
}

/// A kind is listed and watched across all namespaces.
macro_rules! across {
    (cluster, $client:ident) => {
        Kind::cluster($client)
    };
    (namespaced, $client:ident) => {
        Kind::everywhere($client)
    };
}

macro_rules! methods {
    ($($module:ident::$version:ident $scope:ident: $($kind:ident)+;)+) => {
        /// Of every stable kind that can be created.
        pub fn methods() -> Vec<Methods> {
            vec![$($({
                use kubesdk::api::$module::$version::$kind as Kind;
                Methods {
                    kind: kind::<Kind>(),
                    create: |client, namespace, text| match json::from_slice::<Kind>(text) {
                        Ok(object) => answer(below!($scope, client, namespace).create(&object)),
                        Err(error) => Box::pin(async { Err(error.into()) }),
                    },
                    list: |client| answer(across!($scope, client).list()),
                    patch: |client, namespace, name, body| {
                        answer(below!($scope, client, namespace).patch(name, body))
                    },
                    watch: |client, since, label| {
                        let watch = across!($scope, client).watch().resource_version(since);
                        Box::pin(labelled(watch, label))
                    },
                }
            }),+),+]
        }
    };
}

fn kind<T: Object + Default>() -> (&'static str, &'static str) {
    let kind = T::default().fields().kind.expect("a kind");
    (kind.api_version, kind.kind)
}

fn answer<T: Object>(verb: impl IntoFuture<Output = Result<T, Error>, IntoFuture: Send + 'static>) -> Answer {
    let sent = verb.into_future();
    Box::pin(async { Ok(value(&sent.await?)) })
}

async fn labelled<T: Object + Default + Send + 'static>(
    watch: Watch<T>,
    label: &str,
) -> Result<Value, Error> {
    let mut events = watch.timeout_seconds(LONGEST).await?;
    while let Some(event) = events.next().await {
        let object = value(event?.object());
        if object["metadata"]["labels"].get(label).is_some() {
            return Ok(object);
        }
    }
    Ok(Value::Null)
}

fn value(object: &dyn Object) -> Value {
    serde_json::from_slice(&json::to_vec(object)).expect("what is written is JSON")
}

methods! {
    admissionregistration::v1 cluster: MutatingAdmissionPolicy MutatingAdmissionPolicyBinding
        MutatingWebhookConfiguration ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding
        ValidatingWebhookConfiguration;
    apiextensions::v1 cluster: CustomResourceDefinition;
    apiregistration::v1 cluster: APIService;
    apps::v1 namespaced: ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet;
    autoscaling::v1 namespaced: HorizontalPodAutoscaler;
    autoscaling::v2 namespaced: HorizontalPodAutoscaler;
    batch::v1 namespaced: CronJob Job;
    certificates::v1 cluster: CertificateSigningRequest ClusterTrustBundle;
    certificates::v1 namespaced: PodCertificateRequest;
    coordination::v1 namespaced: Lease;
    core::v1 cluster: Namespace Node PersistentVolume;
    core::v1 namespaced: ConfigMap Endpoints Event LimitRange PersistentVolumeClaim Pod PodTemplate
        ReplicationController ResourceQuota Secret Service ServiceAccount;
    discovery::v1 namespaced: EndpointSlice;
    events::v1 namespaced: Event;
    flowcontrol::v1 cluster: FlowSchema PriorityLevelConfiguration;
    networking::v1 cluster: IPAddress IngressClass ServiceCIDR;
    networking::v1 namespaced: Ingress NetworkPolicy;
    node::v1 cluster: RuntimeClass;
    policy::v1 namespaced: PodDisruptionBudget;
    rbac::v1 cluster: ClusterRole ClusterRoleBinding;
    rbac::v1 namespaced: Role RoleBinding;
    resource::v1 cluster: DeviceClass DeviceTaintRule ResourceSlice;
    resource::v1 namespaced: ResourceClaim ResourceClaimTemplate;
    scheduling::v1 cluster: PriorityClass;
    storage::v1 cluster: CSIDriver CSINode StorageClass VolumeAttachment VolumeAttributesClass;
    storage::v1 namespaced: CSIStorageCapacity;
    storagemigration::v1 cluster: StorageVersionMigration;
}
