//! What the command line says.

use std::path::PathBuf;

use clap::Parser;
use kubesdk_gen::{Form, Generator};

/// Types and endpoints of custom resources and aggregated APIs, for use with kubesdk.
///
/// Ends with 0 when the folder holds what it should, 1 for a fault, 2 for a wrong call, 3 when --check finds differences.
#[derive(Parser)]
#[command(name = "kubesdk-gen", version)]
#[command(group = clap::ArgGroup::new("source").required(true).multiple(true))]
pub(crate) struct Arguments {
    /// Asks the API server that kubectl would ask.
    #[arg(long, group = "source")]
    server: bool,
    /// Asks the server of this kubeconfig; by default those that KUBECONFIG lists, else ~/.kube/config.
    #[arg(long, value_name = "PATH", group = "source")]
    pub(crate) kubeconfig: Option<PathBuf>,
    /// Asks the server of this context, by default the current one.
    #[arg(long, value_name = "NAME", group = "source")]
    pub(crate) context: Option<String>,
    /// Reads a folder of /openapi/v3 documents (*.json); repeatable.
    #[arg(long, value_name = "DIR", group = "source")]
    openapi: Vec<PathBuf>,
    /// Reads CustomResourceDefinitions: a file of YAML or JSON, a folder of such files, or standard input (-);
    /// repeatable.
    #[arg(long, value_name = "FILE|DIR|-", group = "source")]
    crd: Vec<PathBuf>,
    /// Reads a file of an OpenAPI v2 document, what /openapi/v2 of old servers gives; repeatable.
    #[arg(long, value_name = "FILE", group = "source")]
    swagger: Vec<PathBuf>,
    /// Makes only groups (shop.example.com) or group-versions (shop.example.com/v1) that are as this pattern says, in
    /// which * stands for any text; repeatable. By default all that kubesdk does not have.
    #[arg(long, value_name = "PATTERN")]
    group: Vec<String>,
    /// Makes only kinds that are as this pattern says; repeatable.
    #[arg(long, value_name = "PATTERN")]
    kind: Vec<String>,
    /// The folder, which is replaced as a whole or not touched; one that holds anything else is refused.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Makes a crate of this name instead of a module.
    #[arg(long = "crate", value_name = "NAME")]
    package: Option<String>,
    /// What stands for kubesdk in the Cargo.toml of the crate: 'path = "../sdk"'; by default the version of this
    /// command.
    #[arg(long, value_name = "TOML", requires = "package")]
    kubesdk: Option<String>,
    /// Makes structures that a custom resource writes out and that kubesdk has, too.
    #[arg(long)]
    own_structures: bool,
    /// Changes nothing; ends with 3 when the folder is not what would be made.
    #[arg(long)]
    pub(crate) check: bool,
}

impl Arguments {
    /// True when a server is a source.
    pub(crate) fn asks_server(&self) -> bool {
        self.server || self.kubeconfig.is_some() || self.context.is_some()
    }

    /// All but the server.
    pub(crate) fn generator(&self) -> Generator {
        let mut generator = Generator::new().groups(&self.group).kinds(&self.kind);
        for folder in &self.openapi {
            generator = generator.openapi(folder);
        }
        for path in &self.crd {
            generator = generator.crds(path);
        }
        for file in &self.swagger {
            generator = generator.swagger(file);
        }
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

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
        let asks = |line: &str| Arguments::try_parse_from(line.split(' ')).map(|it| it.asks_server());
        assert!(asks("x --context c --out o").unwrap() && asks("x --server --out o").unwrap());
        assert!(!asks("x --crd - --out o").unwrap());
        for line in ["x --out o", "x --crd -", "x --crd - --out o --kubesdk k"] {
            assert_eq!(asks(line).unwrap_err().exit_code(), 2, "{line}");
        }
    }
}
