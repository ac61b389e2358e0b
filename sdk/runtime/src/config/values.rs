//! What a configuration says, value by value, each with where it came from; no secret is among them.

use std::fmt;

use super::kubeconfig::{Place, without_password};
use super::origin::Origin;
use super::overrides::{Chosen, Overrides};
use crate::Secret;

/// What is shown instead of secrets and of long data, as kubectl does.
const REDACTED: &str = "REDACTED";
const OMITTED: &str = "DATA+OMITTED";

/// Keys that say who asks in a request's head.
const AUTHORIZATION: [&str; 6] = ["token", "tokenFile", "username", "password", "exec", "auth-provider"];

/// The values of a configuration in the order of a kubeconfig.
#[derive(Clone, Debug, Default)]
pub(super) struct Values(Vec<Value>);

#[derive(Clone, Debug)]
struct Value {
    key: &'static str,
    shown: String,
    origin: Origin,
}

impl Values {
    pub(super) fn set(&mut self, key: &'static str, shown: impl Into<String>, origin: Origin) {
        self.0.retain(|it| it.key != key);
        self.0.push(Value { key, shown: shown.into(), origin });
    }

    /// Another way to say who asks takes the place of what was there.
    pub(super) fn set_token(&mut self) {
        self.0.retain(|it| !AUTHORIZATION.contains(&it.key));
        self.set("token", REDACTED, Origin::Override);
    }

    pub(super) fn origin(&self, key: &str) -> Option<&Origin> {
        self.0.iter().find(|it| it.key == key).map(|it| &it.origin)
    }

    /// The values of the entries that a context leads to.
    pub(super) fn of_entries(chosen: &Chosen, overrides: &Overrides, server: &str) -> Values {
        let mut values = Values::default();
        values.of_context(chosen, overrides);
        values.of_cluster(chosen, overrides, server);
        values.of_user(chosen, overrides);
        values
    }

    fn of_context(&mut self, chosen: &Chosen, overrides: &Overrides) {
        let mut entry = Entry::new(self, "context", &chosen.context_name, &chosen.context.place);
        let new = &overrides.context;
        entry.add("cluster", chosen.context.cluster.as_deref(), new.cluster.is_some());
        entry.add("user", chosen.context.user.as_deref(), new.user.is_some());
        entry.add("namespace", chosen.context.namespace.as_deref(), new.namespace.is_some());
    }

    fn of_cluster(&mut self, chosen: &Chosen, overrides: &Overrides, server: &str) {
        let (cluster, new) = (&chosen.cluster, &overrides.cluster);
        let trust_is_new = new.insecure_skip_tls_verify
            || new.certificate_authority.is_some()
            || new.certificate_authority_data.is_some();
        let name_is_new = new.server.is_some() || new.tls_server_name.is_some();
        let mut entry = Entry::new(self, "cluster", &chosen.cluster_name, &cluster.place);
        entry.add("server", Some(server), new.server.is_some());
        entry.add("tls-server-name", cluster.tls_server_name.as_deref(), name_is_new);
        entry.add("certificate-authority", cluster.certificate_authority.as_deref(), trust_is_new);
        let data = cluster.certificate_authority_data.is_some().then_some(OMITTED);
        entry.add("certificate-authority-data", data, trust_is_new);
        entry.add("insecure-skip-tls-verify", yes(cluster.insecure_skip_tls_verify), trust_is_new);
        let proxy = cluster.proxy_url.as_ref().map(|it| without_password(it.expose()));
        entry.add("proxy-url", proxy.as_deref(), new.proxy_url.is_some());
        entry.add("disable-compression", yes(cluster.disable_compression), new.disable_compression);
    }

    fn of_user(&mut self, chosen: &Chosen, overrides: &Overrides) {
        let (user, new) = (&chosen.user, &overrides.user);
        let secret = |it: &Option<Secret>| it.is_some().then_some(REDACTED);
        let certificate_is_new = new.client_certificate.is_some() || new.client_certificate_data.is_some();
        let key_is_new = new.client_key.is_some() || new.client_key_data.is_some();
        let mut entry = Entry::new(self, "user", &chosen.user_name, &user.place);
        entry.add("client-certificate", user.client_certificate.as_deref(), certificate_is_new);
        let data = user.client_certificate_data.is_some().then_some(OMITTED);
        entry.add("client-certificate-data", data, certificate_is_new);
        entry.add("client-key", user.client_key.as_deref(), key_is_new);
        entry.add("client-key-data", user.client_key_data.is_some().then_some(OMITTED), key_is_new);
        entry.add("token", secret(&user.token), new.token.is_some());
        entry.add("tokenFile", user.token_file.as_deref(), new.token_file.is_some());
        entry.add("username", user.username.as_deref(), new.username.is_some());
        entry.add("password", secret(&user.password), new.password.is_some());
        let provider = user.auth_provider.as_ref().and_then(|it| it.name.as_deref());
        entry.add("auth-provider", provider, false);
        entry.add("exec", user.exec.as_ref().and_then(|it| it.command.as_deref()), false);
        entry.add("as", user.impersonate.as_deref(), new.impersonate.is_some());
        entry.add("as-uid", user.impersonate_uid.as_deref(), new.impersonate_uid.is_some());
        let groups = (!user.impersonate_groups.is_empty()).then(|| user.impersonate_groups.join(", "));
        entry.add("as-groups", groups.as_deref(), !new.impersonate_groups.is_empty());
        let extra: Vec<&str> = user.impersonate_user_extra.keys().map(String::as_str).collect();
        let extra = (!extra.is_empty()).then(|| extra.join(", "));
        entry.add("as-user-extra", extra.as_deref(), !new.impersonate_user_extra.is_empty());
    }
}

fn yes(flag: bool) -> Option<&'static str> {
    flag.then_some("true")
}

/// One entry whose values are added.
struct Entry<'a> {
    values: &'a mut Values,
    what: &'static str,
    name: &'a str,
    place: &'a Place,
}

impl<'a> Entry<'a> {
    fn new(values: &'a mut Values, what: &'static str, name: &'a str, place: &'a Place) -> Self {
        Entry { values, what, name, place }
    }

    fn add(&mut self, key: &'static str, shown: Option<&str>, is_new: bool) {
        let Some(shown) = shown else { return };
        let origin = match self.place.file() {
            Some(path) if !is_new => Origin::Kubeconfig {
                path: path.to_owned(),
                line: self.place.line(key),
                key: format!("{} \"{}\": {key}", self.what, self.name),
            },
            _ if key == "server" && !is_new => Origin::Environment("KUBERNETES_MASTER"),
            _ => Origin::Override,
        };
        self.values.set(key, shown, origin);
    }
}

impl fmt::Display for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Value { key, shown, origin } in &self.0 {
            writeln!(f, "{key}: {shown}  # {origin}")?;
        }
        Ok(())
    }
}
