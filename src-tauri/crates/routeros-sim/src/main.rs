//! A pretend router on the console: `routeros-sim --plain 127.0.0.1:8728`.

use std::fs::File;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use routeros_sim::{Fixture, Sim, SimHandle, Speed, TlsMode, Version};

/// A faithful pretend RouterOS for practice and tests.
#[derive(Parser)]
#[command(name = "routeros-sim")]
struct Wishes {
    /// Address for plain connections.
    #[arg(long, default_value = "127.0.0.1:8728")]
    plain: SocketAddr,
    /// Address for TLS connections.
    #[arg(long)]
    tls: Option<SocketAddr>,
    /// What certificate is shown there.
    #[arg(long, value_enum, default_value_t = TlsName::SelfSigned)]
    tls_mode: TlsName,
    /// Address for requests as JSON lines, with which a program in any language controls the router.
    #[arg(long)]
    control: Option<SocketAddr>,
    /// RouterOS release: 6.42.12, 6.49.10, 7.9.2, 7.16 or 7.22.3.
    #[arg(long, default_value_t = Version::default())]
    version: Version,
    /// What is there from the start: a file with a snapshot.
    #[arg(long)]
    fixture: Option<PathBuf>,
    /// Hotspot users that are there from the start.
    #[arg(long, default_value_t = 0)]
    users: u32,
    /// How fast the router works: instant, chr, hap-lite or stall.
    #[arg(long, default_value = "instant", value_parser = speed)]
    speed: Speed,
    /// Name of the administrator.
    #[arg(long, default_value = "admin")]
    user: String,
    /// Password of the administrator.
    #[arg(long, default_value = "")]
    password: String,
    /// File for a transcript of everything that is said, passwords included.
    #[arg(long)]
    trace: Option<PathBuf>,
    /// Listen on addresses other computers can reach, although this is no real router.
    #[arg(long)]
    i_know: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum TlsName {
    SelfSigned,
    Expired,
    WrongName,
    NoCert,
}

impl TlsName {
    fn mode(self) -> TlsMode {
        match self {
            TlsName::SelfSigned => TlsMode::SelfSigned,
            TlsName::Expired => TlsMode::Expired,
            TlsName::WrongName => TlsMode::WrongName,
            TlsName::NoCert => TlsMode::NoCert,
        }
    }
}

fn speed(name: &str) -> Result<Speed, String> {
    Speed::named(name).ok_or_else(|| {
        let known: Vec<&str> = Speed::ALL.into_iter().map(Speed::name).collect();
        format!("choose one of {}", known.join(", "))
    })
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
    let addresses = [Some(wishes.plain), wishes.tls, wishes.control];
    let far = addresses.into_iter().flatten().find(|address| !address.ip().is_loopback());
    if let Some(address) = far.filter(|_| !wishes.i_know) {
        return Err(format!(
            "{address} can be reached from other computers; add --i-know to listen there anyway"
        ));
    }
    let sim = furnished(&wishes)?;
    open(&sim, &wishes).await.map_err(|error| error.to_string())?;
    tokio::signal::ctrl_c().await.map_err(|error| error.to_string())
}

/// The router with everything that is to be there from the start.
fn furnished(wishes: &Wishes) -> Result<SimHandle, String> {
    let router = if wishes.i_know { Sim::builder().reachable_by_others() } else { Sim::builder() };
    let router = router.version(wishes.version).credentials(&wishes.user, &wishes.password);
    let named =
        wishes.fixture.as_ref().and_then(|path| path.to_str()).and_then(|name| name.parse::<Fixture>().ok());
    let sim = router.speed(wishes.speed).fixture(named.unwrap_or_default()).build();
    if let Some(path) = wishes.fixture.as_ref().filter(|_| named.is_none()) {
        let problem = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let text = std::fs::read(path).map_err(|error| problem(&error))?;
        let snapshot = serde_json::from_slice(&text).map_err(|error| problem(&error))?;
        sim.restore(&snapshot).map_err(|error| problem(&error))?;
    }
    for number in 1..=wishes.users {
        let name = format!("user{number}");
        sim.add_user(&name, &[("password", &name)]).map_err(|refused| format!("{name}: {refused}"))?;
    }
    if let Some(path) = &wishes.trace {
        sim.trace_to(File::create(path).map_err(|error| format!("{}: {error}", path.display()))?);
    }
    Ok(sim)
}

async fn open(sim: &SimHandle, wishes: &Wishes) -> std::io::Result<()> {
    let plain = sim.listen(&wishes.plain.to_string()).await?;
    announce(&format!("plain {plain}"));
    if let Some(address) = wishes.tls {
        let mode = wishes.tls_mode.mode();
        let tls = sim.listen_tls(&address.to_string(), mode).await?;
        let fingerprint = sim.fingerprint_of(mode).map_err(std::io::Error::other)?;
        announce(&format!("tls {tls} sha256 {fingerprint}"));
    }
    if let Some(address) = wishes.control {
        let control = sim.listen_control(&address.to_string()).await?;
        announce(&format!("control {control}"));
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
