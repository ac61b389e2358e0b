//! The model between documents and text: plain, ordered data that is checked in as `sdk/api/model.json`.
//!
//! It holds no tokens, no `openapiv3` types and no strings that mean types.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// Everything that is generated.
#[derive(Debug, Serialize)]
pub(crate) struct Api {
    /// By module, `core/v1`.
    pub(crate) modules: BTreeMap<ModulePath, Module>,
    /// Every operation of the documents by its id, and what serves it.
    pub(crate) operations: BTreeMap<String, Served>,
}

/// Where a module stands: `core/v1`, `meta/v1`, `version`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct ModulePath {
    /// `core`, `apps` ...
    pub(crate) group: String,
    /// `v1`, `v1beta1` ...; nothing for what has no version.
    pub(crate) version: Option<String>,
    /// True where the module is kubesdk's: code of users names its types and does not hold them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) is_builtin: bool,
}

impl std::fmt::Display for ModulePath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.version {
            Some(version) => write!(f, "{}/{version}", self.group),
            None => f.write_str(&self.group),
        }
    }
}

impl ModulePath {
    /// `core-v1`, the name of its feature.
    pub(crate) fn feature(&self) -> String {
        self.to_string().replace('/', "-")
    }

    /// True for `v1`, `v2` and what has no version; false for alpha and beta.
    pub(crate) fn is_stable(&self) -> bool {
        self.version.as_deref().is_none_or(|it| !it.contains("alpha") && !it.contains("beta"))
    }
}

/// One group-version.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Module {
    /// `apps/v1` as it is on the wire, of modules that a document stands for.
    pub(crate) api_version: Option<String>,
    /// True when types exist for other modules' sake alone: no feature of its own switches it.
    pub(crate) always: bool,
    pub(crate) structs: Vec<Struct>,
    pub(crate) enums: Vec<Enum>,
    pub(crate) handles: Vec<Handle>,
    /// Operations without a kind.
    pub(crate) functions: Vec<Method>,
    /// The modules whose types the types here hold.
    pub(crate) needs: BTreeSet<ModulePath>,
    /// The modules whose types only the endpoints here name.
    pub(crate) endpoint_needs: BTreeSet<ModulePath>,
}

/// A type by module and name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct TypeName {
    pub(crate) module: ModulePath,
    pub(crate) name: String,
}

/// A struct of one schema.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Struct {
    /// The name of the definition in the documents.
    pub(crate) definition: String,
    pub(crate) name: String,
    #[serde(skip)]
    pub(crate) doc: String,
    /// apiVersion and kind, of types with exactly one.
    pub(crate) kind: Option<(String, String)>,
    /// The item type of `<Kind>List` types.
    pub(crate) list_of: Option<TypeName>,
    /// In ascending byte order of the wire names.
    pub(crate) fields: Vec<Field>,
    /// How server-side apply merges the type wherever it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) map_type: Option<MapType>,
    pub(crate) unions: Vec<Union>,
    /// What members that are no fields are of, where the schema allows them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) others: Option<Type>,
    /// True where exactly one of the fields is set: it is an enum with a variant for each.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) is_choice: bool,
}

impl Struct {
    /// The types of its fields and of other members.
    pub(crate) fn types(&self) -> impl Iterator<Item = &Type> {
        self.fields.iter().map(|it| &it.ty).chain(&self.others)
    }

    /// The field of the struct that holds the members which are no fields. No property gets this name.
    pub(crate) const OTHERS: &'static str = "other_members";
}

/// A field of a struct.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Field {
    pub(crate) wire: String,
    pub(crate) name: String,
    #[serde(skip)]
    pub(crate) doc: String,
    #[serde(rename = "type")]
    pub(crate) ty: Type,
    pub(crate) shape: Shape,
    pub(crate) required: bool,
    pub(crate) notes: Vec<Note>,
}

/// How a field holds its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Shape {
    /// `T`.
    Plain,
    /// `Option<T>`.
    Optional,
    /// `Option<Box<T>>`.
    OptionalBox,
}

