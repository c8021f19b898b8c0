use super::Shop;
use super::staff::{CORPUS, assert_harmless};
use crate::settings::keep_picked_logo;
use crate::visit::WindowSession;
use axum::http::StatusCode;
use image::{DynamicImage, ImageFormat};
use karcis_core::audit;
use karcis_core::settings;
use std::io::Cursor;

fn png(side: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::new_rgb8(side, side).write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

#[tokio::test]
async fn the_shops_settings_are_kept_with_what_they_were_before() {
    let mut shop = Shop::open().await;
    let form = [("name", "Warnet Baru"), ("zone", "WIT"), ("language", "en")];
    let kept = shop.post("/settings/shop", &form).await;
    assert_eq!(kept.status, StatusCode::OK);
    assert!(kept.header("hx-trigger").contains("Tersimpan."), "{}", kept.header("hx-trigger"));
    let page = shop.get("/settings").await.body();
    assert!(page.contains("Warnet Baru") && page.contains("Time zone") && page.contains(" WIT"), "{page}");
    let trail = shop.office.db().read(|tx| audit::history(tx, ("settings", "shop"), 10)).unwrap();
    let last = &trail.last().unwrap().detail;
    assert!(last.contains("Warnet Contoh") && last.contains("Warnet Baru"), "{last}");
    shop.post("/settings/shop", &form).await;
    let again = shop.office.db().read(|tx| audit::history(tx, ("settings", "shop"), 10)).unwrap();
    assert_eq!(again.len(), trail.len(), "nothing changed, nothing to tell");
}

#[tokio::test]
async fn whatever_a_shop_is_called_stays_text_on_every_page() {
    let mut shop = Shop::open().await;
    for name in CORPUS {
        assert_eq!(
            shop.post("/settings/shop", &[("name", name), ("zone", "WIB"), ("language", "id")]).await.status,
            StatusCode::OK
        );
        for path in ["/", "/settings", "/staff", "/about", "/me", "/no-such-page"] {
            assert_harmless(name, &shop.get(path).await.body());
        }
        let cookie = shop.leave();
        assert_harmless(name, &shop.get("/staff").await.body());
        shop.come_back(cookie);
    }
}

#[tokio::test]
async fn a_logo_is_kept_as_png_shown_to_the_staff_and_can_be_removed() {
    let mut shop = Shop::open().await;
    assert_eq!(shop.get("/settings/logo").await.status, StatusCode::NOT_FOUND);
    let kept = shop.put("/settings/logo", png(900)).await;
    assert_eq!((kept.status, kept.header("hx-refresh")), (StatusCode::OK, "true"));
    let shown = shop.get("/settings/logo").await;
    assert_eq!((shown.status, shown.header("content-type")), (StatusCode::OK, "image/png"));
    assert_eq!(image::load_from_memory(&shown.bytes).unwrap().width(), 720);
    let refused = shop.put("/settings/logo", b"<svg onload=alert(1)>".to_vec()).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.body().contains("R-401"), "{}", refused.body());
    assert!(shop.get("/settings").await.body().contains("<img src=\"/settings/logo"));
    let request = shop.request(axum::http::Method::DELETE, "/settings/logo");
    let request = request.header("x-karcis-token", shop.office.token());
    assert_eq!(shop.send(request.body(axum::body::Body::empty()).unwrap()).await.status, StatusCode::OK);
    assert_eq!(shop.get("/settings/logo").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_logo_picked_in_the_window_needs_somebody_who_may_change_settings() {
    let mut shop = Shop::open().await;
    let window = WindowSession::default();
    let refused = keep_picked_logo(&shop.office, &window, &png(10)).unwrap_err();
    assert!(refused.contains("Peran Anda"), "{refused}");
    let cookie = shop.leave().unwrap();
    window.hold(cookie.split_once('=').map(|(_, token)| token.to_owned()));
    keep_picked_logo(&shop.office, &window, &png(10)).unwrap();
    assert!(shop.office.db().read(|tx| settings::picture(tx, "logo")).unwrap().is_some());
    let wrong = keep_picked_logo(&shop.office, &window, b"no picture").unwrap_err();
    assert!(wrong.starts_with("R-401"), "{wrong}");
}
