//! What streams, beside kube-rs and client-go: watches, commands in pods, forwarded ports, copies.

mod contenders;
mod copy;
mod exec;
mod forward;
mod node;
mod source;
mod watch;

pub(crate) use copy::run as copy;
pub(crate) use exec::run as exec;
pub(crate) use forward::run as forward;
pub(crate) use watch::run as watch;
