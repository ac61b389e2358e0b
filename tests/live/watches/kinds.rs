//! Every stable kind that lists, watched through its type from what exists on.

use std::collections::{BTreeMap, BTreeSet};

use kubesdk::Client;
use kubesdk::core::http::Method;
use kubesdk::core::verbs::Watch;
use kubesdk::core::{BoxFuture, Object, Request, WatchEvent};
use kubesdk::discovery::Discovery;

/// `apiVersion` and `kind`, and how its objects are counted by a watch.
struct Kind {
    name: (&'static str, &'static str),
    count: fn(Client, String) -> BoxFuture<'static, usize>,
}

fn kind<T: Object + Default + Send + 'static>() -> Kind {
    let kind = T::default().fields().kind.expect("a kind");
    Kind { name: (kind.api_version, kind.kind), count: |client, path| Box::pin(count::<T>(client, path)) }
}

/// How many objects exist when a watch begins.
async fn count<T: Object + Default + Send + 'static>(client: Client, path: String) -> usize {
    let mut watch = Watch::<T>::new(&client, &[&path]).initial_events().await.expect("a watch");
    let mut count = 0;
    loop {
        match watch.next().await.expect("an event").unwrap_or_else(|error| panic!("{path}: {error}")) {
            WatchEvent::Added(_) => count += 1,
            WatchEvent::InitialEventsEnd(_) => return count,
            _ => panic!("{path}: nothing changes meanwhile"),
        }
    }
}

macro_rules! kinds {
    ($($($module:ident)::+: $($kind:ident)+;)+) => {
        fn table() -> Vec<Kind> {
            let mut out = Vec::new();
            $({
                use kubesdk::api::$($module)::+ as module;
                out.extend([$(kind::<module::$kind>()),+]);
            })+
            out
        }
    };
}

kinds! {
    admissionregistration::v1: MutatingAdmissionPolicy MutatingAdmissionPolicyBinding MutatingWebhookConfiguration
        ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding ValidatingWebhookConfiguration;
    apiextensions::v1: CustomResourceDefinition;
    apiregistration::v1: APIService;
    apps::v1: ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet;
    autoscaling::v1: HorizontalPodAutoscaler;
    autoscaling::v2: HorizontalPodAutoscaler;
    batch::v1: CronJob Job;
    certificates::v1: CertificateSigningRequest ClusterTrustBundle PodCertificateRequest;
    coordination::v1: Lease;
    core::v1: ConfigMap Endpoints Event LimitRange Namespace Node PersistentVolume PersistentVolumeClaim Pod
        PodTemplate ReplicationController ResourceQuota Secret Service ServiceAccount;
    discovery::v1: EndpointSlice;
    events::v1: Event;
    flowcontrol::v1: FlowSchema PriorityLevelConfiguration;
    networking::v1: IPAddress Ingress IngressClass NetworkPolicy ServiceCIDR;
    node::v1: RuntimeClass;
    policy::v1: PodDisruptionBudget;
    rbac::v1: ClusterRole ClusterRoleBinding Role RoleBinding;
    resource::v1: DeviceClass DeviceTaintRule ResourceClaim ResourceClaimTemplate ResourceSlice;
    scheduling::v1: PriorityClass;
    storage::v1: CSIDriver CSINode CSIStorageCapacity StorageClass VolumeAttachment VolumeAttributesClass;
    storagemigration::v1: StorageVersionMigration;
}

pub async fn every_stable_kind(client: &Client) {
    let table: BTreeMap<_, _> = table().into_iter().map(|it| (it.name, it.count)).collect();
    let server = Discovery::new(client).resources().await.expect("what the server serves");
    let mut watched = BTreeSet::new();
    for resource in server.resources() {
        let (group, version) = (&resource.group_version.group, &resource.group_version.version);
        let stable = !version.contains("alpha") && !version.contains("beta");
        if !stable || !resource.supports("list") || !resource.supports("watch") {
            continue;
        }
        let path = match group.as_str() {
            "" => Request::new(Method::GET, &["/api/", version, "/", &resource.name]),
            group => Request::new(Method::GET, &["/apis/", group, "/", version, "/", &resource.name]),
        };
        let path = path.expect("a path").path().to_owned();
        let api_version = resource.group_version.to_string();
        let name = (api_version.as_str(), resource.kind.kind.as_str());
        let count = table.get(&name).unwrap_or_else(|| panic!("{name:?} is not in the table"));
        let seen = count(client.clone(), path.clone()).await;
        let list: serde_json::Value =
            serde_json::from_slice(&client.get(&path).await.expect("a list")).expect("JSON");
        assert_eq!(seen, list["items"].as_array().expect("items").len(), "{path}");
        watched.insert((name.0.to_owned(), name.1.to_owned()));
    }
    assert!(watched.len() > 50, "{} kinds", watched.len());
    println!("{} stable kinds of this server are watched", watched.len());
}
