//! One endpoint method: an expression that returns a verb of core.
//!
//! Each is `#[inline]`, so that it is compiled where it is called and nowhere else. With this and the views that call
//! no generic function, a debug build of the generated crate instantiates 19,727 functions instead of 24,730.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

use super::text::{ITEM, MEMBER, doc, ident};
use super::types::Imports;
use crate::model::{Handle, Method, Scope, Type, Verb};

/// The method of a handle, or the function of a module.
pub(super) fn method(
    method: &Method,
    handle: Option<&Handle>,
    imports: &mut Imports<'_>,
    verbs: &mut BTreeSet<&'static str>,
) -> TokenStream {
    let name = ident(&method.name);
    let docs = doc(&docs(method), if handle.is_some() { MEMBER } else { ITEM });
    let (receiver, client) = match handle {
        Some(_) => (quote!(&self), quote!(&self.client)),
        None => (quote!(client: &Client), quote!(client)),
    };
    let (verb, generics) = answer(&method.verb);
    verbs.insert(verb);
    let verb = ident(verb);
    let generics: Vec<TokenStream> = generics.into_iter().map(|it| imports.ty(it)).collect();
    let generics = (!generics.is_empty()).then(|| quote!(<#(#generics),*>));
    let path = Path::new(&method.path, handle);
    let parts = &path.parts;
    let mut inputs = vec![receiver];
    if takes_method(&method.verb) {
        let kubesdk_core = imports.path_of_core();
        inputs.push(quote!(method: #kubesdk_core::http::Method));
    }
    inputs.extend(path.arguments.iter().map(|it| quote!(#it: &str)));
    let (input, value) = match body(&method.verb, imports, verbs) {
        Some((input, value)) => (Some(input), Some(quote!(, #value))),
        None => (None, None),
    };
    inputs.extend(input);
    let call = match &method.verb {
        Verb::Proxy(true) => quote!(with_path(#client, method, &[#(#parts),*], path)),
        Verb::Proxy(false) => quote!(new(#client, method, &[#(#parts),*])),
        _ => quote!(new(#client, &[#(#parts),*] #value)),
    };
    quote! {
        #docs
        #[inline]
        pub fn #name(#(#inputs),*) -> #verb #generics {
            #verb::#call
        }
    }
}

/// The documentation: what the document says, then the request and the ids of its operations.
fn docs(method: &Method) -> String {
    let ids: Vec<String> = method.operations.iter().map(|(id, _)| format!("`{id}`")).collect();
    let http = if takes_method(&method.verb) { String::new() } else { method.http.to_uppercase() + " " };
    let suffix = match &method.verb {
        Verb::Watch(_) => "?watch=true",
        _ => "",
    };
    let served = if ids.is_empty() { String::new() } else { format!(" ({})", ids.join(", ")) };
    format!("{}\n\n`{http}{}{suffix}`{served}", method.doc, method.path)
}

/// True for the verbs that are sent with an HTTP method of the caller's choice. The streams are not: WebSocket begins
/// with GET, whatever else their paths take.
pub(super) fn takes_method(verb: &Verb) -> bool {
    matches!(verb, Verb::Proxy(_))
}

/// The verb's name and the types that it answers and is told apart by.
fn answer(verb: &Verb) -> (&'static str, Vec<&Type>) {
    match verb {
        Verb::Get(ty) => ("Get", vec![ty]),
        Verb::List(ty) => ("List", vec![ty]),
        Verb::Watch(ty) => ("Watch", vec![ty]),
        Verb::Fetch(ty) => ("Fetch", vec![ty]),
        Verb::Patch(ty) => ("Patch", vec![ty]),
        Verb::Create { answer, .. } => ("Create", vec![answer]),
        Verb::CreateOrStatus { answer, .. } => ("CreateOrStatus", vec![answer]),
        Verb::Replace { answer, .. } => ("Replace", vec![answer]),
        Verb::Delete { answer, options } => ("Delete", vec![answer, options]),
        Verb::DeleteCollection { answer, options } => ("DeleteCollection", vec![answer, options]),
        Verb::FetchText => ("FetchText", Vec::new()),
        Verb::Logs => ("Logs", Vec::new()),
        Verb::Exec => ("Exec", Vec::new()),
        Verb::Attach => ("Attach", Vec::new()),
        Verb::PortForward => ("PortForward", Vec::new()),
        Verb::Proxy(_) => ("Proxy", Vec::new()),
    }
}

/// The argument that becomes the body, and its value in the call.
fn body(
    verb: &Verb,
    imports: &mut Imports<'_>,
    verbs: &mut BTreeSet<&'static str>,
) -> Option<(TokenStream, TokenStream)> {
    match verb {
        Verb::Create { body, .. } | Verb::CreateOrStatus { body, .. } | Verb::Replace { body, .. } => {
            let body = imports.ty(body);
            Some((quote!(body: &#body), quote!(body)))
        }
        Verb::Patch(_) => {
            verbs.insert("PatchBody");
            Some((quote!(patch: PatchBody), quote!(patch)))
        }
        _ => None,
    }
}

/// A path as literals and parameters in turn, and the parameters that the caller gives.
#[derive(Default)]
struct Path {
    parts: Vec<TokenStream>,
    arguments: Vec<proc_macro2::Ident>,
}

impl Path {
    fn new(template: &str, handle: Option<&Handle>) -> Self {
        let mut path = Path::default();
        let has_namespace = handle.is_some_and(|it| it.scope == Scope::Namespace);
        let mut rest = template;
        while let Some((literal, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            path.parts.push(quote!(#literal));
            let argument = ident(name);
            match name {
                "namespace" if has_namespace => path.parts.push(quote!(&self.namespace)),
                // What is proxied goes on by a path of its own, which is no segment.
                "path" => path.arguments.push(argument),
                _ => {
                    path.parts.push(quote!(#argument));
                    path.arguments.push(argument);
                }
            }
            rest = after;
        }
        if !rest.is_empty() {
            path.parts.push(quote!(#rest));
        }
        path
    }
}
