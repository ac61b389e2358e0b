//! The one list type of all kinds whose lists hold items and metadata alone.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::ListObject;
use crate::object::{debug, equal};
use crate::{Fields, Mut, Object, Ref, serde_bridge};

/// A list of objects with the metadata of lists: what the documents call `<Kind>List`. Generated code names it for each
/// kind (`PodList`).
///
/// One type for all of them: each would be as much to compile as any other struct. Its kind, `<Kind>List`, stands in
/// the table of its items. Both fields are always written ([`encoding`](crate::encoding)).
///
/// # Example
///
/// ```
/// use kubesdk_core::{ObjectList, Status, StatusCause};
///
/// // `Status` stands for a kind, `StatusCause` for `ListMeta`.
/// let list = ObjectList::<Status, StatusCause> { items: vec![Status::default()], ..Default::default() };
/// assert_eq!(list.into_iter().count(), 1);
/// ```
#[derive(Clone)]
pub struct ObjectList<T, M> {
    /// The objects.
    pub items: Vec<T>,
    /// What is said of the list as a whole: the version at which it was read, and how to go on after this part of it.
    pub metadata: M,
}

impl<T, M: Default> Default for ObjectList<T, M> {
    fn default() -> Self {
        ObjectList { items: Vec::new(), metadata: M::default() }
    }
}

/// The table of lists of what no document lists.
static OF_ANYTHING: Fields = Fields { type_name: "ObjectList", ..Fields::LIST };

impl<T: Object + Default, M: Object> Object for ObjectList<T, M> {
    fn fields(&self) -> &'static Fields {
        let of_item = match self.items.first() {
            Some(item) => item.fields(),
            None => T::default().fields(),
        };
        of_item.list.unwrap_or(&OF_ANYTHING)
    }
    fn get(&self, field: usize) -> Ref<'_> {
        match field {
            0 => Ref::Sequence(&self.items),
            1 => Ref::Object(&self.metadata),
            _ => Ref::None,
        }
    }
    fn get_mut(&mut self, field: usize) -> Mut<'_> {
        match field {
            0 => Mut::Sequence(&mut self.items),
            1 => Mut::Object(&mut self.metadata),
            _ => Mut::Skip,
        }
    }
}

impl<T, M> ListObject for ObjectList<T, M>
where
    T: Object + Default + 'static,
    M: Object + Default + 'static,
{
    type Item = T;
    fn items(&self) -> &[T] {
        &self.items
    }
    fn items_mut(&mut self) -> &mut Vec<T> {
        &mut self.items
    }
}

impl<T, M> IntoIterator for ObjectList<T, M> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;
    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}

impl<'a, T, M> IntoIterator for &'a ObjectList<T, M> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;
    fn into_iter(self) -> Self::IntoIter {
        self.items.iter()
    }
}

impl<T: Object + Default, M: Object> PartialEq for ObjectList<T, M> {
    fn eq(&self, other: &Self) -> bool {
        equal(self, other)
    }
}

impl<T: Object + Default, M: Object> fmt::Debug for ObjectList<T, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug(self, f)
    }
}

impl<T: Object + Default, M: Object> Serialize for ObjectList<T, M> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serde_bridge::serialize(self, serializer)
    }
}

impl<'de, T: Object + Default, M: Object + Default> Deserialize<'de> for ObjectList<T, M> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde_bridge::deserialize(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use crate::object::Table;
    use crate::{Fields, Mut, Object, ObjectList, Projection, Ref, Status, Str, Value, cbor, json};

    #[derive(Clone, Default)]
    struct Part {
        name: Str,
    }

    impl Object for Part {
        fn fields(&self) -> &'static Fields {
            static TABLE: Table =
                Table::new("Part\tkind=test/v1/Part\tlisted=PartList\nname\trequired", 0, b"");
            TABLE.fields()
        }
        fn get(&self, field: usize) -> Ref<'_> {
            if field == 0 { self.name.view() } else { Ref::None }
        }
        fn get_mut(&mut self, field: usize) -> Mut<'_> {
            if field == 0 { self.name.slot() } else { Mut::Skip }
        }
    }

    crate::objects! { Part }

    type PartList = ObjectList<Part, Part>;

    const LIST: &str = concat!(
        r#"{"apiVersion":"test/v1","kind":"PartList","items":[{"name":"a"},{"name":""}],"#,
        r#""metadata":{"apiVersion":"test/v1","kind":"Part","name":"m"}}"#
    );

    #[test]
    fn the_kind_is_that_of_the_items() {
        let list: PartList = json::from_slice(LIST.as_bytes()).unwrap();
        assert_eq!(list.items.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), ["a", ""]);
        assert_eq!(json::to_vec(&list), LIST.as_bytes());
        assert_eq!(cbor::from_slice::<PartList>(&cbor::to_vec(&list)).unwrap(), list);
        assert_eq!(serde_json::to_string(&list).unwrap(), LIST);
        assert_eq!(serde_json::from_str::<PartList>(LIST).unwrap(), list);
        let empty = PartList::default();
        assert!(json::to_vec(&empty).starts_with(br#"{"apiVersion":"test/v1","kind":"PartList","items":[]"#));
        assert!(std::ptr::eq(list.fields(), empty.fields()));
        assert_ne!(list, empty);
        assert!(format!("{list:?}").starts_with("PartList { items: [Part { name: \"a\" }"), "{list:?}");
        let error = json::from_slice::<PartList>(br#"{"kind":"Part"}"#).unwrap_err();
        assert!(error.to_string().contains("expected test/v1 PartList, found"), "{error}");
    }

    #[test]
    fn items_are_passed_through() {
        let projection = Projection::of::<PartList>(["name"]).unwrap();
        let list: PartList = json::from_slice_projected(LIST.as_bytes(), &projection).unwrap();
        assert_eq!((&list).into_iter().count(), 2);
        assert_eq!(list.into_iter().next().unwrap().name, "a");
    }

    #[test]
    fn what_no_document_lists_has_a_list_without_a_kind() {
        let list = ObjectList::<Status, Part> { items: vec![Status::default()], ..Default::default() };
        let text = r#"{"items":[{}],"metadata":{"apiVersion":"test/v1","kind":"Part","name":""}}"#;
        assert_eq!(String::from_utf8(json::to_vec(&list)).unwrap(), text);
        assert_eq!(json::from_slice::<ObjectList<Status, Part>>(text.as_bytes()).unwrap(), list);
    }
}
