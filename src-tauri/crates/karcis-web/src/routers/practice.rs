//! The practice router that lives inside the program: taking it, and telling its vouchers apart.

use super::form::sealed;
use super::trial::examine_and_keep;
use crate::answer::{Answer, go};
use crate::desk::Desk;
use crate::error::Error;
use crate::format::Format;
use crate::texts::Refusal;
use crate::wizard;
use karcis_core::fault::Fault;
use karcis_core::routers::{self, RouterError};
use karcis_core::values::RouterId;
use karcis_core::vouchers::Tally;

pub(super) async fn take(desk: Desk) -> Answer {
    let Some(start) = desk.office.hooks().practice.clone() else { return Err(Error::Refused(Refusal::R144)) };
    if !desk.office.keys().is_unlocked() {
        return Err(super::locked());
    }
    let reached = desk.blocking(move || start()).await??;
    let known = desk.read(routers::practice_router).await?;
    let id = known.map_or_else(|| RouterId::new(desk.now(), desk.office.rng().as_mut()), |router| router.id);
    let password = sealed(&desk, id, &reached.password)?;
    let (actor, now, name) = (desk.actor()?, desk.now(), desk.t.routers.practice_name);
    let router = desk
        .write(move |tx| {
            let login = (reached.user.as_str(), &password);
            let router =
                routers::practice(tx, &actor, id, name, reached.port, login, now).map_err(refused)?;
            wizard::finish(tx, &actor, "practice", now)?;
            Ok::<_, Error>(router)
        })
        .await?;
    desk.office.engine().reconnect(router.id).await;
    // What the test finds, such as the login page's name, is printed on the first sheet.
    examine_and_keep(&desk, router.id).await?;
    go("/")
}

/// A sentence about vouchers that customers can use, with how many there are for practice besides.
pub(crate) fn beside_practice(sentence: String, practice: &Tally, format: Format) -> String {
    match practice.pending + practice.on_router {
        0 => sentence,
        apart => {
            let words = format.texts().routers.practice_apart(format.count(apart));
            format!("{} · {words}", sentence.trim_end_matches('.'))
        }
    }
}

/// What the rules can say against a router that Karcis itself describes: only that its name is taken.
fn refused(error: RouterError) -> Error {
    match error {
        RouterError::NameTaken => Error::Refused(Refusal::R135),
        RouterError::Fault(fault) => Error::Fault(fault),
        error @ (RouterError::BadName
        | RouterError::BadHost
        | RouterError::BadUser
        | RouterError::NoPassword
        | RouterError::PlainNotAccepted
        | RouterError::Unknown) => Error::Fault(Fault::new(format!("the practice router: {error}"))),
    }
}
