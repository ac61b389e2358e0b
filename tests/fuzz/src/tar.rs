//! Archives out of containers: whatever they hold, nothing is written outside of the target.

use std::fs;
use std::path::Path;

use kubesdk_runtime::check_unpack;
use tar::Header;

/// Unpacks the bytes as they are and, because hardly any would get so far, with right checksums.
///
/// The target holds links to the outside, whose files must stay as they are.
pub fn check(bytes: &[u8]) {
    unpack(bytes);
    unpack(&mended(bytes));
}

fn unpack(archive: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder");
    let (target, outside) = (folder.path().join("target"), folder.path().join("outside"));
    fs::create_dir(&target).expect("a folder");
    fs::create_dir(&outside).expect("a folder");
    fs::write(outside.join("file"), "kept").expect("a file");
    #[cfg(unix)]
    for (link, to) in [("up", ".."), ("x", "../outside"), ("y", "../outside/file"), ("z", "../outside/new")] {
        std::os::unix::fs::symlink(to, target.join(link)).expect("a link");
    }
    if let Ok(copied) = check_unpack(archive, &target) {
        assert!(copied.bytes <= 1 << 20, "{copied:?}");
    }
    assert_eq!(names(folder.path()), ["outside", "target"]);
    assert_eq!(names(&outside), ["file"]);
    assert_eq!(fs::read(outside.join("file")).expect("a file"), b"kept");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // The archive may have given it a mode with which nobody sees into it.
        fs::set_permissions(&target, fs::Permissions::from_mode(0o755)).expect("a folder of ours");
    }
    #[cfg(unix)]
    assert!(["up", "x", "y", "z"].iter().all(|it| target.join(it).is_symlink()), "a link is gone");
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut names: Vec<_> =
        entries.map(|it| it.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// The same with the right checksum in every header that is found by the sizes before it.
fn mended(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let mut at = 0_usize;
    while let Some(block) = at.checked_add(512).and_then(|end| bytes.get_mut(at..end)) {
        let mut header = Header::new_old();
        header.as_mut_bytes().copy_from_slice(block);
        if header.as_bytes().iter().any(|it| *it != 0) {
            header.set_cksum();
        }
        block.copy_from_slice(header.as_bytes());
        let size = header.entry_size().unwrap_or(0).div_ceil(512).saturating_mul(512);
        at = at.saturating_add(512).saturating_add(usize::try_from(size).unwrap_or(usize::MAX));
    }
    bytes
}
