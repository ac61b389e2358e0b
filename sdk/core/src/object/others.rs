//! The members of an object that are no fields, of types whose schemas allow more than they name: a map that stands
//! behind the last field. What a type without it does with such members its formats decide: they skip them.

use super::{Entries, Fields, Member, Mut, Object, Ref};

impl Fields {
    /// The number under which an object gives its map of other members, if the type has one.
    #[inline]
    pub fn others(&self) -> Option<usize> {
        self.has_others.then_some(self.names.len())
    }

    /// True for the name of a member that the map of other members holds.
    #[inline]
    pub(crate) fn is_other(&self, name: &str) -> bool {
        self.has_others && matches!(self.member(name), Member::Unknown)
    }
}

/// The map of other members, if the type has one.
#[inline]
pub(crate) fn others(object: &dyn Object) -> Option<&dyn Entries> {
    match object.get(object.fields().others()?) {
        Ref::Map(map) => Some(map),
        _ => None,
    }
}

/// The map of other members to change, if the type has one.
#[inline]
pub(crate) fn others_mut(object: &mut dyn Object) -> Option<&mut dyn Entries> {
    match object.get_mut(object.fields().others()?) {
        Mut::Map(map) => Some(map),
        _ => None,
    }
}

/// The other members that are written: one that is called as a field would be that field, which is written already.
pub(crate) fn written_others(object: &dyn Object) -> impl Iterator<Item = (&str, Ref<'_>)> {
    let fields = object.fields();
    let map = others(object);
    let entries = (0..map.map_or(0, Entries::len)).filter_map(move |index| map?.get(index));
    entries.filter(|(name, _)| fields.is_other(name))
}

#[cfg(test)]
mod tests {
    use crate::object::testing::{Loose, Typed};
    use crate::{Projection, RawJson, Ref, cbor, json, walk};

    const LOOSE: &str =
        r#"{"name":"a","part":{"name":"b","size":{"x":[1,null]}},"flag":null,"later":[true]}"#;

    fn loose() -> Loose {
        json::from_slice(LOOSE.as_bytes()).unwrap()
    }

