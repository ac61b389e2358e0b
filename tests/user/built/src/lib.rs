//! Types and endpoints that the build script made of `tests/user/crds`.
//!
//! ```
//! use widgets_built::api::shop::v1::{Widget, WidgetSpec};
//!
//! let widget = Widget { spec: WidgetSpec { color: "red".into(), ..Default::default() }, ..Default::default() };
//! let text = kubesdk::json::to_vec(&widget);
//! assert!(text.starts_with(br#"{"apiVersion":"shop.example.com/v1","kind":"Widget","#));
//! ```
#![forbid(unsafe_code)]

/// The types and endpoints of the shop.
pub mod api {
    include!(concat!(env!("OUT_DIR"), "/api/mod.rs"));
}
