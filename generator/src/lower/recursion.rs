//! Types that would hold themselves by value: their fields are boxed.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Module, ModulePath, Shape, Struct, Type, TypeName};

/// Makes every inline field through which a type reaches itself an `Option<Box<T>>`.
pub(super) fn box_recursive_fields(modules: &mut BTreeMap<ModulePath, Module>) {
    let mut inline: BTreeMap<TypeName, BTreeSet<TypeName>> = BTreeMap::new();
    for (path, module) in modules.iter() {
        for strukt in &module.structs {
            let owner = TypeName { module: path.clone(), name: strukt.name.clone() };
            inline.insert(owner, inline_fields(strukt).cloned().collect());
        }
    }
    for (path, module) in modules.iter_mut() {
        for strukt in &mut module.structs {
            let owner = TypeName { module: path.clone(), name: strukt.name.clone() };
            for field in &mut strukt.fields {
                if let (Type::Struct(target), Shape::Plain) = (&field.ty, field.shape)
                    && reaches(&inline, target, &owner)
                {
                    field.shape = Shape::OptionalBox;
                }
            }
        }
    }
}

fn inline_fields(strukt: &Struct) -> impl Iterator<Item = &TypeName> {
    strukt.fields.iter().filter(|it| it.shape != Shape::OptionalBox).filter_map(|it| match &it.ty {
        Type::Struct(name) => Some(name),
        _ => None,
    })
}

fn reaches(inline: &BTreeMap<TypeName, BTreeSet<TypeName>>, from: &TypeName, to: &TypeName) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![from];
    while let Some(name) = open.pop() {
        if name == to {
            return true;
        }
        if seen.insert(name) {
            open.extend(inline.get(name).into_iter().flatten());
        }
    }
    false
}
