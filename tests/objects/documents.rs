//! The documents of record as plain JSON: their schemas, kinds, and what the API is made of.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

/// What schemas are referred to by.
pub const REFERENCE: &str = "#/components/schemas/";

/// Named schemas that stand for any JSON; the documents do not tell them from objects that are empty on purpose.
const ANY_JSON: &[&str] = &[
    "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceSubresourceStatus",
    "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON",
    "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray",
    "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool",
    "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray",
    "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1",
    "io.k8s.apimachinery.pkg.apis.meta.v1.Patch",
    "io.k8s.apimachinery.pkg.runtime.RawExtension",
];

/// Held by hand in core, as the text that it is: errors rarely have it, and core knows no generated type.
const KEPT_AS_TEXT: (&str, &str) = ("io.k8s.apimachinery.pkg.apis.meta.v1.Status", "metadata");

/// The documents, by file name.
pub struct Documents {
    /// Paths and operations of each document.
    pub paths: BTreeMap<String, Value>,
    schemas: BTreeMap<String, Value>,
    /// A schema of any JSON.
    any: Value,
}

/// What a value can be, as its schema says it.
pub enum Shape<'a> {
    /// A struct: the name of its schema.
    Object(&'a str),
    /// An array of these.
    Array(&'a Value),
    /// An object with any keys and these values.
    Map(&'a Value),
    /// Any JSON, kept as it is.
    Any,
    /// `metav1.Time`.
    Time,
    /// `metav1.MicroTime`.
    MicroTime,
    /// `resource.Quantity`.
    Quantity,
    /// `intstr.IntOrString`.
    IntOrString,
    /// Base64.
    Bytes,
    /// A string, and the values that the documents know.
    String(Vec<&'a str>),
    /// A boolean.
    Bool,
    /// An integer of 32 bits.
    Int32,
    /// An integer of 64 bits.
    Int64,
    /// A floating-point number.
    Float,
}

/// A member of a struct.
pub struct Property<'a> {
    /// Its name on the wire.
    pub name: &'a str,
    /// Its schema.
    pub schema: &'a Value,
    /// Written even if it is not set: required, or a struct whose default is an empty object.
    pub is_always_written: bool,
}

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

impl Documents {
    /// Reads all of them.
    pub fn read() -> Documents {
        let any = json!({"type": "object"});
        let mut out = Documents { paths: BTreeMap::new(), schemas: BTreeMap::new(), any };
        for entry in fs::read_dir(root().join("specs/v1.37")).unwrap() {
            let path = entry.unwrap().path();
            let mut document: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            if let Some(schemas) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut)
            {
                // The lists of kinds of two of them differ by document; each is a part.
                for (name, schema) in std::mem::take(schemas) {
                    out.schemas.entry(name).or_insert(schema);
                }
            }
            if document["paths"].is_object() {
                out.paths.insert(name, document["paths"].take());
            }
        }
        out
    }

    /// The schema of this name.
    pub fn schema(&self, name: &str) -> &Value {
        self.schemas.get(name).unwrap_or_else(|| panic!("no document defines {name}"))
    }

    /// True when a path with these parameters is documented.
    pub fn has_path(&self, path: &str) -> bool {
        self.paths.values().any(|paths| paths.get(path).is_some())
    }

    /// The path that an object is created at, with its parameters.
    ///
    /// # Errors
    ///
    /// When its kind cannot be created.
    pub fn collection(&self, object: &Value) -> Result<String, String> {
        let creates = |item: &Value| {
            let kind = &item["post"]["x-kubernetes-group-version-kind"];
            let api_version = match (kind["group"].as_str(), kind["version"].as_str()) {
                (Some(""), Some(version)) => version.to_owned(),
                (Some(group), Some(version)) => format!("{group}/{version}"),
                _ => return false,
            };
            object["apiVersion"] == api_version && object["kind"] == kind["kind"]
        };
        let all = self.paths.values().filter_map(Value::as_object).flatten();
        all.filter(|(path, item)| !path.contains("{name}") && creates(item))
            .map(|(path, _)| path.clone())
            .next()
            .ok_or_else(|| format!("nothing creates {} {}", object["apiVersion"], object["kind"]))
    }

    /// Every path without a parameter that answers a schema of its own, and the action that reading it is.
    pub fn plain_reads(&self) -> Vec<(String, &str)> {
        let all = self.paths.values().filter_map(Value::as_object).flatten();
        let reads = all.filter(|(path, item)| {
            let answer = "/responses/200/content/application~1json/schema/$ref";
            item["get"].pointer(answer).is_some() && !path.contains('{') && !path.contains("/watch/")
        });
        reads
            .map(|(path, item)| {
                (path.clone(), item["get"]["x-kubernetes-action"].as_str().unwrap_or_default())
            })
            .collect()
    }

    /// The path of one of what a list across all namespaces holds, with its parameters.
    pub fn item_of(&self, list: &str) -> Option<String> {
        let (group_version, resource) = list.rsplit_once('/')?;
        [format!("{list}/{{name}}"), format!("{group_version}/namespaces/{{namespace}}/{resource}/{{name}}")]
            .into_iter()
            .find(|path| self.has_path(path))
    }

    /// The kinds and the schemas that stand for them, of schemas that stand for exactly one.
    pub fn kinds(&self) -> BTreeMap<(String, String), &str> {
        let of = |(name, _): (&'_ String, _)| self.kind(name);
        let names = self.schemas.keys().map(String::as_str);
        self.schemas.iter().map(of).zip(names).filter_map(|(kind, name)| Some((kind?, name))).collect()
    }

    /// `apiVersion` and `kind` of a schema that stands for exactly one kind and has properties for both.
    pub fn kind(&self, name: &str) -> Option<(String, String)> {
        let schema = self.schema(name);
        let [kind] = schema["x-kubernetes-group-version-kind"].as_array()?.as_slice() else { return None };
        let has = |property: &str| schema["properties"].get(property).is_some();
        let part = |part: &str| kind[part].as_str().unwrap();
        let api_version = match part("group") {
            "" => part("version").to_owned(),
            group => format!("{group}/{}", part("version")),
        };
        (has("apiVersion") && has("kind")).then(|| (api_version, part("kind").to_owned()))
    }

    /// The properties of a struct, but for `apiVersion` and `kind` where those are fixed.
    pub fn properties<'a>(&'a self, of: &str) -> Vec<Property<'a>> {
        let schema = self.schema(of);
        let required: BTreeSet<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let has_kind = self.kind(of).is_some();
        let all = schema["properties"].as_object().into_iter().flatten();
        all.filter(|(name, _)| !(has_kind && matches!(name.as_str(), "apiVersion" | "kind")))
            .map(|(name, schema)| {
                let schema = if (of, name.as_str()) == KEPT_AS_TEXT { &self.any } else { schema };
                let is_inline = schema["default"].as_object().is_some_and(serde_json::Map::is_empty)
                    && matches!(self.shape(schema), Shape::Object(_));
                Property { name, schema, is_always_written: is_inline || required.contains(name.as_str()) }
            })
            .collect()
    }

    /// What a value of this schema is.
    pub fn shape<'a>(&'a self, schema: &'a Value) -> Shape<'a> {
        let reference = schema.pointer("/allOf/0/$ref").or(schema.get("$ref")).and_then(Value::as_str);
        if let Some(name) = reference {
            return self.named(name.strip_prefix(REFERENCE).unwrap());
        }
        match (schema["type"].as_str(), schema["format"].as_str()) {
            (Some("string"), Some("byte")) => Shape::Bytes,
            (Some("string"), _) => Shape::String(
                schema["enum"].as_array().into_iter().flatten().filter_map(Value::as_str).collect(),
            ),
            (Some("boolean"), _) => Shape::Bool,
            (Some("integer"), Some("int32")) => Shape::Int32,
            (Some("integer"), _) => Shape::Int64,
            (Some("number"), _) => Shape::Float,
            (Some("array"), _) => Shape::Array(&schema["items"]),
            (Some("object"), _) => match schema.get("additionalProperties") {
                Some(values) => Shape::Map(values),
                None => Shape::Any,
            },
            other => panic!("a schema of {other:?}: {schema}"),
        }
    }

    fn named<'a>(&'a self, name: &'a str) -> Shape<'a> {
        match name.rsplit('.').next() {
            Some("Time") => Shape::Time,
            Some("MicroTime") => Shape::MicroTime,
            Some("Quantity") => Shape::Quantity,
            Some("IntOrString") => Shape::IntOrString,
            _ if ANY_JSON.contains(&name) => Shape::Any,
            _ => Shape::Object(name),
        }
    }
}
