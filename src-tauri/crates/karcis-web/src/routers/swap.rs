//! Another device at the router's address: what is shown about it, and the word of a person that it replaces the old one.

use super::{in_use, known, page};
use crate::answer::{Answer, with_toast};
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::Form;
use crate::format::Format;
use crate::texts::{Refusal, Texts};
use axum::extract::Path;
use karcis_core::routers::{Machine, Router};
use karcis_core::vouchers::{self, MoveError};
use serde::Deserialize;

/// The other device as the router's page shows it.
pub(super) struct Swap {
    pub(super) known: String,
    pub(super) seen: String,
    /// The device as the form sends it back.
    pub(super) value: String,
    pub(super) question: String,
}

impl Swap {
    pub(super) fn of(router: &Router, live: u64, format: Format) -> Option<Swap> {
        let other = router.other_machine.as_ref()?;
        let t = format.texts();
        Some(Swap {
            known: number(router.machine.as_ref(), t),
            seen: number(Some(other), t),
            value: other.to_string(),
            question: t.routers.swap_question(number(Some(other), t), &router.name, format.count(live)),
        })
    }
}

/// A device's number; a device that tells none is called so.
pub(crate) fn number(machine: Option<&Machine>, t: &Texts) -> String {
    match machine.map(Machine::number) {
        Some(number) if !number.is_empty() => number.to_owned(),
        Some(_) | None => t.routers.no_number.to_owned(),
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct SwapForm {
    /// The device the person has seen beside the button.
    machine: String,
}

/// Takes exactly the device the person looked at: one that came since then does not become the router along with it.
pub(super) async fn replace(desk: Desk, Path(id): Path<String>, Form(form): Form<SwapForm>) -> Answer {
    let (id, actor, now) = (known(&id)?, desk.actor()?, desk.now());
    let seen: Machine = form.machine.parse().map_err(|_| Error::Refused(Refusal::R145))?;
    let owed = desk
        .write(move |tx| {
            in_use(tx, id)?;
            vouchers::replace_router(tx, &actor, id, &seen, now).map_err(|error| match error {
                MoveError::NotSeen => Error::Refused(Refusal::R145),
                MoveError::Fault(fault) => Error::Fault(fault),
            })
        })
        .await?;
    desk.office.engine().reconnect(id).await;
    let words = desk.t.routers.swapped(desk.format.count(owed));
    Ok(with_toast(page::drawn(&desk, id).await?, &words))
}
