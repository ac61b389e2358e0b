//! [`Projection`]: what of an object is decoded at all.

use crate::string::Interner;

/// What of an object is decoded; the rest is checked and skipped, and costs no memory.
///
/// # Example
///
/// ```
/// use kubesdk_core::{Projection, Status, json};
///
/// let projection = Projection::without_managed_fields();
/// let status: Status = json::from_slice_projected(br#"{"code":404}"#, projection)?;
/// assert_eq!(status.code, Some(404));
/// # Ok::<(), json::DecodeError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Projection {
    without_managed_fields: bool,
}

impl Projection {
    /// Everything, which is also the default.
    pub const fn everything() -> Self {
        Projection { without_managed_fields: false }
    }

    /// Everything but `managedFields`, wherever an object has them: a third of a typical pod, which only server-side
    /// apply asks for.
    pub const fn without_managed_fields() -> Self {
        Projection { without_managed_fields: true }
    }

    /// Tells a decoder.
    pub(crate) fn apply(self, interner: &mut Interner) {
        interner.skips_managed_fields = self.without_managed_fields;
    }
}
