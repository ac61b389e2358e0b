//! One program in one case's folder.

use std::collections::BTreeSet;
use std::fmt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::case::{Case, Step};
use crate::servers::World;

/// kubectl of the control plane, and our example.
pub(crate) struct Programs {
    pub(crate) kubectl: PathBuf,
    pub(crate) ours: PathBuf,
}

impl Programs {
    pub(crate) fn build() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
        let build = ["build", "--quiet", "--locked", "--package", "kubesdk", "--example", "create_token"];
        let status = Command::new(env!("CARGO")).args(build).current_dir(root).status().expect("cargo runs");
        assert!(status.success(), "the example is built");
        // This test stands in `deps` beside the folder of examples.
        let here = std::env::current_exe().expect("a path");
        let profile = here.parent().and_then(Path::parent).expect("the profile's folder");
        Programs { kubectl: Programs::kubectl(), ours: profile.join("examples/create_token") }
    }

    /// The kubectl of the control plane, which is built if it is not yet.
    pub(crate) fn kubectl() -> PathBuf {
        let control_plane = kubesdk_test_cluster::binary(&|progress| println!("{progress}"));
        control_plane.expect("kubectl is built").with_file_name("kubectl")
    }
}

/// What one run said, and what reached servers.
pub(crate) struct Said {
    pub(crate) success: bool,
    pub(crate) stderr: String,
    pub(crate) log: BTreeSet<String>,
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let log: String = self.log.iter().map(|it| format!("\n    {it}")).collect();
        write!(f, "{}, {}{log}", if self.success { "success" } else { "failure" }, self.stderr.trim())
    }
}

pub(crate) fn run(case: &Case, world: &World, program: &Path, first: &[&str]) -> Said {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    case.steps.iter().for_each(|step| take(step, root, world));
    let mut command = match &case.pod {
        None => Command::new(program),
        Some((namespace, token)) => in_a_pod(root, program, namespace, token, world),
    };
    command.args(first).args(case.args.iter().map(|it| world.put_in(it))).arg("builder");
    command.current_dir(root).env_clear().stdin(Stdio::null());
    command
        .env("HOME", root)
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("KUBECONFIG", "config");
    for (name, value) in &case.env {
        match value.as_str() {
            "(unset)" => command.env_remove(name),
            value => command.env(name, world.put_in(value)),
        };
    }
    world.log.take();
    let output = command.output().expect("the program starts");
    Said {
        success: output.status.success(),
        // Each run has a folder of its own: no difference.
        stderr: String::from_utf8_lossy(&output.stderr).replace(&root.display().to_string(), "FOLDER"),
        log: world.log.take(),
    }
}

fn take(step: &Step, root: &Path, world: &World) {
    let place = |path: &str| {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder is made");
        path
    };
    match step {
        Step::File { path, text, may_run } => {
            let path = place(path);
            // Escapes for what an editor would hide or mend.
            let text = world.put_in(text).replace("\\t", "\t").replace("\\ufeff", "\u{feff}");
            std::fs::write(&path, text).expect("a file is written");
            let mode = if *may_run { 0o755 } else { 0o644 };
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).expect("a mode is set");
        }
        Step::Copy { path, from } => {
            std::fs::copy(world.certificates.path().join(from), place(path)).expect("a file is copied");
        }
        Step::Link { path, to } => std::os::unix::fs::symlink(to, place(path)).expect("a link is made"),
    }
}

/// The program where the kubelet's files are: in user and mount namespaces of its own, nothing outside changes.
fn in_a_pod(root: &Path, program: &Path, namespace: &str, token: &str, world: &World) -> Command {
    let account = root.join("account");
    std::fs::create_dir_all(&account).expect("a folder is made");
    std::fs::copy(world.certificates.path().join("ca.crt"), account.join("ca.crt")).expect("a CA is copied");
    for (name, text) in [("token", token), ("namespace", namespace)] {
        std::fs::write(account.join(name), text).expect("a file is written");
    }
    let script = "mount -t tmpfs tmpfs /run && mkdir -p /run/secrets/kubernetes.io/serviceaccount && \
                  mount --bind account /run/secrets/kubernetes.io/serviceaccount && exec \"$@\"";
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount", "sh", "-c", script, "sh"]).arg(program);
    command
}
