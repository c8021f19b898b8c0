//! Routers as slow as real ones, crowded ones, and ones that go away.

use crate::screens::{found, office, sign_in};
use crate::{Figures, ms, percentile};
use axum::body::Body;
use axum::http::Request;
use karcis_core::engine::{Clock, Engine};
use karcis_core::outbox::{Circuit, Lane};
use karcis_core::secrets::DataKey;
use karcis_core::values::Timestamp;
use karcis_tests::{Plug, TestShop};
use karcis_web::{WindowSession, router};
use rand::rand_core::UnwrapErr;
use rand::rngs::SysRng;
use routeros_sim::{ArmedFault, Board, Fault, Guest, LoginWay, Reboot, Sim, Speed};
use serde_json::json;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};
use tokio::sync::watch;
use tower::ServiceExt;

type Measured = Result<Figures, Box<dyn std::error::Error>>;

/// A lane that has not come so far after this long never will.
const PATIENCE: Duration = Duration::from_secs(120);
const LOOK: Duration = Duration::from_millis(10);

fn measured(work: impl Future<Output = Measured>) -> Measured {
    tokio::runtime::Runtime::new()?.block_on(work)
}

/// Pushes a batch to a router of this speed and reads it back; the router takes the time it takes.
pub(crate) fn push(count: u32, speed: Speed) -> Measured {
    measured(async {
        let mut shop = TestShop::with(Sim::builder().speed(speed), Plug::Plain).await;
        let batch = shop.issue(count);
        let start = Instant::now();
        let tally = shop.work_until_settled(&batch, Duration::from_secs(3_600)).await;
        let took = start.elapsed();
        if tally.on_router != count {
            return Err(format!("only {} of {count} on the router", tally.on_router).into());
        }
        Ok(Figures::from_iter([
            ("ms".to_owned(), ms(took)),
            ("users_per_s".to_owned(), json!((f64::from(count) / took.as_secs_f64()).round())),
        ]))
    })
}

/// Asks who is online when ten thousand are: on a new connection, and on one that is open.
pub(crate) fn crowd(count: u32) -> Measured {
    measured(async {
        let shop = TestShop::with(Sim::builder().board(Board::Chr), Plug::Plain).await;
        for number in 0..count {
            let name = format!("tamu-{number}");
            shop.sim.add_user(&name, &[("password", "x")])?;
            let (mac, address) = (mac(number), address(number));
            let by = LoginWay::HttpPap;
            shop.sim.hotspot_login(&Guest {
                user: &name,
                password: "x",
                mac: &mac,
                address: &address,
                by,
            })?;
        }
        let mut times = Vec::new();
        for _ in 0..2 {
            let start = Instant::now();
            let online = shop.engine.online(shop.router).await?.ok_or("the router was not asked")?;
            times.push(start.elapsed());
            if online.count != count as usize {
                return Err(format!("{} of {count} are online", online.count).into());
            }
        }
        Ok(Figures::from_iter([("connecting_ms".to_owned(), ms(times[0])), ("ms".to_owned(), ms(times[1]))]))
    })
}

fn mac(number: u32) -> String {
    let [_, high, middle, low] = number.to_be_bytes();
    format!("06:00:00:{high:02X}:{middle:02X}:{low:02X}")
}

fn address(number: u32) -> String {
    format!("10.77.{}.{}", number / 250, number % 250 + 2)
}

/// A router switched off for twenty seconds: how soon that is noticed, and how soon after its return work is done again.
pub(crate) fn gone_and_back() -> Measured {
    measured(async {
        let mut shop = TestShop::open().await;
        let clock: Clock = Arc::new(wall_clock);
        let rng = Box::new(UnwrapErr(SysRng));
        let limits = routeros::Limits::default();
        let engine = Arc::new(Engine::new(shop.db.clone(), shop.keys.clone(), clock, rng, limits)?);
        let (stop, stopped) = watch::channel(false);
        let working = tokio::spawn(Arc::clone(&engine).run(stopped));
        let first = shop.issue(1);
        until("the first voucher arrives", || shop.tally(&first).on_router == 1).await?;

        shop.sim.restart(Reboot::graceful().until_power_on());
        let gone = Instant::now();
        let second = shop.issue(1);
        until("the router is known to be away", || shop.lane().circuit != Circuit::Closed).await?;
        let noticed = gone.elapsed();
        tokio::time::sleep(Duration::from_secs(20).saturating_sub(noticed)).await;
        shop.sim.power_on()?;
        let back = Instant::now();
        until("what waited is done", || shop.tally(&second).on_router == 1).await?;
        let resumed = back.elapsed();
        stop.send_replace(true);
        working.await?;
        Ok(Figures::from_iter([
            ("noticed_ms".to_owned(), ms(noticed)),
            ("resumed_ms".to_owned(), ms(resumed)),
        ]))
    })
}

#[expect(clippy::disallowed_methods, reason = "an edge: what is measured here lasts as long as it lasts")]
fn wall_clock() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

async fn until(what: &str, is_so: impl Fn() -> bool) -> Result<(), String> {
    let start = Instant::now();
    while !is_so() {
        if start.elapsed() > PATIENCE {
            return Err(format!("in vain: {what}"));
        }
        tokio::time::sleep(LOOK).await;
    }
    Ok(())
}

/// Every main screen twenty times while the router takes connections and says nothing; and the list of who is online,
/// which asks that very router and gives up in time.
pub(crate) fn screens_beside_a_hanging_one() -> Measured {
    measured(async {
        let mut shop = TestShop::open().await;
        found(&shop.db)?;
        shop.issue(50);
        shop.sim.arm(ArmedFault::from(Fault::AcceptThenSilent).always());
        let (office, keys) = office(&shop.db)?;
        let text = shop.keys.with(DataKey::to_text).ok_or("the data key is not here")?;
        keys.unlock(DataKey::parse(text.as_str())?);
        let (screens, session) = (router(office.clone()), WindowSession::default());
        sign_in(&screens, &office, &session).await?;
        let lane = Lane::Router(shop.router);
        let hanging = office.clone();
        let work = tokio::spawn(async move {
            loop {
                // What comes of it is not the question here; it hangs.
                let _ = hanging.engine().step(&lane).await;
                tokio::time::sleep(LOOK).await;
            }
        });
        let of_router = format!("/routers/{}", shop.router);
        let pages =
            ["/dashboard", "/vouchers", "/batches", "/plans", "/routers", &of_router, "/counter", "/queue"];
        let mut times = Vec::new();
        for page in pages.repeat(20) {
            times.push(timed(&screens, &session, page).await?);
        }
        let online = timed(&screens, &session, &format!("{of_router}/online")).await?;
        work.abort();
        times.sort_unstable();
        Ok(Figures::from_iter([
            ("p50_ms".to_owned(), ms(percentile(&times, 50))),
            ("slowest_ms".to_owned(), ms(percentile(&times, 100))),
            ("online_gives_up_ms".to_owned(), ms(online)),
        ]))
    })
}

async fn timed(
    screens: &axum::Router,
    session: &WindowSession,
    page: &str,
) -> Result<Duration, Box<dyn std::error::Error>> {
    let request = Request::get(page).extension(session.clone()).body(Body::empty())?;
    let start = Instant::now();
    let answer = screens.clone().oneshot(request).await?;
    let status = answer.status();
    axum::body::to_bytes(answer.into_body(), 4 << 20).await?;
    let took = start.elapsed();
    if status.is_success() { Ok(took) } else { Err(format!("{page} answered {status}").into()) }
}
