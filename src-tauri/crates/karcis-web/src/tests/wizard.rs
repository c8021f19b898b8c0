use super::pretend::{PASSWORD, Shop};
use axum::http::StatusCode;
use karcis_core::audit;
use karcis_core::secrets::{self, RecoveryKey};
use karcis_core::settings::{self, Language};

/// The groups of the recovery key as the page shows them.
fn groups(page: &str) -> Vec<String> {
    let shown = page.split("class=\"k-groups\">").nth(1).unwrap().split("</p>").next().unwrap();
    shown.split("<span>").skip(1).map(|group| group.trim_end_matches("</span>").to_owned()).collect()
}

async fn until_recovery(shop: &mut Shop, language: &str) {
    let kept = shop
        .post("/start/shop", &[("name", "Warnet Melati"), ("zone", "WITA"), ("language", language)])
        .await;
    assert_eq!(kept.header("hx-redirect"), "/", "{}", kept.body());
    let founded = shop.post("/start/owner", &[("name", "Budi"), ("password", PASSWORD)]).await;
    assert_eq!(founded.header("hx-redirect"), "/", "{}", founded.body());
}

async fn keep_recovery(shop: &mut Shop) -> RecoveryKey {
    let groups = groups(&shop.get("/").await.body());
    let kept = shop.post("/start/recovery", &[("last", &groups[5])]).await;
    assert_eq!(kept.header("hx-redirect"), "/", "{}", kept.body());
    groups.join("-").parse().unwrap()
}

#[tokio::test]
async fn a_new_shop_is_set_up_from_nothing_in_both_languages() {
    for (language, words) in [
        (
            Language::Id,
            [
                "Nama usaha Anda",
                "Akun pemilik",
                "Kunci pemulihan",
                "Tempat kunci data",
                "Pilih router",
                "Beranda",
            ],
        ),
        (
            Language::En,
            [
                "Your business",
                "Owner&#39;s account",
                "Recovery key",
                "Where the data key lives",
                "Choose a router",
                "Home",
            ],
        ),
    ] {
        let mut shop = Shop::empty();
        let first = shop.get(&format!("/?lang={}", language.code())).await;
        assert_eq!(first.status, StatusCode::OK, "the first start is no error");
        assert!(first.body().contains(words[0]), "{}", first.body());
        let kept = [("name", "Warnet Melati"), ("zone", "WITA"), ("language", language.code())];
        shop.post("/start/shop", &kept).await;
        assert!(shop.get("/").await.body().contains(words[1]));
        shop.post("/start/owner", &[("name", "Budi"), ("password", PASSWORD)]).await;
        assert!(shop.get("/").await.body().contains(words[2]));
        let recovery = keep_recovery(&mut shop).await;
        assert!(shop.get("/").await.body().contains(words[3]));
        shop.post("/start/keyring", &[]).await;
        assert!(shop.keyring.lock().unwrap().is_some(), "the key is in the keyring");
        assert!(shop.get("/").await.body().contains(words[4]));
        let later = shop.post("/start/router", &[("choice", "later")]).await;
        assert_eq!(later.header("hx-redirect"), "/");
        assert!(shop.get("/").await.body().contains(words[5]));
        assert_eq!(shop.get("/start").await.status, StatusCode::NOT_FOUND, "the wizard is over");
        let key = secrets::unwrap_with_recovery(shop.office.db(), &recovery).unwrap();
        assert!(shop.office.db().read(|tx| secrets::is_ours(tx, &key)).unwrap(), "the paper opens the books");
        let chain = shop.office.db().read(audit::verify).unwrap();
        assert!(matches!(chain, audit::Chain::Whole { rows: 7.., .. }), "{chain:?}");
    }
}

#[tokio::test]
async fn wrong_fields_are_named_beside_themselves_and_nothing_is_kept() {
    let mut shop = Shop::empty();
    let reply = shop.post("/start/shop", &[("name", "  "), ("zone", "WIB"), ("language", "id")]).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    let body = reply.body();
    assert!(body.contains("aria-invalid=\"true\"") && body.contains("id=\"name-error\""), "{body}");
    assert!(body.contains("aria-describedby=\"name-error") && body.contains("Wajib diisi."), "{body}");
    assert_eq!(shop.office.db().read(settings::shop).unwrap().name, "");
    let long = "x".repeat(41);
    let reply = shop.post("/start/shop", &[("name", &long), ("zone", "WIB"), ("language", "id")]).await;
    assert!(reply.body().contains("Paling panjang 40 huruf."), "{}", reply.body());
}

