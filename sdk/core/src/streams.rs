//! Connections that carry several streams at once: commands in containers and forwarded ports, over WebSocket.
//!
//! [`Exec::open`](crate::verbs::Exec::open) and [`Attach::open`](crate::verbs::Attach::open) give a [`Process`] with
//! its streams, [`Exec::output`](crate::verbs::Exec::output) all that a command said,
//! [`PortForward::open`](crate::verbs::PortForward::open) a [`PortStream`].
//!
//! There is no task behind a connection: whoever polls one of its streams moves all of them. So nothing is left behind
//! when the last of them is dropped, and nothing moves while nobody waits for anything.
//!
//! # Memory and back-pressure
//!
//! A stream holds 64 KiB and one message that came on top, 32 KiB as Kubernetes cuts them and 4 MiB at most. While one
//! of them is full, nothing more is read from the connection, so the other side has to wait: a stream that was asked for
//! must be read or dropped, or all streams of the connection stand still. What arrives for a dropped stream is thrown
//! away. Writing takes one message of 32 KiB at a time and waits while the connection takes no more.
//!
//! # Connections that went silent
//!
//! While somebody waits, a ping goes out every five seconds. When twelve have passed and nothing at all has come, the
//! connection is given up, as client-go does. A server that holds standard input which the command does not read
//! cannot answer either; then, and only then, it is left to TCP to find out whether it is still there.

mod channel;
mod connection;
mod exit;
pub(crate) mod handshake;
mod heartbeat;
mod inbox;
mod port_forward;
mod process;
mod socket;
#[cfg(test)]
mod tests;
mod wakers;

pub use channel::{ChannelReader, ChannelWriter};
pub use exit::Exit;
pub use port_forward::PortStream;
pub use process::{Output, Process, Resizer};