/// The type of a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Type {
    String,
    Bool,
    I32,
    I64,
    F64,
    Bytes,
    /// A hand-written type of core.
    Core(CoreType),
    Struct(TypeName),
    Enum(TypeName),
    List(Box<Type>),
    Map(Box<Type>),
    /// An element of a list, or a value of a map, that may be null.
    Nullable(Box<Type>),
}

/// The hand-written types of core that stand for schemas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum CoreType {
    IntOrString,
    MicroTime,
    Quantity,
    RawJson,
    Status,
    StatusCause,
    StatusDetails,
    Time,
}

impl CoreType {
    /// Its Rust name, of core's root.
    pub(crate) fn name(self) -> &'static str {
        match self {
            CoreType::IntOrString => "IntOrString",
            CoreType::MicroTime => "MicroTime",
            CoreType::Quantity => "Quantity",
            CoreType::RawJson => "RawJson",
            CoreType::Status => "Status",
            CoreType::StatusCause => "StatusCause",
            CoreType::StatusDetails => "StatusDetails",
            CoreType::Time => "Time",
        }
    }
}

/// An enum of one property.
#[derive(Debug, Serialize)]
pub(crate) struct Enum {
    pub(crate) name: String,
    #[serde(skip)]
    pub(crate) doc: String,
    /// Variant by wire value, in the order of the documents.
    pub(crate) variants: Vec<Variant>,
}

/// A value of an enum.
#[derive(Debug, Serialize)]
pub(crate) struct Variant {
    pub(crate) value: String,
    pub(crate) name: String,
    #[serde(skip)]
    pub(crate) doc: String,
}

/// Something that the documents say about a field beyond its type; core has the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Note {
    ListType(ListType),
    ListMapKeys(Vec<String>),
    MapType(MapType),
    PatchStrategy(Vec<PatchStrategy>),
    PatchMergeKey(String),
    Secret,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ListType {
    Atomic,
    Map,
    Set,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum MapType {
    Atomic,
    Granular,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum PatchStrategy {
    Merge,
    Replace,
    RetainKeys,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Union {
    pub(crate) discriminator: Option<String>,
    pub(crate) members: Vec<(String, String)>,
}

/// The operations of one kind at one path shape.
#[derive(Debug, Serialize)]
pub(crate) struct Handle {
    /// `PodsInNamespace`.
    pub(crate) name: String,
    pub(crate) kind: TypeName,
    /// `pods`.
    pub(crate) resource: String,
    pub(crate) scope: Scope,
    pub(crate) methods: Vec<Method>,
}

/// Which objects of a kind a handle reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) enum Scope {
    /// Of a cluster-scoped kind.
    Cluster,
    /// Of all namespaces.
    Everywhere,
    /// Of one namespace.
    Namespace,
}

/// One endpoint method.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Method {
    /// Every operation that the method serves, with its HTTP method: one, or several of `connect`.
    pub(crate) operations: Vec<(String, &'static str)>,
    pub(crate) name: String,
    pub(crate) http: &'static str,
    /// The path template of the documents.
    pub(crate) path: String,
    pub(crate) verb: Verb,
    #[serde(skip)]
    pub(crate) doc: String,
}

/// The verb of core that a method returns, with the types that it needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) enum Verb {
    Get(Type),
    List(Type),
    Watch(Type),
    Create {
        body: Type,
        answer: Type,
    },
    CreateOrStatus {
        body: Type,
        answer: Type,
    },
    Replace {
        body: Type,
        answer: Type,
    },
    Patch(Type),
    Delete {
        answer: Type,
        options: Type,
    },
    DeleteCollection {
        answer: Type,
        options: Type,
    },
    Logs,
    Exec,
    Attach,
    PortForward,
    /// `true` when the path has a `{path}` of its own.
    Proxy(bool),
    Fetch(Type),
    FetchText,
}

/// What serves an operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Served {
    pub(crate) http: &'static str,
    pub(crate) path: String,
    /// `core::v1::PodsInNamespace::get`.
    pub(crate) by: String,
    /// The rule that covers it, where it has no method of its own.
    pub(crate) rule: Option<&'static str>,
}
