//! The MikroTik routers of the shop, as the books know them.

mod boots;
mod checks;
mod guests;
mod machine;
mod store;

#[cfg(test)]
mod tests;

use crate::audit::{self, Actor};
use crate::db::{ReadTx, WriteTx};
use crate::fault::Fault;
use crate::outbox::{self, Lane};
use crate::secrets::{DataKey, SealError};
use crate::settings;
use crate::values::{RouterId, Timestamp, line};
use rand::CryptoRng;
use serde_json::json;

pub use boots::booted;
pub(crate) use boots::{looked_back, unsure_since};
pub use checks::{Check, CheckItem, CheckState, Checks};
pub use guests::{Fullness, Guests, keep_guests, keep_strays};
pub(crate) use machine::replace;
pub use machine::{Machine, Mark, Met, ParseMachineError, compare, is_news, meet};
pub use routeros::Target;

/// A router as people see it; its password stays sealed in the row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Router {
    /// Which router.
    pub id: RouterId,
    /// The shop's name for it.
    pub name: String,
    /// Host name or address.
    pub host: String,
    /// API port; 8729 with TLS, 8728 without, unless somebody moved it.
    pub port: u16,
    /// Whether the connection is encrypted.
    pub tls: bool,
    /// SHA-256 of the certificate accepted on first use.
    pub pin: Option<String>,
    /// The RouterOS user Karcis signs in as.
    pub user_name: String,
    /// Whether this is the built-in practice router.
    pub practice: bool,
    /// The router's own name.
    pub identity: Option<String>,
    /// Its RouterOS version.
    pub version: Option<String>,
    /// The board it runs on.
    pub board: Option<String>,
    /// The login page's name, as printed in QR codes.
    pub dns_name: Option<String>,
    /// The Wi-Fi network customers join, as printed on cards.
    pub ssid: Option<String>,
    /// The last connection test.
    pub checks: Option<Checks>,
    /// When it was tested.
    pub checked_at: Option<Timestamp>,
    /// The device that stands behind it.
    pub machine: Option<Machine>,
    /// Another device that answered in its place.
    pub other_machine: Option<Machine>,
    /// When another device took its place by a person's word.
    pub replaced_at: Option<Timestamp>,
    /// Its licence and its guests.
    pub guests: Guests,
    /// Users there that carry this shop's mark and stand in no row of these books.
    pub strays: u32,
}

impl Router {
    /// The queue of commands to this router.
    pub fn lane(&self) -> Lane {
        Lane::Router(self.id)
    }
}

/// What is asked when a router is added or changed.
#[derive(Debug, Clone)]
pub struct RouterRequest {
    /// The shop's name for it, one line of at most 40 characters.
    pub name: String,
    /// Host name or address without blanks.
    pub host: String,
    /// API port.
    pub port: u16,
    /// Whether to encrypt.
    pub tls: bool,
    /// Whether the warning about plain text was accepted.
    pub plain_accepted: bool,
    /// The RouterOS user.
    pub user_name: String,
    /// The sealed form of its password; `None` keeps the one in the books.
    pub password: Option<SealedPassword>,
    /// The Wi-Fi network customers join.
    pub ssid: Option<String>,
}

/// A router password under the shop's data key, bound to its router.
#[derive(Debug, Clone)]
pub struct SealedPassword {
    router: RouterId,
    sealed: String,
}

impl SealedPassword {
    /// Seals the password of the router `id`.
    pub fn seal(key: &DataKey, id: RouterId, password: &str, rng: &mut dyn CryptoRng) -> SealedPassword {
        SealedPassword { router: id, sealed: key.seal(&seal_name(id), password, rng) }
    }
}

