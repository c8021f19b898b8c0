use super::*;
use crate::audit::Chain;
use crate::db::{Db, params};
use rand::SeedableRng;
use rand::rngs::StdRng;

const NOW: Timestamp = Timestamp::from_millis(1_795_201_200_000);
const ROUTER_PASSWORD: &str = "kena-hujan-di-pasar";
const PASSPHRASE: &str = "tujuh becak menunggu hujan";

fn books() -> (tempfile::TempDir, Db) {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(folder.path()).unwrap();
    (folder, db)
}

fn rng() -> StdRng {
    StdRng::seed_from_u64(28)
}

fn keep(db: &Db, wrap: &Wrap) {
    db.write(|tx| keep_wrap(tx, &Actor::karcis(), wrap, NOW)).unwrap();
}

#[test]
fn what_was_sealed_opens_with_the_same_key_for_the_same_purpose() {
    let mut rng = rng();
    let key = DataKey::new(&mut rng);
    for plain in ["", ROUTER_PASSWORD, "kata sandi ✓", &"x".repeat(10_000)] {
        let sealed = key.seal("router:7", plain, &mut rng);
        assert_eq!(key.open("router:7", &sealed).unwrap().as_str(), plain);
    }
}

#[test]
fn a_sealed_text_moved_to_another_router_does_not_open() {
    let mut rng = rng();
    let key = DataKey::new(&mut rng);
    let sealed = key.seal("router:7", ROUTER_PASSWORD, &mut rng);
    for what in ["router:8", "router:", "", "router:7 "] {
        assert_eq!(key.open(what, &sealed).unwrap_err(), SealError::DoesNotOpen, "{what:?}");
    }
}

#[test]
fn another_key_opens_nothing() {
    let mut rng = rng();
    let sealed = DataKey::new(&mut rng).seal("router:7", ROUTER_PASSWORD, &mut rng);
    assert_eq!(DataKey::new(&mut rng).open("router:7", &sealed).unwrap_err(), SealError::DoesNotOpen);
}

#[test]
fn a_changed_bit_anywhere_is_noticed_and_nonsense_is_told_apart() {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    let mut rng = rng();
    let key = DataKey::new(&mut rng);
    let sealed = STANDARD.decode(key.seal("a", "b", &mut rng)).unwrap();
    for bit in 0..sealed.len() * 8 {
        let mut changed = sealed.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let expected = if bit < 8 { SealError::NotSealed } else { SealError::DoesNotOpen };
        assert_eq!(key.open("a", &STANDARD.encode(changed)).unwrap_err(), expected, "bit {bit}");
    }
    for nonsense in ["", "AQ==", "not base64!", ROUTER_PASSWORD] {
        assert_eq!(key.open("a", nonsense).unwrap_err(), SealError::NotSealed, "{nonsense}");
    }
}

#[test]
fn the_same_text_sealed_twice_looks_different() {
    let mut rng = rng();
    let key = DataKey::new(&mut rng);
    assert_ne!(key.seal("a", ROUTER_PASSWORD, &mut rng), key.seal("a", ROUTER_PASSWORD, &mut rng));
}

#[test]
fn a_data_key_survives_the_keyring_as_text() {
    let mut rng = rng();
    let key = DataKey::new(&mut rng);
    let sealed = key.seal("a", "b", &mut rng);
    let back = DataKey::parse(&format!("{}\n", key.to_text().as_str())).unwrap();
    assert_eq!(back.open("a", &sealed).unwrap().as_str(), "b");
    for text in ["", "AAAA", "not base64!", &"A".repeat(48)] {
        assert_eq!(DataKey::parse(text).unwrap_err(), ParseDataKeyError, "{text}");
    }
}

