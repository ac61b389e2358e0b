//! The documents of older Kubernetes: code is made of them, and what differs from the next version is what Kubernetes
//! published.

use std::path::Path;

use kubesdk_generator::{Document, Manifests, Options, Surface, generate};

/// What `CHANGELOG-1.37.md` of Kubernetes lists as changes of the API since 1.36, by the number of the pull request, and
/// how it shows in the documents.
const SINCE_1_36: &[(u32, &str)] = &[
    (137_050, "compatible field added, PodSpec.evictionResponders"),
    (137_187, "compatible value added, StatefulSetUpdateStrategyType::Recreate"),
    (138_560, "compatible group-version added, storagemigration/v1"),
    (138_653, "compatible field added, HorizontalPodAutoscalerCondition.observedGeneration"),
    (138_676, "compatible kind added, DeviceTaintRule"),
    (139_429, "compatible field added, HTTPGetAction.protocol"),
    (139_437, "compatible kind added, ClusterTrustBundle"),
    (139_579, "compatible kind added, PodCertificateRequest"),
    (139_764, "compatible field added, KeyToPath.user"),
    (140_013, "compatible field added, VolumeMount.bindMountOptions"),
    (140_184, "exempt group-version removed, scheduling/v1alpha2"),
    (140_194, "compatible field added, PodStatus.volumeHealth"),
    (140_244, "compatible field added, EmptyDirVolumeSource.mode"),
];

/// The same of `CHANGELOG-1.36.md`.
const SINCE_1_35: &[(u32, &str)] = &[
    (132_807, "compatible field added, VolumeMountStatus.volumeStatus"),
    (134_675, "exempt field required now, ServerStorageVersion.apiServerID"),
    (136_039, "compatible kind added, MutatingAdmissionPolicy"),
    (136_111, "compatible field optional now, EndpointSlice.endpoints"),
    (136_725, "compatible field added, Device.nodeAllocatableResourceMappings"),
    (136_729, "compatible field deprecated, PodCertificateRequestSpec.pkixPublicKey"),
    (136_976, "compatible group-version added, scheduling/v1alpha2"),
    (136_976, "exempt group-version removed, scheduling/v1alpha1"),
    (137_028, "compatible kind added, ResourcePoolStatusRequest"),
    (137_170, "compatible kind added, DeviceTaintRule"),
    (137_190, "compatible field added, DeviceAttribute.bools"),
    (137_343, "compatible field added, CSIDriverSpec.preventPodSchedulingIfMissing"),
];

/// The same of `CHANGELOG-1.35.md`.
const SINCE_1_34: &[(u32, &str)] = &[
    (132_919, "compatible field added, PodStatus.allocatedResources"),
    (132_919, "compatible field added, PodStatus.resources"),
    (133_389, "compatible field added, NodeStatus.declaredFeatures"),
    (134_152, "compatible field added, DeviceTaintRule.status"),
    (134_152, "compatible value added, DeviceTaintEffect::None"),
    (134_564, "compatible group-version added, scheduling/v1alpha1"),
    (134_624, "compatible field added, PodCertificateProjection.userAnnotations"),
    (134_624, "compatible kind added, PodCertificateRequest"),
    (134_625, "exempt group-version removed, storage/v1alpha1"),
    (134_665, "compatible value added, TolerationOperator::Gt"),
    (134_665, "compatible value added, TolerationOperator::Lt"),
    (134_784, "compatible group-version added, storagemigration/v1beta1"),
    (134_784, "exempt group-version removed, storagemigration/v1alpha1"),
    (134_826, "compatible field added, CSIDriverSpec.serviceAccountTokenInSecrets"),
    (134_984, "compatible field added, CustomResourceDefinitionCondition.observedGeneration"),
];

fn documents(version: &str) -> Vec<Document> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs").join(version);
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let paths = entries.map(|entry| entry.unwrap().path());
    let documents = paths.filter(|path| path.file_name().is_some_and(|name| name != "source.json"));
    let read = |path: std::path::PathBuf| Document {
        name: path.file_name().unwrap().to_str().unwrap().to_owned(),
        text: std::fs::read_to_string(&path).unwrap(),
    };
    documents.map(read).collect()
}

#[test]
fn code_is_made_of_older_documents() {
    let check = |version: &str, expected: (usize, usize, usize)| {
        let manifest = "[features]\nmodel = []\n# generated features\n".to_owned();
        let manifests = Manifests { api: manifest.clone(), facade: manifest };
        let options = Options { deny_unknown: false, record: false };
        let summary = generate(&documents(version), &manifests, &options)
            .unwrap_or_else(|errors| panic!("{version}: {errors:#?}"))
            .summary;
        assert_eq!((summary.documents, summary.schemas, summary.operations), expected, "{version}");
    };
    check("v1.34", (64, 730, 1062));
    check("v1.35", (64, 735, 1067));
    check("v1.36", (64, 771, 1123));
}

#[test]
fn what_differs_is_what_kubernetes_published() {
    let check = |old: &str, new: &str, published: &[(u32, &str)]| {
        let surface = |version: &str| Surface::read(&documents(version)).unwrap();
        let found = super::diff::lines(&surface(old).diff(&surface(new)));
        for (change, line) in published {
            assert!(
                found.iter().any(|it| it == line),
                "{old} to {new}, {change}: {line} is not in {found:#?}"
            );
        }
    };
    check("v1.34", "v1.35", SINCE_1_34);
    check("v1.35", "v1.36", SINCE_1_35);
    check("v1.36", "v1.37", SINCE_1_36);
}
