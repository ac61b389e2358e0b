//! Endpoints: for each kind and path shape a handle with one method for each operation.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

use super::methods::method;
use super::target::Target;
use super::text::{ITEM, Items, MEMBER, doc, ident};
use super::types::Imports;
use crate::model::{Handle, Module, ModulePath, Scope};

/// `endpoints.rs` of a module.
pub(super) fn emit(target: Target, path: &ModulePath, module: &Module) -> Items {
    let mut imports = Imports::new(target, path);
    imports.core("Client");
    let mut verbs = BTreeSet::new();
    let mut items = Vec::new();
    let mut handles: Vec<&Handle> = module.handles.iter().collect();
    handles.sort_by(|a, b| (&a.kind.name, a.scope).cmp(&(&b.kind.name, b.scope)));
    for group in handles.chunk_by(|a, b| a.kind == b.kind) {
        items.push(constructors(group, &mut imports));
        for handle in group {
            items.push(declaration(handle, &mut imports));
            let methods = handle.methods.iter().map(|it| method(it, Some(handle), &mut imports, &mut verbs));
            let name = ident(&handle.name);
            let methods: Vec<TokenStream> = methods.collect();
            items.push(quote!(impl #name { #(#methods)* }));
        }
    }
    for function in &module.functions {
        items.push(method(function, None, &mut imports, &mut verbs));
    }
    let declared: Vec<String> = handles.iter().map(|it| it.name.clone()).collect();
    Items { uses: imports.uses(&declared, &verbs), items }
}

/// `impl Pod { pub fn in_namespace(..), pub fn everywhere(..) }`.
fn constructors(handles: &[&Handle], imports: &mut Imports<'_>) -> TokenStream {
    let Some(first) = handles.first() else { return TokenStream::new() };
    let kind = imports.name(&first.kind);
    let constructors: Vec<TokenStream> = handles.iter().map(|it| constructor(it, imports)).collect();
    quote!(impl #kind { #(#constructors)* })
}

fn constructor(handle: &Handle, imports: &mut Imports<'_>) -> TokenStream {
    let name = ident(&handle.name);
    let docs = doc(&format!("The {} {}.", handle.resource, reach(handle.scope)), MEMBER);
    let (constructor, argument, value) = match handle.scope {
        Scope::Cluster => ("cluster", None, None),
        Scope::Everywhere => ("everywhere", None, None),
        Scope::Namespace => {
            let string = imports.core("Str");
            let argument = quote!(, namespace: impl Into<#string>);
            ("in_namespace", Some(argument), Some(quote!(, namespace: namespace.into())))
        }
    };
    let constructor = ident(constructor);
    quote! {
        #docs
        #[inline]
        pub fn #constructor(client: &Client #argument) -> #name {
            #name { client: client.clone() #value }
        }
    }
}

/// Which objects a handle reaches, in words.
fn reach(scope: Scope) -> &'static str {
    match scope {
        Scope::Cluster => "of the cluster",
        Scope::Everywhere => "of all namespaces",
        Scope::Namespace => "of one namespace",
    }
}

fn declaration(handle: &Handle, imports: &mut Imports<'_>) -> TokenStream {
    let name = ident(&handle.name);
    let (resource, kind) = (&handle.resource, &handle.kind.name);
    let namespace = (handle.scope == Scope::Namespace).then(|| {
        let string = imports.core("Str");
        quote!(namespace: #string)
    });
    let what = format!("The operations on the {resource} {}; see [`{kind}`].", reach(handle.scope));
    let docs = doc(&what, ITEM);
    quote! {
        #docs
        #[derive(Clone, Debug)]
        pub struct #name { client: Client, #namespace }
    }
}
