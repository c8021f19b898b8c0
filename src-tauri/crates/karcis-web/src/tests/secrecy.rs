//! What those who stand at the drawer never get, said without asking the route table's own rules: what things cost us and
//! earn us, files that leave the house, and the forms that change prices and times.

use super::shifts::open_shift;
use super::stock::{arrive, batch, plan_at, router, vouchers_of};
use super::{Reply, Shop};
use crate::routes::{RouteRule, route_table};
use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use karcis_core::db::Val;
use karcis_core::settings;
use karcis_core::staff::Role;
use std::collections::{BTreeMap, BTreeSet};

/// Amounts that stand nowhere by accident: a plan's cost, and what its sale leaves us.
const COST: i64 = 7_654_321;
const PRICE: i64 = 9_876_543;
const PROFIT: i64 = PRICE - COST;

/// The ways in which an amount is written on pages, in forms, in files and in pictures.
fn writings(amount: i64) -> [String; 3] {
    let digits = amount.to_string();
    let grouped = |point: char| {
        let mut text = String::new();
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                text.push(point);
            }
            text.push(digit);
        }
        text
    };
    [grouped('.'), grouped(','), digits.clone()]
}

fn tells(body: &str, amount: i64) -> bool {
    writings(amount).iter().any(|written| body.contains(written))
}

/// A shop where something that cost us [`COST`] was made, printed and sold today.
async fn shop() -> Shop {
    let mut shop = Shop::open().await;
    let router = router(&shop, "Warung-1", Some("wifi.contoh"));
    let plan = plan_at(&shop, router, "1 Hari", (COST, PRICE));
    let batch = batch(&shop, &plan, 3);
    arrive(&shop, &batch, 3);
    let printed = shop.get(&format!("/batches/{}/print", batch.id)).await;
    let key = printed.field("request_key");
    shop.post(&format!("/batches/{}/print", batch.id), &[("request_key", &key)]).await;
    assert_eq!(open_shift(&mut shop, "100000").await.status, StatusCode::OK);
    sell(&shop, &vouchers_of(&shop, &batch)[0].id.to_string());
    shop
}

/// As the rows of a sale stand in the books, whichever screen sold it.
fn sell(shop: &Shop, voucher: &str) {
    let now = shop.office.now();
    shop.office
        .db()
        .write(|tx| {
            let day = settings::business_day(tx, now)?.number();
            let (at, day) = (Val::Int(now.millis()), Val::Int(day));
            let text = |text: &str| Val::Text(text.to_owned());
            tx.run(
                "INSERT INTO receipts (id, number, kind, quantity, gross, discount, total, cashier_id, cashier_name,
                                       business_day, at)
                 VALUES ($1, 1, 'counter', 1, $2, 0, $2, 'x', 'Budi', $3, $4)",
                &[text(RECEIPT), Val::Int(PRICE), day.clone(), at.clone()],
            )?;
            tx.run(
                "INSERT INTO sales (id, number, receipt_id, voucher_id, fill, plan_id, plan_name, router_id,
                                    router_name, code, price, discount, paid, cost, cashier_id, cashier_name,
                                    business_day, at)
                 SELECT $1, 1, $2, id, 'stock', plan_id, '1 Hari', router_id, 'Warung-1', code, $3, 0, $3, $4,
                        'x', 'Budi', $5, $6
                 FROM vouchers WHERE id = $7",
                &[text(SALE), text(RECEIPT), Val::Int(PRICE), Val::Int(COST), day, at, text(voucher)],
            )
        })
        .unwrap();
}

const RECEIPT: &str = "00000000-0000-7000-8000-00000000000a";
const SALE: &str = "00000000-0000-7000-8000-00000000000b";

/// One id of every kind of thing in the books, so that a page of any kind shows something.
fn ids(shop: &Shop) -> BTreeMap<String, String> {
    let tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '% id TEXT PRIMARY KEY%'";
    shop.office
        .db()
        .read(|tx| {
            let tables = tx.all(tables, &[], |row| row.text(0))?;
            let mut found = BTreeMap::new();
            for table in tables {
                let sql = format!("SELECT id FROM {table} ORDER BY id LIMIT 1").leak();
                if let Some(id) = tx.maybe(sql, &[], |row| row.text(0))? {
                    found.insert(table, id);
                }
            }
            Ok::<_, karcis_core::fault::Fault>(found)
        })
        .unwrap()
}

/// Every address that the route answers for these things: each of them in its places.
fn addresses(path: &str, ids: &BTreeMap<String, String>) -> BTreeSet<String> {
    if path == "/static/{*path}" || !path.contains('{') {
        return BTreeSet::from([path.to_owned()]);
    }
    let with = |id: &String| {
        let part = |part: &str| if part.starts_with('{') { id.clone() } else { part.to_owned() };
        path.split('/').map(part).collect::<Vec<_>>().join("/")
    };
    ids.values().map(with).collect()
}

