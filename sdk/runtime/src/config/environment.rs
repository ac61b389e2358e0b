//! What a configuration is inferred from beside files: variables, the home folder, a pod's files. Tests bring their
//! own.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

/// Where the kubelet puts token, CA and namespace.
const SERVICE_ACCOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

/// The variables that count.
const VARIABLES: [&str; 6] = [
    "KUBECONFIG",
    "KUBERNETES_MASTER",
    "KUBERNETES_SERVICE_HOST",
    "KUBERNETES_SERVICE_PORT",
    "KUBERNETES_SERVICE_PORT_HTTPS",
    "POD_NAMESPACE",
];

/// The surroundings of the program.
#[derive(Clone, Debug, Default)]
pub(super) struct Environment {
    pub(super) variables: BTreeMap<&'static str, OsString>,
    pub(super) home: Option<PathBuf>,
    pub(super) service_account: PathBuf,
}

impl Environment {
    pub(super) fn of_this_process() -> Self {
        let variables = VARIABLES.into_iter().filter_map(|name| Some((name, std::env::var_os(name)?)));
        Environment {
            variables: variables.collect(),
            home: std::env::home_dir().filter(|it| !it.as_os_str().is_empty()),
            service_account: PathBuf::from(SERVICE_ACCOUNT),
        }
    }

    /// A variable that is set to something.
    pub(super) fn variable(&self, name: &str) -> Option<String> {
        self.variables.get(name).map(|it| it.to_string_lossy().into_owned()).filter(|it| !it.is_empty())
    }

    /// The files that are read when none is named: those of `KUBECONFIG`, each once, else `~/.kube/config`.
    pub(super) fn kubeconfig_paths(&self) -> Vec<PathBuf> {
        let mut paths: Vec<PathBuf> = Vec::new();
        match self.variables.get("KUBECONFIG").filter(|it| !it.is_empty()) {
            Some(list) => {
                for path in std::env::split_paths(list) {
                    if !path.as_os_str().is_empty() && !paths.contains(&path) {
                        paths.push(path);
                    }
                }
            }
            None => paths.extend(self.home.as_ref().map(|home| home.join(".kube").join("config"))),
        }
        paths
    }
}
