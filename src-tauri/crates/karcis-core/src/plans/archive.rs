//! Plans that are out of use, and their way back.

use super::{Plan, PlanError, store};
use crate::audit::{self, Actor};
use crate::db::{ReadTx, WriteTx};
use crate::fault::Fault;
use crate::routers;
use crate::values::{PlanId, Timestamp};
use serde_json::json;

/// So many plans out of use are listed; older ones stay in the books.
const LISTED: i64 = 200;

/// Plans out of use whose router is in use, the latest first.
pub fn archived(tx: &ReadTx<'_>) -> Result<Vec<Plan>, Fault> {
    store::archived(tx, LISTED)
}

/// Takes a plan out of use, or back into it. Its vouchers and its profile on the router stay.
///
/// It does not come back while another plan has its name or key, or when its router is gone.
pub fn set_archived(
    tx: &WriteTx<'_>,
    actor: &Actor,
    id: PlanId,
    archived: bool,
    now: Timestamp,
) -> Result<Plan, PlanError> {
    let plan = store::one(tx, id)?.ok_or(PlanError::Unknown)?;
    if plan.archived == archived {
        return Ok(plan);
    }
    if !archived {
        may_return(tx, &plan)?;
    }
    store::set_archived(tx, id, archived, now)?;
    let deed = if archived { "plan.archive" } else { "plan.restore" };
    audit::record(tx, actor, deed, ("plan", &id.to_string()), &json!({"name": plan.name}), now)?;
    Ok(Plan { archived, ..plan })
}

fn may_return(tx: &ReadTx<'_>, plan: &Plan) -> Result<(), PlanError> {
    if !routers::routers(tx)?.iter().any(|router| router.id == plan.router) {
        return Err(PlanError::UnknownRouter);
    }
    if store::name_taken(tx, plan.router, &plan.name.to_lowercase(), plan.id)? {
        return Err(PlanError::NameTaken);
    }
    if let Some(key) = plan.counter_key
        && store::key_taken(tx, key, plan.id)?
    {
        return Err(PlanError::KeyTaken);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plans::{PlanRequest, add, plans};
    use crate::pretend::{Books, NOW, plan_request};
    use crate::values::RouterId;
    use crate::vouchers;

    fn request(router: RouterId, name: &str, key: u8) -> PlanRequest {
        PlanRequest { name: name.to_owned(), counter_key: Some(key), ..plan_request(router) }
    }

    /// Books with one router and the plan "2 Jam" on key 1.
    fn books() -> (Books, Plan) {
        let mut books = Books::new();
        let router = books.add_router("Warung-1");
        let plan = books.add_plan(&request(router, "2 Jam", 1));
        (books, plan)
    }

    #[test]
    fn a_plan_out_of_use_is_listed_apart_and_comes_back() {
        let (Books { db, folder: _folder, .. }, plan) = books();
        let out = db.write(|tx| set_archived(tx, &Actor::karcis(), plan.id, true, NOW)).unwrap();
        assert!(out.archived);
        assert_eq!(db.read(|tx| Ok::<_, Fault>((plans(tx)?.len(), archived(tx)?.len()))).unwrap(), (0, 1));
        db.write(|tx| set_archived(tx, &Actor::karcis(), plan.id, false, NOW)).unwrap();
        assert_eq!(db.read(|tx| Ok::<_, Fault>((plans(tx)?.len(), archived(tx)?.len()))).unwrap(), (1, 0));
    }

    #[test]
    fn a_plan_stays_out_of_use_while_its_name_or_key_is_taken_or_its_router_gone() {
        let (Books { db, mut rng, folder: _folder, .. }, plan) = books();
        let karcis = Actor::karcis();
        let back = || db.write(|tx| set_archived(tx, &Actor::karcis(), plan.id, false, NOW));
        db.write(|tx| set_archived(tx, &karcis, plan.id, true, NOW)).unwrap();

        let namesake = request(plan.router, "2 jam", 2);
        let other = db.write(|tx| add(tx, &karcis, &namesake, "namesake", &mut rng, NOW)).unwrap();
        assert!(matches!(back(), Err(PlanError::NameTaken)));
        db.write(|tx| set_archived(tx, &karcis, other.id, true, NOW)).unwrap();

        let same_key = request(plan.router, "1 Hari", 1);
        let other = db.write(|tx| add(tx, &karcis, &same_key, "same key", &mut rng, NOW)).unwrap();
        assert!(matches!(back(), Err(PlanError::KeyTaken)));
        db.write(|tx| set_archived(tx, &karcis, other.id, true, NOW)).unwrap();

        db.write(|tx| vouchers::archive_router(tx, &karcis, plan.router, NOW)).unwrap();
        assert!(matches!(back(), Err(PlanError::UnknownRouter)));
        assert!(db.read(archived).unwrap().is_empty());
    }
}
