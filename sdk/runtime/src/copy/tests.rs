//! Archives, good and evil, into folders and back.

use std::fs;
use std::io::{self, Read};
use std::path::Path;
use std::sync::{Arc, Mutex};

use tar::{EntryType, Header};
use tempfile::TempDir;

use super::pack::{base, pack};
use super::pieces;
use super::unpack::{Unpack, unpack_all};
use super::{Copied, CopyError, CopyEvent, remote};

/// One entry of an archive, its name as it stands here.
fn entry(kind: u8, name: &str, link: &str, content: &[u8]) -> Vec<u8> {
    let mut header = Header::new_gnu();
    let fields = header.as_gnu_mut().expect("a GNU header");
    fields.name[..name.len()].copy_from_slice(name.as_bytes());
    fields.linkname[..link.len()].copy_from_slice(link.as_bytes());
    header.set_entry_type(EntryType::new(kind));
    header.set_mode(0o4755);
    header.set_size(content.len() as u64);
    header.set_cksum();
    let mut bytes = header.as_bytes().to_vec();
    bytes.extend_from_slice(content);
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes
}

fn file(name: &str, content: &str) -> Vec<u8> {
    entry(b'0', name, "", content.as_bytes())
}

struct World {
    folder: TempDir,
    unpack: Unpack,
}

/// A folder with a file outside of the target, which is `in`.
fn world(prefix: &str) -> World {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("out"), "mine").expect("a file");
    let target = folder.path().join("in");
    let unpack = Unpack { target, prefix: remote::prefix(prefix), permissions: false, limit: u64::MAX };
    World { folder, unpack }
}

impl World {
    fn unpack(&self, entries: &[Vec<u8>]) -> Result<Copied, CopyError> {
        let mut archive = entries.concat();
        archive.resize(archive.len() + 1024, 0);
        unpack_all(&*archive, self.unpack.clone(), Box::new(|_| {}))
    }

    fn read(&self, path: &str) -> Option<String> {
        fs::read_to_string(self.unpack.target.join(path)).ok()
    }

    /// Nothing stands beside the target but what was there.
    fn is_whole(&self) {
        let names =
            fs::read_dir(self.folder.path()).expect("a folder").map(|it| it.expect("an entry").file_name());
        let mut names: Vec<_> = names.filter(|it| it != "in").collect();
        names.sort();
        assert_eq!(names, ["out"]);
        assert_eq!(fs::read_to_string(self.folder.path().join("out")).expect("a file"), "mine");
    }
}

/// An archive that names something outside is refused there; what came before it stays.
fn refused(entries: &[Vec<u8>], name: &str) {
    let world = world("/a/b");
    let all = [&[file("a/b/first", "1")], entries, &[file("a/b/last", "2")]].concat();
    let error = world.unpack(&all).expect_err("it points outside");
    assert!(matches!(&error, CopyError::Outside { entry } if entry == name), "{error:?}");
    assert_eq!((world.read("first").as_deref(), world.read("last")), (Some("1"), None));
    world.is_whole();
}

#[test]
fn names_with_two_dots_are_refused() {
    for name in
        ["a/b/../../../out", "../out", "a/b/..", "a/b/x/../../../../out", "a/../out", "..", "a/b/c/../d"]
    {
        refused(&[file(name, "evil")], name);
        refused(&[entry(b'5', name, "", b"")], name);
        refused(&[entry(b'2', name, "x", b"")], name);
    }
}

#[test]
fn absolute_names_are_refused() {
    for name in ["/a/b/x", "/out", "/", "//a/b/x"] {
        refused(&[file(name, "evil")], name);
    }
    let world = world("/");
    assert!(matches!(world.unpack(&[file("/etc/passwd", "evil")]), Err(CopyError::Outside { .. })));
}

