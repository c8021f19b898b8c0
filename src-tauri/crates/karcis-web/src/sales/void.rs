//! Voiding a sale: the router is asked whether the voucher was used, and somebody is asked when the cashier alone may not.

use super::known;
use super::page::{SalePart, SaleView};
use crate::answer::{Answer, again, drawn_into, show, with_toast};
use crate::approval::{Approval, ApprovalForm};
use crate::batches::beside;
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::{Choice, Field, Form, RequestKey};
use crate::icons::Icon;
use crate::shift::{APPROVE, counter_here, picked};
use crate::texts::{Refusal, Texts};
use askama::Template;
use axum::extract::Path;
use karcis_core::sales::{self, Sale, Usage, VoidError, VoidRequest};
use karcis_core::staff::Person;
use karcis_core::values::SaleId;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "sales/_void.html")]
struct Question {
    t: &'static Texts,
    ask: AskView,
}

struct AskView {
    id: String,
    request_key: RequestKey,
    title: String,
    usage: String,
    usage_tone: &'static str,
    usage_icon: Icon,
    lead: String,
    yes: String,
    reasons: Vec<Choice>,
    other: Field,
    approval: Option<Approval>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct VoidForm {
    request_key: String,
    reason: String,
    other: String,
    #[serde(flatten)]
    approval: ApprovalForm,
}

/// What the router says of the voucher just now.
struct Looked {
    usage: Usage,
    words: String,
    tone: &'static str,
    icon: Icon,
}

/// Asks the router now. One that does not answer is no proof of anything.
async fn look(desk: &Desk, sale: &Sale) -> Result<Looked, Error> {
    let (t, seen) = (&desk.t.sales, desk.office.engine().usage(sale.voucher).await?);
    let (words, tone, icon) = match seen.usage {
        Usage::NeverUsed if !seen.was_sent => (t.usage_not_sent.to_owned(), "ok", Icon::CheckCircleFill),
        Usage::NeverUsed => (t.usage_never.to_owned(), "ok", Icon::CheckCircleFill),
        Usage::Used if seen.online => (t.usage_online.to_owned(), "bad", Icon::Wifi),
        Usage::Used => (t.usage_used(desk.format.span(seen.uptime)), "bad", Icon::ExclamationTriangleFill),
        Usage::Unknown => (t.usage_unknown.to_owned(), "wait", Icon::QuestionCircle),
    };
    Ok(Looked { usage: seen.usage, words, tone, icon })
}

/// The usual reasons as people write them, in their language; that is also how they are kept.
fn reasons(chosen: &str, t: &Texts) -> Vec<Choice> {
    let t = &t.sales;
    let usual = [t.reason_wrong, t.reason_twice, t.reason_mind, t.reason_trouble];
    usual.into_iter().map(|reason| Choice::new(reason, reason, reason == chosen)).collect()
}

async fn sale_of(desk: &Desk, id: SaleId) -> Result<Sale, Error> {
    desk.read(move |tx| sales::sale(tx, id)).await?.ok_or(Error::NotFound)
}

fn person(desk: &Desk) -> Result<Person, Error> {
    desk.person().cloned()
}

async fn question(desk: &Desk, sale: &Sale, looked: Looked, form: &VoidForm) -> Result<AskView, Error> {
    let (t, person) = (&desk.t.sales, person(desk)?);
    let because = sales::approval_for(sale, &person.actor(), person.role, looked.usage, desk.now());
    let amount = desk.format.money(sale.paid);
    Ok(AskView {
        id: sale.id.to_string(),
        request_key: RequestKey::parse(&form.request_key).unwrap_or_else(|_| desk.request_key()),
        title: t.void_title(karcis_print::grouped(&sale.code)),
        usage: looked.words,
        usage_tone: looked.tone,
        usage_icon: looked.icon,
        lead: t.void_lead(&amount),
        yes: t.void_yes(&amount),
        reasons: reasons(&form.reason, desk.t),
        other: Field::new("other", &form.other),
        approval: match because {
            Some(_) => Some(Approval::ask(desk, APPROVE).await?),
            None => None,
        },
    })
}

pub(super) async fn ask(desk: Desk, Path(id): Path<String>) -> Answer {
    let sale = sale_of(&desk, known(&id)?).await?;
    if sale.voided.is_some() {
        return Err(Error::Refused(Refusal::R821));
    }
    let looked = look(&desk, &sale).await?;
    show(&Question { t: desk.t, ask: question(&desk, &sale, looked, &VoidForm::default()).await? })
}

fn refused(error: VoidError) -> Error {
    Error::Refused(match error {
        VoidError::Unknown => return Error::NotFound,
        VoidError::AlreadyVoid => Refusal::R821,
        VoidError::HandedOver => Refusal::R828,
        VoidError::NoReason => Refusal::R613,
        VoidError::UnknownCounter => Refusal::R817,
        VoidError::NoShift => Refusal::R827,
        VoidError::ShiftCounted => Refusal::R802,
        VoidError::NeedsApproval(_) => Refusal::R826,
        VoidError::Fault(fault) => return Error::Fault(fault),
    })
}

/// The form again, with what is wrong with it, over what the router says now.
async fn once_more(
    desk: &Desk,
    sale: &Sale,
    form: &VoidForm,
    looked: Looked,
    wrong: impl FnOnce(&mut AskView),
) -> Answer {
    let mut ask = question(desk, sale, looked, form).await?;
    wrong(&mut ask);
    Ok(drawn_into(again(&Question { t: desk.t, ask })?, "#dialog"))
}

pub(super) async fn void(desk: Desk, Path(id): Path<String>, Form(form): Form<VoidForm>) -> Answer {
    let (id, key) = (known(&id)?, RequestKey::parse(&form.request_key)?);
    let sale = sale_of(&desk, id).await?;
    // The router is asked again: between the question and the answer the customer may have signed in.
    let looked = look(&desk, &sale).await?;
    let person = person(&desk)?;
    let because = sales::approval_for(&sale, &person.actor(), person.role, looked.usage, desk.now());
    let mut approved_by = None;
    if because.is_some() && sale.voided.is_none() {
        match Approval::given(&desk, form.approval.clone(), APPROVE).await? {
            Ok(approver) => approved_by = Some(approver),
            Err(fields) => {
                return once_more(&desk, &sale, &form, looked, |ask| ask.approval = Some(fields)).await;
            }
        }
    }
    let here = picked(&desk);
    let counter = desk.read(move |tx| counter_here(tx, here)).await?.ok_or(Error::Refused(Refusal::R817))?;
    let reason = if form.other.trim().is_empty() { form.reason.clone() } else { form.other.clone() };
    let request = VoidRequest { sale: id, counter: counter.id, reason, usage: looked.usage, approved_by };
    match write(&desk, &person, request, key).await {
        Ok(sale) => {
            let words = desk.t.sales.void_now(desk.format.money(sale.paid));
            let view = SaleView::ask(&desk, id).await?;
            Ok(with_toast(show(&SalePart { t: desk.t, sale: view, close_dialog: true })?, &words))
        }
        Err(VoidError::NoReason) => {
            let words = beside(&Refusal::R613, desk.t);
            once_more(&desk, &sale, &form, looked, |ask| ask.other.refuse(words)).await
        }
        Err(error) => Err(refused(error)),
    }
}

async fn write(
    desk: &Desk,
    person: &Person,
    request: VoidRequest,
    key: RequestKey,
) -> Result<Sale, VoidError> {
    let (actor, role, office, now) = (person.actor(), person.role, desk.office.clone(), desk.now());
    desk.write(move |tx| sales::void(tx, &actor, role, &request, key.as_str(), office.rng().as_mut(), now))
        .await
}
