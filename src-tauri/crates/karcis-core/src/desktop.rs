//! How Karcis behaves on the computer it runs on: beside the clock, at the start of the day, and when it speaks up.

use crate::audit::{self, Actor};
use crate::db::{ReadTx, WriteTx};
use crate::fault::Fault;
use crate::settings;
use crate::values::Timestamp;
use serde_json::json;

const STAYS: &str = "desktop.stays_when_closed";
const TOLD: &str = "desktop.told_that_it_stays";
const YES: &str = "yes";
const NO: &str = "no";

/// What Karcis may show a notice about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NoticeKind {
    /// A router does not answer, or refuses us.
    Router,
    /// Something is listed for a person: what was given up, or went out unconfirmed.
    Attention,
    /// A newer version is there.
    Update,
}

impl NoticeKind {
    /// Every kind, as the settings list them.
    pub const ALL: [NoticeKind; 3] = [NoticeKind::Router, NoticeKind::Attention, NoticeKind::Update];

    /// The name as sent by forms.
    pub const fn as_str(self) -> &'static str {
        match self {
            NoticeKind::Router => "router",
            NoticeKind::Attention => "attention",
            NoticeKind::Update => "update",
        }
    }

    const fn setting(self) -> &'static str {
        match self {
            NoticeKind::Router => "desktop.notice.router",
            NoticeKind::Attention => "desktop.notice.attention",
            NoticeKind::Update => "desktop.notice.update",
        }
    }
}

/// What the owner has chosen for this computer; everything is on until somebody turns it off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Desktop {
    /// Whether closing the window leaves Karcis at work beside the clock.
    pub stays_when_closed: bool,
    /// What it speaks up about.
    pub notices: Vec<NoticeKind>,
}

impl Desktop {
    /// Whether notices of this kind are shown.
    pub fn tells(&self, kind: NoticeKind) -> bool {
        self.notices.contains(&kind)
    }
}

/// What becomes of the window when somebody closes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closing {
    /// The program ends.
    Ends,
    /// The window is hidden and the program goes on; `first` is true once in the life of these books.
    Hides {
        /// Whether people have to be told where it has gone.
        first: bool,
    },
}

/// What the owner has chosen for this computer.
pub fn desktop(tx: &ReadTx<'_>) -> Result<Desktop, Fault> {
    let mut notices = Vec::with_capacity(NoticeKind::ALL.len());
    for kind in NoticeKind::ALL {
        if is_on(tx, kind.setting())? {
            notices.push(kind);
        }
    }
    Ok(Desktop { stays_when_closed: is_on(tx, STAYS)?, notices })
}

/// Keeps what the owner has chosen for this computer.
pub fn keep(tx: &WriteTx<'_>, actor: &Actor, wanted: &Desktop, now: Timestamp) -> Result<(), Fault> {
    let before = desktop(tx)?;
    settings::keep(tx, STAYS, word(wanted.stays_when_closed))?;
    for kind in NoticeKind::ALL {
        settings::keep(tx, kind.setting(), word(wanted.tells(kind)))?;
    }
    let after = desktop(tx)?;
    if before == after {
        return Ok(());
    }
    let detail = json!({ "from": told(&before), "to": told(&after) });
    audit::record(tx, actor, "settings.desktop", ("settings", "desktop"), &detail, now)
}

/// Leaves in the trail that somebody had Karcis start with the computer, or not any more. The system itself keeps which.
pub fn record_autostart(tx: &WriteTx<'_>, actor: &Actor, on: bool, now: Timestamp) -> Result<(), Fault> {
    let detail = json!({ "from": !on, "to": on });
    audit::record(tx, actor, "settings.autostart", ("settings", "autostart"), &detail, now)
}

/// Decides what becomes of the window when somebody closes it. Without a tray nobody would find it again.
pub fn close(tx: &WriteTx<'_>, has_tray: bool) -> Result<Closing, Fault> {
    if !has_tray || !is_on(tx, STAYS)? {
        return Ok(Closing::Ends);
    }
    let first = settings::text(tx, TOLD)?.is_none();
    if first {
        settings::keep(tx, TOLD, YES)?;
    }
    Ok(Closing::Hides { first })
}

fn is_on(tx: &ReadTx<'_>, setting: &str) -> Result<bool, Fault> {
    Ok(settings::text(tx, setting)?.as_deref() != Some(NO))
}

const fn word(on: bool) -> &'static str {
    if on { YES } else { NO }
}

fn told(desktop: &Desktop) -> serde_json::Value {
    let notices: Vec<_> = desktop.notices.iter().map(|kind| kind.as_str()).collect();
    json!({ "stays_when_closed": desktop.stays_when_closed, "notices": notices })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pretend::{Books, NOW};

    #[test]
    fn closing_hides_the_window_only_where_a_tray_brings_it_back_and_says_so_once() {
        let books = Books::new();
        let close = |has_tray| books.db.write(|tx| close(tx, has_tray)).unwrap();
        assert_eq!(close(false), Closing::Ends);
        assert_eq!(close(true), Closing::Hides { first: true });
        assert_eq!(close(true), Closing::Hides { first: false });
        let wanted = Desktop { stays_when_closed: false, notices: Vec::new() };
        books.db.write(|tx| keep(tx, &Actor::karcis(), &wanted, NOW)).unwrap();
        assert_eq!(close(true), Closing::Ends);
    }

    #[test]
    fn what_is_chosen_is_kept_and_stands_in_the_trail_once() {
        let books = Books::new();
        let usual = books.db.read(desktop).unwrap();
        assert!(usual.stays_when_closed && NoticeKind::ALL.iter().all(|kind| usual.tells(*kind)));
        let wanted = Desktop { stays_when_closed: true, notices: vec![NoticeKind::Attention] };
        for _ in 0..2 {
            books.db.write(|tx| keep(tx, &Actor::karcis(), &wanted, NOW)).unwrap();
        }
        assert_eq!(books.db.read(desktop).unwrap(), wanted);
        let trail = books.db.read(|tx| audit::history(tx, ("settings", "desktop"), 10)).unwrap();
        assert_eq!(trail.len(), 1, "what did not change is not told");
        assert!(trail[0].detail.contains("attention"), "{}", trail[0].detail);
    }
}
