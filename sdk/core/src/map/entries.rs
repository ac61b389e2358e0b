//! [`Map`] as the walks see it: entries by number, and those that arrive one by one while an object is decoded.

use super::Map;
use crate::object::Entries;
use crate::{Mut, Ref, Str, Value};

/// From this length on, entries that arrive out of order are appended and sorted when the map is finished.
const LARGE: usize = 64;

/// Where the entries of a map go that were appended out of order, of equal keys the last: their numbers in key order.
/// Nothing if they are in order. It is not generic: sorting is much code, and maps have many types of values.
fn order(map: &dyn Entries) -> Option<Vec<usize>> {
    let keys: Vec<&str> = (0..map.len()).filter_map(|at| map.get(at)).map(|(key, _)| key).collect();
    if keys.is_sorted_by(|a, b| a < b) {
        return None;
    }
    let mut numbers: Vec<usize> = (0..keys.len()).collect();
    // Later ones first among equal keys; then the first of each stays.
    numbers.sort_by(|a, b| keys[*a].cmp(keys[*b]).then(b.cmp(a)));
    numbers.dedup_by(|later, kept| keys[*later] == keys[*kept]);
    Some(numbers)
}

impl<V: Default> Map<V> {
    /// Where a key stands, with a default value.
    fn place(&mut self, key: Str) -> usize {
        let len = self.0.len();
        let is_last = len == 0 || len >= LARGE || self.0[len - 1].0.as_str() < key.as_str();
        match if is_last { Err(len) } else { self.find(&key) } {
            Ok(at) => {
                self.0[at].1 = V::default();
                at
            }
            Err(at) => {
                if self.0.capacity() == len {
                    self.0.reserve_exact(len.max(2));
                }
                self.0.insert(at, (key, V::default()));
                at
            }
        }
    }
}

impl<V: Value + Default + Send + Sync> Entries for Map<V> {
    fn len(&self) -> usize {
        let entries: &[(Str, V)] = &self.0;
        entries.len()
    }

    fn get(&self, index: usize) -> Option<(&str, Ref<'_>)> {
        let entries: &[(Str, V)] = &self.0;
        if index >= entries.len() {
            return None;
        }
        let (key, value) = &entries[index];
        Some((key.as_str(), value.view()))
    }

    fn get_mut(&mut self, index: usize) -> Option<(&str, Mut<'_>)> {
        let entries: &mut [(Str, V)] = &mut self.0;
        if index >= entries.len() {
            return None;
        }
        let (key, value) = &mut entries[index];
        Some((key.as_str(), value.slot()))
    }

    fn reserve(&mut self, additional: usize) {
        self.0.reserve_exact(additional);
    }

    fn insert(&mut self, key: Str) -> Mut<'_> {
        let at = self.place(key);
        self.0[at].1.slot()
    }

    fn insert_null(&mut self, key: Str) {
        self.place(key);
    }

    fn clear(&mut self) {
        self.0.clear();
    }

    fn finish(&mut self) {
        if self.0.len() > LARGE
            && let Some(order) = order(self)
        {
            let mut sorted = Vec::with_capacity(order.len());
            for at in order {
                sorted.push(std::mem::take(&mut self.0[at]));
            }
            self.0 = sorted;
        }
        self.0.shrink_to_fit();
    }
}
