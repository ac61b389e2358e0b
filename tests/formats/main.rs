//! What holds of every format and every type: objects filled at random by their tables come back as they were.

mod bridge;
mod cbor;
mod damage;
mod fill;
mod large;
mod lossless;
mod yaml;

use kubesdk::core::Object;
use kubesdk::json;
use proptest::prelude::*;
use serde_json::Value;

use fill::filled;

/// What the JSON encoder writes, as serde_json reads it.
fn direct(object: &dyn Object) -> Value {
    serde_json::from_slice(&json::to_vec(object)).unwrap()
}

/// Runs a law for types that together have every kind of field, deep nesting and free-form JSON.
macro_rules! for_types {
    ($law:ident, $seed:expr) => {{
        use kubesdk::api::{
            admissionregistration, apiextensions, apps, autoscaling, batch, certificates, core, events,
            flowcontrol, networking, policy, rbac, resource, storage,
        };
        match $seed % 20 {
            0 => $law::<core::v1::Pod>($seed),
            1 => $law::<core::v1::PodList>($seed),
            2 => $law::<core::v1::Node>($seed),
            3 => $law::<core::v1::Secret>($seed),
            4 => $law::<core::v1::ConfigMap>($seed),
            5 => $law::<core::v1::Service>($seed),
            6 => $law::<core::v1::PersistentVolume>($seed),
            7 => $law::<core::v1::Event>($seed),
            8 => $law::<apps::v1::Deployment>($seed),
            9 => $law::<apps::v1::StatefulSet>($seed),
            10 => $law::<apps::v1::ControllerRevision>($seed),
            11 => $law::<batch::v1::CronJob>($seed),
            12 => $law::<apiextensions::v1::CustomResourceDefinition>($seed),
            13 => $law::<autoscaling::v2::HorizontalPodAutoscaler>($seed),
            14 => $law::<admissionregistration::v1::ValidatingAdmissionPolicy>($seed),
            15 => $law::<networking::v1::Ingress>($seed),
            16 => $law::<resource::v1::ResourceSlice>($seed),
            17 => $law::<certificates::v1::CertificateSigningRequest>($seed),
            18 => $law::<policy::v1::PodDisruptionBudget>($seed),
            _ => {
                $law::<rbac::v1::ClusterRoleList>($seed);
                $law::<events::v1::Event>($seed);
                $law::<storage::v1::CSINode>($seed);
                $law::<flowcontrol::v1::FlowSchema>($seed)
            }
        }
    }};
}
pub(crate) use for_types;

fn comes_back_as_json<T: Object + Default + PartialEq + std::fmt::Debug>(seed: u64) {
    let object: T = filled(seed);
    assert_eq!(json::from_slice::<T>(&json::to_vec(&object)).unwrap(), object);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn json(seed: u64) {
        for_types!(comes_back_as_json, seed);
    }
}

#[test]
fn managed_fields_cost_nothing_when_nobody_wants_them() {
    use kubesdk::api::core::v1::PodList;
    use kubesdk::cbor;
    use kubesdk::core::{ListObject, Projection};
    let mut list: PodList = filled(1);
    list.items = (0..20).map(filled).collect();
    let mut expected = list.clone();
    expected.items_mut().iter_mut().for_each(|pod| pod.metadata.managed_fields.clear());
    assert_ne!(direct(&list), direct(&expected));
    let without = Projection::without_managed_fields();
    let text = json::to_vec(&list);
    assert_eq!(direct(&json::from_slice_projected::<PodList>(&text, &without).unwrap()), direct(&expected));
    let bytes = cbor::to_vec(&list);
    assert_eq!(direct(&cbor::from_slice_projected::<PodList>(&bytes, &without).unwrap()), direct(&expected));
    for whole in [text, bytes] {
        let mut decoder = json::ListDecoder::<PodList>::projected(without.clone());
        let mut input = &whole[..];
        for pod in &expected.items {
            assert_eq!(direct(&decoder.next(&mut input).unwrap().unwrap()), direct(pod));
        }
        assert!(decoder.next(&mut input).is_none());
        decoder.finish().unwrap();
    }
}
