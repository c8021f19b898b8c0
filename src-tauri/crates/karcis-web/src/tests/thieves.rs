//! What a cashier tries who knows the addresses, and holds a valid session and a valid token.

use super::Shop;
use super::counter::{latest, open_counter, sell};
use super::matrix::somewhere;
use super::pretend::PASSWORD;
use crate::routes::route_table;
use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use karcis_core::staff::{self, Role};

/// Where nothing at all is a cashier's, looking included.
const NOT_THEIRS: [&str; 9] = [
    "/resellers",
    "/handovers",
    "/counters",
    "/templates",
    "/ledger",
    "/reports",
    "/settings/",
    "/staff",
    "/audit",
];
/// What a cashier does to a printer: tries it and looks how it is.
const TO_A_PRINTER: [&str; 2] = ["/printers/{id}/test", "/printers/{id}/look"];

#[tokio::test]
async fn a_cashier_with_a_valid_token_gets_nowhere_an_admin_is_needed() {
    let mut shop = Shop::open().await;
    shop.hire("Siti", Role::Operator, false);
    shop.sign_in("Siti").await;
    let closed = |method: &Method, path: &str| {
        NOT_THEIRS.iter().any(|start| path.starts_with(start) && path != "/settings/logo")
            || (path == "/settings/logo" && method != Method::GET)
            || path.ends_with("/hand-over")
            || (path.starts_with("/printers") && method != Method::GET && !TO_A_PRINTER.contains(&path))
            || path.starts_with("/printers/new")
            || path.ends_with("/edit")
    };
    let mut tried = 0;
    for rule in route_table().iter().filter(|rule| closed(&rule.method, rule.path)) {
        let request = shop
            .request(rule.method.clone(), &somewhere(rule.path))
            .header("x-karcis-token", shop.office.token())
            .header("hx-request", "true")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let reply = shop.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{} {}", rule.method, rule.path);
        tried += 1;
    }
    assert!(tried > 25, "{tried}");
}

#[tokio::test]
async fn what_no_form_of_ours_sends_sells_nothing() {
    let (mut shop, plan) = open_counter().await;
    shop.hire("Siti", Role::Operator, false);
    shop.sign_in("Siti").await;
    for changes in [
        [("quantity", "0"), ("shown", "")],
        [("quantity", "-1"), ("shown", "")],
        [("quantity", "21"), ("shown", "")],
        [("quantity", "4294967297"), ("shown", "")],
        [("quantity", "1e1"), ("shown", "")],
        [("received", "4999"), ("shown", "")],
        [("received", "-5000"), ("shown", "")],
        [("received", "999999999999999999999"), ("shown", "")],
        [("discount", "-500"), ("reason", "langganan")],
        [("discount", "5001"), ("reason", "langganan")],
        [("discount", "999999999999"), ("reason", "langganan")],
        [("discount", "500"), ("reason", " ")],
        [("discount", "501"), ("reason", "langganan")],
        [("voucher", "' OR 1=1 --"), ("shown", "")],
    ] {
        let refused = sell(&mut shop, &plan, &changes).await;
        let (status, trigger) = (refused.status, refused.header("hx-trigger-after-swap").to_owned());
        assert!(!status.is_server_error() && trigger.is_empty(), "{changes:?}: {}", refused.body());
        assert!(latest(&shop).is_empty(), "{changes:?}");
    }
}

fn id_of(shop: &Shop, name: &str) -> String {
    let people = shop.office.db().read(staff::people).unwrap();
    people.into_iter().find(|person| person.name == name).unwrap().id.to_string()
}

#[tokio::test]
async fn nobody_lends_their_yes_to_themselves() {
    let (mut shop, plan) = open_counter().await;
    shop.hire("Dedi", Role::Admin, false);
    shop.hire("Siti", Role::Operator, false);
    let (dedi, budi, siti) = (id_of(&shop, "Dedi"), id_of(&shop, "Budi"), id_of(&shop, "Siti"));
    shop.sign_in("Dedi").await;
    let large = [("discount", "3000"), ("reason", "saudara"), ("shown", "5000")];
    let asked = sell(&mut shop, &plan, &large).await.body();
    assert!(asked.contains(&budi) && !asked.contains(&dedi), "an admin lets off a half alone: {asked}");
    let with = |who: &str| {
        let mut form: Vec<(&str, String)> =
            large.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        form.push(("approver", who.to_owned()));
        form.push(("approver_password", PASSWORD.to_owned()));
        form
    };
    let form = with(&dedi);
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let refused = sell(&mut shop, &plan, &form).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body().contains("R-151") && latest(&shop).is_empty(), "{}", refused.body());
    let form = with(&budi);
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(sell(&mut shop, &plan, &form).await.status, StatusCode::OK);
    assert_eq!(latest(&shop)[0].approved_by.as_deref(), Some("Budi"));

    shop.sign_in("Siti").await;
    let sale = latest(&shop).remove(0).sales.remove(0).id;
    let form = [
        ("request_key", "00000000-0000-7000-8000-000000000007"),
        ("reason", "salah paket"),
        ("approver", siti.as_str()),
        ("approver_password", PASSWORD),
    ];
    let refused = shop.post(&format!("/sales/{sale}/void"), &form).await;
    assert!(
        refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.body().contains("R-151"),
        "{}",
        refused.body()
    );
    assert!(latest(&shop)[0].sales[0].voided.is_none());
}
