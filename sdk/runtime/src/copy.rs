//! Files copied into a container and out of it, by `tar` in the container, as `kubectl cp` does.
//!
//! `unpack` and `pack` are plain code over a reader and a writer, on a blocking thread;
//! `from` and `to` carry their bytes by exec. What crosses between the two waits in a channel of a few pieces.

mod error;
mod event;
mod from;
mod pack;
mod pieces;
mod process;
mod remote;
mod target;
#[cfg(test)]
mod tests;
mod to;
mod unpack;

use std::path::PathBuf;

use kubesdk_core::verbs::Exec;

pub use error::CopyError;
pub use event::{Copied, CopyEvent};
pub use from::CopyFrom;
pub use to::CopyTo;
pub use unpack::check_unpack;

/// The files of a container, to be copied from it and to it, as `kubectl cp` does: its image must hold `tar`.
///
/// # Example
///
/// ```no_run
/// # async fn example(exec: kubesdk_core::verbs::Exec) -> Result<(), kubesdk_runtime::CopyError> {
/// use kubesdk_runtime::{ContainerFiles, CopyEvent};
///
/// // exec is `Pod::in_namespace(&client, "default").exec("web").container("main")`.
/// let files = ContainerFiles::of(exec);
/// files.copy_to("target/release/tool", "/usr/local/bin/tool").await?;
/// let logs = files.copy_from("/var/log/app", "logs").progress(|event| match event {
///     CopyEvent::Began { path, size } => println!("{} ({size} bytes)", path.display()),
///     CopyEvent::Skipped { path } => println!("{} was left out", path.display()),
///     _ => {}
/// });
/// println!("{} files", logs.await?.files);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct ContainerFiles {
    exec: Exec,
}

impl ContainerFiles {
    /// The files of the container that `exec` names, without a command.
    pub fn of(exec: Exec) -> Self {
        ContainerFiles { exec }
    }

    /// Copies the file or folder at `source` in the container to `target` here.
    ///
    /// As with `kubectl cp`, `target` is what the copy is called, also when a folder of that name is there: a folder is
    /// copied into it, a file is refused. Folders above it are made. Links are left out, hard links excepted. Modes are
    /// those of new files, unless [`permissions`](CopyFrom::permissions) are asked for.
    ///
    /// Whatever the container sends, nothing outside of `target` is written: a name that leaves it is an error, and so is
    /// a symbolic link below it that was there before.
    pub fn copy_from(&self, source: impl Into<String>, target: impl Into<PathBuf>) -> CopyFrom {
        CopyFrom::new(self.exec.clone(), source.into(), target.into())
    }

    /// Copies the file or folder at `source` here to `target` in the container.
    ///
    /// As with `kubectl cp`, it is copied into `target` when that is a folder, and otherwise called `target`, in a folder
    /// that must be there; a source that ends with `/.` means what is in it. Modes and numeric owners are kept where the
    /// container's user may set them, unless [`no_preserve`](CopyTo::no_preserve) is asked for; times are not. Symbolic
    /// links stay links. Folders that are not empty get the modes of new ones.
    pub fn copy_to(&self, source: impl Into<PathBuf>, target: impl Into<String>) -> CopyTo {
        CopyTo::new(self.exec.clone(), source.into(), target.into())
    }
}
