//! Types of kubesdk that a custom resource has written out: a `CustomResourceDefinition` cannot refer to another
//! schema, so that its pod template or label selector stands in it in full.
//!
//! A structure is taken for a type of kubesdk when all of this holds:
//!
//! - The names of the properties are equal, and which of them are required, and the types of all of them, down to the
//!   last; descriptions do not matter, nor do defaults, patterns and bounds. Definitions do not say all that kubesdk
//!   knows: a text may stand for an enum, an integer or text for a quantity, a date for a `MicroTime`, an object
//!   without properties, under the name of `metadata`, for `ObjectMeta`. How a list is merged must be the same.
//! - It has at least [`FIELDS`] fields, its own and those of the structures inside: `name` and `value` say nothing
//!   about what somebody meant. What stands inside a structure that is taken comes with it, however small.
//! - No second type is as good. `meta/v1` and `core/v1` go before the others, as these are what people embed; of a
//!   group-version that is not stable none is taken, which would need its feature.

use std::collections::{BTreeMap, BTreeSet};

use crate::builtin::Builtin;
use crate::model::{Api, CoreType, Field, ListType, Note, Struct, Type, TypeName};

/// How many fields a structure must have: `LabelSelector` has five with its requirements, `HTTPHeader` two.
const FIELDS: usize = 4;

/// A structure that is a type of kubesdk.
pub(super) struct Found {
    /// The name that the structure was given in the documents.
    pub(super) definition: String,
    pub(super) builtin: TypeName,
}

/// Finds them, and names kubesdk's types in their place. What they were stays in the model.
pub(super) fn recognise(api: &mut Api, builtin: &Builtin) -> Vec<Found> {
    let own = super::structs(api);
    let candidates = candidates(builtin);
    let mut comparison = Comparison { own: &own, builtin, known: BTreeMap::new() };
    let mut types = BTreeMap::new();
    let mut found = Vec::new();
    for (name, strukt) in own.iter().filter(|(_, strukt)| strukt.kind.is_none()) {
        let wires: Vec<&str> = strukt.fields.iter().map(|it| it.wire.as_str()).collect();
        let equal = candidates.get(&wires).into_iter().flatten().filter(|it| comparison.equal(name, &it.1));
        let equal: Vec<&(u8, TypeName)> = equal.collect();
        let best = equal.iter().map(|it| it.0).min();
        let mut best = equal.into_iter().filter(|it| Some(it.0) == best);
        if let (Some((_, it)), None) = (best.next(), best.next()) {
            types.insert((*name).clone(), it.clone());
            found.push(Found { definition: strukt.definition.clone(), builtin: it.clone() });
        }
    }
    for strukt in api.modules.values_mut().flat_map(|it| &mut it.structs) {
        strukt.fields.iter_mut().for_each(|field| substitute(&mut field.ty, &types));
        strukt.others.iter_mut().for_each(|ty| substitute(ty, &types));
    }
    found
}

fn substitute(ty: &mut Type, types: &BTreeMap<TypeName, TypeName>) {
    match ty {
        Type::Struct(name) => {
            if let Some(builtin) = types.get(name) {
                *name = builtin.clone();
            }
        }
        Type::List(inner) | Type::Map(inner) | Type::Nullable(inner) => substitute(inner, types),
        Type::String | Type::Bool | Type::I32 | Type::I64 | Type::F64 | Type::Bytes => {}
        Type::Core(_) | Type::Enum(_) => {}
    }
}

/// Types of kubesdk, and how near they are to what people embed, by the names of their properties.
fn candidates(builtin: &Builtin) -> BTreeMap<Vec<&str>, Vec<(u8, TypeName)>> {
    let mut candidates: BTreeMap<Vec<&str>, Vec<(u8, TypeName)>> = BTreeMap::new();
    for (name, strukt) in builtin.structs() {
        let module = &name.module;
        if !module.is_stable() || module.version.is_none() || size(&name, builtin) < FIELDS {
            continue;
        }
        let is_near = matches!(module.group.as_str(), "meta" | "core");
        let mut wires: Vec<&str> = strukt.fields.iter().map(|it| it.wire.as_str()).collect();
        if strukt.kind.is_some() {
            wires.extend(KIND);
            wires.sort_unstable();
        }
        candidates.entry(wires).or_default().push((u8::from(!is_near), name));
    }
    candidates
}

/// What types with a kind do not have as fields.
const KIND: [&str; 2] = ["apiVersion", "kind"];

