//! The pairs: an object of each kind, and edits of it, each list of which makes a second one.

use kubesdk::Client;
use kubesdk::api::admissionregistration::v1::ValidatingWebhookConfiguration;
use kubesdk::api::apiextensions::v1::CustomResourceDefinition;
use kubesdk::api::apps::v1::{DaemonSet, Deployment, StatefulSet};
use kubesdk::api::autoscaling::v2::HorizontalPodAutoscaler;
use kubesdk::api::batch::v1::CronJob;
use kubesdk::api::core::v1::{
    ConfigMap, Endpoints, LimitRange, Namespace, Node, PersistentVolume, ReplicationController, Secret,
    Service, ServiceAccount,
};
use kubesdk::api::networking::v1::{Ingress, NetworkPolicy};
use kubesdk::api::policy::v1::PodDisruptionBudget;
use kubesdk::api::rbac::v1::{ClusterRole, RoleBinding};
use kubesdk::api::resource::v1::DeviceClass;

use super::{Operations, check};

const TEMPLATE: &str = r#"{
    "metadata": {"labels": {"app": "a"}},
    "spec": {
        "containers": [
            {"name": "one", "image": "one:1", "args": ["a", "b"], "env": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}],
             "ports": [{"containerPort": 80, "name": "http"}, {"containerPort": 443}],
             "volumeMounts": [{"name": "v", "mountPath": "/v"}],
             "resources": {"limits": {"cpu": "1", "memory": "1Gi"}, "requests": {"cpu": "500m"}},
             "livenessProbe": {"httpGet": {"path": "/", "port": "http"}}},
            {"name": "two", "image": "two:1"}
        ],
        "initContainers": [{"name": "first", "image": "i:1"}, {"name": "second", "image": "i:2"}],
        "imagePullSecrets": [{"name": "x"}, {"name": "y"}],
        "hostAliases": [{"ip": "10.0.0.1", "hostnames": ["a"]}],
        "tolerations": [{"key": "a", "operator": "Exists"}],
        "topologySpreadConstraints": [
            {"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule", "labelSelector": {"matchLabels": {"app": "a"}}},
            {"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "ScheduleAnyway", "labelSelector": {"matchLabels": {"app": "a"}}}
        ],
        "securityContext": {"runAsUser": 1, "sysctls": [{"name": "a", "value": "1"}]},
        "volumes": [{"name": "v", "emptyDir": {}}, {"name": "w", "configMap": {"name": "c", "items": [{"key": "k", "path": "p"}]}}]
    }
}"#;

