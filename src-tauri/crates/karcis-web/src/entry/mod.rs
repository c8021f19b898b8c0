//! The way in and out: signing in, one's own page and password, bringing the data key.

mod lock;
mod me;
mod own_password;
pub(crate) mod passwords;
pub(crate) mod pin;
mod sessions;
mod sign_in;
mod switch;
pub(crate) mod unlock;

pub use lock::lock_window;
pub(crate) use lock::page as lock_page;
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
    routes.post("/sign-out", Access::BehindLock, sign_in::out);
    routes.get("/lock", Access::BehindLock, lock::form);
    routes.post("/lock", Access::BehindLock, lock::now);
    routes.post("/lock/idle", Access::BehindLock, lock::when_idle);
    routes.post("/lock/open", Access::BehindLock, lock::open);
    routes.post("/awake", Access::SignedIn, lock::awake);
    routes.get("/switch", Access::BehindLock, switch::form);
    routes.post("/switch", Access::BehindLock, switch::check);
    routes.get("/me", Access::SignedIn, me::show_me);
    routes.post("/me/preferences", Access::SignedIn, me::keep_preferences);
    routes.get("/me/pin", Access::Staff, pin::form);
    routes.post("/me/pin", Access::Staff, pin::choose);
    routes.post("/me/pin/clear", Access::Staff, pin::clear);
    routes.get("/me/sessions", Access::SignedIn, sessions::page);
    routes.post("/me/sessions/end", Access::SignedIn, sessions::end_all);
    routes.post("/me/sessions/others/end", Access::SignedIn, sessions::end_others);
    routes.post("/me/sessions/{session}/end", Access::SignedIn, sessions::end_one);
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
