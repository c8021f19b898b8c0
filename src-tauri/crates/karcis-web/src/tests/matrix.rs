use super::pretend::PASSWORD;
use super::{Reply, Shop};
use crate::access::Access;
use crate::routes::{RouteRule, route_table};
use axum::body::Body;
use axum::http::{StatusCode, header};
use karcis_core::staff::Role;
use std::collections::BTreeSet;

/// The path with something in each of its places.
pub(super) fn somewhere(path: &str) -> String {
    let part = |part: &str| match part {
        "{*path}" => "no-such-file".to_owned(),
        part if part.starts_with('{') => "00000000-0000-7000-8000-000000000000".to_owned(),
        part => part.to_owned(),
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

async fn try_route(shop: &mut Shop, rule: &RouteRule) -> Reply {
    let request = shop
        .request(rule.method.clone(), &somewhere(rule.path))
        .header("x-karcis-token", shop.office.token())
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    shop.send(request.body(Body::empty()).unwrap()).await
}

fn is_refused(status: StatusCode) -> bool {
    status == StatusCode::UNAUTHORIZED || status == StatusCode::FORBIDDEN
}

#[tokio::test]
async fn before_there_is_an_owner_every_route_is_refused_but_those_of_the_first_start() {
    let mut shop = Shop::empty();
    for rule in route_table() {
        let reply = try_route(&mut shop, rule).await;
        let open = match rule.access {
            Access::Open | Access::Founding => true,
            Access::Door
            | Access::BehindLock
            | Access::SignedIn
            | Access::SettingUp(_)
            | Access::Staff
            | Access::May(_) => false,
        };
        // The first page shows the wizard instead of refusing.
        let wizard =
            rule.path == "/" && reply.status == StatusCode::OK && reply.body().contains("/start/shop");
        assert_eq!(
            is_refused(reply.status),
            !open && !wizard,
            "{} {}: {}",
            rule.method,
            rule.path,
            reply.status
        );
    }
}

#[tokio::test]
async fn the_way_of_the_first_start_is_gone_once_there_is_an_owner() {
    let mut shop = Shop::open().await;
    for rule in route_table().iter().filter(|rule| rule.access == Access::Founding) {
        assert_eq!(try_route(&mut shop, rule).await.status, StatusCode::NOT_FOUND, "{}", rule.path);
    }
}

#[tokio::test]
async fn whoever_is_not_signed_in_passes_the_door_only() {
    let mut shop = Shop::open().await;
    shop.leave();
    for rule in route_table() {
        let reply = try_route(&mut shop, rule).await;
        let closed = match rule.access {
            Access::Open | Access::Founding | Access::Door => false,
            Access::BehindLock | Access::SignedIn | Access::SettingUp(_) | Access::Staff | Access::May(_) => {
                true
            }
        };
        // With nothing to show, the first start's own page asks to sign in as well.
        let refused = is_refused(reply.status);
        assert_eq!(refused, closed, "{} {}: {}", rule.method, rule.path, reply.status);
    }
}

#[tokio::test]
async fn every_role_passes_exactly_where_its_permissions_say() {
    let mut shop = Shop::open().await;
    for role in Role::ALL {
        if role != Role::SuperAdmin {
            shop.hire(role.as_str(), role, false);
        }
        let name = if role == Role::SuperAdmin { "Budi" } else { role.as_str() };
        shop.sign_in(name).await;
        for rule in route_table() {
            let reply = try_route(&mut shop, rule).await;
            let allowed = match rule.access {
                Access::Open
                | Access::Founding
                | Access::Door
                | Access::BehindLock
                | Access::SignedIn
                | Access::Staff => true,
                Access::May(permission) | Access::SettingUp(permission) => role.may(permission),
            };
            assert_eq!(
                is_refused(reply.status),
                !allowed,
                "{} {} as {}: {}",
                rule.method,
                rule.path,
                role.as_str(),
                reply.status
            );
            // Some deeds end or lock the very session they were done in.
            if shop.get("/me").await.status != StatusCode::OK {
                shop.sign_in(name).await;
            }
        }
    }
}

#[tokio::test]
async fn whoever_has_somebody_elses_password_gets_no_further_than_changing_it() {
    let mut shop = Shop::open().await;
    shop.hire("Siti", Role::Admin, true);
    shop.sign_in("Siti").await;
    for rule in route_table() {
        let closed = match rule.access {
            Access::Open | Access::Founding | Access::Door | Access::BehindLock | Access::SignedIn => {
                continue;
            }
            Access::SettingUp(_) | Access::Staff | Access::May(_) => true,
        };
        let reply = try_route(&mut shop, rule).await;
        assert_eq!(reply.status == StatusCode::FORBIDDEN, closed, "{} {}", rule.method, rule.path);
    }
    let page = shop.get("/").await;
    assert!(page.body().contains("hx-post=\"/me/password\""), "{}", page.body());
    let new = "pagar-hijau-sembilan";
    let changed = shop.post("/me/password", &[("current", PASSWORD), ("new", new)]).await;
    assert_eq!(changed.header("hx-redirect"), "/", "{}", changed.body());
    assert_eq!(shop.get("/menu").await.status, StatusCode::OK);
}

#[test]
fn every_route_is_registered_once() {
    let named: BTreeSet<_> = route_table().iter().map(|rule| (rule.method.as_str(), rule.path)).collect();
    assert_eq!(named.len(), route_table().len());
    assert!(named.contains(&("GET", "/")));
}
