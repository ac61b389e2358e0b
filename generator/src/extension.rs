//! Code for users of kubesdk: types and endpoints of what extends the Kubernetes API (custom resources, aggregated
//! servers), which names the types of kubesdk and holds none of them.
//!
//! The passes are those of the SDK itself. Between reading and lowering, `choose` keeps what is wanted; after it,
//! `structures` finds types of kubesdk that a custom resource has written out, and `reach` drops what nothing needs
//! any more.

mod choose;
mod reach;
mod structures;

use std::collections::{BTreeMap, BTreeSet};

use crate::builtin::Builtin;
use crate::model::{Api, Module, ModulePath, Struct, TypeName};
use crate::read::Spec;
use crate::rules::Rules;
use crate::{Document, Error, emit, inline, lower, read, sorted};

/// What is to be made.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// What the files are.
    pub form: Form,
    /// Patterns of groups, `shop.example.com`, or of group-versions, `shop.example.com/v1`, in which `*` stands for any
    /// text; with none, all that kubesdk does not have.
    pub groups: Vec<String>,
    /// Patterns of kinds, `Widget`, `*Route`; with none, all.
    pub kinds: Vec<String>,
    /// True: a structure that a custom resource writes out and that kubesdk has is generated all the same.
    pub own_structures: bool,
}

/// What the generated files are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// A folder that is a module: `mod.rs` and what it names.
    #[default]
    Module,
    /// The same for `include!` in a module of the user's: `mod.rs` has no documentation of its own.
    Included,
    /// A crate: `Cargo.toml`, `src/lib.rs` and what it names.
    Crate {
        /// The name of the package.
        name: String,
        /// What stands for kubesdk in `[dependencies]` beside the features: `version = "0.1.0"`, `path = "../sdk"`.
        kubesdk: String,
    },
}

/// What was made.
#[derive(Clone, Debug)]
pub struct Extension {
    /// Text by path, relative to the folder.
    pub files: BTreeMap<String, String>,
    /// What there is in them, in the order of modules.
    pub group_versions: Vec<GroupVersion>,
    /// The types that come from kubesdk, in the order of their paths.
    pub taken: Vec<Taken>,
    /// The features of kubesdk that have these types.
    pub features: BTreeSet<String>,
    /// What was not understood, or is otherwise than the documents say.
    pub notes: Vec<Error>,
}

/// A group-version with what was made of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupVersion {
    /// `shop.example.com/v1`; nothing for types that belong to none.
    pub api_version: Option<String>,
    /// Its module below the folder, `shop::v1`.
    pub module: String,
    /// The kinds that have endpoints.
    pub kinds: Vec<String>,
    /// How many structs and enums it has.
    pub types: usize,
    /// How many methods it has.
    pub methods: usize,
}

/// A type that comes from kubesdk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// `kubesdk::api::meta::v1::ObjectMeta`.
    pub path: String,
    /// Where a custom resource writes the structure out, each with its document and a JSON pointer; empty where the
    /// documents name the type.
    pub written_out: Vec<String>,
}

/// Generates code that stands beside kubesdk.
///
/// # Errors
///
/// Every fault that was found, at least one, in the order of their places: in the documents, but for those that have
/// nothing of the chosen groups, and patterns that choose nothing, or what kubesdk has already. Nothing is generated then.
pub fn generate_extension(
    documents: &[Document],
    builtin: &Builtin,
    wanted: &Wanted,
) -> Result<Extension, Vec<Error>> {
    let rules = Rules::beside(builtin);
    let (mut spec, mut notes) = read_chosen(documents, &rules, wanted).map_err(sorted)?;
    choose::choose(&mut spec, builtin, wanted)?;
    let chosen: BTreeSet<&str> = spec.operations.iter().map(|it| it.place.document.as_str()).collect();
    notes.retain(|it| chosen.contains(it.document.as_str()));
    reach::keep_schemas(&mut spec, builtin, &mut notes);
    inline::name_all(&mut spec, &rules, &mut notes);
    let mut api = lower::lower(&mut spec, &rules, &mut notes).map_err(sorted)?;
    let found = match wanted.own_structures {
        true => Vec::new(),
        false => structures::recognise(&mut api, builtin),
    };
    let used = reach::keep_types(&mut api);
    lower::find_needs(&mut api.modules);
    let features = used.iter().filter_map(|it| builtin.feature(&it.module)).collect();
    let files = emit::extension(&api, &wanted.form, &features).map_err(|error| vec![error])?;
    let taken = used.iter().map(|name| Taken {
        path: format!("kubesdk::api::{}::{}", rust_path(&name.module), name.name),
        written_out: places(&spec, found.iter().filter(|it| it.builtin == *name).map(|it| &it.definition)),
    });
    Ok(Extension {
        files,
        group_versions: api.modules.iter().map(|(path, module)| group_version(path, module)).collect(),
        taken: taken.collect(),
        features,
        notes: sorted(notes),
    })
}

/// What the documents say. One that is faulty, and has nothing of the chosen groups, is passed over: who needs a group of a
/// server can do nothing about another one. Sound ones are all read, so that names do not depend on what is chosen.
fn read_chosen(
    documents: &[Document],
    rules: &Rules,
    wanted: &Wanted,
) -> Result<(Spec, Vec<Error>), Vec<Error>> {
    let errors = match read::read(documents, rules) {
        Ok(read) => return Ok(read),
        Err(errors) => errors,
    };
    let is_faulty = |it: &Document| errors.iter().any(|error| error.document == it.name);
    let (left, passed): (Vec<_>, Vec<_>) =
        documents.iter().cloned().partition(|it| !is_faulty(it) || wanted.may_have_of(it));
    if passed.is_empty() { Err(errors) } else { read::read(&left, rules) }
}

/// The structs of a model by their types.
fn structs(api: &Api) -> BTreeMap<TypeName, &Struct> {
    let modules = api.modules.iter().flat_map(|(path, module)| {
        let name = |strukt: &Struct| TypeName { module: path.clone(), name: strukt.name.clone() };
        module.structs.iter().map(move |strukt| (name(strukt), strukt))
    });
    modules.collect()
}

/// Where schemas stand.
fn places<'a>(spec: &Spec, definitions: impl Iterator<Item = &'a String>) -> Vec<String> {
    let place = |name: &String| spec.schemas.get(name).map(|it| &it.place);
    definitions.filter_map(place).map(|it| format!("{}#{}", it.document, it.pointer)).collect()
}

/// `shop::v1`.
fn rust_path(path: &ModulePath) -> String {
    path.to_string().replace('/', "::")
}

fn group_version(path: &ModulePath, module: &Module) -> GroupVersion {
    let mut kinds: Vec<String> = module.handles.iter().map(|it| it.kind.name.clone()).collect();
    kinds.dedup();
    GroupVersion {
        api_version: module.api_version.clone(),
        module: rust_path(path),
        kinds,
        types: module.structs.len() + module.enums.len(),
        methods: module.functions.len() + module.handles.iter().map(|it| it.methods.len()).sum::<usize>(),
    }
}
