//! A file a day, at most fourteen of them, none larger than its limit.

use super::redact::redacted;
use karcis_core::engine::Clock;
use karcis_core::values::Timestamp;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Days that are kept.
const KEPT: usize = 14;
/// A day that writes more is a day that repeats itself; the rest of it is lost.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// Where each line goes. Every write is one whole line.
pub(super) struct DailyFile {
    folder: PathBuf,
    clock: Clock,
    day: String,
    file: File,
    size: u64,
}

impl DailyFile {
    pub(super) fn open(folder: &Path, clock: Clock) -> io::Result<DailyFile> {
        fs::create_dir_all(folder)?;
        let day = day_of(clock());
        let (file, size) = append(folder, &day)?;
        forget_old(folder);
        Ok(DailyFile { folder: folder.to_owned(), clock, day, file, size })
    }

    fn turn_the_page(&mut self) -> io::Result<()> {
        let day = day_of((self.clock)());
        if day != self.day {
            (self.file, self.size) = append(&self.folder, &day)?;
            self.day = day;
            forget_old(&self.folder);
        }
        Ok(())
    }
}

impl Write for DailyFile {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.turn_the_page()?;
        let clean = redacted(line);
        if self.size + clean.len() as u64 <= MOST_BYTES {
            self.file.write_all(&clean)?;
            self.size += clean.len() as u64;
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

fn append(folder: &Path, day: &str) -> io::Result<(File, u64)> {
    let file = File::options().create(true).append(true).open(folder.join(format!("karcis-{day}.jsonl")))?;
    let size = file.metadata()?.len();
    Ok((file, size))
}

/// `2026-11-20`, so that the names sort by age.
fn day_of(now: Timestamp) -> String {
    let utc = chrono::DateTime::from_timestamp_millis(now.millis()).unwrap_or_default();
    utc.format("%Y-%m-%d").to_string()
}

fn forget_old(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut days: Vec<PathBuf> =
        entries.flatten().map(|entry| entry.path()).filter(|path| is_ours(path)).collect();
    days.sort();
    for old in days.iter().rev().skip(KEPT) {
        // A day that somebody reads at the moment is tried again tomorrow.
        let _ = fs::remove_file(old);
    }
}

fn is_ours(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    name.strip_prefix("karcis-")
        .and_then(|rest| rest.strip_suffix(".jsonl"))
        .is_some_and(|day| day.len() == 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, Ordering};

    const DAY_MS: i64 = 86_400_000;
    const START: i64 = 1_795_132_800_000; // 2026-11-20 00:00 UTC

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_new_day_is_a_new_file_and_a_fortnight_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("notes-of-the-owner.jsonl"), "").unwrap();
        let now = Arc::new(AtomicI64::new(START));
        let told = Arc::clone(&now);
        let clock: Clock = Arc::new(move || Timestamp::from_millis(told.load(Ordering::SeqCst)));
        let mut log = DailyFile::open(folder.path(), clock).unwrap();
        for _ in 0..20 {
            log.write_all(b"{\"message\":\"ya\"}\n").unwrap();
            log.write_all(b"{\"message\":\"ya\"}\n").unwrap();
            now.fetch_add(DAY_MS, Ordering::SeqCst);
        }
        let names = names(folder.path());
        assert_eq!(names.len(), KEPT + 1, "{names:?}");
        assert_eq!(
            (names[0].as_str(), names[KEPT - 1].as_str()),
            ("karcis-2026-11-26.jsonl", "karcis-2026-12-09.jsonl")
        );
        let day = fs::read_to_string(folder.path().join(&names[0])).unwrap();
        assert_eq!(day.lines().count(), 2);
    }
}
