//! Which programs may run as credential plugins: client-go's `credentialPluginPolicy`.

use std::path::{Path, PathBuf};

use kubesdk_core::{Error, ErrorKind};

/// Which programs of `exec` blocks may run. A kubeconfig names programs; whoever takes kubeconfigs from others should
/// say which of them are wanted.
///
/// # Example
///
/// ```
/// use kubesdk_runtime::{Config, ExecPolicy};
///
/// let config = Config::new("https://10.0.0.1:6443")?
///     .with_exec_policy(ExecPolicy::AllowList(vec!["aws".to_owned(), "/opt/bin/gke-gcloud-auth-plugin".to_owned()]));
/// # Ok::<(), kubesdk_runtime::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExecPolicy {
    /// Any. The default, as in client-go.
    #[default]
    AllowAll,
    /// None.
    DenyAll,
    /// Those that are listed, by name or by path. A name stands for the program that `PATH` leads to: what a kubeconfig
    /// names and what the list names must be the same file.
    AllowList(Vec<String>),
}

impl ExecPolicy {
    /// Refuses a list that cannot be meant.
    pub(super) fn validate(&self) -> Result<(), Error> {
        let ExecPolicy::AllowList(list) = self else { return Ok(()) };
        let wrong = |why: String| {
            Err(Error::new(ErrorKind::Credentials, format!("the allow-list of exec plugins {why}")))
        };
        if list.is_empty() {
            return wrong("is empty; deny all of them instead".to_owned());
        }
        for (entry, number) in list.iter().zip(1..) {
            if entry.is_empty() {
                return wrong(format!("has nothing in entry #{number}; name a program"));
            }
            let clean: PathBuf = Path::new(entry).components().collect();
            if clean.as_os_str() != entry.as_str() {
                return wrong(format!("has the path \"{entry}\"; write it as \"{}\"", clean.display()));
            }
        }
        Ok(())
    }

    /// Whether a program may run, which `path` is what its name leads to.
    pub(super) fn check(&self, command: &str, path: &Path, user: &str) -> Result<(), Error> {
        let refused = |why: &str| {
            let message = format!(
                "getting credentials of {user}: plugin \"{command}\" not allowed: {why}; allow it in the exec policy if \
                 it is wanted"
            );
            Err(Error::new(ErrorKind::Credentials, message))
        };
        match self {
            ExecPolicy::AllowAll => Ok(()),
            ExecPolicy::DenyAll => refused("policy set to \"DenyAll\""),
            ExecPolicy::AllowList(list) => {
                let same_name = |it: &&String| Path::new(it.as_str()).file_name() == path.file_name();
                let is_listed = list.iter().any(|it| it == command || Path::new(it) == path)
                    || list.iter().filter(same_name).any(|it| look_up(it).is_ok_and(|it| it == path));
                if is_listed {
                    return Ok(());
                }
                let why = format!(
                    "its path \"{}\" is not permitted by the credential plugin allowlist",
                    path.display()
                );
                refused(&why)
            }
        }
    }
}

/// The program that a name leads to: `PATH` for a bare name, never the current folder; a path is taken as it is.
pub(super) fn look_up(command: &str) -> Result<PathBuf, which::Error> {
    match command.contains(std::path::is_separator) {
        true => which::which(command),
        false => which::which_global(command),
    }
}