#[test]
fn names_that_were_not_asked_for_are_refused() {
    for name in ["out", "a/bad", "a", "x/a/b/c", "a/b2/c", ""] {
        refused(&[file(name, "evil")], name);
    }
}

#[test]
fn hard_links_to_outside_are_refused() {
    for link in ["../out", "/etc/passwd", "a/b/../../../out", "a/b/../out"] {
        refused(&[entry(b'1', "a/b/link", link, b"")], link);
    }
    let world = world("/a/b");
    let error = world.unpack(&[entry(b'1', "a/b/link", "a/b/nothing", b"")]).expect_err("nothing is there");
    assert!(matches!(error, CopyError::Local { .. }), "{error:?}");
}

#[test]
fn a_link_to_outside_and_a_file_through_it() {
    let world = world("/a/b");
    let links = [entry(b'2', "a/b/file", "../out", b""), entry(b'2', "a/b/up", "..", b"")];
    let copied = world.unpack(&[&links[..], &[file("a/b/file", "x"), file("a/b/up/out", "y")]].concat());
    let expected = Copied { files: 2, folders: 0, bytes: 2, skipped: 2 };
    assert_eq!(copied.expect("links are left out"), expected);
    assert_eq!((world.read("file").as_deref(), world.read("up/out").as_deref()), (Some("x"), Some("y")));
    world.is_whole();
}

#[cfg(unix)]
#[test]
fn links_that_were_there_before_are_not_followed() {
    let world = world("/a/b");
    let target = &world.unpack.target;
    fs::create_dir(target).unwrap();
    std::os::unix::fs::symlink("../out", target.join("file")).unwrap();
    std::os::unix::fs::symlink("..", target.join("up")).unwrap();
    fs::write(target.join("good"), "").unwrap();
    for entries in [
        vec![file("a/b/file", "evil")],
        vec![file("a/b/up/out", "evil")],
        vec![entry(b'5', "a/b/up", "", b"")],
        vec![entry(b'5', "a/b/up/new", "", b"")],
        vec![entry(b'1', "a/b/good", "a/b/file", b"")],
        vec![entry(b'1', "a/b/new", "a/b/up/out", b"")],
        vec![file("a/b/good", "x"), entry(b'1', "a/b/up/out", "a/b/good", b"")],
    ] {
        let error = world.unpack(&entries).expect_err("a link");
        assert!(matches!(error, CopyError::ThroughLink { .. }), "{error:?}");
        world.is_whole();
    }
}

#[cfg(unix)]
#[test]
fn a_target_that_is_a_link_is_the_callers() {
    let world = world("/a/b");
    fs::create_dir(world.folder.path().join("real")).unwrap();
    std::os::unix::fs::symlink("real", &world.unpack.target).unwrap();
    world.unpack(&[file("a/b/x", "1")]).unwrap();
    assert_eq!(fs::read_to_string(world.folder.path().join("real/x")).unwrap(), "1");
}

#[test]
fn a_file_is_called_as_the_target_and_a_tree_goes_below_it() {
    let world = world("/a/b");
    world.unpack(&[file("a/b", "one")]).unwrap();
    assert_eq!(fs::read_to_string(&world.unpack.target).unwrap(), "one");
    let error = world.unpack(&[file("a/b/x", "two")]).expect_err("a file is there");
    assert!(matches!(error, CopyError::Local { .. }), "{error:?}");
    fs::remove_file(&world.unpack.target).unwrap();
    let tree = [entry(b'5', "./a/b/", "", b""), file("a/b/x/y", "two"), entry(b'5', "a/b/empty/", "", b"")];
    let copied = world.unpack(&tree).unwrap();
    assert_eq!(copied, Copied { files: 1, folders: 2, bytes: 3, skipped: 0 });
    assert_eq!(world.read("x/y").as_deref(), Some("two"));
    assert!(world.unpack.target.join("empty").is_dir());
    let error = world.unpack(&[file("a/b", "three")]).expect_err("a folder is there");
    assert!(matches!(error, CopyError::Local { .. }), "{error:?}");
}

