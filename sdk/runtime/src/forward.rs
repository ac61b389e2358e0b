//! A local TCP port that is a port of a pod, as `kubectl port-forward` makes one.

mod carry;
#[cfg(test)]
mod tests;

use std::future::poll_fn;
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::Poll;

use kubesdk_core::verbs::PortForward;
use kubesdk_core::{Error, ErrorKind};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// Accepts connections at a local address and carries each to a port of a pod, by a connection of its own: what happens
/// to one leaves the others alone. Several ports are several listeners.
///
/// # Example
///
/// ```no_run
/// # async fn example(forward: kubesdk_core::verbs::PortForward) -> Result<(), kubesdk_runtime::Error> {
/// use kubesdk_runtime::PortListener;
///
/// // Port 0 takes one that is free.
/// let listener = PortListener::bind(forward, 8080, ([127, 0, 0, 1], 0).into()).await?;
/// println!("http://{}", listener.local_addr());
/// listener.serve(|error| eprintln!("{error}")).await
/// # }
/// ```
#[derive(Debug)]
pub struct PortListener {
    listener: TcpListener,
    local: SocketAddr,
    forward: Arc<PortForward>,
    port: u16,
}

impl PortListener {
    /// Listens at `local` for what goes to `port` of the pod. Nothing is asked of the server before somebody connects.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] when the address cannot be listened at.
    pub async fn bind(forward: PortForward, port: u16, local: SocketAddr) -> Result<Self, Error> {
        let fault = |error: std::io::Error| {
            let message = format!("cannot listen at {local}: {error}; choose another port, or 0 for any");
            Error::new(ErrorKind::Config, message).with_source(error)
        };
        let listener = TcpListener::bind(local).await.map_err(fault)?;
        let local = listener.local_addr().map_err(fault)?;
        Ok(PortListener { listener, local, forward: Arc::new(forward), port })
    }

    /// Where it listens, with the port that was chosen.
    pub fn local_addr(&self) -> SocketAddr {
        self.local
    }

    /// Serves until it is dropped, and all connections end with it. `failed` hears why a connection came to nothing or
    /// broke off; the others go on.
    ///
    /// A caller that has said all may still be answered: the protocol cannot tell the pod, so that a connection on
    /// which nothing comes back for half a minute after that is ended.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] when nothing can be accepted any more.
    pub async fn serve(self, failed: impl Fn(Error) + Send + Sync + 'static) -> Result<(), Error> {
        let failed = Arc::new(failed);
        let mut connections = JoinSet::new();
        loop {
            let accepted = poll_fn(|context| {
                while let Poll::Ready(Some(_)) = connections.poll_join_next(context) {}
                self.listener.poll_accept(context)
            });
            let (local, _) = accepted.await.map_err(|error| {
                Error::new(ErrorKind::Config, format!("{} accepts no more: {error}", self.local))
            })?;
            let (opening, failed) = (self.forward.open(self.port), Arc::clone(&failed));
            connections.spawn(async move {
                let carried = match opening.await {
                    Ok(pod) => carry::carry(local, pod).await,
                    Err(error) => Err(error),
                };
                if let Err(error) = carried {
                    failed(error);
                }
            });
        }
    }
}
