//! Serves the screens over a data folder, to look at them while they are drawn:
//! `cargo run -p karcis-web --example preview -- FOLDER [PORT]`.

use karcis_core::db::Db;
use karcis_core::engine::Engine;
use karcis_core::secrets::{Cost, Keys};
use karcis_core::staff::Place;
use karcis_core::values::Timestamp;
use karcis_web::{About, Hooks, KeySafe, Office, Outfit, router};
use rand::rand_core::UnwrapErr;
use rand::rngs::SysRng;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("which folder?")?);
    let port = arguments.next().map_or(Ok(0), |port| port.parse::<u16>())?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    let host = listener.local_addr()?.to_string();
    let key_safe = KeySafe { usable: Arc::new(|| true), keep: Arc::new(|_| Ok(())) };
    let (db, keys) = (Db::open(&folder)?, Keys::locked());
    let rng = Box::new(UnwrapErr(SysRng));
    let engine = Engine::new(db.clone(), keys.clone(), Arc::new(now), rng, routeros::Limits::default())?;
    let office = Office::open(Outfit {
        db,
        keys,
        engine: Arc::new(engine),
        clock: Arc::new(now),
        randomness: Arc::new(|| Box::new(UnwrapErr(SysRng))),
        place: Place::Browser,
        hosts: vec![host.clone()],
        cost: Cost::FLOOR,
        about: About {
            version: env!("CARGO_PKG_VERSION").into(),
            commit: String::new(),
            source: String::new(),
        },
        hooks: Hooks { key_safe: Some(key_safe), practice: None, dialogs: false },
    });
    #[expect(clippy::print_stdout, reason = "whoever looks must know where")]
    {
        println!("http://{host}/");
    }
    axum::serve(listener, router(office)).await?;
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "an edge: this program has no other clock")]
fn now() -> Timestamp {
    Timestamp::from(chrono::Utc::now())
}
