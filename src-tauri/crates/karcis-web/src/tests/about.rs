use super::Shop;
use axum::http::StatusCode;
use karcis_core::fault::{self, Fault};
use karcis_core::staff::Role;

const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

fn built_somewhere() -> Shop {
    Shop::outfitted(|outfit| {
        outfit.about.version = "1.2.3".to_owned();
        outfit.about.commit = COMMIT.to_owned();
        outfit.about.source = "https://example.org/karcis/1.2.3.tar.gz".to_owned();
    })
}

#[tokio::test]
async fn everybody_is_told_the_version_the_exact_source_and_the_licences_of_others() {
    let mut shop = built_somewhere();
    let body = shop.get("/about").await.body();
    for words in
        ["1.2.3", COMMIT, "https://example.org/karcis/1.2.3.tar.gz", "/about/licence", "/about/notices"]
    {
        assert!(body.contains(words), "{words}: {body}");
    }
    assert!(!body.contains("id=\"diagnosis\""), "a stranger is not told where the books are");
    let licence = shop.get("/about/licence").await;
    assert!(licence.status == StatusCode::OK && licence.body().contains("GNU AFFERO GENERAL PUBLIC LICENSE"));
    let notices = shop.get("/about/notices").await.body();
    assert!(notices.contains("htmx.org") && notices.contains("pulldown-cmark"), "the notices of every part");
    let bare = Shop::open().await.get("/about").await.body();
    assert!(bare.contains("disertakan bersama program ini") && !bare.contains("commit "), "{bare}");
}

#[tokio::test]
async fn the_owner_copies_versions_and_incidents_and_nothing_about_the_shop() {
    let mut shop = Shop::open().await;
    let now = shop.office.now();
    let fault = Fault::new("the disk went away");
    shop.office.db().write(|tx| fault::record(tx, "test", &fault, now)).unwrap();
    let body = shop.get("/about").await.body();
    let folder = shop.office.db().path().parent().unwrap().display().to_string();
    assert!(body.contains(&folder), "{body}");
    let text = body.split("id=\"diagnosis\">").nth(1).unwrap().split("</pre>").next().unwrap();
    for words in ["Karcis 0.0.0", "SQLite 3.", "1001 x1: the disk went away", std::env::consts::OS] {
        assert!(text.contains(words), "{words}: {text}");
    }
    for private in ["Warnet Contoh", "Budi", folder.as_str()] {
        assert!(!text.contains(private), "{private}: {text}");
    }
    for role in [Role::Admin, Role::Operator, Role::Viewer] {
        shop.hire(role.as_str(), role, false);
        shop.sign_in(role.as_str()).await;
        assert!(!shop.get("/about").await.body().contains(&folder), "{}", role.as_str());
    }
}