/// How many fields a structure has, with those of the structures inside, each counted once.
fn size(name: &TypeName, builtin: &Builtin) -> usize {
    let (mut seen, mut open, mut size) = (BTreeSet::new(), vec![name.clone()], 0);
    while let Some(name) = open.pop() {
        let Some(strukt) = builtin.get(&name).filter(|_| size < FIELDS) else { continue };
        if seen.insert(name) {
            size += strukt.fields.len();
            open.extend(strukt.fields.iter().filter_map(|it| inside(&it.ty)).cloned());
        }
    }
    size
}

fn inside(ty: &Type) -> Option<&TypeName> {
    match ty {
        Type::Struct(name) => Some(name),
        Type::List(inner) | Type::Map(inner) | Type::Nullable(inner) => inside(inner),
        Type::String | Type::Bool | Type::I32 | Type::I64 | Type::F64 | Type::Bytes => None,
        Type::Core(_) | Type::Enum(_) => None,
    }
}

struct Comparison<'a> {
    own: &'a BTreeMap<TypeName, &'a Struct>,
    builtin: &'a Builtin,
    /// What was compared already. A pair that is being compared counts as different: what holds itself is not taken.
    known: BTreeMap<(TypeName, TypeName), bool>,
}

impl Comparison<'_> {
    fn equal(&mut self, own: &TypeName, builtin: &TypeName) -> bool {
        let pair = (own.clone(), builtin.clone());
        if let Some(known) = self.known.get(&pair) {
            return *known;
        }
        self.known.insert(pair.clone(), false);
        let equal = self.structs(own, builtin).unwrap_or(false);
        self.known.insert(pair, equal);
        equal
    }

    fn structs(&mut self, own: &TypeName, builtin: &TypeName) -> Option<bool> {
        let (own, builtin) = (*self.own.get(own)?, self.builtin.get(builtin)?);
        if own.kind.is_some() || own.others.is_some() || own.is_choice {
            return None;
        }
        let mut mine = own.fields.iter();
        let is_kind = |it: &&Field| KIND.contains(&it.wire.as_str()) && it.ty == Type::String;
        let mine: Vec<&Field> = match builtin.kind {
            Some(_) => mine.by_ref().filter(|it| !is_kind(it)).collect(),
            None => mine.collect(),
        };
        let left_out = own.fields.len() - mine.len();
        let is_sound = left_out == if builtin.kind.is_some() { KIND.len() } else { 0 };
        let same_fields = mine.len() == builtin.fields.len();
        Some(is_sound && same_fields && mine.iter().zip(&builtin.fields).all(|(a, b)| self.fields(a, b)))
    }

    fn fields(&mut self, own: &Field, builtin: &Field) -> bool {
        let is_metadata = own.wire == "metadata"
            && own.ty == Type::Core(CoreType::RawJson)
            && matches!(&builtin.ty, Type::Struct(name) if name.name == "ObjectMeta");
        own.wire == builtin.wire
            && own.required == builtin.required
            && merging(own) == merging(builtin)
            && (is_metadata || self.types(&own.ty, &builtin.ty))
    }

    fn types(&mut self, own: &Type, builtin: &Type) -> bool {
        match (own, builtin) {
            (Type::Struct(own), Type::Struct(builtin)) if own.module.is_builtin => own == builtin,
            (Type::Struct(own), Type::Struct(builtin)) => self.equal(own, builtin),
            (Type::List(own), Type::List(builtin)) | (Type::Map(own), Type::Map(builtin)) => {
                self.types(own, builtin)
            }
            (Type::String | Type::Enum(_), Type::String | Type::Enum(_)) => true,
            (Type::Core(CoreType::IntOrString), Type::Core(CoreType::Quantity)) => true,
            (Type::Core(CoreType::Time), Type::Core(CoreType::MicroTime)) => true,
            (own, builtin) => own == builtin,
        }
    }
}

/// How a list is merged: as a whole where nobody says otherwise.
fn merging(field: &Field) -> (Option<ListType>, Vec<&str>) {
    let (mut list, mut keys) = (None, Vec::new());
    for note in &field.notes {
        match note {
            Note::ListType(ListType::Atomic) => {}
            Note::ListType(it) => list = Some(*it),
            Note::ListMapKeys(names) => keys = names.iter().map(String::as_str).collect(),
            Note::MapType(_) | Note::PatchStrategy(_) | Note::PatchMergeKey(_) | Note::Secret => {}
        }
    }
    (list, keys)
}
