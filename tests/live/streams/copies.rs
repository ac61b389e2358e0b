//! Files copied, beside `kubectl cp`: the same copies by both, and the trees that they make compared.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use kubesdk::{Client, ContainerFiles, Copied, CopyError, CopyEvent, ErrorKind};
use kubesdk_test_cluster::Cluster;
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::load::{memory, settled, tasks};
use super::{pods, shell};

const MIB: u64 = 1 << 20;

fn files(client: &Client) -> ContainerFiles {
    ContainerFiles::of(pods(client).exec("busy"))
}

/// A tree with everything that trees have.
fn tree() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("tree");
    let write = |name: &str, content: &[u8], mode: u32| {
        let path = root.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, content).expect("a file");
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("a mode");
    };
    write("plain", b"plain\n", 0o644);
    write("empty file", b"", 0o600);
    write("a/script", b"#!/bin/sh\n", 0o755);
    write("a/set-user-id", b"x", 0o4755);
    write("a/b/read-only", b"x", 0o444);
    write("ümlaut", b"x", 0o640);
    write(&format!("{}/{}", "n".repeat(120), "m".repeat(120)), b"long", 0o644);
    write("odd", &vec![7; 512 * 3 + 1], 0o644);
    let sparse = fs::File::create(root.join("sparse")).expect("a file");
    sparse.set_len(32 * MIB).expect("a length");
    fs::create_dir_all(root.join("empty")).expect("a folder");
    fs::set_permissions(root.join("empty"), fs::Permissions::from_mode(0o750)).expect("a mode");
    fs::set_permissions(root.join("a"), fs::Permissions::from_mode(0o711)).expect("a mode");
    for (target, link) in
        [("plain", "link"), ("../plain", "a/up"), ("/etc/passwd", "absolute"), ("nothing", "dangling")]
    {
        symlink(target, root.join(link)).expect("a link");
    }
    folder
}

