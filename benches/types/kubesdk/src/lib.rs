//! Nothing but the dependency on `kubesdk-api`, whose build is timed.
pub use kubesdk_api as api;
