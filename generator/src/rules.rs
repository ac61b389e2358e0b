//! Policy as data: what the generator does that no document says, each line with its reason.
//!
//! The tables stand here, what asks them in `rules/applied.rs`. A line that the documents of record no longer give
//! a reason for fails their run: [`Rules::stale`].

mod applied;

pub(crate) use applied::Rules;

use crate::model::CoreType;

/// One table of policy.
struct Table<T: 'static> {
    /// As it is called here.
    name: &'static str,
    /// How a line is named in errors.
    key: fn(&T) -> String,
    /// What the documents do not have any more when a line is stale.
    lost: &'static str,
    lines: &'static [T],
}

/// Schemas whose lists of kinds differ from document to document while their bodies are equal: each document
/// lists the kinds of its own group-version (kube-apiserver builds them per group). The lists are joined.
const KIND_LISTS_DIFFER: Table<&str> = Table {
    name: "KIND_LISTS_DIFFER",
    key: |definition| (*definition).to_owned(),
    lost: "no two documents differ in the kinds of this schema",
    lines: &[
        "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions",
        "io.k8s.apimachinery.pkg.apis.meta.v1.WatchEvent",
    ],
};

/// Schemas that core holds by hand.
const CORE_TYPES: Table<(&str, CoreType)> = Table {
    name: "CORE_TYPES",
    key: |(definition, _)| (*definition).to_owned(),
    lost: "no document has this schema",
    lines: &[
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
        (
            "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray",
            CoreType::RawJson,
        ),
        ("io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool", CoreType::RawJson),
        (
            "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray",
            CoreType::RawJson,
        ),
    ],
};

/// Properties that hold secrets; `Debug`, logs and errors never show them. Those of the format `password` need no
/// line here.
const SECRETS: Table<(&str, &str)> = Table {
    name: "SECRETS",
    key: |(definition, property)| format!("{definition}.{property}"),
    lost: "no document has this property",
    lines: &[
        ("io.k8s.api.core.v1.Secret", "data"),
        ("io.k8s.api.core.v1.Secret", "stringData"),
        ("io.k8s.api.authentication.v1.TokenRequestStatus", "token"),
        ("io.k8s.api.authentication.v1.TokenReviewSpec", "token"),
    ],
};

/// API groups whose module is not their first DNS label: the documents' definitions use another name.
const GROUP_MODULES: Table<(&str, &str)> = Table {
    name: "GROUP_MODULES",
    key: |(group, _)| format!("{group:?}"),
    lost: "no document has paths of this group",
    lines: &[("", "core"), ("internal.apiserver.k8s.io", "apiserverinternal")],
};

/// POST answers that the documents call the posted kind while the server answers a `Status`
/// (kubernetes/kubernetes pkg/registry/core/pod/storage: `EvictionREST.Create`, `BindingREST.Create`).
const ANSWERED_BY_STATUS: Table<&str> = Table {
    name: "ANSWERED_BY_STATUS",
    key: |id| (*id).to_owned(),
    lost: "no document has this POST, or it is documented to answer a Status",
    lines: &[
        "createCoreV1NamespacedBinding",
        "createCoreV1NamespacedPodBinding",
        "createCoreV1NamespacedPodEviction",
    ],
};

/// Method names where the pattern `<action>_<subresource>` would not be what the field says.
const METHOD_NAMES: Table<(&str, &str)> = Table {
    name: "METHOD_NAMES",
    key: |(id, _)| (*id).to_owned(),
    lost: "no document has this operation, or its method has that name without the rule",
    lines: &[
        ("readCoreV1NamespacedPodLog", "logs"),
        ("createCoreV1NamespacedPodEviction", "evict"),
        ("createCoreV1NamespacedPodBinding", "bind"),
    ],
};

/// Subresources of several words, which paths write without a gap.
const SUBRESOURCE_WORDS: Table<(&str, &str)> = Table {
    name: "SUBRESOURCE_WORDS",
    key: |(subresource, _)| (*subresource).to_owned(),
    lost: "no path has this subresource",
    lines: &[("ephemeralcontainers", "ephemeral_containers"), ("portforward", "port_forward")],
};

/// Edges from a stable group-version to the types of an alpha or beta one. Those types are compiled with it,
/// types only, and stay exempt from semver. A new edge must be looked at and written here.
const EXEMPT_EDGES: Table<(&str, &str)> = Table {
    name: "EXEMPT_EDGES",
    key: |(from, to)| format!("{from} -> {to}"),
    lost: "no type or method of the first names a type of the second",
    lines: &[
        // JobSpec.scheduling (gated) names types of workload-aware scheduling.
        ("batch/v1", "scheduling/v1alpha3"),
    ],
};

/// The sets of query parameters that verbs of core have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Query {
    None,
    Get,
    List,
    Write,
    Patch,
    Delete,
    DeleteCollection,
    Logs,
    Exec,
    Attach,
    PortForward,
    Proxy,
}

/// Which parameters a verb of core has; the query of an operation must be one of these sets.
const QUERIES: Table<(Query, &[&str])> = Table {
    name: "QUERIES",
    key: |(query, _)| format!("{query:?}"),
    lost: "no operation has this set of query parameters",
    lines: &[
        (Query::None, &[]),
        (Query::Get, &["pretty"]),
        (
            Query::List,
            &[
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
            ],
        ),
        (Query::Write, &["dryRun", "fieldManager", "fieldValidation", "pretty"]),
        (Query::Patch, &["dryRun", "fieldManager", "fieldValidation", "force", "pretty"]),
        (
            Query::Delete,
            &[
                "dryRun",
                "gracePeriodSeconds",
                "ignoreStoreReadErrorWithClusterBreakingPotential",
                "orphanDependents",
                "pretty",
                "propagationPolicy",
            ],
        ),
        (
            Query::DeleteCollection,
            &[
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
            ],
        ),
        (
            Query::Logs,
            &[
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
            ],
        ),
        (Query::Exec, &["command", "container", "stderr", "stdin", "stdout", "tty"]),
        (Query::Attach, &["container", "stderr", "stdin", "stdout", "tty"]),
        (Query::PortForward, &["ports"]),
        (Query::Proxy, &["path"]),
    ],
};
