//! Strategic merge patches: made from two objects, and merged into one as an API server does.
//!
//! The rules are those of `k8s.io/apimachinery/pkg/util/strategicpatch`; the tables know of each field what its Go tags
//! say.

mod create;
mod merge;
mod order;

use super::PathError;
use super::text::json_text;
use super::tree::Tree;
use crate::object::{Note, PatchStrategy};
use crate::{Fields, Mut, Object, RawJson, Ref, json};

const PATCH: &str = "$patch";
const RETAIN_KEYS: &str = "$retainKeys";
const DELETE_FROM: &str = "$deleteFromPrimitiveList/";
const SET_ORDER: &str = "$setElementOrder/";

/// The strategic merge patch that makes `after` of `before`; `{}` when they are equal. Both should be of one type.
///
/// Lists with a patch merge key are merged by it and keep the order of `after`, sets by value; `$retainKeys` goes with
/// the structs that ask for it. What these cannot say (elements that share a merge key, or have none) is replaced by
/// `$patch: replace`, and so is free-form JSON. Custom resources take no strategic merge patches.
///
/// # Example
///
/// ```
/// use kubesdk_core::{Status, StatusDetails, walk};
///
/// let before = Status { code: Some(404), ..Default::default() };
/// let after = Status { details: Some(Box::new(StatusDetails::default())), ..Default::default() };
/// let patch = walk::strategic_patch(&before, &after);
/// assert_eq!(patch.as_str(), r#"{"code":null,"details":{}}"#);
/// assert_eq!(walk::apply_strategic_patch(&before, &patch)?, after);
/// # Ok::<(), walk::PathError>(())
/// ```
pub fn strategic_patch(before: &dyn Object, after: &dyn Object) -> RawJson {
    RawJson::of_checked(&String::from_utf8_lossy(&create::between(before, after)))
}

/// The object that a strategic merge patch makes of another, by the rules of an API server.
///
/// # Errors
///
/// [`PathError`] when a directive of the patch is not understood, or when the result does not fit the type.
pub fn apply_strategic_patch<T: Object + Default>(object: &T, patch: &RawJson) -> Result<T, PathError> {
    let (mut schema, mut patched) = (T::default(), T::default());
    apply(object, patch, &mut schema, &mut patched)?;
    Ok(patched)
}

fn apply(
    object: &dyn Object,
    patch: &RawJson,
    schema: &mut dyn Object,
    patched: &mut dyn Object,
) -> Result<(), PathError> {
    let text = json_text(Ref::Object(object));
    let mut tree = Tree::Text(&text);
    merge::into(&mut tree, Tree::Text(patch.as_str()), Mut::Object(schema))?;
    let mut out = Vec::with_capacity(text.len());
    tree.write(&mut out);
    json::decode(&out, patched).map_err(|error| PathError::value(&super::Path::ROOT, error))
}

/// What the documents say about a field for these patches.
#[derive(Clone, Copy, Default)]
struct Strategy {
    /// Lists are merged, by the key if there is one.
    is_merge: bool,
    merge_key: Option<&'static &'static str>,
    /// Structs and maps are replaced.
    is_replace: bool,
    /// Members that the patch does not name are dropped.
    retains_keys: bool,
}

impl Strategy {
    fn of(fields: &'static Fields, field: usize) -> Self {
        let mut strategy = Strategy::default();
        for note in fields.notes(field) {
            match note {
                Note::PatchMergeKey(key) => strategy.merge_key = Some(key),
                Note::PatchStrategy(words) => {
                    strategy.is_merge = words.contains(&PatchStrategy::Merge);
                    strategy.is_replace = words.contains(&PatchStrategy::Replace);
                    strategy.retains_keys = words.contains(&PatchStrategy::RetainKeys);
                }
                _ => {}
            }
        }
        strategy
    }
}

#[cfg(test)]
mod tests;
