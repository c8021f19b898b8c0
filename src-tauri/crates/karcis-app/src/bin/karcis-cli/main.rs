//! Karcis on the console: `demo`, `serve`, `doctor`.

mod demo;
mod doctor;
mod progress;
mod say;
mod serve;

use clap::{Parser, Subcommand};
use say::Ended;
use std::process::ExitCode;
use std::time::Duration;
use tokio::sync::watch;

/// The counter of a hotspot business, without its window.
#[derive(Parser)]
#[command(name = "karcis-cli", version)]
struct Arguments {
    /// The language of what is said: id or en. Otherwise as LC_ALL, LC_MESSAGES or LANG say, and Indonesian.
    #[arg(long, global = true)]
    lang: Option<String>,
    #[command(subcommand)]
    deed: Deed,
}

#[derive(Subcommand)]
enum Deed {
    /// Makes a batch of vouchers, puts it on a router, reads it back and prints it: the main job in one go.
    Demo(demo::Wishes),
    /// Serves the screens to browsers on this computer. The first line printed is the address.
    Serve(serve::Wishes),
    /// Looks at the books in a data folder that nobody has open.
    Doctor(doctor::Wishes),
}

/// Work that does not answer any more (a keyring's dialog, a disk) is left behind after this long.
const FAREWELL: Duration = Duration::from_secs(3);

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let language = say::language(arguments.lang.as_deref());
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return Ended::because(1, error).code(),
    };
    let ended = runtime.block_on(async {
        let stop = stop_signal();
        match arguments.deed {
            Deed::Demo(wishes) => demo::demo(wishes, language, stop).await,
            Deed::Serve(wishes) => serve::serve(wishes, language, stop).await,
            Deed::Doctor(wishes) => doctor::doctor(wishes, language).await,
        }
    });
    runtime.shutdown_timeout(FAREWELL);
    ended.code()
}

/// Turns true when somebody presses Ctrl-C or the system asks the program to end.
fn stop_signal() -> watch::Receiver<bool> {
    let (stop, stopped) = watch::channel(false);
    // Heard from here on, however late the task below has its turn.
    let mut requests = StopRequests::heard();
    tokio::spawn(async move {
        requests.next().await;
        stop.send_replace(true);
        // Whoever asks twice does not want to wait.
        requests.next().await;
        std::process::exit(say::INTERRUPTED.into());
    });
    stopped
}

/// The two ways in which somebody asks; none where the system does not let us hear.
#[cfg(unix)]
struct StopRequests(Option<[tokio::signal::unix::Signal; 2]>);

#[cfg(unix)]
impl StopRequests {
    fn heard() -> StopRequests {
        use tokio::signal::unix::{SignalKind, signal};
        let heard = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()));
        StopRequests(if let (Ok(interrupt), Ok(terminate)) = heard {
            Some([interrupt, terminate])
        } else {
            None
        })
    }

    async fn next(&mut self) {
        let Some([interrupt, terminate]) = &mut self.0 else { return std::future::pending().await };
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct StopRequests;

#[cfg(not(unix))]
impl StopRequests {
    fn heard() -> StopRequests {
        StopRequests
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    }
}
