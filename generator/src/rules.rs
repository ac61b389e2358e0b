//! Policy as data: what the generator does that no document says, each line with its reason.
//!
//! A rule that names something the documents no longer have fails the build of the documents of record.

use crate::model::CoreType;

/// Schemas whose lists of kinds differ from document to document while their bodies are equal: each document
/// lists the kinds of its own group-version (kube-apiserver builds them per group). The lists are joined.
pub(crate) const KIND_LISTS_DIFFER: &[&str] = &[
    "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions",
    "io.k8s.apimachinery.pkg.apis.meta.v1.WatchEvent",
];

/// Schemas that core holds by hand.
pub(crate) const CORE_TYPES: &[(&str, CoreType)] = &[
    // Text with Go's arithmetic meaning.
    ("io.k8s.apimachinery.pkg.api.resource.Quantity", CoreType::Quantity),
    ("io.k8s.apimachinery.pkg.util.intstr.IntOrString", CoreType::IntOrString),
    ("io.k8s.apimachinery.pkg.apis.meta.v1.Time", CoreType::Time),
    ("io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime", CoreType::MicroTime),
    // Errors of every request hold them, and core knows no generated type.
    ("io.k8s.apimachinery.pkg.apis.meta.v1.Status", CoreType::Status),
    ("io.k8s.apimachinery.pkg.apis.meta.v1.StatusCause", CoreType::StatusCause),
    ("io.k8s.apimachinery.pkg.apis.meta.v1.StatusDetails", CoreType::StatusDetails),
    // Objects without properties that stand for any JSON, told apart from structs that are empty on purpose.
    ("io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1", CoreType::RawJson),
    ("io.k8s.apimachinery.pkg.apis.meta.v1.Patch", CoreType::RawJson),
    ("io.k8s.apimachinery.pkg.runtime.RawExtension", CoreType::RawJson),
    (
        "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceSubresourceStatus",
        CoreType::RawJson,
    ),
    ("io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON", CoreType::RawJson),
    // A schema or something else: unions that OpenAPI 3.0 of the server leaves open.
    ("io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray", CoreType::RawJson),
    ("io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool", CoreType::RawJson),
    (
        "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray",
        CoreType::RawJson,
    ),
];

/// Properties that hold secrets; `Debug`, logs and errors never show them.
pub(crate) const SECRETS: &[(&str, &str)] = &[
    ("io.k8s.api.core.v1.Secret", "data"),
    ("io.k8s.api.core.v1.Secret", "stringData"),
    ("io.k8s.api.authentication.v1.TokenRequestStatus", "token"),
    ("io.k8s.api.authentication.v1.TokenReviewSpec", "token"),
];

/// API groups whose module is not their first DNS label: the documents' definitions use another name.
pub(crate) const GROUP_MODULES: &[(&str, &str)] =
    &[("", "core"), ("internal.apiserver.k8s.io", "apiserverinternal")];

/// POST answers that the documents call the posted kind while the server answers a `Status`
/// (kubernetes/kubernetes pkg/registry/core/pod/storage: `EvictionREST.Create`, `BindingREST.Create`).
pub(crate) const ANSWERED_BY_STATUS: &[&str] = &[
    "createCoreV1NamespacedBinding",
    "createCoreV1NamespacedPodBinding",
    "createCoreV1NamespacedPodEviction",
];

/// Method names where the pattern `<action>_<subresource>` would not be what the field says.
pub(crate) const METHOD_NAMES: &[(&str, &str)] = &[
    ("readCoreV1NamespacedPodLog", "logs"),
    ("createCoreV1NamespacedPodEviction", "evict"),
    ("createCoreV1NamespacedPodBinding", "bind"),
    ("createCoreV1NamespacedServiceAccountToken", "create_token"),
];

/// Subresources of several words, which paths write without a gap.
pub(crate) const SUBRESOURCE_WORDS: &[(&str, &str)] =
    &[("ephemeralcontainers", "ephemeral_containers"), ("portforward", "port_forward")];

/// Acronyms in the plural, which case conversion would tear apart (`clusterIPs` to `cluster_i_ps`).
pub(crate) const PLURAL_ACRONYMS: &[(&str, &str)] = &[
    ("APIs", "Apis"),
    ("CIDRs", "Cidrs"),
    ("GIDs", "Gids"),
    ("GPUs", "Gpus"),
    ("IDs", "Ids"),
    ("IPs", "Ips"),
    ("TLDs", "Tlds"),
    ("UIDs", "Uids"),
    ("URLs", "Urls"),
    ("WWNs", "Wwns"),
];

/// Edges from a stable group-version to the types of an alpha or beta one. Those types are compiled with it,
/// types only, and stay exempt from semver. A new edge must be looked at and written here.
pub(crate) const EXEMPT_EDGES: &[(&str, &str)] = &[
    // JobSpec.scheduling (gated) names types of workload-aware scheduling.
    ("batch/v1", "scheduling/v1alpha3"),
];

/// Which parameters a verb of core has; the query of an operation must be one of these sets.
pub(crate) mod parameters {
    pub(crate) const NONE: &[&str] = &[];
    pub(crate) const GET: &[&str] = &["pretty"];
    pub(crate) const LIST: &[&str] = &[
        "allowWatchBookmarks",
        "continue",
        "fieldSelector",
        "labelSelector",
        "limit",
        "pretty",
        "resourceVersion",
        "resourceVersionMatch",
        "sendInitialEvents",
        "shardSelector",
        "timeoutSeconds",
        "watch",
    ];
    pub(crate) const WRITE: &[&str] = &["dryRun", "fieldManager", "fieldValidation", "pretty"];
    pub(crate) const PATCH: &[&str] = &["dryRun", "fieldManager", "fieldValidation", "force", "pretty"];
    pub(crate) const DELETE: &[&str] = &[
        "dryRun",
        "gracePeriodSeconds",
        "ignoreStoreReadErrorWithClusterBreakingPotential",
        "orphanDependents",
        "pretty",
        "propagationPolicy",
    ];
    pub(crate) const DELETE_COLLECTION: &[&str] = &[
        "continue",
        "dryRun",
        "fieldSelector",
        "gracePeriodSeconds",
        "ignoreStoreReadErrorWithClusterBreakingPotential",
        "labelSelector",
        "limit",
        "orphanDependents",
        "pretty",
        "propagationPolicy",
        "resourceVersion",
        "resourceVersionMatch",
        "sendInitialEvents",
        "shardSelector",
        "timeoutSeconds",
    ];
    pub(crate) const LOGS: &[&str] = &[
        "container",
        "follow",
        "insecureSkipTLSVerifyBackend",
        "limitBytes",
        "pretty",
        "previous",
        "sinceSeconds",
        "stream",
        "tailLines",
        "timestamps",
    ];
    pub(crate) const EXEC: &[&str] = &["command", "container", "stderr", "stdin", "stdout", "tty"];
    pub(crate) const ATTACH: &[&str] = &["container", "stderr", "stdin", "stdout", "tty"];
    pub(crate) const PORT_FORWARD: &[&str] = &["ports"];
    pub(crate) const PROXY: &[&str] = &["path"];
}
