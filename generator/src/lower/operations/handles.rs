//! Handles: one for each kind and path shape, made when the first operation needs it.

use super::Pass;
use super::path::ResourcePath;
use crate::error::Error;
use crate::lower::{names, places};
use crate::model::{Handle, Method, ModulePath, Scope, TypeName, Verb};
use crate::read::ReadOperation;

/// Where a handle is.
pub(super) struct HandleName {
    module: ModulePath,
    name: String,
}

impl HandleName {
    /// `core::v1::PodsInNamespace`.
    pub(super) fn rust_path(&self) -> String {
        format!("{}::{}", self.module.to_string().replace('/', "::"), self.name)
    }
}

impl Pass<'_> {
    /// The handle of the resource at a path, made if it is not there yet.
    pub(super) fn handle(
        &mut self,
        read: &ReadOperation,
        path: &ResourcePath<'_>,
    ) -> Result<HandleName, Error> {
        let Some(of) = self.kinds.get(path) else {
            return Err(Error::new(
                &read.place,
                format!("no operation says which kind the resource {} is of", path.resource),
                "the documents must hold the resource itself beside its subresources and watches",
            ));
        };
        let scope = match (path.is_namespaced, of.in_namespaces) {
            (true, _) => Scope::Namespace,
            (false, true) => Scope::Everywhere,
            (false, false) => Scope::Cluster,
        };
        let (suffix, constructor) = match scope {
            Scope::Cluster => ("InCluster", "cluster"),
            Scope::Everywhere => ("Everywhere", "everywhere"),
            Scope::Namespace => ("InNamespace", "in_namespace"),
        };
        let kind = self.kind(path, &of.kind);
        let at = kind.module.clone();
        let name = format!("{}{suffix}", names::plural(&kind.name, path.resource));
        self.claim_module(read, path, &at)?;
        let module = self.modules.entry(at.clone()).or_default();
        if !module.structs.iter().any(|it| it.name == kind.name) {
            return Err(Error::new(
                &read.place,
                format!("the kind {} of {} has no schema in {at}", kind.name, path.resource),
                "the documents must define the kinds that they serve",
            ));
        }
        let is_there = |it: &Handle| it.resource == path.resource && it.scope == scope;
        if !module.handles.iter().any(is_there) {
            let what = format!("the handle of {}", path.resource);
            self.taken.take_type(&at, &name, &what, &read.place)?;
            self.taken.take(&format!("{at}::{}", kind.name), constructor, &what, &read.place)?;
            let resource = path.resource.to_owned();
            module.handles.push(Handle { name: name.clone(), kind, resource, scope, methods: Vec::new() });
        }
        Ok(HandleName { module: at, name })
    }

    /// The type of a kind in the group and version of a path.
    pub(super) fn kind(&self, path: &ResourcePath<'_>, kind: &str) -> TypeName {
        let known = self.spec.names.kind(path.group, path.version, kind).cloned();
        known.unwrap_or_else(|| {
            let module = places::module(self.spec, self.rules, path.group, path.version);
            TypeName { module, name: kind.to_owned() }
        })
    }

    /// A module is of one API version: two groups whose modules have one name would share it.
    fn claim_module(
        &mut self,
        read: &ReadOperation,
        path: &ResourcePath<'_>,
        at: &ModulePath,
    ) -> Result<(), Error> {
        let api_version = match path.group {
            "" => path.version.to_owned(),
            group => format!("{group}/{}", path.version),
        };
        let module = self.modules.entry(at.clone()).or_default();
        match &module.api_version {
            Some(first) if *first != api_version => Err(Error::new(
                &read.place,
                format!("{api_version} gets the module {at}, which {first} has already"),
                "add a line to GROUP_MODULES in generator/src/rules.rs that names one of the groups differently",
            )),
            _ => {
                module.api_version = Some(api_version);
                Ok(())
            }
        }
    }

    /// Adds a method; one method serves all HTTP methods of `connect` on a path.
    pub(super) fn add(
        &mut self,
        handle: &HandleName,
        method: Method,
        what: &str,
        read: &ReadOperation,
    ) -> Result<(), Error> {
        let module = self.modules.get_mut(&handle.module);
        let Some(known) = module.and_then(|it| it.handles.iter_mut().find(|it| it.name == handle.name))
        else {
            return Ok(());
        };
        let is_connect =
            matches!(method.verb, Verb::Exec | Verb::Attach | Verb::PortForward | Verb::Proxy(_));
        let is_same = |it: &&mut Method| {
            is_connect && (&it.name, &it.path, &it.verb) == (&method.name, &method.path, &method.verb)
        };
        match known.methods.iter_mut().find(is_same) {
            Some(known) => known.operations.extend(method.operations),
            None => {
                self.taken.take_method(&handle.rust_path(), &method.name, what, &read.place)?;
                known.methods.push(method);
            }
        }
        Ok(())
    }
}
