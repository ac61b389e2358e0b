//! Objects of which exactly one field is set: enums with a variant for each field, and one for what is not known.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::table;
use super::text::{ITEM, MEMBER, doc, ident};
use super::types::Imports;
use crate::model::{Field, Struct, Type};

const MORE: &str = "Exactly one of the variants is the value; on the wire each is the member of an object.";

const OTHER: &str =
    "Nothing, or what was not known when this was generated: members by their names, kept and written back.";

/// The enum with its default, which is nothing.
pub(super) fn declaration(choice: &Struct, imports: &mut Imports<'_>) -> TokenStream {
    let (docs, name) = (doc(&format!("{}\n\n{MORE}", choice.doc), ITEM), ident(&choice.name));
    let variants = choice.fields.iter().map(|field| {
        let (docs, name, ty) = (doc(&field.doc, MEMBER), ident(&field.name), payload(field, imports));
        let wire = &field.wire;
        quote!(#docs #[doc(alias = #wire)] #name(#ty))
    });
    let variants: Vec<TokenStream> = variants.collect();
    let (map, raw, other) = (imports.core("Map"), imports.core("RawJson"), doc(OTHER, MEMBER));
    quote! {
        #docs
        #[derive(Clone)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants,)*
            #other
            Other(#map<#raw>),
        }
        impl Default for #name {
            fn default() -> Self {
                #name::Other(#map::new())
            }
        }
    }
}

fn payload(field: &Field, imports: &mut Imports<'_>) -> TokenStream {
    let ty = imports.ty(&field.ty);
    match field.ty {
        Type::Struct(_) => quote!(Box<#ty>),
        _ => ty,
    }
}

/// The views by number: of the one variant that it is, and of others once they are made.
pub(super) fn object(choice: &Struct, inline: &TokenStream, imports: &mut Imports<'_>) -> TokenStream {
    for name in ["Fields", "Mut", "Object", "Ref", "Value"] {
        imports.core(name);
    }
    imports.object("Table");
    let (name, table) = (ident(&choice.name), table::table(choice, None));
    let variants: Vec<_> = choice.fields.iter().map(|it| ident(&it.name)).collect();
    let numbers: Vec<_> = (0..choice.fields.len()).map(Literal::usize_unsuffixed).collect();
    let last = Literal::usize_unsuffixed(choice.fields.len());
    quote! {
        impl Object for #name {
            #inline
            fn fields(&self) -> &'static Fields {
                #table
                TABLE.fields()
            }
            #inline
            fn get(&self, field: usize) -> Ref<'_> {
                match (field, self) {
                    #((#numbers, #name::#variants(it)) => it.view(),)*
                    (#last, #name::Other(it)) => Ref::Map(it),
                    _ => Ref::None,
                }
            }
            #inline
            fn get_mut(&mut self, field: usize) -> Mut<'_> {
                match (field, &*self) {
                    #((#numbers, #name::#variants(_)) => {})*
                    #((#numbers, _) => *self = #name::#variants(Default::default()),)*
                    (#last, #name::Other(_)) => {}
                    _ => return Mut::Skip,
                }
                match self {
                    #(#name::#variants(it) => it.slot(),)*
                    #name::Other(it) => Mut::Map(it),
                }
            }
        }
    }
}
