//! Any bytes as a kubeconfig.

use std::fmt::Write;

use kubesdk::kubeconfig::{AuthProviderConfig, Kubeconfig};
use kubesdk::{ByteString, Config, Secret};

/// What must never be seen.
const SECRET: &str = "hunter2-hunter2";

/// No panic, no secret in what is shown, what is written is what was read, and the same every time.
pub fn check(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    inside_of_a_user(text);
    let parsed = text.parse::<Kubeconfig>();
    match (&parsed, text.parse::<Kubeconfig>()) {
        (Ok(first), Ok(second)) => assert_eq!(*first, second),
        (Err(first), Err(second)) => assert_eq!(first.to_string(), second.to_string()),
        _ => panic!("the same text was read once and refused once"),
    }
    let Ok(document) = parsed else { return };
    let yaml = document.to_yaml().expect("what was read can be written");
    let again: Kubeconfig = yaml.parse().expect("what was written can be read");
    assert_eq!(document, again, "{yaml}");
    merging(&document);
    nothing_secret_is_shown(document);
}

/// Text in the middle of a user: whatever is wrong with it, the secrets around it stay untold.
fn inside_of_a_user(text: &str) {
    if text.contains(SECRET) {
        return;
    }
    let around = format!("users: [{{name: u, user: {{token: {SECRET},\n{text}\n, password: {SECRET}}}}}]\n");
    if let Err(error) = around.parse::<Kubeconfig>() {
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains(SECRET), "{shown}");
    }
}

fn merging(document: &Kubeconfig) {
    let mut nothing = Kubeconfig::default();
    nothing.merge(document.clone());
    assert_eq!(nothing, *document);
    nothing.merge(document.clone());
    assert_eq!(nothing, *document);
}

/// Every place for secrets gets one, and none is seen.
fn nothing_secret_is_shown(mut document: Kubeconfig) {
    if document.to_string().contains(SECRET) {
        return;
    }
    let secret = || Secret::from(SECRET);
    for user in &mut document.users {
        let user = &mut user.value;
        (user.token, user.password) = (Some(secret()), Some(secret()));
        user.client_key_data = Some(ByteString::from(SECRET));
        let provider =
            AuthProviderConfig { config: [("id-token".to_owned(), secret())].into(), ..Default::default() };
        user.auth_provider = Some(provider);
        // Files of this machine are none of a fuzzer's business.
        (user.client_certificate, user.client_key, user.token_file) = (None, None, None);
    }
    for cluster in &mut document.clusters {
        cluster.value.proxy_url = Some(Secret::from(format!("http://me:{SECRET}@proxy")));
        cluster.value.certificate_authority = None;
    }
    let mut shown = format!("{document} {document:?} {:?} {:?}", document.users, document.clusters);
    let lead = match Config::from_document(&document) {
        Ok(config) => write!(shown, "{config} {config:?}"),
        Err(error) => write!(shown, "{error} {error:?}"),
    };
    lead.expect("a text takes everything");
    assert!(!shown.contains(SECRET), "{shown}");
}