#[test]
fn hard_links_are_names_of_one_file() {
    let world = world("/a/b");
    let copied = world.unpack(&[file("a/b/x", "1"), entry(b'1', "a/b/y", "a/b/x", b"")]).unwrap();
    assert_eq!((copied.files, world.read("y").as_deref()), (2, Some("1")));
}

#[cfg(unix)]
#[test]
fn modes_are_kept_when_asked_for_and_never_who_one_becomes() {
    use std::os::unix::fs::MetadataExt;
    let mut world = world("/a/b");
    world.unpack.permissions = true;
    world.unpack(&[entry(b'5', "a/b", "", b""), file("a/b/x", "1")]).unwrap();
    assert_eq!(fs::metadata(world.unpack.target.join("x")).unwrap().mode() & 0o7777, 0o755);
    assert_eq!(fs::metadata(&world.unpack.target).unwrap().mode() & 0o7777, 0o755);
}

#[test]
fn no_more_comes_than_the_limit() {
    let mut world = world("/a/b");
    world.unpack.limit = 3;
    let error = world.unpack(&[file("a/b/x", "12"), file("a/b/y", "34")]).expect_err("too much");
    assert!(matches!(error, CopyError::TooLarge { limit: 3 }), "{error:?}");
    assert_eq!((world.read("x").as_deref(), world.read("y")), (Some("12"), None));
}

#[cfg(unix)]
#[test]
fn zeros_become_holes() {
    use std::os::unix::fs::MetadataExt;
    let world = world("/a/b");
    let mut content = vec![0; 5 << 20];
    content[1 << 20] = 1;
    content[3_000_001] = 2;
    world.unpack(&[entry(b'0', "a/b", "", &content)]).unwrap();
    assert!(fs::read(&world.unpack.target).unwrap() == content);
    assert!(fs::metadata(&world.unpack.target).unwrap().blocks() * 512 <= 64 << 10);
}

#[test]
fn what_is_cut_leaves_no_half_file() {
    let whole = [file("a/b/x", "1"), file("a/b/y", &"2".repeat(100))].concat();
    for length in 0..1024 + 512 + 100 {
        let world = world("/a/b");
        let result = unpack_all(&whole[..length], world.unpack.clone(), Box::new(|_| {}));
        // Between two entries nothing tells that more would have come; the exit of tar does.
        assert_eq!(result.is_ok(), matches!(length, 0 | 1024), "{length}");
        assert!(world.read("x").is_none_or(|it| it == "1") && world.read("y").is_none(), "{length}");
    }
}

#[test]
fn names_are_not_kept_without_bound() {
    let world = world("/a/b");
    let error = world.unpack(&[entry(b'L', "x", "", &vec![b'n'; 2 << 20])]).expect_err("too long");
    assert!(matches!(error, CopyError::Archive(_)), "{error:?}");
    let trailer = vec![0; 2 << 20];
    let error = world.unpack(&[file("a/b/x", "1"), vec![0; 1024], trailer]).expect_err("too long");
    assert!(matches!(error, CopyError::Archive(_)), "{error:?}");
}

