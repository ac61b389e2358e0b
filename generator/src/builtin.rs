//! What kubesdk has already: the model that stands in the SDK as `sdk/api/model.json`, as far as code of its users must
//! know it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use crate::error::{Error, Place};
use crate::model::{ModulePath, Struct, Type, TypeName};

/// The types and group-versions of one version of kubesdk. Clones share them.
///
/// # Example
///
/// ```no_run
/// use kubesdk_generator::Builtin;
///
/// let text = std::fs::read_to_string("sdk/api/model.json").expect("the file is there");
/// let builtin = Builtin::read(&text)?;
/// # Ok::<(), kubesdk_generator::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Builtin(Arc<Known>);

#[derive(Debug)]
struct Known {
    modules: BTreeMap<ModulePath, Module>,
    /// Where each definition is: its module, and its number there.
    definitions: BTreeMap<String, (ModulePath, usize)>,
    /// Where each type is.
    types: BTreeMap<TypeName, usize>,
}

/// What is read of a module of the model.
#[derive(Debug, Deserialize)]
struct Module {
    api_version: Option<String>,
    always: bool,
    structs: Vec<Struct>,
}

impl Builtin {
    /// Reads the model of a version of kubesdk.
    ///
    /// # Errors
    ///
    /// When the text is no model of this version of the generator.
    pub fn read(model: &str) -> Result<Self, Error> {
        let modules: BTreeMap<String, Module> = serde_json::from_str(model).map_err(|cause| {
            Error::new(
                &Place::root("model.json"),
                format!("this is not the model of a kubesdk: {cause}"),
                "take the model.json of the crate kubesdk-api whose version is that of the generator",
            )
        })?;
        let mut known =
            Known { modules: BTreeMap::new(), definitions: BTreeMap::new(), types: BTreeMap::new() };
        for (path, mut module) in modules {
            let (group, version) = match path.split_once('/') {
                Some((group, version)) => (group, Some(version.to_owned())),
                None => (path.as_str(), None),
            };
            let path = ModulePath { group: group.to_owned(), version, is_builtin: true };
            for (number, strukt) in module.structs.iter_mut().enumerate() {
                strukt.fields.iter_mut().for_each(|field| mark(&mut field.ty));
                known.definitions.insert(strukt.definition.clone(), (path.clone(), number));
                let name = TypeName { module: path.clone(), name: strukt.name.clone() };
                known.types.insert(name, number);
            }
            known.modules.insert(path, module);
        }
        Ok(Builtin(Arc::new(known)))
    }

    /// True for a group-version that kubesdk has, `apps/v1`.
    pub fn has(&self, group_version: &str) -> bool {
        self.group_version(group_version).is_some()
    }

    /// The type that a definition is.
    pub(crate) fn type_of(&self, definition: &str) -> Option<TypeName> {
        let (module, number) = self.0.definitions.get(definition)?;
        let strukt = self.0.modules.get(module)?.structs.get(*number)?;
        Some(TypeName { module: module.clone(), name: strukt.name.clone() })
    }

    /// The struct of a type.
    pub(crate) fn get(&self, name: &TypeName) -> Option<&Struct> {
        self.0.modules.get(&name.module)?.structs.get(*self.0.types.get(name)?)
    }

    /// Every struct.
    pub(crate) fn structs(&self) -> impl Iterator<Item = (TypeName, &Struct)> {
        self.0.modules.iter().flat_map(|(path, module)| {
            let name = |strukt: &Struct| TypeName { module: path.clone(), name: strukt.name.clone() };
            module.structs.iter().map(move |strukt| (name(strukt), strukt))
        })
    }

    /// The module of a group-version, `apps/v1`.
    pub(crate) fn group_version(&self, api_version: &str) -> Option<&ModulePath> {
        let is_it = |module: &Module| module.api_version.as_deref() == Some(api_version);
        self.0.modules.iter().find(|(_, module)| is_it(module)).map(|(path, _)| path)
    }

    /// True for the groups of Kubernetes itself, of which kubesdk has some version.
    pub fn has_group(&self, group: &str) -> bool {
        let is_of = |module: &Module| {
            let group_version = module.api_version.as_deref();
            group_version.is_some_and(|it| it.rsplit_once('/').map_or("", |it| it.0) == group)
        };
        self.0.modules.values().any(is_of)
    }

    /// The feature of kubesdk that has a module; nothing for what is always there.
    pub(crate) fn feature(&self, path: &ModulePath) -> Option<String> {
        self.0.modules.get(path).filter(|it| !it.always).map(|_| path.feature())
    }
}

/// Says that the types named here are kubesdk's.
fn mark(ty: &mut Type) {
    match ty {
        Type::Struct(name) | Type::Enum(name) => name.module.is_builtin = true,
        Type::List(inner) | Type::Map(inner) | Type::Nullable(inner) => mark(inner),
        Type::String | Type::Bool | Type::I32 | Type::I64 | Type::F64 | Type::Bytes | Type::Core(_) => {}
    }
}
