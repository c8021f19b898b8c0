//! The way in and out: signing in, one's own page and password, bringing the data key.

mod me;
mod own_password;
pub(crate) mod passwords;
mod sign_in;
pub(crate) mod unlock;

pub(crate) use own_password::page as own_password_page;
pub(crate) use sign_in::{page as sign_in_page, signed_in, wait};

use crate::access::Access;
use crate::office::Office;
use crate::routes::Routes;
use crate::visit::Visit;
use axum::http::Method;
use axum::http::request::Parts;
use karcis_core::fault::Fault;
use karcis_core::staff;

pub(crate) fn routes(routes: &mut Routes) {
    routes.get("/sign-in", Access::Door, sign_in::form);
    routes.post("/sign-in", Access::Door, sign_in::check);
    routes.post("/sign-out", Access::SignedIn, sign_in::out);
    routes.get("/me", Access::SignedIn, me::show_me);
    routes.post("/me/preferences", Access::SignedIn, me::keep_preferences);
    routes.post("/me/sessions/end", Access::SignedIn, me::end_sessions);
    routes.get("/me/password", Access::SignedIn, own_password::form);
    routes.post("/me/password", Access::SignedIn, own_password::change);
    routes.get("/unlock", Access::SignedIn, unlock::form);
    routes.post("/unlock", Access::SignedIn, unlock::bring);
}

/// Notes that somebody is still there. Fragments are asked for by pages on their own and prove nobody's presence.
pub(crate) async fn touch(office: &Office, visit: &Visit, parts: &Parts) -> Result<(), Fault> {
    let Some(session) = &visit.session else { return Ok(()) };
    let now = office.now();
    let by_itself = parts.method == Method::GET && parts.headers.contains_key("hx-request");
    if by_itself || !session.needs_touch(now) {
        return Ok(());
    }
    let token_hash = session.token_hash.clone();
    office.db().writing(move |tx| staff::touch_session(tx, &token_hash, now)).await
}
