//! What kubesdk-gen made of `tests/user/crds`, as a module of a user's crate:
//!
//! ```text
//! kubesdk-gen --crd tests/user/crds --out tests/user/widgets/src/api
//! ```
#![forbid(unsafe_code)]

pub mod api;
