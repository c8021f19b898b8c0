//! Questions before a sale: the same twice, a router that is away, another price, a discount that somebody must allow.

use super::sell::SellForm;
use crate::answer::{Answer, again, drawn_into, show};
use crate::approval::Approval;
use crate::desk::Desk;
use crate::error::Error;
use crate::shift::APPROVE;
use crate::texts::Texts;
use askama::Template;
use karcis_core::plans;
use karcis_core::values::Money;

/// A question with the whole ticket in it, to be sent again with its answer.
#[derive(Template)]
#[template(path = "counter/_ask.html")]
pub(super) struct Ask {
    t: &'static Texts,
    title: String,
    lead: String,
    yes: &'static str,
    fields: Vec<(&'static str, String)>,
    approval: Option<Approval>,
}

impl Ask {
    fn new(desk: &Desk, form: &SellForm, title: String, lead: String, yes: &'static str) -> Ask {
        let fields = [
            ("request_key", &form.request_key),
            ("plan", &form.plan),
            ("voucher", &form.voucher),
            ("reservation", &form.reservation),
            ("quantity", &form.quantity),
            ("received", &form.received),
            ("discount", &form.discount),
            ("reason", &form.reason),
            ("shown", &form.shown),
            ("twice", &form.twice),
            ("waiting", &form.waiting),
        ];
        let fields = fields.into_iter().map(|(name, value)| (name, value.clone())).collect();
        Ask { t: desk.t, title, lead, yes, fields, approval: None }
    }

    fn with(mut self, name: &'static str, value: &str) -> Ask {
        for field in self.fields.iter_mut().filter(|field| field.0 == name) {
            value.clone_into(&mut field.1);
        }
        self
    }

    fn asked(&self) -> Answer {
        Ok(drawn_into(show(self)?, "#dialog"))
    }

    /// The same plan a moment ago: one finger too many, or another customer?
    pub(super) async fn twice(desk: &Desk, form: &SellForm) -> Answer {
        let t = &desk.t.counter;
        let plan = form.plan.parse().map_err(|_| Error::Unreadable)?;
        let plan = desk.read(move |tx| plans::plan(tx, plan)).await?;
        let name = plan.map(|plan| plan.name).unwrap_or_default();
        let before_and_now = form.quantity.parse::<u32>().unwrap_or(1) + 1;
        let lead = t.ask_twice_lead(name);
        Ask::new(desk, form, t.ask_twice(before_and_now), lead, t.ask_twice_yes).with("twice", "on").asked()
    }

    /// The code works only once its router is back.
    pub(super) fn away(desk: &Desk, form: &SellForm, router: &str) -> Answer {
        let t = &desk.t.counter;
        let lead = t.ask_away_lead.to_owned();
        Ask::new(desk, form, t.ask_away(router), lead, t.ask_away_yes).with("waiting", "on").asked()
    }

    /// The price has changed since the screen was drawn.
    pub(super) fn price(desk: &Desk, form: &SellForm, gross: Money) -> Answer {
        let t = &desk.t.counter;
        let lead = t.ask_price_lead.to_owned();
        let ask = Ask::new(desk, form, t.ask_price(desk.format.money(gross)), lead, t.ask_price_yes);
        ask.with("shown", &gross.amount().to_string()).asked()
    }

    /// More than the cashier may let off: an admin's password here.
    pub(super) async fn discount(desk: &Desk, form: &SellForm, most: Money) -> Answer {
        let t = &desk.t.counter;
        let lead = t.ask_discount_lead(desk.format.money(most));
        let mut ask = Ask::new(desk, form, t.ask_discount.to_owned(), lead, t.ask_discount_yes);
        ask.approval = Some(Approval::ask(desk, APPROVE).await?);
        ask.asked()
    }

    /// The approval was not given: the same question with what is wrong beside its fields.
    pub(super) fn discount_again(desk: &Desk, form: &SellForm, fields: Approval) -> Answer {
        let t = &desk.t.counter;
        let mut ask = Ask::new(desk, form, t.ask_discount.to_owned(), String::new(), t.ask_discount_yes);
        ask.approval = Some(fields);
        Ok(drawn_into(again(&ask)?, "#dialog"))
    }
}