#[test]
fn a_recovery_key_is_six_groups_of_five_without_look_alikes_and_never_the_same() {
    let mut rng = rng();
    let printed: Vec<String> = (0..200).map(|_| RecoveryKey::new(&mut rng).to_string()).collect();
    let mut used = std::collections::BTreeSet::new();
    for text in &printed {
        let groups: Vec<&str> = text.split('-').collect();
        assert_eq!(groups.len(), 6, "{text}");
        assert!(groups.iter().all(|group| group.len() == 5), "{text}");
        used.extend(text.chars());
    }
    let alphabet: std::collections::BTreeSet<char> = "-ACDEFGHJKLMNPQRTUVWXY2345679".chars().collect();
    assert_eq!(used, alphabet);
    let different: std::collections::BTreeSet<&String> = printed.iter().collect();
    assert_eq!(different.len(), 200);
}

#[test]
fn a_recovery_key_is_read_back_however_it_is_typed() {
    let printed = RecoveryKey::new(&mut rng()).to_string();
    let ways = [
        printed.clone(),
        printed.to_lowercase(),
        printed.replace('-', ""),
        printed.replace('-', " "),
        printed.replace('-', "\u{2013}"),
        format!("  {}\r\n", printed.replace('-', " - ")),
    ];
    for way in ways {
        assert_eq!(way.parse::<RecoveryKey>().unwrap().to_string(), printed, "{way:?}");
    }
}

#[test]
fn every_wrong_character_and_every_swap_of_neighbours_is_noticed() {
    let mut rng = rng();
    for _ in 0..5 {
        let printed: Vec<char> = RecoveryKey::new(&mut rng).to_string().replace('-', "").chars().collect();
        for place in 0..printed.len() {
            for wrong in "ACDEFGHJKLMNPQRTUVWXY2345679".chars().filter(|letter| *letter != printed[place]) {
                let mut typed = printed.clone();
                typed[place] = wrong;
                let typed: String = typed.into_iter().collect();
                assert_eq!(typed.parse::<RecoveryKey>().unwrap_err(), ParseRecoveryKeyError::Typo, "{typed}");
            }
            let next = (place + 1) % printed.len();
            if next > place && printed[place] != printed[next] {
                let mut typed = printed.clone();
                typed.swap(place, next);
                let typed: String = typed.into_iter().collect();
                assert_eq!(typed.parse::<RecoveryKey>().unwrap_err(), ParseRecoveryKeyError::Typo, "{typed}");
            }
        }
    }
}

#[test]
fn a_recovery_key_of_another_length_or_alphabet_is_refused_for_that() {
    let printed = RecoveryKey::new(&mut rng()).to_string();
    let short = printed[..printed.len() - 1].parse::<RecoveryKey>().unwrap_err();
    assert_eq!(short, ParseRecoveryKeyError::Length(29));
    let long = format!("{printed}A").repeat(1_000).parse::<RecoveryKey>().unwrap_err();
    assert_eq!(long, ParseRecoveryKeyError::Length(31));
    assert_eq!("".parse::<RecoveryKey>().unwrap_err(), ParseRecoveryKeyError::Length(0));
    let strange = format!("O{}", &printed[1..]).parse::<RecoveryKey>().unwrap_err();
    assert_eq!(strange, ParseRecoveryKeyError::Letter);
}

#[test]
fn the_recovery_key_on_paper_brings_back_every_secret() {
    let (_folder, db) = books();
    let mut rng = rng();
    let (key, recovery) = (DataKey::new(&mut rng), RecoveryKey::new(&mut rng));
    let sealed = key.seal("router:7", ROUTER_PASSWORD, &mut rng);
    keep(&db, &wrap_with_recovery(&key, &recovery, Cost::TESTS, &mut rng));
    drop(key);
    let paper: RecoveryKey = recovery.to_string().to_lowercase().parse().unwrap();
    let back = unwrap_with_recovery(&db, &paper).unwrap();
    assert_eq!(back.open("router:7", &sealed).unwrap().as_str(), ROUTER_PASSWORD);
}

