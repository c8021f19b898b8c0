//! What every slip knows of the shop.

use crate::format::Format;
use crate::settings::LOGO;
use karcis_core::db::ReadTx;
use karcis_core::fault::Fault;
use karcis_core::settings::{self, Language};
use karcis_core::values::{Money, Timestamp};
use karcis_print::Logo;

/// The shop as it stands on paper: its name, its logo, and how it writes to its customers.
pub(super) struct Shop {
    pub(super) name: String,
    pub(super) format: Format,
    pub(super) logo: Option<Logo>,
}

impl Shop {
    pub(super) fn of(tx: &ReadTx<'_>) -> Result<Shop, Fault> {
        let shop = settings::shop(tx)?;
        // A logo that cannot be read any more is no reason to print nothing: the name stands there.
        let logo = settings::picture(tx, LOGO)?.and_then(|bytes| Logo::prepare(&bytes).ok());
        Ok(Shop { name: shop.name, format: Format { language: shop.language, zone: shop.zone }, logo })
    }

    /// The same shop writing in another language.
    pub(super) fn speaking(self, language: Language) -> Shop {
        Shop { format: Format { language, ..self.format }, ..self }
    }

    pub(super) fn money(&self, amount: Money) -> String {
        self.format.money(amount)
    }

    /// The amount, or nothing where there is none.
    pub(super) fn some_money(&self, amount: Money) -> String {
        if amount == Money::ZERO { String::new() } else { self.money(amount) }
    }

    /// The count, or nothing where there is none.
    pub(super) fn some(&self, count: u32) -> String {
        if count == 0 { String::new() } else { self.format.count(count) }
    }

    /// `20 Nov 2026 14:05`.
    pub(super) fn moment(&self, at: Timestamp) -> String {
        format!("{} {}", self.format.day(at), self.format.time(at))
    }
}