/// Why a router is not added or changed.
#[derive(Debug, thiserror::Error)]
pub enum RouterError {
    /// The name is empty or too long.
    #[error("the name is not one line of 1 to 40 characters")]
    BadName,
    /// The host is empty or has blanks.
    #[error("the host is not a name or an address")]
    BadHost,
    /// The user name is empty.
    #[error("the user name is missing")]
    BadUser,
    /// A new router needs a password (which may be empty, but must be said).
    #[error("the password is missing")]
    NoPassword,
    /// Another router has the name.
    #[error("another router has this name")]
    NameTaken,
    /// Without TLS the warning must be accepted first.
    #[error("plain text was not accepted")]
    PlainNotAccepted,
    /// There is no such router.
    #[error("no such router")]
    Unknown,
    /// We are broken.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// The routers in use, by name; the practice router last.
pub fn routers(tx: &ReadTx<'_>) -> Result<Vec<Router>, Fault> {
    store::all(tx)
}

/// One router, archived or not.
pub fn router(tx: &ReadTx<'_>, id: RouterId) -> Result<Option<Router>, Fault> {
    store::one(tx, id)
}

/// Whether there is such a router and it is in use.
pub(crate) fn in_use(tx: &ReadTx<'_>, id: RouterId) -> Result<bool, Fault> {
    store::in_use(tx, id)
}

/// Adds a router. The same request under the same key answers the router it made before.
pub fn add(
    tx: &WriteTx<'_>,
    actor: &Actor,
    id: RouterId,
    request: &RouterRequest,
    request_key: &str,
    now: Timestamp,
) -> Result<Router, RouterError> {
    let asked = (&request.name, &request.host, request.port, request.tls, &request.user_name);
    let key = settings::bound_key(request_key, "router.add", &asked);
    if let Some(earlier) = settings::earlier_request(tx, &key, "router.add")? {
        let id = earlier.parse().map_err(|_| Fault::new("a request that made no router"))?;
        return store::one(tx, id)?.ok_or(RouterError::Unknown);
    }
    let row = parse(tx, id, request)?;
    let sealed =
        request.password.as_ref().filter(|sealed| sealed.router == id).ok_or(RouterError::NoPassword)?;
    store::add(tx, &row, &sealed.sealed, request.plain_accepted, now)?;
    settings::remember_request(tx, &key, "router.add", &id.to_string(), now)?;
    let detail =
        json!({"name": row.name, "host": row.host, "port": row.port, "tls": row.tls, "practice": false});
    audit::record(tx, actor, "router.add", ("router", &id.to_string()), &detail, now)?;
    Ok(row)
}

/// Changes a router in use; its lane is tried again at once.
pub fn change(
    tx: &WriteTx<'_>,
    actor: &Actor,
    id: RouterId,
    request: &RouterRequest,
    now: Timestamp,
) -> Result<Router, RouterError> {
    let before = store::one(tx, id)?.ok_or(RouterError::Unknown)?;
    if !in_use(tx, id)? {
        return Err(RouterError::Unknown);
    }
    let mut row = parse(tx, id, request)?;
    row.practice = before.practice;
    // Another address or the end of encryption means another certificate: the pin is asked for anew.
    row.pin = before.pin.filter(|_| row.tls && row.host == before.host && row.port == before.port);
    let sealed =
        request.password.as_ref().filter(|sealed| sealed.router == id).map(|sealed| sealed.sealed.as_str());
    store::change(tx, &row, sealed, request.plain_accepted, now)?;
    outbox::unblock(tx, &row.lane(), now)?;
    let detail = json!({
        "name": row.name, "host": row.host, "port": row.port, "tls": row.tls, "password_changed": sealed.is_some(),
    });
    audit::record(tx, actor, "router.change", ("router", &id.to_string()), &detail, now)?;
    store::one(tx, id)?.ok_or(RouterError::Unknown)
}

/// Adds the practice router, or gives it the address it listens on in this run.
///
/// Its books are marked and can be removed in one deed; there is at most one.
pub fn practice(
    tx: &WriteTx<'_>,
    actor: &Actor,
    new_id: RouterId,
    name: &str,
    port: u16,
    login: (&str, &SealedPassword),
    now: Timestamp,
) -> Result<Router, RouterError> {
    if let Some(mut known) = store::practice(tx)? {
        let moved = known.port != port;
        known.port = port;
        store::change(
            tx,
            &known,
            Some(&login.1.sealed).filter(|_| login.1.router == known.id).map(String::as_str),
            true,
            now,
        )?;
        if moved {
            outbox::unblock(tx, &known.lane(), now)?;
        }
        return Ok(known);
    }
    let request = RouterRequest {
        name: name.to_owned(),
        host: "127.0.0.1".to_owned(),
        port,
        tls: false,
        plain_accepted: true,
        user_name: login.0.to_owned(),
        password: None,
        ssid: Some("LATIHAN".to_owned()),
    };
    let mut row = parse(tx, new_id, &request)?;
    row.practice = true;
    store::add(tx, &row, &login.1.sealed, true, now)?;
    let detail = json!({"name": row.name, "practice": true});
    audit::record(tx, actor, "router.add", ("router", &new_id.to_string()), &detail, now)?;
    Ok(row)
}

/// The practice router, if it is in use.
pub fn practice_router(tx: &ReadTx<'_>) -> Result<Option<Router>, Fault> {
    store::practice(tx)
}

/// Which router is the practice router, if it is in use.
pub fn practice_id(tx: &ReadTx<'_>) -> Result<Option<RouterId>, Fault> {
    Ok(practice_router(tx)?.map(|router| router.id))
}

/// Takes a router out of use and closes its lane; what hangs on it has been dealt with by the caller.
pub(crate) fn archive(tx: &WriteTx<'_>, actor: &Actor, router: &Router, now: Timestamp) -> Result<(), Fault> {
    store::archive(tx, router.id, now)?;
    outbox::close_lane(tx, &router.lane(), now)?;
    let id = router.id.to_string();
    audit::record(tx, actor, "router.archive", ("router", &id), &json!({"name": router.name}), now)
}

/// Strikes a practice router out of the books with its lane; what hangs on it has been struck out by the caller.
pub(crate) fn forget(tx: &WriteTx<'_>, router: &Router) -> Result<(), Fault> {
    outbox::forget_lane(tx, &router.lane())?;
    store::forget(tx, router.id)
}

/// Keeps what a connection test found. No audit row: it changes nothing but what we know.
pub fn keep_checks(tx: &WriteTx<'_>, id: RouterId, checks: &Checks, now: Timestamp) -> Result<(), Fault> {
    store::keep_checks(tx, id, checks, now)
}

/// Pins the certificate seen on first use.
pub fn pin(
    tx: &WriteTx<'_>,
    actor: &Actor,
    id: RouterId,
    fingerprint: &str,
    now: Timestamp,
) -> Result<(), Fault> {
    store::keep_pin(tx, id, Some(fingerprint), now)?;
    audit::record(tx, actor, "router.pin", ("router", &id.to_string()), &json!({"sha256": fingerprint}), now)
}

/// Forgets the pinned certificate after a person has compared the fingerprints; the next one seen is pinned.
pub fn forget_pin(tx: &WriteTx<'_>, actor: &Actor, id: RouterId, now: Timestamp) -> Result<(), RouterError> {
    let router = store::one(tx, id)?.ok_or(RouterError::Unknown)?;
    store::keep_pin(tx, id, None, now)?;
    outbox::unblock(tx, &router.lane(), now)?;
    let detail = json!({"sha256": router.pin});
    audit::record(tx, actor, "router.forget_pin", ("router", &id.to_string()), &detail, now)?;
    Ok(())
}

/// How to reach a router, for the engine.
pub fn target(tx: &ReadTx<'_>, id: RouterId, key: &DataKey) -> Result<Option<routeros::Target>, TargetError> {
    let Some((router, sealed)) = store::with_password(tx, id)? else { return Ok(None) };
    let password = key.open(&seal_name(id), &sealed)?;
    Ok(Some(as_target(&router, password.as_str())?))
}

/// Why a router's target cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    /// The password was sealed under another key.
    #[error("the password cannot be opened: {0}")]
    Sealed(#[from] SealError),
    /// We are broken.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// The target of a router whose password is at hand.
pub fn as_target(router: &Router, password: &str) -> Result<routeros::Target, Fault> {
    let pin = router
        .pin
        .as_deref()
        .map(str::parse)
        .transpose()
        .map_err(|_| Fault::new("a pin that is no fingerprint"))?;
    Ok(routeros::Target {
        // People write IPv6 addresses in brackets, as in addresses of pages.
        host: router.host.trim_matches(['[', ']']).to_owned(),
        port: router.port,
        security: if router.tls { routeros::Security::Tls { pin } } else { routeros::Security::Plain },
        user: router.user_name.clone(),
        password: routeros::Password::new(password),
    })
}

/// A router made of a request, without touching the books; used to test a connection before it is added.
pub fn parse(tx: &ReadTx<'_>, id: RouterId, request: &RouterRequest) -> Result<Router, RouterError> {
    let name = line(&request.name, 40).map_err(|_| RouterError::BadName)?;
    let host = line(&request.host, 253).map_err(|_| RouterError::BadHost)?;
    let plausible = |letter: char| letter.is_ascii_alphanumeric() || "-._:[]%".contains(letter);
    if !host.chars().all(plausible) || request.port == 0 {
        return Err(RouterError::BadHost);
    }
    let user_name = line(&request.user_name, 64).map_err(|_| RouterError::BadUser)?;
    if !request.tls && !request.plain_accepted {
        return Err(RouterError::PlainNotAccepted);
    }
    if store::name_taken(tx, &name_key(&name), id)? {
        return Err(RouterError::NameTaken);
    }
    let ssid = request.ssid.as_deref().and_then(|ssid| line(ssid, 32).ok());
    Ok(Router {
        id,
        name,
        host,
        port: request.port,
        tls: request.tls,
        pin: None,
        user_name,
        practice: false,
        identity: None,
        version: None,
        board: None,
        dns_name: None,
        ssid,
        checks: None,
        checked_at: None,
        machine: None,
        other_machine: None,
        replaced_at: None,
        guests: Guests::default(),
        strays: 0,
    })
}

fn name_key(name: &str) -> String {
    name.to_lowercase()
}

fn seal_name(id: RouterId) -> String {
    format!("router:{id}")
}
