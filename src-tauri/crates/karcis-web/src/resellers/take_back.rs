//! Taking unsold vouchers back from a reseller.

use super::not_settled;
use super::page::{ResellerPart, view};
use crate::answer::{Answer, again, drawn_into, show, with_toast};
use crate::approval::{Approval, ApprovalForm};
use crate::batches::beside;
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::{Form, RequestKey};
use crate::texts::{Refusal, Texts};
use askama::Template;
use axum::extract::Path;
use karcis_core::audit::Actor;
use karcis_core::fault::Fault;
use karcis_core::resellers::{self, TakeBackRequest};
use karcis_core::staff::{Area, Deed, Permission};
use karcis_core::values::HandoverId;
use karcis_core::vouchers;
use serde::Deserialize;

/// Who may take back what was used: the owner.
const DESPITE_USE: Permission = Permission::new(Area::System, Deed::Update);

#[derive(Template)]
#[template(path = "resellers/_take_back.html")]
struct Dialog {
    t: &'static Texts,
    id: String,
    title: String,
    words: String,
    last: u32,
    sent: TakeBackForm,
    /// Why it was refused: some of them were used, or nobody can say.
    doubt: Option<String>,
    approval: Option<Approval>,
    request_key: RequestKey,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct TakeBackForm {
    from: String,
    to: String,
    note: String,
    /// Whether the warning was read by somebody who may go on.
    sure: String,
    request_key: String,
}

/// The same form with the yes of somebody else in it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct TakeBackSent {
    #[serde(flatten)]
    form: TakeBackForm,
    #[serde(flatten)]
    approval: ApprovalForm,
}

fn known(id: &str) -> Result<HandoverId, Error> {
    id.parse().map_err(|_| Error::NotFound)
}

async fn asked(desk: &Desk, id: HandoverId, sent: TakeBackForm, key: RequestKey) -> Result<Dialog, Error> {
    let found = desk
        .read(move |tx| {
            let Some(handover) = resellers::handover(tx, id)? else { return Ok::<_, Fault>(None) };
            Ok(vouchers::batch(tx, handover.batch)?.map(|batch| (handover, batch)))
        })
        .await?;
    let (handover, batch) = found.ok_or(Error::NotFound)?;
    let t = desk.t;
    Ok(Dialog {
        t,
        id: id.to_string(),
        title: t.resellers.take_back_from(&handover.reseller_name),
        words: t.resellers.take_back_words(batch.number, desk.format.count(batch.size)),
        last: batch.size,
        sent,
        doubt: None,
        approval: None,
        request_key: key,
    })
}

pub(super) async fn dialog(desk: Desk, Path(id): Path<String>) -> Answer {
    let key = desk.request_key();
    let dialog = asked(&desk, known(&id)?, TakeBackForm::default(), key).await?;
    Ok(drawn_into(show(&dialog)?, "#dialog"))
}

/// Whoever allows it: the person themselves once they have read the warning, or the owner beside them.
async fn allowed(
    desk: &Desk,
    form: &TakeBackForm,
    approval: ApprovalForm,
) -> Result<Result<Actor, Option<Approval>>, Error> {
    if desk.may(DESPITE_USE) {
        return Ok(if form.sure.is_empty() { Err(None) } else { Ok(desk.actor()?) });
    }
    if !approval.is_given() {
        return Ok(Err(Some(Approval::ask(desk, DESPITE_USE).await?)));
    }
    Ok(Approval::given(desk, approval, DESPITE_USE).await?.map_err(Some))
}

pub(super) async fn take_back(desk: Desk, Path(id): Path<String>, Form(sent): Form<TakeBackSent>) -> Answer {
    let TakeBackSent { form, approval } = sent;
    let (id, key) = (known(&id)?, RequestKey::parse(&form.request_key)?);
    let serial = |text: &str| text.trim().parse().map_err(|_| Error::Refused(Refusal::R838));
    let mut request = TakeBackRequest {
        handover: id,
        from_serial: serial(&form.from)?,
        to_serial: serial(&form.to)?,
        note: form.note.clone(),
        doubtful: Vec::new(),
        approved_by: None,
    };
    let meant = request.clone();
    let returned = desk.read(move |tx| resellers::returnable(tx, &meant)).await;
    let returned = returned.map_err(|error| not_settled(error, &desk))?;
    request.doubtful = desk.office.engine().doubtful(returned).await?;
    if !request.doubtful.is_empty() {
        match allowed(&desk, &form, approval).await? {
            Ok(approver) => request.approved_by = Some(approver),
            Err(approval) => {
                let count = desk.format.count(request.doubtful.len());
                let mut dialog = asked(&desk, id, form, key).await?;
                dialog.doubt = Some(beside(&Refusal::R840 { count }, desk.t));
                dialog.approval = approval;
                return Ok(drawn_into(again(&dialog)?, "#dialog"));
            }
        }
    }
    let (actor, now, mut rng) = (desk.actor()?, desk.now(), desk.office.rng());
    let back = desk
        .write(move |tx| resellers::take_back(tx, &actor, &request, key.as_str(), rng.as_mut(), now))
        .await
        .map_err(|error| not_settled(error, &desk))?;
    let reseller = view(&desk, back.reseller).await?;
    let words = desk.t.resellers.taken_back(desk.format.count(back.quantity), desk.format.money(back.amount));
    Ok(with_toast(show(&ResellerPart { t: desk.t, reseller })?, &words))
}
