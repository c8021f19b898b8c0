//! The slip of what a reseller paid or gave back.

use super::compose::{Said, Words};
use super::fields::SettlementFields;
use super::render::as_values;
use super::shop::Shop;
use karcis_core::db::ReadTx;
use karcis_core::fault::Fault;
use karcis_core::resellers::{self, SettlementKind};
use karcis_core::templates::TemplateKind;
use karcis_core::values::SettlementId;

/// A copy does not say what is still owed: by now that may be another sum.
pub(super) fn said(tx: &ReadTx<'_>, id: SettlementId, copy: u32, shop: &Shop) -> Result<Option<Said>, Fault> {
    let Some(settled) = resellers::settlement(tx, id)? else { return Ok(None) };
    let reseller = resellers::reseller(tx, settled.reseller)?;
    let fields = SettlementFields {
        shop: shop.name.clone(),
        reseller: reseller.map_or_else(String::new, |reseller| reseller.name),
        bank: settled.kind == SettlementKind::Bank,
        returned: settled.kind == SettlementKind::Return,
        quantity: shop.format.count(settled.quantity),
        amount: shop.money(settled.amount),
        balance: if copy == 0 { shop.money(resellers::owed(tx, settled.reseller)?) } else { String::new() },
        note: settled.note.clone(),
        number: shop.format.count(settled.number),
        date: shop.format.day(settled.at),
        time: shop.format.time(settled.at),
        settled_by: settled.settled_by.clone(),
    };
    Ok(Some(Said {
        words: Words::Template(TemplateKind::Settlement),
        values: as_values(fields),
        shorter: Vec::new(),
        practice: false,
    }))
}
