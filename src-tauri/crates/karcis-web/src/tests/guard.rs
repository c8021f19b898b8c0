use super::Shop;
use super::pretend::HOST;
use crate::routes::route_table;
use axum::body::Body;
use axum::http::{Method, StatusCode, header};

#[tokio::test]
async fn a_change_without_the_token_of_this_launch_is_refused_whatever_its_method() {
    let mut shop = Shop::open().await;
    let token = shop.office.token().to_owned();
    let wrong = token.replace(['0', '1', '2'], "f");
    assert_ne!(wrong, token);
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS] {
        for (given, passes) in [
            (None, false),
            (Some(""), false),
            (Some(wrong.as_str()), false),
            (Some(&token[1..]), false),
            (Some(token.as_str()), true),
        ] {
            let mut request = shop.request(method.clone(), "/no-such-page");
            if let Some(given) = given {
                request = request.header("x-karcis-token", given);
            }
            let reply = shop.send(request.body(Body::empty()).unwrap()).await;
            let expected = if passes { StatusCode::NOT_FOUND } else { StatusCode::FORBIDDEN };
            assert_eq!(reply.status, expected, "{method} with {given:?}");
        }
    }
    for method in [Method::GET, Method::HEAD] {
        let reply = shop.send(shop.request(method, "/staff").body(Body::empty()).unwrap()).await;
        assert_eq!(reply.status, StatusCode::OK, "questions need no token");
    }
}

#[tokio::test]
async fn a_refused_change_says_to_reload_in_the_language_of_the_shop() {
    let mut shop = Shop::open().await;
    let request = shop.request(Method::POST, "/sign-out").header("hx-request", "true");
    let reply = shop.send(request.body(Body::empty()).unwrap()).await;
    assert!(reply.body().contains("R-901") && reply.body().contains("Muat ulang"), "{}", reply.body());
    assert_eq!(reply.header("hx-retarget"), "#notice", "the page stays as it was");
    assert_eq!(shop.get("/staff").await.status, StatusCode::OK, "nobody was signed out");
}

/// Host, Origin, Sec-Fetch-Site, Sec-Fetch-Mode and -Dest of a navigation, and whether a question and a change pass.
type Combination<'a> = (Option<&'a str>, Option<&'a str>, Option<&'a str>, bool, bool, bool);

#[tokio::test]
async fn a_browser_is_answered_only_at_our_names_and_from_our_own_pages() {
    let mut shop = Shop::open().await;
    let own = format!("http://{HOST}");
    let own = Some(own.as_str());
    let host = Some(HOST);
    #[rustfmt::skip]
    let combinations: &[Combination<'_>] = &[
        (host, None, None, false, true, true),
        (host, own, None, false, true, true),
        (host, own, Some("same-origin"), false, true, true),
        (host, None, Some("same-origin"), false, true, true),
        (host, None, Some("none"), false, true, true),
        (host, None, Some("none"), true, true, true),
        (host, Some("https://karcis.test:8080"), Some("same-origin"), false, true, true),
        (Some("KARCIS.test:8080"), None, None, false, true, true),
        (host, None, Some("cross-site"), true, true, false),
        (host, None, Some("same-site"), true, true, false),
        (host, None, Some("cross-site"), false, false, false),
        (host, None, Some("same-site"), false, false, false),
        (host, None, Some("nonsense"), false, false, false),
        (host, own, Some("cross-site"), false, false, false),
        (host, Some("null"), None, false, false, false),
        (host, Some("null"), Some("same-origin"), false, false, false),
        (host, Some("http://evil.example"), None, false, false, false),
        (host, Some("http://evil.example"), Some("same-origin"), false, false, false),
        (host, Some("http://evil.example"), Some("cross-site"), true, false, false),
        (host, Some("http://karcis.test"), None, false, false, false),
        (host, Some("http://karcis.test:8081"), None, false, false, false),
        (host, Some("http://karcis.test:8080.evil.example"), None, false, false, false),
        (host, Some("ftp://karcis.test:8080"), None, false, false, false),
        (host, Some("karcis.test:8080"), None, false, false, false),
        (host, Some(""), None, false, false, false),
        (None, None, None, false, false, false),
        (None, own, Some("same-origin"), false, false, false),
        (Some("evil.example"), None, None, false, false, false),
        (Some("evil.example"), Some("http://evil.example"), Some("same-origin"), false, false, false),
        (Some("karcis.test"), None, None, false, false, false),
        (Some("karcis.test:8081"), None, None, false, false, false),
        (Some("karcis.test:8080.evil.example"), None, None, false, false, false),
        (Some("127.0.0.1:8080"), None, Some("none"), true, false, false),
        (Some("localhost"), None, None, false, false, false),
        (Some("[::1]:8080"), None, None, false, false, false),
        (Some(""), None, None, false, false, false),
        (Some("karcis.test:8080,evil.example"), None, None, false, false, false),
        (Some("karcis.test:8080 "), own, Some("cross-site"), false, false, false),
    ];
    for (host, origin, site, navigation, may_ask, may_change) in combinations {
        for (method, path, passes) in
            [(Method::GET, "/about", may_ask), (Method::POST, "/no-such-page", may_change)]
        {
            let mut request = axum::http::Request::builder().method(method.clone()).uri(path);
            let navigated = navigation.then_some("navigate");
            let given = [
                ("host", *host),
                ("origin", *origin),
                ("sec-fetch-site", *site),
                ("sec-fetch-mode", navigated),
            ];
            for (name, value) in
                given.into_iter().chain([("sec-fetch-dest", navigation.then_some("document"))])
            {
                if let Some(value) = value {
                    request = request.header(name, value);
                }
            }
            let request = request.header("x-karcis-token", shop.office.token());
            let reply = shop.send(request.body(Body::empty()).unwrap()).await;
            let passed = reply.status != StatusCode::FORBIDDEN;
            assert_eq!(passed, *passes, "{method} {host:?} {origin:?} {site:?} navigation {navigation}");
        }
    }
}

