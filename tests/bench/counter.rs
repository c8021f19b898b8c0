//! The counter on books with 200,000 vouchers and as many sales.

use crate::screens::{self, NOW};
use crate::{Figures, cpu_seconds, large_books, ms, percentile, sold_books};
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use karcis_core::audit::Actor;
use karcis_core::counters;
use karcis_core::db::Db;
use karcis_core::fault::Fault;
use karcis_core::printers::{self, CodePage, Destination, PaperWidth, PrinterRequest, QrDrawing};
use karcis_core::reports::{self, Span};
use karcis_core::sales::{self, SellError, SellRequest, Wanted};
use karcis_core::secrets::DataKey;
use karcis_core::settings;
use karcis_core::shifts::{self, CloseRequest, Denomination};
use karcis_core::staff::Role;
use karcis_core::values::{CounterId, Money, PlanId, ShiftId, StaffId};
use karcis_core::vouchers;
use karcis_web::{WindowSession, router};
use rand::SeedableRng;
use rand::rand_core::UnwrapErr;
use rand::rngs::{StdRng, SysRng};
use serde_json::json;
use std::path::Path;
use std::time::{Duration, Instant};
use tower::ServiceExt;

type Failure = Box<dyn std::error::Error>;

const SOLD: u32 = 200_000;
/// The large shift lasts from the first of the month to the day its vouchers were made.
const LASTS: Duration = Duration::from_secs(19 * 86_400);
const FLOAT: Money = Money::rupiah(100_000);

/// Sells every card of the large books in one long shift, closes it and opens the next; the same every time.
pub(crate) fn make_sold(from: &Path, folder: &Path) -> Result<(), Failure> {
    let unfinished = tempfile::tempdir_in(from)?;
    let db = copied(from, unfinished.path())?;
    let mut rng = StdRng::seed_from_u64(4);
    let cashiers = ["Ani", "Budi", "Citra"].map(|name| Actor::person(StaffId::new(NOW, &mut rng), name));
    let counter = counter(&db)?;
    let opening = NOW - LASTS;
    let shift = db.write(|tx| shifts::open(tx, &cashiers[0], counter, FLOAT, "large", &mut rng, opening))?.id;
    let mut number = 0;
    for batch in db.read(|tx| vouchers::batches(tx, None, None, None))? {
        let cards = db.read(|tx| vouchers::printable(tx, batch.id))?;
        db.write(|tx| {
            for card in cards {
                let cashier = &cashiers[number as usize % cashiers.len()];
                let request = asked(counter, Wanted::Voucher(card.id));
                let at = opening + LASTS * number / SOLD;
                sales::sell(tx, cashier, Role::Operator, &request, &number.to_string(), &mut rng, at)?;
                number += 1;
            }
            Ok::<_, SellError>(())
        })?;
    }
    turn(&db, &cashiers[0], shift, &mut rng)?;
    let flaws = db.read(reports::prove)?;
    if !flaws.is_empty() || number != SOLD {
        return Err(format!("{number} sold, and the books do not add up: {:?}", flaws.first()).into());
    }
    drop(db);
    Ok(std::fs::rename(unfinished.keep(), folder)?)
}

/// Counts what the drawer should hold, hands all but the float over, and opens the next shift.
fn turn(db: &Db, cashier: &Actor, shift: ShiftId, rng: &mut StdRng) -> Result<(), Failure> {
    let drawer = db.read(|tx| reports::drawer(tx, shift))?.ok_or("a shift that was just open")?;
    let note = Denomination::ALL[0];
    let expected = drawer.expected().amount();
    let found = [(note, u32::try_from(expected / note.value().amount())?)];
    let handed_over = Money::rupiah(expected - FLOAT.amount());
    let request = CloseRequest { shift, handed_over, note: String::new(), approved_by: None };
    db.write(|tx| {
        let counted = shifts::count(tx, cashier, shift, &found, "count", NOW)?;
        shifts::close(tx, cashier, Role::Operator, &request, "close", NOW)?;
        shifts::open(tx, cashier, counted.counter, FLOAT, "next", rng, NOW)
    })?;
    Ok(())
}

/// One sale after another of a code drawn at that moment, each durable on the disk with its slip asked for.
pub(crate) fn one_sale() -> Result<Figures, Failure> {
    let folder = tempfile::tempdir_in(large_books())?;
    let db = copied(&sold_books(), folder.path())?;
    let (counter, plan) = (with_printer(&db, folder.path())?, plan(&db)?);
    let mut rng = StdRng::seed_from_u64(5);
    let cashier = Actor::person(StaffId::new(NOW, &mut rng), "Ani");
    let request = asked(counter, Wanted::Plan { plan, quantity: 1 });
    let mut durations = Vec::new();
    for number in 0..1_000 {
        let (key, at) = (format!("sale-{number}"), NOW + Duration::from_millis(300) * number);
        let start = Instant::now();
        db.write(|tx| sales::sell(tx, &cashier, Role::Operator, &request, &key, &mut rng, at))?;
        durations.push(start.elapsed());
    }
    Ok(spread(durations))
}

