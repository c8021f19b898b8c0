//! `karcis-cli demo`.

use crate::progress::Progress;
use crate::say::{Ended, INTERRUPTED, aside, say};
use karcis_app::demo::{self, DemoError, DemoReport, DemoRequest, News, RouterAddress};
use karcis_core::settings::Language;
use karcis_core::values::Zone;
use karcis_core::vouchers::{IssueError, MOST_VOUCHERS};
use karcis_web::{Format, Refusal, Texts};
use std::io;
use std::path::{Path, PathBuf};
use tokio::sync::watch;
use zeroize::Zeroizing;

/// Makes a batch of vouchers, puts it on a router, reads it back and prints it.
///
/// Everything lives in a data folder of its own. A run that was broken off is resumed by the next one with the same --out
/// and ends with exactly its number of vouchers on the router. A run on a finished folder makes nothing new: it compares
/// the batch with the router again, writes the same sheet and ends well.
#[derive(clap::Args)]
pub(crate) struct Wishes {
    /// How many vouchers; an earlier run's batch keeps its own number.
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_VOUCHERS)))]
    count: u32,
    /// A real router, as HOST or HOST:PORT; the practice router otherwise.
    #[arg(long, value_name = "HOST:PORT")]
    router: Option<String>,
    /// The RouterOS user.
    #[arg(long, requires = "router")]
    user: Option<String>,
    /// Its password, never stored. KARCIS_ROUTER_PASSWORD keeps it out of the list of processes.
    #[arg(long, requires = "router")]
    password: Option<String>,
    /// Encrypts the connection; the certificate seen first is the one expected from then on.
    #[arg(long, requires = "router")]
    tls: bool,
    /// The data folder; a new one among the system's temporary files otherwise.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Prints one JSON object on stdout and nothing else there.
    #[arg(long)]
    json: bool,
}

pub(crate) async fn demo(wishes: Wishes, language: Language, stop: watch::Receiver<bool>) -> Ended {
    let format = Format { language, zone: Zone::default() };
    let t = format.texts();
    let router = match address(&wishes, t) {
        Ok(router) => router,
        Err(ended) => return ended,
    };
    let folder = match wishes.out.clone().map_or_else(new_folder, Ok) {
        Ok(folder) => folder,
        Err(error) => {
            return Ended::because(2, t.start.cannot_write(format!("{} ({error})", temporary().display())));
        }
    };
    aside(t.console.demo.books(folder.display()));
    let name =
        router.as_ref().map_or_else(|| t.sheet.practice.to_owned(), |at| format!("{}:{}", at.host, at.port));
    let request = DemoRequest { folder: folder.clone(), count: wishes.count, router, language };
    let mut progress = Progress::new(format);
    let mut tell = |news: News| {
        if let News::Resumed { size, .. } | News::Finished { size, .. } = news
            && size != wishes.count
        {
            aside(t.console.demo.other_count(format.count(size)));
        }
        progress.show(news);
    };
    let ended = demo::run(request, stop, &mut tell).await;
    progress.end();
    match ended {
        Ok(report) => told(&report, wishes.json, format),
        Err(error) => explained(&error, &folder, &name, format),
    }
}

fn told(report: &DemoReport, json: bool, format: Format) -> Ended {
    if json {
        return match serde_json::to_string_pretty(report) {
            Ok(text) => {
                say(text);
                Ended::well()
            }
            Err(error) => Ended::because(1, error),
        };
    }
    let t = &format.texts().console.demo;
    let count = |number: u64| format.count(i64::try_from(number).unwrap_or(i64::MAX));
    say(t.verified(format.count(report.on_router), count(report.verify_ms), format.count(report.rejected)));
    say(t.paper(report.pdf.display()));
    Ended::well()
}

