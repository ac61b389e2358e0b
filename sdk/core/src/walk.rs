//! The walks over objects beside the formats: reading and setting by path, and what builds on it.
//!
//! Each is one function over any [`Object`](crate::Object), driven by its table; nothing is compiled for a type.
//! Those that only read go over the object itself; those that change an object go over its JSON, so that a change
//! is made as a whole or not at all.

mod access;
mod apply;
mod change;
mod diff;
mod field_manager;
mod lists;
mod merge_patch;
mod path;
mod path_error;
mod place;
mod strategic;
mod strings;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod text;
mod tree;

pub(crate) use access::field as field_number;
pub use access::{get, get_json};
pub use apply::Apply;
pub use change::{remove, set};
pub use diff::{Change, ChangeKind, Diff, diff};
pub use field_manager::FieldManager;
pub use merge_patch::{apply_merge_patch, merge_patch};
pub use path::{Path, Step};
pub use path_error::PathError;
pub use place::Place;
pub use strategic::{apply_strategic_patch, strategic_patch};
pub use strings::{redact, visit_strings, visit_strings_mut};
