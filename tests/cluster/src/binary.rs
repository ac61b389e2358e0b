//! Builds the Go program `tests/control-plane` once for each state of its sources, and finds it again after that. What
//! goes into it says `recipe`.

use std::fs::{self, File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::recipe::Recipe;
use crate::workspace;

const TICK: Duration = Duration::from_secs(5);

/// The path of the control plane's program, built first if its sources have changed since the last build. A program
/// `kubectl` stands beside it.
///
/// The first build on a machine downloads and compiles Kubernetes: about ten minutes on two cores. `progress` hears of
/// it every few seconds; it is not called when there is nothing to build.
///
/// # Errors
/// When Go is missing or the build fails, with the build's own output.
pub fn binary(progress: &dyn Fn(&str)) -> Result<PathBuf> {
    built(&Recipe::newest(), progress)
}

/// The same of an older Kubernetes, such as `1.36`; see [`Options::kubernetes`](crate::Options::kubernetes).
///
/// # Errors
/// When there is no such version here, and as [`binary`].
pub fn binary_of(version: &str, progress: &dyn Fn(&str)) -> Result<PathBuf> {
    built(&Recipe::of(version)?, progress)
}

fn built(recipe: &Recipe, progress: &dyn Fn(&str)) -> Result<PathBuf> {
    let cache = workspace().join("target/control-plane");
    let flags = recipe.linker_flags()?;
    let folder = cache.join(recipe.hash(&flags)?);
    let program = folder.join("controlplane");
    if program.exists() {
        return Ok(program);
    }
    fs::create_dir_all(&cache).with_context(|| format!("making {}", cache.display()))?;
    let _lock = lock(&cache.join("lock"), progress)?;
    if program.exists() {
        return Ok(program); // Built by another process while this one waited for the lock.
    }
    let building = tempfile::Builder::new().prefix(".building-").tempdir_in(&cache)?;
    build(recipe, &flags, building.path(), progress)?;
    std::os::unix::fs::symlink("controlplane", building.path().join("kubectl"))?;
    fs::rename(building.keep(), &folder)
        .with_context(|| format!("moving the build to {}", folder.display()))?;
    Ok(program)
}

fn lock(path: &Path, progress: &dyn Fn(&str)) -> Result<File> {
    let file = File::create(path).with_context(|| format!("opening {}", path.display()))?;
    let mut ticks = Ticks::new();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(error)) => {
                return Err(error).with_context(|| format!("locking {}", path.display()));
            }
        }
        ticks.tick(progress, "waiting for another build of the control plane");
        sleep(Duration::from_millis(100));
    }
}

/// Runs `go build` into `target`.
fn build(recipe: &Recipe, flags: &str, target: &Path, progress: &dyn Fn(&str)) -> Result<()> {
    progress("building the control plane with go (about ten minutes the first time, then about one)");
    let log = target.join("build.log");
    let output = File::create(&log)?;
    let spawned = Command::new("go")
        .args(["build", "-trimpath", "-buildvcs=false", "-ldflags", flags])
        .args(recipe.arguments())
        .arg("-o")
        .arg(target.join("controlplane"))
        .arg(".")
        .current_dir(&recipe.source)
        .stdin(Stdio::null())
        .stdout(output.try_clone()?)
        .stderr(output)
        .spawn();
    let mut go = match spawned {
        Ok(go) => go,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            bail!(
                "the test control plane is built with Go, and `go` is not on the PATH; install Go 1.26 or newer"
            )
        }
        Err(error) => return Err(error).context("starting `go build`"),
    };
    let status = wait(&mut go, progress)?;
    if !status.success() {
        let output = fs::read_to_string(&log).unwrap_or_default();
        bail!("`go build` in {} failed ({status}):\n{}", recipe.source.display(), output.trim_end());
    }
    Ok(())
}

fn wait(go: &mut Child, progress: &dyn Fn(&str)) -> Result<std::process::ExitStatus> {
    let mut ticks = Ticks::new();
    loop {
        if let Some(status) = go.try_wait().context("waiting for `go build`")? {
            return Ok(status);
        }
        ticks.tick(progress, "building the control plane");
        sleep(Duration::from_millis(100));
    }
}

/// Says every few seconds how long something has taken so far.
pub(crate) struct Ticks {
    start: Instant,
    next: Duration,
}

impl Ticks {
    pub(crate) fn new() -> Self {
        Ticks { start: Instant::now(), next: TICK }
    }

    pub(crate) fn tick(&mut self, progress: &dyn Fn(&str), what: &str) {
        let elapsed = self.start.elapsed();
        if elapsed >= self.next {
            self.next = elapsed + TICK;
            progress(&format!("{what}: {} s", elapsed.as_secs()));
        }
    }
}
