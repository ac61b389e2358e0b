//! Which fields of an object are written: two modes, for every generated type. There is no code here.
//!
//! # Create and update
//!
//! [`json::to_vec`](crate::json::to_vec), serde, and the verbs that create and replace write
//!
//! - `apiVersion` and `kind`, where a type has exactly one of each; the items of a list go without;
//! - fields that the documents require, always: `""`, `0`, `false`, `[]`, `{}` too;
//! - other fields unless they are empty: `None`, a list or a map without elements; of an `Option` of a list or map, for
//!   which the documents say that null, absent and empty differ, only `None`.
//!
//! Structs that stand inline (not in an `Option`) count as required: they are those with a default of `{}`, and a server
//! fills them in.
//!
//! # Apply
//!
//! Server-side apply makes the field manager own every field that it sends, so what nobody set must not be sent.
//! [`walk::Apply`](crate::walk::Apply) writes
//!
//! - `apiVersion` and `kind`, always;
//! - a field that differs from its default: `Some(0)` does, a required `0` does not, nor does an inline struct in which
//!   nothing is sent; `Some` of an empty struct does, and is sent as `{}` (`emptyDir: {}`);
//! - the elements of lists and the entries of maps, and of elements the fields that tell them apart;
//! - what [`owning`](crate::walk::Apply::owning) names, default or not: an owned empty list is sent as `[]`.
//!
//! | field | value | create and update | apply | apply, named |
//! |---|---|---|---|---|
//! | required scalar | `0` | `0` | | `0` |
//! | optional scalar | `None` | | | an error: there is nothing to send |
//! | optional scalar | `Some(0)` | `0` | `0` | `0` |
//! | optional list | no elements | | | `[]` |
//! | `Option` of a list | `Some`, no elements | `[]` | `[]` | `[]` |
//! | inline struct | nothing set | `{}`, with its required fields | | `{}` |
//! | optional struct | `Some`, nothing set | `{}`, with its required fields | `{}` | `{}` |
//!
//! # Reading
//!
//! `null`, an absent field and the field's default are the same in both directions; see [`json`](crate::json).
