//! After how long without a person screens lock.

use crate::answer::{Answer, show, with_toast};
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::{Choice, Form};
use crate::texts::Texts;
use askama::Template;
use karcis_core::staff::{self, LockAfter};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "settings/_lock.html")]
struct LockPart {
    t: &'static Texts,
    lock_choices: Vec<Choice>,
}

pub(super) fn choices(chosen: LockAfter, t: &Texts) -> Vec<Choice> {
    let choice = |after: LockAfter| {
        let label =
            after.minutes().map_or(t.settings.lock_never.to_owned(), |it| t.settings.lock_minutes(it));
        Choice::new(after.as_text(), label, after == chosen)
    };
    LockAfter::ALL.into_iter().map(choice).collect()
}

#[derive(Debug, Deserialize)]
pub(super) struct LockForm {
    #[serde(default)]
    lock_after: String,
}

pub(super) async fn keep(desk: Desk, Form(form): Form<LockForm>) -> Answer {
    let after = LockAfter::parse(&form.lock_after).ok_or(Error::Unreadable)?;
    let (actor, now) = (desk.actor()?, desk.now());
    desk.write(move |tx| staff::keep_lock_after(tx, &actor, after, now)).await?;
    let part = LockPart { t: desk.t, lock_choices: choices(after, desk.t) };
    Ok(with_toast(show(&part)?, desk.t.common.saved))
}
