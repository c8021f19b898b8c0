use super::*;
use crate::audit::{self, Actor, Chain};
use crate::db::{Db, params};
use crate::fault::Fault;
use crate::secrets::derivations_on_this_thread;
use crate::settings::{self, Language};
use crate::values::{CounterId, StaffId, Timestamp};
use rand::SeedableRng;
use rand::rngs::StdRng;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

mod approvals;
mod locks;
mod passwords;
mod pins;
mod rosters;
mod sessions;
mod sign_ins;
mod switches;

const OPENING: Timestamp = Timestamp::from_millis(1_795_201_200_000);
const RIGHT: &str = "becak-biru-7-roda";
const OTHER: &str = "gerobak hijau muda";

const WINDOW: Door = Door { place: Place::Window, address: None, cost: Cost::TESTS };

/// A browser at this address.
fn browser(address: &str) -> Door {
    Door { place: Place::Browser, address: Some(address.parse().unwrap()), cost: Cost::TESTS }
}

/// A shop with an owner called Ibu Sri; everybody's password is [`RIGHT`].
struct Shop {
    _folder: tempfile::TempDir,
    db: Db,
    owner: Person,
    sign_ins: AtomicI64,
}

fn shop() -> Shop {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(folder.path()).unwrap();
    let hash = hashed(RIGHT);
    let owner = db.write(|tx| found_owner(tx, name("Ibu Sri"), hash, &mut rng(1), OPENING)).unwrap();
    Shop { _folder: folder, db, owner, sign_ins: AtomicI64::new(100) }
}

impl Shop {
    fn hire(&self, who: &str, role: Role) -> Person {
        let hash = hashed(RIGHT);
        self.db
            .write(|tx| hire(tx, &self.owner.actor(), name(who), role, hash, who, &mut self.rng(), OPENING))
            .unwrap()
    }

    fn try_sign_in(&self, who: &str, password: &str, now: Timestamp) -> Result<SignedIn, SignInError> {
        self.try_at(&WINDOW, who, password, now)
    }

    fn try_at(
        &self,
        door: &Door,
        who: &str,
        password: &str,
        now: Timestamp,
    ) -> Result<SignedIn, SignInError> {
        sign_in(&self.db, door, who, password, &mut self.rng(), now)
    }

    fn sign_in_at(&self, who: &str, place: Place, now: Timestamp) -> SessionToken {
        self.try_at(&Door { place, ..WINDOW }, who, RIGHT, now).unwrap().token
    }

    /// Another one for each sign-in, as no two tokens are the same.
    fn rng(&self) -> StdRng {
        rng(self.sign_ins.fetch_add(1, Ordering::Relaxed))
    }

    fn session(&self, token: &SessionToken, now: Timestamp) -> Option<Session> {
        self.db.read(|tx| session(tx, token.as_str(), now)).unwrap()
    }

    fn deeds(&self) -> Vec<String> {
        let mut entries = self.db.read(|tx| audit::entries(tx, None, 1_000)).unwrap();
        entries.reverse();
        entries.into_iter().map(|entry| entry.deed).collect()
    }

    fn kept_hash(&self, id: StaffId) -> String {
        let sql = "SELECT password_hash FROM staff WHERE id = $1";
        self.db.read(|tx| tx.one(sql, params![id], |row| row.text(0))).unwrap()
    }
}

fn rng(seed: i64) -> StdRng {
    StdRng::seed_from_u64(u64::try_from(seed).unwrap())
}

fn name(text: &str) -> PersonName {
    text.parse().unwrap()
}

fn hashed(password: &str) -> PasswordHash {
    hash(&NewPassword::parse(password, &[]).unwrap(), Cost::TESTS, &mut rng(3))
}

fn after_s(seconds: u64) -> Timestamp {
    OPENING + Duration::from_secs(seconds)
}

fn after_min(minutes: u64) -> Timestamp {
    OPENING + Duration::from_mins(minutes)
}

/// The permissions as the product's requirements name them: c, r, u, d or a hyphen, area by role.
const TABLE: &str = "
    area      super_admin  admin  operator  viewer
    system    crud         ----   ----      ----
    user      crud         ----   ----      ----
    payment   crud         cru-   -r--      -r--
    voucher   crud         cru-   cr--      -r--
    pppoe     crud         cru-   cr--      -r--
    customer  crud         cru-   cr--      -r--
    whatsapp  crud         cru-   -r--      -r--
    counter   crud         cru-   cr--      -r--
    report    crud         cru-   ----      -r--
    printing  crud         cru-   -r--      -r--
";

#[test]
fn each_role_may_do_exactly_what_the_table_says() {
    let mut lines =
        TABLE.lines().map(str::split_whitespace).map(Vec::from_iter).filter(|line| !line.is_empty());
    let header = lines.next().unwrap();
    let rows: Vec<Vec<&str>> = lines.collect();
    assert_eq!(rows.len(), Area::ALL.len());
    let mut compared = 0;
    for (row, area) in rows.iter().zip(Area::ALL) {
        assert_eq!(row[0], format!("{area:?}").to_lowercase());
        for (column, role_name) in header.iter().enumerate().skip(1) {
            let role = Role::parse(role_name).unwrap();
            for (letter, deed) in row[column].chars().zip(Deed::ALL) {
                let may = role.may(Permission::new(area, deed));
                assert_eq!(may, letter != '-', "{role:?} {deed:?} {area:?}");
                assert!(letter == '-' || format!("{deed:?}").to_lowercase().starts_with(letter));
                compared += 1;
            }
        }
    }
    assert_eq!(compared, 40 * 4);
}

#[test]
fn no_secret_shows_itself_in_debug_output_or_in_any_table() {
    let shop = shop();
    let budi = shop.hire("Budi", Role::Operator);
    let signed_in = shop.try_sign_in("Budi", RIGHT, OPENING).unwrap();
    assert!(matches!(shop.try_sign_in("Budi", OTHER, after_s(1)), Err(SignInError::Wrong)));
    assert!(matches!(shop.try_sign_in(RIGHT, "Budi", after_s(2)), Err(SignInError::Wrong)));
    let hash = hashed(OTHER);
    let shown = format!(
        "{:?} {hash:?} {signed_in:?} {:?}",
        NewPassword::parse(RIGHT, &[]).unwrap(),
        shop.session(&signed_in.token, after_s(3))
    );
    let keep = signed_in.token.hash();
    shop.db.write(|tx| change_own_password(tx, &budi.actor(), budi.id, hash, &keep, after_s(4))).unwrap();
    let tables = every_text(&shop);
    assert!(tables.contains("budi") && tables.contains(keep.as_str()), "the tables were read");
    for canary in [RIGHT, OTHER, signed_in.token.as_str()] {
        assert!(!tables.contains(canary), "{canary} is in a table");
        assert!(!shown.contains(canary), "{canary} is in debug output");
    }
    assert!(!shown.contains("$argon2id"), "{shown}");
}

/// Every value of every table, in one text.
fn every_text(shop: &Shop) -> String {
    let connection = rusqlite::Connection::open(shop.db.path()).unwrap();
    let mut tables = connection.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").unwrap();
    let tables: Vec<String> = tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let mut all = String::new();
    for table in tables {
        let mut rows = connection.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns = rows.column_count();
        let mut rows = rows.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            for column in 0..columns {
                let value = row.get_ref(column).unwrap();
                if let Ok(bytes) = value.as_bytes() {
                    all += &String::from_utf8_lossy(bytes);
                    all.push('\n');
                }
            }
        }
    }
    all
}
