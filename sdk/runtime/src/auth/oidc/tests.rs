//! A provider that answers from a script.

use std::collections::VecDeque;
use std::sync::Mutex;

use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::{Request, Response};
use kubesdk_core::BoxFuture;

use super::*;
use crate::tls::TlsSetup;

/// Answers in order; remembers what was asked.
#[derive(Default)]
struct Script {
    answers: Mutex<VecDeque<(u16, String)>>,
    asked: Mutex<Vec<String>>,
    kept: Mutex<Vec<String>>,
}

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Script")
    }
}

impl Fetch for Arc<Script> {
    fn fetch(
        &self,
        _: &TlsSetup,
        request: Request<Bytes>,
    ) -> BoxFuture<'static, Result<Response<Bytes>, Error>> {
        let head = request.headers().get("authorization").map(|it| it.to_str().unwrap().to_owned());
        let body = String::from_utf8(request.body().to_vec()).unwrap();
        let line = format!("{} {} {} {body}", request.method(), request.uri(), head.unwrap_or_default());
        self.asked.lock().unwrap().push(line);
        let (status, body) = self.answers.lock().unwrap().pop_front().expect("no more answers in the script");
        Box::pin(async move { Ok(Response::builder().status(status).body(body.into()).unwrap()) })
    }
}

impl Persist for Script {
    fn persist(&self, settings: &[(&str, Secret)]) -> Result<(), Error> {
        let shown = settings.iter().map(|(key, value)| format!("{key}={}", value.expose()));
        self.kept.lock().unwrap().push(shown.collect::<Vec<_>>().join(" "));
        Err(Error::new(ErrorKind::Config, "read-only"))
    }
}

/// A token that expires so many seconds after 1970.
fn token(expires: u64) -> String {
    format!("e30.{}.hunter2", URL_SAFE_NO_PAD.encode(format!("{{\"exp\":{expires}}}")))
}

fn settings(more: &[(&str, &str)]) -> BTreeMap<String, Secret> {
    let first = [("idp-issuer-url", "https://idp/realm/"), ("client-id", "a b"), ("client-secret", "s/t")];
    first.iter().chain(more).map(|(key, value)| ((*key).to_owned(), Secret::from(*value))).collect()
}

fn open(more: &[(&str, &str)], answers: &[(u16, &str)]) -> Result<(Oidc, Arc<Script>), Error> {
    let script = Arc::new(Script::default());
    script.answers.lock().unwrap().extend(answers.iter().map(|(code, body)| (*code, (*body).to_owned())));
    let provider = Provider::from_settings(&settings(more), "user \"u\"")?;
    let persist: Arc<dyn Persist> = Arc::clone(&script) as Arc<dyn Persist>;
    let mut oidc = Oidc::open(provider, Arc::new(Arc::clone(&script)), Some(persist))?;
    oidc.now = || SystemTime::UNIX_EPOCH + Duration::from_secs(1000);
    assert!(!format!("{oidc:?}").contains("hunter2"), "{oidc:?}");
    Ok((oidc, script))
}

