//! The main job without a window.

use crate::console::{Run, karcis_cli, run};
use karcis_app::demo::{DemoRequest, News, RouterAddress};
use karcis_core::settings::Language;
use routeros_sim::{Break, Fault, Limit, Sim, SimHandle, Speed, TlsMode};
use std::collections::HashSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};
use tokio::sync::watch;
use zeroize::Zeroizing;

const PASSWORD: &str = "kata-sandi-router";

async fn router(speed: Speed) -> (SimHandle, String) {
    let sim = Sim::builder().credentials("karcis", PASSWORD).speed(speed).build();
    let address = sim.listen("127.0.0.1:0").await.unwrap();
    (sim, address.to_string())
}

fn arguments<'a>(address: &'a str, count: &'a str, out: &'a Path) -> Vec<&'a str> {
    let out = out.to_str().unwrap();
    vec![
        "demo",
        "--count",
        count,
        "--router",
        address,
        "--user",
        "karcis",
        "--password",
        PASSWORD,
        "--out",
        out,
        "--json",
    ]
}

/// The names of the users that carry our mark.
fn ours(sim: &SimHandle) -> Vec<String> {
    let mut users = sim.users();
    users.retain(|user| user.get("comment").is_some_and(|comment| comment.starts_with("KRC1|")));
    users.into_iter().filter_map(|mut user| user.remove("name")).collect()
}

fn assert_exactly(sim: &SimHandle, count: usize) {
    let names = ours(sim);
    let different: HashSet<&String> = names.iter().collect();
    assert_eq!((names.len(), different.len()), (count, count), "exactly so many, none twice");
}

fn assert_finished(run: &Run, count: u32, out: &Path) {
    assert_eq!(run.code, Some(0), "{run:?}");
    let report = run.json();
    assert_eq!(
        (report["requested"].as_u64(), report["on_router"].as_u64()),
        (Some(count.into()), Some(count.into()))
    );
    for field in ["durable_ms", "push_ms", "verify_ms", "rejected", "pdf_ms"] {
        assert!(report[field].is_u64(), "{field}: {report}");
    }
    let pdf = fs::read(out.join("vouchers.pdf")).unwrap();
    assert!(pdf.starts_with(b"%PDF-"));
    assert_eq!(report["pdf_bytes"].as_u64(), Some(pdf.len() as u64));
    assert!(Path::new(report["database"].as_str().unwrap()).is_file());
}

#[tokio::test]
async fn a_batch_goes_from_plan_to_paper_in_process() {
    let folder = tempfile::tempdir().unwrap();
    let (sim, address) = router(Speed::Instant).await;
    let (host, port) = address.split_once(':').unwrap();
    let request = DemoRequest {
        folder: folder.path().join("books"),
        count: 50,
        router: Some(RouterAddress {
            host: host.to_owned(),
            port: port.parse().unwrap(),
            tls: false,
            user: "karcis".to_owned(),
            password: Zeroizing::new(PASSWORD.to_owned()),
        }),
        language: Language::Id,
    };
    let (_keep, stop) = watch::channel(false);
    let mut news = Vec::new();
    let report = karcis_app::demo::run(request, stop, &mut |told| news.push(told)).await.unwrap();
    assert_eq!((report.requested, report.on_router, report.rejected), (50, 50, 0));
    assert!(matches!(news[0], News::Durable { count: 50, .. }), "{news:?}");
    assert_eq!(news.last(), Some(&News::Pushing { done: 50, size: 50 }));
    assert_exactly(&sim, 50);
}

#[tokio::test]
async fn without_a_router_the_practice_router_takes_the_batch_and_a_second_run_finds_it_finished() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    let first = run(&["demo", "--count", "60", "--out", out, "--json"]).await;
    assert_finished(&first, 60, folder.path());
    let paper = fs::read(folder.path().join("vouchers.pdf")).unwrap();
    let second = run(&["demo", "--count", "99", "--out", out]).await;
    assert_eq!(second.code, Some(0), "{second:?}");
    assert!(second.err.contains("Batch #1 was finished before"), "{second:?}");
    assert!(second.err.contains("has 60 vouchers; --count is ignored"), "{second:?}");
    assert_eq!(
        fs::read(folder.path().join("vouchers.pdf")).unwrap(),
        paper,
        "the same print is the same sheet"
    );
}

