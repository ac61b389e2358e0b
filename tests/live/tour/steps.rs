//! The steps. Where both would make the same object, kubectl's goes before ours is made, and they are compared.
//!
//! Lines are split at spaces; what a shell in a pod shall split is written with `${IFS}`.

use std::net::TcpListener;

use base64::Engine;

use super::programs::built;
use super::walk::{Running, Walk};

const NAMESPACE: &str = "/api/v1/namespaces/default";

pub(super) fn documents(walk: &mut Walk) {
    let index = walk.say("kubectl get --raw /openapi/v3");
    let v2 = walk.say("kubectl get --raw /openapi/v2");
    let index: serde_json::Value = serde_json::from_str(&index).expect("JSON");
    let mut lines = String::new();
    for (path, entry) in index["paths"].as_object().expect("an object") {
        lines.push_str(&format!("{path} {}\n", entry["serverRelativeURL"].as_str().expect("a URL")));
    }
    lines.push_str(&format!("v2: {} bytes\n", v2.len()));
    assert_eq!(walk.say("cargo run --example tour -- openapi"), lines);
    walk.same("kubectl get --raw /openapi/v2", "cargo run --example tour -- raw /openapi/v2");
    walk.same("kubectl api-resources", "cargo run --example api_resources");
}

pub(super) fn a_deployment(walk: &mut Walk) {
    let spec = "kubectl get deployment devnetools -o jsonpath={.metadata.labels}{.spec}";
    let made = "kubectl create deployment devnetools --image=debian:stable -- sleep infinity";
    let theirs = (walk.say(made), walk.say(spec));
    walk.say("kubectl delete deployment,rs,pods -l app=devnetools --cascade=orphan --grace-period=0 --force");
    let made =
        "cargo run --example tour -- create-deployment devnetools --image=debian:stable -- sleep infinity";
    assert_eq!((walk.say(made), walk.say(spec)), theirs);
    walk.same(
        "kubectl exec deployment/devnetools -- env",
        "cargo run --example tour -- exec devnetools -- env",
    );
    walk.same(
        "kubectl exec deployment/devnetools -- sh -c exit${IFS}3",
        "cargo run --example tour -- exec devnetools -- sh -c exit${IFS}3",
    );
}

pub(super) fn a_program_in_a_pod(walk: &mut Walk) {
    let pod = walk.say("kubectl get pods -l app=devnetools -o jsonpath={.items[0].metadata.name}");
    walk.set("$POD", pod);
    built("tour");
    let look = "kubectl exec deployment/devnetools -- sh -c cd${IFS}/tmp;stat${IFS}-c${IFS}%a%s${IFS}tour;sha256sum${IFS}tour";
    assert_eq!(walk.say("kubectl cp target/debug/examples/tour $POD:/tmp/tour"), "");
    let theirs = walk.say(look);
    walk.say("kubectl exec deployment/devnetools -- rm /tmp/tour");
    assert_eq!(
        walk.say("cargo run --example tour -- cp target/debug/examples/tour devnetools /tmp/tour"),
        ""
    );
    assert_eq!(walk.say(look), theirs);
    walk.say("cargo run --example tour -- cp $KUBECTL devnetools /tmp/kubectl");
}

const THEIR_INFO: &str = "kubectl exec deployment/devnetools -- /tmp/kubectl cluster-info";
const OUR_INFO: &str = "cargo run --example tour -- exec devnetools -- /tmp/tour cluster-info";
const MAY: &str = "kubectl auth can-i list services -A --as=system:serviceaccount:default:default";
const BIND: &str = "cargo run --example tour -- create-clusterrolebinding default:default:view --clusterrole=view --serviceaccount=default:default";

pub(super) fn what_an_account_may_do(walk: &mut Walk) {
    let ports = "kubectl create service clusterip metrics -n kube-system --tcp=443:443";
    walk.say(ports);
    walk.say("kubectl create service clusterip plain -n kube-system --tcp=80:80");
    walk.say("kubectl label service metrics plain -n kube-system kubernetes.io/cluster-service=true");
    forbidden(walk);
    let made = walk.say(
        "kubectl create clusterrolebinding default:default:view --clusterrole=view --serviceaccount=default:default",
    );
    let look = "kubectl get clusterrolebinding default:default:view -o jsonpath={.roleRef}{.subjects}";
    let theirs = (made, walk.say(look));
    let deleted = walk.say("kubectl delete clusterrolebinding default:default:view");
    assert_eq!((walk.say(BIND), walk.say(look)), theirs);
    walk.until(MAY, "yes");
    walk.same(THEIR_INFO, OUR_INFO);
    walk.same("kubectl cluster-info", "cargo run --example tour -- cluster-info");
    assert_eq!(
        walk.say("cargo run --example tour -- delete-clusterrolebinding default:default:view"),
        deleted
    );
    walk.until(MAY, "no");
    forbidden(walk);
}