#[tokio::test]
async fn a_password_anybody_would_guess_is_refused_and_never_sent_back() {
    let mut shop = Shop::empty();
    shop.post("/start/shop", &[("name", "Warnet Melati"), ("zone", "WIB"), ("language", "id")]).await;
    for (password, words) in
        [("pendek7", "Paling sedikit 8 huruf"), ("warnetmelati1", "nama usaha"), ("mikrotik99", "mikrotik")]
    {
        let reply = shop.post("/start/owner", &[("name", "Budi"), ("password", password)]).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{password}");
        assert!(reply.body().contains(words), "{password}: {}", reply.body());
        assert!(!reply.body().contains(&format!("value=\"{password}\"")), "{password} is in the page");
        assert!(reply.body().contains("value=\"Budi\""), "the name stays");
    }
}

#[tokio::test]
async fn the_same_recovery_key_is_shown_until_somebody_has_kept_it_and_never_after() {
    let mut shop = Shop::empty();
    until_recovery(&mut shop, "id").await;
    let first = groups(&shop.get("/").await.body());
    assert_eq!((first.len(), first[0].len()), (6, 5));
    let wrong = shop.post("/start/recovery", &[("last", "AAAAA")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(groups(&wrong.body()), first, "it is still the same key");
    assert!(!shop.office.db().read(secrets::has_key).unwrap(), "nothing is in the books yet");
    let kept = shop.post("/start/recovery", &[("last", &format!(" {} ", first[5].to_lowercase()))]).await;
    assert_eq!(kept.header("hx-redirect"), "/");
    let after = shop.get("/").await.body();
    assert!(!after.contains(&first[0]) && !after.contains("k-groups"), "{after}");
}

#[tokio::test]
async fn without_a_keyring_a_passphrase_is_asked_for() {
    let mut shop = Shop::outfitted(|outfit| outfit.hooks.key_safe = None);
    until_recovery(&mut shop, "id").await;
    keep_recovery(&mut shop).await;
    let page = shop.get("/").await.body();
    assert!(!page.contains("/start/keyring") && page.contains("tidak punya gudang kunci"), "{page}");
    assert!(shop.post("/start/keyring", &[]).await.body().contains("R-303"));
    let short = shop.post("/start/passphrase", &[("passphrase", "pendek")]).await;
    assert!(short.body().contains("Paling sedikit 12 huruf."), "{}", short.body());
    let kept = shop.post("/start/passphrase", &[("passphrase", "pagar hijau sembilan")]).await;
    assert_eq!(kept.header("hx-redirect"), "/", "{}", kept.body());
    assert!(shop.get("/").await.body().contains("Pilih router"));
    let key = secrets::unwrap_with_passphrase(shop.office.db(), "pagar hijau sembilan").unwrap();
    assert!(shop.office.db().read(|tx| secrets::is_ours(tx, &key)).unwrap());
}

#[tokio::test]
async fn a_keyring_that_refuses_leaves_the_choice_open() {
    let mut shop = Shop::outfitted(|outfit| {
        outfit.hooks.key_safe.as_mut().unwrap().keep =
            std::sync::Arc::new(|_| Err(karcis_core::fault::Fault::new("NoStorageAccess")));
    });
    until_recovery(&mut shop, "id").await;
    keep_recovery(&mut shop).await;
    let refused = shop.post("/start/keyring", &[]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(
        refused.body().contains("R-303") && !refused.body().contains("NoStorageAccess"),
        "{}",
        refused.body()
    );
    assert!(shop.get("/").await.body().contains("Tempat kunci data"));
}

#[tokio::test]
async fn a_first_start_left_half_way_is_taken_up_where_it_was() {
    let mut shop = Shop::empty();
    until_recovery(&mut shop, "en").await;
    let recovery = keep_recovery(&mut shop).await;
    // The program ends before the key has a place: only the paper opens the books now.
    shop.office.keys().lock();
    let page = shop.get("/").await.body();
    assert!(page.contains("Recovery key") && page.contains("/unlock"), "{page}");
    let opened = shop.post("/unlock", &[("key", &recovery.to_string()), ("next", "/")]).await;
    assert_eq!(opened.header("hx-redirect"), "/", "{}", opened.body());
    assert!(shop.get("/").await.body().contains("Where the data key lives"));
    shop.leave();
    assert_eq!(shop.get("/").await.status, StatusCode::UNAUTHORIZED, "only the owner goes on");
    assert!(shop.get("/staff").await.body().contains("/sign-in"));
}

#[tokio::test]
async fn the_owner_is_made_once_however_often_the_form_is_sent() {
    let mut shop = Shop::empty();
    shop.post("/start/shop", &[("name", "Warnet"), ("zone", "WIB"), ("language", "id")]).await;
    let form = [("name", "Budi"), ("password", PASSWORD)];
    assert_eq!(shop.post("/start/owner", &form).await.header("hx-redirect"), "/");
    assert_eq!(shop.post("/start/owner", &form).await.status, StatusCode::NOT_FOUND);
    assert_eq!(shop.office.db().read(karcis_core::staff::people).unwrap().len(), 1);
}