/// Asks for everything that can be asked for.
async fn walk(shop: &mut Shop, ids: &BTreeMap<String, String>) -> Vec<(String, Reply)> {
    let mut seen = Vec::new();
    for rule in route_table().iter().filter(|rule| rule.method == Method::GET) {
        for address in addresses(rule.path, ids) {
            let with_sheet = ["", "?table=sales&kind=csv", "?span=week"];
            for query in with_sheet {
                let asked = format!("{address}{query}");
                let reply = shop.get(&asked).await;
                seen.push((asked, reply));
            }
        }
    }
    seen
}

#[tokio::test]
async fn no_page_a_cashier_can_open_tells_what_things_cost_or_earn_us_and_no_file_leaves() {
    let mut shop = shop().await;
    shop.hire("Siti", Role::Operator, false);
    let ids = ids(&shop);
    assert!(ids.len() > 8 && ids.contains_key("sales") && ids.contains_key("shifts"), "{ids:?}");
    let told = |seen: &[(String, Reply)], amount| {
        let telling = seen.iter().filter(|(_, reply)| tells(&reply.body(), amount));
        telling.map(|(asked, _)| asked.clone()).collect::<Vec<_>>()
    };
    let owner = walk(&mut shop, &ids).await;
    let shown = |amount| told(&owner, amount);
    assert!(
        shown(COST).iter().any(|asked| asked.starts_with("/plans")),
        "the owner sees costs: {:?}",
        shown(COST)
    );
    assert!(
        shown(PROFIT).iter().any(|asked| asked.starts_with("/reports")),
        "and profit: {:?}",
        shown(PROFIT)
    );

    shop.sign_in("Siti").await;
    let cashier = walk(&mut shop, &ids).await;
    let opened = cashier.iter().filter(|(_, reply)| reply.status == StatusCode::OK).count();
    assert!(opened > 40, "a cashier opens {opened} pages");
    assert!(!told(&cashier, PRICE).is_empty(), "a cashier sees prices");
    assert_eq!(told(&cashier, COST), Vec::<String>::new(), "what things cost");
    assert_eq!(told(&cashier, PROFIT), Vec::<String>::new(), "what things earn");
    for (asked, reply) in &cashier {
        let kind = reply.header("content-type");
        let leaves =
            ["csv", "spreadsheet", "json", "octet-stream", "zip"].iter().any(|word| kind.contains(word));
        assert!(!leaves, "{asked} leaves as {kind}");
        let attached = reply.header("content-disposition").starts_with("attachment");
        assert!(!attached || kind == "application/pdf", "{asked} leaves as {kind}: only paper does");
    }
}

/// Where a cashier has no business whatever a slice says of itself, by address alone.
fn is_closed_to_cashiers(rule: &RouteRule) -> bool {
    let below = |root: &str| rule.path == root || rule.path.starts_with(&format!("{root}/"));
    let changes = rule.method != Method::GET;
    let papers = ["/reports", "/ledger", "/audit", "/diagnostics", "/staff", "/templates"];
    let things = ["/plans", "/routers", "/counters", "/printers", "/resellers", "/handovers", "/settings"];
    let words = ["export", "csv", "xlsx", "hand-over", "take-back", "settle", "purpose", "restore"];
    papers.iter().any(|root| below(root))
        || things.iter().any(|root| below(root)) && changes
        || words.iter().any(|word| rule.path.contains(word))
        || below("/plans")
            && (rule.path.ends_with("/new") || rule.path.ends_with('}') || rule.path.ends_with("/edit"))
        || below("/settings") && rule.path != "/settings/logo"
        || (below("/batches") || below("/vouchers")) && changes && !is_making(rule.path)
}

/// Making and printing vouchers is a cashier's work.
fn is_making(path: &str) -> bool {
    ["/batches", "/batches/{id}/print"].contains(&path)
}

#[tokio::test]
async fn a_cashier_is_refused_wherever_prices_times_people_and_papers_are() {
    let mut shop = shop().await;
    shop.hire("Siti", Role::Operator, false);
    let ids = ids(&shop);
    shop.sign_in("Siti").await;
    let closed: Vec<&RouteRule> = route_table().iter().filter(|rule| is_closed_to_cashiers(rule)).collect();
    for known in
        ["/plans", "/plans/{id}", "/reports/file", "/settings/shop", "/settings/lock", "/staff/{id}/pin"]
    {
        assert!(closed.iter().any(|rule| rule.path == known), "{known} is among them");
    }
    for rule in closed {
        for address in addresses(rule.path, &ids) {
            let request = shop
                .request(rule.method.clone(), &address)
                .header("x-karcis-token", shop.office.token())
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
            let reply = shop.send(request.body(Body::empty()).unwrap()).await;
            assert_eq!(reply.status, StatusCode::FORBIDDEN, "{} {address}", rule.method);
        }
    }
}