async fn run(client: &Client, script: &str) -> String {
    let output = shell(client, script).output().await.expect("an output");
    assert!(output.exit.success(), "{script}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// A tree in the container, as text.
async fn remote(client: &Client, root: &str) -> String {
    let script = format!(
        "cd {root} && find . -printf '%p %y %m %U %G %s %l\\n' | sed 's/ d \\(.*\\) [0-9]* $/ d \\1/' | LC_ALL=C sort \
         && find . -type f | LC_ALL=C sort | xargs -d '\\n' sha256sum"
    );
    run(client, &script).await
}

/// A tree here, as text.
fn local(root: &Path) -> String {
    let mut text = String::new();
    let mut left = vec![PathBuf::new()];
    while let Some(path) = left.pop() {
        let found = fs::symlink_metadata(root.join(&path)).expect("it is there");
        write!(text, "{} {:o}", path.display(), found.mode()).expect("memory");
        if found.is_dir() {
            let mut names: Vec<_> = fs::read_dir(root.join(&path))
                .expect("a folder")
                .map(|it| path.join(it.expect("one").file_name()))
                .collect();
            names.sort();
            left.extend(names);
        } else if found.is_symlink() {
            panic!("links are left out");
        } else {
            let content = fs::read(root.join(&path)).expect("a file");
            let sum =
                content.iter().fold(7_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(*byte)));
            write!(text, " {} {sum}", content.len()).expect("memory");
        }
        text.push('\n');
    }
    text
}

fn kubectl(cluster: &Cluster, arguments: &[&str]) {
    let said = cluster.kubectl(&[&["cp"], arguments].concat()).expect("kubectl runs");
    assert!(said.status.success(), "{arguments:?}: {}", said.stderr);
}

/// Each source and target by both; `K` and `O` stand for the folders of each.
pub(super) async fn into_a_container_as_kubectl(cluster: &Cluster, client: &Client) {
    let source = tree();
    let at = |path: &str| format!("{}/{path}", source.path().display());
    run(client, "mkdir -p /tmp/k/there /tmp/o/there /tmp/k/kept/tree/a /tmp/o/kept/tree/a; chmod 700 /tmp/?/kept/tree/a").await;
    for (from, to, preserve) in [
        ("tree/plain", "new", true),
        ("tree/plain", "there", true),
        ("tree/odd", "there/", true),
        ("tree/link", "there/link-itself", true),
        ("tree", "there", true),
        ("tree", "fresh", true),
        ("tree/", "fresh-with-slash", true),
        ("tree/.", "contents", true),
        ("tree/.", "there/tree", true),
        ("tree/empty", "no-files", true),
        ("tree", "kept", true),
        ("tree", "by-nobody", false),
        ("tree/a/set-user-id", "not-set", false),
    ] {
        let target = format!("busy:/tmp/k/{to}");
        let flags: &[&str] = if preserve { &[] } else { &["--no-preserve"] };
        kubectl(cluster, &[&[at(from).as_str(), target.as_str()], flags].concat());
        let copy = files(client).copy_to(at(from), format!("/tmp/o/{to}"));
        let copied = if preserve { copy.await } else { copy.no_preserve().await };
        copied.unwrap_or_else(|error| panic!("{from} to {to}: {error}"));
    }
    let (theirs, ours) = (remote(client, "/tmp/k").await, remote(client, "/tmp/o").await);
    assert!(ours.contains("./there/tree/a/up l") && ours.contains("./fresh/sparse f 644"), "{ours}");
    assert_eq!(ours, theirs);
}

pub(super) async fn out_of_a_container_as_kubectl(cluster: &Cluster, client: &Client) {
    let here = tempfile::tempdir().expect("a folder");
    let at = |by: &str, path: &str| format!("{}/{by}/{path}", here.path().display());
    for by in ["k", "o"] {
        fs::create_dir_all(at(by, "there/a")).expect("a folder");
    }
    for (from, to) in [
        ("/tmp/o/fresh/plain", "new"),
        ("/tmp/o/fresh/plain", "deep/er/new"),
        ("/tmp/o/fresh", "tree"),
        ("/tmp/o/fresh/", "tree-with-slash"),
        ("/tmp/o/fresh", "there"),
        ("/tmp/o/fresh/a", "a"),
        ("tmp/o/fresh/a", "relative"),
        ("/tmp/o/fresh/empty", "empty"),
    ] {
        kubectl(cluster, &[&format!("busy:{from}"), &at("k", to)]);
        let copied = files(client).copy_from(from, at("o", to)).await;
        copied.unwrap_or_else(|error| panic!("{from} to {to}: {error}"));
    }
    assert_eq!(local(&here.path().join("o")), local(&here.path().join("k")));
    // With these names kubectl says that what tar sent was corrupted.
    for from in ["/tmp/o/there/../fresh/a", "/tmp//o/fresh/a", "./tmp/o/fresh/a", "/tmp/o/fresh/a/."] {
        files(client)
            .copy_from(from, at("o", "odd-name"))
            .await
            .unwrap_or_else(|error| panic!("{from}: {error}"));
        assert_eq!(local(&here.path().join("o/odd-name")), local(&here.path().join("o/a")));
        fs::remove_dir_all(at("o", "odd-name")).expect("it was there");
    }
    let modes = files(client).copy_from("/tmp/o/fresh/a", at("o", "modes")).permissions(true);
    assert_eq!(modes.await.expect("a copy").skipped, 1);
    let mode = |path: &str| fs::metadata(at("o", path)).expect("it is there").mode() & 0o7777;
    assert_eq!(
        (mode("modes/script"), mode("modes/set-user-id"), mode("modes/b/read-only")),
        (0o755, 0o755, 0o444)
    );
}

pub(super) async fn failures(cluster: &Cluster, client: &Client) {
    let here = tempfile::tempdir().expect("a folder");
    let target = || here.path().join("copy");
    let there = files(client);
    let error = there.copy_from("/tmp/no-such-file", target()).await.expect_err("nothing is there");
    assert!(matches!(&error, CopyError::NotInContainer { path } if path == "/tmp/no-such-file"), "{error:?}");
    let error = there.copy_to(here.path().join("nothing"), "/tmp/x").await.expect_err("nothing is here");
    assert!(matches!(&error, CopyError::Local { path, .. } if path.ends_with("nothing")), "{error:?}");
    fs::write(here.path().join("file"), "x").expect("a file");
    let file = || here.path().join("file");
    let error = there.copy_to(file(), "/no-such/folder/x").await.expect_err("no such folder");
    assert!(
        matches!(&error, CopyError::Failed { exit, stderr } if exit.code() == 2 && !stderr.is_empty()),
        "{error:?}"
    );
    let error = there.copy_to(file(), "").await.expect_err("no path");
    assert!(matches!(error, CopyError::Invalid { .. }), "{error:?}");
    let error = there.copy_from("/etc/hosts", here.path()).await.expect_err("a folder is there");
    assert!(matches!(error, CopyError::Local { .. }), "{error:?}");
    let limited = there.copy_from("/tmp/o/fresh", target()).limit(MIB).await.expect_err("too much");
    assert!(matches!(limited, CopyError::TooLarge { limit: MIB }), "{limited:?}");

    let bare = ContainerFiles::of(pods(client).exec("bare"));
    let error = bare.copy_from("/etc/hosts", target()).await.expect_err("no tar");
    assert!(matches!(error, CopyError::NoTar(_)), "{error:?}");
    let error = bare.copy_to(file(), "/tmp/x").await.expect_err("no tar");
    assert!(matches!(error, CopyError::NoTar(_)), "{error:?}");

    let error =
        ContainerFiles::of(pods(client).exec("nobody")).copy_from("/x", target()).await.expect_err("no pod");
    assert!(matches!(&error, CopyError::Call(error) if error.is_not_found()), "{error:?}");
    let other = ContainerFiles::of(pods(client).exec("half").container("other"));
    let error = other.copy_to(file(), "/tmp/x").await.expect_err("no such container");
    assert!(matches!(&error, CopyError::Call(error) if error.is_bad_request()), "{error:?}");
    let chosen = ContainerFiles::of(pods(client).exec("half").container("main"));
    chosen.copy_to(file(), "/tmp/x").await.expect("a copy");
    let viewer = Client::from_kubeconfig(cluster.viewer_kubeconfig()).await.expect("a client");
    let error =
        files(&viewer).copy_from("/etc/hosts", target()).await.expect_err("the viewer may not do that");
    assert!(error.to_string().contains("ask for the verb create on pods/exec"), "{error}");
}

/// A container whose `tar` is not what it should be: each is an error of its kind, and nothing is written outside.
pub(super) async fn an_evil_tar(client: &Client) {
    let here = tempfile::tempdir().expect("a folder");
    let target = here.path().join("target");
    fs::write(here.path().join("file"), "evil").expect("a file");
    let pack = "s|^file$|tmp/x/../../out|";
    let archive = std::process::Command::new("tar")
        .args(["-cPf", "evil", "--transform", pack, "file"])
        .current_dir(here.path())
        .status();
    assert!(archive.expect("tar runs").success());
    let exec = pods(client).exec("evil");
    let there = ContainerFiles::of(exec.clone());
    there.copy_to(here.path().join("evil"), "/tmp/archive").await.expect("its tar is good so far");
    for (name, body) in [
        ("outside", "exec cat /tmp/archive"),
        ("endless zeros", "exec cat /dev/zero"),
        ("endless words", "exec yes"),
    ] {
        let install =
            format!("mkdir -p /tmp/bin; printf '#!/bin/sh\n{body}\n' > /tmp/bin/tar; chmod 755 /tmp/bin/tar");
        let installed = exec.clone().command("sh").command("-c").command(install).output().await;
        assert!(installed.expect("an output").exit.success(), "{name}");
        let error = there.copy_from("/tmp/x", &target).await.expect_err(name);
        let expected = match name {
            "outside" => matches!(&error, CopyError::Outside { entry } if entry == "tmp/x/../../out"),
            _ => matches!(error, CopyError::Archive(_)),
        };
        assert!(expected, "{name}: {error:?}");
        assert!(!target.exists() && !here.path().join("out").exists(), "{name}");
    }
    for (body, code) in [("kill -9 $$", 137), ("echo broken >&2; exit 3", 3)] {
        let install = format!("printf '#!/bin/sh\n{body}\n' > /tmp/bin/tar");
        exec.clone().command("sh").command("-c").command(install).output().await.expect("an output");
        let error = there.copy_from("/etc/hosts", &target).await.expect_err("tar fails");
        assert!(matches!(&error, CopyError::Failed { exit, .. } if exit.code() == code), "{error:?}");
        let error = there.copy_to(here.path().join("file"), "/tmp/x").await.expect_err("tar fails");
        assert!(matches!(&error, CopyError::Failed { exit, .. } if exit.code() == code), "{error:?}");
    }
}

/// 300 MiB there and back: the same, and no more memory than before.
pub(super) async fn large_files(client: &Client) {
    let here = tempfile::tempdir().expect("a folder");
    let (source, back) = (here.path().join("source"), here.path().join("back"));
    let block: Vec<u8> = (0..MIB as u32).map(|it| (it.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let file = fs::File::create(&source).expect("a file");
    for _ in 0..300 {
        std::io::Write::write_all(&mut &file, &block).expect("room");
    }
    let before = memory();
    let most = Arc::new(AtomicUsize::new(0));
    let watch = || {
        let (most, mut at) = (Arc::clone(&most), 0);
        move |event: CopyEvent<'_>| {
            if let CopyEvent::Moved { bytes } = event
                && bytes / (8 * MIB) > at
            {
                at = bytes / (8 * MIB);
                most.fetch_max(memory().saturating_sub(before), Ordering::SeqCst);
            }
        }
    };
    let copied = files(client).copy_to(&source, "/tmp/large").progress(watch()).await.expect("a copy");
    assert_eq!(copied.bytes, 300 * MIB);
    let copied = files(client).copy_from("/tmp/large", &back).progress(watch()).await.expect("a copy");
    assert_eq!(copied.bytes, 300 * MIB);
    let most = most.load(Ordering::SeqCst);
    assert!(most < 16, "{most} MiB more");
    assert!(same(&source, &back));
}

fn same(one: &Path, other: &Path) -> bool {
    let run = std::process::Command::new("cmp").arg(one).arg(other).status();
    run.expect("cmp runs").success()
}

/// The API server is killed on the way: the copy is taken up where it broke off.
pub(super) async fn a_server_that_restarts(cluster: &Cluster, client: &Client) {
    let here = tempfile::tempdir().expect("a folder");
    let back = here.path().join("back");
    let server = cluster.component("apiserver").expect("the API server");
    let killed = AtomicBool::new(false);
    let kill = move |event: CopyEvent<'_>| {
        if matches!(event, CopyEvent::Moved { bytes } if bytes > 20 * MIB)
            && !killed.swap(true, Ordering::SeqCst)
        {
            server.signal("KILL").expect("it is killed");
        }
    };
    let copied =
        files(client).copy_from("/tmp/large", &back).retries(30).progress(kill).await.expect("a copy");
    assert_eq!(copied.bytes, 300 * MIB);
    assert_eq!(run(client, "sha256sum < /tmp/large").await, sum(&back));
}

fn sum(path: &Path) -> String {
    let run = std::process::Command::new("sha256sum").stdin(fs::File::open(path).expect("a file")).output();
    String::from_utf8(run.expect("it runs").stdout).expect("text")
}

/// A listener, and when it has heard of a mebibyte.
fn announced() -> (impl FnMut(CopyEvent<'_>) + Send + 'static, oneshot::Receiver<()>) {
    let (sender, begun) = oneshot::channel();
    let mut sender = Some(sender);
    let listener = move |event: CopyEvent<'_>| {
        if matches!(event, CopyEvent::Moved { bytes } if bytes > MIB) {
            sender.take().map(|it| it.send(()));
        }
    };
    (listener, begun)
}

/// What is dropped on the way leaves nothing: no half file here, no tar there, no task.
pub(super) async fn dropped_on_the_way(client: &Client) {
    let here = tempfile::tempdir().expect("a folder");
    run(client, "true").await;
    let before = settled(tasks, 0).await;
    for upward in [false, true] {
        let (listener, begun) = announced();
        let copy = if upward {
            let source = here.path().join("source");
            fs::File::create(&source).expect("a file").set_len(1000 * MIB).expect("a length");
            tokio::spawn(files(client).copy_to(source, "/tmp/dropped").progress(listener).into_future())
        } else {
            tokio::spawn(
                files(client)
                    .copy_from("/tmp/large", here.path().join("half"))
                    .progress(listener)
                    .into_future(),
            )
        };
        begun.await.expect("it has begun");
        copy.abort();
        assert!(copy.await.expect_err("it was dropped").is_cancelled());
        let gone =
            "for i in $(seq 300); do grep -qx tar /proc/[0-9]*/comm || exit 0; sleep 0.1; done; exit 1";
        run(client, gone).await;
    }
    assert!(settled(tasks, before).await <= before, "tasks are left");
    settled(|| usize::from(here.path().join("half").exists()), 0).await;
    assert!(!here.path().join("half").exists());
    run(client, "rm -f /tmp/dropped /tmp/large").await;
}

/// Copies both ways that are on their way.
pub(super) struct Copying {
    here: TempDir,
    copies: [JoinHandle<Result<Copied, CopyError>>; 2],
}

impl Copying {
    pub(super) async fn begin(client: &Client) -> Self {
        let here = tempfile::tempdir().expect("a folder");
        let source = here.path().join("source");
        fs::File::create(&source).expect("a file").set_len(4000 * MIB).expect("a length");
        run(client, "truncate -s 4000M /tmp/zeros").await;
        let (listener, out_begun) = announced();
        let out = files(client).copy_from("/tmp/zeros", here.path().join("half")).progress(listener);
        let out = tokio::spawn(out.into_future());
        let (listener, in_begun) = announced();
        let into = tokio::spawn(files(client).copy_to(source, "/tmp/half").progress(listener).into_future());
        for begun in [out_begun, in_begun] {
            begun.await.expect("it has begun");
        }
        Copying { here, copies: [out, into] }
    }

    /// Each is an error of the connection, and no file of it is here.
    pub(super) async fn broke_off(self) {
        for copy in self.copies {
            let error = copy.await.expect("it ran").expect_err("its node has died");
            let CopyError::Call(error) = error else { panic!("{error:?}") };
            assert!(error.is_internal() || error.kind() == ErrorKind::Body, "{error}");
        }
        assert!(!self.here.path().join("half").exists(), "half a file is taken for a whole one");
    }
}