/// Both are refused in the same words.
fn forbidden(walk: &mut Walk) {
    let (theirs, ours) = (walk.run(THEIR_INFO), walk.run(OUR_INFO));
    assert!(ours.stderr.starts_with("Error from server (Forbidden): services is forbidden"), "{ours:?}");
    assert_eq!((ours.code, ours.stderr), (theirs.code, theirs.stderr));
    assert_eq!(ours.stdout, "");
}

pub(super) fn a_token(walk: &mut Walk) {
    let file = "sdk/examples/tour/token.yaml";
    let ours = walk.say(&format!("cargo run --example tour -- apply {file}"));
    assert_eq!(ours, walk.say(&format!("kubectl apply --server-side -f {file}")));
    let described = walk.say("cargo run --example tour -- describe-secret devnetools-token");
    assert_eq!(described, walk.say("kubectl describe secret devnetools-token"));
}

pub(super) fn nothing_but_the_token(walk: &mut Walk) {
    let decoded = |text: &str| {
        let bytes = base64::engine::general_purpose::STANDARD.decode(text).expect("base64");
        String::from_utf8(bytes).expect("text")
    };
    let token = walk.say("kubectl get secret devnetools-token -o jsonpath={.data.token}");
    walk.set("$TOKEN", decoded(&token));
    let ca = walk.say("kubectl get secret devnetools-token -o jsonpath={.data.ca\\.crt}");
    walk.file("ca.crt", &decoded(&ca));
    let server = walk.say("kubectl config view --minify -o jsonpath={.clusters[0].cluster.server}");
    walk.set("$SERVER", server);
    for trust in ["--certificate-authority ca.crt", "--insecure-skip-tls-verify"] {
        for path in ["/api", &format!("{NAMESPACE}/pods")] {
            let flags = format!("--kubeconfig /dev/null --server $SERVER --token $TOKEN {trust}");
            walk.same(
                &format!("kubectl {flags} get --raw {path}"),
                &format!("cargo run --example tour -- {flags} raw {path}"),
            );
        }
    }
    let stranger = "--kubeconfig /dev/null --server $SERVER --token $TOKEN";
    let said = walk.run(&format!("cargo run --example tour -- {stranger} raw /api"));
    assert!(said.code == Some(1) && said.stdout.is_empty(), "a server that nobody vouches for: {said:?}");
}

pub(super) fn tables(walk: &mut Walk) {
    for resource in ["nodes", "services", "pods"] {
        walk.same_at_some_time(
            &format!("kubectl get {resource} -o wide"),
            &format!("cargo run --example tour -- get {resource}"),
        );
    }
}

pub(super) fn a_service(walk: &mut Walk) {
    for (name, rest) in [
        ("devnetools", "--port=80 --target-port=8080"),
        ("devnetools-ports", "--name=devnetools-ports --port=80,81 --target-port=8080"),
    ] {
        let look = format!(
            "kubectl get service {name} -o jsonpath={{.metadata.labels}}{{.spec.ports}}{{.spec.selector}}{{.spec.type}}"
        );
        let made = walk.say(&format!("kubectl expose deployment devnetools {rest}"));
        let theirs = (made, walk.say(&look));
        walk.say(&format!("kubectl delete service {name}"));
        let made = walk.say(&format!("cargo run --example tour -- expose devnetools {rest}"));
        assert_eq!((made, walk.say(&look)), theirs);
    }
}

/// What each client says of itself.
fn without_the_client(text: &str) -> String {
    let own = ["user-agent:", "accept:", "accept-encoding:", "kubectl-"];
    let other = |line: &&str| !own.iter().any(|it| line.to_ascii_lowercase().starts_with(it));
    text.lines().filter(other).map(|line| format!("{line}\n")).collect()
}

/// The query is in the order into which kubectl puts it.
const PATH: &str = "/a/path?one=1&two=2";

pub(super) fn what_arrives(walk: &mut Walk) -> [Running; 2] {
    let (plain, _) = walk.spawn("cargo run --example tour -- exec devnetools -- /tmp/tour echo 8080", false);
    listens(walk, "devnetools", "$POD:8080");
    for (call, kind, name) in [
        ("call", "services", "devnetools"),
        ("call", "services", "devnetools:80"),
        ("call", "services", "http:devnetools:80"),
        ("call", "services", "http:devnetools:"),
        ("call", "services", "devnetools-ports:port-1"),
        ("call", "services", "http:devnetools-ports:81"),
        ("call-pod", "pods", "$POD:8080"),
    ] {
        arrives(walk, call, kind, name);
    }
    built("echo_server");
    walk.say("cargo run --example tour -- cp target/debug/examples/echo_server devnetools /tmp/echo_server");
    let service = "--name=devnetools-tls --port=443 --target-port=8443";
    walk.say(&format!("cargo run --example tour -- expose devnetools {service}"));
    let (secure, _) =
        walk.spawn("cargo run --example tour -- exec devnetools -- /tmp/echo_server 8443+tls", false);
    listens(walk, "devnetools-tls", "https:$POD:8443");
    for name in ["https:devnetools-tls:443", "https:devnetools-tls:"] {
        arrives(walk, "call", "services", name);
    }
    [plain, secure]
}

