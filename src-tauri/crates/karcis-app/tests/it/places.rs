//! Books in folders as people have them, and other programs that stand on them.

use crate::browser::Served;
use crate::console::run;
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};

/// A name with blanks, letters beyond ASCII and signs that mean something to shells and addresses.
const PLACE: &str = "Warung Bu Siti é 新店 🛵, lantai 2 & 100%";
/// Windows once stopped at so many letters.
const ONCE_THE_LONGEST: usize = 260;

fn deep(place: &Path) -> PathBuf {
    let folder =
        (0..6).fold(place.to_owned(), |folder, _| folder.join("Kantor pusat, gedung timur, ruang berkas"));
    assert!(folder.as_os_str().len() > ONCE_THE_LONGEST, "{}", folder.display());
    folder
}

#[tokio::test]
async fn books_paper_and_practice_are_kept_in_a_folder_with_any_name_however_deep() {
    let place = tempfile::tempdir().unwrap();
    for folder in [place.path().join(PLACE), deep(place.path())] {
        let at = folder.to_str().unwrap();
        let made = run(&["demo", "--count", "25", "--out", at]).await;
        assert_eq!(made.code, Some(0), "{made:?}");
        let paper = fs::read(folder.join("vouchers.pdf")).unwrap();
        assert!(paper.starts_with(b"%PDF-") && paper.trim_ascii_end().ends_with(b"%%EOF"), "{at}");
        let seen = run(&["doctor", "--data", at, "--json"]).await;
        assert_eq!((seen.code, &seen.json()["findings"]), (Some(0), &json!([])), "{seen:?}");
        assert_eq!(seen.json()["practice"], "good", "{at}");
    }
}

#[tokio::test]
async fn a_shop_in_a_folder_with_any_name_is_open_once_and_writes_its_log_there() {
    let place = tempfile::tempdir().unwrap();
    for folder in [place.path().join(PLACE), deep(place.path())] {
        let at = folder.to_str().unwrap();
        let mut shop = Served::open(&folder, &[]);
        assert_eq!(shop.get("/about").status, 200, "{}", shop.first_line);
        for deed in [["serve", "--data"], ["demo", "--out"]] {
            let second = run(&[deed[0], deed[1], at]).await;
            assert_eq!(second.code, Some(2), "{second:?}");
            assert!(second.err.contains("Another Karcis is using the data folder"), "{second:?}");
        }
        assert_eq!(shop.get("/about").status, 200, "the first one goes on");
        shop.end();
        assert!(fs::read_dir(folder.join("logs")).unwrap().count() > 0, "{at}");
        let mut again = Served::open(&folder, &[]);
        assert_eq!(again.get("/about").status, 200, "{}", again.first_line);
    }
}

/// What a backup or a scanner does for a while: nobody else may open the file.
#[tokio::test]
#[cfg(windows)]
async fn books_another_program_lets_nobody_share_are_not_opened_and_are_whole_when_it_is_done() {
    use std::os::windows::fs::OpenOptionsExt;
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join(PLACE);
    let at = folder.to_str().unwrap();
    assert_eq!(run(&["demo", "--count", "25", "--out", at]).await.code, Some(0));
    let books = folder.join("karcis.db");
    let before = fs::read(&books).unwrap();
    let held = fs::OpenOptions::new().read(true).write(true).share_mode(0).open(&books).unwrap();
    let refused = run(&["demo", "--out", at]).await;
    assert_eq!(refused.code, Some(2), "{refused:?}");
    assert!(refused.err.contains("cannot be written"), "{refused:?}");
    drop(held);
    assert_eq!(fs::read(&books).unwrap(), before);
    let seen = run(&["doctor", "--data", at]).await;
    assert_eq!(seen.code, Some(0), "{seen:?}");
}
