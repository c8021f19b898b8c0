//! The screens on books with 200,000 vouchers.

use crate::{Figures, large_books, memory, ms, percentile};
use axum::body::Body;
use axum::http::Request;
use karcis_core::audit::Actor;
use karcis_core::db::Db;
use karcis_core::engine::Engine;
use karcis_core::fault::Fault;
use karcis_core::secrets::{self, Cost, DataKey, Keys};
use karcis_core::settings::{self, Language, Shop};
use karcis_core::staff::{self, NewPassword, Place};
use karcis_core::values::{Timestamp, Zone};
use karcis_web::{About, Hooks, Office, Outfit, WindowSession, router};
use rand::rand_core::UnwrapErr;
use rand::rngs::SysRng;
use serde_json::json;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tower::ServiceExt;

/// The owner of the large books; sample data, not a secret.
const OWNER: &str = "Pemilik Contoh";
const PASSWORD: &str = "contoh-kata-sandi-panjang";
pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_795_150_800_000);

/// Gives the large books an owner, so that the screens open.
pub(crate) fn found(db: &Db) -> Result<(), Box<dyn std::error::Error>> {
    let mut rng = UnwrapErr(SysRng);
    let hash = staff::hash(&NewPassword::parse(PASSWORD, &[])?, Cost::DEFAULT, &mut rng);
    let key = DataKey::new(&mut rng);
    db.write(|tx| {
        settings::keep_shop(
            tx,
            &Shop { name: "Warnet Contoh".to_owned(), zone: Zone::Wib, language: Language::Id },
        )?;
        let name = OWNER.parse().map_err(Fault::new)?;
        staff::found_owner(tx, name, hash, &mut rng, NOW).map_err(Fault::new)?;
        secrets::adopt(tx, &Actor::karcis(), &key, &mut rng, NOW).map_err(Fault::new)?;
        settings::keep(tx, "secrets.home", "passphrase")?;
        settings::keep(tx, "wizard.router", "later")
    })?;
    Ok(())
}

/// Searching as people type: beginnings, ends, misses and numbers, through the router and its session.
pub(crate) fn search() -> Result<Figures, Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let db = Db::open(&large_books())?;
        let session = WindowSession::default();
        let (office, keys) = office(&db)?;
        keys.unlock(DataKey::new(&mut UnwrapErr(SysRng)));
        let screens = router(office.clone());
        sign_in(&screens, &office, &session).await?;
        let mut durations = Vec::new();
        for text in texts(&db)? {
            let request = Request::get(format!("/vouchers/find?text={text}"))
                .extension(session.clone())
                .header("hx-request", "true")
                .body(Body::empty())?;
            let start = Instant::now();
            let answer = screens.clone().oneshot(request).await?;
            let status = answer.status();
            axum::body::to_bytes(answer.into_body(), 4 << 20).await?;
            durations.push(start.elapsed());
            if !status.is_success() {
                return Err(format!("the search for {text} answered {status}").into());
            }
        }
        durations.sort_unstable();
        Ok(Figures::from_iter([
            ("p50_ms".to_owned(), ms(percentile(&durations, 50))),
            ("p99_ms".to_owned(), ms(percentile(&durations, 99))),
        ]))
    })
}

/// `serve` as people use it: how long until it answers, what the screens take once somebody has signed in, and what it
/// holds in memory then. The peak is the 64 MiB that hashing a password takes on purpose.
pub(crate) fn serve() -> Result<Figures, Box<dyn std::error::Error>> {
    let program = std::env::current_exe()?.with_file_name("karcis-cli");
    let start = Instant::now();
    let mut server = Command::new(program)
        .args(["serve", "--data"])
        .arg(large_books())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let walked = walk(&mut server, start);
    let status = format!("/proc/{}/status", server.id());
    let (resident, peak) = (memory(&status, "VmRSS:"), memory(&status, "VmHWM:"));
    server.kill()?;
    server.wait()?;
    let mut figures = walked?;
    figures.insert("resident_mib".to_owned(), json!(resident));
    figures.insert("peak_mib".to_owned(), json!(peak));
    Ok(figures)
}

