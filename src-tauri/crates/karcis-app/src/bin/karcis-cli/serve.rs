//! `karcis-cli serve`.

use crate::say::{Ended, aside, say};
use karcis_app::serve::{Patience, own_names};
use karcis_app::{Assembly, AssemblyOptions, KeyHome, StartError, usual_data_folder};
use karcis_core::secrets::UnwrapError;
use karcis_core::settings::Language;
use karcis_core::staff::Place;
use karcis_web::Texts;
use std::net::SocketAddr;
use std::path::PathBuf;
use tokio::net::TcpListener;
use tokio::sync::watch;
use zeroize::Zeroizing;

/// Serves the screens to browsers; the first line printed is the address.
///
/// KARCIS_PASSPHRASE unlocks the data key where there is no keyring. KARCIS_LOG sets how much is logged, such as debug.
#[derive(clap::Args)]
pub(crate) struct Wishes {
    /// The data folder; the system's usual one otherwise.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The address to listen on; port 0 lets the system choose.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Allows an address that other computers can reach. There is no TLS yet.
    #[arg(long)]
    allow_lan: bool,
    /// A further name browsers use, as it stands in their address bar, such as karcis.local:8080.
    #[arg(long, value_name = "NAME:PORT")]
    host: Vec<String>,
}

pub(crate) async fn serve(wishes: Wishes, language: Language, stop: watch::Receiver<bool>) -> Ended {
    let t = Texts::of(language);
    if let Err(ended) = admitted(&wishes, t) {
        return ended;
    }
    let Some(data) = wishes.data.clone().or_else(usual_data_folder) else {
        return Ended::because(2, t.console.no_home);
    };
    match run(&wishes, data, t, stop).await {
        Ok(()) => Ended::well(),
        Err(error) => Ended::because(2, error.sentence(language)),
    }
}

fn admitted(wishes: &Wishes, t: &Texts) -> Result<(), Ended> {
    let address = wishes.listen;
    if address.ip().is_loopback() {
        return Ok(());
    }
    if !wishes.allow_lan {
        return Err(Ended::because(2, t.console.lan_refused(address)));
    }
    if address.ip().is_unspecified() && wishes.host.is_empty() {
        return Err(Ended::because(2, t.console.lan_no_host(address)));
    }
    aside(t.console.lan_warning(address));
    Ok(())
}

async fn run(
    wishes: &Wishes,
    data: PathBuf,
    t: &Texts,
    stop: watch::Receiver<bool>,
) -> Result<(), StartError> {
    let cannot = |error| StartError::CannotListen { address: wishes.listen.to_string(), error };
    let listener = TcpListener::bind(wishes.listen).await.map_err(cannot)?;
    let address = listener.local_addr().map_err(cannot)?;
    let mut hosts = own_names(address);
    hosts.extend(wishes.host.iter().cloned());
    let options = AssemblyOptions {
        hosts,
        key_home: key_home(),
        log: Some(std::env::var("KARCIS_LOG").unwrap_or_default()),
        ..AssemblyOptions::new(data, Place::Browser)
    };
    let assembly = Assembly::open(options).await?;
    match assembly.key_trouble() {
        None | Some(UnwrapError::Fault(_)) => {}
        Some(UnwrapError::Wrong) => aside(t.console.wrong_passphrase),
        Some(UnwrapError::NoWrap) => aside(t.console.no_passphrase),
    }
    say(format_args!("http://{address}/"));
    assembly.run();
    karcis_app::serve::serve(listener, assembly.router(), Patience::default(), stop).await;
    assembly.stop().await;
    Ok(())
}

fn key_home() -> KeyHome {
    match std::env::var("KARCIS_PASSPHRASE") {
        Ok(passphrase) if !passphrase.is_empty() => KeyHome::Passphrase(Zeroizing::new(passphrase)),
        Ok(_) | Err(_) => KeyHome::Keyring,
    }
}
