use super::lane::keep_circuit;
use crate::fault::Fault;
use crate::outbox::{self, Circuit, Lane, Outcome};
use crate::pretend::{Books, NOW};

#[test]
fn a_password_put_right_while_the_old_one_is_being_refused_is_tried() {
    for outcome in [Outcome::LaneBlocked("login_refused"), Outcome::LaneAway("unreachable")] {
        let mut books = Books::new();
        let lane = Lane::Router(books.add_router("Warung-1"));
        let Books { db, rng, .. } = &mut books;
        let circuit = db
            .write(|tx| {
                outbox::lane_failed(tx, &lane, "silent", rng, NOW)?;
                outbox::probe_begins(tx, &outbox::lane(tx, &lane)?, NOW)?;
                outbox::unblock(tx, &lane, NOW)?;
                keep_circuit(tx, lane, &outcome, false, rng, NOW)?;
                let state = outbox::lane(tx, &lane)?;
                Ok::<_, Fault>((state.circuit, state.probe_at))
            })
            .unwrap();
        assert_eq!(circuit, (Circuit::Open, Some(NOW)), "{outcome:?}");
    }
}
