//! The example that applies a Deployment says what it did, and the server has it so.

use kubesdk_test_cluster::Cluster;

use super::{Said, example};

/// What kubectl sees afterwards: replicas, image, and who owns how much by apply.
const SEEN: &str = r#"jsonpath={.spec.replicas} {.spec.template.spec.containers[0].image} {.metadata.managedFields[0].manager} {.metadata.managedFields[0].operation}"#;

#[test]
fn the_example_applies_extracts_and_scales() {
    let cluster = Cluster::start(super::small()).expect("the cluster starts");
    // Twice: what is applied again must not conflict with what the first run scaled.
    for _ in 0..2 {
        let Said { code, stdout, stderr } = example("apply_deployment", &cluster.kubeconfig());
        assert_eq!((code, stderr.as_str()), (Some(0), ""));
        assert_eq!(stdout, "web has three replicas; everything else is as it was\n");
        let seen = cluster.kubectl(&["get", "deployment", "web", "-o", SEEN]).expect("kubectl runs");
        assert_eq!(seen.stdout, "3 nginx:1.29 apply-deployment Apply", "{}", seen.stderr);
    }
}
