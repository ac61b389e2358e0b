//! What the command line says.

use std::path::PathBuf;

use clap::Args;

use crate::{Builtin, Form, Generator};

/// Sources, choices and a folder, as the command line has them: to be flattened into the arguments of a program.
///
/// The program has a group `source` that requires `out`, and may have sources of its own in it.
#[derive(Args, Clone, Debug, Default)]
#[group(skip)]
pub struct Arguments {
    /// Asks the API server that kubectl would ask.
    #[arg(long, group = "source")]
    pub server: bool,
    /// Asks the server of this kubeconfig; by default those that KUBECONFIG lists, else ~/.kube/config.
    #[arg(long, value_name = "PATH", group = "source")]
    pub kubeconfig: Option<PathBuf>,
    /// Asks the server of this context, by default the current one.
    #[arg(long, value_name = "NAME", group = "source")]
    pub context: Option<String>,
    /// Reads a folder of /openapi/v3 documents (*.json); repeatable.
    #[arg(long, value_name = "DIR", group = "source")]
    pub openapi: Vec<PathBuf>,
    /// Reads CustomResourceDefinitions: a file of YAML or JSON, a folder of such files, or standard input (-);
    /// repeatable.
    #[arg(long, value_name = "FILE|DIR|-", group = "source")]
    pub crd: Vec<PathBuf>,
    /// Reads a file of an OpenAPI v2 document, what /openapi/v2 of old servers gives; repeatable.
    #[arg(long, value_name = "FILE", group = "source")]
    pub swagger: Vec<PathBuf>,
    /// Makes only groups (shop.example.com) or group-versions (shop.example.com/v1) that are as this pattern says, in
    /// which * stands for any text; repeatable. By default all that kubesdk does not have.
    #[arg(long, value_name = "PATTERN", requires = "source")]
    pub group: Vec<String>,
    /// Makes only kinds that are as this pattern says; repeatable.
    #[arg(long, value_name = "PATTERN", requires = "source")]
    pub kind: Vec<String>,
    /// The folder of the code, which is replaced as a whole or not touched; one that holds anything else is refused.
    #[arg(long, value_name = "DIR", requires = "source")]
    pub out: Option<PathBuf>,
    /// Makes a crate of this name instead of a module.
    #[arg(long = "crate", value_name = "NAME", requires = "source")]
    pub package: Option<String>,
    /// What stands for kubesdk in the Cargo.toml of the crate: 'path = "../sdk"'; by default the version of this
    /// command.
    #[arg(long, value_name = "TOML", requires = "package")]
    pub kubesdk: Option<String>,
    /// Makes structures that a custom resource writes out and that kubesdk has, too.
    #[arg(long, requires = "source")]
    pub own_structures: bool,
}

impl Arguments {
    /// True when a server is a source.
    pub fn asks_server(&self) -> bool {
        self.server || self.kubeconfig.is_some() || self.context.is_some()
    }

    /// All but the server.
    pub(super) fn generator(&self, builtin: &Builtin) -> Generator {
        let generator = Generator::new().builtin(builtin.clone()).groups(&self.group).kinds(&self.kind);
        let generator = self.openapi.iter().fold(generator, Generator::openapi);
        let generator = self.crd.iter().fold(generator, Generator::crds);
        let mut generator = self.swagger.iter().fold(generator, Generator::swagger);
        if self.own_structures {
            generator = generator.own_structures();
        }
        match &self.package {
            None => generator,
            Some(name) => {
                let version = || format!("version = \"{}\"", env!("CARGO_PKG_VERSION"));
                let kubesdk = self.kubesdk.clone().unwrap_or_else(version);
                generator.form(Form::Crate { name: name.clone(), kubesdk })
            }
        }
    }
}
