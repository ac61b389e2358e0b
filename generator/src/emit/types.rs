//! Types of the model as Rust types, and the imports that they need.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

use super::target::Target;
use super::text::ident;
use crate::model::{ModulePath, Type, TypeName};

/// The imports of one file, collected while its items are written.
///
/// Types of the file's own module are imported by name; those of others are written `meta::v1::ObjectMeta`,
/// because many modules have types of the same name.
pub(super) struct Imports<'a> {
    target: Target,
    module: &'a ModulePath,
    core: BTreeSet<&'static str>,
    object: BTreeSet<&'static str>,
    own: BTreeSet<String>,
    groups: BTreeSet<String>,
}

impl<'a> Imports<'a> {
    pub(super) fn new(target: Target, module: &'a ModulePath) -> Self {
        let (core, object) = (BTreeSet::new(), BTreeSet::new());
        Imports { target, module, core, object, own: BTreeSet::new(), groups: BTreeSet::new() }
    }

    /// The path of core.
    pub(super) fn path_of_core(&self) -> TokenStream {
        self.target.core()
    }

    /// Something of core's root.
    pub(super) fn core(&mut self, name: &'static str) -> proc_macro2::Ident {
        self.core.insert(name);
        ident(name)
    }

    /// Something of core's `object`.
    pub(super) fn object(&mut self, name: &'static str) {
        self.object.insert(name);
    }

    /// A generated type.
    pub(super) fn name(&mut self, name: &TypeName) -> TokenStream {
        let it = ident(&name.name);
        if name.module == *self.module {
            self.own.insert(name.name.clone());
            return quote!(#it);
        }
        let group = ident(&name.module.group);
        let group = match self.target {
            // Where the tree of modules stands is not known, and its groups may be called as those of kubesdk.
            Target::Extension if !name.module.is_builtin => {
                let up = self.module.version.iter().map(|_| quote!(super::));
                quote!(super::super::#(#up)*#group)
            }
            Target::Extension | Target::Sdk => {
                self.groups.insert(name.module.group.clone());
                quote!(#group)
            }
        };
        match name.module.version.as_deref().map(ident) {
            Some(version) => quote!(#group::#version::#it),
            None => quote!(#group::#it),
        }
    }

    /// The `use` lines; `declared` are the types that the file itself declares.
    pub(super) fn uses(&self, declared: &[String], verbs: &BTreeSet<&'static str>) -> TokenStream {
        let mut out = TokenStream::new();
        let (kubesdk_core, api) = (self.target.core(), self.target.api());
        if !self.object.is_empty() {
            let names = self.object.iter().map(|name| ident(name));
            out.extend(quote!(use #kubesdk_core::object::{#(#names),*};));
        }
        if !verbs.is_empty() {
            let names = verbs.iter().map(|name| ident(name));
            out.extend(quote!(use #kubesdk_core::verbs::{#(#names),*};));
        }
        if !self.core.is_empty() {
            let names = self.core.iter().map(|name| ident(name));
            out.extend(quote!(use #kubesdk_core::{#(#names),*};));
        }
        let own: Vec<_> = self.own.iter().filter(|it| !declared.contains(it)).map(|it| ident(it)).collect();
        if !own.is_empty() {
            out.extend(quote!(use super::{#(#own),*};));
        }
        if !self.groups.is_empty() {
            let groups = self.groups.iter().map(|it| ident(it));
            out.extend(quote!(use #api::{#(#groups),*};));
        }
        out
    }

    /// The Rust type of a value.
    pub(super) fn ty(&mut self, ty: &Type) -> TokenStream {
        match ty {
            Type::String => self.core_type("Str"),
            Type::Bool => quote!(bool),
            Type::I32 => quote!(i32),
            Type::I64 => quote!(i64),
            Type::F64 => quote!(f64),
            Type::Bytes => self.core_type("ByteString"),
            Type::Core(core) => self.core_type(core.name()),
            Type::Struct(name) | Type::Enum(name) => self.name(name),
            Type::List(item) => {
                let item = self.ty(item);
                quote!(Vec<#item>)
            }
            Type::Nullable(it) => {
                let it = self.ty(it);
                quote!(Option<#it>)
            }
            Type::Map(value) => {
                let value = self.ty(value);
                let map = self.core("Map");
                quote!(#map<#value>)
            }
        }
    }

    fn core_type(&mut self, name: &'static str) -> TokenStream {
        let name = self.core(name);
        quote!(#name)
    }
}

/// `crate::core::v1`.
pub(super) fn module_path(module: &ModulePath) -> TokenStream {
    let group = ident(&module.group);
    match &module.version {
        Some(version) => {
            let version = ident(version);
            quote!(#group::#version)
        }
        None => quote!(#group),
    }
}
