//! Which types are compiled with the crate that holds them, and which where they are used.

use proc_macro2::TokenStream;
use quote::quote;

use super::target::Target;
use crate::model::ModulePath;

/// The groups whose types most programs use: workloads and what stands around them. They are compiled once, with the SDK.
///
/// The functions of all other types are `#[inline]`, so that a program compiles those that it reaches, in its own crate.
/// Of the stable groups that takes a fifth of the time off the release build of the types, and a tenth off the debug
/// build.
const COMPILED_ONCE: &[&str] = &[
    "apps",
    "autoscaling",
    "batch",
    "coordination",
    "core",
    "discovery",
    "events",
    "meta",
    "networking",
    "policy",
    "rbac",
];

/// The attribute of the functions of a module's types. Alpha and beta versions are compiled where they are used too.
pub(super) fn attribute(target: Target, path: &ModulePath) -> TokenStream {
    let is_stable = path.version.as_ref().is_none_or(|it| !it.contains("alpha") && !it.contains("beta"));
    let once = target == Target::Extension || (is_stable && COMPILED_ONCE.contains(&path.group.as_str()));
    if once { TokenStream::new() } else { quote!(#[inline]) }
}