#[tokio::test]
async fn a_router_that_dies_at_300_of_500_is_told_and_the_next_run_ends_with_exactly_500() {
    for how in [Break::Fin, Break::Rst] {
        let folder = tempfile::tempdir().unwrap();
        let (sim, address) = router(Speed::Instant).await;
        sim.add_user("tamu", &[("password", "x"), ("comment", "bukan punya Karcis")]).unwrap();
        let death = Fault::DropAfter { limit: Limit::SentencesSent(300), how };
        sim.arm(death.on("/ip/hotspot/user/add"));
        let first = run(&arguments(&address, "500", folder.path())).await;
        assert_eq!(first.code, Some(1), "{first:?}");
        assert!(first.err.contains("closed the connection half-way"), "{first:?}");
        assert!(first.err.contains("What was saved is safe. Run again with --out"), "{first:?}");
        assert!((300..500).contains(&ours(&sim).len()), "it died in the middle");
        let second = run(&arguments(&address, "500", folder.path())).await;
        assert_finished(&second, 500, folder.path());
        assert_exactly(&sim, 500);
        assert_eq!(sim.user("tamu").unwrap()["comment"], "bukan punya Karcis");
    }
}

#[tokio::test]
async fn a_wrong_password_is_one_sentence_and_one_try() {
    let folder = tempfile::tempdir().unwrap();
    let (sim, address) = router(Speed::Instant).await;
    sim.set_password("karcis", "diganti").unwrap();
    let refused = run(&arguments(&address, "20", folder.path())).await;
    assert_eq!((refused.code, refused.out.as_str()), (Some(1), ""), "{refused:?}");
    assert!(refused.err.contains("refused the user name or password"), "{refused:?}");
    assert_eq!(sim.command_count_of("/login"), 1, "RouterOS may blacklist who keeps trying");
    assert!(ours(&sim).is_empty());
    sim.set_password("karcis", PASSWORD).unwrap();
    assert_finished(&run(&arguments(&address, "20", folder.path())).await, 20, folder.path());
    assert_exactly(&sim, 20);
}

#[tokio::test]
async fn a_router_nobody_is_at_is_told() {
    let folder = tempfile::tempdir().unwrap();
    // Taken, so that nobody else gets it, and without anybody who listens.
    let taken = tokio::net::TcpSocket::new_v4().unwrap();
    taken.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let port = taken.local_addr().unwrap().to_string();
    let away = run(&arguments(&port, "20", folder.path())).await;
    assert_eq!(away.code, Some(1), "{away:?}");
    assert!(away.err.contains("cannot be reached"), "{away:?}");
}

#[tokio::test]
async fn a_foreign_user_with_our_code_is_left_alone_and_counted() {
    let folder = tempfile::tempdir().unwrap();
    let (sim, address) = router(Speed::Instant).await;
    sim.arm(Fault::DropBeforeApply.on("/ip/hotspot/user/add"));
    let broken = run(&arguments(&address, "30", folder.path())).await;
    assert_eq!(broken.code, Some(1), "{broken:?}");
    let books = rusqlite::Connection::open(folder.path().join("karcis.db")).unwrap();
    let code: String =
        books.query_row("SELECT code FROM vouchers WHERE serial = 7", [], |row| row.get(0)).unwrap();
    drop(books);
    sim.add_user(&code, &[("password", "punya-orang")]).unwrap();
    let second = run(&arguments(&address, "30", folder.path())).await;
    assert_finished(&second, 30, folder.path());
    assert_eq!(second.json()["rejected"], 1);
    assert_eq!(sim.user(&code).unwrap()["password"], "punya-orang");
}

#[tokio::test]
async fn a_router_with_tls_is_pinned_and_a_changed_certificate_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let sim = Sim::builder().credentials("karcis", PASSWORD).build();
    let address = sim.listen_tls("127.0.0.1:0", TlsMode::SelfSigned).await.unwrap().to_string();
    let mut wishes = arguments(&address, "20", folder.path());
    wishes.push("--tls");
    assert_finished(&run(&wishes).await, 20, folder.path());
    sim.replace_certificate().unwrap();
    let changed = run(&wishes).await;
    assert_eq!(changed.code, Some(1), "{changed:?}");
    assert!(changed.err.contains("certificate") && changed.err.contains("has changed"), "{changed:?}");
}