/// Waits until a service has its pod, and the pod its server.
fn listens(walk: &mut Walk, service: &str, pod: &str) {
    for service in [service, "devnetools-ports"] {
        let slice = format!("kubectl get endpointslice -l kubernetes.io/service-name={service}");
        walk.until(&format!("{slice} -o jsonpath={{.items[0].endpoints[0].conditions.ready}}"), "true");
    }
    let call = format!("kubectl get --raw {NAMESPACE}/pods/{pod}/proxy/");
    for _ in 0..300 {
        if walk.run(&call).code == Some(0) {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    panic!("nothing listens at {pod}");
}

/// The same reaches the pod from both.
fn arrives(walk: &mut Walk, call: &str, kind: &str, name: &str) {
    let theirs = walk.say(&format!("kubectl get --raw '{NAMESPACE}/{kind}/{name}/proxy{PATH}'"));
    let ours = walk.say(&format!("cargo run --example tour -- {call} {name} '{PATH}'"));
    assert!(ours.starts_with(&format!("GET {PATH}")), "{ours}");
    let uri = walk.said_for(&format!("x-forwarded-uri: {NAMESPACE}/{kind}/{name}/proxy/a/path\n"));
    assert!(ours.to_lowercase().contains(&uri), "{ours}");
    assert_eq!(without_the_client(&ours), without_the_client(&theirs), "{name}");
}

/// The line as it is, or with any port where its own is taken.
fn free(line: &str, port: u16, address: &str) -> (bool, String) {
    let taken = TcpListener::bind((address, port)).is_err();
    (taken, if taken { line.replace(&port.to_string(), "0") } else { line.to_owned() })
}

fn serve(walk: &mut Walk, line: &str, port: u16, address: &str) -> (Running, String) {
    let (taken, other) = free(line, port, address);
    if taken {
        walk.stands_for(line);
    }
    let (running, said) = walk.spawn(&other, true);
    let at = said.strip_prefix("Starting to serve on ").unwrap_or_else(|| panic!("{said}"));
    (running, at.to_owned())
}

pub(super) fn proxy_mode(walk: &mut Walk) {
    let mut said = Vec::new();
    for line in [
        "kubectl proxy --port 8080 --address [::1]",
        "cargo run --example proxy -- --port 8080 --address ::1",
    ] {
        let (_running, address) = serve(walk, line, 8080, "::1");
        assert!(address.starts_with("[::1]:"), "{address}");
        let paths = ["/version", "/openapi/v2", "/openapi/v3", "/apis/rbac.authorization.k8s.io/v1"];
        said.push(paths.map(|path| walk.curl(&format!("curl http://[::1]:8080{path}"), &address)));
    }
    assert!(said[0] == said[1], "what comes through our proxy is what comes through kubectl's");
    assert_eq!(said[1][0], walk.say("kubectl get --raw /version"));
}

pub(super) fn where_the_server_is(walk: &mut Walk) {
    let theirs = walk.say("kubectl config view --minify -o jsonpath={.clusters[0].cluster.server}");
    assert_eq!(walk.say("cargo run --example tour -- where"), format!("{theirs}\n"));
}

pub(super) fn pods_counted(walk: &mut Walk) {
    let names = walk.say("kubectl get pods -A -o name");
    let expected = format!("There are {} pods in the cluster\n", names.lines().count());
    assert_eq!(walk.say("cargo run --example list_pods"), expected);
    built("list_pods");
    walk.say("cargo run --example tour -- cp target/debug/examples/list_pods devnetools /tmp/list_pods");
    walk.say(BIND);
    walk.until(MAY, "yes");
    assert_eq!(walk.say("cargo run --example tour -- exec devnetools -- /tmp/list_pods"), expected);
    let (_proxy, address) = serve(walk, "cargo run --example proxy -- --port 8001", 8001, "127.0.0.1");
    let page = include_str!("../../../docs/tour.md");
    let yaml = page.split("```yaml\n").find(|it| it.contains("name: proxy")).expect("a kubeconfig");
    let yaml = yaml.split("```").next().expect("its text").replace("127.0.0.1:8001", &address);
    walk.file("proxy.yaml", &yaml);
    assert_eq!(walk.say("cargo run --example list_pods -- --kubeconfig proxy.yaml"), expected);
}
