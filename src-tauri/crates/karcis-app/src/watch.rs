//! Once a minute: is there something to speak of, and is it time to look for a newer version?

use crate::updates::Updates;
use karcis_core::db::Db;
use karcis_core::desktop::{self, NoticeKind};
use karcis_core::engine::Clock;
use karcis_core::fault::Fault;
use karcis_core::notices::{self, Memory, Notice};
use karcis_core::settings::{self, Language};
use karcis_core::updates as rules;
use karcis_web::{Texts, UpdateStanding, Updater};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Nothing it watches is urgent, and the first minute after a start belongs to people.
const EVERY: Duration = Duration::from_mins(1);

/// Speaks up outside the pages.
pub trait Bell: Send + Sync {
    /// Whether somebody is looking at the window.
    fn somebody_looks(&self) -> bool;
    /// Shows a notice of the system's own.
    fn ring(&self, title: &str, words: &str);
}

/// Watches the books for what is worth a word, and the calendar for the next look for a newer version.
#[derive(Clone)]
pub(crate) struct Watch {
    db: Db,
    clock: Clock,
    updates: Option<Updates>,
    bell: Option<Arc<dyn Bell>>,
}

/// What was said already.
#[derive(Default)]
pub(crate) struct Said {
    troubles: Memory,
    version: Option<String>,
}

impl Watch {
    pub(crate) fn new(db: Db, clock: Clock, updates: Option<Updates>, bell: Option<Arc<dyn Bell>>) -> Watch {
        Watch { db, clock, updates, bell }
    }

    /// Watches until `stop` turns true.
    pub(crate) async fn run(self, mut stop: watch::Receiver<bool>) {
        let mut said = Said::default();
        loop {
            if let Err(fault) = self.turn(&mut said).await {
                tracing::warn!(error = fault.chain(), "the books could not be watched for a minute");
            }
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => return,
                () = tokio::time::sleep(EVERY) => {}
            }
        }
    }

    /// One look.
    pub(crate) async fn turn(&self, said: &mut Said) -> Result<(), Fault> {
        self.speak_of_troubles(said).await?;
        self.look_for_newer().await?;
        self.speak_of_newer(said).await
    }

    async fn speak_of_troubles(&self, said: &mut Said) -> Result<(), Fault> {
        let Some(bell) = self.bell.clone() else { return Ok(()) };
        let (now, looks) = ((self.clock)(), bell.somebody_looks());
        let mut memory = std::mem::take(&mut said.troubles);
        let read = self.db.reading(move |tx| {
            let due = notices::due(tx, &mut memory, looks, now)?;
            Ok::<_, Fault>((due, settings::shop(tx)?.language, memory))
        });
        let (due, language, memory) = read.await?;
        said.troubles = memory;
        for notice in due {
            let (title, words) = spoken(&notice, Texts::of(language));
            bell.ring(title, &words);
        }
        Ok(())
    }

    /// Once a day, and only where somebody has said where. What does not answer is asked again tomorrow.
    async fn look_for_newer(&self) -> Result<(), Fault> {
        let Some(updates) = &self.updates else { return Ok(()) };
        let now = (self.clock)();
        let due = self.db.reading(move |tx| {
            Ok::<_, Fault>(if rules::is_due(tx, now)? { rules::feed(tx)?.url() } else { None })
        });
        let Some(url) = due.await? else { return Ok(()) };
        self.db.writing(move |tx| rules::note_look(tx, now)).await?;
        updates.look(&url);
        Ok(())
    }

    async fn speak_of_newer(&self, said: &mut Said) -> Result<(), Fault> {
        let (Some(updates), Some(bell)) = (&self.updates, &self.bell) else { return Ok(()) };
        let UpdateStanding::Found(release) = updates.standing() else { return Ok(()) };
        if said.version.as_ref() == Some(&release.version) {
            return Ok(());
        }
        let read = self.db.reading(|tx| {
            Ok::<_, Fault>((desktop::desktop(tx)?.tells(NoticeKind::Update), settings::shop(tx)?.language))
        });
        let (tells, language): (bool, Language) = read.await?;
        if tells {
            let t = &Texts::of(language).desktop;
            bell.ring(t.update_title, &t.update(&release.version));
        }
        said.version = Some(release.version);
        Ok(())
    }
}

fn spoken(notice: &Notice, t: &Texts) -> (&'static str, String) {
    let t = &t.desktop;
    match notice {
        Notice::RouterAway { name } => (t.away_title, t.away(name)),
        Notice::RouterRefuses { name } => (t.refuses_title, t.refuses(name)),
        Notice::Attention { count } => (t.attention_title, t.attention(count)),
    }
}

#[cfg(test)]
mod tests;
