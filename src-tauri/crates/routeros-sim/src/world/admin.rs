//! What another administrator, or the router itself, does to the configuration.

use super::command::Trap;
use super::menu::{Menu, Verb};
use super::table::star;
use super::{Edit, World};
use crate::Deed;

impl World {
    /// Adds a row. In menus that clients cannot add to, the values are taken as they are.
    pub(crate) fn admin_add(&mut self, path: &str, properties: &[(&str, &str)]) -> Result<String, Trap> {
        let menu = simulated(path)?;
        if self.table(menu).menu.verbs.contains(&Verb::Add) {
            let owned: Vec<_> =
                properties.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
            return Ok(star(self.add("admin", menu, &owned)?));
        }
        let row = self.blank_row(menu, properties);
        let id = row.id;
        self.commit(vec![Edit::Put { menu, row }]);
        Ok(star(id))
    }

    /// Changes the row with this id or name. Counters and the like may be set too.
    pub(crate) fn admin_set(
        &mut self,
        path: &str,
        row: &str,
        properties: &[(&str, &str)],
    ) -> Result<(), Trap> {
        let menu = simulated(path)?;
        let mut row = self.table(menu).find(row).cloned().ok_or_else(|| self.no_such_item())?;
        for (key, value) in properties {
            let described = self.table(menu).menu;
            match described.prop(key).filter(|prop| !described.props[*prop].is_given()) {
                Some(kept) => row.values[kept] = Some((*value).to_owned()),
                None => self.assign(menu, &mut row, key, value)?,
            }
        }
        self.replace(menu, vec![row])?;
        Ok(())
    }

    /// Removes the row with this id or name.
    pub(crate) fn admin_remove(&mut self, path: &str, row: &str) -> Result<(), Trap> {
        let menu = simulated(path)?;
        let row = self.table(menu).find(row).cloned().ok_or_else(|| self.no_such_item())?;
        self.refuse_removal(menu, std::slice::from_ref(&row))?;
        self.remove_rows(menu, &[row.id]);
        Ok(())
    }

    /// How many rows are there already when a change goes to this path; none when it is no change.
    pub(crate) fn rows_behind(&self, path: &str) -> u32 {
        let menu = path.rsplit_once('/').filter(|(_, verb)| matches!(*verb, "add" | "set" | "remove"));
        let rows = menu.and_then(|(menu, _)| Menu::at(menu)).map_or(0, |menu| self.table(menu).len());
        u32::try_from(rows).unwrap_or(u32::MAX)
    }

    /// Does what another administrator does.
    pub(crate) fn do_deed(&mut self, deed: &Deed) -> Result<(), Trap> {
        match deed {
            Deed::Add { path, values } => self.admin_add(path, &borrowed(values)).map(drop),
            Deed::Set { path, row, values } => self.admin_set(path, row, &borrowed(values)),
            Deed::Remove { path, row } => self.admin_remove(path, row),
        }
    }

    /// Takes a policy away from the group of a user of the API.
    pub(crate) fn take_policy(&mut self, user: &str, policy: &str) {
        let Some(group) = self.group_of(user) else { return };
        let groups = self.at("/user/group");
        let Some(list) = groups.named(&group).next().and_then(|row| groups.value(row, "policy")) else {
            return;
        };
        let without: Vec<&str> = list.split(',').filter(|word| *word != policy).collect();
        let without = without.join(",");
        let _ = self.admin_set("/user/group", &group, &[("policy", &without)]);
    }
}

fn borrowed(values: &[(String, String)]) -> Vec<(&str, &str)> {
    values.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect()
}

fn simulated(path: &str) -> Result<usize, Trap> {
    Menu::at(path).ok_or_else(|| Trap::plain(format!("{path} is not simulated")))
}
