//! The income page: sums, bars, and the same in tables.

use super::MAY_EXPORT;
use super::asked::{Asked, Meant, Reach};
use super::chart::{Amount, Chart, MOST_BARS};
use crate::answer::{Answer, show};
use crate::desk::Desk;
use crate::fields::Query;
use crate::format::Format;
use crate::frame::{Frame, Nav};
use crate::texts::Texts;
use askama::Template;
use karcis_core::fault::Fault;
use karcis_core::reports::{self, Income, Slice, Totals};
use karcis_core::settings;
use karcis_core::values::{Day, Money};

#[derive(Template)]
#[template(path = "reports/page.html")]
struct ReportPage {
    t: &'static Texts,
    frame: Frame,
    sentence: String,
    tabs: Vec<Tab>,
    between: bool,
    from: String,
    to: String,
    misread: bool,
    back: String,
    forth: String,
    query: String,
    figures: Vec<Figure>,
    chart: Option<Chart>,
    tables: Vec<Sums>,
    exports: Vec<ExportLink>,
    may_export: bool,
    natively: bool,
    nothing: bool,
}

struct Tab {
    address: String,
    word: &'static str,
    current: bool,
}

struct Figure {
    word: &'static str,
    value: String,
    hint: String,
}

struct Sums {
    /// The word in addresses, which is the table's own.
    word: &'static str,
    title: &'static str,
    rows: Vec<SumRow>,
}

struct SumRow {
    name: String,
    count: String,
    discount: String,
    voided: String,
    net: String,
    profit: String,
}

struct ExportLink {
    table: &'static str,
    title: &'static str,
}

pub(super) async fn page(desk: Desk, Query(asked): Query<Asked>) -> Answer {
    let now = desk.now();
    let (meant, income, today) = desk
        .read(move |tx| {
            let today = settings::business_day(tx, now)?;
            let meant = asked.meant(today);
            Ok::<_, Fault>((meant, reports::income(tx, meant.span)?, today))
        })
        .await?;
    show(&drawn(&desk, &meant, &income, today).await?)
}

async fn drawn(desk: &Desk, meant: &Meant, income: &Income, today: Day) -> Result<ReportPage, Fault> {
    let (t, format) = (desk.t, desk.format);
    let nothing = income.total.count == 0 && income.total.voided == 0;
    Ok(ReportPage {
        t,
        frame: desk.frame(Nav::Reports, t.reports.title).await?,
        sentence: t.reports.sentence(meant.words(format), format.money(income.total.net())),
        tabs: tabs(meant, today, t),
        between: meant.reach == Reach::Between,
        from: meant.span.first().to_string(),
        to: meant.span.last().to_string(),
        misread: meant.misread,
        back: meant.step(false),
        forth: meant.step(true),
        query: meant.query(),
        figures: figures(&income.total, format),
        chart: (income.days.len() > 1 && !nothing)
            .then(|| Chart::of(t.reports.per_day, &bars(&income.days, format), format)),
        tables: tables(income, format),
        exports: exports(t),
        may_export: desk.may(MAY_EXPORT),
        natively: desk.office.hooks().dialogs,
        nothing,
    })
}

fn tabs(meant: &Meant, today: Day, t: &Texts) -> Vec<Tab> {
    let w = &t.reports;
    let reaches = [
        (Reach::Day, w.today),
        (Reach::Week, w.this_week),
        (Reach::Month, w.this_month),
        (Reach::Between, w.between),
    ];
    let address = |reach: Reach| match reach {
        Reach::Day | Reach::Week | Reach::Month => format!("/reports?span={}", reach.word()),
        Reach::Between => format!("/reports?span=between&from={}&to={today}", today.month_start()),
    };
    reaches
        .map(|(reach, word)| Tab { address: address(reach), word, current: reach == meant.reach })
        .into_iter()
        .collect()
}

fn figures(total: &Totals, format: Format) -> Vec<Figure> {
    let w = &format.texts().reports;
    let figure = |word, value, hint: String| Figure { word, value, hint };
    let mut figures = vec![
        figure(w.net, format.money(total.net()), w.sold_count(format.count(total.count))),
        figure(w.profit, format.money(total.profit()), w.cost_of(format.money(cost(total)))),
        figure(w.discounts, format.money(total.discount), String::new()),
        figure(w.taken_back, format.money(total.refunds), w.taken_back_count(format.count(total.voided))),
    ];
    if total.commission != Money::ZERO {
        figures.push(figure(w.commission, format.money(total.commission), String::new()));
    }
    figures
}

fn cost(total: &Totals) -> Money {
    Money::rupiah(total.cost.amount() - total.cost_voided.amount())
}

/// One bar a day; over long spans one a month, so that they can still be told apart.
fn bars(days: &[(Day, Totals)], format: Format) -> Vec<Amount> {
    if days.len() <= MOST_BARS {
        let bar = |(day, totals): &(Day, Totals)| Amount { label: format.date(*day), amount: totals.net() };
        return days.iter().map(bar).collect();
    }
    let mut months: Vec<(Day, Money)> = Vec::new();
    for (day, totals) in days {
        let month = day.month_start();
        match months.last_mut().filter(|(last, _)| *last == month) {
            Some((_, sum)) => *sum = Money::rupiah(sum.amount() + totals.net().amount()),
            None => months.push((month, totals.net())),
        }
    }
    // Ten years hold 120 months; the newest are the ones looked for.
    let skipped = months.len().saturating_sub(MOST_BARS);
    let bar = |(month, amount): &(Day, Money)| Amount { label: format.month_of(*month), amount: *amount };
    months.iter().skip(skipped).map(bar).collect()
}

fn tables(income: &Income, format: Format) -> Vec<Sums> {
    let w = &format.texts().reports;
    let days = income.days.iter().rev().filter(|(_, totals)| totals.count > 0 || totals.voided > 0);
    let sides = [
        ("plans", w.per_plan, &income.plans),
        ("cashiers", w.per_cashier, &income.cashiers),
        ("routers", w.per_router, &income.routers),
    ];
    let by_day = Sums {
        word: "days",
        title: w.per_day,
        rows: days.map(|(day, totals)| row(format.date(*day), totals, format)).collect(),
    };
    let sides = sides.map(|(word, title, slices)| Sums { word, title, rows: slice_rows(slices, format) });
    [by_day].into_iter().chain(sides).collect()
}

fn slice_rows(slices: &[Slice], format: Format) -> Vec<SumRow> {
    slices.iter().map(|slice| row(slice.name.clone(), &slice.totals, format)).collect()
}

fn row(name: String, totals: &Totals, format: Format) -> SumRow {
    let amount = |money: Money| if money == Money::ZERO { String::new() } else { format.money(money) };
    SumRow {
        name,
        count: format.count(totals.count),
        discount: amount(totals.discount),
        voided: if totals.voided == 0 { String::new() } else { format.count(totals.voided) },
        net: format.money(totals.net()),
        profit: format.money(totals.profit()),
    }
}

fn exports(t: &Texts) -> Vec<ExportLink> {
    let w = &t.reports;
    [
        ("sales", w.every_sale),
        ("days", w.per_day),
        ("plans", w.per_plan),
        ("cashiers", w.per_cashier),
        ("routers", w.per_router),
    ]
    .map(|(table, title)| ExportLink { table, title })
    .into_iter()
    .collect()
}
