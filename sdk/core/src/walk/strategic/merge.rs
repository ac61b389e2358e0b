//! A patch merged into an object: directives first, then lists whose order is given, then all the rest.

use super::order::{self, Elements};
use super::{DELETE_FROM, PATCH, RETAIN_KEYS, SET_ORDER, Strategy};
use crate::Mut;
use crate::object::others_mut;
use crate::walk::PathError;
use crate::walk::path::Step;
use crate::walk::tree::{Edit, Member, Tree, find};

type Result<T, E = PathError> = std::result::Result<T, E>;

/// Merges a patch into an object; `schema` is a default place of its type.
pub(super) fn into<'a>(target: &mut Tree<'a>, patch: Tree<'a>, schema: Mut<'_>) -> Result<()> {
    let mut merge = Merge { steps: Vec::new() };
    match patch.into_members() {
        Some(patch) => merge.object(target, patch, schema),
        None => Err(merge.wrong("a patch is an object")),
    }
}

/// Where the merge is, for errors.
struct Merge {
    steps: Vec<Step>,
}

impl Merge {
    fn wrong(&self, problem: impl Into<String>) -> PathError {
        PathError::part(&self.steps, problem)
    }

    fn object<'a>(
        &mut self,
        target: &mut Tree<'a>,
        mut patch: Vec<Member<'a>>,
        mut schema: Mut<'_>,
    ) -> Result<()> {
        match find(&patch, PATCH).map(Tree::scalar) {
            None => {}
            Some(Some(directive)) if directive == "replace" => {
                patch.retain(|(name, _)| &**name != PATCH);
                *target = Tree::Object(patch);
                return Ok(());
            }
            Some(Some(directive)) if directive == "delete" => {
                *target = Tree::empty_object();
                return Ok(());
            }
            Some(_) => return Err(self.wrong("`$patch` of an object is `replace` or `delete`")),
        }
        if target.members().is_none() {
            *target = Tree::empty_object();
        }
        let Some(members) = target.members() else { return Ok(()) };
        self.retain_keys(members, &mut patch)?;
        let mut edit = Edit::new(members, patch.len());
        self.ordered_lists(&mut edit, &mut patch, &mut schema)?;
        for (name, change) in patch {
            let (name, is_deletion) = match name.strip_prefix(DELETE_FROM) {
                Some(name) => (name, true),
                None => (&*name, false),
            };
            self.steps.push(Step::Name(name.into()));
            self.member(&mut edit, name, change, is_deletion, &mut schema)?;
            self.steps.pop();
        }
        edit.finish();
        Ok(())
    }

    /// Drops what `$retainKeys` does not name.
    fn retain_keys(&self, members: &mut Vec<Member<'_>>, patch: &mut Vec<Member<'_>>) -> Result<()> {
        let Some(at) = patch.iter().position(|(name, _)| &**name == RETAIN_KEYS) else { return Ok(()) };
        let (_, names) = patch.swap_remove(at);
        let names: Option<Vec<String>> =
            names.into_elements().and_then(|them| them.iter().map(Tree::scalar).collect());
        let Some(names) = names else { return Err(self.wrong("`$retainKeys` is a list of names")) };
        let is_kept = |name: &str| names.iter().any(|kept| kept == name);
        for (name, change) in &*patch {
            if !change.is_null() && !name.starts_with('$') && !is_kept(name) {
                return Err(self.wrong(format!("`$retainKeys` lacks `{name}`, which the patch sets")));
            }
        }
        members.retain(|(name, _)| is_kept(name));
        Ok(())
    }

    /// The lists with a `$setElementOrder`, each with its own patch if there is one.
    fn ordered_lists<'a>(
        &mut self,
        edit: &mut Edit<'_, 'a>,
        patch: &mut Vec<Member<'a>>,
        schema: &mut Mut<'_>,
    ) -> Result<()> {
        while let Some(at) = patch.iter().position(|(name, _)| name.starts_with(SET_ORDER)) {
            let (directive, wanted) = patch.swap_remove(at);
            let name = directive.strip_prefix(SET_ORDER).unwrap_or_default();
            let at = patch.iter().position(|(found, _)| &**found == name);
            let change = at.map(|at| patch.swap_remove(at).1);
            self.steps.push(Step::Name(name.into()));
            let place = edit.get(name);
            let is_there = place.is_some();
            let before = place.map(|place| std::mem::replace(place, Tree::Text("[]")));
            if is_there || change.is_some() {
                let list = self.ordered_list(before, change, wanted, name, schema)?;
                edit.set(name, Tree::Array(list));
            }
            self.steps.pop();
        }
        Ok(())
    }

    fn ordered_list<'a>(
        &mut self,
        before: Option<Tree<'a>>,
        change: Option<Tree<'a>>,
        wanted: Tree<'a>,
        name: &str,
        schema: &mut Mut<'_>,
    ) -> Result<Vec<Tree<'a>>> {
        let elements = |tree: Option<Tree<'a>>| match tree {
            Some(tree) => tree.into_elements().ok_or("a list was expected"),
            None => Ok(Vec::new()),
        };
        let list = |tree| elements(tree).map_err(|problem| PathError::part(&self.steps, problem));
        let (before, change, wanted) = (list(before)?, list(change)?, list(Some(wanted))?);
        let (strategy, mut schema) = of_member(schema, name);
        let key = strategy.merge_key.copied();
        let known = order::names(&mut before.clone(), key);
        let mut merged = match (strategy.is_merge, change.is_empty()) {
            (true, _) => self.merged(before, change, strategy, &mut schema)?,
            (false, true) => before,
            (false, false) => change,
        };
        let wanted = order::names(&mut { wanted }, key);
        order::sort(&mut merged, &wanted, &known, key);
        Ok(merged)
    }

    fn member<'a>(
        &mut self,
        edit: &mut Edit<'_, 'a>,
        name: &str,
        change: Tree<'a>,
        is_deletion: bool,
        schema: &mut Mut<'_>,
    ) -> Result<()> {
        if change.is_null() {
            edit.remove(name);
            return Ok(());
        }
        let Some(place) = edit.get(name).filter(|place| place.is_like(&change)) else {
            if !is_deletion && let Some(made) = without_directives(change) {
                edit.set(name, made);
            }
            return Ok(());
        };
        let (strategy, mut schema) = of_member(schema, name);
        if change.is_array() {
            let (Some(before), Some(change)) =
                (std::mem::replace(place, Tree::Text("[]")).into_elements(), change.into_elements())
            else {
                return Ok(());
            };
            *place = Tree::Array(match (is_deletion, strategy.is_merge) {
                (true, _) => order::without(before, &change),
                (false, true) => self.merged(before, change, strategy, &mut schema)?,
                (false, false) => change,
            });
            return Ok(());
        }
        match change.into_members_or_self() {
            Ok(change) if strategy.is_replace => *place = Tree::Object(change),
            Ok(change) => self.object(place, change, schema)?,
            Err(change) => *place = change,
        }
        Ok(())
    }

    /// The elements of a list with those of a patch; of the ones that go together, merged.
    fn merged<'a>(
        &mut self,
        before: Vec<Tree<'a>>,
        change: Vec<Tree<'a>>,
        strategy: Strategy,
        schema: &mut Mut<'_>,
    ) -> Result<Vec<Tree<'a>>> {
        let key = strategy.merge_key.copied();
        let known = order::names(&mut before.clone(), key);
        let wanted = order::names(&mut change.clone(), key);
        let mut merged = match key {
            None => order::union(before, change),
            Some(key) => match self.structs(before, change, key, schema)? {
                Merged::Replaced(list) => return Ok(list),
                Merged::Merged(list) => list,
            },
        };
        order::sort(&mut merged, &wanted, &known, key);
        Ok(merged)
    }

    fn structs<'a>(
        &mut self,
        before: Vec<Tree<'a>>,
        change: Vec<Tree<'a>>,
        key: &str,
        schema: &mut Mut<'_>,
    ) -> Result<Merged<'a>> {
        let mut elements = Elements::new(before, key);
        let mut named = Vec::with_capacity(change.len());
        let mut is_replaced = false;
        for mut element in change {
            let name = order::name(&mut element, Some(key));
            match (directive(&mut element).as_deref(), name) {
                (None, Some(name)) => named.push((name, element)),
                (Some("replace"), _) => is_replaced = true,
                (Some("delete"), Some(name)) => elements.remove(&name),
                (Some("delete") | None, None) => {
                    return Err(self.wrong(format!("an element of the patch lacks `{key}`")));
                }
                (Some(_), _) => return Err(self.wrong("`$patch` of an element is `replace` or `delete`")),
            }
        }
        if is_replaced {
            return Ok(Merged::Replaced(named.into_iter().map(|(_, element)| element).collect()));
        }
        for (name, element) in named {
            self.element(&mut elements, name, element, key, schema)?;
        }
        Ok(Merged::Merged(elements.finish()))
    }

    fn element<'a>(
        &mut self,
        elements: &mut Elements<'a>,
        name: String,
        element: Tree<'a>,
        key: &str,
        schema: &mut Mut<'_>,
    ) -> Result<()> {
        self.steps.push(Step::Keys(vec![(key.into(), name.as_str().into())]));
        match (elements.get(&name), element.into_members_or_self()) {
            (Some(place), Ok(change)) => {
                let schema = match schema {
                    Mut::Sequence(sequence) => sequence.push(),
                    _ => Mut::Skip,
                };
                self.object(place, change, schema)?;
            }
            (Some(place), Err(change)) => *place = change,
            (None, Ok(change)) => elements.push(name, Tree::Object(change)),
            (None, Err(change)) => elements.push(name, change),
        }
        self.steps.pop();
        Ok(())
    }
}

