//! The fields of an approval inside a form that needs one, as the counter's dialogs carry them.

use super::pretend::PASSWORD;
use super::{Reply, Shop};
use crate::access::Access;
use crate::answer::{Answer, again, show};
use crate::approval::{Approval, ApprovalForm};
use crate::desk::Desk;
use crate::fields::Form;
use crate::routes::Routes;
use crate::texts::Texts;
use askama::Template;
use axum::http::StatusCode;
use karcis_core::audit;
use karcis_core::staff::{Area, Deed, Permission, Role};
use serde::Deserialize;

const APPROVE: Permission = Permission::new(Area::Counter, Deed::Update);

#[derive(Template)]
#[template(source = "{% include \"_approval.html\" %}", ext = "html")]
struct Asked {
    t: &'static Texts,
    approval: Approval,
}

#[derive(Deserialize)]
struct DeedForm {
    #[serde(default)]
    reason: String,
    #[serde(flatten)]
    approval: ApprovalForm,
}

async fn ask(desk: Desk) -> Answer {
    show(&Asked { t: desk.t, approval: Approval::ask(&desk, APPROVE).await? })
}

async fn deed(desk: Desk, Form(form): Form<DeedForm>) -> Answer {
    match Approval::given(&desk, form.approval, APPROVE).await? {
        Ok(actor) => {
            Ok(axum::response::IntoResponse::into_response(format!("{} {}", actor.name(), form.reason)))
        }
        Err(approval) => again(&Asked { t: desk.t, approval }),
    }
}

/// A shop with an owner, an admin and a cashier, who is signed in before a deed that needs an approval.
async fn shop() -> (Shop, String) {
    let mut shop = Shop::open().await;
    let admin = shop.hire("Dedi", Role::Admin, false).to_string();
    shop.hire("Tono", Role::Admin, true);
    shop.hire("Siti", Role::Operator, false);
    shop.sign_in("Siti").await;
    let mut routes = Routes::default();
    routes.get("/deed", Access::Staff, ask);
    routes.post("/deed", Access::Staff, deed);
    shop.with_routes(routes.alone());
    (shop, admin)
}

async fn approve(shop: &mut Shop, who: &str, password: &str) -> Reply {
    shop.post("/deed", &[("reason", "salah paket"), ("approver", who), ("approver_password", password)]).await
}

#[tokio::test]
async fn those_who_may_are_offered_and_nobody_else() {
    let (mut shop, admin) = shop().await;
    let body = shop.get("/deed").await.body();
    assert!(body.contains("Budi (Pemilik)") && body.contains(&admin), "{body}");
    assert!(!body.contains("Siti") && !body.contains("Tono"), "{body}");
}

#[tokio::test]
async fn an_admins_password_approves_and_is_shown_to_nobody() {
    let (mut shop, admin) = shop().await;
    let approved = approve(&mut shop, &admin, PASSWORD).await;
    assert_eq!((approved.status, approved.body().as_str()), (StatusCode::OK, "Dedi salah paket"));
    let row = shop.office.db().read(|tx| audit::entries(tx, None, 1)).unwrap().remove(0);
    assert_eq!((row.deed.as_str(), row.actor_name.as_str()), ("staff.approve", "Dedi"));
    assert!(!row.detail.contains(PASSWORD));
}

#[tokio::test]
async fn a_wrong_approval_says_so_beside_the_field_and_guessing_costs_time() {
    let (mut shop, admin) = shop().await;
    for (who, words) in [("", "Pilih salah satu."), ("not-an-id", "Pilih salah satu.")] {
        assert!(approve(&mut shop, who, PASSWORD).await.body().contains(words), "{who}");
    }
    for _ in 0..9 {
        let empty = approve(&mut shop, &admin, "").await;
        assert!(empty.body().contains("Wajib diisi."), "an empty field is no guess: {}", empty.body());
    }
    for _ in 0..3 {
        let wrong = approve(&mut shop, &admin, "salah-sekali").await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.body().contains("Kata sandi salah.") && !wrong.body().contains("salah-sekali"));
    }
    assert!(approve(&mut shop, &admin, PASSWORD).await.body().contains("Coba lagi dalam 1 detik."));
    shop.wait(1);
    assert_eq!(approve(&mut shop, &admin, PASSWORD).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_cashier_cannot_approve_for_a_cashier() {
    let (mut shop, _) = shop().await;
    let siti = shop.hire("Ani", Role::Operator, false).to_string();
    let refused = approve(&mut shop, &siti, PASSWORD).await;
    assert!(refused.body().contains("R-151 Ani tidak boleh menyetujui ini."), "{}", refused.body());
}
