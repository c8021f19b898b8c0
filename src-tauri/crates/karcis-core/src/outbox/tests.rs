use super::*;
use crate::db::Db;
use crate::values::{PlanId, RouterId};
use rand::SeedableRng;
use rand::rngs::StdRng;

struct Desk {
    _folder: tempfile::TempDir,
    db: Db,
    router: RouterId,
    plan: PlanId,
}

const NOW: Timestamp = Timestamp::from_millis(1_795_147_200_000);

fn desk() -> Desk {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(folder.path()).unwrap();
    let mut rng = StdRng::seed_from_u64(1);
    Desk { _folder: folder, db, router: RouterId::new(NOW, &mut rng), plan: PlanId::new(NOW, &mut rng) }
}

impl Desk {
    fn lane(&self) -> Lane {
        Lane::Router(self.router)
    }

    fn leave(&self, priority: Priority, depends_on: Option<NoteId>) -> NoteId {
        let effect = Effect::EnsureProfile { router: self.router, plan: self.plan };
        self.db.write(|tx| push(tx, &effect, priority, depends_on, NOW)).unwrap()
    }

    fn lease_at(&self, now: Timestamp) -> Option<Leased> {
        self.db.write(|tx| lease(tx, &self.lane(), now)).unwrap()
    }

    fn settle(&self, note: &Leased, outcome: Outcome, now: Timestamp) {
        self.db.write(|tx| settle(tx, note, &outcome, now)).unwrap();
    }
}

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

#[test]
fn what_a_person_waits_for_overtakes_bulk_work() {
    let desk = desk();
    let bulk = desk.leave(Priority::Bulk, None);
    let soon = desk.leave(Priority::Soon, None);
    let now = desk.leave(Priority::Now, None);
    let order: Vec<_> = (0..3).map(|_| desk.lease_at(NOW).unwrap().id).collect();
    assert_eq!(order, [now, soon, bulk]);
    assert_eq!(desk.lease_at(NOW), None, "a leased note is nobody else's");
}

#[test]
fn a_note_waits_for_the_one_it_depends_on() {
    let desk = desk();
    let first = desk.leave(Priority::Bulk, None);
    let second = desk.leave(Priority::Now, Some(first));
    let leased = desk.lease_at(NOW).unwrap();
    assert_eq!(leased.id, first);
    assert_eq!(desk.lease_at(NOW), None);
    desk.settle(&leased, Outcome::Done, NOW);
    assert_eq!(desk.lease_at(NOW).unwrap().id, second);
}

#[test]
fn a_lease_that_ran_out_is_given_again_and_counts() {
    let desk = desk();
    desk.leave(Priority::Soon, None);
    assert_eq!(desk.lease_at(NOW).unwrap().attempts, 1);
    assert_eq!(desk.lease_at(NOW + seconds(599)), None);
    assert_eq!(desk.lease_at(NOW + seconds(601)).unwrap().attempts, 2);
}

#[test]
fn leases_of_a_dead_engine_are_given_back_at_once() {
    let desk = desk();
    desk.leave(Priority::Soon, None);
    desk.lease_at(NOW).unwrap();
    assert_eq!(desk.db.write(|tx| release_all(tx, NOW)).unwrap(), 1);
    assert_eq!(desk.lease_at(NOW).unwrap().attempts, 2);
}

#[test]
fn a_note_that_keeps_failing_is_dead_after_ten_tries_and_can_be_revived() {
    let desk = desk();
    let id = desk.leave(Priority::Soon, None);
    let mut now = NOW;
    for attempt in 1..=10 {
        let note = desk.lease_at(now).unwrap_or_else(|| panic!("try {attempt}"));
        desk.settle(&note, Outcome::Retry("refused"), now);
        now = now + seconds(400);
    }
    assert_eq!(desk.lease_at(now), None);
    let dead = desk.db.read(|tx| needing_attention(tx, 10)).unwrap();
    assert_eq!((dead[0].id, dead[0].attempts, dead[0].last_error.as_deref()), (id, 10, Some("refused")));
    assert!(desk.db.write(|tx| revive(tx, &Actor::karcis(), id, now)).unwrap());
    assert!(!desk.db.write(|tx| revive(tx, &Actor::karcis(), id, now)).unwrap(), "twice is once");
    assert_eq!(desk.lease_at(now).unwrap().id, id);
}

