//! Lists of a kind that hold items and metadata alone: names for core's one type of lists.

use proc_macro2::TokenStream;
use quote::quote;

use super::text::{ITEM, doc, ident};
use super::types::Imports;
use crate::model::{Field, Module, ModulePath, Shape, Struct, Type, TypeName};

/// The list that is core's list of this type: one of the same module whose name is its kind, and the first such.
pub(super) fn list_of<'a>(path: &ModulePath, module: &'a Module, item: &Struct) -> Option<&'a Struct> {
    let (api_version, _) = item.kind.as_ref()?;
    let is_of_item = |of: &TypeName| of.module == *path && of.name == item.name;
    let mut lists = module.structs.iter().filter(|it| it.list_of.as_ref().is_some_and(is_of_item));
    lists.find(|list| is_plain(list, api_version))
}

/// True for a list that is a name for core's.
pub(super) fn is_alias(path: &ModulePath, module: &Module, list: &Struct) -> bool {
    let item = module.structs.iter().find(|it| list.list_of.as_ref().is_some_and(|of| of.name == it.name));
    item.and_then(|item| list_of(path, module, item)).is_some_and(|it| it.name == list.name)
}

/// Items and metadata, as core's list has them, and nothing that core's cannot say.
fn is_plain(list: &Struct, api_version: &str) -> bool {
    let [items, metadata] = list.fields.as_slice() else { return false };
    let is = |field: &Field, wire: &str, required: bool| {
        field.wire == wire && field.required == required && is_simple(field)
    };
    list.kind.as_ref().is_some_and(|(version, kind)| version == api_version && *kind == list.name)
        && is(items, "items", true)
        && is(metadata, "metadata", false)
        && matches!(metadata.ty, Type::Struct(_))
        && (list.map_type.is_none() && list.unions.is_empty())
        && (list.others.is_none() && !list.is_choice)
}

fn is_simple(field: &Field) -> bool {
    field.shape == Shape::Plain && field.notes.is_empty()
}

/// `pub type PodList = ObjectList<Pod, ListMeta>`, with what the documents say of its two fields.
pub(super) fn alias(list: &Struct, imports: &mut Imports<'_>) -> TokenStream {
    let mut text = list.doc.clone();
    for field in list.fields.iter().filter(|it| !it.doc.is_empty()) {
        text.push_str(&format!("\n\n`{}`: {}", field.name, field.doc));
    }
    let (docs, name, object_list) = (doc(&text, ITEM), ident(&list.name), imports.core("ObjectList"));
    let types = list.fields.iter().map(|it| match &it.ty {
        Type::List(item) => imports.ty(item),
        metadata => imports.ty(metadata),
    });
    let types: Vec<TokenStream> = types.collect();
    quote! {
        #docs
        pub type #name = #object_list<#(#types),*>;
    }
}
