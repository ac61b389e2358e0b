//! Every way to say who asks that the runtime knows, against a server that checks it.

use std::fs;
use std::path::Path;
use std::process::Command;

use kubesdk::api::authentication::v1::SelfSubjectReview;
use kubesdk::core::http::{Method, Version};
use kubesdk::{Client, Error, Request};
use kubesdk_test_cluster::Cluster;

use super::{Said, built, run, small};

/// Who the server says we are, by kubeconfig.
async fn who(kubeconfig: &Path) -> Result<String, Error> {
    let client = Client::from_kubeconfig(kubeconfig).await?;
    let review = SelfSubjectReview::cluster(&client).create(&SelfSubjectReview::default()).await?;
    let user = review.status.user_info;
    Ok(format!("{} {:?}", user.username.unwrap_or_default(), user.groups))
}

#[tokio::test]
async fn the_server_knows_who_asks() {
    let cluster = Cluster::start(small()).expect("the cluster starts");
    let admin = r#"admin ["system:masters", "system:authenticated"]"#;
    for (kubeconfig, expected) in [
        // Client certificate and CA by data, by files with relative paths; token.
        (cluster.kubeconfig(), admin),
        (cluster.files_kubeconfig(), admin),
        (cluster.token_kubeconfig(), admin),
        (cluster.viewer_kubeconfig(), r#"viewer ["testers", "system:authenticated"]"#),
        (cluster.nobody_kubeconfig(), r#"nobody ["system:authenticated"]"#),
    ] {
        assert_eq!(who(&kubeconfig).await.expect("an answer"), expected, "{}", kubeconfig.display());
    }
    let client = Client::from_kubeconfig(cluster.kubeconfig()).await.expect("a client");
    let version = Request::new(Method::GET, &["/version"]).expect("a request");
    assert_eq!(client.send(version).await.expect("an answer").version(), Version::HTTP_2);
    let text = fs::read_to_string(cluster.token_kubeconfig()).expect("the kubeconfig");
    let token = text.lines().find_map(|it| it.trim().strip_prefix("token: ")).expect("a token").to_owned();
    let changed = |name: &str, text: String| {
        let path = cluster.folder().join(name);
        fs::write(&path, text).expect("the kubeconfig is written");
        path
    };
    let wrong = changed("wrong-token", text.replace(&token, "nobodys-0123456789"));
    let error = who(&wrong).await.expect_err("the server does not know the token");
    assert!(error.is_unauthorized(), "{error}");
    assert!(!format!("{error} {error:?}").contains("0123456789"), "{error:?}");
    let lines = text.lines().filter(|line| !line.contains("certificate-authority-data"));
    let no_authority = changed("no-authority", lines.collect::<Vec<_>>().join("\n"));
    let error = who(&no_authority).await.expect_err("nobody vouches for the server");
    assert!(error.to_string().contains("certificate"), "{error}");
}

/// The service account of a pod: its token, CA and namespace are where the kubelet would put them, in a mount namespace
/// of the program's own.
#[test]
fn inside_a_pods_surroundings_the_service_account_asks() {
    let cluster =
        Cluster::start(kubesdk_test_cluster::Options { without_scheduler: true, ..Default::default() })
            .expect("the cluster starts");
    let token = cluster.kubectl(&["create", "token", "default"]).expect("kubectl runs");
    assert!(token.status.success(), "{}", token.stderr);
    let files = cluster.folder().join("serviceaccount");
    fs::create_dir(&files).expect("a folder");
    fs::write(files.join("token"), token.stdout.trim()).expect("the token");
    fs::write(files.join("namespace"), "default").expect("the namespace");
    fs::copy(cluster.folder().join("pki/ca.crt"), files.join("ca.crt")).expect("the CA");

    let user = "system:serviceaccount:default:default";
    let Said { code, stdout, stderr } = as_a_pod(&cluster, &files);
    let expected = format!(
        "Error from server (Forbidden): pods is forbidden: User \"{user}\" cannot list resource \"pods\" in API \
         group \"\" at the cluster scope\n"
    );
    assert_eq!((code, stdout.as_str(), stderr), (Some(1), "", expected));

    let binding = ["create", "clusterrolebinding", "default:default:view", "--clusterrole=view"];
    let bound = cluster
        .kubectl(&[&binding[..], &["--serviceaccount=default:default"]].concat())
        .expect("kubectl runs");
    assert!(bound.status.success(), "{}", bound.stderr);
    // The authorizer learns of the binding by a watch of its own.
    let said = (0..50).map(|_| as_a_pod(&cluster, &files)).find(|said| {
        std::thread::sleep(std::time::Duration::from_millis(100));
        said.code == Some(0)
    });
    let said = said.expect("the role binding takes effect within seconds");
    assert_eq!(said.stdout, "There are 0 pods in the cluster\n");
}

/// Runs the built example with a pod's environment and files, and nothing else of ours.
fn as_a_pod(cluster: &Cluster, files: &Path) -> Said {
    let (host, port) = cluster
        .server()
        .strip_prefix("https://")
        .and_then(|it| it.split_once(':'))
        .expect("the server is https://HOST:PORT");
    let mounts = "mount -t tmpfs none /run && mkdir -p /run/secrets/kubernetes.io && \
                  cp -r \"$0\" /run/secrets/kubernetes.io/serviceaccount && exec \"$1\"";
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount", "sh", "-c", mounts]).arg(files);
    command.arg(built("list_pods")).env_clear();
    command.env("PATH", "/usr/bin:/bin:/usr/sbin:/sbin").env("KUBERNETES_SERVICE_HOST", host);
    run(command.env("KUBERNETES_SERVICE_PORT", port))
}
