//! The iterators of [`Map`], those of a `BTreeMap`.

use super::Map;
use crate::Str;

/// The entries of a [`Map`] in key order.
#[derive(Clone, Debug)]
pub struct Iter<'a, V>(pub(super) std::slice::Iter<'a, (Str, V)>);

/// The entries of a [`Map`] in key order, with values to change.
#[derive(Debug)]
pub struct IterMut<'a, V>(pub(super) std::slice::IterMut<'a, (Str, V)>);

/// The entries of a [`Map`] in key order, owned.
#[derive(Clone, Debug)]
pub struct IntoIter<V>(pub(super) std::vec::IntoIter<(Str, V)>);

macro_rules! iterator {
    ($name:ident<$($life:lifetime,)? V>, $item:ty, |$entry:ident| $map:expr) => {
        impl<$($life,)? V> Iterator for $name<$($life,)? V> {
            type Item = $item;
            #[inline]
            fn next(&mut self) -> Option<Self::Item> {
                self.0.next().map(|$entry| $map)
            }
            #[inline]
            fn size_hint(&self) -> (usize, Option<usize>) {
                self.0.size_hint()
            }
        }
        impl<$($life,)? V> DoubleEndedIterator for $name<$($life,)? V> {
            #[inline]
            fn next_back(&mut self) -> Option<Self::Item> {
                self.0.next_back().map(|$entry| $map)
            }
        }
        impl<$($life,)? V> ExactSizeIterator for $name<$($life,)? V> {}
        impl<$($life,)? V> std::iter::FusedIterator for $name<$($life,)? V> {}
    };
}
iterator! { Iter<'a, V>, (&'a Str, &'a V), |entry| (&entry.0, &entry.1) }
iterator! { IterMut<'a, V>, (&'a Str, &'a mut V), |entry| (&entry.0, &mut entry.1) }
iterator! { IntoIter<V>, (Str, V), |entry| entry }

impl<V> IntoIterator for Map<V> {
    type Item = (Str, V);
    type IntoIter = IntoIter<V>;
    fn into_iter(self) -> IntoIter<V> {
        IntoIter(self.0.into_iter())
    }
}

impl<'a, V> IntoIterator for &'a Map<V> {
    type Item = (&'a Str, &'a V);
    type IntoIter = Iter<'a, V>;
    fn into_iter(self) -> Iter<'a, V> {
        self.iter()
    }
}

impl<'a, V> IntoIterator for &'a mut Map<V> {
    type Item = (&'a Str, &'a mut V);
    type IntoIter = IterMut<'a, V>;
    fn into_iter(self) -> IterMut<'a, V> {
        self.iter_mut()
    }
}
