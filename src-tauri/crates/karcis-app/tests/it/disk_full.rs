//! A disk that runs full, on a small file system in memory.

use crate::console::run;
use std::path::Path;
use std::process::Command;

/// A file system of its own, for as long as it lives.
struct SmallDisk {
    folder: tempfile::TempDir,
}

impl SmallDisk {
    /// Mounts it, where the tests may mount.
    fn mounted(size: &str) -> Option<SmallDisk> {
        let folder = tempfile::tempdir().unwrap();
        let options = format!("size={size}");
        let done =
            Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(folder.path()).output();
        done.is_ok_and(|done| done.status.success()).then_some(SmallDisk { folder })
    }

    fn grow(&self, size: &str) {
        let options = format!("remount,size={size}");
        assert!(Command::new("mount").args(["-o", &options]).arg(self.path()).status().unwrap().success());
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.folder.path()).status();
    }
}

#[tokio::test]
async fn a_full_disk_is_told_and_with_more_room_the_job_is_done() {
    let Some(disk) = SmallDisk::mounted("1500k") else {
        eprintln!("skipped: this test needs the right to mount a small file system (root)");
        return;
    };
    let out = disk.path().join("books");
    let out = out.to_str().unwrap();
    let full = run(&["demo", "--count", "2000", "--out", out, "--json"]).await;
    assert_eq!((full.code, full.out.as_str()), (Some(1), ""), "{full:?}");
    assert!(full.err.contains("is full. Free some space"), "{full:?}");
    disk.grow("64m");
    let done = run(&["demo", "--count", "2000", "--out", out, "--json"]).await;
    assert_eq!(done.code, Some(0), "{done:?}");
    assert_eq!(done.json()["on_router"], 2_000);
    let healthy = run(&["doctor", "--data", out]).await;
    assert_eq!(healthy.code, Some(0), "{healthy:?}");
}
