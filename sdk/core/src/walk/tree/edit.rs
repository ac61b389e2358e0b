//! Many changes of the members of one object, in time that grows with their number and not with its square.

use std::collections::HashMap;

use super::{Member, Tree};

/// From this many comparisons on names are looked up in a map.
const MANY: usize = 1024;

/// The members of an object while several are changed.
pub(in crate::walk) struct Edit<'m, 'a> {
    members: &'m mut Vec<Member<'a>>,
    places: Option<HashMap<Box<str>, usize>>,
    removed: Vec<usize>,
}

impl<'m, 'a> Edit<'m, 'a> {
    /// Members of which about so many will be looked up, and made if they are not there.
    pub(in crate::walk) fn new(members: &'m mut Vec<Member<'a>>, lookups: usize) -> Self {
        let is_large = members.len().saturating_add(lookups).saturating_mul(lookups) > MANY;
        let places =
            is_large.then(|| members.iter().enumerate().map(|(at, (name, _))| (name.clone(), at)).collect());
        Edit { members, places, removed: Vec::new() }
    }

    fn find(&self, name: &str) -> Option<usize> {
        match &self.places {
            Some(places) => places.get(name).copied(),
            None => {
                let at = self.members.iter().rposition(|(found, _)| &**found == name)?;
                (!self.removed.contains(&at)).then_some(at)
            }
        }
    }

    pub(in crate::walk) fn get(&mut self, name: &str) -> Option<&mut Tree<'a>> {
        let at = self.find(name)?;
        self.members.get_mut(at).map(|(_, value)| value)
    }

    pub(in crate::walk) fn set(&mut self, name: &str, value: Tree<'a>) {
        match self.get(name) {
            Some(place) => *place = value,
            None => {
                if let Some(places) = &mut self.places {
                    places.insert(name.into(), self.members.len());
                }
                self.members.push((name.into(), value));
            }
        }
    }

    /// The names whose values were not taken out: a value that was is an empty text.
    pub(in crate::walk) fn names_of_others(&self) -> impl Iterator<Item = &str> {
        let others = self.members.iter().filter(|(_, value)| !matches!(value, Tree::Text("")));
        others.map(|(name, _)| &**name)
    }

    /// The value of a name, taken out.
    pub(in crate::walk) fn take(&mut self, name: &str) -> Option<Tree<'a>> {
        self.get(name).map(|place| std::mem::replace(place, Tree::Text("")))
    }

    /// Members go when the changes are finished.
    pub(in crate::walk) fn remove(&mut self, name: &str) {
        let found = self.find(name);
        if let Some(places) = &mut self.places {
            places.remove(name);
        }
        self.removed.extend(found);
    }

    pub(in crate::walk) fn finish(mut self) {
        self.removed.sort_unstable();
        let mut at = 0;
        self.members.retain(|_| {
            at += 1;
            self.removed.binary_search(&(at - 1)).is_err()
        });
    }
}
