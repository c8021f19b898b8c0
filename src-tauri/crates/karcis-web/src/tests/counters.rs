use super::Shop;
use super::shifts::open_shift;
use axum::http::StatusCode;
use karcis_core::audit;
use karcis_core::counters;
use karcis_core::fault::Fault;
use karcis_core::sales;
use karcis_core::settings;
use karcis_core::shifts;
use karcis_core::staff::Role;

async fn add(shop: &mut Shop, name: &str) -> super::Reply {
    let page = shop.get("/counters").await.body();
    let key =
        page.split("name=\"request_key\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    shop.post("/counters", &[("request_key", &key), ("name", name)]).await
}

fn id_of(shop: &Shop, name: &str) -> String {
    let all = shop.office.db().read(counters::all).unwrap();
    all.iter().find(|counter| counter.name == name).unwrap().id.to_string()
}

#[tokio::test]
async fn a_counter_is_added_once_renamed_retired_and_used_again() {
    let mut shop = Shop::open().await;
    shop.hire("Dedi", Role::Admin, false);
    shop.sign_in("Dedi").await;
    let added = add(&mut shop, "Warung depan").await;
    assert!(added.status == StatusCode::OK && added.body().contains("Warung depan"), "{}", added.body());
    let id = id_of(&shop, "Warung depan");
    let renamed = shop.post(&format!("/counters/{id}"), &[("name", "Warung belakang")]).await;
    assert!(renamed.body().contains("Warung belakang"), "{}", renamed.body());
    let gone = shop.post(&format!("/counters/{id}/archive"), &[]).await;
    assert!(gone.body().contains("Tidak dipakai lagi (1)"), "{}", gone.body());
    let back = shop.post(&format!("/counters/{id}/restore"), &[]).await;
    assert!(!back.body().contains("Tidak dipakai lagi"), "{}", back.body());
}

#[tokio::test]
async fn names_that_are_taken_or_empty_are_refused_beside_the_field() {
    let mut shop = Shop::open().await;
    for (name, code) in [("", "R-891"), ("KASIR 1", "R-892"), (&"x".repeat(31), "R-891")] {
        let refused = add(&mut shop, name).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        assert!(refused.body().contains(code), "{name}: {}", refused.body());
    }
    add(&mut shop, "Kasir 2").await;
    let id = id_of(&shop, "Kasir 2");
    let refused = shop.post(&format!("/counters/{id}"), &[("name", "kasir 1")]).await;
    let body = refused.body();
    assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && body.contains("R-892"), "{body}");
    assert!(body.contains("value=\"kasir 1\""), "what was typed stays: {body}");
}

#[tokio::test]
async fn the_last_counter_and_one_with_a_shift_stay() {
    let mut shop = Shop::open().await;
    let first = id_of(&shop, "Kasir 1");
    let last = shop.post(&format!("/counters/{first}/archive"), &[]).await;
    assert!(last.status == StatusCode::CONFLICT && last.body().contains("R-894"), "{}", last.body());
    open_shift(&mut shop, "0").await;
    add(&mut shop, "Kasir 2").await;
    let busy = shop.post(&format!("/counters/{first}/archive"), &[]).await;
    assert!(busy.status == StatusCode::CONFLICT && busy.body().contains("R-893"), "{}", busy.body());
}

#[tokio::test]
async fn cashiers_do_not_change_counters() {
    let mut shop = Shop::open().await;
    shop.hire("Siti", Role::Operator, false);
    shop.sign_in("Siti").await;
    assert_eq!(shop.get("/counters").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_owner_sets_the_rules_of_every_counter_and_nobody_else_sees_them() {
    let mut shop = Shop::open().await;
    let page = shop.get("/counters").await.body();
    assert!(
        page.contains("<option value=\"4\" selected>04:00") && page.contains("value=\"20.000\""),
        "{page}"
    );
    let form = [("day_starts", "5"), ("difference", "Rp 10.000"), ("operator", "0"), ("admin", "30")];
    let kept = shop.post("/counters/rules", &form).await;
    assert!(kept.status == StatusCode::OK && kept.body().contains("value=\"10.000\""), "{}", kept.body());
    let rules = shop.office.db().read(|tx| {
        let most = sales::discount_most(tx, Role::Operator)?;
        Ok::<_, Fault>((settings::day_starts_at(tx)?, shifts::difference_limit(tx)?.amount(), most))
    });
    assert_eq!(rules.unwrap(), (5, 10_000, 0));
    let deeds = shop.office.db().read(|tx| audit::entries(tx, None, 3)).unwrap();
    let deeds: Vec<&str> = deeds.iter().map(|entry| entry.deed.as_str()).collect();
    assert_eq!(deeds, ["settings.discount_most", "settings.difference_limit", "settings.day_start"]);
    for (name, wrong, code) in
        [("operator", "101", "R-898"), ("admin", "x", "R-898"), ("difference", "-1", "R-884")]
    {
        let form = form.map(|(field, value)| if field == name { (field, wrong) } else { (field, value) });
        let refused = shop.post("/counters/rules", &form).await;
        let body = refused.body();
        assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && body.contains(code), "{name}: {body}");
    }
    shop.hire("Dedi", Role::Admin, false);
    shop.sign_in("Dedi").await;
    assert!(!shop.get("/counters").await.body().contains("id=\"rules\""));
    assert_eq!(shop.post("/counters/rules", &form).await.status, StatusCode::FORBIDDEN);
}
