//! What requests are given, and what a 401 leads to.

use std::time::Duration;

use super::*;
use crate::auth::Impersonation;

async fn authorization(access: &Access) -> (Option<String>, Prepared) {
    let mut headers = HeaderMap::new();
    let prepared = access.prepare(&mut headers).await.unwrap();
    (headers.get(AUTHORIZATION).map(|it| it.to_str().unwrap().to_owned()), prepared)
}

#[tokio::test]
async fn fixed_credentials_are_put_in_and_a_401_is_final() {
    let check = async |credentials: Credentials, expected: Option<&str>| {
        let mut config = Config::new("https://h").unwrap();
        config.credentials = credentials;
        assert!(!format!("{config:?}").contains("hunter2"), "{config:?}");
        let access = Access::open(&config).unwrap();
        assert!(!format!("{access:?}").contains("hunter2"), "{access:?}");
        let (found, prepared) = authorization(&access).await;
        assert_eq!(found.as_deref(), expected);
        assert!(!access.unauthorized(&prepared).await);
    };
    check(Credentials::None, None).await;
    check(Credentials::Token("hunter2".into()), Some("Bearer hunter2")).await;
    let basic = Credentials::Basic { username: "a".into(), password: "hunter2".into() };
    check(basic, Some("Basic YTpodW50ZXIy")).await;
}

#[tokio::test]
async fn what_the_caller_said_wins() {
    let mut config = Config::new("https://h").unwrap().with_token("hunter2");
    config.impersonation = Impersonation { user: "jane".into(), ..Default::default() };
    let access = Access::open(&config).unwrap();
    let mut headers = HeaderMap::new();
    headers.insert(AUTHORIZATION, HeaderValue::from_static("Bearer own"));
    let prepared = access.prepare(&mut headers).await.unwrap();
    assert_eq!(headers[AUTHORIZATION], "Bearer own");
    assert_eq!(headers["impersonate-user"], "jane");
    assert!(!access.unauthorized(&prepared).await);
}

#[tokio::test(start_paused = true)]
async fn a_401_makes_a_token_file_be_read_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    std::fs::write(&path, "one").unwrap();
    let mut config = Config::new("https://h").unwrap();
    config.credentials = Credentials::TokenFile { path: path.clone(), token: None };
    let access = Access::open(&config).unwrap();
    let (found, prepared) = authorization(&access).await;
    assert_eq!(found.as_deref(), Some("Bearer one"));
    assert!(!access.unauthorized(&prepared).await, "the file says the same");
    std::fs::write(&path, "two").unwrap();
    assert!(access.unauthorized(&prepared).await);
    let (found, prepared) = authorization(&access).await;
    assert_eq!(found.as_deref(), Some("Bearer two"));
    std::fs::remove_file(&path).unwrap();
    assert!(!access.unauthorized(&prepared).await, "the file is gone");
    tokio::time::advance(Duration::from_secs(60)).await;
    assert_eq!(authorization(&access).await.0.as_deref(), Some("Bearer two"));
}
