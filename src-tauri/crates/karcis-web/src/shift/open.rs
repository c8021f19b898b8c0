//! Opening a shift with what is in the drawer.

use super::{counter_here, picked, refused};
use crate::answer::{Answer, again, go, own_address};
use crate::batches::beside;
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::{Choice, Field, Form, RequestKey};
use crate::texts::{Refusal, Texts};
use askama::Template;
use karcis_core::counters::Counter;
use karcis_core::db::ReadTx;
use karcis_core::fault::Fault;
use karcis_core::shifts::{self, Opening, ShiftError, Short};
use karcis_core::values::Money;
use serde::Deserialize;

/// The form as it is shown, on the shift's own page and in place of the sell screen.
pub(crate) struct OpenForm {
    pub(crate) lead: String,
    pub(crate) opening: Field,
    /// What the amount stands for that is filled in already.
    pub(crate) hint: &'static str,
    /// Asked when there is less than was left: a sentence, and the answers to choose from.
    pub(crate) short: Option<(String, Vec<Choice>)>,
    pub(crate) request_key: RequestKey,
    /// Where to go once it is open.
    pub(crate) back: &'static str,
}

impl OpenForm {
    /// Filled in with what the last shift left in the drawer.
    pub(crate) fn of(desk: &Desk, counter: &Counter, left: Money, back: &'static str) -> OpenForm {
        let plain = left.to_string().trim_start_matches("Rp ").to_owned();
        OpenForm {
            lead: desk.t.shift.open_lead(&counter.name),
            opening: Field::new("opening", plain),
            hint: hint(left, desk.t),
            short: None,
            request_key: desk.request_key(),
            back,
        }
    }

    /// What is in the drawer by the books.
    pub(crate) fn left(tx: &ReadTx<'_>, counter: &Counter) -> Result<Money, Fault> {
        shifts::left_in_drawer(tx, counter.id)
    }
}

fn hint(left: Money, t: &Texts) -> &'static str {
    if left == Money::ZERO { t.shift.opening_hint_first } else { t.shift.opening_hint }
}

#[derive(Template)]
#[template(path = "shift/_open.html")]
struct OpenPart {
    t: &'static Texts,
    open: OpenForm,
}

#[derive(Debug, Deserialize)]
pub(super) struct OpenRequest {
    #[serde(default)]
    request_key: String,
    #[serde(default)]
    opening: String,
    #[serde(default)]
    back: String,
    #[serde(default)]
    short: String,
}

/// Where the rest may be.
fn answers(t: &Texts, chosen: Option<Short>) -> Vec<Choice> {
    let word = |short| match short {
        Short::TakenOut => t.shift.short_taken_out,
        Short::Missing => t.shift.short_missing,
    };
    Short::ALL.iter().map(|short| Choice::new(short.as_str(), word(*short), chosen == Some(*short))).collect()
}

pub(super) async fn open(desk: Desk, Form(form): Form<OpenRequest>) -> Answer {
    let key = RequestKey::parse(&form.request_key)?;
    let back = if own_address(&form.back) == "/shift" { "/shift" } else { "/counter" };
    let here = picked(&desk);
    let counter = desk.read(move |tx| counter_here(tx, here)).await?.ok_or(Error::Refused(Refusal::R817))?;
    let mut opening = Field::new("opening", form.opening);
    let amount = opening.read(str::parse::<Money>, |_| beside(&Refusal::R884, desk.t));
    let Some(amount) = amount else {
        let lead = desk.t.shift.open_lead(&counter.name);
        let at = counter.clone();
        let hint = hint(desk.read(move |tx| OpenForm::left(tx, &at)).await?, desk.t);
        let open = OpenForm { lead, opening, hint, short: None, request_key: key, back };
        return again(&OpenPart { t: desk.t, open });
    };
    let asked = Opening { float: amount, short: form.short.parse().ok() };
    let (actor, office, now) = (desk.actor()?, desk.office.clone(), desk.now());
    let (at, request) = (counter.id, key.clone());
    let opened = desk
        .write(move |tx| shifts::open(tx, &actor, at, asked, request.as_str(), office.rng().as_mut(), now))
        .await;
    match opened {
        Ok(_) => go(back),
        Err(ShiftError::FloatShort { left }) => {
            let (w, money) = (&desk.t.shift, |amount| desk.format.money(amount));
            let less = left.minus(amount).unwrap_or(Money::ZERO);
            let short = Some((w.short_lead(money(left), money(less)), answers(desk.t, asked.short)));
            let lead = w.open_lead(&counter.name);
            again(&OpenPart {
                t: desk.t,
                open: OpenForm { lead, opening, hint: w.opening_hint, short, request_key: key, back },
            })
        }
        Err(error) => Err(refused(error, &desk)),
    }
}