#[test]
fn another_recovery_key_or_passphrase_unwraps_nothing() {
    let (_folder, db) = books();
    let mut rng = rng();
    let (key, recovery) = (DataKey::new(&mut rng), RecoveryKey::new(&mut rng));
    assert!(matches!(unwrap_with_recovery(&db, &recovery), Err(UnwrapError::NoWrap)));
    assert!(matches!(unwrap_with_passphrase(&db, PASSPHRASE), Err(UnwrapError::NoWrap)));
    keep(&db, &wrap_with_recovery(&key, &recovery, Cost::TESTS, &mut rng));
    let passphrase = Passphrase::parse(PASSPHRASE).unwrap();
    keep(&db, &wrap_with_passphrase(&key, &passphrase, Cost::TESTS, &mut rng));
    assert!(matches!(unwrap_with_recovery(&db, &RecoveryKey::new(&mut rng)), Err(UnwrapError::Wrong)));
    for wrong in ["", "tujuh becak menunggu Hujan", "tujuh becak menunggu hujan "] {
        assert!(matches!(unwrap_with_passphrase(&db, wrong), Err(UnwrapError::Wrong)), "{wrong:?}");
    }
    let sealed = key.seal("a", "b", &mut rng);
    let back = unwrap_with_passphrase(&db, PASSPHRASE).unwrap();
    assert_eq!(back.open("a", &sealed).unwrap().as_str(), "b");
}

#[test]
fn a_new_recovery_key_takes_the_place_of_the_old_one() {
    let (_folder, db) = books();
    let mut rng = rng();
    let (key, lost, fresh) = (DataKey::new(&mut rng), RecoveryKey::new(&mut rng), RecoveryKey::new(&mut rng));
    for recovery in [&lost, &fresh] {
        keep(&db, &wrap_with_recovery(&key, recovery, Cost::TESTS, &mut rng));
    }
    assert!(matches!(unwrap_with_recovery(&db, &lost), Err(UnwrapError::Wrong)));
    unwrap_with_recovery(&db, &fresh).unwrap();
    assert!(db.read(|tx| has_wrap(tx, WrapKind::Recovery)).unwrap());
    assert!(!db.read(|tx| has_wrap(tx, WrapKind::Passphrase)).unwrap());
}

#[test]
fn a_wrap_whose_cost_was_tampered_with_is_a_fault_and_not_an_hour_of_work() {
    let (_folder, db) = books();
    let mut rng = rng();
    let recovery = RecoveryKey::new(&mut rng);
    keep(&db, &wrap_with_recovery(&DataKey::new(&mut rng), &recovery, Cost::TESTS, &mut rng));
    for kdf in
        ["argon2id,v=19,m=4294967295,t=1,p=1", "argon2id,v=19,m=8,t=99,p=1", "argon2id,v=19,m=0,t=0,p=0", ""]
    {
        db.write(|tx| tx.run("UPDATE key_wraps SET kdf = $1", params![kdf])).unwrap();
        assert!(matches!(unwrap_with_recovery(&db, &recovery), Err(UnwrapError::Fault(_))), "{kdf}");
    }
}

#[test]
fn a_key_kept_for_another_shop_is_recognised_as_not_ours() {
    let (_folder, db) = books();
    let mut rng = rng();
    let (ours, other) = (DataKey::new(&mut rng), DataKey::new(&mut rng));
    assert!(!db.read(has_key).unwrap());
    assert!(!db.read(|tx| is_ours(tx, &ours)).unwrap());
    let owner = Actor::karcis();
    for _ in 0..2 {
        db.write(|tx| adopt(tx, &owner, &ours, &mut rng, NOW)).unwrap();
    }
    assert!(db.read(has_key).unwrap());
    assert!(db.read(|tx| is_ours(tx, &ours)).unwrap());
    assert!(!db.read(|tx| is_ours(tx, &other)).unwrap());
    let refused = db.write(|tx| adopt(tx, &owner, &other, &mut rng, NOW)).unwrap_err();
    assert!(matches!(refused, AdoptError::AnotherKey));
    assert!(db.read(|tx| is_ours(tx, &ours)).unwrap());
    let Chain::Whole { rows, .. } = db.read(audit::verify).unwrap() else { panic!("the chain is whole") };
    assert_eq!(rows, 1, "adopting the same key again is no change");
}

