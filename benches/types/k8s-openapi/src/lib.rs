//! Nothing but the dependency on `k8s-openapi`, whose build is timed.
pub use k8s_openapi as api;
