//! The generated type of each kind.

use std::collections::BTreeMap;

use kubesdk::core::Object;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::laws;

/// A kind's type, without its name.
pub struct Codec {
    /// `apiVersion` and `kind`; the first is empty for types that stand for several kinds or for none.
    pub kind: (&'static str, &'static str),
    check: fn(&[u8]) -> Result<Value, String>,
    compare: fn(&[u8], &[u8]) -> Result<String, String>,
    from_cbor: fn(&[u8]) -> Result<Value, String>,
    applied: fn(&[u8]) -> Result<Value, String>,
    owned: fn(&[u8], &str) -> Result<Value, String>,
}

impl Codec {
    /// Decodes and encodes a text on every path; they must agree.
    ///
    /// # Errors
    ///
    /// What a path refuses, or how one differs from the direct one.
    pub fn round(&self, text: &[u8]) -> Result<Value, String> {
        (self.check)(text)
    }

    /// Holds the walks over two objects to their laws: each kind of patch between them makes the second of the first,
    /// and the difference is empty if they are equal and only then. Gives the strategic merge patch.
    ///
    /// # Errors
    ///
    /// The law that does not hold.
    pub fn compare(&self, before: &[u8], after: &[u8]) -> Result<String, String> {
        (self.compare)(before, after)
    }

    /// What is written as JSON of an object that comes as CBOR.
    ///
    /// # Errors
    ///
    /// When it does not decode.
    pub fn written_of_cbor(&self, bytes: &[u8]) -> Result<Value, String> {
        (self.from_cbor)(bytes)
    }

    /// What server-side apply sends of an object.
    ///
    /// # Errors
    ///
    /// When the text does not decode.
    pub fn applied(&self, text: &[u8]) -> Result<Value, String> {
        (self.applied)(text)
    }

    /// What server-side apply would send again of what a field manager has applied; null if it owns nothing.
    ///
    /// # Errors
    ///
    /// When the text does not decode, or its managed fields do not fit the type.
    pub fn owned(&self, text: &[u8], manager: &str) -> Result<Value, String> {
        (self.owned)(text, manager)
    }
}

/// All types, by `apiVersion` and `kind`.
pub fn codecs() -> BTreeMap<(&'static str, &'static str), Codec> {
    let all = table();
    let count = all.len();
    let out: BTreeMap<_, _> = all.into_iter().map(|it| (it.kind, it)).collect();
    assert_eq!(out.len(), count, "a type stands twice in the table");
    out
}

fn codec<T>() -> Codec
where
    T: Object + Default + PartialEq + Serialize + DeserializeOwned + 'static,
{
    let fields = T::default().fields();
    let kind = fields.kind.map_or(("", fields.type_name), |it| (it.api_version, it.kind));
    Codec {
        kind,
        check: laws::comes_back::<T>,
        from_cbor: laws::from_cbor::<T>,
        compare: laws::compare::<T>,
        applied: laws::applied::<T>,
        owned: laws::owned::<T>,
    }
}

macro_rules! kinds {
    ($($($module:ident)::+: $($kind:ident)+;)+) => {
        fn table() -> Vec<Codec> {
            // Held by hand in core.
            let mut out = vec![codec::<kubesdk::core::Status>()];
            $({
                use kubesdk::api::$($module)::+ as module;
                out.extend([$(codec::<module::$kind>()),+]);
            })+
            out
        }
    };
}