#[test]
fn a_passphrase_is_long_and_not_one_key_held_down() {
    assert_eq!(Passphrase::parse("sebelas hrf").unwrap_err(), ParsePassphraseError::TooShort);
    assert_eq!(Passphrase::parse(&"panjang ".repeat(17)).unwrap_err(), ParsePassphraseError::TooLong);
    assert_eq!(Passphrase::parse("aaaaaaabbbbbbbb").unwrap_err(), ParsePassphraseError::TooPlain);
    Passphrase::parse(PASSPHRASE).unwrap();
}

#[test]
fn keys_are_locked_until_somebody_brings_one_and_every_clone_has_it() {
    let keys = Keys::locked();
    let elsewhere = keys.clone();
    assert!(!elsewhere.is_unlocked());
    assert_eq!(elsewhere.with(|_| 1), None);
    keys.unlock(DataKey::new(&mut rng()));
    assert!(elsewhere.is_unlocked());
    assert_eq!(elsewhere.with(|_| 1), Some(1));
    elsewhere.lock();
    assert!(!keys.is_unlocked());
}

#[test]
fn nothing_costs_less_than_the_floor() {
    assert_eq!(Cost::FLOOR.to_string(), "m=19456,t=2,p=1");
    assert_eq!(Cost::DEFAULT.to_string(), "m=65536,t=3,p=1");
    assert!(!Cost::DEFAULT.is_below(Cost::FLOOR));
    assert!(Cost::FLOOR.is_below(Cost::DEFAULT));
    assert!(Cost::TESTS.is_below(Cost::FLOOR));
}

#[test]
fn no_secret_shows_itself_in_debug_output_or_in_any_file_of_the_books() {
    let (folder, db) = books();
    let mut rng = rng();
    let (key, recovery) = (DataKey::new(&mut rng), RecoveryKey::new(&mut rng));
    let passphrase = Passphrase::parse(PASSPHRASE).unwrap();
    let wraps = [
        wrap_with_recovery(&key, &recovery, Cost::TESTS, &mut rng),
        wrap_with_passphrase(&key, &passphrase, Cost::TESTS, &mut rng),
    ];
    let secret = key.open("a", &key.seal("a", ROUTER_PASSWORD, &mut rng)).unwrap();
    let key_text = key.to_text();
    let keys = Keys::locked();
    db.write(|tx| {
        adopt(tx, &Actor::karcis(), &key, &mut rng, NOW)?;
        settings::keep(tx, "test.sealed", &key.seal("a", ROUTER_PASSWORD, &mut rng))?;
        wraps.iter().try_for_each(|wrap| Ok::<_, AdoptError>(keep_wrap(tx, &Actor::karcis(), wrap, NOW)?))
    })
    .unwrap();
    let mut shown = format!("{key:?} {recovery:?} {passphrase:?} {wraps:?} {secret:?} {key_text:?}");
    let plain_key = key.as_bytes().to_vec();
    keys.unlock(key);
    shown += &format!("{keys:?}");
    let paper = recovery.to_string();
    let canaries = [
        ROUTER_PASSWORD.as_bytes(),
        PASSPHRASE.as_bytes(),
        key_text.as_str().as_bytes(),
        &plain_key,
        paper.as_bytes(),
        recovery.as_bytes(),
        &paper.as_bytes()[..11],
    ];
    let mut everything = shown.into_bytes();
    for file in std::fs::read_dir(folder.path()).unwrap() {
        everything.extend(std::fs::read(file.unwrap().path()).unwrap());
    }
    assert!(contains(&everything, b"test.sealed"), "the files hold what was written");
    for canary in canaries {
        assert!(!contains(&everything, canary), "{}", String::from_utf8_lossy(canary));
    }
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}
