//! Endpoints: for each kind and path shape a handle with one method for each operation.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

use super::Emitted;
use super::text::{doc, ident};
use super::types::Imports;
use crate::model::{Handle, Method, Module, ModulePath, Scope, Verb};

/// `endpoints.rs` of a module.
pub(super) fn emit(path: &ModulePath, module: &Module) -> Emitted {
    if module.handles.is_empty() && module.functions.is_empty() {
        return Emitted::default();
    }
    let mut imports = Imports::new(path);
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
    Emitted { uses: imports.uses(&declared, &verbs), items }
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
    let resource = &handle.resource;
    match handle.scope {
        Scope::Cluster => {
            let docs = doc(&format!("The {resource} of the cluster."));
            quote! {
                #docs
                pub fn cluster(client: &Client) -> #name {
                    #name { client: client.clone() }
                }
            }
        }
        Scope::Everywhere => {
            let docs = doc(&format!("The {resource} of all namespaces."));
            quote! {
                #docs
                pub fn everywhere(client: &Client) -> #name {
                    #name { client: client.clone() }
                }
            }
        }
        Scope::Namespace => {
            let docs = doc(&format!("The {resource} of one namespace."));
            let string = imports.core("Str");
            quote! {
                #docs
                pub fn in_namespace(client: &Client, namespace: impl Into<#string>) -> #name {
                    #name { client: client.clone(), namespace: namespace.into() }
                }
            }
        }
    }
}

