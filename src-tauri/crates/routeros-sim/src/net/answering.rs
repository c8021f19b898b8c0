//! What the router says: to one command, or to those who listen.

use tokio::time::Instant;

use super::connection::{Connection, End, Step};
use super::jobs::Work;
use super::outbox::Outbox;
use crate::core::{Core, lock};
use crate::world::command::{Answer, Change, Page, Subscription, Trap};
use crate::world::table::star;
use crate::{Break, Reboot};

impl Connection {
    pub(super) fn answer(&mut self, tag: Option<String>, answer: Answer) -> Step {
        match answer {
            Answer::Done(ret) => self.done(tag.as_deref(), ret.as_deref()),
            Answer::Trap(trap) => self.trap(tag.as_deref(), &trap),
            Answer::Listen(subscription) => self.begin(tag, Work::Listen(Box::new(subscription)))?,
            Answer::Print(page) => self.print(tag, page)?,
            Answer::Row(values) => {
                self.out.begin("!re", tag.as_deref());
                for (name, value) in &values {
                    self.out.attribute(name, value);
                }
                self.out.end(tag.as_deref());
                self.done(tag.as_deref(), None);
            }
            Answer::Down { returns } => {
                let reboot = Reboot::graceful();
                self.core.restart(if returns { reboot } else { reboot.until_power_on() });
                return Err(End(Break::Fin));
            }
            Answer::Repeat(repeat) => {
                let due = Instant::now();
                self.begin(tag, Work::Repeat { repeat: Box::new(repeat), due, section: 0 })?;
            }
        }
        Ok(())
    }

    /// Shows the first rows at once, and the others, if there are any, page by page beside other commands.
    fn print(&mut self, tag: Option<String>, mut page: Page) -> Step {
        let more = lock(&self.core.world).show_page(&mut page, tag.as_deref(), &mut self.out);
        let rows = usize::try_from(page.shown).unwrap_or(usize::MAX);
        let due = lock(&self.core.pace).show(Instant::now(), rows);
        if more || due.is_some() || page.then.is_some() {
            return self.begin(tag, Work::Show { page: Box::new(page), due });
        }
        if page.shown == 0 && lock(&self.core.world).version.says_empty() {
            self.out.bare("!empty", tag.as_deref());
        }
        self.done(tag.as_deref(), None);
        Ok(())
    }

    pub(super) fn done(&mut self, tag: Option<&str>, ret: Option<&str>) {
        self.out.begin("!done", tag);
        if let Some(ret) = ret {
            self.out.attribute("ret", ret);
        }
        self.out.end(tag);
    }

    pub(super) fn trap(&mut self, tag: Option<&str>, trap: &Trap) {
        self.trap_only(tag, trap);
        self.done(tag, None);
    }

    pub(super) fn trap_only(&mut self, tag: Option<&str>, trap: &Trap) {
        self.out.begin("!trap", tag);
        if let Some(category) = trap.category {
            self.out.attribute("category", &category.to_string());
        }
        self.out.attribute("message", &trap.message);
        self.out.end(tag);
    }

    pub(super) async fn fatal(&mut self, reason: &str) -> Step {
        self.out.begin("!fatal", None);
        self.out.word(&[reason.as_bytes()]);
        self.out.end(None);
        self.flush().await?;
        Err(End(Break::Fin))
    }
}

impl Core {
    pub(super) fn show_change(
        &self,
        change: &Change,
        to: &Subscription,
        tag: Option<&str>,
        out: &mut Outbox,
    ) {
        match change {
            Change::Now(row) => {
                let world = lock(&self.world);
                if world.passes(to.menu, row, &to.view) {
                    world.show_row(to.menu, row, &to.view, tag, out);
                }
            }
            Change::Dead(id) => {
                out.begin("!re", tag);
                out.attribute(".id", &star(*id));
                out.attribute(".dead", "true");
                out.end(tag);
            }
        }
    }
}
