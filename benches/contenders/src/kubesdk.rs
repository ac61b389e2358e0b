//! The types of kubesdk, from JSON and from CBOR.

use std::marker::PhantomData;

use anyhow::{Result, bail};
use kubesdk_core::{ListObject, Projection, cbor, json};

use crate::contender::Contender;

pub(crate) struct Kubesdk<L>(PhantomData<L>);

impl<L: ListObject + Clone + PartialEq> Contender for Kubesdk<L> {
    type List = L;

    fn decode(body: &mut [u8]) -> Result<L> {
        Ok(json::from_slice(body)?)
    }

    fn encode(list: &L, out: &mut Vec<u8>) -> Result<()> {
        json::encode(list, out);
        Ok(())
    }

    fn write(list: &L, to: impl std::io::Write) -> Result<()> {
        Ok(json::to_writer(list, to)?)
    }

    fn items(list: &L) -> Result<usize> {
        Ok(list.items().len())
    }

    fn stream(body: impl std::io::Read) -> Result<usize> {
        stream::<L>(body)
    }
}

pub(crate) struct KubesdkCbor<L>(PhantomData<L>);

impl<L: ListObject + Clone + PartialEq> Contender for KubesdkCbor<L> {
    type List = L;

    fn decode(body: &mut [u8]) -> Result<L> {
        Ok(cbor::from_slice(body)?)
    }

    fn encode(list: &L, out: &mut Vec<u8>) -> Result<()> {
        cbor::encode(list, out);
        Ok(())
    }

    fn items(list: &L) -> Result<usize> {
        Ok(list.items().len())
    }

    fn stream(body: impl std::io::Read) -> Result<usize> {
        stream::<L>(body)
    }
}

/// Only a part of each item.
pub(crate) struct KubesdkPart<L>(PhantomData<L>);

impl<L: ListObject + Clone + PartialEq> Contender for KubesdkPart<L> {
    type List = L;

    fn decode(body: &mut [u8]) -> Result<L> {
        let part = Projection::of::<L>(["metadata.name", "metadata.namespace", "metadata.labels"])?;
        Ok(json::from_slice_projected(body, &part)?)
    }

    fn encode(_: &L, _: &mut Vec<u8>) -> Result<()> {
        bail!("a part is not written")
    }

    fn items(list: &L) -> Result<usize> {
        Ok(list.items().len())
    }
}

/// The first byte tells the format.
fn stream<L: ListObject>(body: impl std::io::Read) -> Result<usize> {
    let mut count = 0;
    for item in json::read_items::<L>(body) {
        item?;
        count += 1;
    }
    Ok(count)
}
