//! The types of kubesdk.

use std::marker::PhantomData;

use anyhow::Result;
use kubesdk_core::{ListObject, json};

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

    fn items(list: &L) -> Result<usize> {
        Ok(list.items().len())
    }

    fn stream(body: impl std::io::Read) -> Result<usize> {
        let mut count = 0;
        for item in json::read_items::<L>(body) {
            item?;
            count += 1;
        }
        Ok(count)
    }
}