#[test]
fn an_unconfirmed_note_is_shown_and_not_repeated_by_machine() {
    let desk = desk();
    desk.leave(Priority::Soon, None);
    let note = desk.lease_at(NOW).unwrap();
    desk.settle(&note, Outcome::Unconfirmed("silent"), NOW);
    assert_eq!(desk.lease_at(NOW + seconds(100_000)), None);
    assert_eq!(desk.db.read(|tx| needing_attention(tx, 10)).unwrap().len(), 1);
}

#[test]
fn held_notes_rest_until_they_are_let_go() {
    let desk = desk();
    desk.leave(Priority::Soon, None);
    let subject = desk.plan.to_string();
    assert_eq!(desk.db.write(|tx| hold(tx, &subject, true, NOW)).unwrap(), 1);
    assert_eq!(desk.lease_at(NOW), None);
    desk.db.write(|tx| hold(tx, &subject, false, NOW)).unwrap();
    let note = desk.lease_at(NOW).unwrap();
    desk.settle(&note, Outcome::Held, NOW);
    assert_eq!(desk.lease_at(NOW), None);
}

#[test]
fn a_lane_backs_off_from_five_seconds_to_a_minute_and_closes_again() {
    let desk = desk();
    let mut rng = StdRng::seed_from_u64(3);
    let mut waits = Vec::new();
    for _ in 0..7 {
        desk.db.write(|tx| lane_failed(tx, &desk.lane(), "unreachable", &mut rng, NOW)).unwrap();
        let state = desk.db.read(|tx| lane(tx, &desk.lane())).unwrap();
        assert_eq!((state.circuit, state.open_since), (Circuit::Open, Some(NOW)));
        waits.push(state.probe_at.unwrap().since(NOW).as_millis());
    }
    for (wait, most) in waits.into_iter().zip([5_000, 10_000, 20_000, 40_000, 60_000, 60_000, 60_000]) {
        assert!((most * 9 / 10..=most).contains(&wait), "{wait} of {most}");
    }
    assert!(desk.db.write(|tx| lane_answered(tx, &desk.lane(), NOW)).unwrap());
    assert!(!desk.db.write(|tx| lane_answered(tx, &desk.lane(), NOW)).unwrap(), "it was closed already");
    let state = desk.db.read(|tx| lane(tx, &desk.lane())).unwrap();
    assert_eq!((state.circuit, state.failures, state.last_ok_at), (Circuit::Closed, 0, Some(NOW)));
}

#[test]
fn a_blocked_lane_opens_only_for_a_person() {
    let desk = desk();
    desk.db.write(|tx| block_lane(tx, &desk.lane(), "login_refused", NOW)).unwrap();
    let state = desk.db.read(|tx| lane(tx, &desk.lane())).unwrap();
    assert_eq!((state.circuit, state.probe_at), (Circuit::Blocked, None));
    desk.db.write(|tx| unblock(tx, &desk.lane(), NOW + seconds(60))).unwrap();
    let state = desk.db.read(|tx| lane(tx, &desk.lane())).unwrap();
    assert_eq!((state.circuit, state.probe_at), (Circuit::Open, Some(NOW + seconds(60))));
    assert_eq!(state.open_since, Some(NOW), "since when is not forgotten");
}

