use super::Shop;
use super::pretend::PASSWORD;
use axum::http::StatusCode;
use karcis_core::audit;
use karcis_core::staff::{self, Role};

/// What people try to smuggle through a field of text.
pub(super) const CORPUS: [&str; 8] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onfocus='alert(1)",
    "</title><script>alert(1)</script>",
    "{{7*7}}${7*7}<%=7%>",
    "javascript:alert(1)",
    "<svg/onload=alert(1)>",
    "&lt;script&gt;",
];

#[tokio::test]
async fn a_hired_person_signs_in_with_the_shown_password_and_chooses_their_own() {
    let mut shop = Shop::open().await;
    let form = shop.get("/staff/new").await;
    let key = form.field("request_key");
    let hired = shop.post("/staff", &[("name", "Siti"), ("role", "operator"), ("request_key", &key)]).await;
    assert_eq!(hired.status, StatusCode::OK, "{}", hired.body());
    let body = hired.body();
    let password =
        body.split("id=\"first-password-text\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert_eq!(password.len(), 14, "{password}");
    shop.leave();
    let entered = shop.post("/sign-in", &[("name", "Siti"), ("password", &password)]).await;
    assert_eq!(entered.header("hx-redirect"), "/", "{}", entered.body());
    assert_eq!(shop.get("/menu").await.status, StatusCode::FORBIDDEN);
    assert!(shop.get("/").await.body().contains("Pilih kata sandi Anda sendiri"));
    let trail = shop.office.db().read(|tx| audit::entries(tx, None, 50)).unwrap();
    assert!(trail.iter().all(|entry| !entry.detail.contains(&password)), "no secret in the audit trail");
}

#[tokio::test]
async fn a_form_sent_twice_makes_one_person() {
    let mut shop = Shop::open().await;
    let key = shop.get("/staff/new").await.field("request_key");
    let form = [("name", "Siti"), ("role", "operator"), ("request_key", key.as_str())];
    assert_eq!(shop.post("/staff", &form).await.status, StatusCode::OK);
    let again = shop.post("/staff", &form).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert!(again.body().contains("R-204"), "{}", again.body());
    assert_eq!(shop.office.db().read(staff::people).unwrap().len(), 2);
    let without = shop.post("/staff", &[("name", "Ani"), ("role", "operator")]).await;
    assert_eq!(without.status, StatusCode::BAD_REQUEST, "a form without a key is none of ours");
}

#[tokio::test]
async fn a_taken_name_is_refused_with_its_code_and_the_form_stays() {
    let mut shop = Shop::open().await;
    let key = shop.get("/staff/new").await.field("request_key");
    let refused = shop.post("/staff", &[("name", "BUDI"), ("role", "admin"), ("request_key", &key)]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.body().contains("R-201") && refused.body().contains("BUDI"), "{}", refused.body());
    assert_eq!((refused.header("hx-retarget"), refused.header("hx-reselect")), ("#notice", ".k-notice"));
    let missing = shop.post("/staff", &[("name", ""), ("role", "king"), ("request_key", &key)]).await;
    assert_eq!(missing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(missing.body().contains("Wajib diisi.") && missing.body().contains("Pilih salah satu."));
    assert_eq!(missing.field("request_key"), key, "the same deed is tried again");
}

#[tokio::test]
async fn the_last_owner_can_be_neither_disabled_nor_demoted() {
    let mut shop = Shop::open().await;
    let owner = shop.office.db().read(staff::people).unwrap()[0].id;
    for (path, form) in [("disable", vec![]), ("role", vec![("role", "viewer")])] {
        let refused = shop.post(&format!("/staff/{owner}/{path}"), &form).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "{path}");
        assert!(refused.body().contains("R-202"), "{}", refused.body());
    }
}

#[tokio::test]
async fn disabling_somebody_signs_them_out_at_once_and_they_can_come_back() {
    let mut shop = Shop::open().await;
    let id = shop.hire("Siti", Role::Admin, false);
    let owner = shop.leave();
    shop.sign_in("Siti").await;
    let theirs = shop.leave();
    shop.come_back(owner);
    let page = shop.get(&format!("/staff/{id}")).await.body();
    assert!(page.contains("Peramban"), "{page}");
    let off = shop.post(&format!("/staff/{id}/disable"), &[]).await;
    assert!(off.body().contains("nonaktif") && off.header("hx-trigger").contains("karcis:toast"));
    let owner = shop.leave();
    shop.come_back(theirs);
    assert_eq!(shop.get("/me").await.status, StatusCode::UNAUTHORIZED);
    shop.come_back(owner);
    shop.post(&format!("/staff/{id}/enable"), &[]).await;
    shop.sign_in("Siti").await;
}

#[tokio::test]
async fn one_session_of_somebody_can_be_ended_by_its_name() {
    let mut shop = Shop::open().await;
    let id = shop.hire("Siti", Role::Admin, false);
    let owner = shop.leave();
    shop.sign_in("Siti").await;
    let theirs = shop.leave();
    shop.come_back(owner);
    let now = shop.office.now();
    let session = shop.office.db().read(|tx| staff::sessions(tx, id, now)).unwrap().remove(0).token_hash;
    let nobody = shop.office.db().read(staff::people).unwrap()[0].id;
    shop.post(&format!("/staff/{nobody}/sessions/{}/end", session.as_str()), &[]).await;
    assert_eq!(
        shop.office.db().read(|tx| staff::sessions(tx, id, now)).unwrap().len(),
        1,
        "not that person's"
    );
    shop.post(&format!("/staff/{id}/sessions/{}/end", session.as_str()), &[]).await;
    shop.come_back(theirs);
    assert_eq!(shop.get("/me").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_reset_password_is_shown_once_and_the_old_one_is_worth_nothing() {
    let mut shop = Shop::open().await;
    let id = shop.hire("Siti", Role::Operator, false);
    let reset = shop.post(&format!("/staff/{id}/password"), &[]).await;
    assert!(reset.body().contains("first-password-text"), "{}", reset.body());
    assert!(!shop.get(&format!("/staff/{id}")).await.body().contains("first-password-text"));
    shop.leave();
    let old = shop.post("/sign-in", &[("name", "Siti"), ("password", PASSWORD)]).await;
    assert_eq!(old.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn whatever_people_are_called_stays_text_on_every_page() {
    let mut shop = Shop::open().await;
    for name in CORPUS {
        let key = shop.get("/staff/new").await.field("request_key");
        let hired = shop.post("/staff", &[("name", name), ("role", "viewer"), ("request_key", &key)]).await;
        assert_eq!(hired.status, StatusCode::OK, "{name}");
        let again =
            shop.post("/sign-in", &[("name", name), ("password", "salah-sekali"), ("next", name)]).await;
        let filtered = shop.get(&format!("/audit?kind={0}&id={0}", crate::answer::encoded(name))).await;
        for page in [hired, again, filtered] {
            assert_harmless(name, &page.body());
        }
    }
    let people = shop.office.db().read(staff::people).unwrap();
    let mut paths = vec!["/staff".to_owned(), "/audit".to_owned(), "/menu".to_owned()];
    paths.extend(people.iter().map(|person| format!("/staff/{}", person.id)));
    for path in paths {
        let body = shop.get(&path).await.body();
        CORPUS.iter().for_each(|name| assert_harmless(name, &body));
    }
}

pub(super) fn assert_harmless(name: &str, body: &str) {
    for tag in ["<script>alert", "<img src=x", "<svg/onload", "' onfocus='alert", "\"><img"] {
        if name.contains(tag) {
            assert!(!body.contains(tag), "{name} is alive in {body}");
        }
    }
    assert!(!body.contains("href=\"javascript:"), "{name}");
}

#[tokio::test]
async fn the_audit_trail_goes_back_page_by_page_and_names_a_row_that_was_changed() {
    let mut shop = Shop::open().await;
    let now = shop.office.now();
    let owner = shop.office.db().read(staff::people).unwrap().remove(0);
    shop.office
        .db()
        .write(|tx| {
            (0..60).try_for_each(|turn| {
                audit::record(
                    tx,
                    &owner.actor(),
                    "batch.issue",
                    ("batch", &turn.to_string()),
                    &serde_json::json!({}),
                    now,
                )
            })
        })
        .unwrap();
    let first = shop.get("/audit").await.body();
    let rows = |body: &str| body.matches("<tr><td class=\"num").count();
    assert_eq!(rows(&first), 50);
    let older = first.split("href=\"/audit?before=").nth(1).unwrap().split('"').next().unwrap();
    let second = shop.get(&format!("/audit?before={}", older.replace("&#38;", "&"))).await.body();
    assert!(rows(&second) >= 10 && second.contains("Akun pemilik dibuat"), "{second}");
    let one = shop.get("/audit?kind=batch&id=7").await.body();
    assert_eq!(rows(&one), 1);
    assert!(shop.part("/audit/verify").await.body().contains("Utuh"));
}
