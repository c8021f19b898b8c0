#[path = "../../build/guide.rs"]
mod guide;

use super::Shop;
use super::catalogue::phrases;
use crate::routes::route_table;
use axum::http::{Method, StatusCode};
use guide::Edition;
use karcis_core::settings::Language;
use karcis_core::staff::Role;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use toml::Table;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../ui");

fn between<'a>(text: &'a str, open: &str) -> Vec<&'a str> {
    text.split(open).skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
}

/// The addresses of the pages, as the contents list them.
async fn pages(shop: &mut Shop) -> Vec<String> {
    let body = shop.get("/help").await.body();
    let list = body.split("k-help-tiles").nth(1).unwrap();
    between(list, "href=\"")
        .into_iter()
        .filter(|link| link.starts_with("/help/"))
        .map(str::to_owned)
        .collect()
}

async fn article(shop: &mut Shop, address: &str) -> String {
    let reply = shop.get(address).await;
    assert_eq!(reply.status, StatusCode::OK, "{address}");
    reply.body().split("<article").nth(1).unwrap().split("</article>").next().unwrap().to_owned()
}

/// Whether a screen can be opened at this path.
fn is_screen(path: &str) -> bool {
    let matches = |pattern: &str| {
        let (pattern, path): (Vec<_>, Vec<_>) = (pattern.split('/').collect(), path.split('/').collect());
        pattern.len() == path.len() && pattern.iter().zip(&path).all(|(a, b)| a == b || a.starts_with('{'))
    };
    route_table().iter().any(|rule| rule.method == Method::GET && matches(rule.path))
}

fn templates(folder: PathBuf) -> Vec<(String, String)> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let file = |path: PathBuf| (path.display().to_string(), std::fs::read_to_string(&path).unwrap());
    entries.flat_map(|path| if path.is_dir() { templates(path) } else { vec![file(path)] }).collect()
}

#[tokio::test]
async fn everybody_may_read_every_page_signed_in_or_not_in_both_languages() {
    for language in [Language::Id, Language::En] {
        let mut shop = Shop::open_in(language).await;
        let all = pages(&mut shop).await;
        assert!(all.len() >= 12, "{all:?}");
        for role in Role::ALL {
            if role != Role::SuperAdmin {
                shop.hire(role.as_str(), role, false);
                shop.sign_in(role.as_str()).await;
            }
            for address in &all {
                let reply = shop.get(address).await;
                assert_eq!(reply.status, StatusCode::OK, "{address} as {}", role.as_str());
                assert!(reply.body().contains("class=\"k-rail\""), "the menu stands around {address}");
            }
        }
        shop.leave();
        for address in &all {
            let body = shop.get(address).await.body();
            assert!(!body.contains("k-rail") && body.contains("k-guide"), "{address} without a menu");
        }
    }
}

#[tokio::test]
async fn every_link_of_the_guide_leads_somewhere() {
    for language in [Language::Id, Language::En] {
        let mut shop = Shop::open_in(language).await;
        let all = pages(&mut shop).await;
        for address in &all {
            for link in between(&article(&mut shop, address).await, "href=\"") {
                let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
                assert!(is_screen(path), "{address}: {link}");
                if path.starts_with("/help/") {
                    assert!(all.iter().any(|page| page == path), "{address}: {link}");
                    let there = article(&mut shop, path).await;
                    assert!(anchor.is_empty() || there.contains(&format!("id=\"{anchor}\"")), "{link}");
                }
            }
        }
    }
}

#[tokio::test]
async fn every_link_from_a_screen_into_the_guide_finds_its_page_and_heading() {
    let mut shop = Shop::open().await;
    let mut seen = BTreeSet::new();
    for (name, text) in templates(Path::new(ROOT).join("templates")) {
        for link in between(&text, "href=\"/help/").into_iter().filter(|link| !link.contains("{{")) {
            let (page, anchor) = link.split_once('#').unwrap_or((link, ""));
            let there = article(&mut shop, &format!("/help/{page}")).await;
            assert!(anchor.is_empty() || there.contains(&format!("id=\"{anchor}\"")), "{name}: {link}");
            seen.insert(link.to_owned());
        }
    }
    assert!(seen.len() >= 8, "{seen:?}");
}