pub(super) async fn workloads(client: &Client, failures: &mut Vec<String>) {
    let deployment = r#"{"metadata": {"annotations": {"a.b/c": "1", "d": "2"}, "labels": {"l": "1"}, "finalizers": ["x.y/a", "x.y/b"]},
        "spec": {"replicas": 2, "selector": {"matchLabels": {"app": "a"}},
                 "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}}, "template": TEMPLATE}}"#
        .replace("TEMPLATE", TEMPLATE);
    let containers = "spec.template.spec.containers";
    let one = |rest: &str| format!("{containers}[name=one].{rest}");
    pairs!(failures, Deployment, Deployment::in_namespace(client, "default"), &deployment;
        [("spec.replicas", "0")],
        [("metadata.annotations[\"a.b/c\"]", "null"), ("metadata.annotations.e", "\"3\""), ("metadata.labels", "null")],
        [("metadata.finalizers", r#"["x.y/c", "x.y/b"]"#)],
        [("metadata.finalizers", "null")],
        [("spec.strategy", r#"{"type": "Recreate"}"#)],
        [("spec.strategy.rollingUpdate.maxSurge", "\"20%\""), ("spec.minReadySeconds", "3")],
        [(&one("image"), "\"one:2\""), (&one("args"), "null"), (&one("command"), r#"["x"]"#)],
        [(&one("env[name=A]"), "null"), (&one("env[name=C].value"), "\"3\""), (&one("env[name=B].value"), "\"\"")],
        [(&one("env"), r#"[{"name": "B", "value": "2"}, {"name": "A", "value": "1"}]"#)],
        [(&one("env"), "null"), (&one("ports[containerPort=443]"), "null"), (&one("ports[containerPort=80].name"), "null")],
        [(&one("ports"), r#"[{"containerPort": 53, "protocol": "TCP"}, {"containerPort": 53, "protocol": "UDP"}]"#)],
        [(&one("resources.limits.cpu"), "null"), (&one("resources.limits.memory"), "\"2Gi\"")],
        [(&one("livenessProbe"), r#"{"tcpSocket": {"port": 80}}"#)],
        [(&one("lifecycle.preStop.exec.command"), r#"["a"]"#), (&one("securityContext.capabilities.drop"), r#"["ALL"]"#)],
        [(&format!("{containers}[2]"), r#"{"name": "three", "image": "three:1"}"#)],
        [(&format!("{containers}[name=one]"), "null")],
        [(containers, r#"[{"name": "new", "image": "n"}, {"name": "two", "image": "two:2"}]"#)],
        [("spec.template.spec.initContainers", r#"[{"name": "second", "image": "i:2"}, {"name": "zeroth", "image": "i:0"}, {"name": "first", "image": "i:1"}]"#)],
        [("spec.template.spec.initContainers", "null"), ("spec.template.spec.imagePullSecrets[name=x]", "null")],
        [("spec.template.spec.volumes[name=w]", r#"{"name": "w", "secret": {"secretName": "s", "defaultMode": 256}}"#)],
        [("spec.template.spec.volumes[name=w].configMap.items", "null"), ("spec.template.spec.volumes[name=x].hostPath.path", "\"/x\"")],
        [("spec.template.spec.hostAliases", r#"[{"ip": "10.0.0.2", "hostnames": ["b", "c"]}, {"ip": "10.0.0.1", "hostnames": ["a", "b"]}]"#)],
        [("spec.template.spec.tolerations", r#"[{"operator": "Exists"}]"#), ("spec.template.spec.nodeSelector.a", "\"b\"")],
        [("spec.template.spec.topologySpreadConstraints[whenUnsatisfiable=ScheduleAnyway]", "null")],
        [("spec.template.spec.topologySpreadConstraints[whenUnsatisfiable=DoNotSchedule].maxSkew", "2")],
        [("spec.template.spec.securityContext", "null"), ("spec.template.spec.terminationGracePeriodSeconds", "0")],
        [("spec.template.spec.affinity", r#"{"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{"matchExpressions": [{"key": "a", "operator": "In", "values": ["b"]}]}]}}}"#)],
    );
    let daemon_set = r#"{"spec": {"selector": {"matchLabels": {"app": "a"}}, "template": TEMPLATE}}"#
        .replace("TEMPLATE", TEMPLATE);
    pairs!(failures, DaemonSet, DaemonSet::in_namespace(client, "default"), &daemon_set;
        [("spec.updateStrategy", r#"{"type": "OnDelete"}"#)],
        [("spec.updateStrategy.rollingUpdate.maxUnavailable", "\"10%\""), (containers, r#"[{"name": "two", "image": "two:1"}]"#)],
    );
    let stateful_set = r#"{"spec": {"serviceName": "s", "selector": {"matchLabels": {"app": "a"}}, "template": TEMPLATE,
        "volumeClaimTemplates": [{"metadata": {"name": "c"}, "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}}]}}"#
        .replace("TEMPLATE", TEMPLATE);
    pairs!(failures, StatefulSet, StatefulSet::in_namespace(client, "default"), &stateful_set;
        [("spec.replicas", "0"), ("spec.persistentVolumeClaimRetentionPolicy.whenDeleted", "\"Delete\"")],
        [("spec.updateStrategy.rollingUpdate.partition", "2"), ("spec.ordinals.start", "1")],
    );
    let cron_job = r#"{"spec": {"schedule": "* * * * *", "suspend": true, "jobTemplate": {"spec": {"backoffLimit": 2, "template":
        {"spec": {"restartPolicy": "Never", "containers": [{"name": "one", "image": "one"}, {"name": "two", "image": "two"}]}}}}}}"#;
    pairs!(failures, CronJob, CronJob::in_namespace(client, "default"), cron_job;
        [("spec.suspend", "false"), ("spec.jobTemplate.spec.backoffLimit", "null")],
        [("spec.jobTemplate.spec.template.spec.containers[name=one]", "null"), ("spec.timeZone", "\"Etc/UTC\"")],
        [("spec.jobTemplate.metadata.labels.a", "\"b\""), ("spec.schedule", "\"@daily\"")],
    );
    let controller = r#"{"spec": {"replicas": 1, "selector": {"app": "a"}, "template": TEMPLATE}}"#
        .replace("TEMPLATE", TEMPLATE);
    pairs!(failures, ReplicationController, ReplicationController::in_namespace(client, "default"), &controller;
        [("spec.template.spec.containers[name=two].image", "\"three\""), ("spec.replicas", "null")],
    );
}

pub(super) async fn of_the_core(client: &Client, failures: &mut Vec<String>) {
    pairs!(failures, ConfigMap, ConfigMap::in_namespace(client, "default"), r#"{"data": {"a": "1", "b": "2"}, "binaryData": {"c": "AAE="}}"#;
        [("data.a", "null"), ("data[\"x.y\"]", "\"\""), ("data.b", "\"ünï\\n\\\"\"")],
        [("data", "null"), ("binaryData.c", "\"AAI=\"")],
        [("binaryData", "null"), ("immutable", "true")],
    );
    pairs!(failures, Secret, Secret::in_namespace(client, "default"), r#"{"data": {"a": "AA==", "b": "YQ=="}}"#;
        [("data.a", "\"YWI=\""), ("data.b", "null"), ("stringData.c", "\"plain\"")],
        [("data", "null"), ("metadata.labels.x", "\"y\"")],
    );
    let service = r#"{"spec": {"selector": {"app": "a", "tier": "b"}, "ports": [
        {"name": "http", "port": 80, "targetPort": "http"}, {"name": "dns-tcp", "port": 53, "protocol": "TCP"},
        {"name": "dns-udp", "port": 53, "protocol": "UDP"}]}}"#;
    pairs!(failures, Service, Service::in_namespace(client, "default"), service;
        [("spec.ports[name=http].targetPort", "8080"), ("spec.selector.tier", "null")],
        [("spec.ports[name=dns-udp]", "null"), ("spec.sessionAffinity", "\"ClientIP\"")],
        [("spec.selector", "null"), ("spec.publishNotReadyAddresses", "true")],
    );
    let single = r#"{"spec": {"type": "NodePort", "ports": [{"name": "a", "port": 1}, {"name": "b", "port": 2}, {"name": "c", "port": 3}]}}"#;
    pairs!(failures, Service, Service::in_namespace(client, "kube-system"), single;
        [("spec.ports[name=a]", "null"), ("spec.ports[name=d]", r#"{"name": "d", "port": 4, "nodePort": 30123}"#), ("spec.ports[name=c].appProtocol", "\"x\"")],
        [("spec.ports", r#"[{"name": "c", "port": 3}, {"name": "a", "port": 1}]"#)],
        [("spec.externalIPs", r#"["10.1.2.3"]"#), ("spec.type", "\"ClusterIP\""), ("spec.externalTrafficPolicy", "null"),
         ("spec.ports[name=a].nodePort", "null"), ("spec.ports[name=b].nodePort", "null"), ("spec.ports[name=c].nodePort", "null")],
    );
    pairs!(failures, ServiceAccount, ServiceAccount::in_namespace(client, "default"), r#"{"secrets": [{"name": "a"}, {"name": "b"}], "imagePullSecrets": [{"name": "c"}]}"#;
        [("secrets[name=a]", "null"), ("imagePullSecrets[1].name", "\"d\""), ("automountServiceAccountToken", "false")],
        [("imagePullSecrets", "null"), ("secrets", r#"[{"name": "b"}, {"name": "a"}]"#)],
    );
    let node = r#"{"metadata": {"labels": {"a": "b"}}, "spec": {"taints": [{"key": "a", "effect": "NoSchedule"}, {"key": "b", "effect": "NoExecute", "value": "v"}]}}"#;
    pairs!(failures, Node, Node::cluster(client), node;
        [("spec.taints[key=a]", "null"), ("spec.unschedulable", "true")],
        [("spec.taints", "null"), ("spec.podCIDR", "\"10.0.0.0/24\""), ("spec.podCIDRs", r#"["10.0.0.0/24"]"#)],
    );
    pairs!(failures, Namespace, Namespace::cluster(client), r#"{"metadata": {"labels": {"a": "b"}}}"#; [("metadata.labels.a", "\"c\"")]);
    let volume = r#"{"spec": {"capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"], "hostPath": {"path": "/a"}, "mountOptions": ["a"]}}"#;
    pairs!(failures, PersistentVolume, PersistentVolume::cluster(client), volume;
        [("spec.capacity.storage", "\"2Gi\""), ("spec.mountOptions", r#"["b", "c"]"#), ("spec.persistentVolumeReclaimPolicy", "\"Delete\"")],
    );
    let endpoints = r#"{"subsets": [{"addresses": [{"ip": "10.0.0.1"}], "ports": [{"port": 1}]}]}"#;
    pairs!(failures, Endpoints, Endpoints::in_namespace(client, "default"), endpoints;
        [("subsets[0].addresses", r#"[{"ip": "10.0.0.2", "hostname": "h"}]"#)],
    );
    let limits =
        r#"{"spec": {"limits": [{"type": "Container", "max": {"cpu": "2"}, "default": {"cpu": "1"}}]}}"#;
    pairs!(failures, LimitRange, LimitRange::in_namespace(client, "default"), limits;
        [("spec.limits[0].max.memory", "\"1Gi\""), ("spec.limits[0].default", "null")],
    );
}

pub(super) async fn of_other_groups(client: &Client, failures: &mut Vec<String>) {
    let ingress = r#"{"spec": {"tls": [{"hosts": ["a"]}], "rules": [{"host": "a", "http": {"paths": [{"path": "/", "pathType": "Prefix",
        "backend": {"service": {"name": "s", "port": {"number": 80}}}}]}}]}}"#;
    pairs!(failures, Ingress, Ingress::in_namespace(client, "default"), ingress;
        [("spec.rules[0].http.paths[0].backend.service.port", r#"{"name": "http"}"#), ("spec.tls", "null")],
        [("spec.rules[0].http", "null"), ("spec.ingressClassName", "\"x\"")],
    );
    let policy = r#"{"spec": {"podSelector": {"matchLabels": {"a": "b"}}, "ingress": [{"from": [{"podSelector": {}}]}], "policyTypes": ["Ingress"]}}"#;
    pairs!(failures, NetworkPolicy, NetworkPolicy::in_namespace(client, "default"), policy;
        [("spec.podSelector", "{}"), ("spec.ingress[0].from[0].namespaceSelector", "{}")],
        [("spec.ingress", "null"), ("spec.egress[0]", "{}"), ("spec.policyTypes", r#"["Ingress", "Egress"]"#)],
    );
    let budget = r#"{"spec": {"minAvailable": 1, "selector": {"matchLabels": {"a": "b"}}}}"#;
    pairs!(failures, PodDisruptionBudget, PodDisruptionBudget::in_namespace(client, "default"), budget;
        [("spec.minAvailable", "null"), ("spec.maxUnavailable", "\"50%\"")],
        [("spec.selector", r#"{"matchExpressions": [{"key": "a", "operator": "Exists"}]}"#)],
    );
    let autoscaler = r#"{"spec": {"maxReplicas": 3, "minReplicas": 2, "scaleTargetRef": {"kind": "Deployment", "name": "d", "apiVersion": "apps/v1"},
        "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 50}}}]}}"#;
    pairs!(failures, HorizontalPodAutoscaler, HorizontalPodAutoscaler::in_namespace(client, "default"), autoscaler;
        [("spec.minReplicas", "1"), ("spec.metrics[0].resource.target", r#"{"type": "AverageValue", "averageValue": "100m"}"#)],
    );
    let role = r#"{"rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]}"#;
    pairs!(failures, ClusterRole, ClusterRole::cluster(client), role;
        [("rules[0].verbs", r#"["get", "list"]"#), ("rules[0].resourceNames", r#"["a"]"#)],
        [("rules", "null"), ("aggregationRule.clusterRoleSelectors", r#"[{"matchLabels": {"a": "b"}}]"#)],
    );
    let binding = r#"{"roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "r"}, "subjects": [{"kind": "User", "name": "u", "apiGroup": "rbac.authorization.k8s.io"}]}"#;
    pairs!(failures, RoleBinding, RoleBinding::in_namespace(client, "default"), binding;
        [("subjects", "null")],
        [("subjects[0].name", "\"v\"")],
    );
    let webhooks = r#"{"webhooks": [
        {"name": "a.x.io", "clientConfig": {"url": "https://x.invalid/a"}, "sideEffects": "None", "admissionReviewVersions": ["v1"], "failurePolicy": "Ignore",
         "matchConditions": [{"name": "c", "expression": "true"}, {"name": "d", "expression": "false"}]},
        {"name": "b.x.io", "clientConfig": {"url": "https://x.invalid/b"}, "sideEffects": "None", "admissionReviewVersions": ["v1"], "failurePolicy": "Ignore"}]}"#;
    pairs!(failures, ValidatingWebhookConfiguration, ValidatingWebhookConfiguration::cluster(client), webhooks;
        [("webhooks[name=\"a.x.io\"].matchConditions[name=c]", "null"), ("webhooks[name=\"b.x.io\"].timeoutSeconds", "3")],
        [("webhooks[name=\"a.x.io\"]", "null")],
        [("webhooks[name=\"a.x.io\"].clientConfig", r#"{"service": {"name": "s", "namespace": "n"}}"#)],
    );
    let class = r#"{"spec": {"config": [{"opaque": {"driver": "d.x.io", "parameters": {"a": {"b": 1, "c": 2}, "d": [1]}}}]}}"#;
    pairs!(failures, DeviceClass, DeviceClass::cluster(client), class;
        [("spec.config[0].opaque.parameters.a.b", "null"), ("spec.config[0].opaque.parameters.e", "1.5")],
    );
}

/// Their schemas hold free-form values.
pub(super) async fn custom_resource_definitions(client: &Client, failures: &mut Vec<String>) {
    let first = |plural: &str| {
        r#"{"metadata": {"name": "PLURAL.x.io"}, "spec": {"group": "x.io", "scope": "Namespaced", "names": {"plural": "PLURAL", "kind": "PLURAL", "singular": "PLURAL"},
            "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {
            "a": {"type": "object", "default": {"x": {"y": 1, "z": 2}}, "x-kubernetes-preserve-unknown-fields": true},
            "b": {"type": "string", "enum": ["p", "q"]}}}}}]}}"#
            .replace("PLURAL", plural)
    };
    let properties = "spec.versions[0].schema.openAPIV3Schema.properties";
    pairs!(failures, CustomResourceDefinition, CustomResourceDefinition::cluster(client), &first("ones");
        [
            (&format!("{properties}.a.default.x.y"), "null"),
            (&format!("{properties}.a.default.w"), "[1]"),
            (&format!("{properties}.b.enum[2]"), "\"r\""),
        ],
    );
    pairs!(failures, CustomResourceDefinition, CustomResourceDefinition::cluster(client), &first("twos");
        [(&format!("{properties}.b"), "null"), ("spec.names.shortNames", r#"["t"]"#)],
    );
}