/// Long names, empty folders, links, modes: packed and unpacked by us.
#[cfg(unix)]
#[test]
fn what_is_packed_is_unpacked() {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("tree");
    let long = source.join("n".repeat(90)).join("m".repeat(90));
    fs::create_dir_all(&long).unwrap();
    fs::create_dir(source.join("empty")).unwrap();
    fs::write(long.join("file"), "long").unwrap();
    fs::write(source.join("ümlaut [x]*"), vec![7; 300_000]).unwrap();
    std::os::unix::fs::symlink("/nowhere", source.join("link")).unwrap();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&seen);
    let listener = move |event: CopyEvent<'_>| {
        let mut seen = heard.lock().unwrap();
        match event {
            CopyEvent::Began { size, .. } => seen.push(size),
            CopyEvent::Moved { bytes } => *seen.last_mut().unwrap() = bytes,
            CopyEvent::Skipped { .. } => panic!("nothing is left out"),
        }
    };
    let mut archive = Vec::new();
    let packed = pack(&source, "c", &mut archive, Box::new(listener)).unwrap();
    assert_eq!(packed, Copied { files: 3, folders: 1, bytes: 300_004, skipped: 0 });
    assert_eq!(*seen.lock().unwrap(), [4, 300_004]);
    let target = folder.path().join("copy");
    let unpack =
        Unpack { target: target.clone(), prefix: remote::prefix("c"), permissions: true, limit: 300_004 };
    let unpacked = unpack_all(&*archive, unpack, Box::new(|_| {})).unwrap();
    assert_eq!(unpacked, Copied { files: 2, folders: 1, bytes: 300_004, skipped: 1 });
    let copy = target.join(long.strip_prefix(&source).unwrap()).join("file");
    assert_eq!(fs::read_to_string(copy).unwrap(), "long");
    assert_eq!(fs::read(target.join("ümlaut [x]*")).unwrap(), vec![7; 300_000]);
    assert!(target.join("empty").is_dir() && !target.join("link").exists());
}

#[cfg(unix)]
#[test]
fn what_cannot_be_packed_does_not_look_whole() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a"), "1").unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(folder.path().join("b")).unwrap();
    let mut archive = Vec::new();
    let error = pack(folder.path(), "c", &mut archive, Box::new(|_| {})).expect_err("a socket");
    assert!(matches!(&error, CopyError::Local { path, .. } if path.ends_with("b")), "{error:?}");
    assert_eq!(archive.len(), 1024, "the end of an archive follows");
}

#[test]
fn paths_in_containers() {
    for (path, clean, folder, name) in [
        ("/tmp/x", "/tmp/x", "/tmp", "x"),
        ("/tmp/x/", "/tmp/x", "/tmp", "x"),
        ("x", "x", ".", "x"),
        ("./x//y/.", "x/y", "x", "y"),
        ("/x", "/x", "/", "x"),
        ("/../x/../y", "/y", "/", "y"),
        ("../x", "../x", "..", "x"),
        ("", ".", ".", "."),
        ("/", "/", "/", ""),
    ] {
        let cleaned = remote::clean(path);
        assert_eq!((cleaned.as_str(), remote::split(&cleaned)), (clean, (folder, name)), "{path}");
    }
    for (path, prefix) in
        [("/a/b", "a/b"), ("a/../../b/", "b"), ("/", ""), (".", ""), ("./a", "a"), ("..", "")]
    {
        let joined = remote::prefix(path).join(&b'/');
        assert_eq!(String::from_utf8(joined).unwrap(), prefix, "{path}");
    }
    assert_eq!(remote::argument("-x").unwrap(), "./-x");
    assert!(matches!(remote::argument(""), Err(CopyError::Invalid { .. })));
}

#[test]
fn names_of_copies() {
    for (path, name) in [
        ("x", Some("x")),
        ("a/x/", Some("x")),
        ("/a/x", Some("x")),
        (".", None),
        ("x/.", None),
        ("x/..", None),
        ("/", None),
    ] {
        assert_eq!(base(Path::new(path)).as_deref(), name, "{path}");
    }
}

#[test]
fn a_channel_that_is_dropped_is_no_end() {
    let (sender, mut reader) = pieces::incoming();
    sender.blocking_send(Some(vec![1, 2, 3].into())).unwrap();
    sender.blocking_send(None).unwrap();
    let mut all = Vec::new();
    reader.read_to_end(&mut all).unwrap();
    assert_eq!(all, [1, 2, 3]);
    let (sender, mut reader) = pieces::incoming();
    drop(sender);
    assert_eq!(reader.read(&mut [0]).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
}
