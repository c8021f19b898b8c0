//! A folder that takes one file for each slip.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::{Online, SendError, Sent, Status};

/// How often another number is taken when somebody else was quicker.
const TRIES: usize = 1_000;

pub(crate) async fn send(folder: PathBuf, bytes: Vec<u8>) -> Result<Sent, SendError> {
    let written = tokio::task::spawn_blocking(move || {
        let file = write(&folder, &bytes)?;
        Ok::<Sent, io::Error>(Sent { bytes: bytes.len(), status: THERE, file: Some(file) })
    });
    let sent = written.await.map_err(|error| SendError::Other(error.to_string()))??;
    Ok(sent)
}

pub(crate) async fn status(folder: PathBuf) -> Result<Status, SendError> {
    let there = tokio::fs::metadata(folder).await?;
    if there.is_dir() { Ok(THERE) } else { Err(SendError::Unreachable) }
}

/// Of a folder that is there.
const THERE: Status = Status { online: Online::Yes, ..Status::UNKNOWN };

/// Writes `slip-000001.prn` or the next number that is free. The file has its name only when it is whole and on the
/// disk, and no file is ever overwritten.
fn write(folder: &Path, bytes: &[u8]) -> io::Result<PathBuf> {
    for _ in 0..TRIES {
        let number = last_number(folder)?.saturating_add(1);
        match write_as(&folder.join(format!("slip-{number:06}")), bytes) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
            Ok(file) => {
                on_disk(folder)?;
                return Ok(file);
            }
        }
    }
    Err(io::Error::other("too many programs write to this folder"))
}

/// Writes a slip under this name; whoever makes the draft owns the number.
fn write_as(name: &Path, bytes: &[u8]) -> io::Result<PathBuf> {
    let (draft, file) = (name.with_extension("part"), name.with_extension("prn"));
    let open = OpenOptions::new().write(true).create_new(true).open(&draft)?;
    let written = fill(open, bytes).and_then(|()| publish(&draft, &file));
    if written.is_err() {
        let _ = fs::remove_file(&draft);
    }
    written.map(|()| file)
}

fn fill(mut draft: File, bytes: &[u8]) -> io::Result<()> {
    draft.write_all(bytes)?;
    draft.sync_all()
}

/// Gives the draft its name, unless the name is taken.
fn publish(draft: &Path, file: &Path) -> io::Result<()> {
    match fs::hard_link(draft, file) {
        // The slip is there; a draft that stays behind only keeps its number from being used.
        Ok(()) => {
            let _ = fs::remove_file(draft);
            Ok(())
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
        // Not every file system knows a second name for a file; there, the draft alone keeps others of us away.
        Err(_) if file.try_exists()? => Err(io::ErrorKind::AlreadyExists.into()),
        Err(_) => fs::rename(draft, file),
    }
}

/// The highest number in use, drafts included.
fn last_number(folder: &Path) -> io::Result<u64> {
    let mut last = 0;
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        let number = name.to_str().and_then(|name| {
            let name = name.strip_prefix("slip-")?;
            name.strip_suffix(".prn").or_else(|| name.strip_suffix(".part"))?.parse::<u64>().ok()
        });
        last = last.max(number.unwrap_or_default());
    }
    Ok(last)
}

/// Makes the new name survive a power cut, where folders can be asked to.
fn on_disk(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::write;
    use std::collections::BTreeSet;
    use std::fs;

    #[test]
    fn slips_are_numbered_on_from_the_last_and_nothing_is_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("slip-000041.prn"), "old").unwrap();
        fs::write(folder.path().join("slip-000043.part"), "left by a power cut").unwrap();
        fs::write(folder.path().join("slip-x.prn"), "not ours").unwrap();
        let file = write(folder.path(), b"new").unwrap();
        assert_eq!(file.file_name().unwrap(), "slip-000044.prn");
        assert_eq!(fs::read(file).unwrap(), b"new");
        assert_eq!(fs::read(folder.path().join("slip-000041.prn")).unwrap(), b"old");
    }

    #[test]
    fn many_at_once_get_a_file_each_and_leave_no_drafts() {
        let folder = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for writer in 0..8_u8 {
                let folder = folder.path();
                scope.spawn(move || {
                    for slip in 0..20_u8 {
                        write(folder, &[writer, slip]).unwrap();
                    }
                });
            }
        });
        let mut contents = BTreeSet::new();
        for entry in fs::read_dir(folder.path()).unwrap() {
            let path = entry.unwrap().path();
            assert_eq!(path.extension().unwrap(), "prn", "{path:?}");
            contents.insert(fs::read(path).unwrap());
        }
        assert_eq!(contents.len(), 160);
    }
}
