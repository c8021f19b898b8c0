use super::Shop;
use super::stock;
use axum::http::StatusCode;
use karcis_core::audit::Actor;
use karcis_core::outbox;
use karcis_core::settings::Language;
use karcis_core::staff::Role;
use karcis_core::vouchers::{self, BatchState};

async fn key(shop: &mut Shop) -> String {
    shop.get("/batches/new").await.field("request_key")
}

/// The form as it is when nobody touches anything but what a test names.
fn form<'a>(plan: &'a str, key: &'a str, changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut form = vec![
        ("plan", plan),
        ("size", "40"),
        ("mode", "same"),
        ("alphabet", "a28"),
        ("length", "8"),
        ("prefix", ""),
        ("note", ""),
        ("shelf_life", ""),
        ("request_key", key),
    ];
    for (name, value) in changes {
        for field in form.iter_mut().filter(|field| field.0 == *name) {
            field.1 = value;
        }
    }
    form
}

#[tokio::test]
async fn a_form_sent_twice_makes_one_batch() {
    let mut shop = Shop::open().await;
    let plan = stock::plan(&shop).id.to_string();
    let key = key(&mut shop).await;
    let sent = form(&plan, &key, &[("size", "1.000"), ("note", "titipan Bu Sri"), ("prefix", "wm")]);
    let first = shop.post("/batches", &sent).await;
    let again = shop.post("/batches", &sent).await;
    assert!(first.header("hx-redirect").starts_with("/batches/"), "{}", first.body());
    assert_eq!(first.header("hx-redirect"), again.header("hx-redirect"));
    let batches = shop.office.db().read(|tx| vouchers::batches(tx, None, None, None)).unwrap();
    assert_eq!(batches.len(), 1);
    assert_eq!((batches[0].size, batches[0].code.prefix.as_str()), (1_000, "WM"));
    assert_eq!((batches[0].note.as_str(), batches[0].created_by.as_str()), ("titipan Bu Sri", "Budi"));
    let page = shop.get(first.header("hx-redirect")).await.body();
    assert!(page.contains("Batch #1 · 1 Hari") && page.contains("0 dari 1.000 di router"), "{page}");
}

#[tokio::test]
async fn every_refusal_stands_beside_its_field_in_both_languages() {
    for (language, words) in
        [(Language::Id, "Jumlahnya 1 sampai 10.000"), (Language::En, "The size is 1 to 10,000")]
    {
        let mut shop = Shop::open_in(language).await;
        let plan = stock::plan(&shop).id.to_string();
        let key = key(&mut shop).await;
        let long = "x".repeat(121);
        let refused: [(&str, &str, &str); 12] = [
            ("size", "0", "R-601"),
            ("size", "10.001", "R-601"),
            ("size", "banyak", "R-601"),
            ("note", &long, "R-602"),
            ("shelf_life", "3651", "R-603"),
            ("shelf_life", "lama", "R-603"),
            ("prefix", "A-B", "R-604"),
            ("length", "3", "R-605"),
            ("length", "panjang", "R-605"),
            ("length", "4", "R-606"),
            ("plan", "", "R-609"),
            ("plan", "00000000-0000-7000-8000-000000000000", "R-609"),
        ];
        for (field, value, code) in refused {
            let reply = shop.post("/batches", &form(&plan, &key, &[(field, value)])).await;
            assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}={value}");
            let body = reply.body();
            let beside = body.split(&format!("id=\"{field}-error\"")).nth(1);
            let beside = beside.unwrap_or_else(|| panic!("nothing beside {field}: {body}"));
            let message = beside.split("</p>").next().unwrap();
            assert!(message.contains(code), "{field}={value}: {message}");
            assert!(code != "R-601" || message.contains(words), "{message}");
        }
        let made = shop.post("/batches", &form(&plan, &key, &[])).await;
        assert!(made.header("hx-redirect").starts_with("/batches/"), "a refused form keeps its key");
        assert_eq!(shop.office.db().read(|tx| vouchers::batches(tx, None, None, None)).unwrap().len(), 1);
    }
}

