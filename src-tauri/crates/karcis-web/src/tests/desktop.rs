use super::Shop;
use crate::entry::lock_window;
use crate::office::{Autostart, DesktopHook};
use crate::visit::WindowSession;
use axum::http::StatusCode;
use karcis_core::audit;
use karcis_core::desktop;
use karcis_core::fault::Fault;
use karcis_core::settings::Language;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The system's list: whether we are on it, and whether it can be changed at all.
#[derive(Clone, Default)]
struct List {
    on: Arc<AtomicBool>,
    locked: Arc<AtomicBool>,
}

async fn shop_at_its_pc(has_tray: bool) -> (Shop, List) {
    let list = List::default();
    let (asked, changed) = (list.clone(), list.clone());
    let autostart = Autostart {
        is_on: Arc::new(move || Ok(asked.on.load(Ordering::SeqCst))),
        set: Arc::new(move |on| {
            if changed.locked.load(Ordering::SeqCst) {
                return Err(Fault::new("the registry refuses"));
            }
            changed.on.store(on, Ordering::SeqCst);
            Ok(())
        }),
    };
    let hook =
        DesktopHook { has_tray: Arc::new(move || has_tray), prints: false, autostart: Some(autostart) };
    let shop = Shop::open_around(Language::En, |outfit| outfit.hooks.desktop = Some(hook)).await;
    (shop, list)
}

fn trail(shop: &Shop, subject: &str) -> usize {
    shop.office.db().read(|tx| audit::history(tx, ("settings", subject), 10)).unwrap().len()
}

#[tokio::test]
async fn what_starts_with_the_computer_is_the_systems_own_list_and_stands_in_the_trail() {
    let (mut shop, list) = shop_at_its_pc(true).await;
    assert!(
        !shop
            .get("/settings/desktop")
            .await
            .body()
            .contains("id=\"autostart\" name=\"autostart\" value=\"on\" checked")
    );
    for _ in 0..2 {
        let kept = shop.post("/settings/autostart", &[("autostart", "on")]).await;
        assert!(kept.body().contains(" checked"), "{}", kept.body());
    }
    assert!(list.on.load(Ordering::SeqCst));
    assert_eq!(trail(&shop, "autostart"), 1);
    shop.post("/settings/autostart", &[]).await;
    assert!(!list.on.load(Ordering::SeqCst));
    list.locked.store(true, Ordering::SeqCst);
    let refused = shop.post("/settings/autostart", &[("autostart", "on")]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.body().contains("R-920"), "{}", refused.body());
    assert_eq!(trail(&shop, "autostart"), 2, "what the system refused was not done");
}

#[tokio::test]
async fn closing_and_each_notice_can_be_turned_off() {
    let (mut shop, _) = shop_at_its_pc(true).await;
    let kept = shop.post("/settings/desktop", &[("stays", "on"), ("attention", "on")]).await;
    assert!(kept.header("hx-trigger").contains("Saved"), "{}", kept.header("hx-trigger"));
    let wanted = shop.office.db().read(desktop::desktop).unwrap();
    assert!(wanted.stays_when_closed);
    assert_eq!(wanted.notices, [desktop::NoticeKind::Attention]);
    shop.post("/settings/desktop", &[]).await;
    let wanted = shop.office.db().read(desktop::desktop).unwrap();
    assert!(!wanted.stays_when_closed && wanted.notices.is_empty());
    assert_eq!(trail(&shop, "desktop"), 2);
}

#[tokio::test]
async fn without_a_tray_the_page_says_that_closing_ends_karcis_and_forgets_nothing() {
    let (mut shop, _) = shop_at_its_pc(false).await;
    let page = shop.get("/settings/desktop").await.body();
    assert!(page.contains("closing the window ends Karcis"), "{page}");
    assert!(page.contains("<input type=\"hidden\" name=\"stays\" value=\"on\">"), "{page}");
}

#[tokio::test]
async fn in_a_browser_the_page_says_where_to_set_it_and_nothing_can_be_set() {
    let mut shop = Shop::open_in(Language::En).await;
    let page = shop.get("/settings/desktop").await.body();
    assert!(page.contains("In the window of Karcis only") && !page.contains("desktop-form"), "{page}");
    assert_eq!(shop.post("/settings/autostart", &[("autostart", "on")]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_tray_locks_the_screen_of_whoever_is_signed_in() {
    let mut shop = Shop::open().await;
    let window = WindowSession::default();
    assert!(!lock_window(&shop.office, &window).unwrap(), "nobody is there");
    window.hold(Some(shop.session_token()));
    assert!(lock_window(&shop.office, &window).unwrap());
    assert_eq!(shop.get("/settings").await.status, StatusCode::LOCKED);
}
