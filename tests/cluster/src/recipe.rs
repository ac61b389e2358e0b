//! What a build of the control plane is made of: which files, which Go module, which flags of the linker.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use crate::workspace;

/// The sources of `tests/control-plane` with the module file of one version of Kubernetes.
pub(crate) struct Recipe {
    pub(crate) source: PathBuf,
    /// The module file below `source`; its sums stand beside it.
    module: String,
    /// Only the newest Kubernetes is linked with the kubelet and the container runtime.
    kubelet: bool,
}

impl Recipe {
    /// The Kubernetes whose documents are those of record, with a kubelet.
    pub(crate) fn newest() -> Recipe {
        Recipe { source: source(), module: "go.mod".into(), kubelet: true }
    }

    /// An older one, `1.36` for example, without a kubelet.
    pub(crate) fn of(version: &str) -> Result<Recipe> {
        let recipe = Recipe { source: source(), module: format!("versions/v{version}.mod"), kubelet: false };
        if !recipe.source.join(&recipe.module).is_file() {
            let folder = recipe.source.join("versions");
            let mut known: Vec<_> = fs::read_dir(&folder)
                .with_context(|| format!("reading {}", folder.display()))?
                .filter_map(|entry| Some(entry.ok()?.file_name().to_str()?.strip_suffix(".mod")?.to_owned()))
                .collect();
            known.sort();
            bail!("there is no Kubernetes {version} in {}, only {}", folder.display(), known.join(", "));
        }
        Ok(recipe)
    }

    /// What `go build` is told beside the flags that are always the same.
    pub(crate) fn arguments(&self) -> Vec<String> {
        if self.kubelet {
            return Vec::new();
        }
        vec![format!("-modfile={}", self.module), "-tags=withoutkubelet".into()]
    }

    /// The version of Kubernetes that the module requires, told to the linker, as Kubernetes' own build does. Without it
    /// the server reports a version that kubectl cannot parse.
    pub(crate) fn linker_flags(&self) -> Result<String> {
        let path = self.source.join(&self.module);
        let text = fs::read_to_string(&path)
            .with_context(|| format!("reading {}, the control plane's Go module", path.display()))?;
        let required = text.lines().find_map(|line| line.trim().strip_prefix("k8s.io/kubernetes v"));
        let version =
            required.with_context(|| format!("{} requires no k8s.io/kubernetes", path.display()))?.trim();
        let mut numbers = version.split('.');
        let (Some(major), Some(minor)) = (numbers.next(), numbers.next()) else {
            bail!("{}: the version v{version} of k8s.io/kubernetes is not MAJOR.MINOR.PATCH", path.display());
        };
        let package = "k8s.io/component-base/version";
        Ok(format!(
            "-s -w -X {package}.gitVersion=v{version} -X {package}.gitMajor={major} -X {package}.gitMinor={minor}"
        ))
    }

    /// Names a build by all that goes into it: the Go files, the module's versions and the flags.
    pub(crate) fn hash(&self, flags: &str) -> Result<String> {
        let mut files = Vec::new();
        list(&self.source, "", &mut files)?;
        files.retain(|(name, _)| self.wants(name));
        files.sort();
        let mut hash = Sha256::new();
        hash.update(flags);
        for (name, path) in files {
            let content = fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
            hash.update(format!("\0{name}\0{}\0", content.len()));
            hash.update(content);
        }
        Ok(hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect())
    }

    fn wants(&self, name: &str) -> bool {
        if let Some(stem) = name.strip_suffix(".sum").or_else(|| name.strip_suffix(".mod")) {
            return self.module.strip_suffix(".mod") == Some(stem);
        }
        name.ends_with(".go") && (self.kubelet || !name.contains('/'))
    }
}

fn source() -> PathBuf {
    workspace().join("tests/control-plane")
}

/// Adds the files in `folder`, each with its name, which begins with `prefix`, and its path.
fn list(folder: &Path, prefix: &str, files: &mut Vec<(String, PathBuf)>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let path = entry?.path();
        let name = format!("{prefix}{}", path.file_name().unwrap_or_default().to_string_lossy());
        if path.is_dir() {
            list(&path, &format!("{name}/"), files)?;
        } else {
            files.push((name, path));
        }
    }
    Ok(())
}