fn declaration(handle: &Handle, imports: &mut Imports<'_>) -> TokenStream {
    let name = ident(&handle.name);
    let (resource, kind) = (&handle.resource, &handle.kind.name);
    let (what, namespace) = match handle.scope {
        Scope::Cluster => ("of the cluster", None),
        Scope::Everywhere => ("of all namespaces", None),
        Scope::Namespace => {
            let string = imports.core("Str");
            ("of one namespace", Some(quote!(namespace: #string)))
        }
    };
    let docs = doc(&format!("The operations on the {resource} {what}; see [`{kind}`]."));
    quote! {
        #docs
        #[derive(Clone, Debug)]
        pub struct #name { client: Client, #namespace }
    }
}

fn method(
    method: &Method,
    handle: Option<&Handle>,
    imports: &mut Imports<'_>,
    verbs: &mut BTreeSet<&'static str>,
) -> TokenStream {
    let name = ident(&method.name);
    let docs = doc(&docs(method));
    let (parts, mut arguments) = parts(&method.path);
    let (receiver, client) = match handle {
        Some(_) => (quote!(&self), quote!(&self.client)),
        None => (quote!(client: &Client), quote!(client)),
    };
    let (returns, extra, values) = verb(&method.verb, imports, verbs);
    let (verb_name, generics) = returns;
    let mut inputs = vec![receiver];
    inputs.extend(extra.first().filter(|it| !it.is_empty()).cloned());
    let takes_path = matches!(method.verb, Verb::Proxy(true));
    arguments.retain(|it| !(takes_path && it == "path"));
    inputs.extend(arguments.iter().map(|it| {
        let it = ident(it);
        quote!(#it: &str)
    }));
    inputs.extend(extra.iter().skip(1).cloned());
    let call = match &method.verb {
        Verb::Proxy(true) => quote!(with_path),
        _ => quote!(new),
    };
    let first = matches!(method.verb, Verb::Exec | Verb::Attach | Verb::PortForward | Verb::Proxy(_));
    let arguments = if first {
        let rest = takes_path.then(|| quote!(, path));
        quote!(#client, method, &[#(#parts),*] #rest)
    } else {
        quote!(#client, &[#(#parts),*] #(, #values)*)
    };
    quote! {
        #docs
        pub fn #name(#(#inputs),*) -> #verb_name #generics {
            #verb_name::#call(#arguments)
        }
    }
}

fn docs(method: &Method) -> String {
    let ids: Vec<String> = method.operations.iter().map(|(id, _)| format!("`{id}`")).collect();
    let http = match &method.verb {
        Verb::Exec | Verb::Attach | Verb::PortForward | Verb::Proxy(_) => String::new(),
        _ => format!("{} ", method.http.to_uppercase()),
    };
    let suffix = match &method.verb {
        Verb::Watch(_) => "?watch=true",
        _ => "",
    };
    let served = if ids.is_empty() { String::new() } else { format!(" ({})", ids.join(", ")) };
    let mut out = method.doc.clone();
    out.push_str("\n\n");
    out.push_str(&format!("`{http}{}{suffix}`{served}", method.path));
    out
}

/// `/api/v1/namespaces/{namespace}/pods/{name}` as literals and parameters in turn, and the parameters that the
/// caller gives.
fn parts(path: &str) -> (Vec<TokenStream>, Vec<String>) {
    let mut parts = Vec::new();
    let mut arguments = Vec::new();
    let mut rest = path;
    while let Some((literal, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        if name == "path" {
            parts.push(quote!(#literal));
            arguments.push(name.to_owned());
            return (parts, arguments);
        }
        parts.push(quote!(#literal));
        if name == "namespace" {
            parts.push(quote!(&self.namespace));
        } else {
            let argument = ident(name);
            parts.push(quote!(#argument));
            arguments.push(name.to_owned());
        }
        rest = after;
    }
    if !rest.is_empty() {
        parts.push(quote!(#rest));
    }
    (parts, arguments)
}

type Signature = ((proc_macro2::Ident, TokenStream), Vec<TokenStream>, Vec<TokenStream>);

/// The verb's name and type arguments, the arguments beside the path's (the first of a `connect` comes before the
/// name), and their values in the call.
fn verb(verb: &Verb, imports: &mut Imports<'_>, verbs: &mut BTreeSet<&'static str>) -> Signature {
    let mut of = |name: &'static str, generics: TokenStream| {
        verbs.insert(name);
        (ident(name), generics)
    };
    match verb {
        Verb::Get(ty) => {
            let ty = imports.ty(ty);
            (of("Get", quote!(<#ty>)), Vec::new(), Vec::new())
        }
        Verb::List(ty) => {
            let ty = imports.ty(ty);
            (of("List", quote!(<#ty>)), Vec::new(), Vec::new())
        }
        Verb::Watch(ty) => {
            let ty = imports.ty(ty);
            (of("Watch", quote!(<#ty>)), Vec::new(), Vec::new())
        }
        Verb::Fetch(ty) => {
            let ty = imports.ty(ty);
            (of("Fetch", quote!(<#ty>)), Vec::new(), Vec::new())
        }
        Verb::FetchText => (of("FetchText", quote!()), Vec::new(), Vec::new()),
        Verb::Logs => (of("Logs", quote!()), Vec::new(), Vec::new()),
        Verb::Create { body, answer } => write(imports, body, answer, &mut of, "Create"),
        Verb::CreateOrStatus { body, answer } => write(imports, body, answer, &mut of, "CreateOrStatus"),
        Verb::Replace { body, answer } => write(imports, body, answer, &mut of, "Replace"),
        Verb::Patch(ty) => {
            let ty = imports.ty(ty);
            let returns = of("Patch", quote!(<#ty>));
            of("PatchBody", quote!());
            (returns, vec![quote!(), quote!(patch: PatchBody)], vec![quote!(patch)])
        }
        Verb::Delete { answer, options } => {
            let (answer, options) = (imports.ty(answer), imports.ty(options));
            (of("Delete", quote!(<#answer, #options>)), Vec::new(), Vec::new())
        }
        Verb::DeleteCollection { answer, options } => {
            let (answer, options) = (imports.ty(answer), imports.ty(options));
            (of("DeleteCollection", quote!(<#answer, #options>)), Vec::new(), Vec::new())
        }
        Verb::Exec => (of("Exec", quote!()), connect(), Vec::new()),
        Verb::Attach => (of("Attach", quote!()), connect(), Vec::new()),
        Verb::PortForward => (of("PortForward", quote!()), connect(), Vec::new()),
        Verb::Proxy(false) => (of("Proxy", quote!()), connect(), Vec::new()),
        Verb::Proxy(true) => {
            let mut extra = connect();
            extra.push(quote!(path: &str));
            (of("Proxy", quote!()), extra, Vec::new())
        }
    }
}

fn connect() -> Vec<TokenStream> {
    vec![quote!(method: kubesdk_core::http::Method)]
}

fn write(
    imports: &mut Imports<'_>,
    body: &crate::model::Type,
    answer: &crate::model::Type,
    of: &mut dyn FnMut(&'static str, TokenStream) -> (proc_macro2::Ident, TokenStream),
    name: &'static str,
) -> Signature {
    let (body, answer) = (imports.ty(body), imports.ty(answer));
    (of(name, quote!(<#answer>)), vec![quote!(), quote!(body: &#body)], vec![quote!(body)])
}