/// The sentence, and how to go on where there is something to go on with.
fn explained(error: &DemoError, folder: &Path, router: &str, format: Format) -> Ended {
    let t = format.texts();
    let d = &t.console.demo;
    let kept = |sentence: String| format!("{sentence}\n{}", d.kept(folder.display()));
    match error {
        DemoError::Start(error) => Ended::because(2, error.sentence(format.language)),
        DemoError::ShopBooks => Ended::because(2, d.shop_books(folder.display())),
        DemoError::OtherRouter(other) => Ended::because(2, d.other_router(folder.display(), other)),
        DemoError::Issue(error) => Ended::because(1, d.issue_refused(not_made(error, t))),
        DemoError::Router(why) => Ended::because(1, kept(trouble(why, router, t))),
        DemoError::Mismatch(seen) => {
            Ended::because(1, d.mismatch(router, seen.missing, seen.different, seen.surplus))
        }
        DemoError::Stopped { done, size } => {
            Ended::because(INTERRUPTED, kept(d.stopped(format.count(*done), format.count(*size))))
        }
        DemoError::NoSheet(Refusal::R705 { .. }) => Ended::because(1, kept(d.no_address(router))),
        DemoError::NoSheet(refusal) => Ended::because(1, kept(refusal.sentence(t))),
        DemoError::NotSaved(error) if error.kind() == io::ErrorKind::StorageFull => {
            Ended::because(1, kept(t.start.disk_full(folder.display())))
        }
        DemoError::NotSaved(error) => Ended::because(1, kept(d.not_printed(error))),
        DemoError::Fault(fault) if fault.is_disk_full() => {
            Ended::because(1, kept(t.start.disk_full(folder.display())))
        }
        DemoError::Fault(fault) => {
            Ended::because(1, kept(format!("{}\n({})", t.errors.fault_sentence, fault.chain())))
        }
    }
}

fn trouble(why: &str, router: &str, t: &Texts) -> String {
    let d = &t.console.demo;
    match why {
        "unreachable" => d.unreachable(router),
        "login_refused" => d.login_refused(router),
        "silent" => d.silent(router),
        "tls" => d.tls(router),
        "certificate_changed" => d.certificate_changed(router),
        "not_routeros" => d.not_routeros(router),
        "closed" => d.closed(router),
        "not_permitted" => d.not_permitted(router),
        "out_of_space" => d.out_of_space(router),
        "no_hotspot" => d.no_hotspot(router),
        "password_unreadable" => d.locked_password(router),
        code => d.refused(router, code),
    }
}

fn not_made(error: &IssueError, t: &Texts) -> String {
    match error {
        IssueError::BadSize => Refusal::R601.sentence(t),
        IssueError::TooFewCodes => Refusal::R608.sentence(t),
        IssueError::TooWeak { .. }
        | IssueError::BadNote
        | IssueError::BadShelfLife
        | IssueError::BadStyle(_)
        | IssueError::UnknownPlan
        | IssueError::Fault(_) => error.to_string(),
    }
}

/// The router that was named, with everything needed to sign in.
fn address(wishes: &Wishes, t: &Texts) -> Result<Option<RouterAddress>, Ended> {
    let Some(text) = &wishes.router else { return Ok(None) };
    let d = &t.console.demo;
    let secret = wishes.password.clone().or_else(|| std::env::var("KARCIS_ROUTER_PASSWORD").ok());
    let (Some(user), Some(password)) = (wishes.user.clone(), secret) else {
        return Err(Ended::because(2, d.no_password));
    };
    let usual = if wishes.tls { 8729 } else { 8728 };
    let (host, port) = host_and_port(text, usual).ok_or_else(|| Ended::because(2, d.bad_router(text)))?;
    if !wishes.tls {
        aside(d.plain_warning);
    }
    Ok(Some(RouterAddress { host, port, tls: wishes.tls, user, password: Zeroizing::new(password) }))
}

/// `router`, `router:8728`, `10.0.0.1`, `fe80::1`, `[fe80::1]:8728`.
fn host_and_port(text: &str, usual: u16) -> Option<(String, u16)> {
    let (host, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, rest)) => (host, rest.strip_prefix(':')),
        None => match text.split_once(':') {
            Some((host, port)) if !port.contains(':') => (host, Some(port)),
            Some(_) | None => (text, None),
        },
    };
    let port = port.map_or(Some(usual), |port| port.parse().ok().filter(|port| *port > 0))?;
    (!host.is_empty()).then(|| (host.to_owned(), port))
}

fn temporary() -> PathBuf {
    std::env::temp_dir()
}

/// A folder nobody else has, and nobody else may look into.
fn new_folder() -> io::Result<PathBuf> {
    for _ in 0..100 {
        let mut random = [0_u8; 4];
        (karcis_app::randomness())().fill_bytes(&mut random);
        let name: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
        let folder = temporary().join(format!("karcis-demo-{name}"));
        match karcis_app::create_private_folder(&folder) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            made => return made.map(|()| folder),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_router_is_named_with_or_without_its_port() {
        let read = |text| host_and_port(text, 8728).map(|(host, port)| format!("{host} {port}"));
        for (text, expected) in [
            ("router", Some("router 8728")),
            ("10.0.0.1:18728", Some("10.0.0.1 18728")),
            ("fe80::1", Some("fe80::1 8728")),
            ("[fe80::1]:99", Some("fe80::1 99")),
            ("router:", None),
            ("router:70000", None),
            (":8728", None),
        ] {
            assert_eq!(read(text).as_deref(), expected, "{text}");
        }
    }
}
