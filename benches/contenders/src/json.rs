//! The peers: k8s-openapi's types, and values without a type, by three JSON libraries.

use std::marker::PhantomData;

use anyhow::{Context, Result};
use k8s_openapi::{List, ListableResource};
use kube_core::ObjectList;
use serde::Serialize;
use serde::de::DeserializeOwned;
use simd_json::prelude::{ValueAsArray, ValueObjectAccess};
use sonic_rs::{JsonContainerTrait, JsonValueTrait};

use crate::contender::Contender;

/// What k8s-openapi's structs have in common.
pub(crate) trait Kind: ListableResource + DeserializeOwned + Serialize + Clone + PartialEq {}
impl<K: ListableResource + DeserializeOwned + Serialize + Clone + PartialEq> Kind for K {}

pub(crate) struct K8sOpenapi<K>(PhantomData<K>);

impl<K: Kind> Contender for K8sOpenapi<K> {
    type List = List<K>;

    fn decode(body: &mut [u8]) -> Result<List<K>> {
        Ok(serde_json::from_slice(body)?)
    }

    fn encode(list: &List<K>, out: &mut Vec<u8>) -> Result<()> {
        Ok(serde_json::to_writer(out, list)?)
    }

    fn items(list: &List<K>) -> Result<usize> {
        Ok(list.items.len())
    }
}

pub(crate) struct Kube<K>(PhantomData<K>);

/// kube's list, which cannot be compared.
#[derive(Clone)]
pub(crate) struct KubeList<K: Clone>(ObjectList<K>);

impl<K: Kind> PartialEq for KubeList<K> {
    fn eq(&self, other: &Self) -> bool {
        self.0.metadata == other.0.metadata && self.0.items == other.0.items
    }
}

impl<K: Kind> Contender for Kube<K> {
    type List = KubeList<K>;

    fn decode(body: &mut [u8]) -> Result<KubeList<K>> {
        Ok(KubeList(serde_json::from_slice(body)?))
    }

    fn encode(list: &KubeList<K>, out: &mut Vec<u8>) -> Result<()> {
        Ok(serde_json::to_writer(out, &list.0)?)
    }

    fn items(list: &KubeList<K>) -> Result<usize> {
        Ok(list.0.items.len())
    }
}

pub(crate) struct SonicRs<K>(PhantomData<K>);

impl<K: Kind> Contender for SonicRs<K> {
    type List = List<K>;

    fn decode(body: &mut [u8]) -> Result<List<K>> {
        Ok(sonic_rs::from_slice(body)?)
    }

    fn encode(list: &List<K>, out: &mut Vec<u8>) -> Result<()> {
        Ok(sonic_rs::to_writer(out, list)?)
    }

    fn items(list: &List<K>) -> Result<usize> {
        Ok(list.items.len())
    }
}

pub(crate) struct SimdJson<K>(PhantomData<K>);

impl<K: Kind> Contender for SimdJson<K> {
    type List = List<K>;

    fn decode(body: &mut [u8]) -> Result<List<K>> {
        Ok(simd_json::from_slice(body)?)
    }

    fn encode(list: &List<K>, out: &mut Vec<u8>) -> Result<()> {
        Ok(simd_json::to_writer(out, list)?)
    }

    fn items(list: &List<K>) -> Result<usize> {
        Ok(list.items.len())
    }
}

pub(crate) struct SerdeJsonValue;

impl Contender for SerdeJsonValue {
    type List = serde_json::Value;

    fn decode(body: &mut [u8]) -> Result<Self::List> {
        Ok(serde_json::from_slice(body)?)
    }

    fn encode(list: &Self::List, out: &mut Vec<u8>) -> Result<()> {
        Ok(serde_json::to_writer(out, list)?)
    }

    fn items(list: &Self::List) -> Result<usize> {
        let items = list.get("items").and_then(serde_json::Value::as_array);
        items.map(Vec::len).context("no items")
    }
}

pub(crate) struct SonicRsValue;

impl Contender for SonicRsValue {
    type List = sonic_rs::Value;

    fn decode(body: &mut [u8]) -> Result<Self::List> {
        Ok(sonic_rs::from_slice(body)?)
    }

    fn encode(list: &Self::List, out: &mut Vec<u8>) -> Result<()> {
        Ok(sonic_rs::to_writer(out, list)?)
    }

    fn items(list: &Self::List) -> Result<usize> {
        list.get("items").and_then(|items| Some(items.as_array()?.len())).context("no items")
    }
}

pub(crate) struct SimdJsonValue;

impl Contender for SimdJsonValue {
    type List = simd_json::OwnedValue;

    fn decode(body: &mut [u8]) -> Result<Self::List> {
        Ok(simd_json::to_owned_value(body)?)
    }

    fn encode(list: &Self::List, out: &mut Vec<u8>) -> Result<()> {
        Ok(simd_json::to_writer(out, list)?)
    }

    fn items(list: &Self::List) -> Result<usize> {
        list.get("items").and_then(|items| Some(items.as_array()?.len())).context("no items")
    }
}
