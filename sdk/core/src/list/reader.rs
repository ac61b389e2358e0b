//! Lists from anything that reads: files, pipes, decompressors.

use std::fmt;
use std::io::Read;

use super::{ListDecoder, ListObject};
use crate::{Error, ErrorKind, Projection};

/// Decodes a list from a reader without ever holding its text.
///
/// # Errors
///
/// [`ErrorKind::Body`] when the reader fails, [`ErrorKind::Decode`] when the text is not such a list.
pub fn from_reader<L: ListObject>(reader: impl Read) -> Result<L, Error> {
    let mut items = read_items::<L>(reader);
    let all = items.by_ref().collect::<Result<Vec<_>, _>>()?;
    let mut list = items.into_list()?;
    *list.items_mut() = all;
    Ok(list)
}

/// Reads the items of a list one by one. Reading is in pieces of 64 KiB; a buffered reader gains nothing.
///
/// # Example
///
/// ```no_run
/// # fn count<PodList: kubesdk_core::ListObject>() -> Result<(), Box<dyn std::error::Error>> {
/// let mut pods = kubesdk_core::json::read_items::<PodList>(std::fs::File::open("pods.json")?);
/// for pod in pods.by_ref() {
///     let pod = pod?;
/// }
/// let list = pods.into_list()?; // its metadata, without the items
/// # Ok(())
/// # }
/// ```
pub fn read_items<L: ListObject>(reader: impl Read) -> ReadItems<impl Read, L> {
    ReadItems {
        reader,
        decoder: Some(ListDecoder::new()),
        list: None,
        piece: vec![0; PIECE].into(),
        from: 0,
        to: 0,
    }
}

/// As large as a pipe; larger ones do not read faster.
const PIECE: usize = 64 << 10;

/// The items of a list that is read; ends after the last, when the whole text was one list.
///
/// An item that merely does not fit its type is an error with [`Error::raw_item`], and the next call goes on after
/// it; any other error is the end.
pub struct ReadItems<R, L> {
    reader: R,
    decoder: Option<ListDecoder<L>>,
    list: Option<L>,
    piece: Box<[u8]>,
    from: usize,
    to: usize,
}

impl<R: Read, L: ListObject> ReadItems<R, L> {
    /// Decodes only what the projection asks for; everything by default. To be said before the first item is read:
    /// the list begins anew with it.
    #[must_use]
    pub fn projection(self, projection: Projection) -> Self {
        ReadItems { decoder: Some(ListDecoder::projected(projection)), ..self }
    }

    /// The list without its items, once all of them were read.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Decode`] when the end was not reached or was an error.
    pub fn into_list(self) -> Result<L, Error> {
        self.list.ok_or_else(|| Error::new(ErrorKind::Decode, "the list was not read to its end"))
    }

    fn fill(&mut self) -> Result<bool, Error> {
        loop {
            match self.reader.read(&mut self.piece) {
                Ok(read) => {
                    (self.from, self.to) = (0, read);
                    return Ok(read > 0);
                }
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => {
                    return Err(Error::new(ErrorKind::Body, "the list cannot be read").with_source(error));
                }
            }
        }
    }

    fn advance(&mut self) -> Result<Option<L::Item>, Error> {
        while let Some(decoder) = &mut self.decoder {
            let piece = self.piece.get(self.from..self.to).unwrap_or_default();
            let mut input = piece;
            let found = decoder.next(&mut input);
            self.from = self.to - input.len();
            match found {
                Some(Ok(item)) => return Ok(Some(item)),
                Some(Err(error)) => return Err(error.into()),
                None if self.fill()? => {}
                None => self.list = self.decoder.take().map(ListDecoder::finish).transpose()?,
            }
        }
        Ok(None)
    }
}

impl<R: Read, L: ListObject> Iterator for ReadItems<R, L> {
    type Item = Result<L::Item, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = self.advance();
        if next.as_ref().is_err_and(|error| error.raw_item().is_none()) {
            self.decoder = None;
        }
        next.transpose()
    }
}

impl<R, L> fmt::Debug for ReadItems<R, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadItems").field("decoder", &self.decoder).finish_non_exhaustive()
    }
}
