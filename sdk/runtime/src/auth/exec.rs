//! Credentials by a program: the plugins of `client.authentication.k8s.io`, as client-go runs them
//! (`plugin/pkg/client/auth/exec`).
//!
//! A plugin runs when there are no credentials yet, when they have expired and after a 401; never twice at the same
//! time, and never on the threads of the async runtime.

mod answer;
mod command;
mod info;
mod policy;

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use kubesdk_core::{Error, ErrorKind};

pub(super) use self::answer::Answer;
pub use self::answer::check as check_answer;
use self::command::Hints;
pub(crate) use self::info::Cluster;
pub use self::policy::ExecPolicy;
use super::renewal::Renewal;
use crate::Secret;

/// A plugin as a kubeconfig describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Plugin {
    /// Whose plugin it is, for messages: `user "dev" in FILE`.
    pub(crate) user: String,
    /// A name to look for in `PATH`, or a path.
    pub(crate) command: String,
    pub(crate) args: Vec<String>,
    /// Names and values, beside the environment of this process.
    pub(crate) env: Vec<(String, Secret)>,
    /// `client.authentication.k8s.io/v1` or `client.authentication.k8s.io/v1beta1`.
    pub(crate) api_version: String,
    pub(crate) interactive_mode: InteractiveMode,
    /// What is said to somebody who does not have the program.
    pub(crate) install_hint: String,
    /// What the plugin is told of the cluster, if it asked for that.
    pub(crate) cluster: Option<Cluster>,
    /// Which programs may run.
    pub(crate) policy: ExecPolicy,
    /// Why standard input is not a plugin's to read, if it is not.
    pub(crate) stdin_unavailable: Option<String>,
}

/// Whether a plugin may ask whoever sits at the terminal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum InteractiveMode {
    /// It never reads standard input.
    Never,
    /// It does where standard input is a terminal.
    #[default]
    IfAvailable,
    /// It must.
    Always,
}

impl InteractiveMode {
    /// The mode of that name.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "Never" => InteractiveMode::Never,
            "IfAvailable" => InteractiveMode::IfAvailable,
            "Always" => InteractiveMode::Always,
            _ => return None,
        })
    }
}

const VERSIONS: [&str; 2] = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];

/// A plugin with what it last said.
pub(super) struct Exec {
    plugin: Plugin,
    hints: Hints,
    answers: Renewal<Answer>,
    now: fn() -> SystemTime,
    is_terminal: fn() -> bool,
}

impl Exec {
    /// A plugin that has not run yet.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Credentials`] when it is to speak a version that is not known, or the policy is none.
    pub(super) fn open(plugin: Plugin) -> Result<Self, Error> {
        if !VERSIONS.contains(&plugin.api_version.as_str()) {
            let message = format!(
                "exec plugin: invalid apiVersion \"{}\" of {}; update the plugin and its `exec` block to {}",
                plugin.api_version, plugin.user, VERSIONS[0]
            );
            return Err(Error::new(ErrorKind::Credentials, message));
        }
        plugin.policy.validate()?;
        Ok(Exec {
            plugin,
            hints: Hints::default(),
            answers: Renewal::new(None),
            now: SystemTime::now,
            is_terminal: || std::io::IsTerminal::is_terminal(&std::io::stdin()),
        })
    }

    /// What the plugin said last, or says now if that has expired.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Credentials`] when it cannot be run, fails, or says something else than credentials.
    pub(super) async fn current(&self) -> Result<Arc<Answer>, Error> {
        let fresh = |answer: &Answer| answer.is_fresh((self.now)());
        match self.answers.last().filter(|it| fresh(it)) {
            Some(answer) => Ok(answer),
            None => self.answers.renew(fresh, |number| self.ask(number)).await,
        }
    }

    /// What the plugin says after a 401 to the answer of that number.
    ///
    /// # Errors
    ///
    /// As [`Exec::current`].
    pub(super) async fn renewed(&self, refused: u64) -> Result<Arc<Answer>, Error> {
        self.answers.renew(|answer| answer.number != refused, |number| self.ask(number)).await
    }

    async fn ask(&self, number: u64) -> Result<Answer, Error> {
        let plugin = &self.plugin;
        let interactive = self.interactive()?;
        let info = info::render(&plugin.api_version, plugin.cluster.as_ref(), interactive)?;
        let output = command::run(plugin, &info, interactive, &self.hints).await?;
        answer::read(&output, plugin, number)
    }

    fn interactive(&self) -> Result<bool, Error> {
        let Plugin { user, stdin_unavailable, .. } = &self.plugin;
        let refused = |why: String| {
            let message = format!(
                "getting credentials of {user}: exec plugin cannot support interactive mode: {why}; run this in a \
                 terminal, or use a plugin whose interactiveMode is not Always"
            );
            Err(Error::new(ErrorKind::Credentials, message))
        };
        match self.plugin.interactive_mode {
            InteractiveMode::Never => Ok(false),
            InteractiveMode::IfAvailable => Ok(stdin_unavailable.is_none() && (self.is_terminal)()),
            InteractiveMode::Always if !(self.is_terminal)() => {
                refused("standard input is not a terminal".to_owned())
            }
            InteractiveMode::Always => match stdin_unavailable.as_deref() {
                None => Ok(true),
                Some("") => refused("standard input is unavailable".to_owned()),
                Some(why) => refused(format!("standard input is unavailable: {why}")),
            },
        }
    }
}

impl fmt::Debug for Exec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exec").field("plugin", &self.plugin).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
