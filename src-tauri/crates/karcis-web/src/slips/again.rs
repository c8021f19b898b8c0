//! One more try at a slip that is not known to be printed.

use crate::answer::{Answer, changed};
use crate::desk::Desk;
use crate::error::Error;
use crate::texts::Refusal;
use axum::extract::Path;
use karcis_core::slips::{self, SlipError};
use karcis_core::values::SlipId;

pub(super) async fn again(desk: Desk, Path(id): Path<String>) -> Answer {
    let id: SlipId = id.parse().map_err(|_| Error::NotFound)?;
    let (actor, role, now) = (desk.actor()?, desk.person()?.role, desk.now());
    desk.write(move |tx| slips::again(tx, &actor, role, id, now)).await.map_err(refusal)?;
    Ok(changed(desk.t.queue.printing_again))
}

/// What is said when no slip is asked for.
pub(crate) fn refusal(error: SlipError) -> Error {
    match error {
        SlipError::UnknownPrinter => Error::Refused(Refusal::R718),
        SlipError::Unknown => Error::NotFound,
        SlipError::Printed => Error::Refused(Refusal::R719),
        SlipError::TooManyCopies { most } => Error::Refused(Refusal::R717 { most: most.to_string() }),
        SlipError::Fault(fault) => Error::Fault(fault),
    }
}
