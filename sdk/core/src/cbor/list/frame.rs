//! Where a CBOR item ends, told piece by piece: heads are counted and strings passed over. It is not for what items
//! mean: the decoder sees the whole item.

use crate::json::{DecodeError, MAX_DEPTH};

/// An item of which the end is looked for.
#[derive(Default)]
pub(crate) struct Frame {
    /// For each container that is open, how many items are left in it; nothing when a break ends it.
    levels: Vec<Option<u64>>,
    /// How many bytes of a string are still to come.
    string: u64,
    /// The head that is arriving: its first byte, and how many bytes of its argument are still to come.
    head: Option<(u8, u8)>,
    argument: u64,
    ended: bool,
}

impl Frame {
    /// The number of bytes of this piece that still belong to the item, if it ends here.
    pub(crate) fn end(&mut self, piece: &[u8]) -> Result<Option<usize>, DecodeError> {
        let mut at = 0;
        while !self.ended {
            let Some(rest) = piece.get(at..).filter(|rest| !rest.is_empty()) else { return Ok(None) };
            at += self.step(rest).map_err(|error| error.moved(at))?;
        }
        Ok(Some(at))
    }

    /// The same for the first head of the item, with the tags before it: the item is an array, say, of such a length.
    pub(super) fn end_of_head(&mut self, piece: &[u8]) -> Result<Option<usize>, DecodeError> {
        let mut at = 0;
        while self.levels.is_empty() && self.string == 0 && !self.ended {
            let Some(rest) = piece.get(at..).filter(|rest| !rest.is_empty()) else { return Ok(None) };
            at += self.step(rest).map_err(|error| error.moved(at))?;
        }
        Ok(Some(at))
    }

    /// Takes some of a string, or a byte of a head.
    fn step(&mut self, rest: &[u8]) -> Result<usize, DecodeError> {
        if self.string > 0 {
            let taken = usize::try_from(self.string).unwrap_or(usize::MAX).min(rest.len());
            self.string -= taken as u64;
            if self.string == 0 {
                self.done();
            }
            return Ok(taken);
        }
        let Some(&byte) = rest.first() else { return Ok(0) };
        match &mut self.head {
            None => {
                let width = match byte & 31 {
                    low @ 24..=27 => 1 << (low - 24),
                    28..=30 => return Err(DecodeError::new(0, "a value", "a reserved byte")),
                    _ => 0,
                };
                self.argument = u64::from(byte & 31);
                self.head = Some((byte, width));
                if width > 0 {
                    self.argument = 0;
                    return Ok(1);
                }
            }
            Some((_, width)) => {
                self.argument = self.argument << 8 | u64::from(byte);
                *width -= 1;
                if *width > 0 {
                    return Ok(1);
                }
            }
        }
        if let Some((first, _)) = self.head.take() {
            self.whole_head(first)?;
        }
        Ok(1)
    }

    fn whole_head(&mut self, first: u8) -> Result<(), DecodeError> {
        let unknown = first & 31 == 31;
        match (first >> 5, unknown) {
            (7, true) => match self.levels.pop() {
                Some(None) => self.done(),
                _ => return Err(DecodeError::new(0, "a value", "a break")),
            },
            (2 | 3, false) if self.argument > 0 => self.string = self.argument,
            (2..=5, true) => self.open(None)?,
            (4, false) if self.argument > 0 => self.open(Some(self.argument))?,
            // A count that cannot be true ends in an error of its own, when the bytes end.
            (5, false) if self.argument > 0 => self.open(Some(self.argument.saturating_mul(2)))?,
            // What follows a tag is still the same item.
            (6, false) => {}
            (0 | 1 | 6, true) => return Err(DecodeError::new(0, "a value", "a reserved byte")),
            _ => self.done(),
        }
        Ok(())
    }

    fn open(&mut self, items: Option<u64>) -> Result<(), DecodeError> {
        if self.levels.len() >= MAX_DEPTH as usize {
            return Err(DecodeError::new(0, "at most 128 levels", "more"));
        }
        self.levels.push(items);
        Ok(())
    }

    /// An item within has ended, and with it perhaps the containers around it.
    fn done(&mut self) {
        loop {
            match self.levels.last_mut() {
                None => {
                    self.ended = true;
                    return;
                }
                Some(None) => return,
                Some(Some(left)) => {
                    *left -= 1;
                    if *left > 0 {
                        return;
                    }
                    self.levels.pop();
                }
            }
        }
    }
}