/// Every main screen of the large books, five times over.
fn walk(server: &mut std::process::Child, start: Instant) -> Result<Figures, Box<dyn std::error::Error>> {
    const SCREENS: [&str; 7] =
        ["/", "/vouchers", "/vouchers/find?text=AC", "/batches", "/plans", "/routers", "/audit"];
    let mut first = String::new();
    BufReader::new(server.stdout.take().ok_or("no output")?).read_line(&mut first)?;
    let host = first.trim().trim_start_matches("http://").trim_end_matches('/').to_owned();
    let page = ask(&host, "GET", "/sign-in", "", "")?;
    let ready = start.elapsed();
    let token = between(&page, "karcis-token\" content=\"", "\"").ok_or("a page without its token")?;
    let headers = format!(
        "Origin: http://{host}\r\nHX-Request: true\r\nX-Karcis-Token: {token}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n"
    );
    let form = format!("name={}&password={PASSWORD}", OWNER.replace(' ', "+"));
    let entered = ask(&host, "POST", "/sign-in", &headers, &form)?;
    let cookie = between(&entered, "set-cookie: ", ";").ok_or("nobody was let in")?;
    let headers = format!("Cookie: {cookie}\r\n");
    let mut durations = Vec::new();
    for screen in SCREENS.repeat(5) {
        let start = Instant::now();
        let answer = ask(&host, "GET", screen, &headers, "")?;
        durations.push(start.elapsed());
        if !answer.starts_with("HTTP/1.1 200") {
            return Err(format!("{screen} answered {}", answer.lines().next().unwrap_or_default()).into());
        }
    }
    durations.sort_unstable();
    Ok(Figures::from_iter([
        ("ready_ms".to_owned(), ms(ready)),
        ("screen_p50_ms".to_owned(), ms(percentile(&durations, 50))),
        ("slowest_screen_ms".to_owned(), ms(percentile(&durations, 100))),
    ]))
}

/// One request on a connection of its own; the whole answer as text.
fn ask(host: &str, method: &str, path: &str, headers: &str, body: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(host)?;
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

pub(crate) fn between<'t>(text: &'t str, before: &str, after: &str) -> Option<&'t str> {
    text.split_once(before)?.1.split_once(after).map(|(found, _)| found)
}

pub(crate) fn office(db: &Db) -> Result<(Office, Keys), Fault> {
    let keys = Keys::locked();
    let clock: karcis_web::Clock = Arc::new(|| NOW + Duration::from_secs(60));
    let rng = Box::new(UnwrapErr(SysRng));
    let engine = Engine::new(db.clone(), keys.clone(), clock.clone(), rng, routeros::Limits::default())?;
    let office = Office::open(Outfit {
        db: db.clone(),
        keys: keys.clone(),
        engine: Arc::new(engine),
        clock,
        randomness: Arc::new(|| Box::new(UnwrapErr(SysRng))),
        place: Place::Window,
        hosts: Vec::new(),
        cost: Cost::DEFAULT,
        about: About { version: String::new(), commit: String::new(), source: String::new() },
        hooks: Hooks::default(),
    });
    Ok((office, keys))
}

pub(crate) async fn sign_in(
    screens: &axum::Router,
    office: &Office,
    session: &WindowSession,
) -> Result<(), Box<dyn std::error::Error>> {
    let form = format!("name={}&password={PASSWORD}", OWNER.replace(' ', "+"));
    let request = Request::post("/sign-in")
        .extension(session.clone())
        .header("content-type", "application/x-www-form-urlencoded")
        .header("hx-request", "true")
        .header("x-karcis-token", office.token())
        .body(Body::from(form))?;
    let answer = screens.clone().oneshot(request).await?;
    if !answer.status().is_success() {
        return Err(format!("signing in answered {}", answer.status()).into());
    }
    Ok(())
}

/// Five hundred searches: for codes there are and codes there are not, growing letter by letter as people type.
fn texts(db: &Db) -> Result<Vec<String>, Fault> {
    let page =
        db.read(|tx| karcis_core::vouchers::search(tx, &karcis_core::vouchers::Filter::default(), None))?;
    let mut texts = Vec::new();
    for voucher in page.vouchers {
        let code = voucher.code;
        texts.extend([1, 2, 3, 4, 6, 8].map(|length| code[..length].to_owned()));
        texts.extend([code[code.len() - 5..].to_owned(), code.clone()]);
        texts.extend([format!("{}QQQQ", &code[..4]), voucher.number.to_string()]);
    }
    Ok(texts)
}
