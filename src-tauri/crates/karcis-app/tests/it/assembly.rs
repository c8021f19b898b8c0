//! Opening, running and ending the whole.

use karcis_app::{Assembly, AssemblyOptions, KeyHome, StartError};
use karcis_core::audit::Actor;
use karcis_core::db::OpenError;
use karcis_core::fault::Fault;
use karcis_core::secrets::{self, Cost, DataKey, Passphrase, UnwrapError};
use karcis_core::settings::{self, Language};
use karcis_core::staff::Place;
use karcis_core::values::Timestamp;
use rand::SeedableRng;
use rand::rngs::StdRng;
use std::fs;
use std::path::Path;
use zeroize::Zeroizing;

pub(crate) fn options(folder: &Path) -> AssemblyOptions {
    let mut options = AssemblyOptions::new(folder, Place::Window);
    options.key_home = KeyHome::Nowhere;
    options.cost = Cost::FLOOR;
    options
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_shop_opens_once_with_a_mark_that_stays() {
    let folder = tempfile::tempdir().unwrap();
    let mark = |assembly: &Assembly| {
        assembly.db().read(|tx| settings::text(tx, settings::SHOP_TAG)).unwrap().unwrap()
    };
    let assembly = Assembly::open(options(folder.path())).await.unwrap();
    assembly.run();
    let first = mark(&assembly);
    assert_eq!(first.len(), 8);
    let second = Assembly::open(options(folder.path())).await.unwrap_err();
    assert!(
        matches!(&second, StartError::Books { error: OpenError::AlreadyOpen(at), .. } if at == folder.path()),
        "{second:?}"
    );
    assert!(second.sentence(Language::En).contains("Another Karcis"), "{second}");
    assembly.stop().await;
    drop(assembly);
    let again = Assembly::open(options(folder.path())).await.unwrap();
    assert_eq!(mark(&again), first);
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_what_never_ran_ends_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let assembly = Assembly::open(options(folder.path())).await.unwrap();
    assembly.stop().await;
    assembly.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn books_that_cannot_be_opened_are_told_in_both_languages() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a-file");
    fs::write(&file, "").unwrap();
    let unwritable = Assembly::open(options(&file.join("books"))).await.unwrap_err().in_both_languages();
    assert!(
        unwritable.contains("tidak bisa ditulis") && unwritable.contains("cannot be written"),
        "{unwritable}"
    );
    let damaged = folder.path().join("damaged");
    fs::create_dir(&damaged).unwrap();
    fs::write(damaged.join("karcis.db"), "bukan basis data sama sekali".repeat(400)).unwrap();
    let damaged = Assembly::open(options(&damaged)).await.unwrap_err().in_both_languages();
    assert!(damaged.contains("Pulihkan dari cadangan") && damaged.contains("Restore a backup"), "{damaged}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passphrase_unlocks_the_data_key_at_the_start_and_a_wrong_one_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let assembly = Assembly::open(options(folder.path())).await.unwrap();
    let mut rng = StdRng::seed_from_u64(7);
    let key = DataKey::new(&mut rng);
    let passphrase = Passphrase::parse("pagar hijau sembilan").unwrap();
    let wrap = secrets::wrap_with_passphrase(&key, &passphrase, Cost::FLOOR, &mut rng);
    let now = Timestamp::from_millis(1_795_147_200_000);
    assembly
        .db()
        .write(|tx| {
            secrets::adopt(tx, &Actor::karcis(), &key, &mut rng, now).map_err(Fault::new)?;
            secrets::keep_wrap(tx, &Actor::karcis(), &wrap, now)
        })
        .unwrap();
    assembly.stop().await;
    drop(assembly);
    for (given, unlocked) in [("pagar hijau sembilan", true), ("pagar hijau sepuluh", false)] {
        let mut options = options(folder.path());
        options.key_home = KeyHome::Passphrase(Zeroizing::new(given.to_owned()));
        let assembly = Assembly::open(options).await.unwrap();
        assert_eq!(assembly.keys().is_unlocked(), unlocked, "{given}");
        assert_eq!(matches!(assembly.key_trouble(), Some(UnwrapError::Wrong)), !unlocked, "{given}");
    }
}
