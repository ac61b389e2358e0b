//! From the names of the command line to types.

use anyhow::{Result, bail};
use k8s_openapi::api::core::v1 as theirs;
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1 as their_extensions;
use kubesdk_api::apiextensions::v1 as our_extensions;
use kubesdk_api::core::v1 as ours;
use serde_json::Value;

use crate::json::{K8sOpenapi, Kube, SerdeJsonValue, SimdJson, SimdJsonValue, SonicRs, SonicRsValue};
use crate::kubesdk::{Kubesdk, KubesdkCbor, KubesdkPart};
use crate::measure::{Heap, measure};
use crate::{Arguments, Library};

macro_rules! typed {
    ($library:ident, $arguments:ident, $heap:ident) => {
        match $arguments.kind.as_str() {
            "Pod" => measure::<$library<theirs::Pod>>($arguments, $heap),
            "Secret" => measure::<$library<theirs::Secret>>($arguments, $heap),
            "ConfigMap" => measure::<$library<theirs::ConfigMap>>($arguments, $heap),
            "Event" => measure::<$library<theirs::Event>>($arguments, $heap),
            "Node" => measure::<$library<theirs::Node>>($arguments, $heap),
            "CustomResourceDefinition" => {
                measure::<$library<their_extensions::CustomResourceDefinition>>($arguments, $heap)
            }
            kind => bail!("no lists of {kind} are measured"),
        }
    };
}

macro_rules! ours {
    ($library:ident, $arguments:ident, $heap:ident) => {
        match $arguments.kind.as_str() {
            "Pod" => measure::<$library<ours::PodList>>($arguments, $heap),
            "Secret" => measure::<$library<ours::SecretList>>($arguments, $heap),
            "ConfigMap" => measure::<$library<ours::ConfigMapList>>($arguments, $heap),
            "Event" => measure::<$library<ours::EventList>>($arguments, $heap),
            "Node" => measure::<$library<ours::NodeList>>($arguments, $heap),
            "CustomResourceDefinition" => {
                measure::<$library<our_extensions::CustomResourceDefinitionList>>($arguments, $heap)
            }
            kind => bail!("no lists of {kind} are measured"),
        }
    };
}

pub(crate) fn run(arguments: &Arguments, heap: Option<&dyn Heap>) -> Result<Value> {
    match arguments.library {
        Library::Kubesdk => ours!(Kubesdk, arguments, heap),
        Library::KubesdkCbor => ours!(KubesdkCbor, arguments, heap),
        Library::KubesdkPart => measure::<KubesdkPart<ours::PodList>>(arguments, heap),
        Library::K8sOpenapi => typed!(K8sOpenapi, arguments, heap),
        Library::Kube => typed!(Kube, arguments, heap),
        Library::SonicRs => typed!(SonicRs, arguments, heap),
        Library::SimdJson => typed!(SimdJson, arguments, heap),
        Library::SerdeJsonValue => measure::<SerdeJsonValue>(arguments, heap),
        Library::SonicRsValue => measure::<SonicRsValue>(arguments, heap),
        Library::SimdJsonValue => measure::<SimdJsonValue>(arguments, heap),
    }
}
