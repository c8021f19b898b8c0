//! A file that is either there whole or not there at all.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

/// How often something is tried that another program may be standing on, and how long is waited in between: a second.
const TRIES: u32 = 20;
const PAUSE: Duration = Duration::from_millis(50);
/// `ERROR_ACCESS_DENIED`, `ERROR_SHARING_VIOLATION`, `ERROR_LOCK_VIOLATION`.
const IN_USE: [i32; 3] = [5, 32, 33];

/// Writes beside the goal, flushes to the disk, then renames over it; a failure leaves what was there before.
///
/// Only the person who runs the program may read the file.
pub fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let unfinished = unfinished_name(path)?;
    let written = write_new(&unfinished, bytes).and_then(|()| patiently(|| fs::rename(&unfinished, path)));
    if let Err(error) = written {
        // What could not be finished is not left lying about; the first error is the one that matters.
        let _ = fs::remove_file(&unfinished);
        return Err(error);
    }
    settle_folder(path);
    Ok(())
}

/// Tries again for a moment what another program stands in the way of. On Windows a scanner, an indexer or a backup opens
/// any file that has just changed, and until it has closed it nobody may replace it.
pub(crate) fn patiently<T>(mut attempt: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    for _ in 1..TRIES {
        match attempt() {
            Err(error) if is_in_use(&error) => wait_a_moment(),
            done => return done,
        }
    }
    attempt()
}

#[expect(
    clippy::disallowed_methods,
    reason = "the thread blocks for the disk anyway, and Windows tells nobody when a file is free"
)]
fn wait_a_moment() {
    thread::sleep(PAUSE);
}

fn is_in_use(error: &io::Error) -> bool {
    cfg!(windows) && error.raw_os_error().is_some_and(|code| IN_USE.contains(&code))
}

fn unfinished_name(path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let mut hidden = OsString::from(".");
    hidden.push(name);
    hidden.push(".part");
    Ok(path.with_file_name(hidden))
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// The rename itself is only durable once its folder is. Some network folders refuse the call and Windows has none;
/// the file is whole either way, so a refusal is not a failure.
fn settle_folder(path: &Path) {
    if cfg!(unix)
        && let Some(folder) = path.parent()
        && let Err(error) = File::open(folder).and_then(|folder| folder.sync_all())
    {
        tracing::debug!(%error, "the folder of a saved file could not be flushed");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_nothing_else_stays_in_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("practice-router.json");
        write_whole(&path, b"first").unwrap();
        write_whole(&path, b"second").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"second");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_failed_write_leaves_what_was_there_and_no_remains() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("taken");
        fs::create_dir(&path).unwrap();
        fs::write(path.join("inside"), b"old").unwrap();
        assert!(write_whole(&path, b"new").is_err(), "a folder cannot be replaced by a file");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    /// Another process that lets nobody share a file until it is let go.
    #[cfg(windows)]
    mod held {
        use super::*;
        use std::io::{BufRead, BufReader, Read};
        use std::os::windows::fs::OpenOptionsExt;
        use std::process::{Child, Command, Stdio};

        const HELD: &str = "KARCIS_TEST_HELD_FILE";

        struct Holder(Child);

        impl Holder {
            fn of(path: &Path) -> Holder {
                let mut child = Command::new(std::env::current_exe().unwrap())
                    .args(["--exact", "file::tests::held::a_holder_holds_what_it_is_told_to", "--nocapture"])
                    .env(HELD, path)
                    .stdin(Stdio::piped())
                    .stdout(Stdio::piped())
                    .spawn()
                    .unwrap();
                let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
                assert!(lines.any(|line| line.unwrap().contains("it is held")));
                // Whatever else it says is read to its end, so that it never waits for us.
                thread::spawn(move || lines.count());
                Holder(child)
            }

            fn let_go(mut self) {
                drop(self.0.stdin.take());
                assert!(self.0.wait().unwrap().success());
            }
        }

        #[test]
        fn a_holder_holds_what_it_is_told_to() {
            let Some(path) = std::env::var_os(HELD) else { return };
            let file = OpenOptions::new().read(true).write(true).share_mode(0).open(path).unwrap();
            println!("it is held");
            io::stdin().read_to_end(&mut Vec::new()).unwrap();
            drop(file);
        }

        #[test]
        fn a_file_another_program_lets_nobody_share_keeps_its_contents_and_is_replaced_when_it_is_free() {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("Laporan bulan ini é.xlsx");
            write_whole(&path, b"old").unwrap();
            let holder = Holder::of(&path);
            let error = write_whole(&path, b"new").unwrap_err();
            assert!(is_in_use(&error), "{error:?}");
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no remains");
            holder.let_go();
            assert_eq!(fs::read(&path).unwrap(), b"old");
            write_whole(&path, b"new").unwrap();
            assert_eq!(fs::read(&path).unwrap(), b"new");
        }

        #[test]
        fn a_file_that_is_held_for_a_moment_is_waited_for() {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("practice-router.json");
            write_whole(&path, b"old").unwrap();
            let mut holder = Some(Holder::of(&path));
            let mut tries = 0;
            let read = patiently(|| {
                tries += 1;
                let read = fs::read(&path);
                if let Some(holder) = holder.take() {
                    holder.let_go();
                }
                read
            });
            assert_eq!((read.unwrap(), tries), (b"old".to_vec(), 2));
        }
    }

    #[test]
    #[cfg(unix)]
    fn nobody_else_may_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("practice-router.json");
        write_whole(&path, b"secret").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o077, 0);
    }
}