#[test]
fn effects_and_lanes_read_back_as_written() {
    let desk = desk();
    let mut rng = StdRng::seed_from_u64(5);
    let batch = crate::values::BatchId::new(NOW, &mut rng);
    let voucher = crate::values::VoucherId::new(NOW, &mut rng);
    for effect in [
        Effect::EnsureProfile { router: desk.router, plan: desk.plan },
        Effect::EnsureVouchers { router: desk.router, batch, chunk: 19 },
        Effect::EnsureVoucher { router: desk.router, voucher },
        Effect::LookBack { router: desk.router },
        Effect::PrintSlip {
            printer: crate::values::PrinterId::new(NOW, &mut rng),
            slip: crate::values::SlipId::new(NOW, &mut rng),
        },
    ] {
        assert_eq!(Effect::parse(effect.kind(), &effect.payload().unwrap()).unwrap(), effect);
        assert_eq!(effect.lane().to_string().parse(), Ok(effect.lane()));
    }
    for broken in ["", "router", "router:x", "printer:x", "scale:00000000-0000-7000-8000-000000000000"] {
        assert_eq!(broken.parse::<Lane>(), Err(ParseLaneError), "{broken}");
    }
    assert!(Effect::parse("ensure_nothing", r#"{"router":"x","id":"y"}"#).is_err());
}

#[test]
fn a_lease_given_before_the_clock_was_put_back_runs_out_as_well() {
    let desk = desk();
    desk.leave(Priority::Soon, None);
    desk.lease_at(NOW).unwrap();
    assert!(desk.lease_at(NOW - seconds(86_400)).is_some(), "nobody waits a day for an engine that died");
}

#[test]
fn a_note_from_before_the_clock_was_put_back_is_due() {
    let desk = desk();
    let id = desk.leave(Priority::Soon, None);
    let note = desk.lease_at(NOW - seconds(86_400)).unwrap();
    assert_eq!(note.id, id);
    desk.settle(&note, Outcome::Retry("refused"), NOW);
    assert_eq!(desk.lease_at(NOW), None, "a try that is due soon is waited for");
}

#[test]
fn a_router_that_is_away_for_hours_and_a_person_who_pauses_cost_no_note_its_tries() {
    let desk = desk();
    desk.leave(Priority::Soon, None);
    for outcome in [Outcome::LaneAway("silent"), Outcome::LaneBlocked("login_refused"), Outcome::Held] {
        for _ in 0..20 {
            let note = desk.lease_at(NOW).unwrap();
            desk.settle(&note, outcome.clone(), NOW);
            desk.db.write(|tx| hold(tx, &desk.plan.to_string(), false, NOW)).unwrap();
        }
    }
    let note = desk.lease_at(NOW).unwrap();
    assert!(note.attempts > 1, "it was tried before, so the router is read first: {}", note.attempts);
    desk.settle(&note, Outcome::Retry("no_match"), NOW);
    assert_eq!(
        desk.db.read(|tx| needing_attention(tx, 10)).unwrap(),
        [],
        "one failure of its own is no death"
    );
}

#[test]
fn a_note_that_is_done_settles_the_dead_ones_that_wished_the_same() {
    let desk = desk();
    let dead = desk.leave(Priority::Soon, None);
    let note = desk.lease_at(NOW).unwrap();
    desk.settle(&note, Outcome::GiveUp("value_refused"), NOW);
    let behind = desk.leave(Priority::Bulk, Some(dead));
    assert_eq!(desk.lease_at(NOW), None);
    desk.leave(Priority::Soon, None);
    let again = desk.lease_at(NOW).unwrap();
    desk.settle(&again, Outcome::Done, NOW);
    assert_eq!(desk.lease_at(NOW).unwrap().id, behind);
    assert_eq!(desk.db.read(|tx| needing_attention(tx, 10)).unwrap(), []);
}

#[test]
fn a_note_of_a_lane_closed_meanwhile_stays_closed_whatever_came_of_it() {
    for outcome in [Outcome::Held, Outcome::GiveUp("value_refused"), Outcome::LaneAway("silent")] {
        let desk = desk();
        desk.leave(Priority::Soon, None);
        let note = desk.lease_at(NOW).unwrap();
        desk.db.write(|tx| close_lane(tx, &desk.lane(), NOW)).unwrap();
        desk.settle(&note, outcome, NOW);
        desk.db.write(|tx| hold(tx, &desk.plan.to_string(), false, NOW)).unwrap();
        assert_eq!(desk.lease_at(NOW), None);
        assert_eq!(desk.db.read(|tx| needing_attention(tx, 10)).unwrap(), []);
    }
}

#[test]
fn a_probe_set_before_the_clock_was_put_back_is_due() {
    let desk = desk();
    let mut rng = StdRng::seed_from_u64(3);
    desk.db.write(|tx| lane_failed(tx, &desk.lane(), "unreachable", &mut rng, NOW)).unwrap();
    let state = desk.db.read(|tx| lane(tx, &desk.lane())).unwrap();
    assert!(rests(&state, NOW));
    assert!(!rests(&state, NOW + seconds(5)));
    assert!(!rests(&state, NOW - seconds(86_400)), "a lane does not sleep for a day");
}

#[test]
fn what_needs_a_person_is_found_without_walking_every_note_there_ever_was() {
    let desk = desk();
    let sql: &'static str = format!("EXPLAIN QUERY PLAN {}", store::FOR_A_PERSON).leak();
    let steps = desk.db.read(|tx| tx.all(sql, &[crate::db::Val::Int(10)], |row| row.text(3))).unwrap();
    assert!(steps.iter().all(|step| step.contains("outbox_for_a_person")), "{steps:?}");
}
