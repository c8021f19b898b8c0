//! Killed without warning, again and again: what was durable stays durable, and nothing is doubled.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use karcis_core::audit::{self, Chain};
use karcis_core::db::Db;
use karcis_core::vouchers::{self, BatchState, Tally};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use routeros_sim::{Sim, SimHandle};
use std::collections::HashSet;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::process::{Child, Command};

/// How often the program is killed in all.
const KILLS: u32 = 100;
/// The batch it works on; a new one is begun whenever one was finished before the next kill.
const SIZE: u32 = 10_000;

/// When the program is killed: at a moment, or when so many users have reached the router.
enum Moment {
    After(Duration),
    AtUsers(usize),
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_killed_a_hundred_times_ends_with_exactly_its_batch() {
    let mut rng = StdRng::seed_from_u64(20_261_120);
    let mut kills = 0;
    while kills < KILLS {
        let sim = Sim::builder().credentials("karcis", "sandi").build();
        let port = sim.listen("127.0.0.1:0").await.unwrap().port();
        let folder = tempfile::tempdir().unwrap();
        loop {
            let moment = match rng.random_bool(0.5) {
                true => Moment::After(Duration::from_millis(rng.random_range(5..1_200))),
                false => Moment::AtUsers(rng.random_range(sim.user_count()..=SIZE as usize)),
            };
            let mut child = start(folder.path(), port);
            let killed = kill_at(&mut child, &moment, &sim).await;
            kills += u32::from(killed);
            check(folder.path(), &sim, killed);
            if !killed {
                break;
            }
            if kills >= KILLS {
                assert!(
                    start(folder.path(), port).wait().await.unwrap().success(),
                    "the last run finishes the work"
                );
                check(folder.path(), &sim, false);
                break;
            }
        }
    }
}

fn start(out: &Path, port: u16) -> Child {
    Command::new(env!("CARGO_BIN_EXE_karcis-cli"))
        .args(["demo", "--json", "--count", &SIZE.to_string(), "--router", &format!("127.0.0.1:{port}")])
        .args(["--user", "karcis", "--password", "sandi", "--out"])
        .arg(out)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Kills the program at its moment; `false` when it was finished before.
async fn kill_at(child: &mut Child, moment: &Moment, sim: &SimHandle) -> bool {
    let due = async {
        match moment {
            Moment::After(delay) => tokio::time::sleep(*delay).await,
            Moment::AtUsers(count) => {
                // Counting holds the router up, so it is done now and then only.
                let mut look = tokio::time::interval(Duration::from_millis(10));
                while sim.user_count() < *count {
                    look.tick().await;
                }
            }
        }
    };
    tokio::select! {
        status = child.wait() => {
            assert!(status.unwrap().success(), "it ends by itself only when its work is done");
            return false;
        }
        () = due => {}
    }
    // SIGKILL: no handler runs, nothing is flushed.
    child.kill().await.unwrap();
    true
}

/// What must hold at any moment after a kill, and when the work is done.
fn check(folder: &Path, sim: &SimHandle, killed: bool) {
    if !folder.join("karcis.db").exists() {
        assert!(killed, "a finished program has books");
        return;
    }
    let db = Db::open(folder).expect("books of a killed program open");
    assert_eq!(db.check().unwrap(), Vec::<String>::new(), "I10: integrity");
    let chain = db.read(audit::verify).unwrap();
    assert!(matches!(chain, Chain::Whole { .. }), "I9: {chain:?}");
    let batches = db.read(|tx| vouchers::batches(tx, None, None, None)).unwrap();
    assert!(batches.len() <= 1, "a resumed run makes no second batch");
    let Some(batch) = batches.first() else {
        assert!(killed && ours(sim).is_empty(), "I8: no batch, no users");
        return;
    };
    let tally = db.read(|tx| vouchers::tally(tx, batch.id)).unwrap();
    assert_eq!(tally.pending + tally.on_router, SIZE, "I8: all of the batch or nothing: {tally:?}");
    let cards = db.read(|tx| vouchers::printable(tx, batch.id)).unwrap();
    let codes: HashSet<&str> = cards.iter().map(|card| card.code.as_str()).collect();
    assert_eq!(codes.len(), SIZE as usize, "I11: no code twice");
    let users = ours(sim);
    assert!(users.iter().all(|name| codes.contains(name.as_str())), "I4: every tagged user has its row");
    let distinct: HashSet<&String> = users.iter().collect();
    assert_eq!(distinct.len(), users.len(), "I8: no user twice");
    assert!(users.len() >= tally.on_router as usize, "I5: what the books call on the router is there");
    if !killed {
        assert_eq!(tally, Tally { on_router: SIZE, ..Tally::default() });
        assert_eq!((users.len(), batch.state), (SIZE as usize, BatchState::Ready));
    }
}

fn ours(sim: &SimHandle) -> Vec<String> {
    let tagged = sim
        .users()
        .into_iter()
        .filter(|user| user.get("comment").is_some_and(|comment| comment.starts_with("KRC1|")));
    tagged.filter_map(|user| user.get("name").cloned()).collect()
}
