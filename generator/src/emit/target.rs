//! Where generated code stands, and what that changes in it.

use proc_macro2::TokenStream;
use quote::quote;

/// Where the code stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// In the SDK: the crate `kubesdk-api`.
    Sdk,
    /// In somebody's crate, beside kubesdk.
    Extension,
}

impl Target {
    /// The path of core.
    pub(super) fn core(self) -> TokenStream {
        match self {
            Target::Sdk => quote!(kubesdk_core),
            Target::Extension => quote!(kubesdk::core),
        }
    }

    /// Where the modules of kubesdk's own groups are.
    pub(super) fn api(self) -> TokenStream {
        match self {
            Target::Sdk => quote!(crate),
            Target::Extension => quote!(kubesdk::api),
        }
    }

    /// The command that makes it.
    pub(super) fn command(self) -> &'static str {
        match self {
            Target::Sdk => "cargo xtask regenerate",
            Target::Extension => "kubesdk-gen",
        }
    }

    /// What the documentation of structs says about encoding.
    pub(super) fn modes(self) -> &'static str {
        match self {
            Target::Sdk => "Which fields are written, in two modes: [`kubesdk_core::encoding`].",
            Target::Extension => "Which fields are written, in two modes: [`kubesdk::core::encoding`].",
        }
    }
}
