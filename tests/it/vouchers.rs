//! A batch from the books to the router.

use karcis_core::outbox::Circuit;
use karcis_core::plans::ProfileState;
use karcis_core::vouchers::{self, BatchState, Tag, VoucherState};
use karcis_tests::TestShop;
use routeros_sim::{Guest, LoginWay, Speed};

#[tokio::test]
async fn a_batch_reaches_the_router_and_every_user_is_as_the_plan_says() {
    let mut shop = TestShop::open().await;
    let batch = shop.issue(1_200);
    assert_eq!(shop.tally(&batch).pending, 1_200, "durable before the router is asked");
    shop.work().await;
    shop.check(&batch, 1_200);
    assert_eq!(shop.batch(&batch).state, BatchState::Ready);
    assert_eq!(shop.lane().circuit, Circuit::Closed);
    let plan = shop.db.read(|tx| karcis_core::plans::plan(tx, shop.plan.id)).unwrap().unwrap();
    assert_eq!(plan.profile_state, ProfileState::OnRouter);
    let profile =
        shop.sim.rows("/ip/hotspot/user/profile").into_iter().find(|row| row["name"] == plan.profile_name);
    let profile = profile.expect("the plan's profile is on the router");
    assert_eq!((profile["shared-users"].as_str(), profile["rate-limit"].as_str()), ("1", "2M/5M"));
    for user in shop.our_users() {
        let tag = Tag::parse(&user["comment"]).expect("the tag reads back");
        assert_eq!(tag.batch, batch.number);
        let voucher =
            shop.db.read(|tx| vouchers::voucher(tx, tag.voucher)).unwrap().expect("a voucher of ours");
        assert_eq!(
            (voucher.code.as_str(), voucher.password.as_str()),
            (user["name"].as_str(), user["password"].as_str())
        );
        assert_eq!(
            (user["profile"].as_str(), user["limit-uptime"].as_str()),
            (plan.profile_name.as_str(), "1d")
        );
        assert!(user["comment"].len() < 120);
    }
}

#[tokio::test]
async fn a_foreign_user_with_our_code_is_left_alone_and_the_batch_still_reaches_its_size() {
    let mut shop = TestShop::open().await;
    let batch = shop.issue(30);
    let first = shop.db.read(|tx| vouchers::printable(tx, batch.id)).unwrap();
    let taken = [&first[3].code, &first[17].code];
    for name in taken {
        shop.sim.add_user(name, &[("password", "punya-orang"), ("comment", "vc-123-05.01.23-note")]).unwrap();
    }
    shop.work().await;
    shop.check(&batch, 30);
    assert_eq!(shop.tally(&batch).rejected, 2);
    for name in taken {
        let foreign = shop.sim.user(name).expect("still there");
        assert_eq!(
            (foreign["password"].as_str(), foreign["comment"].as_str()),
            ("punya-orang", "vc-123-05.01.23-note")
        );
    }
    let now = shop.db.read(|tx| vouchers::printable(tx, batch.id)).unwrap();
    let serials: Vec<u32> = now.iter().map(|voucher| voucher.serial).collect();
    assert_eq!(serials, (1..=30).collect::<Vec<_>>(), "every place of the batch is filled once");
}

#[tokio::test]
async fn untagged_users_survive_everything_unchanged() {
    let mut shop = TestShop::open().await;
    for number in 0..50 {
        shop.sim.add_user(&format!("tamu{number}"), &[("comment", "KRC1 bukan punya Karcis")]).unwrap();
    }
    let before: Vec<_> = shop.sim.users();
    let batch = shop.issue(40);
    shop.work().await;
    let now = shop.now();
    shop.db.write(|tx| vouchers::cancel_batch(tx, &shop.owner, batch.id, now)).unwrap_err();
    let voucher = shop.db.read(|tx| vouchers::printable(tx, batch.id)).unwrap().remove(0);
    shop.db.write(|tx| vouchers::void_voucher(tx, &shop.owner, voucher.id, "salah cetak", now)).unwrap();
    shop.work().await;
    let after: Vec<_> = shop.sim.users().into_iter().filter(|user| before.contains(user)).collect();
    assert_eq!(after, before);
}

#[tokio::test]
async fn a_voucher_is_disabled_enabled_and_voided_on_the_router() {
    let mut shop = TestShop::open().await;
    let batch = shop.issue(3);
    shop.work().await;
    let voucher = shop.db.read(|tx| vouchers::printable(tx, batch.id)).unwrap().remove(1);
    let now = shop.now();
    for (disabled, word) in [(true, "true"), (false, "false")] {
        shop.db.write(|tx| vouchers::set_disabled(tx, &shop.owner, voucher.id, disabled, now)).unwrap();
        shop.work().await;
        assert_eq!(shop.sim.user(&voucher.code).unwrap()["disabled"], word);
    }
    let voided =
        shop.db.write(|tx| vouchers::void_voucher(tx, &shop.owner, voucher.id, "  hilang ", now)).unwrap();
    assert_eq!((voided.state, voided.reason.as_deref()), (VoucherState::Void, Some("hilang")));
    shop.work().await;
    assert!(shop.sim.user(&voucher.code).is_none());
    assert_eq!(shop.our_users().len(), 2);
    shop.db.write(|tx| vouchers::void_voucher(tx, &shop.owner, voucher.id, "lagi", now)).unwrap_err();
}