#[tokio::test]
async fn codes_that_no_length_makes_safe_are_refused_with_another_way() {
    let mut shop = Shop::open().await;
    let plan = stock::plan(&shop);
    let key = key(&mut shop).await;
    let prefix_and_length = form_of(&plan.id.to_string(), &key, &[("prefix", "WARNET"), ("length", "16")]);
    let reply = shop.post("/batches", &borrowed(&prefix_and_length)).await;
    assert!(reply.body().contains("R-605"), "22 letters do not fit on a card: {}", reply.body());
}

fn form_of(plan: &str, key: &str, changes: &[(&str, &str)]) -> Vec<(String, String)> {
    form(plan, key, changes).into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn borrowed(form: &[(String, String)]) -> Vec<(&str, &str)> {
    form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

#[tokio::test]
async fn the_button_and_the_meter_follow_what_is_chosen() {
    let mut shop = Shop::open().await;
    let plan = stock::plan(&shop).id;
    let meter = |rest: &str| format!("/batches/new/meter?plan={plan}&mode=same&alphabet=a28&{rest}");
    let safe = shop.part(&meter("size=40&length=8")).await.body();
    assert!(
        safe.contains("Buat 40 voucher") && safe.contains("Rp 200.000") && safe.contains("k-meter ok"),
        "{safe}"
    );
    let weak = shop.part(&meter("size=1.000&length=4")).await.body();
    assert!(
        weak.contains("Buat 1.000 voucher") && weak.contains("k-meter bad") && weak.contains("panjang 8"),
        "{weak}"
    );
    let picked = shop.part(&meter("size=40&length=8&pick=500")).await;
    assert_eq!(picked.field("size"), "500");
    assert!(picked.body().contains("Buat 500 voucher"));
}

#[tokio::test]
async fn without_a_plan_the_form_shows_the_way_to_one() {
    let mut shop = Shop::open().await;
    let page = shop.get("/batches/new").await.body();
    assert!(
        page.contains("Belum ada paket")
            && page.contains("href=\"/plans/new\"")
            && !page.contains("make-form")
    );
    let list = shop.get("/batches").await.body();
    assert!(list.contains("Belum ada batch"), "{list}");
}

#[tokio::test]
async fn the_progress_asks_again_while_the_batch_runs_and_stops_when_it_is_ready() {
    let mut shop = Shop::open().await;
    let plan = stock::plan(&shop);
    let batch = stock::batch(&shop, &plan, 40);
    let address = format!("/batches/{}/progress?was=running-1", batch.id);
    stock::arrive(&shop, &batch, 30);
    let running = shop.part(&address).await.body();
    assert!(running.contains("every 1s") && running.contains("30 dari 40 di router"), "{running}");
    assert!(
        running.contains("30 dibaca kembali dari router dan cocok") && running.contains("10 sedang dikirim")
    );
    assert!(!running.contains("id=\"actions\""), "buttons that did not change keep the focus");
    stock::arrive(&shop, &batch, 40);
    let ready = shop.part(&address).await.body();
    assert!(!ready.contains("hx-trigger") && ready.contains("40 dari 40 di router"), "{ready}");
    assert!(
        ready.contains("id=\"actions\"") && !ready.contains("/pause"),
        "the buttons change with the state"
    );
}

#[tokio::test]
async fn a_batch_says_what_it_waits_for() {
    let mut shop = Shop::open().await;
    let plan = stock::plan(&shop);
    let batch = stock::batch(&shop, &plan, 40);
    let (lane, now) = (outbox::Lane::Router(plan.router), shop.office.now());
    let address = format!("/batches/{}/progress", batch.id);
    let mut rng = shop.office.rng();
    shop.office.db().write(|tx| outbox::lane_failed(tx, &lane, "unreachable", rng.as_mut(), now)).unwrap();
    let away = shop.part(&address).await.body();
    assert!(away.contains("menunggu router · mencoba lagi 4 dtk") && away.contains("Aman ditutup"), "{away}");
    shop.wait(60);
    assert!(shop.part(&address).await.body().contains("menunggu router · mencoba sekarang"));
    shop.office.db().write(|tx| outbox::block_lane(tx, &lane, "login_refused", now)).unwrap();
    let refused = shop.part(&address).await.body();
    assert!(refused.contains("router menolak Karcis") && refused.contains("R-102"), "{refused}");
    assert!(refused.contains(&format!("/routers/{}", plan.router)), "{refused}");
    shop.office.keys().lock();
    shop.office.db().write(|tx| outbox::unblock(tx, &lane, now)).unwrap();
    assert!(shop.part(&address).await.body().contains("menunggu kunci data"));
}

#[tokio::test]
async fn a_batch_is_paused_resumed_and_cancelled_once() {
    let mut shop = Shop::open().await;
    let plan = stock::plan(&shop);
    let batch = stock::batch(&shop, &plan, 40);
    let at = |deed: &str| format!("/batches/{}/{deed}", batch.id);
    let paused = shop.post(&at("pause"), &[]).await;
    assert!(paused.body().contains("dijeda") && paused.header("hx-trigger").contains("karcis:toast"));
    let again = shop.post(&at("pause"), &[]).await;
    assert_eq!((again.status, again.body().contains("R-611")), (StatusCode::CONFLICT, true));
    assert_eq!(shop.post(&at("resume"), &[]).await.status, StatusCode::OK);
    let question = shop.get(&at("cancel")).await.body();
    assert!(question.contains("Batalkan 40 voucher") && !question.contains("name=\"typed\""), "{question}");
    let cancelled = shop.post(&at("cancel"), &[]).await.body();
    assert!(cancelled.contains("40 dibatalkan") && cancelled.contains("id=\"dialog\""), "{cancelled}");
    assert!(cancelled.contains("disabled aria-describedby=\"print-why\""), "nothing is left to print");
    assert_eq!(shop.post(&at("cancel"), &[]).await.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn more_than_a_hundred_are_cancelled_only_when_their_number_is_typed() {
    let mut shop = Shop::open().await;
    let plan = stock::plan(&shop);
    let batch = stock::batch(&shop, &plan, 1_200);
    let address = format!("/batches/{}/cancel", batch.id);
    assert!(shop.get(&address).await.body().contains("Ketik 1.200"));
    for typed in ["", "1.199", "ya"] {
        let refused = shop.post(&address, &[("typed", typed)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
        assert_eq!(refused.header("hx-retarget"), "#dialog");
        assert!(refused.body().contains("R-615"), "{}", refused.body());
    }
    stock::arrive(&shop, &batch, 200);
    let cancelled = shop.post(&address, &[("typed", "1.200")]).await;
    assert_eq!(
        cancelled.status,
        StatusCode::OK,
        "200 arrived while the dialog was open: {}",
        cancelled.body()
    );
    let kept = shop.office.db().read(|tx| vouchers::batch(tx, batch.id)).unwrap().unwrap();
    assert_eq!(kept.state, BatchState::Cancelled);
}

#[tokio::test]
async fn who_may_only_look_sees_no_buttons() {
    let mut shop = Shop::open().await;
    let plan = stock::plan(&shop);
    let batch = stock::batch(&shop, &plan, 40);
    shop.hire("Siti", Role::Viewer, false);
    shop.sign_in("Siti").await;
    let page = shop.get(&format!("/batches/{}", batch.id)).await.body();
    assert!(!page.contains("/pause") && !page.contains("/cancel") && !page.contains("/print\""), "{page}");
    assert!(!shop.get("/batches").await.body().contains("/batches/new"));
}

#[tokio::test]
async fn the_list_is_narrowed_by_plan_and_router_and_goes_on_to_older_ones() {
    let mut shop = Shop::open().await;
    let plan = stock::plan(&shop);
    let other = stock::plan_on(&shop, stock::router(&shop, "Kos Melati", None), "30 Hari");
    for _ in 0..51 {
        stock::batch(&shop, &plan, 1);
    }
    stock::batch(&shop, &other, 1);
    let first = shop.get("/batches").await.body();
    assert!(first.contains(">#52<") && first.contains(">#3<") && !first.contains(">#2<"));
    let older =
        first.split("href=\"/batches?").nth(1).unwrap().split('"').next().unwrap().replace("&amp;", "&");
    let second = shop.get(&format!("/batches?{}", older.replace("&#38;", "&"))).await.body();
    assert!(second.contains(">#2<") && second.contains(">#1<") && !second.contains(">#3<"), "{older}");
    let narrowed = shop.get(&format!("/batches?plan={}&router={}", other.id, other.router)).await.body();
    assert!(narrowed.contains(">#52<") && !narrowed.contains(">#51<"));
    let none = shop.get(&format!("/batches?plan={}&router={}", other.id, plan.router)).await.body();
    assert!(none.contains("Tidak ada batch untuk pilihan ini"));
}

#[tokio::test]
async fn a_replaced_code_is_told_and_the_batch_keeps_its_size() {
    let mut shop = Shop::open().await;
    let plan = stock::plan(&shop);
    let batch = stock::batch(&shop, &plan, 40);
    let taken = vec![stock::vouchers_of(&shop, &batch)[0].id];
    let answer = vouchers::ChunkAnswer { present: Vec::new(), taken };
    let (mut rng, now) = (shop.office.rng(), shop.office.now());
    shop.office.db().write(|tx| vouchers::keep_answer(tx, batch.id, 0, &answer, rng.as_mut(), now)).unwrap();
    let page = shop.get(&format!("/batches/{}", batch.id)).await.body();
    assert!(page.contains("1 kode sudah dipakai orang lain di router: diganti"), "{page}");
    assert!(page.contains("40 kode unik tersimpan"));
    assert_eq!(shop.office.db().read(|tx| vouchers::tally(tx, batch.id)).unwrap().pending, 40);
    let (actor, id) = (Actor::karcis(), batch.id);
    shop.office.db().write(|tx| vouchers::pause_batch(tx, &actor, id, now)).unwrap();
    assert!(shop.get(&format!("/batches/{id}")).await.body().contains("40 ditahan sampai Anda melanjutkan"));
}

#[tokio::test]
async fn a_batch_is_made_stock_of_the_counter_and_sheets_again() {
    let mut shop = Shop::open().await;
    let batch = stock::batch(&shop, &stock::plan(&shop), 3);
    let address = format!("/batches/{}", batch.id);
    let page = shop.get(&address).await.body();
    assert!(page.contains("lembar kartu") && page.contains("\"purpose\":\"stock\""), "{page}");
    let set = format!("{address}/purpose");
    assert_eq!(shop.post(&set, &[("purpose", "stock")]).await.header("hx-refresh"), "true");
    let page = shop.get(&address).await.body();
    assert!(page.contains("stok kasir") && page.contains("\"purpose\":\"sheet\""), "{page}");
    assert_eq!(shop.post(&set, &[("purpose", "sheet")]).await.status, StatusCode::OK);
    let refused = shop.post(&set, &[("purpose", "counter")]).await;
    assert!(refused.status == StatusCode::CONFLICT && refused.body().contains("R-611"), "{}", refused.body());
    assert_eq!(shop.post(&set, &[("purpose", "x")]).await.status, StatusCode::BAD_REQUEST);
    shop.hire("Siti", Role::Operator, false);
    shop.sign_in("Siti").await;
    assert!(!shop.get(&address).await.body().contains("id=\"purpose\""));
    assert_eq!(shop.post(&set, &[("purpose", "stock")]).await.status, StatusCode::FORBIDDEN);
}
