//! A voucher's page: the code as a customer reads it across the counter, the QR, and all that happened.

use super::login::Login;
use super::stand::chip;
use super::timeline::{Event, Past, timeline};
use super::{MAY_UPDATE, known, serial};
use crate::answer::{Answer, show};
use crate::batches::{Fact, facts};
use crate::counter::SlipRow;
use crate::desk::Desk;
use crate::error::Error;
use crate::frame::{Frame, Nav};
use crate::staff::Chip;
use crate::texts::Texts;
use askama::Template;
use axum::extract::Path;
use karcis_core::audit;
use karcis_core::db::ReadTx;
use karcis_core::fault::Fault;
use karcis_core::prints;
use karcis_core::routers::{self, Router};
use karcis_core::sales::{self, Sale};
use karcis_core::slips::{self, Slip, SlipKind};
use karcis_core::values::VoucherId;
use karcis_core::vouchers::{self, Voucher, VoucherState};

/// Rows of the audit trail looked through; a voucher that was switched more often is told from its beginning.
const HISTORY: u16 = 200;

#[derive(Template)]
#[template(path = "vouchers/page.html")]
struct VoucherPage {
    t: &'static Texts,
    frame: Frame,
    voucher: VoucherView,
}

/// What every change draws anew.
#[derive(Template)]
#[template(path = "vouchers/_voucher.html")]
pub(super) struct VoucherPart {
    pub(super) t: &'static Texts,
    pub(super) voucher: VoucherView,
    pub(super) close_dialog: bool,
}

pub(super) struct VoucherView {
    id: String,
    pub(super) code: String,
    plain: String,
    password: Option<String>,
    state: Chip,
    sentence: String,
    serial: String,
    practice: bool,
    ssid: Option<String>,
    login: Option<Login>,
    facts: Vec<Fact>,
    events: Vec<Event>,
    /// Its sale: address and words.
    sale: Option<(String, String)>,
    /// The slips of that sale.
    slips: Vec<SlipRow>,
    batch: i64,
    batch_address: String,
    /// Whether its router may have something of it.
    live: bool,
    /// Whether this person may change what is live here.
    steers: bool,
    may_void: bool,
    may_disable: bool,
    may_enable: bool,
    /// Whether the page listens for the router's answer.
    pending: bool,
}

impl VoucherView {
    pub(super) async fn ask(desk: &Desk, id: VoucherId) -> Result<VoucherView, Error> {
        let found = desk.read(move |tx| look_up(tx, id)).await?;
        let (voucher, router, past, sold) = found.ok_or(Error::NotFound)?;
        let format = desk.format;
        let live = matches!(voucher.state, VoucherState::Pending | VoucherState::OnRouter);
        let steers = live && desk.may(MAY_UPDATE);
        let price = format.money(past.batch.selling_price);
        Ok(VoucherView {
            id: voucher.id.to_string(),
            code: karcis_print::grouped(&voucher.code),
            password: (voucher.password != voucher.code).then(|| voucher.password.clone()),
            state: chip(&voucher, desk.t),
            sentence: desk.t.vouchers.sentence(&voucher.plan_name, price, voucher.batch_number, &router.name),
            serial: serial(voucher.batch_number, voucher.serial),
            practice: router.practice,
            ssid: router.ssid.as_deref().map(|ssid| desk.t.vouchers.login_wifi(ssid)),
            login: Login::of(&voucher, &router).filter(|_| live),
            facts: facts(&past.batch, format),
            events: timeline(&voucher, &past, format),
            sale: sold.as_ref().map(|sold| {
                let sale = &sold.sale;
                let words = desk.t.vouchers.sold(format.money(sale.paid), sale.receipt_title());
                (format!("/sales/{}", sale.id), words)
            }),
            slips: sold.iter().flat_map(|sold| &sold.slips).map(|slip| SlipRow::of(slip, desk)).collect(),
            batch: voucher.batch_number,
            batch_address: format!("/batches/{}", voucher.batch),
            live,
            steers,
            // What somebody bought is taken back by its sale, so that the money goes along.
            may_void: steers && !voucher.standing.is_promised(),
            may_disable: steers && !voucher.disabled,
            may_enable: steers && voucher.disabled,
            pending: voucher.state == VoucherState::Pending,
            plain: voucher.code,
        })
    }

    /// Whether a QR would stand here if the router's login page were known.
    fn lacks_login(&self) -> bool {
        self.login.is_none() && (self.pending || self.steers)
    }
}

/// The sale of a voucher and its paper.
struct Sold {
    sale: Sale,
    slips: Vec<Slip>,
}

impl Sold {
    fn of(tx: &ReadTx<'_>, id: VoucherId) -> Result<Option<Sold>, Fault> {
        let Some(sale) = sales::of_voucher(tx, id)? else { return Ok(None) };
        let subject = sale.id.to_string();
        let mut slips = slips::of_subject(tx, SlipKind::Voucher, &subject)?;
        slips.extend(slips::of_subject(tx, SlipKind::Void, &subject)?);
        Ok(Some(Sold { sale, slips }))
    }
}

type Found = (Voucher, Router, Past, Option<Sold>);

fn look_up(tx: &ReadTx<'_>, id: VoucherId) -> Result<Option<Found>, Fault> {
    let Some(voucher) = vouchers::voucher(tx, id)? else { return Ok(None) };
    let batch =
        vouchers::batch(tx, voucher.batch)?.ok_or_else(|| Fault::new("a voucher without its batch"))?;
    let router =
        routers::router(tx, voucher.router)?.ok_or_else(|| Fault::new("a voucher without its router"))?;
    let past = Past {
        batch,
        router: router.name.clone(),
        prints: prints::of_voucher(tx, id)?,
        audit: audit::history(tx, ("voucher", &id.to_string()), HISTORY)?,
    };
    Ok(Some((voucher, router, past, Sold::of(tx, id)?)))
}

pub(super) async fn page(desk: Desk, Path(id): Path<String>) -> Answer {
    let voucher = VoucherView::ask(&desk, known(&id)?).await?;
    let frame = desk.frame(Nav::Vouchers, &voucher.code).await?;
    show(&VoucherPage { t: desk.t, frame, voucher })
}

pub(super) async fn part(desk: Desk, Path(id): Path<String>) -> Answer {
    let voucher = VoucherView::ask(&desk, known(&id)?).await?;
    show(&VoucherPart { t: desk.t, voucher, close_dialog: false })
}
