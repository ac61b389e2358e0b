//! Open enums: the known values and room for any other.

use std::collections::BTreeSet;

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::compiled;
use super::target::Target;
use super::text::{ITEM, Items, MEMBER, doc, ident};
use super::types::Imports;
use crate::model::{Enum, Module, ModulePath};

/// `enums.rs` of a module.
pub(super) fn emit(target: Target, path: &ModulePath, module: &Module) -> Items {
    let mut imports = Imports::new(target, path);
    imports.core("OpenEnum");
    imports.core("Str");
    imports.object("position");
    let inline = compiled::attribute(target, path);
    let mut enums: Vec<&Enum> = module.enums.iter().collect();
    enums.sort_by(|a, b| a.name.cmp(&b.name));
    let mut items: Vec<TokenStream> = Vec::new();
    for item in &enums {
        items.push(declaration(item));
        items.extend(default(item, &inline));
        items.push(open_enum(item, &inline));
    }
    let names = enums.iter().map(|it| ident(&it.name));
    let kubesdk_core = target.core();
    items.push(quote!(#kubesdk_core::open_enums! { #(#names)* }));
    Items { uses: imports.uses(&[], &BTreeSet::new()), items }
}

fn declaration(item: &Enum) -> TokenStream {
    let (docs, name) = (doc(&item.doc, ITEM), ident(&item.name));
    let derived = has_empty(item).then(|| quote!(, Default));
    let variants = item.variants.iter().map(|variant| {
        let (docs, name) = (doc(&variant.doc, MEMBER), ident(&variant.name));
        let default = variant.value.is_empty().then(|| quote!(#[default]));
        quote!(#docs #default #name)
    });
    quote! {
        #docs
        #[derive(Clone #derived)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants,)*
            /// A value that was not known when this was generated, kept verbatim and written back.
            Other(Str),
        }
    }
}

fn has_empty(item: &Enum) -> bool {
    item.variants.iter().any(|it| it.value.is_empty())
}

/// What is not set is the empty string, as in Go; derived where that is one of the values.
fn default(item: &Enum, inline: &TokenStream) -> Option<TokenStream> {
    let name = ident(&item.name);
    (!has_empty(item)).then(|| {
        quote! {
            impl Default for #name {
                #inline
                fn default() -> Self {
                    #name::Other(Str::default())
                }
            }
        }
    })
}

/// Values are searched by core's one loop: a `match` of strings compiles their comparisons once more for each enum.
fn open_enum(item: &Enum, inline: &TokenStream) -> TokenStream {
    let name = ident(&item.name);
    let numbers = (0..item.variants.len()).map(Literal::usize_unsuffixed);
    let (variants, values): (Vec<_>, Vec<_>) =
        item.variants.iter().map(|it| (ident(&it.name), it.value.as_str())).unzip();
    quote! {
        impl OpenEnum for #name {
            #inline
            fn as_str(&self) -> &str {
                match self {
                    #(#name::#variants => #values,)*
                    #name::Other(value) => value,
                }
            }
            #inline
            fn set(&mut self, value: &Str) {
                *self = match position(&[#(#values),*], value) {
                    #(#numbers => #name::#variants,)*
                    _ => #name::Other(value.clone()),
                };
            }
        }
    }
}