#[tokio::test]
async fn a_voided_or_disabled_voucher_is_offline_at_once_and_nobody_else_is() {
    let mut shop = TestShop::open().await;
    let batch = shop.issue(3);
    shop.work().await;
    let cards = shop.db.read(|tx| vouchers::printable(tx, batch.id)).unwrap();
    for (place, card) in cards.iter().enumerate() {
        let (mac, address) = (format!("02:00:00:00:00:0{place}"), format!("10.5.50.1{place}"));
        let (user, password) = (card.code.as_str(), card.password.as_str());
        let guest = Guest { user, password, mac: &mac, address: &address, by: LoginWay::HttpPap };
        shop.sim.hotspot_login(&guest).unwrap();
    }
    let online = |shop: &TestShop| {
        let rows = shop.sim.rows("/ip/hotspot/active");
        rows.into_iter().map(|row| row["user"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(online(&shop).len(), 3);
    let now = shop.now();
    shop.db.write(|tx| vouchers::void_voucher(tx, &shop.owner, cards[0].id, "hilang", now)).unwrap();
    shop.db.write(|tx| vouchers::set_disabled(tx, &shop.owner, cards[1].id, true, now)).unwrap();
    shop.work().await;
    assert_eq!(online(&shop), [cards[2].code.clone()]);
    let remembered = shop.sim.rows("/ip/hotspot/cookie");
    assert!(remembered.iter().all(|row| row["user"] == cards[2].code), "{remembered:?}");
}

#[tokio::test]
async fn a_pending_voucher_whose_code_is_taken_leaves_no_note_for_a_person() {
    let mut shop = TestShop::open().await;
    let batch = shop.issue(2);
    let card = shop.db.read(|tx| vouchers::printable(tx, batch.id)).unwrap().remove(0);
    shop.sim.add_user(&card.code, &[("comment", "punya orang")]).unwrap();
    let now = shop.now();
    shop.db.write(|tx| vouchers::set_disabled(tx, &shop.owner, card.id, true, now)).unwrap();
    shop.work().await;
    shop.check(&batch, 2);
    let attention = shop.db.read(|tx| karcis_core::outbox::needing_attention(tx, 10)).unwrap();
    assert_eq!(attention, []);
}

#[tokio::test]
async fn a_paused_batch_waits_and_goes_on_to_its_full_size() {
    let mut shop = TestShop::open().await;
    let batch = shop.issue(700);
    let now = shop.now();
    shop.db.write(|tx| vouchers::pause_batch(tx, &shop.owner, batch.id, now)).unwrap();
    shop.work().await;
    assert_eq!((shop.our_users().len(), shop.tally(&batch).pending), (0, 700));
    shop.db.write(|tx| vouchers::resume_batch(tx, &shop.owner, batch.id, now)).unwrap();
    shop.work().await;
    shop.check(&batch, 700);
}

#[tokio::test]
async fn a_batch_cancelled_in_the_middle_leaves_only_what_was_confirmed() {
    let mut shop = TestShop::open().await;
    let batch = shop.issue(2_000);
    // A router of ordinary speed takes half a minute for this batch, so that nobody can be late.
    shop.sim.set_speed(Speed::Chr);
    let (db, owner, now) = (shop.db.clone(), shop.owner.clone(), shop.now());
    let (engine, watched) = (std::sync::Arc::clone(&shop.engine), std::sync::Arc::clone(&shop.engine));
    let cancel = tokio::task::spawn_blocking(move || {
        // The engine works on the test's own thread; this one waits until the first chunk is well under way.
        while watched.acknowledged(batch.id) < 200 {
            std::thread::yield_now();
        }
        db.write(|tx| vouchers::cancel_batch(tx, &owner, batch.id, now))
    });
    let work = tokio::spawn(async move { while engine.tick().await.unwrap().carried > 0 {} });
    cancel.await.unwrap().unwrap();
    shop.sim.set_speed(Speed::Instant);
    work.await.unwrap();
    shop.work().await;
    let batch = shop.batch(&batch);
    assert_eq!(batch.state, BatchState::Cancelled);
    let tally = shop.tally(&batch);
    assert_eq!((tally.pending, tally.on_router + tally.void), (0, 2_000));
    assert!(tally.void > 0, "{tally:?}");
    shop.check(&batch, tally.on_router);
}

#[tokio::test]
async fn the_same_request_makes_one_batch() {
    let mut shop = TestShop::open().await;
    let request = vouchers::BatchRequest {
        plan: shop.plan.id,
        size: 10,
        code: shop.plan.code.clone(),
        note: "untuk Bu Contoh".to_owned(),
        shelf_life_days: Some(90),
    };
    let mut rng = shop.rng();
    let now = shop.now();
    let twice: Vec<_> = (0..2)
        .map(|_| {
            shop.db
                .write(|tx| vouchers::issue_batch(tx, &shop.owner, &request, "klik", &mut rng, now))
                .unwrap()
        })
        .collect();
    assert_eq!(twice[0], twice[1]);
    assert_eq!(shop.tally(&twice[0]).pending, 10);
}

#[tokio::test]
async fn weak_codes_are_refused_with_a_length_that_is_long_enough() {
    let mut shop = TestShop::open().await;
    shop.plan.code.length = 5;
    let refused = shop.try_issue(100).unwrap_err();
    let vouchers::IssueError::TooWeak { days, least_length } = refused else { panic!("{refused}") };
    assert_eq!((days, least_length), (0, Some(7)));
    let nothing = shop.db.read(|tx| vouchers::batches(tx, None, None, None)).unwrap();
    assert!(nothing.is_empty());
}