/// Starts a run and waits until it tells that a part of its vouchers is on the router.
fn half_way(arguments: &[&str]) -> Child {
    let mut child = karcis_cli(arguments).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut told = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("on the router") {
        line.clear();
        assert!(told.read_line(&mut line).unwrap() > 0, "the run ended before it was half-way");
    }
    // What it says from now on is read as well, so that it never waits for us.
    std::thread::spawn(move || std::io::copy(&mut told, &mut std::io::sink()));
    child
}

#[tokio::test]
#[cfg(unix)]
async fn ctrl_c_stops_cleanly_and_the_next_run_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let (sim, address) = router(Speed::Chr).await;
    let out = folder.path().to_owned();
    let at = address.clone();
    let stopped = tokio::task::spawn_blocking(move || {
        let mut child = half_way(&arguments(&at, "2000", &out));
        crate::console::signal(&child, "INT");
        child.wait().unwrap()
    });
    assert_eq!(stopped.await.unwrap().code(), Some(130));
    assert!(ours(&sim).len() < 2_000);
    sim.set_speed(Speed::Instant);
    assert_finished(&run(&arguments(&address, "2000", folder.path())).await, 2_000, folder.path());
    assert_exactly(&sim, 2_000);
}

#[tokio::test]
async fn a_killed_run_on_the_practice_router_is_resumed_although_its_memory_was_lost() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap().to_owned();
    let killed = tokio::task::spawn_blocking({
        let out = out.clone();
        move || {
            // A run may reach its end before it is killed, on a machine that keeps us waiting; it is not so every time.
            (0..10).any(|_| {
                let _ = fs::remove_dir_all(&out);
                let mut child = half_way(&["demo", "--count", "800", "--out", &out]);
                child.kill().unwrap();
                child.wait().unwrap().code() != Some(0)
            })
        }
    });
    assert!(killed.await.unwrap(), "it was killed half-way");
    let second = run(&["demo", "--count", "800", "--out", &out, "--json"]).await;
    assert_finished(&second, 800, folder.path());
    fs::remove_file(folder.path().join("practice-router.json")).unwrap();
    let third = run(&["demo", "--out", &out, "--json"]).await;
    assert_finished(&third, 800, folder.path());
}

#[tokio::test]
async fn what_cannot_be_begun_is_refused_with_a_sentence_and_its_own_code() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a-file");
    fs::write(&file, "").unwrap();
    let inside = file.join("books");
    let unwritable = run(&["demo", "--out", inside.to_str().unwrap()]).await;
    assert_eq!(unwritable.code, Some(2), "{unwritable:?}");
    assert!(unwritable.err.contains("cannot be written"), "{unwritable:?}");

    let taken = folder.path().join("taken");
    let held = karcis_core::db::Db::open(&taken).unwrap();
    let second = run(&["demo", "--out", taken.to_str().unwrap()]).await;
    assert_eq!(second.code, Some(2), "{second:?}");
    assert!(second.err.contains("Another Karcis is using the data folder"), "{second:?}");
    drop(held);

    let books = rusqlite::Connection::open(taken.join("karcis.db")).unwrap();
    let newer = "UPDATE refinery_schema_history SET version = 99 WHERE version = 2";
    books.execute(newer, []).unwrap();
    drop(books);
    for deed in [["demo", "--out"], ["serve", "--data"]] {
        let newer = run(&[deed[0], deed[1], taken.to_str().unwrap()]).await;
        assert_eq!(newer.code, Some(2), "{newer:?}");
        assert!(newer.err.contains("newer Karcis (schema 99;"), "{newer:?}");
    }
    let no_password = run(&["demo", "--router", "127.0.0.1", "--user", "x"]).await;
    assert_eq!(no_password.code, Some(2), "{no_password:?}");
    assert!(no_password.err.contains("KARCIS_ROUTER_PASSWORD"), "{no_password:?}");
}
