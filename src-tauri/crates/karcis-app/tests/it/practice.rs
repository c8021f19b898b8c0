//! The practice router over restarts.

use crate::assembly::options;
use karcis_app::{Assembly, practice_file};
use karcis_core::audit::Actor;
use karcis_core::practice;
use karcis_core::routers::{self, Router, SealedPassword};
use karcis_core::secrets::DataKey;
use karcis_core::values::{RouterId, Timestamp};
use rand::SeedableRng;
use rand::rngs::StdRng;
use routeros::hotspot::{NewUser, user_add, users};
use routeros::{ConnectError, Connection, Limits};
use std::path::Path;

const NOW: Timestamp = Timestamp::from_millis(1_795_147_200_000);

fn key() -> DataKey {
    DataKey::new(&mut StdRng::seed_from_u64(3))
}

async fn opened(folder: &Path) -> Assembly {
    let assembly = Assembly::open(options(folder)).await.unwrap();
    assembly.keys().unlock(key());
    assembly
}

/// Takes the practice router as the wizard does.
async fn take(assembly: &Assembly) -> Router {
    let (practice, db) = (assembly.practice().clone(), assembly.db().clone());
    let work = move || {
        let reached = practice.start().unwrap();
        let mut rng = StdRng::seed_from_u64(4);
        let id = RouterId::new(NOW, &mut rng);
        let sealed = SealedPassword::seal(&key(), id, &reached.password, &mut rng);
        let login = (reached.user.as_str(), &sealed);
        db.write(|tx| routers::practice(tx, &Actor::karcis(), id, "Latihan", reached.port, login, NOW))
            .unwrap()
    };
    tokio::task::spawn_blocking(work).await.unwrap()
}

async fn follow(assembly: &Assembly) {
    let practice = assembly.practice().clone();
    tokio::task::spawn_blocking(move || practice.follow_books().unwrap()).await.unwrap();
}

fn row(assembly: &Assembly) -> Option<Router> {
    assembly.db().read(routers::practice_router).unwrap()
}

async fn connected(assembly: &Assembly) -> Result<Connection, ConnectError> {
    let router = row(assembly).expect("the books hold a practice router");
    let target = assembly.db().read(|tx| routers::target(tx, router.id, &key())).unwrap().unwrap();
    Connection::open(&target, &Limits::default()).await
}

async fn names(connection: &Connection) -> Vec<String> {
    let reply = connection.call(users()).await.unwrap();
    reply.rows.iter().filter_map(|row| row.get("name").map(str::to_owned)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_it_holds_survives_a_restart_and_the_books_learn_its_new_port_and_password() {
    let folder = tempfile::tempdir().unwrap();
    let assembly = opened(folder.path()).await;
    let first = take(&assembly).await;
    follow(&assembly).await;
    let connection = connected(&assembly).await.unwrap();
    let guest = NewUser { name: "tamu".into(), password: "x".into(), ..NewUser::default() };
    connection.call(user_add(&guest)).await.unwrap();
    connection.close().await;
    assembly.stop().await;
    drop(assembly);

    let assembly = Assembly::open(options(folder.path())).await.unwrap();
    let locked = row(&assembly).unwrap();
    assert_eq!(locked.port, first.port, "without the key the books cannot be told");
    assembly.keys().unlock(key());
    follow(&assembly).await;
    assert_eq!(row(&assembly).unwrap().id, first.id);
    let connection = connected(&assembly).await.unwrap();
    assert!(names(&connection).await.contains(&"tamu".to_owned()));
    connection.close().await;
    assembly.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_practice_router_that_is_removed_ends_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let assembly = opened(folder.path()).await;
    let router = take(&assembly).await;
    follow(&assembly).await;
    assembly.stop().await;
    assert!(practice_file(folder.path()).is_file());
    drop(assembly);
    let assembly = opened(folder.path()).await;
    follow(&assembly).await;
    let target = assembly.db().read(|tx| routers::target(tx, router.id, &key())).unwrap().unwrap();
    assembly.db().write(|tx| practice::remove(tx, &Actor::karcis(), router.id, NOW)).unwrap();
    follow(&assembly).await;
    assert!(!practice_file(folder.path()).exists());
    let gone = Connection::open(&target, &Limits::default()).await.unwrap_err();
    // A system may take the call that nobody answers any more, and end it at once.
    assert!(matches!(gone, ConnectError::Unreachable(_) | ConnectError::Closed), "{gone:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_was_started_and_never_taken_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let assembly = opened(folder.path()).await;
    let practice = assembly.practice().clone();
    let (first, second) =
        tokio::task::spawn_blocking(move || (practice.start().unwrap(), practice.start().unwrap()))
            .await
            .unwrap();
    assert_eq!((first.port, &first.password), (second.port, &second.password), "there is one at most");
    follow(&assembly).await;
    assembly.stop().await;
    assert!(!practice_file(folder.path()).exists());
}
