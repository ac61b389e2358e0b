//! A gzip body, decoded while it arrives.
//!
//! Go's servers flush a stream that they compress, and a kube-apiserver ends a gzip member with each flush of a watch
//! (`WatchListCompression`, 1.37). So a body may have many members, and what has come of one must be handed on without
//! waiting for more. (The decoders inside HTTP clients stop after the first.)

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use flate2::{Decompress, FlushDecompress, Status};
use futures_core::Stream;
use kubesdk_core::{Error, ErrorKind};

/// The least and the most that is decoded in one go: most events of a watch are small, and a body that grows a
/// thousandfold must not be all in memory.
const LEAST: usize = 2 << 10;
const MOST: usize = 64 << 10;

/// The largest window of deflate, 32 KiB, which is what all servers use.
const WINDOW: u8 = 15;

pub(super) struct Gunzip<S> {
    inner: S,
    /// What came and is not decoded.
    input: Bytes,
    /// The member that has begun.
    member: Option<Decompress>,
    ended: bool,
}

impl<S> Gunzip<S> {
    pub(super) fn new(inner: S) -> Self {
        Gunzip { inner, input: Bytes::new(), member: None, ended: false }
    }

    /// Decodes some of what has come; nothing when more must come first.
    fn decode(&mut self) -> Result<Option<Bytes>, Error> {
        let mut output = Vec::new();
        loop {
            if self.member.is_none() && self.input.is_empty() {
                return Ok(Some(output).filter(|it| !it.is_empty()).map(Bytes::from));
            }
            output.reserve_exact(self.input.len().saturating_mul(4).clamp(LEAST, MOST));
            let member = self.member.get_or_insert_with(|| Decompress::new_gzip(WINDOW));
            let before = member.total_in();
            let status = member.decompress_vec(&self.input, &mut output, FlushDecompress::None);
            let consumed = member.total_in() - before;
            self.input.advance(usize::try_from(consumed).unwrap_or(usize::MAX).min(self.input.len()));
            match status {
                Ok(Status::StreamEnd) => self.member = None,
                Ok(Status::Ok | Status::BufError) if consumed == 0 && output.is_empty() => return Ok(None),
                Ok(Status::Ok | Status::BufError) => {}
                Err(cause) => return Err(broken("is not valid").with_source(cause)),
            }
            if !output.is_empty() {
                return Ok(Some(Bytes::from(output)));
            }
        }
    }
}

fn broken(how: &str) -> Error {
    let message = format!("the compressed answer {how}; make the call again, or set `disable-compression`");
    Error::new(ErrorKind::Body, message)
}

impl<S: Stream<Item = Result<Bytes, Error>> + Unpin> Stream for Gunzip<S> {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        while !this.ended {
            match this.decode() {
                Ok(Some(chunk)) => return Poll::Ready(Some(Ok(chunk))),
                Ok(None) => {}
                Err(error) => {
                    this.ended = true;
                    return Poll::Ready(Some(Err(error)));
                }
            }
            match ready!(Pin::new(&mut this.inner).poll_next(context)) {
                Some(Ok(chunk)) => this.input = chunk,
                Some(Err(error)) => {
                    this.ended = true;
                    return Poll::Ready(Some(Err(error)));
                }
                None => {
                    this.ended = true;
                    if this.member.is_some() {
                        return Poll::Ready(Some(Err(broken("breaks off"))));
                    }
                }
            }
        }
        Poll::Ready(None)
    }
}

#[cfg(test)]
mod tests;
