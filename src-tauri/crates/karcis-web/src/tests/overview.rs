//! The first page, the queue's page, and the banner above every page.

use super::Shop;
use super::routers::{added, agreeing, batch_on};
use axum::http::StatusCode;
use karcis_core::outbox::{self, Circuit, Effect, Outcome, Priority};
use karcis_core::plans::ProfileState;
use karcis_core::routers::Router;
use karcis_core::settings::Language;
use karcis_core::staff::Role;
use karcis_core::values::NoteId;
use karcis_core::{plans, vouchers};

/// Leaves a note for the plan and lets it be given up for this reason.
fn given_up(shop: &Shop, router: &Router, plan: karcis_core::values::PlanId, why: &'static str) -> NoteId {
    let (now, lane) = (shop.office.now(), router.lane());
    shop.office
        .db()
        .write(|tx| {
            let effect = Effect::EnsureProfile { router: router.id, plan };
            outbox::push(tx, &effect, Priority::Now, None, now)?;
            let note = outbox::lease(tx, &lane, now)?.unwrap();
            outbox::settle(tx, &note, &Outcome::GiveUp(why), now)?;
            Ok::<_, karcis_core::fault::Fault>(note.id)
        })
        .unwrap()
}

#[tokio::test]
async fn a_new_shop_is_led_from_router_to_plan_to_batch() {
    let mut shop = Shop::open().await;
    assert!(shop.get("/").await.body().contains("Hubungkan router"));
    let router = added(&mut shop, "Warung-1", 8728).await;
    assert!(shop.get("/").await.body().contains("Buat paket pertama"));
    let batch = batch_on(&shop, router.id, "1 Hari");
    let home = shop.get("/").await.body();
    assert!(!home.contains("Langkah berikutnya"), "{home}");
    assert!(home.contains("3 menunggu router") && home.contains("#1 · 1 Hari"), "{home}");
    assert!(
        home.contains(&format!("/batches/{}", batch.id)) && home.contains("0 dari 3 di router"),
        "{home}"
    );
    assert!(home.contains("/vouchers?state=pending"), "{home}");
}

#[tokio::test]
async fn a_router_that_went_away_is_told_above_every_page_with_what_waits() {
    for (language, words) in [
        (
            Language::Id,
            "Router Warung-1 tidak tersambung sejak 14:05. 2 perintah menunggu. Berjualan tetap bisa.",
        ),
        (Language::En, "Router Warung-1 is not connected since 14:05. 2 commands wait. Selling still works."),
    ] {
        let mut shop = Shop::open_in(language).await;
        let router = added(&mut shop, "Warung-1", 8728).await;
        batch_on(&shop, router.id, "1 Hari");
        let (now, mut rng) = (shop.office.now(), shop.office.rng());
        shop.office
            .db()
            .write(|tx| outbox::lane_failed(tx, &router.lane(), "unreachable", rng.as_mut(), now))
            .unwrap();
        shop.wait(3 * 60);
        for path in ["/", "/plans", "/settings", "/frame"] {
            let body = shop.get(path).await.body();
            assert!(body.contains(words), "{path}: {body}");
        }
        let queue = shop.get("/queue").await.body();
        assert!(
            queue.contains("R-101") && queue.contains(&format!("/queue/routers/{}/now", router.id)),
            "{queue}"
        );
    }
}

#[tokio::test]
async fn a_router_that_refuses_us_is_told_first_with_its_code_and_what_to_do() {
    let mut shop = Shop::open().await;
    let (away, refusing) = (added(&mut shop, "Jauh", 8728).await, added(&mut shop, "Ketus", 8728).await);
    let (now, mut rng) = (shop.office.now(), shop.office.rng());
    shop.office
        .db()
        .write(|tx| {
            outbox::lane_failed(tx, &away.lane(), "silent", rng.as_mut(), now)?;
            outbox::block_lane(tx, &refusing.lane(), "login_refused", now)
        })
        .unwrap();
    let home = shop.get("/").await.body();
    assert!(home.contains("Ketus: R-102 Router menolak kata sandi."), "{home}");
    assert!(home.contains("Dan 1 router lain."), "{home}");
    shop.office.keys().lock();
    assert!(shop.get("/").await.body().contains("Kunci data belum dibuka"), "a locked key comes before all");
}