#[tokio::test]
async fn the_window_needs_no_host_but_its_token_all_the_same() {
    let shop = Shop::outfitted(|outfit| outfit.place = karcis_core::staff::Place::Window);
    let mut shop = shop;
    let ask = axum::http::Request::builder().uri("/");
    assert_eq!(shop.send(ask.body(Body::empty()).unwrap()).await.status, StatusCode::OK);
    let change = axum::http::Request::builder().method(Method::POST).uri("/start/shop");
    assert_eq!(shop.send(change.body(Body::empty()).unwrap()).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn every_answer_carries_the_policy_and_nothing_dynamic_is_kept() {
    let mut shop = Shop::open().await;
    let mut paths: Vec<String> = route_table()
        .iter()
        .filter(|rule| rule.method == Method::GET)
        .map(|rule| super::matrix::somewhere(rule.path))
        .collect();
    paths.extend(["/no-such-page", "/static/no-such-file", "/%00", "/staff/%3Cscript%3E"].map(str::to_owned));
    for path in paths {
        for signed_in in [true, false] {
            let cookie = (!signed_in).then(|| shop.leave()).flatten();
            let reply = shop.get(&path).await;
            if !signed_in {
                shop.come_back(cookie);
            }
            let policy = reply.header("content-security-policy");
            assert!(
                policy.contains("default-src 'self'") && policy.contains("frame-ancestors 'none'"),
                "{path}"
            );
            assert!(!policy.contains("unsafe"), "{path}: {policy}");
            assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
            assert_eq!(reply.header("referrer-policy"), "no-referrer", "{path}");
            assert_eq!(reply.header("cache-control"), "no-store", "{path}");
            assert!(!reply.status.is_redirection(), "{path}: the window follows no redirect");
            assert_eq!(reply.header("x-request-id").len(), 36, "{path}");
        }
    }
}

#[tokio::test]
async fn files_named_by_their_content_are_kept_for_ever_and_no_others() {
    let mut shop = Shop::empty();
    for asset in crate::Asset::all() {
        let address = crate::assets::url(asset.path);
        let reply = shop.get(&address).await;
        assert_eq!(reply.status, StatusCode::OK, "{address}");
        assert!(reply.header("cache-control").contains("immutable"), "{address}");
        assert!(!reply.bytes.is_empty(), "{address}");
        let plain = shop.get(address.split('?').next().unwrap()).await;
        assert_eq!(plain.header("cache-control"), "no-cache", "{address} without its hash");
        let tag = reply.header("etag").to_owned();
        let again = shop
            .request(Method::GET, &address)
            .header(header::IF_NONE_MATCH, tag)
            .body(Body::empty())
            .unwrap();
        assert_eq!(shop.send(again).await.status, StatusCode::NOT_MODIFIED, "{address}");
    }
}

#[tokio::test]
async fn every_file_a_page_loads_is_embedded() {
    let mut shop = Shop::empty();
    let page = shop.get("/").await.body();
    let addresses: Vec<&str> =
        page.split(['"', '\'']).filter(|text| text.starts_with("/static/") && !text.contains(' ')).collect();
    assert!(addresses.len() >= 6, "{addresses:?}");
    for address in addresses {
        assert!(address.contains("?v="), "{address} is not embedded");
    }
}

#[tokio::test]
async fn an_unknown_page_answers_404_in_words() {
    let mut shop = Shop::open().await;
    let page = shop.get("/no-such-page").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(page.body().contains("Halaman tidak ditemukan"), "{}", page.body());
    let part = shop.part("/no-such-page").await;
    assert_eq!((part.status, part.header("hx-retarget")), (StatusCode::NOT_FOUND, "#notice"));
    assert!(!part.body().contains("<html"), "a part is answered with a part");
    let known_path = shop.post("/audit", &[]).await;
    assert_eq!(known_path.status, StatusCode::NOT_FOUND, "no such method is no such page");
}

#[tokio::test]
async fn a_body_beyond_a_megabyte_is_refused_in_words() {
    let mut shop = Shop::open().await;
    let reply = shop.put("/settings/logo", vec![0; (1 << 20) + 1]).await;
    assert_eq!(reply.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(reply.body().contains("R-908"), "{}", reply.body());
    let fits = shop.put("/settings/logo", vec![0; 1 << 20]).await;
    assert_eq!(fits.status, StatusCode::CONFLICT, "a megabyte arrives, and is no picture: {}", fits.body());
}
