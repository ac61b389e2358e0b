//! Lists that are merged: their elements by name, and the order that they end in.

use std::collections::{HashMap, HashSet};

use crate::walk::tree::{Tree, find};

/// What tells an element apart: the value of the key, or the scalar that it is.
pub(super) fn name(element: &mut Tree<'_>, key: Option<&str>) -> Option<String> {
    match key {
        Some(key) => find(element.members()?, key)?.scalar(),
        None => element.scalar(),
    }
}

/// The names of elements with their places.
pub(super) fn names(elements: &mut [Tree<'_>], key: Option<&str>) -> HashMap<String, usize> {
    let names = elements.iter_mut().enumerate();
    let mut places = HashMap::new();
    for (at, element) in names {
        if let Some(name) = name(element, key) {
            places.entry(name).or_insert(at);
        }
    }
    places
}

/// The scalars of both lists, each once, where it came first.
pub(super) fn union<'a>(before: Vec<Tree<'a>>, change: Vec<Tree<'a>>) -> Vec<Tree<'a>> {
    let mut seen = HashSet::new();
    before.into_iter().chain(change).filter(|it| it.scalar().is_none_or(|it| seen.insert(it))).collect()
}

/// The scalars that are not in the second list.
pub(super) fn without<'a>(before: Vec<Tree<'a>>, removed: &[Tree<'a>]) -> Vec<Tree<'a>> {
    let removed: HashSet<String> = removed.iter().filter_map(Tree::scalar).collect();
    before.into_iter().filter(|it| it.scalar().is_none_or(|it| !removed.contains(&it))).collect()
}

/// Orders elements as an API server does: those that the patch wants in its order, and between them the others, each
/// before the first wanted one that it stood before in the list as it was.
pub(super) fn sort(
    elements: &mut Vec<Tree<'_>>,
    wanted: &HashMap<String, usize>,
    known: &HashMap<String, usize>,
    key: Option<&str>,
) {
    let (mut ours, mut others) = (Vec::new(), Vec::new());
    for mut element in elements.drain(..) {
        let name = name(&mut element, key).unwrap_or_default();
        let was = known.get(&name).copied();
        match wanted.get(&name) {
            Some(at) => ours.push((*at, was, element)),
            None => others.push((was, element)),
        }
    }
    ours.sort_by_key(|(at, ..)| *at);
    others.sort_by_key(|(was, _)| *was);
    let (mut ours, mut others) = (ours.into_iter().peekable(), others.into_iter().peekable());
    while let Some((was, _)) = others.peek() {
        let comes_first = match ours.peek() {
            Some((_, Some(ours), _)) => was.is_some_and(|was| was < *ours),
            Some((_, None, _)) => false,
            None => true,
        };
        match comes_first {
            true => elements.extend(others.next().map(|(_, element)| element)),
            false => elements.extend(ours.next().map(|(.., element)| element)),
        }
    }
    elements.extend(ours.map(|(.., element)| element));
}

/// The elements of a list by the values of its merge key.
pub(super) struct Elements<'a> {
    list: Vec<Option<Tree<'a>>>,
    places: HashMap<String, usize>,
    /// Further elements with the name of an earlier one, which are removed with it.
    twins: Vec<(String, usize)>,
}

impl<'a> Elements<'a> {
    pub(super) fn new(mut list: Vec<Tree<'a>>, key: &str) -> Self {
        let mut elements = Elements { list: Vec::new(), places: HashMap::new(), twins: Vec::new() };
        for (at, element) in list.iter_mut().enumerate() {
            match name(element, Some(key)) {
                Some(name) if elements.places.contains_key(&name) => elements.twins.push((name, at)),
                Some(name) => {
                    elements.places.insert(name, at);
                }
                None => {}
            }
        }
        elements.list = list.into_iter().map(Some).collect();
        elements
    }

    pub(super) fn get(&mut self, name: &str) -> Option<&mut Tree<'a>> {
        let at = *self.places.get(name)?;
        self.list.get_mut(at)?.as_mut()
    }

    pub(super) fn push(&mut self, name: String, element: Tree<'a>) {
        self.places.insert(name, self.list.len());
        self.list.push(Some(element));
    }

    pub(super) fn remove(&mut self, name: &str) {
        let twins = self.twins.extract_if(.., |(twin, _)| twin == name).map(|(_, at)| at);
        for at in self.places.remove(name).into_iter().chain(twins) {
            if let Some(place) = self.list.get_mut(at) {
                *place = None;
            }
        }
    }

    pub(super) fn finish(self) -> Vec<Tree<'a>> {
        self.list.into_iter().flatten().collect()
    }
}
