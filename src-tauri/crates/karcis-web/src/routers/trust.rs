//! Trusting another certificate, after a person has compared the fingerprints.

use super::{in_use, known, page};
use crate::answer::{Answer, with_toast};
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::Form;
use crate::texts::Refusal;
use axum::extract::Path;
use karcis_core::outbox;
use karcis_core::routers;
use serde::Deserialize;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct TrustForm {
    /// The fingerprint the person has seen beside the button.
    fingerprint: String,
}

/// Pins exactly the certificate the person looked at: one that came since then is not trusted along with it.
pub(super) async fn trust(desk: Desk, Path(id): Path<String>, Form(form): Form<TrustForm>) -> Answer {
    let (id, actor, now) = (known(&id)?, desk.actor()?, desk.now());
    desk.write(move |tx| {
        let router = in_use(tx, id)?;
        let seen = router.checks.as_ref().and_then(|checks| checks.fingerprint.as_deref());
        if !router.tls || seen.is_none_or(|seen| seen != form.fingerprint) {
            return Err(Error::Refused(Refusal::R143));
        }
        routers::pin(tx, &actor, id, &form.fingerprint, now)?;
        Ok(outbox::unblock(tx, &router.lane(), now)?)
    })
    .await?;
    desk.office.engine().reconnect(id).await;
    super::trial::examine_and_keep(&desk, id).await?;
    Ok(with_toast(page::drawn(&desk, id).await?, desk.t.routers.trusted))
}
