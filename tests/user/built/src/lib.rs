//! Types and endpoints that the build script made of `tests/user/crds`.
//!
//! ```
//! use widgets_built::api::shop::v1::{Widget, WidgetSpec};
//!
//! let widget = Widget { spec: WidgetSpec { color: "red".into(), ..Default::default() }, ..Default::default() };
//! let text = kubesdk::json::to_string(&widget);
//! assert!(text.starts_with(r#"{"apiVersion":"shop.example.com/v1","kind":"Widget","#), "{text}");
//! ```
#![forbid(unsafe_code)]

/// The types and endpoints of the shop.
pub mod api {
    include!(concat!(env!("OUT_DIR"), "/api/mod.rs"));
}
