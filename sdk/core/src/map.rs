//! [`Map`]: string keys in order, in one allocation.

mod entries;
mod iterators;

use std::cmp::Ordering;
use std::fmt;
use std::ops::Index;

use crate::Str;

use iterators::{Iter, IterMut};

/// A map with string keys, ordered by key; one sorted vector behind the interface of a `BTreeMap`.
///
/// Maps of the API are small (labels, annotations, limits): searching a vector beats a tree and needs a third of
/// the memory. Collecting and extending sort once, so large maps are cheap to build; single inserts into a large
/// map are not.
///
/// # Example
///
/// ```
/// use kubesdk_core::{Map, Str};
///
/// let mut labels: Map<Str> = Map::from([("app", "web".into())]);
/// labels.insert("tier", "front".into());
/// assert_eq!(labels["app"], "web");
/// assert_eq!(labels.keys().collect::<Vec<_>>(), ["app", "tier"]);
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Map<V>(Vec<(Str, V)>);

impl<V> Default for Map<V> {
    #[inline]
    fn default() -> Self {
        Map(Vec::new())
    }
}

impl<V> Map<V> {
    /// A map without entries; it does not allocate.
    #[inline]
    pub const fn new() -> Self {
        Map(Vec::new())
    }

    /// The number of entries.
    #[inline]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True when there are no entries.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&V> {
        let at = self.find(key).ok()?;
        self.0.get(at).map(|(_, value)| value)
    }

    /// The value of a key, to change.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut V> {
        let at = self.find(key).ok()?;
        self.0.get_mut(at).map(|(_, value)| value)
    }

    /// True when there is an entry with this key.
    pub fn contains_key(&self, key: &str) -> bool {
        self.find(key).is_ok()
    }

    /// Sets the value of a key; gives the one that it had.
    pub fn insert(&mut self, key: impl Into<Str>, value: V) -> Option<V> {
        let key = key.into();
        match self.find(&key) {
            Ok(at) => self.0.get_mut(at).map(|entry| std::mem::replace(&mut entry.1, value)),
            Err(at) => {
                self.0.insert(at, (key, value));
                None
            }
        }
    }

    /// Takes a key out; gives its value.
    pub fn remove(&mut self, key: &str) -> Option<V> {
        let at = self.find(key).ok()?;
        Some(self.0.remove(at).1)
    }

    /// Takes all entries out.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Keeps the entries that the function says true to.
    pub fn retain(&mut self, mut keep: impl FnMut(&str, &mut V) -> bool) {
        self.0.retain_mut(|(key, value)| keep(key, value));
    }

    /// The entries in key order.
    pub fn iter(&self) -> Iter<'_, V> {
        Iter(self.0.iter())
    }

    /// The entries in key order, with values to change.
    pub fn iter_mut(&mut self) -> IterMut<'_, V> {
        IterMut(self.0.iter_mut())
    }

    /// The keys in order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &Str> + ExactSizeIterator {
        self.0.iter().map(|(key, _)| key)
    }

    /// The values in key order.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> + ExactSizeIterator {
        self.0.iter().map(|(_, value)| value)
    }

    /// The search of `slice::binary_search_by`, spelled out: the objects' maps call nothing that would be compiled for
    /// each type of values.
    fn find(&self, key: &str) -> Result<usize, usize> {
        let entries: &[(Str, V)] = &self.0;
        let (mut low, mut high) = (0, entries.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            match entries[middle].0.as_str().cmp(key) {
                Ordering::Less => low = middle + 1,
                Ordering::Equal => return Ok(middle),
                Ordering::Greater => high = middle,
            }
        }
        Err(low)
    }

    /// Restores the order after entries were appended; of equal keys the last stays.
    fn restore(&mut self) {
        if self.0.is_sorted_by(|a, b| a.0 < b.0) {
            return;
        }
        self.0.sort_by(|a, b| a.0.cmp(&b.0));
        self.0.dedup_by(|later, kept| {
            let same = later.0 == kept.0;
            if same {
                std::mem::swap(&mut later.1, &mut kept.1);
            }
            same
        });
    }
}

impl<V> Index<&str> for Map<V> {
    type Output = V;

    /// # Panics
    ///
    /// When there is no such key, as the index of any map does; [`Map::get`] does not.
    #[allow(clippy::panic, clippy::expect_used)]
    fn index(&self, key: &str) -> &V {
        self.get(key).expect("no entry with this key")
    }
}

impl<V: fmt::Debug> fmt::Debug for Map<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self).finish()
    }
}

impl<K: Into<Str>, V> Extend<(K, V)> for Map<V> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
        self.0.extend(entries.into_iter().map(|(key, value)| (key.into(), value)));
        self.restore();
    }
}

impl<K: Into<Str>, V> FromIterator<(K, V)> for Map<V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut map = Map::new();
        map.extend(entries);
        map
    }
}

impl<K: Into<Str>, V, const N: usize> From<[(K, V); N]> for Map<V> {
    fn from(entries: [(K, V); N]) -> Self {
        entries.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Mut;
    use crate::object::Entries;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn it_is_a_btree_map(entries: Vec<(String, i32)>, removed: Vec<String>) {
            let mut expected: BTreeMap<String, i32> = entries.iter().cloned().collect();
            let mut inserted = Map::new();
            for (key, value) in &entries {
                inserted.insert(key, *value);
            }
            let mut collected: Map<i32> = entries.into_iter().collect();
            for key in removed.iter().chain(expected.clone().keys().step_by(2)) {
                let gone = expected.remove(key);
                prop_assert_eq!(inserted.remove(key), gone);
                prop_assert_eq!(collected.remove(key), gone);
            }
            prop_assert_eq!(&inserted, &collected);
            prop_assert!(inserted.into_iter().map(|(k, v)| (String::from(k), v)).eq(expected));
        }

        #[test]
        fn entries_by_any_order_are_a_btree_map(entries in prop::collection::vec(("[a-e]{0,3}", any::<i32>()), 0..300)) {
            let expected: BTreeMap<String, i32> = entries.iter().cloned().collect();
            let mut map = Map::<i32>::new();
            for (key, value) in &entries {
                match Entries::insert(&mut map, key.into()) {
                    Mut::I32(place) => *place = *value,
                    _ => prop_assert!(false, "not an integer's place"),
                }
            }
            map.finish();
            prop_assert!(map.iter().map(|(k, v)| (k.as_str(), v)).eq(expected.iter().map(|(k, v)| (k.as_str(), v))));
        }
    }

    #[test]
    fn a_hundred_thousand_keys_in_reverse() {
        let mut map = Map::<i32>::new();
        for n in (0..100_000).rev() {
            Entries::insert(&mut map, format!("{n:06}").into());
        }
        map.finish();
        assert_eq!(map.len(), 100_000);
        assert!(map.contains_key("012345"));
    }

    #[test]
    fn one_entry_at_a_time() {
        let mut map = Map::from([("b", 2), ("a", 1), ("b", 3)]);
        assert_eq!((map["a"], map["b"], map.len()), (1, 3, 2));
        for (_, value) in &mut map {
            *value += 1;
        }
        assert_eq!(map.insert("a", 9), Some(2));
        map.retain(|key, _| key == "a");
        assert_eq!(format!("{map:?}"), r#"{"a": 9}"#);
    }
}
