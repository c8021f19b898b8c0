use super::Shop;
use super::shifts::open_shift;
use super::stock::{arrive, batch, plan};
use axum::http::StatusCode;
use karcis_core::staff::Role;

async fn a_reseller(shop: &mut Shop) -> String {
    let form = shop.get("/resellers/new").await;
    let key = form.field("request_key");
    let sent = [("name", "Bu Rina"), ("phone", ""), ("commission", "10"), ("request_key", key.as_str())];
    let made = shop.post("/resellers", &sent).await;
    let address = made.header("hx-redirect").to_owned();
    assert!(address.starts_with("/resellers/"), "{} {}", made.status, made.body());
    assert_eq!(shop.post("/resellers", &sent).await.header("hx-redirect"), address, "sent twice is one deed");
    address
}

#[tokio::test]
async fn a_batch_goes_to_a_reseller_and_comes_back_as_money_and_cards() {
    let mut shop = Shop::open().await;
    let address = a_reseller(&mut shop).await;
    let plan = plan(&shop);
    let batch = batch(&shop, &plan, 10);
    let give = format!("/batches/{}/hand-over", batch.id);
    let reseller = address.rsplit('/').next().unwrap().to_owned();
    let key = shop.get(&give).await.field("request_key");
    let form = [("reseller", reseller.as_str()), ("commission", "10"), ("request_key", key.as_str())];
    let early = shop.post(&give, &form).await;
    assert_eq!(early.status, StatusCode::CONFLICT);
    assert!(early.body().contains("R-848"), "{}", early.body());

    arrive(&shop, &batch, 10);
    let page = shop.get(&give).await;
    assert!(
        page.body().contains("10 voucher belum terjual, harga jual seluruhnya Rp 50.000"),
        "{}",
        page.body()
    );
    let given = shop.post(&give, &form).await;
    assert_eq!(given.header("hx-redirect"), address, "{}", given.body());
    assert_eq!(shop.post(&give, &form).await.header("hx-redirect"), address);

    let gone = shop.get(&format!("/batches/{}", batch.id)).await.body();
    assert!(gone.contains("10 sudah terjual atau disimpan"), "{gone}");
    assert!(
        !gone.contains("id=\"hand-over\"") && !gone.contains("id=\"purpose\""),
        "nothing is left: {gone}"
    );

    let page = shop.get(&address).await;
    assert!(page.body().contains("<p class=\"k-bigcode\">Rp 45.000</p>"), "{}", page.body());
    let settle = format!("{address}/settle");
    let key = page.field("request_key");
    let paid = shop.post(&settle, &[("amount", "Rp 20.000"), ("place", "bank"), ("request_key", &key)]).await;
    assert!(paid.body().contains("<p class=\"k-bigcode\">Rp 25.000</p>"), "{}", paid.body());
    let key = paid.field("request_key");
    let more = shop.post(&settle, &[("amount", "25001"), ("place", "bank"), ("request_key", &key)]).await;
    assert!(more.body().contains("R-849"), "{}", more.body());

    open_shift(&mut shop, "0").await;
    let page = shop.get(&address).await.body();
    assert!(page.contains("Laci Kasir 1"), "{page}");
    let handover = page.split("hx-get=\"/handovers/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    let back = format!("/handovers/{handover}/take-back");
    let key = shop.get(&back).await.field("request_key");
    let sent = [("from", "9"), ("to", "10"), ("note", "tidak laku"), ("request_key", key.as_str())];
    let refused = shop.post(&back, &sent).await;
    assert!(
        refused.body().contains("R-840") && refused.body().contains("tetap menerima"),
        "{}",
        refused.body()
    );
    // No router answers here: the owner has read the warning and goes on.
    let sent =
        [("from", "9"), ("to", "10"), ("note", "tidak laku"), ("sure", "on"), ("request_key", key.as_str())];
    let returned = shop.post(&back, &sent).await;
    assert!(returned.body().contains("<p class=\"k-bigcode\">Rp 16.000</p>"), "{}", returned.body());
    let key = shop.get(&back).await.field("request_key");
    let sent = [("from", "9"), ("to", "10"), ("note", "lagi"), ("request_key", key.as_str())];
    assert!(shop.post(&back, &sent).await.body().contains("R-838"));
    let ledger = shop.get("/ledger").await.body();
    assert!(ledger.contains("Terbukti") && ledger.contains("Piutang Bu Rina"), "{ledger}");
    let income = shop.get("/reports").await.body();
    assert!(income.contains("10 voucher terjual"), "{income}");
}

#[tokio::test]
async fn a_share_that_is_no_percentage_is_asked_for_again() {
    let mut shop = Shop::open().await;
    let key = shop.get("/resellers/new").await.field("request_key");
    let sent = [("name", ""), ("commission", "10"), ("request_key", key.as_str())];
    let nameless = shop.post("/resellers", &sent).await;
    assert_eq!(nameless.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nameless.body().contains("id=\"name-error\""), "{}", nameless.body());
    let sent = [("name", "Bu Rina"), ("commission", "120"), ("request_key", key.as_str())];
    let much = shop.post("/resellers", &sent).await;
    assert!(much.body().contains("id=\"commission-error\""), "{}", much.body());
}

#[tokio::test]
async fn whoever_sells_at_the_counter_sees_no_reseller_account() {
    let mut shop = Shop::open().await;
    let address = a_reseller(&mut shop).await;
    shop.hire("Siti", Role::Operator, false);
    shop.sign_in("Siti").await;
    for closed in ["/resellers", address.as_str()] {
        assert_eq!(shop.get(closed).await.status, StatusCode::FORBIDDEN, "{closed}");
    }
}
