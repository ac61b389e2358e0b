//! Structs: the fields, the table, and the two views by number.

use std::collections::BTreeSet;

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::lists::{self, Lists};
use super::target::Target;
use super::text::{ITEM, Items, MEMBER, doc, ident};
use super::types::Imports;
use super::{choices, compiled, may_be_set, table};
use crate::model::{Field, Module, ModulePath, Shape, Struct, Type, TypeName};

/// `types.rs` of a module.
pub(super) fn emit(target: Target, path: &ModulePath, module: &Module) -> Items {
    let mut imports = Imports::new(target, path);
    let mut items = Vec::new();
    let inline = compiled::attribute(target, path);
    let lists = Lists::of(path, module);
    let mut structs: Vec<&Struct> = module.structs.iter().collect();
    structs.sort_by(|a, b| a.name.cmp(&b.name));
    for strukt in &structs {
        if lists.holds(strukt) {
            items.push(lists::alias(strukt, &mut imports));
            continue;
        }
        if strukt.is_choice {
            items.push(choices::declaration(strukt, &mut imports));
            items.push(choices::object(strukt, &inline, &mut imports));
            continue;
        }
        items.push(declaration(target, strukt, &mut imports));
        items.push(object(strukt, lists.of_item(strukt), &inline, &mut imports));
        if let Some(item) = &strukt.list_of {
            items.extend(list(strukt, item, &mut imports));
        }
    }
    let names = structs.iter().filter(|it| !lists.holds(it)).map(|it| ident(&it.name));
    let kubesdk_core = target.core();
    items.push(quote!(#kubesdk_core::objects! { #(#names)* }));
    let declared: Vec<String> = structs.iter().map(|it| it.name.clone()).collect();
    Items { uses: imports.uses(&declared, &BTreeSet::new()), items }
}

fn declaration(target: Target, strukt: &Struct, imports: &mut Imports<'_>) -> TokenStream {
    let (docs, name) = (docs(target, strukt), ident(&strukt.name));
    let mut fields: Vec<TokenStream> =
        strukt.fields.iter().map(|field| self::field(field, imports)).collect();
    fields.extend(others(strukt, imports));
    quote! {
        #docs
        #[derive(Clone, Default)]
        pub struct #name { #(#fields),* }
    }
}

/// The map of members that are no fields.
fn others(strukt: &Struct, imports: &mut Imports<'_>) -> Option<TokenStream> {
    const DOC: &str = "What the object has beside the fields above, by its name as it is on the wire. It is written back, \
                       but for names that a field has.";
    let value = imports.ty(strukt.others.as_ref()?);
    let (docs, map, name) = (doc(DOC, MEMBER), imports.core("Map"), ident(Struct::OTHERS));
    Some(quote!(#docs pub #name: #map<#value>))
}

/// The description, and where it stands which fields are written: what is sent on create and what is applied differ.
fn docs(target: Target, strukt: &Struct) -> TokenStream {
    match strukt.fields.is_empty() && strukt.others.is_none() {
        true => doc(&strukt.doc, ITEM),
        false => doc(&format!("{}\n\n{}", strukt.doc, target.modes()), ITEM),
    }
}

fn field(field: &Field, imports: &mut Imports<'_>) -> TokenStream {
    let (docs, name, ty) = (doc(&field.doc, MEMBER), ident(&field.name), imports.ty(&field.ty));
    let ty = match field.shape {
        Shape::Plain => ty,
        Shape::Optional => quote!(Option<#ty>),
        Shape::OptionalBox => quote!(Option<Box<#ty>>),
    };
    let alias = (field.name != field.wire && can_be_alias(&field.wire)).then(|| {
        let wire = &field.wire;
        quote!(#[doc(alias = #wire)])
    });
    quote!(#docs #alias pub #name: #ty)
}

/// rustdoc takes no quotes and no white space in the words that its search finds an item by.
fn can_be_alias(wire: &str) -> bool {
    !wire.contains(|c: char| c.is_whitespace() || matches!(c, '"' | '\''))
}

fn object(
    strukt: &Struct,
    list: Option<&Struct>,
    inline: &TokenStream,
    imports: &mut Imports<'_>,
) -> TokenStream {
    for name in ["Fields", "Mut", "Object", "Ref"] {
        imports.core(name);
    }
    imports.object("Table");
    let name = ident(&strukt.name);
    let (table, may_be_set) = (table::table(strukt, list), may_be_set::emit(strukt, inline, imports));
    let (field, views, slots);
    if strukt.fields.is_empty() && strukt.others.is_none() {
        (field, views, slots) = (ident("_field"), quote!(Ref::None), quote!(Mut::Skip));
    } else {
        let arms = |view: fn(&Field) -> TokenStream, others: TokenStream| {
            let mut views: Vec<TokenStream> = strukt.fields.iter().map(view).collect();
            views.extend(strukt.others.as_ref().map(|_| others));
            let arms = views.iter().enumerate().map(|(number, view)| {
                let number = Literal::usize_unsuffixed(number);
                quote!(#number => #view)
            });
            quote!(#(#arms),*)
        };
        let others = ident(Struct::OTHERS);
        if strukt.fields.iter().any(|it| reach(it) == Reach::Value) {
            imports.core("Value");
        }
        let read = arms(view, quote!(Ref::Map(&self.#others)));
        let write = arms(slot, quote!(Mut::Map(&mut self.#others)));
        field = ident("field");
        views = quote!(match field { #read, _ => Ref::None });
        slots = quote!(match field { #write, _ => Mut::Skip });
    }
    quote! {
        impl Object for #name {
            #inline
            fn fields(&self) -> &'static Fields {
                #table
                TABLE.fields()
            }
            #inline
            fn get(&self, #field: usize) -> Ref<'_> {
                #views
            }
            #inline
            fn get_mut(&mut self, #field: usize) -> Mut<'_> {
                #slots
            }
            #may_be_set
        }
    }
}

/// How a field becomes a view: named where one constructor does it, so that no method is compiled for each type.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// A struct that is always there, an array, or a map: the variant of that name.
    Variant(&'static str),
    /// A struct that may not be there.
    Boxed,
    /// Whatever else: its methods of `Value`.
    Value,
}

fn reach(field: &Field) -> Reach {
    match (field.shape, &field.ty) {
        (Shape::OptionalBox, _) => Reach::Boxed,
        (Shape::Plain, Type::Struct(_)) => Reach::Variant("Object"),
        (Shape::Plain, Type::List(_)) => Reach::Variant("Sequence"),
        (Shape::Plain, Type::Map(_)) => Reach::Variant("Map"),
        (Shape::Plain | Shape::Optional, _) => Reach::Value,
    }
}

fn view(field: &Field) -> TokenStream {
    let name = ident(&field.name);
    match reach(field) {
        Reach::Variant(variant) => {
            let variant = ident(variant);
            quote!(Ref::#variant(&self.#name))
        }
        Reach::Boxed => quote!(Ref::boxed(&self.#name)),
        Reach::Value => quote!(self.#name.view()),
    }
}

fn slot(field: &Field) -> TokenStream {
    let name = ident(&field.name);
    match reach(field) {
        Reach::Variant(variant) => {
            let variant = ident(variant);
            quote!(Mut::#variant(&mut self.#name))
        }
        Reach::Boxed => quote!(Mut::boxed(&mut self.#name)),
        Reach::Value => quote!(self.#name.slot()),
    }
}

/// What `<Kind>List` types have beside: their items are reached without naming the field.
fn list(strukt: &Struct, item: &TypeName, imports: &mut Imports<'_>) -> [TokenStream; 2] {
    let name = ident(&strukt.name);
    let item = imports.name(item);
    let list_object = imports.core("ListObject");
    [
        quote! {
            impl #list_object for #name {
                type Item = #item;
                #[inline]
                fn items(&self) -> &[#item] {
                    &self.items
                }
                #[inline]
                fn items_mut(&mut self) -> &mut Vec<#item> {
                    &mut self.items
                }
            }
        },
        quote! {
            impl IntoIterator for #name {
                type Item = #item;
                type IntoIter = std::vec::IntoIter<#item>;
                #[inline]
                fn into_iter(self) -> Self::IntoIter {
                    self.items.into_iter()
                }
            }
        },
    ]
}