    #[test]
    fn what_is_no_field_comes_back_in_every_format() {
        let object = loose();
        assert_eq!(json::to_vec(&object), LOOSE.as_bytes());
        assert_eq!(object.others.get("later").unwrap().as_str(), "[true]");
        assert_eq!(object.part.as_ref().unwrap().others["size"].as_str(), r#"{"x":[1,null]}"#);
        assert_eq!(cbor::from_slice::<Loose>(&cbor::to_vec(&object)).unwrap(), object);
        assert_eq!(serde_json::to_string(&object).unwrap(), LOOSE);
        assert_eq!(serde_json::from_str::<Loose>(LOOSE).unwrap(), object);
        let value: serde_json::Value = serde_json::from_str(LOOSE).unwrap();
        assert_eq!(serde_json::from_value::<Loose>(value).unwrap(), object);
        let mut again = object.clone();
        json::decode(br#"{"b":1,"a":2}"#, &mut again).unwrap();
        assert_eq!(
            again.others.keys().collect::<Vec<_>>(),
            ["a", "b"],
            "what is decoded replaces them, in order"
        );
        assert_ne!(again, object);
    }

    #[test]
    fn values_of_a_type_are_typed() {
        let text = br#"{"apiVersion":"test/v1","kind":"Typed","count":1,"a":2,"b":3}"#;
        let object: Typed = json::from_slice(text).unwrap();
        assert_eq!((object.count, object.others["a"], object.others["b"]), (Some(1), 2, 3));
        assert_eq!(json::to_vec(&object), text);
        let error = json::from_slice::<Typed>(br#"{"a":"2"}"#).unwrap_err();
        assert_eq!((error.path().as_str(), error.offset()), ("$[\"a\"]", 5), "{error}");
        let error = cbor::from_slice::<Typed>(&cbor::to_vec(&loose())).unwrap_err();
        assert_eq!(error.path(), "$[\"name\"]", "{error}");
    }

    #[test]
    fn a_name_that_a_field_has_is_not_written_twice() {
        let mut object = loose();
        object.others.insert("name", RawJson::from_text("1").unwrap());
        assert_eq!(json::to_vec(&object), LOOSE.as_bytes());
        assert_eq!(cbor::from_slice::<Loose>(&cbor::to_vec(&object)).unwrap(), loose());
        assert_eq!(serde_json::to_string(&object).unwrap(), LOOSE);
    }

    #[test]
    fn paths_reach_them() {
        let mut object = loose();
        assert_eq!(walk::get_json(&object, "part.size.x[0]").unwrap().unwrap().as_str(), "1");
        assert!(matches!(walk::get(&object, "nothing").unwrap(), Ref::None));
        walk::set(&mut object, "part.size.y", "2").unwrap();
        walk::remove(&mut object, "flag").unwrap();
        walk::set(&mut object, "name", "\"z\"").unwrap();
        let text = r#"{"name":"z","part":{"name":"b","size":{"x":[1,null],"y":2}},"later":[true]}"#;
        assert_eq!(json::to_vec(&object), text.as_bytes());
        let diff = walk::diff(&loose(), &object).to_string();
        assert_eq!(
            diff,
            "~ name: \"a\" -> \"z\"\n~ part.size: {\"x\":[1,null]} -> {\"x\":[1,null],\"y\":2}\n- flag: null\n"
        );
        let mut typed = Typed::default();
        let error = walk::set(&mut typed, "kind", "\"Other\"").unwrap_err();
        assert_eq!(error.to_string(), "kind: Typed has a fixed `kind`");
        assert!(walk::set(&mut typed, "a", "\"1\"").is_err());
        walk::set(&mut typed, "a", "1").unwrap();
        assert_eq!(walk::get(&typed, "a").unwrap().as_i64(), Some(1));
    }

    #[test]
    fn a_part_of_them_is_decoded() {
        for (paths, expected) in [
            (vec!["later"], r#"{"later":[true]}"#),
            (vec!["name", "part.size"], r#"{"name":"a","part":{"size":{"x":[1,null]}}}"#),
        ] {
            let projection = Projection::of::<Loose>(paths).unwrap();
            let part: Loose = json::from_slice_projected(LOOSE.as_bytes(), &projection).unwrap();
            assert_eq!(String::from_utf8(json::to_vec(&part)).unwrap(), expected);
            let part: Loose = cbor::from_slice_projected(&cbor::to_vec(&loose()), &projection).unwrap();
            assert_eq!(String::from_utf8(json::to_vec(&part)).unwrap(), expected);
        }
        assert!(Projection::of::<Typed>(["a.b"]).is_err());
    }

    #[test]
    fn they_are_applied_owned_visited_and_shown() {
        let object = loose();
        let sent = |apply: walk::Apply<'_>| apply.to_json().as_str().to_owned();
        assert_eq!(sent(walk::Apply::new(&object)), LOOSE);
        let mut typed = Typed::default();
        typed.others.insert("a", 0);
        let text = r#"{"apiVersion":"test/v1","kind":"Typed","a":0}"#;
        assert_eq!(sent(walk::Apply::new(&typed).owning("a").unwrap()), text);
        assert!(walk::Apply::new(&typed).owning("b").is_err());
        let mut places = Vec::new();
        walk::visit_strings(&object, &mut |place, _| places.push(place.to_string()));
        assert_eq!(places, ["name", "part.name", "part.size", "flag", "later"]);
        let mut redacted = object.clone();
        redacted.others.insert("s", RawJson::from_text(r#"{"kind":"Secret"}"#).unwrap());
        assert!(format!("{redacted:?}").contains("s: <redacted>"), "{redacted:?}");
        walk::redact(&mut redacted);
        assert_eq!(redacted.others["s"].as_str(), "\"<redacted>\"");
    }
}
