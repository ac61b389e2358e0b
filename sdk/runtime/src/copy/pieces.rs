//! A channel of bytes between a connection and a blocking thread, of two pieces at most.

use std::io::{self, Read, Write};

use bytes::{Buf, Bytes, BytesMut};
use tokio::sync::mpsc;

const PIECES: usize = 2;
/// What is sent at once.
const PIECE: usize = 64 << 10;

/// For what comes: nothing says that all has come, so that a channel which is merely dropped is no end.
pub(super) type Incoming = mpsc::Sender<Option<Bytes>>;

pub(super) fn incoming() -> (Incoming, PieceReader) {
    let (sender, receiver) = mpsc::channel(PIECES);
    (sender, PieceReader { receiver, piece: Bytes::new(), ended: false })
}

pub(super) fn outgoing() -> (PieceWriter, mpsc::Receiver<Bytes>) {
    let (sender, receiver) = mpsc::channel(PIECES);
    (PieceWriter { sender, piece: BytesMut::new() }, receiver)
}

pub(super) struct PieceReader {
    receiver: mpsc::Receiver<Option<Bytes>>,
    piece: Bytes,
    ended: bool,
}

impl Read for PieceReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.piece.is_empty() && !self.ended {
            match self.receiver.blocking_recv() {
                Some(Some(piece)) => self.piece = piece,
                Some(None) => self.ended = true,
                None => return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "it broke off")),
            }
        }
        let count = buffer.len().min(self.piece.len());
        self.piece.copy_to_slice(&mut buffer[..count]);
        Ok(count)
    }
}

pub(super) struct PieceWriter {
    sender: mpsc::Sender<Bytes>,
    piece: BytesMut,
}

impl Write for PieceWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = bytes.len().min(PIECE - self.piece.len());
        self.piece.extend_from_slice(&bytes[..count]);
        if self.piece.len() == PIECE {
            self.flush()?;
        }
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.piece.is_empty() {
            return Ok(());
        }
        let piece = self.piece.split().freeze();
        self.sender.blocking_send(piece).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}