#[tokio::test]
async fn try_now_asks_the_router_at_once() {
    let mut shop = Shop::open().await;
    let sim = agreeing(&shop).build();
    let port = sim.listen("127.0.0.1:0").await.unwrap().port();
    let router = added(&mut shop, "Warung-1", port).await;
    let (now, mut rng) = (shop.office.now(), shop.office.rng());
    shop.office
        .db()
        .write(|tx| outbox::lane_failed(tx, &router.lane(), "unreachable", rng.as_mut(), now))
        .unwrap();
    let circuit = |shop: &Shop| shop.office.db().read(|tx| outbox::lane(tx, &router.lane())).unwrap().circuit;
    shop.office.engine().tick().await.unwrap();
    assert_eq!(circuit(&shop), Circuit::Open, "the probe is not due yet");

    let tried = shop.post(&format!("/queue/routers/{}/now", router.id), &[]).await;
    assert!(tried.header("hx-trigger").contains("karcis:changed"), "{:?}", tried.headers);
    shop.office.engine().tick().await.unwrap();
    assert_eq!(circuit(&shop), Circuit::Closed);
    assert!(shop.get("/queue").await.body().contains("tersambung"));
    let nobody = "/queue/routers/00000000-0000-7000-8000-000000000000/now";
    assert_eq!(shop.post(nobody, &[]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_note_that_was_given_up_is_listed_in_words_and_revived_once() {
    for (language, words) in
        [(Language::Id, "R-124 Router tidak menerima"), (Language::En, "R-124 The router does not take")]
    {
        let mut shop = Shop::open_in(language).await;
        let router = added(&mut shop, "Warung-1", 8728).await;
        let batch = batch_on(&shop, router.id, "1 Hari");
        let note = given_up(&shop, &router, batch.plan, "value_refused");
        let revive = format!("/queue/notes/{note}/revive");
        for path in ["/", "/queue"] {
            let body = shop.get(path).await.body().replace("</span>", "");
            assert!(
                body.contains(words) && body.contains("1 Hari") && body.contains(&revive),
                "{path}: {body}"
            );
        }
        let revived = shop.post(&revive, &[]).await;
        assert!(revived.header("hx-trigger").contains("karcis:toast"), "{:?}", revived.headers);
        assert!(!shop.get("/queue").await.body().contains(&revive));
        let trail = shop.office.db().read(|tx| karcis_core::audit::entries(tx, None, 5)).unwrap();
        assert_eq!(trail.iter().filter(|entry| entry.deed == "note.revive").count(), 1);
        assert_eq!(shop.post(&revive, &[]).await.status, StatusCode::OK, "a second click does no harm");
        let again = shop.office.db().read(|tx| karcis_core::audit::entries(tx, None, 5)).unwrap();
        assert_eq!(again.iter().filter(|entry| entry.deed == "note.revive").count(), 1);
    }
}

#[tokio::test]
async fn every_reason_the_engine_gives_has_words_of_its_own() {
    // As written in karcis-core's engine/wire.rs, profile.rs, chunk.rs and press.rs, and in its slips.
    let reasons = [
        "unreachable",
        "login_refused",
        "silent",
        "tls",
        "certificate_changed",
        "not_routeros",
        "closed",
        "not_permitted",
        "out_of_space",
        "no_hotspot",
        "password_unreadable",
        "locked",
        "unknown_router",
        "not_kept",
        "no_match",
        "refused",
        "value_refused",
        "too_large",
        "taken",
        "sold_taken",
        "printer_unreachable",
        "printer_refused",
        "printer_silent",
        "paper_out",
        "cover_open",
        "printer_offline",
        "printer_halted",
        "print_folder_missing",
        "spooler_missing",
        "queue_unknown",
        "print_denied",
        "print_disk_full",
        "print_failed",
        "print_interrupted",
        "print_cut_off",
        "print_doubtful",
        "slip_too_old",
        "printer_retired",
        "slip_not_composed",
    ];
    let codes: std::collections::BTreeSet<_> =
        reasons.iter().map(|why| crate::queue::reason(why).code()).collect();
    assert_eq!(codes.len(), reasons.len());
    assert!(!codes.contains("R-129"), "a known reason is not told as an unknown one");
    assert_eq!(crate::queue::reason("from_a_later_engine").code(), "R-129");
}

#[tokio::test]
async fn everything_that_reached_the_router_is_told_calmly() {
    let mut shop = Shop::open().await;
    let sim = agreeing(&shop).build();
    let port = sim.listen("127.0.0.1:0").await.unwrap().port();
    let router = added(&mut shop, "Warung-1", port).await;
    let batch = batch_on(&shop, router.id, "1 Hari");
    while shop.office.engine().tick().await.unwrap().carried > 0 {}
    let tally = shop.office.db().read(|tx| vouchers::tally(tx, batch.id)).unwrap();
    assert_eq!(tally.on_router, 3);
    let plan = shop.office.db().read(|tx| plans::plan(tx, batch.plan)).unwrap().unwrap();
    assert_eq!(plan.profile_state, ProfileState::OnRouter);
    let home = shop.get("/").await.body();
    assert!(home.contains("3 voucher siap dijual") && home.contains("3 siap"), "{home}");
    assert!(home.contains("Tidak ada yang perlu dilakukan."), "{home}");
    assert!(shop.get("/plans").await.body().contains("di router"));
    assert!(
        !shop.get("/plans").await.body().contains("hx-get=\"/plans/part\""),
        "nothing on it will change by itself"
    );
}

#[tokio::test]
async fn whoever_may_only_look_has_no_buttons_in_the_queue() {
    let mut shop = Shop::open().await;
    let router = added(&mut shop, "Warung-1", 8728).await;
    let batch = batch_on(&shop, router.id, "1 Hari");
    let note = given_up(&shop, &router, batch.plan, "refused");
    shop.hire("Wati", Role::Viewer, false);
    shop.sign_in("Wati").await;
    for path in ["/", "/queue", "/queue/part", "/dashboard/part"] {
        let reply = shop.get(path).await;
        assert_eq!(reply.status, StatusCode::OK, "{path}");
        assert!(
            reply.body().contains("R-123") && !reply.body().contains("/revive"),
            "{path}: {}",
            reply.body()
        );
    }
    assert_eq!(shop.post(&format!("/queue/notes/{note}/revive"), &[]).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn names_are_shown_as_text_wherever_they_stand() {
    for name in super::staff::CORPUS.into_iter().filter(|text| text.contains(['<', '"', '\''])) {
        let mut shop = Shop::open().await;
        let router = added(&mut shop, name, 8728).await;
        let batch = batch_on(&shop, router.id, name);
        given_up(&shop, &router, batch.plan, "refused");
        let now = shop.office.now();
        shop.office.db().write(|tx| outbox::block_lane(tx, &router.lane(), "login_refused", now)).unwrap();
        let (own, edit) = (format!("/routers/{}", router.id), format!("/routers/{}/edit", router.id));
        let plan = format!("/plans/{}", batch.plan);
        for path in ["/", "/queue", "/routers", "/plans", "/plans/new", &own, &edit, &plan] {
            let page = shop.get(path).await;
            assert_eq!(page.status, StatusCode::OK, "{path}");
            assert!(!page.body().contains(name), "{name} on {path}");
        }
    }
}
