//! The connection test: a live look that writes nothing.

use super::identify::tell;
use crate::routers::{Check, CheckItem, CheckState, Checks, Machine, Mark};
use chrono::{DateTime, NaiveDateTime, Utc};
use routeros::account::Account;
use routeros::hotspot::{Server, ServerProfile, server_profiles, servers};
use routeros::system::{self, Clock, Resource};
use routeros::{CallError, ConnectError, Connection, Limits, Stage, Target};

/// What the test compares with.
#[derive(Debug, Clone)]
pub struct Needs {
    /// This PC's clock.
    pub now: DateTime<Utc>,
    /// The device the books know at this address.
    pub known: Option<Machine>,
}

/// The policies Karcis cannot do without.
const POLICIES: [&str; 3] = ["api", "read", "write"];
/// Clocks further apart than this make validity wrong.
const CLOCK_MINUTES: i64 = 2;
/// Below this much free space a router may refuse new users: a thousand of them take about 300 KiB.
const FREE_SPACE: u64 = 1 << 20;

impl super::Engine {
    /// The connection test with this engine's limits and clock, on a connection of its own.
    pub async fn examine(&self, target: &Target, known: Option<Machine>) -> Checks {
        let now = DateTime::<Utc>::from_timestamp_millis(self.now().millis()).unwrap_or_default();
        examine(target, &self.limits, Needs { now, known }).await
    }
}

/// Looks at a router line by line; what cannot be reached after a failure is skipped.
pub async fn examine(target: &Target, limits: &Limits, needs: Needs) -> Checks {
    let mut found = Found::default();
    let router = match Connection::open(target, limits).await {
        Ok(router) => router,
        Err(error) => return found.unreachable(&error, target),
    };
    found.connected(&router, target);
    let looked = look(&router, target, needs, &mut found).await;
    router.close().await;
    if let Err(error) = looked {
        found.broke_off(&error);
    }
    found.finish()
}

#[derive(Default)]
struct Found {
    checks: Checks,
}

impl Found {
    fn put(&mut self, item: CheckItem, state: CheckState, why: &str, seen: impl Into<String>) {
        self.checks.list.push(Check { item, state, why: why.to_owned(), seen: seen.into() });
    }

    fn unreachable(mut self, error: &ConnectError, target: &Target) -> Checks {
        let tls = matches!(target.security, routeros::Security::Tls { .. });
        let (failed, why, seen) = match error {
            ConnectError::Unreachable(_) => (CheckItem::Reach, "unreachable", String::new()),
            ConnectError::TimedOut(Stage::Connect) => (CheckItem::Reach, "silent", String::new()),
            ConnectError::TimedOut(Stage::Tls) => (CheckItem::Tls, "silent", String::new()),
            ConnectError::TimedOut(Stage::Login) => (CheckItem::Login, "silent", String::new()),
            ConnectError::Tls(_) => (CheckItem::Tls, "no_certificate", String::new()),
            ConnectError::CertificateChanged { pinned, seen } => {
                self.checks.fingerprint = Some(seen.to_string());
                (CheckItem::Tls, "certificate_changed", format!("{pinned} → {seen}"))
            }
            ConnectError::LoginRefused { .. } => (CheckItem::Login, "login_refused", String::new()),
            ConnectError::NotRouterOs => (CheckItem::Reach, "not_routeros", String::new()),
            ConnectError::Closed => (CheckItem::Login, "closed", String::new()),
        };
        for item in CheckItem::ALL {
            if item == failed {
                self.put(item, CheckState::Failed, why, seen);
                break;
            }
            match item {
                CheckItem::Tls if !tls => self.put(item, CheckState::Warning, "plain", ""),
                _ => self.put(item, CheckState::Good, "", ""),
            }
        }
        self.finish()
    }

    fn connected(&mut self, router: &Connection, target: &Target) {
        self.put(CheckItem::Reach, CheckState::Good, "", format!("{}:{}", target.host, target.port));
        match router.fingerprint() {
            Some(fingerprint) => {
                let text = fingerprint.to_string();
                self.put(CheckItem::Tls, CheckState::Good, "", text.clone());
                self.checks.fingerprint = Some(text);
            }
            None => self.put(CheckItem::Tls, CheckState::Warning, "plain", ""),
        }
        self.put(CheckItem::Login, CheckState::Good, "", target.user.clone());
    }

    fn broke_off(&mut self, error: &CallError) {
        let why = match error {
            CallError::Trap(trap) => match trap.kind() {
                routeros::TrapKind::NotPermitted => "not_permitted",
                _ => "refused",
            },
            CallError::TimedOut => "silent",
            CallError::Fatal(_) | CallError::Closed | CallError::NotSent => "closed",
            CallError::Limit => "too_large",
        };
        if let Some(item) = CheckItem::ALL.get(self.checks.list.len()) {
            self.put(*item, CheckState::Failed, why, "");
        }
    }

    fn finish(mut self) -> Checks {
        for item in CheckItem::ALL.into_iter().skip(self.checks.list.len()) {
            self.put(item, CheckState::Skipped, "", "");
        }
        self.checks
    }
}

async fn look(
    router: &Connection,
    target: &Target,
    needs: Needs,
    found: &mut Found,
) -> Result<(), CallError> {
    let (told, _) = tell(router).await?;
    machine(told, needs.known.as_ref(), found);
    permissions(&Account::read(router, &target.user).await?, found);
    let resource = Resource::read(router).await?;
    found.checks.identity = Some(system::identity(router).await?);
    found.checks.board = Some(resource.board_name.clone()).filter(|board| !board.is_empty());
    version(&resource, found);
    let serving = hotspot_servers(router, found).await?;
    login_page(router, serving.as_ref(), found).await?;
    clock(&Clock::read(router).await?, needs.now.naive_utc(), found);
    free_space(&resource, found);
    Ok(())
}

