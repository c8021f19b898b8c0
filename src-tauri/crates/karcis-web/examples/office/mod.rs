//! Serves an office to a browser on this machine.

use karcis_core::db::Db;
use karcis_core::engine::Engine;
use karcis_core::secrets::{Cost, Keys};
use karcis_core::staff::Place;
use karcis_core::values::Timestamp;
use karcis_web::{About, Hooks, Office, Outfit, router};
use rand::rand_core::UnwrapErr;
use rand::rngs::SysRng;
use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::TcpListener;

/// The books in the folder that the program was given, their engine, and the port it was given.
pub(crate) struct Opened {
    pub(crate) db: Db,
    pub(crate) keys: Keys,
    pub(crate) engine: Arc<Engine>,
    listener: TcpListener,
}

impl Opened {
    /// Reads `FOLDER [PORT]` from the command line; without a port any free one is taken.
    pub(crate) async fn from_arguments() -> Result<Opened, Box<dyn Error>> {
        let mut arguments = std::env::args().skip(1);
        let folder = PathBuf::from(arguments.next().ok_or("which folder?")?);
        let port = arguments.next().map_or(Ok(0), |port| port.parse::<u16>())?;
        let listener = TcpListener::bind(("127.0.0.1", port)).await?;
        let (db, keys) = (Db::open(&folder)?, Keys::locked());
        let rng = Box::new(UnwrapErr(SysRng));
        let limits = routeros::Limits::default();
        let engine = Arc::new(Engine::new(db.clone(), keys.clone(), Arc::new(now), rng, limits)?);
        Ok(Opened { db, keys, engine, listener })
    }

    /// Prints the address and answers until the program is ended.
    pub(crate) async fn serve(self, hooks: Hooks) -> Result<(), Box<dyn Error>> {
        let host = self.listener.local_addr()?.to_string();
        let office = Office::open(Outfit {
            db: self.db,
            keys: self.keys,
            engine: self.engine,
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
            hooks,
        });
        #[expect(clippy::print_stdout, reason = "whoever looks must know where")]
        {
            println!("http://{host}/");
        }
        axum::serve(self.listener, router(office)).await?;
        Ok(())
    }
}

#[expect(clippy::disallowed_methods, reason = "an edge: these programs have no other clock")]
pub(crate) fn now() -> Timestamp {
    Timestamp::from(chrono::Utc::now())
}