/// What a patch made of a list.
enum Merged<'a> {
    /// The patch took its place, in its own order.
    Replaced(Vec<Tree<'a>>),
    /// Elements with those of the patch, not in order yet.
    Merged(Vec<Tree<'a>>),
}

fn directive(element: &mut Tree<'_>) -> Option<String> {
    element.members().and_then(|members| find(members, PATCH)?.scalar())
}

/// What the documents say about a member, and a default place of its type.
fn of_member<'s>(schema: &'s mut Mut<'_>, name: &str) -> (Strategy, Mut<'s>) {
    match schema {
        Mut::Object(object) => match object.fields().find(name) {
            Some(field) => (Strategy::of(object.fields(), field), object.get_mut(field)),
            None if object.fields().is_other(name) => {
                let place = others_mut(*object).map_or(Mut::Skip, |map| map.insert(name.into()));
                (Strategy::default(), place)
            }
            None => (Strategy::default(), Mut::Skip),
        },
        Mut::Map(map) => (Strategy::default(), map.insert(name.into())),
        _ => (Strategy::default(), Mut::Skip),
    }
}

/// What a patch adds where nothing was: no nulls, and nothing that is a directive.
fn without_directives(tree: Tree<'_>) -> Option<Tree<'_>> {
    if tree.is_array() {
        let elements = tree.into_elements().unwrap_or_default();
        return Some(Tree::Array(elements.into_iter().filter_map(without_directives).collect()));
    }
    let members = match tree.into_members_or_self() {
        Ok(members) => members,
        Err(scalar) => return Some(scalar),
    };
    if find(&members, PATCH).is_some() {
        return None;
    }
    let kept = members.into_iter().filter(|(_, value)| !value.is_null());
    Some(Tree::Object(kept.filter_map(|(name, value)| Some((name, without_directives(value)?))).collect()))
}
