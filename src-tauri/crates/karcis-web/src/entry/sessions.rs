//! Where one is signed in oneself, and ending what should not go on.

use crate::answer::{Answer, go, show, with_toast};
use crate::desk::Desk;
use crate::error::Error;
use crate::frame::{Frame, Nav};
use crate::staff::{SessionRow, refused};
use crate::texts::Texts;
use askama::Template;
use axum::extract::Path;
use karcis_core::staff::{self, TokenHash};

#[derive(Template)]
#[template(path = "entry/sessions.html")]
struct SessionsPage {
    t: &'static Texts,
    frame: Frame,
    sessions: Vec<SessionRow>,
}

/// The list alone, as every change draws it anew.
#[derive(Template)]
#[template(path = "entry/_sessions.html")]
struct SessionsPart {
    t: &'static Texts,
    sessions: Vec<SessionRow>,
}

async fn own(desk: &Desk) -> Result<Vec<SessionRow>, Error> {
    let (id, now) = (desk.person()?.id, desk.now());
    let sessions = desk.read(move |tx| staff::sessions(tx, id, now)).await?;
    Ok(sessions.iter().map(|session| SessionRow::of(session, desk)).collect())
}

async fn drawn(desk: &Desk, words: &str) -> Answer {
    Ok(with_toast(show(&SessionsPart { t: desk.t, sessions: own(desk).await? })?, words))
}

pub(super) async fn page(desk: Desk) -> Answer {
    let frame = desk.frame(Nav::None, desk.t.me.sessions).await?;
    show(&SessionsPage { t: desk.t, frame, sessions: own(&desk).await? })
}

/// Signs out everywhere, here as well.
pub(super) async fn end_all(desk: Desk) -> Answer {
    let (actor, id, now) = (desk.actor()?, desk.person()?.id, desk.now());
    desk.write(move |tx| staff::end_sessions_of(tx, &actor, id, now))
        .await
        .map_err(|error| refused(error, ""))?;
    go("/sign-in")
}

/// Signs out everywhere else.
pub(super) async fn end_others(desk: Desk) -> Answer {
    let (actor, id, now) = (desk.actor()?, desk.person()?.id, desk.now());
    let here = desk.visit.session.as_ref().ok_or(Error::SignIn)?.token_hash.clone();
    desk.write(move |tx| staff::end_other_sessions(tx, &actor, id, &here, now))
        .await
        .map_err(|error| refused(error, ""))?;
    drawn(&desk, desk.t.staff.sessions_ended).await
}

/// Ends one session of one's own; this very one as signing out does.
pub(super) async fn end_one(desk: Desk, Path(session): Path<String>) -> Answer {
    let (actor, id, now) = (desk.actor()?, desk.person()?.id, desk.now());
    let session: TokenHash = session.parse().map_err(|_| Error::NotFound)?;
    let here = desk.visit.session.as_ref().is_some_and(|own| own.token_hash == session);
    desk.write(move |tx| {
        let own = staff::sessions(tx, id, now)?.iter().any(|open| open.token_hash == session);
        if own { staff::end_session(tx, &actor, &session, now) } else { Ok(()) }
    })
    .await?;
    if here { go("/sign-in") } else { drawn(&desk, desk.t.staff.session_ended).await }
}
