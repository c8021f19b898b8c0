//! What a change of the configuration does to what is running.

use super::command::Trap;
use super::menus::MENUS;
use super::table::{Row, star};
use super::{Edit, World};
use crate::knobs::ProfileRemoval;

const USER_PROFILE: &str = "/ip/hotspot/user/profile";

impl World {
    /// What follows from rows that were changed.
    pub(super) fn after_change(&mut self, menu: usize, rows: &[(u32, String)]) {
        for (id, name) in rows {
            let disabled = self.tables[menu].row(*id).map(|row| self.text(menu, row, "disabled") == "true");
            match MENUS[menu].path {
                "/ip/hotspot" if disabled != Some(false) => self.end_sessions_of("server", name),
                "/ip/hotspot/user" if disabled != Some(false) && self.knobs.drops_changed_users => {
                    self.end_sessions_of("user", name);
                }
                _ => {}
            }
        }
    }

    /// Names of rows, to be looked at once they have changed or are gone.
    pub(super) fn named_rows(&self, menu: usize, rows: &[Row]) -> Vec<(u32, String)> {
        let name = |row: &Row| self.tables[menu].name_of(row).unwrap_or_default().to_owned();
        rows.iter().map(|row| (row.id, name(row))).collect()
    }

    /// Whether rows may be removed.
    pub(super) fn refuse_removal(&self, menu: usize, rows: &[Row]) -> Result<(), Trap> {
        let table = &self.tables[menu];
        if rows.iter().any(|row| table.value(row, "default") == Some("true")) {
            let noun = MENUS[menu].path.rsplit('/').next().unwrap_or_default();
            return Err(Trap::plain(format!("failure: can not remove default {noun}")));
        }
        let refuses =
            MENUS[menu].path == USER_PROFILE && self.knobs.profile_removal == ProfileRemoval::Refused;
        let used = |row: &&Row| {
            table.name_of(row).is_some_and(|name| !self.follow_rename(menu, name, name).is_empty())
        };
        match rows.iter().find(used).filter(|_| refuses) {
            Some(_) => Err(Trap::plain("failure: profile is in use")),
            None => Ok(()),
        }
    }

    /// The edits that remove rows; who referred to one shows its id from then on, or gets the default profile.
    pub(super) fn remove_edits(&self, menu: usize, ids: &[u32]) -> Vec<Edit> {
        let falls_back =
            MENUS[menu].path == USER_PROFILE && self.knobs.profile_removal == ProfileRemoval::Default;
        let mut edits = Vec::new();
        for id in ids {
            if let Some(name) = self.tables[menu].row(*id).and_then(|row| self.tables[menu].name_of(row)) {
                let left = if falls_back { "default".to_owned() } else { star(*id) };
                edits.extend(self.follow_rename(menu, name, &left));
            }
            edits.push(Edit::Take { menu, id: *id });
        }
        edits
    }
}
