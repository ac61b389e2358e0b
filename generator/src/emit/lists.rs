//! Lists of a kind that hold items and metadata alone: names for core's one type of lists.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;

use super::text::{ITEM, doc, ident};
use super::types::Imports;
use crate::model::{Field, Module, ModulePath, Shape, Struct, Type};

/// The lists of a module that are names for core's list, by the type of their items, which is of the same module: those
/// whose name is their kind, and of each type the first such.
pub(super) struct Lists<'a>(BTreeMap<&'a str, &'a Struct>);

impl<'a> Lists<'a> {
    pub(super) fn of(path: &ModulePath, module: &'a Module) -> Self {
        let items = module.structs.iter().filter_map(|it| Some((it.name.as_str(), it.kind.as_ref()?)));
        let api_versions: BTreeMap<&str, &str> =
            items.map(|(name, (api_version, _))| (name, api_version.as_str())).collect();
        let mut lists = BTreeMap::new();
        for list in &module.structs {
            let Some(of) = list.list_of.as_ref().filter(|of| of.module == *path) else { continue };
            if api_versions.get(of.name.as_str()).is_some_and(|it| is_plain(list, it)) {
                lists.entry(of.name.as_str()).or_insert(list);
            }
        }
        Lists(lists)
    }

    /// The list of this type.
    pub(super) fn of_item(&self, item: &Struct) -> Option<&'a Struct> {
        self.0.get(item.name.as_str()).copied()
    }

    /// True for a list that is a name for core's.
    pub(super) fn holds(&self, list: &Struct) -> bool {
        let of = list.list_of.as_ref().and_then(|of| self.0.get(of.name.as_str()));
        of.is_some_and(|it| it.name == list.name)
    }
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
