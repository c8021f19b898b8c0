//! The client at its real work over TCP: against the pretend router, and against a real one where there is one.

#![expect(clippy::unwrap_used, reason = "a test ends where what it needs is missing")]

mod hotspot;
mod links;
mod menus;
mod real_router;
mod sessions;

use std::net::SocketAddr;

use routeros::{Connection, Limits, Password, Security, Target};
use routeros_sim::{Sim, SimHandle};

fn target(address: SocketAddr) -> Target {
    Target {
        host: address.ip().to_string(),
        port: address.port(),
        security: Security::Plain,
        user: "admin".into(),
        password: Password::new("secret"),
    }
}

/// The pretend router, switched on, and where it listens.
async fn switched_on(sim: Sim) -> (SimHandle, Target) {
    let sim = sim.credentials("admin", "secret").build();
    let address = sim.listen("127.0.0.1:0").await.unwrap();
    (sim, target(address))
}

async fn signed_in(sim: Sim) -> (SimHandle, Connection) {
    let (sim, target) = switched_on(sim).await;
    let router = Connection::open(&target, &Limits::default()).await.unwrap();
    (sim, router)
}
