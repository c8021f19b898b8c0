use super::lane::keep_circuit;
use crate::audit::Actor;
use crate::db::Db;
use crate::fault::Fault;
use crate::outbox::{self, Circuit, Lane, Outcome};
use crate::routers::{self, RouterRequest, SealedPassword};
use crate::secrets::DataKey;
use crate::values::{RouterId, Timestamp};
use rand::SeedableRng;
use rand::rngs::StdRng;

const NOW: Timestamp = Timestamp::from_millis(1_795_147_200_000);

fn books(rng: &mut StdRng) -> (tempfile::TempDir, Db, Lane) {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(folder.path()).unwrap();
    let (id, key) = (RouterId::new(NOW, rng), DataKey::new(rng));
    let request = RouterRequest {
        name: "Warung-1".to_owned(),
        host: "192.0.2.1".to_owned(),
        port: 8729,
        tls: true,
        plain_accepted: false,
        user_name: "karcis".to_owned(),
        password: Some(SealedPassword::seal(&key, id, "rahasia", rng)),
        ssid: None,
    };
    db.write(|tx| routers::add(tx, &Actor::karcis(), id, &request, "r", NOW)).unwrap();
    (folder, db, Lane::Router(id))
}

#[test]
fn a_password_put_right_while_the_old_one_is_being_refused_is_tried() {
    for outcome in [Outcome::LaneBlocked("login_refused"), Outcome::LaneAway("unreachable")] {
        let mut rng = StdRng::seed_from_u64(1);
        let (_folder, db, lane) = books(&mut rng);
        let circuit = db
            .write(|tx| {
                outbox::lane_failed(tx, &lane, "silent", &mut rng, NOW)?;
                outbox::probe_begins(tx, &outbox::lane(tx, &lane)?, NOW)?;
                outbox::unblock(tx, &lane, NOW)?;
                keep_circuit(tx, lane, &outcome, false, &mut rng, NOW)?;
                let state = outbox::lane(tx, &lane)?;
                Ok::<_, Fault>((state.circuit, state.probe_at))
            })
            .unwrap();
        assert_eq!(circuit, (Circuit::Open, Some(NOW)), "{outcome:?}");
    }
}
