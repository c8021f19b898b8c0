//! What the owner has set, by name; unknown names are nobody's business.

use crate::db::{ReadTx, WriteTx, params};
use crate::fault::Fault;
use crate::values::{Day, Timestamp, Zone};
use rand::CryptoRng;
use sha2::{Digest, Sha256};

/// The shop as shown on screens and paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shop {
    /// The name of the business; empty until the wizard has asked.
    pub name: String,
    /// The zone of its clocks.
    pub zone: Zone,
    /// `id` or `en`.
    pub language: Language,
}

/// The two languages of the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// Bahasa Indonesia, the first language.
    #[default]
    Id,
    /// English.
    En,
}

impl Language {
    /// Both languages, the first one first.
    pub const ALL: [Language; 2] = [Language::Id, Language::En];

    /// The language's code as used in `lang` attributes.
    pub const fn code(self) -> &'static str {
        match self {
            Language::Id => "id",
            Language::En => "en",
        }
    }

    /// The language with this code.
    pub fn parse(code: &str) -> Option<Language> {
        Language::ALL.into_iter().find(|language| language.code() == code)
    }
}

/// The setting that holds the mark of this shop on its routers' users.
pub const SHOP_TAG: &str = "shop.tag";

/// Gives the books their mark the first time they are opened.
pub fn found(tx: &WriteTx<'_>, rng: &mut dyn CryptoRng) -> Result<(), Fault> {
    if text(tx, SHOP_TAG)?.is_none() {
        keep(tx, SHOP_TAG, &format!("{:08x}", rng.next_u32()))?;
    }
    Ok(())
}

/// The shop's own settings.
pub fn shop(tx: &ReadTx<'_>) -> Result<Shop, Fault> {
    Ok(Shop {
        name: text(tx, "shop.name")?.unwrap_or_default(),
        zone: text(tx, "shop.zone")?.and_then(|name| Zone::parse(&name)).unwrap_or_default(),
        language: text(tx, "shop.language")?.and_then(|code| Language::parse(&code)).unwrap_or_default(),
    })
}

/// Keeps the shop's own settings. The caller leaves the audit row.
pub fn keep_shop(tx: &WriteTx<'_>, shop: &Shop) -> Result<(), Fault> {
    keep(tx, "shop.name", &shop.name)?;
    keep(tx, "shop.zone", shop.zone.name())?;
    keep(tx, "shop.language", shop.language.code())
}

const DAY_STARTS_AT: &str = "shop.day_starts_at";
const USUAL_DAY_START: u8 = 4;

/// The hour at which the shop's business day starts, 0 to 23.
pub fn day_starts_at(tx: &ReadTx<'_>) -> Result<u8, Fault> {
    let kept = text(tx, DAY_STARTS_AT)?.and_then(|hour| hour.parse().ok());
    Ok(kept.filter(|hour| *hour < 24).unwrap_or(USUAL_DAY_START))
}

/// Keeps the hour at which the business day starts. The caller leaves the audit row; days already written stay.
pub fn keep_day_starts_at(tx: &WriteTx<'_>, hour: u8) -> Result<(), Fault> {
    if hour > 23 {
        return Err(Fault::new(format!("a day cannot start at hour {hour}")));
    }
    keep(tx, DAY_STARTS_AT, &hour.to_string())
}

/// The business day of a moment in this shop.
pub fn business_day(tx: &ReadTx<'_>, now: Timestamp) -> Result<Day, Fault> {
    Ok(Day::of(now, shop(tx)?.zone, day_starts_at(tx)?))
}

/// The value kept under `name`.
pub fn text(tx: &ReadTx<'_>, name: &str) -> Result<Option<String>, Fault> {
    tx.maybe("SELECT value FROM settings WHERE name = $1", params![name], |row| row.text(0))
}

/// Keeps `value` under `name`.
pub fn keep(tx: &WriteTx<'_>, name: &str, value: &str) -> Result<(), Fault> {
    tx.run(
        "INSERT INTO settings (name, value) VALUES ($1, $2)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        params![name, value],
    )?;
    Ok(())
}

/// The bytes of a picture, such as the shop's logo.
pub fn picture(tx: &ReadTx<'_>, name: &str) -> Result<Option<Vec<u8>>, Fault> {
    tx.maybe("SELECT bytes FROM pictures WHERE name = $1", params![name], |row| row.blob(0))
}

/// Keeps a picture, or forgets it when there are no bytes.
pub fn keep_picture(tx: &WriteTx<'_>, name: &str, bytes: Option<&[u8]>, now: Timestamp) -> Result<(), Fault> {
    match bytes {
        Some(bytes) => tx.run(
            "INSERT INTO pictures (name, bytes, changed_at) VALUES ($1, $2, $3)
             ON CONFLICT (name) DO UPDATE SET bytes = excluded.bytes, changed_at = excluded.changed_at",
            params![name, bytes, now],
        )?,
        None => tx.run("DELETE FROM pictures WHERE name = $1", params![name])?,
    };
    Ok(())
}

/// The next number of a named series, starting at one: batches, vouchers.
///
/// Takes `count` numbers at once and answers the first.
pub fn take_numbers(tx: &WriteTx<'_>, series: &str, count: u32) -> Result<i64, Fault> {
    let last = tx.one(
        "INSERT INTO counters (name, value) VALUES ($1, $2)
         ON CONFLICT (name) DO UPDATE SET value = counters.value + excluded.value
         RETURNING value",
        params![series, count],
        |row| row.int(0),
    )?;
    Ok(last - i64::from(count) + 1)
}

/// Whether a request with this key was carried out before, and what it made.
///
/// The caller decides in the same transaction and then calls [`remember_request`], so a double click is one deed.
pub fn earlier_request(tx: &ReadTx<'_>, key: &str, kind: &str) -> Result<Option<String>, Fault> {
    tx.maybe(
        "SELECT result FROM request_keys WHERE request_key = $1 AND kind = $2",
        params![key, kind],
        |row| row.text(0),
    )
}

/// The key of a request together with what it asks for.
///
/// A form that is sent again unchanged is the same deed; one that was changed and sent again under the same key is not.
pub fn bound_key(key: &str, kind: &str, asked: &impl std::fmt::Debug) -> String {
    let digest = Sha256::digest(format!("{kind}\n{asked:?}"));
    let digits: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("{key}:{digits}")
}

/// Remembers what a request with this key made.
pub fn remember_request(
    tx: &WriteTx<'_>,
    key: &str,
    kind: &str,
    result: &str,
    now: Timestamp,
) -> Result<(), Fault> {
    tx.run(
        "INSERT INTO request_keys (request_key, kind, result, at) VALUES ($1, $2, $3, $4)",
        params![key, kind, result, now],
    )?;
    Ok(())
}