/// A hard minute at the counter: 200 sales one after another, as the sell screen sends them and shows their answers.
pub(crate) fn hard_minute() -> Result<Figures, Failure> {
    let folder = tempfile::tempdir_in(large_books())?;
    let db = copied(&sold_books(), folder.path())?;
    with_printer(&db, folder.path())?;
    let plan = plan(&db)?;
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let session = WindowSession::default();
        let (office, keys) = screens::office(&db)?;
        keys.unlock(DataKey::new(&mut UnwrapErr(SysRng)));
        let screens = router(office.clone());
        screens::sign_in(&screens, &office, &session).await?;
        let mut page = answered(&screens, Request::get("/counter").extension(session.clone()), "").await?;
        let mut durations = Vec::new();
        let (cpu, minute) = (cpu_seconds(), Instant::now());
        for _ in 0..200 {
            let key = screens::between(&page, "name=\"request_key\" value=\"", "\"");
            let key = key.ok_or("a sell screen without its key")?;
            let form = format!("request_key={key}&plan={plan}&quantity=1&twice=on&waiting=on");
            let request = Request::post("/counter/sell")
                .extension(session.clone())
                .header("content-type", "application/x-www-form-urlencoded")
                .header("hx-request", "true")
                .header("x-karcis-token", office.token());
            let start = Instant::now();
            page = answered(&screens, request, &form).await?;
            durations.push(start.elapsed());
            if !page.contains("k-hugecode") {
                return Err("a sale was answered without a code".into());
            }
        }
        let cpu = cpu_seconds() - cpu;
        let mut figures = spread(durations);
        figures.insert("all_200_ms".to_owned(), ms(minute.elapsed()));
        figures.insert("cpu_s".to_owned(), json!((cpu * 100.0).round() / 100.0));
        Ok(figures)
    })
}

/// What one shift with every sale sold, and what their month brought in.
pub(crate) fn sums() -> Result<Figures, Failure> {
    let db = Db::open(&sold_books())?;
    let large = db.read(|tx| shifts::list(tx, None, 10))?.pop().ok_or("books without a shift")?;
    let start = Instant::now();
    let report = db.read(|tx| reports::shift_report(tx, large.id))?.ok_or("a shift that was listed")?;
    let shift = start.elapsed();
    let start = Instant::now();
    let income = db.read(|tx| reports::income(tx, Span::month(settings::business_day(tx, NOW)?)))?;
    let month = start.elapsed();
    if report.sold.count != SOLD || income.total.count != SOLD {
        return Err(format!("{} in the shift, {} in the month", report.sold.count, income.total.count).into());
    }
    Ok(Figures::from_iter([("shift_ms".to_owned(), ms(shift)), ("month_ms".to_owned(), ms(month))]))
}

/// The books of one folder in another, opened there.
fn copied(from: &Path, to: &Path) -> Result<Db, Failure> {
    std::fs::copy(from.join("karcis.db"), to.join("karcis.db"))?;
    Ok(Db::open(to)?)
}

fn counter(db: &Db) -> Result<CounterId, Failure> {
    let counters = db.read(counters::all)?;
    Ok(counters.first().ok_or("books without a counter")?.id)
}

fn plan(db: &Db) -> Result<PlanId, Failure> {
    let batches = db.read(|tx| vouchers::batches(tx, None, None, None))?;
    Ok(batches.last().ok_or("books without a batch")?.plan)
}

/// Gives the counter a printer, so that every sale asks for its slip; nothing prints here.
fn with_printer(db: &Db, folder: &Path) -> Result<CounterId, Failure> {
    let request = PrinterRequest {
        name: "Kasir".to_owned(),
        destination: Destination::Folder(folder.to_string_lossy().into_owned()),
        paper: PaperWidth::Mm58,
        code_page: CodePage::Pc437,
        qr: QrDrawing::Raster,
        cuts: false,
        kicks_drawer: false,
        tells_status: false,
    };
    let (owner, counter, mut rng) = (Actor::karcis(), counter(db)?, StdRng::seed_from_u64(6));
    db.write(|tx| {
        let printer = printers::add(tx, &owner, &request, "printer", &mut rng, NOW).map_err(Fault::new)?;
        counters::set_printer(tx, &owner, counter, Some(printer.id), NOW).map_err(Fault::new)
    })?;
    Ok(counter)
}

fn asked(counter: CounterId, wanted: Wanted) -> SellRequest {
    SellRequest {
        counter,
        wanted,
        discount: None,
        received: None,
        shown: None,
        twice_confirmed: true,
        waiting_accepted: true,
    }
}

async fn answered(
    screens: &Router,
    request: axum::http::request::Builder,
    form: &str,
) -> Result<String, Failure> {
    let answer = screens.clone().oneshot(request.body(Body::from(form.to_owned()))?).await?;
    let status = answer.status();
    let body = axum::body::to_bytes(answer.into_body(), 4 << 20).await?;
    let page = String::from_utf8(body.to_vec())?;
    if status.is_success() { Ok(page) } else { Err(format!("the counter answered {status}: {page}").into()) }
}

fn spread(mut durations: Vec<Duration>) -> Figures {
    durations.sort_unstable();
    Figures::from_iter([
        ("p50_ms".to_owned(), ms(percentile(&durations, 50))),
        ("p99_ms".to_owned(), ms(percentile(&durations, 99))),
    ])
}
