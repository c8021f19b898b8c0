//! Where newer versions come from, when to look for one, and when the shop is quiet enough to install it.

use crate::audit::{self, Actor};
use crate::db::{ReadTx, WriteTx};
use crate::fault::Fault;
use crate::outbox;
use crate::settings;
use crate::shifts;
use crate::values::Timestamp;
use serde_json::json;
use std::time::Duration;

const ADDRESS: &str = "updates.address";
const CHANNEL: &str = "updates.channel";
const LOOKED_AT: &str = "updates.looked_at";
/// The place in an address that the channel's name is put into.
const CHANNEL_PLACE: &str = "CHANNEL";
/// An address is a line somebody may have to read aloud.
pub const LONGEST_ADDRESS: usize = 300;
/// Karcis looks by itself this often.
const EVERY: Duration = Duration::from_hours(24);

/// How new a version somebody wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Channel {
    /// What is meant for every shop.
    #[default]
    Stable,
    /// What is tried out before.
    Beta,
}

impl Channel {
    /// Both channels, the usual one first.
    pub const ALL: [Channel; 2] = [Channel::Stable, Channel::Beta];

    /// The name as kept, as sent by forms and as it stands in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Channel::Stable => "stable",
            Channel::Beta => "beta",
        }
    }

    /// The channel with this name.
    pub fn parse(name: &str) -> Option<Channel> {
        Channel::ALL.into_iter().find(|channel| channel.as_str() == name)
    }
}

/// Where newer versions come from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Feed {
    /// The address as typed, perhaps with `CHANNEL` in it; empty while nobody looks anywhere.
    pub address: String,
    /// How new.
    pub channel: Channel,
}

/// The address is none that updates may come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadAddress {
    /// Not `https://` and a host.
    #[error("not an address under https")]
    NotHttps,
    /// Longer than [`LONGEST_ADDRESS`].
    #[error("too long")]
    TooLong,
}

impl Feed {
    /// Reads what somebody typed; nothing is an address as well, for nobody has to look anywhere.
    pub fn parse(address: &str, channel: Channel) -> Result<Feed, BadAddress> {
        let address = address.trim();
        if address.chars().count() > LONGEST_ADDRESS {
            return Err(BadAddress::TooLong);
        }
        if !address.is_empty() && !is_https(address) {
            return Err(BadAddress::NotHttps);
        }
        Ok(Feed { address: address.to_owned(), channel })
    }

    /// Where to look; nothing while updates are off.
    pub fn url(&self) -> Option<String> {
        (!self.address.is_empty()).then(|| self.address.replace(CHANNEL_PLACE, self.channel.as_str()))
    }
}

/// What is not plain text of an address, or hides its true host behind a name, is not taken.
fn is_https(address: &str) -> bool {
    let Some(rest) = address.strip_prefix("https://") else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let plain = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '<' | '>' | '\\' | '^' | '`' | '|');
    !host.is_empty() && !host.contains('@') && address.chars().all(plain)
}

/// Where newer versions come from.
pub fn feed(tx: &ReadTx<'_>) -> Result<Feed, Fault> {
    let address = settings::text(tx, ADDRESS)?.unwrap_or_default();
    let channel = settings::text(tx, CHANNEL)?.and_then(|name| Channel::parse(&name));
    Ok(Feed { address, channel: channel.unwrap_or_default() })
}

/// Keeps where newer versions come from.
pub fn keep_feed(tx: &WriteTx<'_>, actor: &Actor, wanted: &Feed, now: Timestamp) -> Result<(), Fault> {
    let before = feed(tx)?;
    if before == *wanted {
        return Ok(());
    }
    settings::keep(tx, ADDRESS, &wanted.address)?;
    settings::keep(tx, CHANNEL, wanted.channel.as_str())?;
    let told = |feed: &Feed| json!({ "address": feed.address, "channel": feed.channel.as_str() });
    let detail = json!({ "from": told(&before), "to": told(wanted) });
    audit::record(tx, actor, "settings.updates", ("settings", "updates"), &detail, now)
}

/// When Karcis last looked for a newer version.
pub fn looked_at(tx: &ReadTx<'_>) -> Result<Option<Timestamp>, Fault> {
    let kept = settings::text(tx, LOOKED_AT)?.and_then(|millis| millis.parse().ok());
    Ok(kept.map(Timestamp::from_millis))
}

/// Remembers that somebody looks now, before anything is asked: a feed that does not answer is asked once a day too.
pub fn note_look(tx: &WriteTx<'_>, now: Timestamp) -> Result<(), Fault> {
    settings::keep(tx, LOOKED_AT, &now.millis().to_string())
}

/// Whether Karcis should look by itself. A clock that was put back since does not keep it from looking.
pub fn is_due(tx: &ReadTx<'_>, now: Timestamp) -> Result<bool, Fault> {
    if feed(tx)?.url().is_none() {
        return Ok(false);
    }
    Ok(looked_at(tx)?.is_none_or(|last| last > now || now.since(last) >= EVERY))
}

/// Why the program must not be replaced right now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hindrance {
    /// Somebody sells: so many shifts are not closed.
    OpenShifts(u32),
    /// Routers or printers are being spoken to: so many notes are on their way.
    UnderWay(u32),
    /// Somebody paused a batch: so many notes wait to be let go.
    Paused(u32),
}

/// What stands in the way of installing an update; nothing when it may be done.
pub fn hindrances(tx: &ReadTx<'_>) -> Result<Vec<Hindrance>, Fault> {
    let shifts = u32::try_from(shifts::not_closed(tx)?.len()).unwrap_or(u32::MAX);
    let (under_way, paused) = outbox::under_way(tx)?;
    let all = [
        (shifts, Hindrance::OpenShifts(shifts)),
        (under_way, Hindrance::UnderWay(under_way)),
        (paused, Hindrance::Paused(paused)),
    ];
    Ok(all.into_iter().filter(|(count, _)| *count > 0).map(|(_, hindrance)| hindrance).collect())
}

/// Why an update is not begun.
#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    /// Something stands in the way.
    #[error("something stands in the way: {0:?}")]
    Hindered(Vec<Hindrance>),
    /// We are broken.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Decides that the program is replaced now, and leaves who decided it in the trail.
pub fn begin_install(
    tx: &WriteTx<'_>,
    actor: &Actor,
    (from, to): (&str, &str),
    now: Timestamp,
) -> Result<(), InstallError> {
    let hindrances = hindrances(tx)?;
    if !hindrances.is_empty() {
        return Err(InstallError::Hindered(hindrances));
    }
    let detail = json!({ "from": from, "to": to });
    audit::record(tx, actor, "update.install", ("program", "karcis"), &detail, now)?;
    Ok(())
}

#[cfg(test)]
mod tests;
