//! A test's list of every operation with the request that its method builds; the test compares it with the
//! documents, read on their own.

use proc_macro2::TokenStream;
use quote::quote;

use super::methods::takes_method;
use super::target::Target;
use super::text::{self, Items, ident};
use super::types::module_path;
use crate::error::Error;
use crate::model::{Api, Handle, Method, Scope, Verb};

/// `tests/requests/operations.rs`.
pub(super) fn emit(api: &Api) -> Result<(String, String), Error> {
    let mut functions = Vec::new();
    let mut calls = Vec::new();
    for (path, module) in &api.modules {
        let handles =
            module.handles.iter().flat_map(|handle| handle.methods.iter().map(move |it| (Some(handle), it)));
        let methods = handles.chain(module.functions.iter().map(|it| (None, it)));
        let entries: Vec<TokenStream> = methods.flat_map(|(handle, it)| entries(handle, it)).collect();
        if entries.is_empty() {
            continue;
        }
        let name = ident(&path.to_string().replace('/', "_"));
        let at = module_path(path);
        calls.push(quote!(#name(client, &mut out);));
        functions.push(quote! {
            fn #name(client: &Client, out: &mut Vec<Built>) {
                use kubesdk::api::#at as api;
                #(#entries)*
            }
        });
    }
    let mut items = vec![quote! {
        /// The request of every operation.
        pub fn all(client: &Client) -> Vec<Built> {
            let mut out = Vec::new();
            #(#calls)*
            out
        }
    }];
    items.extend(functions);
    let uses = quote! {
        use super::{Built, Full, built};
        use kubesdk::core::http::Method;
        use kubesdk::core::{Client, RawJson};
        use kubesdk::core::verbs::PatchBody;
    };
    const FILE: &str = "tests/requests/operations.rs";
    // The test includes the file inside a module, where inner documentation cannot stand.
    let text = text::file(
        Target::Sdk,
        FILE,
        "Every operation and the request that its method builds.",
        Items { uses, items },
    )?;
    Ok((FILE.to_owned(), text.replacen("//!", "//", 3)))
}

fn entries(handle: Option<&Handle>, method: &Method) -> Vec<TokenStream> {
    let name = ident(&method.name);
    let target = |rest: TokenStream| match handle {
        Some(handle) => {
            let kind = ident(&handle.kind.name);
            match handle.scope {
                Scope::Cluster => quote!(api::#kind::cluster(client).#name(#rest)),
                Scope::Everywhere => quote!(api::#kind::everywhere(client).#name(#rest)),
                Scope::Namespace => quote!(api::#kind::in_namespace(client, "NAMESPACE").#name(#rest)),
            }
        }
        None => quote!(api::#name(client, #rest)),
    };
    let mut arguments = Vec::new();
    for part in method.path.split('{').skip(1) {
        match part.split_once('}').map_or(part, |(name, _)| name) {
            "namespace" if handle.is_some_and(|it| it.scope == Scope::Namespace) => {}
            parameter => {
                let value = parameter.to_uppercase();
                arguments.push(quote!(#value));
            }
        }
    }
    if takes_method(&method.verb) {
        return method
            .operations
            .iter()
            .map(|(id, http)| {
                let http = ident(&http.to_uppercase());
                let call = target(quote!(Method::#http, #(#arguments),*));
                quote!(out.push(built(#id, #call.full()));)
            })
            .collect();
    }
    match &method.verb {
        Verb::Create { .. } | Verb::CreateOrStatus { .. } | Verb::Replace { .. } => {
            arguments.push(quote!(&Default::default()));
        }
        Verb::Patch(_) => arguments.push(quote!(PatchBody::Merge(RawJson::default()))),
        _ => {}
    }
    let call = target(quote!(#(#arguments),*));
    method.operations.iter().map(|(id, _)| quote!(out.push(built(#id, #call.full()));)).collect()
}