#[tokio::test]
async fn the_whole_guide_on_one_page_points_at_itself() {
    let mut shop = Shop::open().await;
    let body = shop.get("/help/all").await.body();
    let ids: BTreeSet<&str> = between(&body, " id=\"").into_iter().collect();
    let chapters = body.split("k-chapter").nth(1).unwrap();
    assert!(!chapters.contains("href=\"/help/") && !body.contains("~asked~"), "{chapters}");
    for link in between(&body, "href=\"#").into_iter().filter(|link| !link.is_empty()) {
        assert!(ids.contains(link), "{link}");
    }
    assert_eq!(ids.len(), between(&body, " id=\"").len(), "no name twice");
}

#[tokio::test]
async fn what_is_typed_finds_places_and_is_never_markup() {
    let mut shop = Shop::open().await;
    let found = shop.part("/help/find?text=kertas%20habis").await.body();
    assert!(found.contains("href=\"/help/printer#paper\""), "{found}");
    let nothing = shop.part("/help/find?text=%3Cscript%3Exyz").await.body();
    assert!(nothing.contains("&#60;script&#62;") && !nothing.contains("<script"), "{nothing}");
    assert_eq!(shop.part("/help/find?text=").await.body().trim(), "");
    assert_eq!(shop.get("/help/nowhere").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_stranger_who_asked_for_english_stays_in_english() {
    let mut shop = Shop::open().await;
    shop.leave();
    let body = shop.get("/help/install?lang=en").await.body();
    assert!(body.contains("Installing on Windows") && body.contains("/help/practice?lang=en"), "{body}");
    assert!(body.contains("href=\"/help/backup?lang=en#moving\""), "{body}");
}

fn printed(id: &str, en: &str) -> Result<String, Vec<String>> {
    let words: Table = toml::from_str("[a]\npay = \"Bayar *ini* {count#x|y}\"\n").unwrap();
    let contents = ["one", "two"].map(|name| format!("[[page]]\nname = \"{name}\"\nicon = \"key\"\n"));
    let contents = guide::contents(&contents.concat()).unwrap();
    let book = |text: &str| {
        let other = "# Two\n\nLead.\n\n## There {#there}\n".to_owned();
        BTreeMap::from([("one".to_owned(), text.to_owned()), ("two".to_owned(), other)])
    };
    let (id, en) = (book(id), book(en));
    let edition = |name, pages| Edition { name, words: &words, pages };
    guide::generate(&contents, &edition("id", &id), &edition("en", &en))
}

#[test]
fn a_page_that_breaks_a_rule_is_named_by_the_build() {
    let good = "# One\n\nLead.\n\nPress [[a.pay]] and `F8` in `karcis.db`, see [it](two.md#there).\n";
    let code = printed(good, good).unwrap();
    assert!(code.contains("<strong>Bayar *ini* y</strong>"), "{code}");
    assert!(code.contains("<kbd>F8</kbd>") && code.contains("<code>karcis.db</code>"), "{code}");
    assert!(code.contains("/help/two~asked~#there"), "{code}");
    let with = |more: &str| format!("{good}\n{more}\n");
    for (more, why) in [
        ("[[a.gone]]", "there is no word a.gone"),
        ("[x](two.md#gone)", "points at two#gone, which is nowhere"),
        ("[x](three.md)", "points at three#, which is nowhere"),
        ("[x](https://example.org)", "leads out of the program"),
        ("<b>x</b>", "no HTML in the guide"),
        ("## Nameless", "headings are ##"),
        ("![x](x.png)", "no pictures"),
    ] {
        let wrong = printed(&with(more), &with(more)).unwrap_err();
        assert!(wrong.iter().any(|line| line.contains(why)), "{more}: {wrong:?}");
    }
    let wrong = printed(&with("## More {#more}"), good).unwrap_err();
    assert!(wrong[0].starts_with("one.md: the headings are"), "{wrong:?}");
    assert!(printed("No title.", good).is_err());
}