kinds! {
    admissionregistration::v1: MutatingAdmissionPolicy MutatingAdmissionPolicyBinding
        MutatingAdmissionPolicyBindingList MutatingAdmissionPolicyList MutatingWebhookConfiguration
        MutatingWebhookConfigurationList ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding
        ValidatingAdmissionPolicyBindingList ValidatingAdmissionPolicyList ValidatingWebhookConfiguration
        ValidatingWebhookConfigurationList;
    admissionregistration::v1alpha1: MutatingAdmissionPolicy MutatingAdmissionPolicyBinding
        MutatingAdmissionPolicyBindingList MutatingAdmissionPolicyList;
    admissionregistration::v1beta1: MutatingAdmissionPolicy MutatingAdmissionPolicyBinding
        MutatingAdmissionPolicyBindingList MutatingAdmissionPolicyList;
    apiextensions::v1: CustomResourceDefinition CustomResourceDefinitionList;
    apiregistration::v1: APIService APIServiceList;
    apiserverinternal::v1alpha1: StorageVersion StorageVersionList;
    apps::v1: ControllerRevision ControllerRevisionList DaemonSet DaemonSetList Deployment DeploymentList
        ReplicaSet ReplicaSetList StatefulSet StatefulSetList;
    authentication::v1: SelfSubjectReview TokenRequest TokenReview;
    authorization::v1: LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview
        SubjectAccessReview;
    autoscaling::v1: HorizontalPodAutoscaler HorizontalPodAutoscalerList Scale;
    autoscaling::v2: HorizontalPodAutoscaler HorizontalPodAutoscalerList;
    batch::v1: CronJob CronJobList Job JobList;
    certificates::v1: CertificateSigningRequest CertificateSigningRequestList ClusterTrustBundle
        ClusterTrustBundleList PodCertificateRequest PodCertificateRequestList;
    certificates::v1beta1: ClusterTrustBundle ClusterTrustBundleList PodCertificateRequest
        PodCertificateRequestList;
    coordination::v1: Lease LeaseList;
    coordination::v1alpha2: LeaseCandidate LeaseCandidateList;
    coordination::v1beta1: LeaseCandidate LeaseCandidateList;
    core::v1: Binding ComponentStatus ComponentStatusList ConfigMap ConfigMapList Endpoints EndpointsList
        Event EventList LimitRange LimitRangeList Namespace NamespaceList Node NodeList PersistentVolume
        PersistentVolumeClaim PersistentVolumeClaimList PersistentVolumeList Pod PodList PodTemplate
        PodTemplateList ReplicationController ReplicationControllerList ResourceQuota ResourceQuotaList Secret
        SecretList Service ServiceAccount ServiceAccountList ServiceList;
    discovery::v1: EndpointSlice EndpointSliceList;
    events::v1: Event EventList;
    flowcontrol::v1: FlowSchema FlowSchemaList PriorityLevelConfiguration PriorityLevelConfigurationList;
    lifecycle::v1alpha1: Eviction EvictionList EvictionRequest EvictionRequestList;
    meta::v1: APIGroup APIGroupList APIResourceList APIVersions DeleteOptions WatchEvent;
    networking::v1: IPAddress IPAddressList Ingress IngressClass IngressClassList IngressList NetworkPolicy
        NetworkPolicyList ServiceCIDR ServiceCIDRList;
    node::v1: RuntimeClass RuntimeClassList;
    policy::v1: Eviction PodDisruptionBudget PodDisruptionBudgetList;
    rbac::v1: ClusterRole ClusterRoleBinding ClusterRoleBindingList ClusterRoleList Role RoleBinding
        RoleBindingList RoleList;
    resource::v1: DeviceClass DeviceClassList DeviceTaintRule DeviceTaintRuleList ResourceClaim
        ResourceClaimList ResourceClaimTemplate ResourceClaimTemplateList ResourceSlice ResourceSliceList;
    resource::v1alpha3: DeviceTaintRule DeviceTaintRuleList ResourcePoolStatusRequest
        ResourcePoolStatusRequestList;
    resource::v1beta1: DeviceClass DeviceClassList ResourceClaim ResourceClaimList ResourceClaimTemplate
        ResourceClaimTemplateList ResourceSlice ResourceSliceList;
    resource::v1beta2: DeviceClass DeviceClassList DeviceTaintRule DeviceTaintRuleList ResourceClaim
        ResourceClaimList ResourceClaimTemplate ResourceClaimTemplateList ResourceSlice ResourceSliceList;
    scheduling::v1: PriorityClass PriorityClassList;
    scheduling::v1alpha3: CompositePodGroup CompositePodGroupList PodGroup PodGroupList Workload
        WorkloadList;
    scheduling::v1beta1: PodGroup PodGroupList Workload WorkloadList;
    storage::v1: CSIDriver CSIDriverList CSINode CSINodeList CSIStorageCapacity CSIStorageCapacityList
        StorageClass StorageClassList VolumeAttachment VolumeAttachmentList VolumeAttributesClass
        VolumeAttributesClassList;
    storagemigration::v1: StorageVersionMigration StorageVersionMigrationList;
    storagemigration::v1beta1: StorageVersionMigration StorageVersionMigrationList;
    version: Info;
}