fn machine(told: Machine, known: Option<&Machine>, found: &mut Found) {
    let seen = told.number().to_owned();
    match (known, told.mark()) {
        (Some(known), _) if *known != told => {
            found.put(
                CheckItem::Machine,
                CheckState::Failed,
                "other",
                format!("{} → {seen}", known.number()),
            );
        }
        (None, Mark::Untold) => found.put(CheckItem::Machine, CheckState::Warning, "untold", ""),
        (Some(_) | None, _) => found.put(CheckItem::Machine, CheckState::Good, "", seen),
    }
    found.checks.machine = Some(told);
}

fn permissions(account: &Account, found: &mut Found) {
    let missing: Vec<&str> =
        POLICIES.into_iter().filter(|policy| account.may(policy) == Some(false)).collect();
    if !missing.is_empty() {
        found.put(CheckItem::Permissions, CheckState::Failed, "missing", missing.join(", "));
    } else if account.policies.is_none() {
        found.put(CheckItem::Permissions, CheckState::Warning, "unseen", "");
    } else {
        found.put(CheckItem::Permissions, CheckState::Good, "", account.group.clone().unwrap_or_default());
    }
}

fn version(resource: &Resource, found: &mut Found) {
    found.checks.version = Some(resource.version.clone());
    let seen = resource.version.clone();
    match resource.version() {
        Some(version) if version.major >= 7 || (version.major, version.minor) >= (6, 49) => {
            found.put(CheckItem::Version, CheckState::Good, "", seen);
        }
        // Older versions work, but their known holes are open.
        Some(_) => found.put(CheckItem::Version, CheckState::Warning, "old", seen),
        None => found.put(CheckItem::Version, CheckState::Warning, "unknown", seen),
    }
}

async fn hotspot_servers(router: &Connection, found: &mut Found) -> Result<Option<Server>, CallError> {
    let reply = router.call(servers()).await?;
    let all: Vec<Server> = reply.rows.iter().map(Server::from_row).collect();
    found.checks.servers = all.iter().map(|server| server.name.clone()).collect();
    let serving = all.iter().find(|server| !server.disabled && !server.invalid).cloned();
    let names = found.checks.servers.join(", ");
    match (&serving, all.is_empty()) {
        (Some(_), _) => found.put(CheckItem::HotspotServer, CheckState::Good, "", names),
        (None, true) => found.put(CheckItem::HotspotServer, CheckState::Failed, "none", ""),
        (None, false) => found.put(CheckItem::HotspotServer, CheckState::Failed, "disabled", names),
    }
    Ok(serving)
}

async fn login_page(
    router: &Connection,
    serving: Option<&Server>,
    found: &mut Found,
) -> Result<(), CallError> {
    let Some(server) = serving else {
        found.put(CheckItem::DnsName, CheckState::Skipped, "", "");
        found.put(CheckItem::LoginBy, CheckState::Skipped, "", "");
        return Ok(());
    };
    let reply = router.call(server_profiles()).await?;
    let profiles: Vec<ServerProfile> = reply.rows.iter().map(ServerProfile::from_row).collect();
    let Some(profile) = profiles.into_iter().find(|profile| profile.name == server.profile) else {
        found.put(CheckItem::DnsName, CheckState::Failed, "no_profile", server.profile.clone());
        found.put(CheckItem::LoginBy, CheckState::Skipped, "", "");
        return Ok(());
    };
    if profile.dns_name.is_empty() {
        // The address works in a QR code as well; a name survives a change of addresses.
        let address = profile.hotspot_address.clone();
        found.checks.dns_name =
            Some(address.clone()).filter(|address| !address.is_empty() && address != "0.0.0.0");
        found.put(CheckItem::DnsName, CheckState::Warning, "none", address);
    } else {
        found.checks.dns_name = Some(profile.dns_name.clone());
        found.put(CheckItem::DnsName, CheckState::Good, "", profile.dns_name.clone());
    }
    let ways = profile.login_by.join(", ");
    match profile.allows("http-pap") {
        true => found.put(CheckItem::LoginBy, CheckState::Good, "", ways),
        false => found.put(CheckItem::LoginBy, CheckState::Warning, "no_pap", ways),
    }
    Ok(())
}

fn clock(clock: &Clock, now: NaiveDateTime, found: &mut Found) {
    let Some(theirs) = clock.utc() else {
        found.put(CheckItem::Clock, CheckState::Warning, "unknown", "");
        return;
    };
    let apart = (theirs - now).num_minutes().abs();
    let seen = theirs.format("%Y-%m-%d %H:%M UTC").to_string();
    if apart > CLOCK_MINUTES {
        found.put(CheckItem::Clock, CheckState::Warning, "wrong", seen);
    } else {
        found.put(CheckItem::Clock, CheckState::Good, "", seen);
    }
}

fn free_space(resource: &Resource, found: &mut Found) {
    match resource.free_hdd_space {
        Some(bytes) if bytes < FREE_SPACE => {
            found.put(CheckItem::FreeSpace, CheckState::Failed, "full", bytes.to_string());
        }
        Some(bytes) => found.put(CheckItem::FreeSpace, CheckState::Good, "", bytes.to_string()),
        None => found.put(CheckItem::FreeSpace, CheckState::Warning, "unknown", ""),
    }
}
