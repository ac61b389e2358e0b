//! A connection to a port of a pod.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_io::{AsyncRead, AsyncWrite};

use super::channel::ChannelReader;
use super::connection::{Connection, State};
use super::handshake::{self, Protocol};
use super::inbox::Channel;
use crate::{Client, Error, ErrorKind, Request};

const DATA: u8 = 0;
const FAULT: u8 = 1;

/// What the kubelet's WebSocket server speaks (`k8s.io/cri-streaming/pkg/streaming/portforward/websocket.go`).
const PROTOCOLS: &[Protocol] = &[Protocol { name: "v4.channel.k8s.io", closes: false }];

/// Each channel begins with the port's number, in two bytes.
const CHANNELS: [Channel; 2] = [Channel::Stream(2), Channel::Text(2)];

/// A connection to a port of a pod: bytes both ways, as `futures-io` has them.
///
/// It has an upgrade of its own, so that what happens to it leaves all others alone; it ends when it is dropped.
///
/// # Half-close
///
/// `v4.channel.k8s.io`, the only protocol of channels that nodes speak for ports, cannot say that one direction has
/// ended: closing waits until all is on its way, and the pod does not see an end of its input before the connection is
/// dropped. `v5.channel.k8s.io`, which can, is served for exec and attach alone. What kubectl asks API servers for,
/// `SPDY/3.1+portforward.k8s.io`, is SPDY inside of WebSocket, where a stream can be half closed; this does not speak
/// SPDY. So a server in the pod that answers after the end of its input only (`nc`, HTTP/1.0 without a length) is not
/// served well through a forwarded port.
pub struct PortStream {
    reader: ChannelReader,
    writer: Connection,
    port: u16,
}

impl PortStream {
    /// Connects to a port of the pod that the request names.
    pub(crate) async fn open(client: Client, request: Request, port: u16) -> Result<Self, Error> {
        if port == 0 {
            let message = "port 0 is no port of a pod; expected 1 to 65535";
            return Err(Error::new(ErrorKind::Request, message));
        }
        let request = request.query("ports", port.to_string());
        let opened = handshake::open(client, request, "pods/portforward", PROTOCOLS, &CHANNELS);
        let (connection, _) = opened.await?;
        Ok(PortStream { reader: ChannelReader::new(connection.share(), DATA), writer: connection, port })
    }

    /// The port in the pod.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Why the node could not reach the port, once it has said so.
    fn fault(&self) -> Option<io::Error> {
        let mut text = Vec::new();
        self.writer.change(|state| text = state.inbox.text(FAULT));
        let fault = String::from_utf8_lossy(&text).into_owned();
        (!fault.is_empty()).then(|| io::Error::new(io::ErrorKind::ConnectionRefused, fault))
    }
}

impl AsyncRead for PortStream {
    /// Reads; at the end, the node's own words are an error of the kind [`io::ErrorKind::ConnectionRefused`] if it
    /// could not reach the port.
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let read = ready!(Pin::new(&mut self.reader).poll_read(context, buffer));
        match read {
            Ok(0) | Err(_) if !buffer.is_empty() => Poll::Ready(self.fault().map_or(read, Err)),
            _ => Poll::Ready(read),
        }
    }
}

impl AsyncWrite for PortStream {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.writer.poll(context, |state| state.poll_send(DATA, bytes))
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.writer.poll(context, State::poll_sent)
    }

    fn poll_close(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_flush(context)
    }
}

impl fmt::Debug for PortStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PortStream").field("port", &self.port).finish_non_exhaustive()
    }
}
