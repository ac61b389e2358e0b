//! What a server says of its health.

use kubesdk::ErrorKind;
use kubesdk::discovery::{Health, Probe};
use serde_json::json;

use super::server::Server;

async fn health(code: u16, body: &str) -> Result<Health, kubesdk::Error> {
    let server = Server::new(&json!({"/readyz": body}));
    server.set_code("/readyz", code);
    server.discovery().health(Probe::Ready).await
}

#[tokio::test]
async fn every_check_is_told() {
    let check = async |code: u16, body: &str, healthy: bool, expected: &[&str]| {
        let health = health(code, body).await.expect("an answer about health");
        assert_eq!(health.healthy, healthy, "{body}");
        assert_eq!(health.checks.iter().map(ToString::to_string).collect::<Vec<_>>(), expected);
        let failed: Vec<_> = expected.iter().filter(|it| it.starts_with("[-]")).collect();
        assert_eq!(health.failed().count(), failed.len());
    };
    check(200, "ok", true, &[]).await;
    check(200, "[+]ping ok\n[+]etcd ok\nreadyz check passed\n", true, &["[+]ping ok", "[+]etcd ok"]).await;
    let excluded = "[+]ping ok\n[+]etcd excluded: ok\nwarn: some health checks cannot be excluded\nreadyz check passed\n";
    check(200, excluded, true, &["[+]ping ok", "[+]etcd excluded: ok"]).await;
    let failed = "[+]ping ok\n[-]etcd failed: reason withheld\n[+]poststarthook/a-b ok\nreadyz check failed";
    let checks = ["[+]ping ok", "[-]etcd failed: reason withheld", "[+]poststarthook/a-b ok"];
    check(500, failed, false, &checks).await;
    check(503, failed, false, &checks).await;
    check(500, "[-]etcd failed: reason withheld\n[+]cut", false, &checks[1..2]).await;
}

#[tokio::test]
async fn what_is_not_about_health_is_an_error() {
    let check = async |code: u16, body: &str, expected: ErrorKind| {
        let error = health(code, body).await.expect_err(body);
        assert_eq!(error.kind(), expected, "{error}");
    };
    check(200, "<html>", ErrorKind::Decode).await;
    check(200, "", ErrorKind::Decode).await;
    check(403, "[-]etcd failed: no", ErrorKind::Api).await;
    check(404, "404 page not found", ErrorKind::Api).await;
    check(500, "", ErrorKind::Api).await;
    check(502, "<html>bad gateway</html>", ErrorKind::Api).await;
}
