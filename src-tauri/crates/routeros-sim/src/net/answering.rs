//! What the router says: to one command, or to those who listen.

use tokio::sync::mpsc::error::TryRecvError;

use super::connection::{BATCH, Connection, End, Step, Subscribed};
use super::outbox::Outbox;
use crate::Break;
use crate::core::{Core, lock};
use crate::world::command::{Answer, Change, Command, Page, Subscription, Trap};
use crate::world::table::star;

impl Connection {
    pub(super) async fn answer(&mut self, tag: Option<String>, answer: Answer) -> Step {
        match answer {
            Answer::Done(ret) => self.done(tag.as_deref(), ret.as_deref()),
            Answer::Trap(trap) => self.trap(tag.as_deref(), &trap),
            Answer::Listen(subscription) => self.subscriptions.push(Subscribed { tag, subscription }),
            Answer::Print(page) => return self.print(tag, page).await,
        }
        Ok(())
    }

    async fn print(&mut self, tag: Option<String>, mut page: Page) -> Step {
        while lock(&self.core.world).show_page(&mut page, tag.as_deref(), &mut self.out) {
            if self.out.is_cut() || self.out.bytes().len() >= BATCH {
                self.flush().await?;
            }
        }
        if let Some(subscription) = page.then {
            self.subscriptions.push(Subscribed { tag, subscription });
            return Ok(());
        }
        if page.shown == 0 && lock(&self.core.world).version.says_empty() {
            self.out.bare("!empty", tag.as_deref());
        }
        self.done(tag.as_deref(), None);
        Ok(())
    }

    /// Ends one command that is still running, or all of them.
    pub(super) fn cancel(&mut self, command: &Command) {
        let meant = command.attribute("tag");
        let hit = |tag: &Option<String>| meant.is_none() || tag.as_deref() == meant;
        let mut ended: Vec<Option<String>> = Vec::new();
        for subscribed in self.subscriptions.extract_if(.., |subscribed| hit(&subscribed.tag)) {
            ended.push(subscribed.tag);
        }
        for waiting in self.waiting.extract_if(.., |waiting| hit(&waiting.command.tag)) {
            ended.push(waiting.command.tag);
        }
        for tag in &ended {
            self.trap_only(tag.as_deref(), &Trap::of(2, "interrupted"));
        }
        self.done(command.tag.as_deref(), None);
        for tag in &ended {
            self.done(tag.as_deref(), None);
        }
    }

    /// Writes what changed for those who listen.
    pub(super) async fn deliver(&mut self) -> Step {
        let mut index = 0;
        while let Some(subscribed) = self.subscriptions.get_mut(index) {
            let Subscribed { tag, subscription } = subscribed;
            match subscription.changes.try_recv() {
                Ok(change) => self.core.show_change(&change, subscription, tag.as_deref(), &mut self.out),
                Err(TryRecvError::Empty) => index += 1,
                Err(TryRecvError::Disconnected) => {
                    let tag = self.subscriptions.remove(index).tag;
                    self.trap(tag.as_deref(), &Trap::of(2, "interrupted"));
                }
            }
            if self.out.is_cut() || self.out.bytes().len() >= BATCH {
                self.flush().await?;
            }
        }
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

    fn trap_only(&mut self, tag: Option<&str>, trap: &Trap) {
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
    fn show_change(&self, change: &Change, to: &Subscription, tag: Option<&str>, out: &mut Outbox) {
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
