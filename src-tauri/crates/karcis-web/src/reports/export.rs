//! Reports as files, for the browser and for the window's own save dialog.

use super::EXPORT;
use super::asked::{Asked, Meant};
use super::table::{Cell, FileKind, MOST_ROWS, Table};
use crate::answer::{self, Answer};
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::Query;
use crate::format::Format;
use crate::office::Office;
use crate::texts::{Refusal, Texts};
use crate::visit::{Visit, WindowSession};
use karcis_core::audit::{self, Actor};
use karcis_core::db::ReadTx;
use karcis_core::reports::{self, SaleRow, Slice, Totals};
use karcis_core::settings;
use karcis_core::values::{Money, Timestamp};
use serde::Deserialize;
use serde_json::json;

/// Sales read at once; the whole of a long span is read page by page.
const PAGE: u16 = 1_000;

/// A table as a file.
#[derive(Debug)]
pub struct Export {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// `csv` or `xlsx`.
    pub ending: &'static str,
}

/// What an address asks for.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    table: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    span: String,
    #[serde(default)]
    on: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
}

/// The tables there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    Sales,
    Days,
    Plans,
    Cashiers,
    Routers,
}

impl Which {
    fn parse(text: &str) -> Option<Which> {
        match text {
            "sales" => Some(Which::Sales),
            "days" => Some(Which::Days),
            "plans" => Some(Which::Plans),
            "cashiers" => Some(Which::Cashiers),
            "routers" => Some(Which::Routers),
            _ => None,
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Which::Sales => "sales",
            Which::Days => "days",
            Which::Plans => "plans",
            Which::Cashiers => "cashiers",
            Which::Routers => "routers",
        }
    }
}

pub(super) async fn file(desk: Desk, Query(wanted): Query<Wanted>) -> Answer {
    let (office, format, actor, now) = (desk.office.clone(), desk.format, desk.actor()?, desk.now());
    let (name, kind, bytes) =
        desk.blocking(move || exported(&office, &wanted, format, &actor, now)).await??;
    answer::file(&format!("{name}.{}", kind.ending()), kind.media_type(), bytes)
}

/// The table that a page of the window names by its query. Blocks; the window's person must be allowed to export.
pub fn window_export(office: &Office, window: &WindowSession, query: &str) -> Result<Export, String> {
    let visit = Visit::of_window(office, window);
    let t = visit.format.texts();
    let actor = match (EXPORT.admits(&visit), visit.person()) {
        (Ok(()), Some(person)) => person.actor(),
        (Ok(()) | Err(_), _) => return Err(t.errors.not_allowed_sentence.to_owned()),
    };
    let uri = format!("/?{query}").parse().map_err(|_| t.errors.unreadable_sentence.to_owned())?;
    let wanted = axum::extract::Query::<Wanted>::try_from_uri(&uri);
    let axum::extract::Query(wanted) = wanted.map_err(|_| t.errors.unreadable_sentence.to_owned())?;
    match exported(office, &wanted, visit.format, &actor, office.now()) {
        Ok((_, kind, bytes)) => Ok(Export { bytes, ending: kind.ending() }),
        Err(error) => Err(spoken(&error, t)),
    }
}

fn spoken(error: &Error, t: &Texts) -> String {
    match error {
        Error::Refused(refusal) => format!("{} {}", refusal.code(), refusal.sentence(t)),
        Error::Fault(fault) => {
            tracing::error!(error = %fault.chain(), "a report could not be written for the window");
            t.errors.fault_sentence.to_owned()
        }
        _ => t.errors.unreadable_sentence.to_owned(),
    }
}

