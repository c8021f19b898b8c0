//! Every change goes through [`World::commit`]: it moves the rows, tells listeners, and remembers how to undo.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, mpsc};

use super::command::Change;
use super::menus::MENUS;
use super::table::Row;
use super::value::Kind;
use super::{Listener, World};

/// Changes that can still be lost because flash was not yet written.
const JOURNAL_LENGTH: usize = 4096;

#[derive(Debug, Clone)]
pub(crate) enum Edit {
    Put {
        menu: usize,
        row: Row,
    },
    Take {
        menu: usize,
        id: u32,
    },
    /// So many rows shall stand before this one.
    Shift {
        menu: usize,
        id: u32,
        place: usize,
    },
}

impl World {
    /// Applies one change made of these edits, as a whole.
    pub(crate) fn commit(&mut self, edits: Vec<Edit>) {
        let config = edits.iter().any(|edit| self.is_config(edit));
        let undo: Vec<Edit> = edits.into_iter().flat_map(|edit| self.apply(edit)).collect();
        if config && !undo.is_empty() {
            self.revision += 1;
            if self.journal.len() == JOURNAL_LENGTH {
                self.journal.pop_front();
            }
            self.journal.push_back((self.clock.virtual_now(), undo));
        }
    }

    /// Puts a row in place whose change is no configuration, such as how often a script has run.
    pub(crate) fn count_run(&mut self, menu: usize, row: Row) {
        self.apply(Edit::Put { menu, row });
    }

    /// Whether an edit changes what is kept on flash.
    fn is_config(&self, edit: &Edit) -> bool {
        let (menu, row) = match edit {
            Edit::Put { menu, row } => (*menu, Some(row)),
            Edit::Take { menu, id } | Edit::Shift { menu, id, .. } => (*menu, self.tables[*menu].row(*id)),
        };
        MENUS[menu].is_config() && !row.is_some_and(|row| self.tables[menu].is_dynamic(row))
    }

    /// Takes back the latest changes of the configuration, as a power cut does before flash is written.
    pub(crate) fn lose_last(&mut self, count: usize) {
        for _ in 0..count {
            let Some((_, undo)) = self.journal.pop_back() else { return };
            for edit in undo.into_iter().rev() {
                self.apply(edit);
            }
            self.revision += 1;
        }
    }

    /// Takes back the changes of the configuration that are younger than this.
    pub(crate) fn lose_younger_than(&mut self, age: Duration) {
        let since = self.clock.virtual_now().saturating_sub_unsigned(age.as_secs());
        let young = self.journal.iter().rev().take_while(|(made, _)| *made > since).count();
        self.lose_last(young);
    }

    pub(crate) fn forget_journal(&mut self) {
        self.journal.clear();
    }

    /// Applies one edit and returns those that take it back, the last first.
    fn apply(&mut self, edit: Edit) -> Vec<Edit> {
        match edit {
            Edit::Put { menu, row } => {
                let id = row.id;
                self.tell(menu, || Change::Now(row.clone()));
                let before = self.tables[menu].put(row);
                self.plan(menu, id);
                vec![before.map_or(Edit::Take { menu, id }, |row| Edit::Put { menu, row })]
            }
            Edit::Take { menu, id } => {
                let Some((row, place)) = self.tables[menu].take(id) else { return Vec::new() };
                self.tell(menu, || Change::Dead(id));
                self.plan(menu, id);
                let back = MENUS[menu].ordered.then_some(Edit::Shift { menu, id, place });
                back.into_iter().chain([Edit::Put { menu, row }]).collect()
            }
            Edit::Shift { menu, id, place } => {
                let before = self.tables[menu].shift(id, place);
                before.map(|place| Edit::Shift { menu, id, place }).into_iter().collect()
            }
        }
    }

    pub(crate) fn subscribe(&mut self, menu: usize, wake: &Arc<Notify>) -> mpsc::Receiver<Change> {
        let (changes, receiver) = mpsc::channel(self.knobs.listener_queue);
        // Whoever has gone would otherwise be kept until the menu changes, which may be never.
        self.listeners.retain(|listener| !listener.changes.is_closed());
        self.listeners.push(Listener { menu, changes, wake: Arc::clone(wake) });
        receiver
    }

    /// How many listeners are kept.
    #[cfg(test)]
    pub(crate) fn listeners(&self) -> usize {
        self.listeners.len()
    }

    /// A listener that has gone or does not keep up is forgotten; the closed queue tells its connection.
    fn tell(&mut self, menu: usize, change: impl Fn() -> Change) {
        if self.listeners.is_empty() {
            return;
        }
        self.listeners.retain(|listener| {
            let kept = listener.menu != menu || listener.changes.try_send(change()).is_ok();
            if listener.menu == menu {
                listener.wake.notify_one();
            }
            kept
        });
    }

    /// The edits that make other menus follow when a row gets a new name (or an id in place of one).
    pub(crate) fn follow_rename(&self, menu: usize, old: &str, new: &str) -> Vec<Edit> {
        let target = MENUS[menu].path;
        let mut edits = Vec::new();
        for (other, described) in MENUS.iter().enumerate() {
            for (prop, property) in described.props.iter().enumerate() {
                if !matches!(property.kind, Kind::Named { menu, .. } if menu == target) {
                    continue;
                }
                for row in self.tables[other].rows().filter(|row| row.value(prop) == Some(old)) {
                    let mut row = row.clone();
                    row.values[prop] = Some(new.to_owned());
                    edits.push(Edit::Put { menu: other, row });
                }
            }
        }
        edits
    }

    /// Removes rows; who is removed from the active sessions is logged out.
    pub(crate) fn remove_rows(&mut self, menu: usize, ids: &[u32]) {
        match MENUS[menu].path {
            "/ip/hotspot/active" => ids.iter().for_each(|id| self.put_out(*id)),
            "/ip/hotspot/host" => ids.iter().for_each(|id| self.remove_host(*id)),
            "/ppp/active" => ids.iter().for_each(|id| self.hang_up(*id, "admin reset")),
            _ => {
                let rows: Vec<Row> =
                    ids.iter().filter_map(|id| self.tables[menu].row(*id).cloned()).collect();
                let names = self.named_rows(menu, &rows);
                let edits = self.remove_edits(menu, ids);
                self.commit(edits);
                self.after_change(menu, &names);
            }
        }
    }
}
