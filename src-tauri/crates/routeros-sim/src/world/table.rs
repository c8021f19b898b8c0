//! The rows of one menu, found by id and by name without walking.

use std::collections::{BTreeMap, HashMap};

use super::menu::Menu;

/// One row; its values stand in the order of the menu's properties.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) id: u32,
    /// Virtual second in which the row appeared.
    pub(crate) born: i64,
    pub(crate) values: Vec<Option<String>>,
}

impl Row {
    pub(crate) fn value(&self, prop: usize) -> Option<&str> {
        self.values[prop].as_deref()
    }
}

/// The `.id` of a row as clients see it.
pub(crate) fn star(id: u32) -> String {
    format!("*{id:X}")
}

/// The id a token like `*1A` names.
pub(crate) fn unstar(token: &str) -> Option<u32> {
    u32::from_str_radix(token.strip_prefix('*')?, 16).ok()
}

#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) menu: &'static Menu,
    name: Option<usize>,
    rows: BTreeMap<u32, Row>,
    by_name: HashMap<String, Vec<u32>>,
    next: u32,
}

impl Table {
    pub(crate) fn new(menu: &'static Menu) -> Self {
        let name = menu.prop("name");
        Table { menu, name, rows: BTreeMap::new(), by_name: HashMap::new(), next: 0 }
    }

    /// A row with its defaults and the next id, which is used up when the row is put in place.
    pub(crate) fn blank(&self, now: i64) -> Row {
        let id = self.next;
        let values = self.menu.props.iter().map(|prop| prop.default.map(str::to_owned)).collect();
        Row { id, born: now, values }
    }

    pub(crate) fn row(&self, id: u32) -> Option<&Row> {
        self.rows.get(&id)
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = &Row> {
        self.rows.values()
    }

    /// Rows whose id is at least `id`, in order.
    pub(crate) fn rows_from(&self, id: u32) -> impl Iterator<Item = &Row> {
        self.rows.range(id..).map(|(_, row)| row)
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn named(&self, name: &str) -> impl Iterator<Item = &Row> {
        let ids = self.by_name.get(name).map_or(&[][..], Vec::as_slice);
        ids.iter().filter_map(|id| self.rows.get(id))
    }

    /// The row a token of a command means: `*1A`, or an exact name.
    pub(crate) fn find(&self, token: &str) -> Option<&Row> {
        match unstar(token) {
            Some(id) => self.rows.get(&id),
            None => self.named(token).next(),
        }
    }

    pub(crate) fn value<'row>(&self, row: &'row Row, name: &str) -> Option<&'row str> {
        row.value(self.menu.prop(name)?)
    }

    pub(crate) fn name_of<'row>(&self, row: &'row Row) -> Option<&'row str> {
        row.value(self.name?)
    }

    /// Puts a row in its place and returns the one that stood there.
    pub(crate) fn put(&mut self, row: Row) -> Option<Row> {
        let before = self.take(row.id);
        self.next = self.next.max(row.id.saturating_add(1));
        if let Some(name) = self.name_of(&row) {
            self.by_name.entry(name.to_owned()).or_default().push(row.id);
        }
        self.rows.insert(row.id, row);
        before
    }

    pub(crate) fn take(&mut self, id: u32) -> Option<Row> {
        let row = self.rows.remove(&id)?;
        if let Some(name) = self.name_of(&row)
            && let Some(ids) = self.by_name.get_mut(name)
        {
            ids.retain(|known| *known != id);
            if ids.is_empty() {
                self.by_name.remove(name);
            }
        }
        Some(row)
    }

    pub(crate) fn next_id(&self) -> u32 {
        self.next
    }

    pub(crate) fn continue_at(&mut self, next: u32) {
        self.next = self.next.max(next);
    }

    pub(crate) fn clear(&mut self) {
        self.rows.clear();
        self.by_name.clear();
    }
}
