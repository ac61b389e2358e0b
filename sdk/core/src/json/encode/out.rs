//! Where the encoder writes: a small block of fixed size in front of the buffer.
//!
//! A write of a fixed size into a block of fixed size is a comparison and a few plain stores, whatever of it is meant,
//! and where writing goes on stays in a register: each function takes that place and gives the one behind what it wrote.

/// A buffer that is appended to.
pub(in crate::json) struct Out<'v> {
    block: [u8; ENOUGH + LONGEST],
    buffer: &'v mut Vec<u8>,
}

/// What is written behind this goes to the buffer first. It is little, because all of the block is made first, for
/// single numbers too, and because the processor's nearest cache holds it.
pub(super) const ENOUGH: usize = 2 << 10;

/// The longest write at once.
pub(super) const LONGEST: usize = 256;

impl<'v> Out<'v> {
    /// Behind what the buffer holds.
    pub(in crate::json) fn behind(buffer: &'v mut Vec<u8>) -> Self {
        Out { block: [0; ENOUGH + LONGEST], buffer }
    }

    /// Gives all that was written before this place to the buffer.
    pub(in crate::json) fn end(&mut self, at: usize) -> &mut Vec<u8> {
        self.buffer.extend_from_slice(&self.block[..at]);
        self.buffer
    }

    /// At most [`LONGEST`] bytes to write to, at this place or where writing goes on instead.
    #[inline(always)]
    pub(super) fn window(&mut self, at: usize, length: usize) -> (&mut [u8], usize) {
        let at = if at > ENOUGH { self.give(at) } else { at };
        (&mut self.block[at..][..length], at)
    }

    /// Gives all to the buffer; writing goes on at the start of the block.
    #[cold]
    #[inline(never)]
    pub(super) fn give(&mut self, at: usize) -> usize {
        self.end(at);
        0
    }

    #[inline(always)]
    pub(super) fn byte(&mut self, byte: u8, at: usize) -> usize {
        let (place, at) = self.window(at, 1);
        place[0] = byte;
        at + 1
    }

    /// Bytes as they are.
    #[inline(always)]
    pub(super) fn bytes(&mut self, bytes: &[u8], at: usize) -> usize {
        if bytes.len() > LONGEST {
            self.end(at).extend_from_slice(bytes);
            return 0;
        }
        let (place, at) = self.window(at, LONGEST);
        place[..bytes.len()].copy_from_slice(bytes);
        at + bytes.len()
    }
}
