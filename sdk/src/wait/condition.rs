//! Conditions of an object's status, by the rules of `kubectl wait --for=condition=`.

use kubesdk_core::{Object, Ref, walk};

/// A condition and the status that it shall have.
pub(super) struct Condition {
    kind: String,
    status: String,
}

impl Condition {
    /// `Ready`, or `Ready=False`.
    pub(super) fn of(text: &str) -> Self {
        let (kind, status) = text.split_once('=').unwrap_or((text, "True"));
        Condition { kind: kind.trim().to_owned(), status: status.trim_matches(['=', ' ']).to_owned() }
    }

    pub(super) fn is_met(&self, object: &dyn Object) -> bool {
        let Ok(Ref::Sequence(conditions)) = walk::get(object, "status.conditions") else { return false };
        let all = (0..conditions.count()).filter_map(|index| match conditions.get(index) {
            Ref::Object(condition) => Some(condition),
            _ => None,
        });
        let text = |condition, path: &str| walk::get(condition, path).ok().and_then(|it| it.as_str());
        let mut all =
            all.filter(|it| text(*it, "type").is_some_and(|it| it.eq_ignore_ascii_case(&self.kind)));
        let Some(condition) = all.next() else { return false };
        let number =
            |object: &dyn Object, path: &str| walk::get(object, path).ok().and_then(|it| it.as_i64());
        let observed =
            number(condition, "observedGeneration").or_else(|| number(object, "status.observedGeneration"));
        if let (Some(generation), Some(observed)) = (number(object, "metadata.generation"), observed)
            && observed < generation
        {
            return false;
        }
        text(condition, "status").is_some_and(|it| it.eq_ignore_ascii_case(&self.status))
    }
}