const METADATA: (u16, &str) = (200, r#"{"token_endpoint":"https://idp/token","issuer":"x"}"#);

fn given(id: &str, more: &str) -> String {
    format!("{{\"access_token\":\"x\",\"id_token\":\"{id}\"{more}}}")
}

#[tokio::test]
async fn a_token_that_has_not_expired_is_used() {
    let (oidc, script) = open(&[("id-token", &token(1011)), ("refresh-token", "r")], &[]).unwrap();
    assert_eq!(oidc.current().await.unwrap(), format!("Bearer {}", token(1011)));
    assert!(script.asked.lock().unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_expired_token_is_refreshed_once_for_all_and_kept() {
    let (old, new) = (token(1010), token(5000));
    let first = given(&new, ",\"refresh_token\":\"r2\"");
    let third = token(6000);
    let second = given(&third, "");
    let answers = [METADATA, (200, &first), METADATA, (200, &second)];
    let (oidc, script) = open(&[("id-token", &old), ("refresh-token", "r/1")], &answers).unwrap();
    let (one, two) = tokio::join!(oidc.current(), oidc.current());
    let new = format!("Bearer {new}");
    assert_eq!((one.unwrap(), two.unwrap()), (new.parse().unwrap(), new.parse().unwrap()));
    let asked = script.asked.lock().unwrap().clone();
    let basic = STANDARD.encode("a%20b:s%2Ft");
    let expected = [
        "GET https://idp/realm/.well-known/openid-configuration  ".to_owned(),
        format!("POST https://idp/token Basic {basic} grant_type=refresh_token&refresh_token=r%2F1"),
    ];
    assert_eq!(asked, expected);
    assert_eq!(*script.kept.lock().unwrap(), [format!("id-token={} refresh-token=r2", token(5000))]);

    // A 401 to what we have just got is the server's last word; later it is worth a try, with the new refresh token.
    let refused: HeaderValue = new.parse().unwrap();
    assert_eq!(oidc.renewed(Some(&refused)).await.unwrap(), refused);
    tokio::time::advance(SETTLE).await;
    assert_eq!(oidc.renewed(Some(&refused)).await.unwrap(), format!("Bearer {third}"));
    assert!(script.asked.lock().unwrap().last().unwrap().ends_with("refresh_token=r2"));
    assert_eq!(oidc.renewed(Some(&refused)).await.unwrap(), format!("Bearer {third}"), "somebody was faster");
}

#[tokio::test]
async fn a_provider_that_wants_the_client_in_the_body_gets_it_there() {
    let new = given(&token(5000), "");
    let answers = [METADATA, (401, r#"{"error":"invalid_client"}"#), (200, &new)];
    let (oidc, script) = open(&[("refresh-token", "r")], &answers).unwrap();
    assert_eq!(oidc.current().await.unwrap(), format!("Bearer {}", token(5000)));
    let asked = script.asked.lock().unwrap().last().cloned().unwrap();
    let body = "grant_type=refresh_token&refresh_token=r&client_id=a%20b&client_secret=s%2Ft";
    assert_eq!(asked, format!("POST https://idp/token  {body}"));
}

#[tokio::test]
async fn what_goes_wrong_is_told() {
    let check = async |more: &[(&str, &str)], answers: &[(u16, &str)], expected: &str| {
        let error = match open(more, answers) {
            Ok((oidc, _)) => oidc.current().await.unwrap_err(),
            Err(error) => error,
        };
        let shown = format!("{error} {error:?}");
        assert!(error.to_string().contains(expected), "{error}\nlacks {expected}");
        assert!(shown.contains("user \"u\"") && !shown.contains("hunter2"), "{shown}");
    };
    let refresh = [("refresh-token", "hunter2")];
    check(&[], &[], "cannot refresh without refresh-token").await;
    check(&[("id-token", "a.hunter2")], &[], "is not a valid JWT").await;
    check(&[("idp-issuer-url", "")], &[], "Must provide idp-issuer-url").await;
    check(&[("client-id", "")], &[], "Must provide client-id").await;
    check(
        &[("idp-certificate-authority-data", "!")],
        &[],
        "idp-certificate-authority-data of user \"u\" is not base64",
    )
    .await;
    check(&[("idp-certificate-authority", "nowhere")], &[], "cannot read the idp-certificate-authority")
        .await;
    check(&refresh, &[(404, "hunter2")], "answered 404 Not Found when asked for its metadata").await;
    check(&refresh, &[(200, "<html>hunter2")], "metadata that is not JSON").await;
    check(&refresh, &[(200, "{}")], "without a token_endpoint").await;
    let bad = (400, r#"{"error":"invalid_grant","error_description":"hunter2"}"#);
    check(&refresh, &[METADATA, bad, bad], "answered 400 Bad Request invalid_grant; log in again").await;
    check(&refresh, &[METADATA, (200, "hunter2")], "is not JSON").await;
    check(&refresh, &[METADATA, (200, "{}")], "did not contain an id_token").await;
    check(&refresh, &[METADATA, (200, &given("hunter2", ""))], "is not a valid JWT").await;
}