fn exported(
    office: &Office,
    wanted: &Wanted,
    format: Format,
    actor: &Actor,
    now: Timestamp,
) -> Result<(String, FileKind, Vec<u8>), Error> {
    let which = Which::parse(&wanted.table).ok_or(Error::Unreadable)?;
    let kind = FileKind::parse(&wanted.kind).ok_or(Error::Unreadable)?;
    let asked = Asked {
        span: wanted.span.clone(),
        on: wanted.on.clone(),
        from: wanted.from.clone(),
        to: wanted.to.clone(),
    };
    let (meant, table) = office.db().read(|tx| {
        let meant = asked.meant(settings::business_day(tx, now)?);
        if meant.misread {
            return Err(Error::Refused(Refusal::R871));
        }
        Ok((meant, table(tx, which, &meant, format)?))
    })?;
    let bytes = table.to_file(kind)?;
    // What leaves the shop is answered for by somebody.
    office.db().write(|tx| {
        let detail = json!({
            "table": which.word(), "kind": kind.ending(), "rows": table.rows.len(),
            "from": meant.span.first().to_string(), "to": meant.span.last().to_string(),
        });
        audit::record(tx, actor, "report.export", ("report", which.word()), &detail, now)
    })?;
    Ok((format!("karcis-{}-{}-{}", which.word(), meant.span.first(), meant.span.last()), kind, bytes))
}

fn table(tx: &ReadTx<'_>, which: Which, meant: &Meant, format: Format) -> Result<Table, Error> {
    let w = &format.texts().reports;
    if which == Which::Sales {
        return sales(tx, meant, format);
    }
    let income = reports::income(tx, meant.span)?;
    let (title, rows) = match which {
        Which::Sales => (w.every_sale, Vec::new()),
        Which::Days => {
            (w.per_day, income.days.iter().map(|(day, totals)| sums(day.to_string(), totals)).collect())
        }
        Which::Plans => (w.per_plan, slices(&income.plans)),
        Which::Cashiers => (w.per_cashier, slices(&income.cashiers)),
        Which::Routers => (w.per_router, slices(&income.routers)),
    };
    let heads = [
        title,
        w.count,
        w.gross,
        w.discounts,
        w.paid,
        w.voided,
        w.refunds,
        w.commission,
        w.net,
        w.cost,
        w.profit,
    ];
    Ok(Table { name: title.to_owned(), heads: heads.map(str::to_owned).to_vec(), rows })
}

fn slices(slices: &[Slice]) -> Vec<Vec<Cell>> {
    slices.iter().map(|slice| sums(slice.name.clone(), &slice.totals)).collect()
}

fn sums(name: String, totals: &Totals) -> Vec<Cell> {
    let money = |amount: Money| Cell::Money(amount.amount());
    vec![
        Cell::Text(name),
        Cell::Count(i64::from(totals.count)),
        money(totals.gross),
        money(totals.discount),
        money(totals.paid),
        Cell::Count(i64::from(totals.voided)),
        money(totals.refunds),
        money(totals.commission),
        money(totals.net()),
        Cell::Money(totals.cost.amount() - totals.cost_voided.amount()),
        money(totals.profit()),
    ]
}

fn sales(tx: &ReadTx<'_>, meant: &Meant, format: Format) -> Result<Table, Error> {
    let w = &format.texts().reports;
    let mut rows = Vec::new();
    let mut after = None;
    loop {
        let page = reports::sales_rows(tx, meant.span, after, PAGE)?;
        let Some(last) = page.last() else { break };
        after = Some(last.cursor());
        rows.extend(page.iter().map(|sale| sold(sale, format)));
        if rows.len() > MOST_ROWS {
            return Err(Error::Refused(Refusal::R872 { most: format.count(MOST_ROWS) }));
        }
    }
    let heads = [
        w.number,
        w.receipt,
        w.day,
        w.at,
        w.code,
        w.plan,
        w.router,
        w.cashier,
        w.price,
        w.discounts,
        w.paid,
        w.cost,
        w.voided_at,
    ];
    Ok(Table { name: w.every_sale.to_owned(), heads: heads.map(str::to_owned).to_vec(), rows })
}

fn sold(sale: &SaleRow, format: Format) -> Vec<Cell> {
    let money = |amount: Money| Cell::Money(amount.amount());
    vec![
        Cell::Count(sale.number),
        Cell::Count(sale.receipt),
        Cell::text(sale.day.to_string()),
        Cell::text(format.moment(sale.at)),
        Cell::text(sale.code.as_str()),
        Cell::text(sale.plan_name.as_str()),
        Cell::text(sale.router_name.as_str()),
        Cell::text(sale.cashier.as_str()),
        money(sale.price),
        money(sale.discount),
        money(sale.paid),
        money(sale.cost),
        sale.voided_at.map_or(Cell::Empty, |at| Cell::text(format.moment(at))),
    ]
}
