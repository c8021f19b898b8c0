//! Slips about a sale, and the message that carries its voucher.

use super::compose::{Said, Words};
use super::fields::{VoidFields, VoucherFields};
use super::render::as_values;
use super::shop::Shop;
use crate::prints::validity;
use karcis_core::counters;
use karcis_core::db::ReadTx;
use karcis_core::fault::Fault;
use karcis_core::routers;
use karcis_core::sales::{self, Sale};
use karcis_core::templates::TemplateKind;
use karcis_core::values::SaleId;
use karcis_core::vouchers;
use karcis_print::{MAX_ADDRESS, login_address};

/// The slip of a sold voucher.
pub(super) fn voucher(tx: &ReadTx<'_>, id: SaleId, shop: &Shop) -> Result<Option<Said>, Fault> {
    let Some(sale) = sales::sale(tx, id)? else { return Ok(None) };
    let values = as_values(voucher_fields(tx, &sale, shop)?);
    Ok(Some(Said {
        words: Words::Template(TemplateKind::Voucher),
        values,
        shorter: Vec::new(),
        practice: sale.practice,
    }))
}

/// What there is to say about a sold voucher.
pub(super) fn voucher_fields(tx: &ReadTx<'_>, sale: &Sale, shop: &Shop) -> Result<VoucherFields, Fault> {
    let voucher = vouchers::voucher(tx, sale.voucher)?;
    let batch = match &voucher {
        Some(voucher) => vouchers::batch(tx, voucher.batch)?,
        None => None,
    };
    let router = routers::router(tx, sale.router)?;
    let login = router.as_ref().and_then(|router| router.dns_name.as_deref()).map(|host| {
        let address = login_address(host, &sale.code, &sale.password);
        // One too long for a QR that phones can read is typed instead.
        if address.len() > MAX_ADDRESS { String::new() } else { address }
    });
    Ok(VoucherFields {
        shop: shop.name.clone(),
        plan: sale.plan_name.clone(),
        price: shop.money(sale.price),
        discount: shop.some_money(sale.discount),
        paid: shop.money(sale.paid),
        validity: batch.map_or_else(String::new, |batch| validity(&batch, shop.format)),
        code: sale.code.clone(),
        password: if sale.password == sale.code { String::new() } else { sale.password.clone() },
        ssid: router.and_then(|router| router.ssid).unwrap_or_default(),
        login: login.unwrap_or_default(),
        waiting: sale.is_waiting(),
        number: sales::titled(&shop.format.count(sale.number), sale.practice),
        date: shop.format.day(sale.at),
        time: shop.format.time(sale.at),
        cashier: sale.cashier_name.clone(),
        counter: counter_name(tx, sale)?,
    })
}

/// The slip of a voided sale; nothing while the sale stands.
pub(super) fn void(tx: &ReadTx<'_>, id: SaleId, shop: &Shop) -> Result<Option<Said>, Fault> {
    let Some(sale) = sales::sale(tx, id)? else { return Ok(None) };
    let Some(voided) = &sale.voided else { return Ok(None) };
    let fields = VoidFields {
        shop: shop.name.clone(),
        plan: sale.plan_name.clone(),
        code: sale.code.clone(),
        number: sales::titled(&shop.format.count(sale.number), sale.practice),
        sold_at: shop.moment(sale.at),
        cashier: sale.cashier_name.clone(),
        refund: shop.money(voided.amount),
        reason: voided.reason.clone(),
        date: shop.format.day(voided.at),
        time: shop.format.time(voided.at),
        voided_by: voided.by.clone(),
        approved_by: voided.approved_by.clone().unwrap_or_default(),
        counter: counter_name(tx, &sale)?,
    };
    let values = as_values(fields);
    Ok(Some(Said {
        words: Words::Template(TemplateKind::Void),
        values,
        shorter: Vec::new(),
        practice: sale.practice,
    }))
}

fn counter_name(tx: &ReadTx<'_>, sale: &Sale) -> Result<String, Fault> {
    match sale.counter {
        None => Ok(String::new()),
        Some(id) => Ok(counters::counter(tx, id)?.map_or_else(String::new, |counter| counter.name)),
    }
}
