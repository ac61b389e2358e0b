//! What every library must do to be measured.

use anyhow::{Result, bail};

/// Decodes, encodes and holds lists of one type in one way.
pub(crate) trait Contender {
    /// A decoded list.
    type List: Clone + PartialEq;

    /// Some libraries write into the body.
    fn decode(body: &mut [u8]) -> Result<Self::List>;

    /// Appends the list to the buffer.
    fn encode(list: &Self::List, out: &mut Vec<u8>) -> Result<()>;

    fn items(list: &Self::List) -> Result<usize>;

    /// Writes the list without holding its text.
    fn write(_: &Self::List, _: impl std::io::Write) -> Result<()> {
        bail!("it does not write in pieces")
    }

    /// Decodes item by item and says how many there were.
    fn stream(_: impl std::io::Read) -> Result<usize> {
        bail!("it does not decode item by item")
    }
}
