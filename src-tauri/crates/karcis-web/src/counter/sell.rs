//! Selling: one request, one deed, one answer.

use super::ask::Ask;
use super::page::answered;
use crate::answer::{Answer, show, telling};
use crate::approval::{Approval, ApprovalForm};
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::{Form, RequestKey};
use crate::shift::{APPROVE, counter_here, picked};
use crate::texts::Refusal;
use karcis_core::sales::{self, Discount, Receipt, SellError, SellRequest, Wanted, Why};
use karcis_core::values::Money;
use serde::Deserialize;

/// The ticket as it was sent, and as the questions about it send it again.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct SellForm {
    pub(super) request_key: String,
    pub(super) plan: String,
    pub(super) voucher: String,
    pub(super) reservation: String,
    pub(super) quantity: String,
    pub(super) received: String,
    pub(super) discount: String,
    pub(super) reason: String,
    pub(super) shown: String,
    pub(super) twice: String,
    pub(super) waiting: String,
    #[serde(flatten)]
    pub(super) approval: ApprovalForm,
}

impl SellForm {
    fn wanted(&self) -> Result<Wanted, Error> {
        let unreadable = |_| Error::Unreadable;
        if !self.reservation.is_empty() {
            return Ok(Wanted::Reservation(self.reservation.parse().map_err(unreadable)?));
        }
        if !self.voucher.is_empty() {
            return Ok(Wanted::Voucher(self.voucher.parse().map_err(unreadable)?));
        }
        let plan = self.plan.parse().map_err(unreadable)?;
        let quantity = if self.quantity.is_empty() { "1" } else { &self.quantity };
        let quantity = quantity.trim().parse().map_err(|_| Error::Refused(Refusal::R813))?;
        Ok(Wanted::Plan { plan, quantity })
    }

    fn discount(&self) -> Result<Option<Discount>, Error> {
        let amount = money(&self.discount)?.filter(|amount| *amount != Money::ZERO);
        Ok(amount.map(|amount| Discount { amount, reason: self.reason.clone(), approved_by: None }))
    }
}

/// An amount that was typed, if any was.
fn money(text: &str) -> Result<Option<Money>, Error> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| Error::Refused(Refusal::R884))
}

pub(super) async fn sell(desk: Desk, Form(form): Form<SellForm>) -> Answer {
    let key = RequestKey::parse(&form.request_key)?;
    let here = picked(&desk);
    let counter = desk.read(move |tx| counter_here(tx, here)).await?.ok_or(Error::Refused(Refusal::R817))?;
    let mut request = SellRequest {
        counter: counter.id,
        wanted: form.wanted()?,
        discount: form.discount()?,
        received: money(&form.received)?,
        shown: money(&form.shown)?,
        twice_confirmed: !form.twice.is_empty(),
        waiting_accepted: !form.waiting.is_empty(),
    };
    if let Some(discount) = request.discount.as_mut().filter(|_| form.approval.is_given()) {
        match Approval::given(&desk, form.approval.clone(), APPROVE).await? {
            Ok(approver) => discount.approved_by = Some(approver),
            Err(fields) => return Ask::discount_again(&desk, &form, fields),
        }
    }
    match write(&desk, request, &key).await {
        Ok(receipt) => Ok(telling(show(&answered(&desk, receipt).await?)?, "karcis:sold")),
        Err(SellError::AskTwice) => Ask::twice(&desk, &form).await,
        Err(SellError::RouterAway { router_name }) => Ask::away(&desk, &form, &router_name),
        Err(SellError::OtherPrice { gross }) => Ask::price(&desk, &form, gross),
        Err(SellError::DiscountTooHigh { most }) if !is_whole(&form, most) => {
            Ask::discount(&desk, &form, most).await
        }
        Err(error) => Err(refused(error, &desk)),
    }
}

/// Whether the most that can be let off is the price itself, so that nobody can allow more.
fn is_whole(form: &SellForm, most: Money) -> bool {
    money(&form.shown).ok().flatten() == Some(most)
}

async fn write(desk: &Desk, request: SellRequest, key: &RequestKey) -> Result<Receipt, SellError> {
    let Some(person) = desk.visit.person() else {
        return Err(karcis_core::fault::Fault::new("somebody sells who is not here").into());
    };
    let (actor, role, office, now) = (person.actor(), person.role, desk.office.clone(), desk.now());
    let key = key.clone();
    desk.write(move |tx| sales::sell(tx, &actor, role, &request, key.as_str(), office.rng().as_mut(), now))
        .await
}

/// The refusals of selling in words. Nothing has changed then, and the ticket stays as it is.
pub(super) fn refused(error: SellError, desk: &Desk) -> Error {
    Error::Refused(match error {
        SellError::UnknownCounter => Refusal::R817,
        SellError::NoShift => Refusal::R801,
        SellError::ShiftCounted => Refusal::R802,
        SellError::UnknownPlan => Refusal::R803,
        SellError::NotForSale(why) => not_for_sale(why),
        SellError::ReservationClosed => Refusal::R833,
        SellError::Quantity => Refusal::R813,
        SellError::BadAmount => Refusal::R884,
        SellError::TooLittle { total } => Refusal::R814 { total: desk.format.money(total) },
        SellError::DiscountTooHigh { .. } => Refusal::R816,
        SellError::NoReason => Refusal::R815,
        SellError::TooFewCodes => Refusal::R608,
        // These are questions, which are asked before anything is refused.
        SellError::AskTwice | SellError::RouterAway { .. } | SellError::OtherPrice { .. } => Refusal::R818,
        SellError::Fault(fault) => return Error::Fault(fault),
    })
}

pub(super) fn not_for_sale(why: Why) -> Refusal {
    match why {
        Why::Unknown => Refusal::R804,
        Why::Sold => Refusal::R805,
        Why::Reserved => Refusal::R806,
        Why::Void => Refusal::R807,
        Why::Rejected => Refusal::R808,
        Why::Disabled => Refusal::R809,
        Why::TooOld => Refusal::R811,
        Why::HandedOver => Refusal::R812,
    }
}
