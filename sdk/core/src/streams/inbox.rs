//! What has arrived and was not read yet, channel by channel. The first byte of a message is the number of its channel.

use std::collections::VecDeque;

use bytes::{Buf, Bytes};

/// What a stream may hold before nothing more is read from the connection.
const FULL: usize = 64 << 10;
/// The most that a channel of the kind [`Channel::Text`] may bring.
const TEXT: usize = 1 << 20;
/// The channel on which `v5.channel.k8s.io` says that another one has ended.
pub(super) const CLOSE: u8 = 255;

/// What a channel brings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Channel {
    /// Nothing: what comes all the same is thrown away.
    Nothing,
    /// A stream, without this many bytes at its beginning.
    Stream(usize),
    /// A short text that is kept as a whole, without this many bytes at its beginning.
    Text(usize),
}

pub(super) struct Inbox {
    channels: Vec<Inbound>,
    /// Whether the other side can say that a channel has ended.
    closes: bool,
}

struct Inbound {
    channel: Channel,
    pieces: VecDeque<Bytes>,
    held: usize,
    ended: bool,
}

impl Inbox {
    pub(super) fn new(channels: &[Channel], closes: bool) -> Self {
        let inbound = |it: &Channel| Inbound { channel: *it, pieces: VecDeque::new(), held: 0, ended: false };
        Inbox { channels: channels.iter().map(inbound).collect(), closes }
    }

    /// Takes a message. What belongs to no channel is passed over, as client-go does.
    ///
    /// # Errors
    ///
    /// When a text is too long to be one.
    pub(super) fn take(&mut self, mut message: Bytes) -> Result<(), String> {
        if message.is_empty() {
            return Ok(());
        }
        let number = message.get_u8();
        if number == CLOSE && self.closes {
            if let Some(ended) = message.first().and_then(|it| self.channels.get_mut(usize::from(*it))) {
                ended.ended = true;
            }
            return Ok(());
        }
        match self.channels.get_mut(usize::from(number)) {
            Some(inbound) => inbound.take(message, number),
            None => Ok(()),
        }
    }

    /// Whether a stream holds so much that nothing more should be read.
    pub(super) fn is_full(&self) -> bool {
        self.channels.iter().any(|it| matches!(it.channel, Channel::Stream(_)) && it.held >= FULL)
    }

    /// The next piece of a stream, of `most` bytes at most.
    pub(super) fn read(&mut self, channel: u8, most: usize) -> Option<Bytes> {
        let inbound = self.channels.get_mut(usize::from(channel))?;
        let piece = inbound.pieces.front_mut()?;
        let read = if piece.len() > most { piece.split_to(most) } else { inbound.pieces.pop_front()? };
        inbound.held -= read.len();
        Some(read)
    }

    /// Whether the other side has said that this channel has ended.
    pub(super) fn is_ended(&self, channel: u8) -> bool {
        self.channels.get(usize::from(channel)).is_some_and(|it| it.ended)
    }

    /// The text that a channel has brought so far.
    pub(super) fn text(&self, channel: u8) -> Vec<u8> {
        self.channels
            .get(usize::from(channel))
            .map(|it| it.pieces.iter().flatten().copied().collect())
            .unwrap_or_default()
    }

    /// Whether there is a text on any channel.
    pub(super) fn has_text(&self) -> bool {
        self.channels.iter().any(|it| matches!(it.channel, Channel::Text(_)) && it.held > 0)
    }

    /// Throws away what a channel holds and what it will bring.
    pub(super) fn discard(&mut self, channel: u8) {
        if let Some(inbound) = self.channels.get_mut(usize::from(channel)) {
            *inbound = Inbound { channel: Channel::Nothing, pieces: VecDeque::new(), held: 0, ended: false };
        }
    }
}

impl Inbound {
    fn take(&mut self, mut piece: Bytes, number: u8) -> Result<(), String> {
        match &mut self.channel {
            Channel::Nothing => return Ok(()),
            Channel::Stream(skipped) | Channel::Text(skipped) => {
                let skip = piece.len().min(*skipped);
                *skipped -= skip;
                piece.advance(skip);
            }
        }
        if matches!(self.channel, Channel::Text(_)) && self.held + piece.len() > TEXT {
            return Err(format!("the text on channel {number} is longer than {TEXT} bytes"));
        }
        if !piece.is_empty() {
            self.held += piece.len();
            self.pieces.push_back(piece);
        }
        Ok(())
    }
}
