//! Secrets and personal data that were typed, shown or printed, and must not be in any file but the books.

use crate::browser::Served;
use karcis_core::audit::Actor;
use karcis_core::db::Db;
use karcis_core::fault::Fault;
use karcis_core::plans::{self, Alphabet, CodeMode, CodeStyle, PlanRequest};
use karcis_core::routers;
use karcis_core::values::{Money, Period, Timestamp};
use karcis_core::vouchers::{self, BatchRequest};
use rand::SeedableRng;
use rand::rngs::StdRng;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const OWNER_PASSWORD: &str = "kenari-biru-berkicau";
const PASSPHRASE: &str = "kenari kuning sembilan";
const PHONE: &str = "081298765432";

fn go(served: &mut Served, path: &str, fields: &[(&str, &str)]) -> String {
    let reply = served.post(path, fields);
    let onward = reply.header("hx-redirect").to_owned();
    assert!(reply.status == 200 && !onward.is_empty(), "{path}: {reply:?}");
    onward
}

/// From the first start to printed vouchers, as the owner of a new shop does it.
fn whole_flow(served: &mut Served) -> Vec<String> {
    let shop = format!("Warnet {PHONE}");
    go(served, "/start/shop", &[("name", &shop), ("zone", "WIB"), ("language", "id")]);
    go(served, "/start/owner", &[("name", "Budi"), ("password", OWNER_PASSWORD)]);
    let page = served.get("/");
    let groups = page.between("class=\"k-groups\">", "</p>");
    let groups: Vec<&str> =
        groups.split("<span>").skip(1).map(|group| group.split('<').next().unwrap()).collect();
    go(served, "/start/recovery", &[("last", groups[5])]);
    go(served, "/start/passphrase", &[("passphrase", PASSPHRASE)]);
    go(served, "/practice", &[]);
    let wrong = served.post("/sign-in", &[("name", "Budi"), ("password", "kenari-salah-sangkar")]);
    assert_ne!(wrong.header("hx-redirect"), "/", "{wrong:?}");
    groups.iter().map(|group| (*group).to_owned()).collect()
}

/// A plan and a batch in books that nobody has open; answers the codes.
fn batch_made(folder: &Path) -> Vec<String> {
    let db = Db::open(folder).unwrap();
    let mut rng = StdRng::seed_from_u64(11);
    let now = Timestamp::from_millis(1_795_147_200_000);
    let router = db.read(routers::practice_router).unwrap().unwrap().id;
    let code =
        CodeStyle { mode: CodeMode::Separate, alphabet: Alphabet::A28, length: 8, prefix: String::new() };
    let plan = PlanRequest {
        router,
        name: "1 Hari".to_owned(),
        hotspot_server: "all".to_owned(),
        price: Money::rupiah(3_500),
        selling_price: Money::rupiah(5_000),
        validity: Period::seconds(86_400).ok(),
        uptime_limit: None,
        data_limit: None,
        shared_users: 1,
        rate_limit: None,
        lock_mac: false,
        code: code.clone(),
        counter_key: None,
        colour: "teal".to_owned(),
        counter_fill: karcis_core::plans::Fill::Fresh,
    };
    let karcis = Actor::karcis();
    let batch = db
        .write(|tx| {
            let plan = plans::add(tx, &karcis, &plan, "plan", &mut rng, now).map_err(Fault::new)?;
            let note = format!("hubungi {PHONE}");
            let request = BatchRequest { plan: plan.id, size: 40, code, note, shelf_life_days: None };
            vouchers::issue_batch(tx, &karcis, &request, "batch", &mut rng, now).map_err(Fault::new)
        })
        .unwrap();
    let made = db.read(|tx| vouchers::printable(tx, batch.id)).unwrap();
    made.into_iter().map(|voucher| voucher.code).collect()
}

/// Looks into the books from outside until the engine has done its work.
fn until_on_router(folder: &Path, count: i64) {
    let books = rusqlite::Connection::open(folder.join("karcis.db")).unwrap();
    let began = Instant::now();
    loop {
        let question = "SELECT COUNT(*) FROM vouchers WHERE state = 'on_router'";
        let there: i64 = books.query_row(question, [], |row| row.get(0)).unwrap();
        if there == count {
            return;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "{there} of {count}");
        std::thread::yield_now();
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn contains(bytes: &[u8], word: &str) -> bool {
    bytes.windows(word.len()).any(|window| window == word.as_bytes())
}

#[test]
fn no_secret_and_no_telephone_number_is_in_any_file_but_the_books() {
    let folder = tempfile::tempdir().unwrap();
    let mut served = Served::open(folder.path(), &[("KARCIS_LOG", "trace")]);
    let groups = whole_flow(&mut served);
    let (ended, mut printed) = served.end();
    assert!(ended.success() || cfg!(windows));
    let codes = batch_made(folder.path());
    let environment = [("KARCIS_LOG", "trace"), ("KARCIS_PASSPHRASE", PASSPHRASE)];
    let served = Served::open(folder.path(), &environment);
    until_on_router(folder.path(), 40);
    let (ended, further) = served.end();
    assert!(ended.success() || cfg!(windows));
    printed += &further;
    let snapshot = fs::read_to_string(folder.path().join("practice-router.json")).unwrap();
    let snapshot: serde_json::Value = serde_json::from_str(&snapshot).unwrap();
    let users = snapshot["tables"]["/user"]["rows"].as_array().unwrap();
    let practice = users.iter().find(|user| user["name"] == "karcis").unwrap()["password"].as_str().unwrap();
    let mut canaries = vec![OWNER_PASSWORD, PASSPHRASE, "kenari-salah-sangkar", PHONE, practice];
    canaries.extend(groups.iter().chain(&codes).map(String::as_str));
    let mut looked = String::new();
    for file in files(folder.path()) {
        let name = file.file_name().unwrap().to_str().unwrap();
        if name.starts_with("karcis.db") || name == "practice-router.json" {
            continue;
        }
        let bytes = fs::read(&file).unwrap();
        looked += &String::from_utf8_lossy(&bytes);
        for canary in &canaries {
            assert!(!contains(&bytes, canary), "{canary} is in {}", file.display());
        }
    }
    for line in ["\"answered\"", "\"note carried\"", "\"route\":\"/practice\""] {
        assert!(looked.contains(line), "the log told of everything, {line} too: {looked}");
    }
    for canary in &canaries {
        assert!(!printed.contains(canary), "{canary} was printed");
    }
    let books: Vec<u8> = ["karcis.db", "karcis.db-wal"]
        .iter()
        .flat_map(|name| fs::read(folder.path().join(name)).unwrap_or_default())
        .collect();
    assert!(contains(&books, PHONE), "the flow reached the books");
    for secret in [OWNER_PASSWORD, PASSPHRASE, practice, groups[0].as_str()] {
        assert!(!contains(&books, secret), "{secret} stands in the books unsealed");
    }
}
