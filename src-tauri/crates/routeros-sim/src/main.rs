//! A pretend router on the console: `routeros-sim --plain 127.0.0.1:8728`.

use std::net::SocketAddr;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use routeros_sim::{Sim, SimHandle, Speed, TlsMode, Version};

/// A faithful pretend RouterOS for practice and tests.
#[derive(Parser)]
#[command(name = "routeros-sim")]
struct Wishes {
    /// Address for plain connections.
    #[arg(long, default_value = "127.0.0.1:8728")]
    plain: SocketAddr,
    /// Address for TLS connections, with a self-signed certificate.
    #[arg(long)]
    tls: Option<SocketAddr>,
    /// RouterOS release: 6.42.12, 6.49.10, 7.9.2, 7.16 or 7.22.3.
    #[arg(long, default_value_t = Version::default())]
    version: Version,
    /// Hotspot users that are there from the start.
    #[arg(long, default_value_t = 0)]
    users: u32,
    /// How fast the router works.
    #[arg(long, value_enum, default_value_t = SpeedName::Instant)]
    speed: SpeedName,
    /// Name of the administrator.
    #[arg(long, default_value = "admin")]
    user: String,
    /// Password of the administrator.
    #[arg(long, default_value = "")]
    password: String,
    /// Listen on addresses other computers can reach, although this is no real router.
    #[arg(long)]
    i_know: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum SpeedName {
    Instant,
    Chr,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Wishes::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            complain(&problem);
            ExitCode::FAILURE
        }
    }
}

async fn run(wishes: Wishes) -> Result<(), String> {
    let far =
        [Some(wishes.plain), wishes.tls].into_iter().flatten().find(|address| !address.ip().is_loopback());
    if let Some(address) = far.filter(|_| !wishes.i_know) {
        return Err(format!(
            "{address} can be reached from other computers; add --i-know to listen there anyway"
        ));
    }
    let speed = match wishes.speed {
        SpeedName::Instant => Speed::Instant,
        SpeedName::Chr => Speed::Chr,
    };
    let router = if wishes.i_know { Sim::builder().reachable_by_others() } else { Sim::builder() };
    let sim = router.version(wishes.version).credentials(&wishes.user, &wishes.password).speed(speed).build();
    for number in 1..=wishes.users {
        let name = format!("user{number}");
        sim.add_user(&name, &[("password", &name)]).map_err(|refused| format!("{name}: {refused}"))?;
    }
    open(&sim, &wishes).await.map_err(|error| error.to_string())?;
    tokio::signal::ctrl_c().await.map_err(|error| error.to_string())
}

async fn open(sim: &SimHandle, wishes: &Wishes) -> std::io::Result<()> {
    let plain = sim.listen(&wishes.plain.to_string()).await?;
    announce(&format!("plain {plain}"));
    if let Some(address) = wishes.tls {
        let tls = sim.listen_tls(&address.to_string(), TlsMode::SelfSigned).await?;
        let fingerprint = sim.fingerprint().map_err(std::io::Error::other)?;
        announce(&format!("tls {tls} sha256 {fingerprint}"));
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the addresses are what the program was asked for")]
fn announce(line: &str) {
    println!("{line}");
}

#[expect(clippy::print_stderr, reason = "a console program says on the console why it stops")]
fn complain(problem: &str) {
    eprintln!("routeros-sim: {problem}");
}
