//! The rows of one menu, found by id and by name without walking, in order where order means something.

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

/// Ids from here on belong to rows a router is born with.
const BUILT_IN: u32 = 0xFFFF_0000;

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
    key: Option<usize>,
    dynamic: Option<usize>,
    rows: BTreeMap<u32, Row>,
    by_key: HashMap<String, Vec<u32>>,
    /// The ids as they stand, in a menu whose rows can be moved.
    order: Option<Vec<u32>>,
    next: u32,
}

impl Table {
    pub(crate) fn new(menu: &'static Menu) -> Self {
        let name = menu.prop("name");
        let key = menu.prop(menu.key);
        let dynamic = menu.prop("dynamic");
        let order = menu.ordered.then(Vec::new);
        Table { menu, name, key, dynamic, rows: BTreeMap::new(), by_key: HashMap::new(), order, next: 0 }
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

    pub(crate) fn rows(&self) -> Box<dyn Iterator<Item = &Row> + '_> {
        match &self.order {
            Some(order) => Box::new(order.iter().filter_map(|id| self.rows.get(id))),
            None => Box::new(self.rows.values()),
        }
    }

    /// Rows from this place on, each with the place after it. A place is an id, or in a menu whose rows can be moved
    /// how many rows stand before.
    pub(crate) fn rows_from(&self, place: u32) -> Box<dyn Iterator<Item = (u32, &Row)> + '_> {
        match &self.order {
            Some(order) => {
                let after = order.iter().zip(1u32..).skip(place as usize);
                Box::new(after.filter_map(|(id, next)| Some((next, self.rows.get(id)?))))
            }
            None => Box::new(self.rows.range(place..).map(|(id, row)| (id.saturating_add(1), row))),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The rows whose key (the name, where the menu has one) is this.
    pub(crate) fn keyed(&self, key: &str) -> impl Iterator<Item = &Row> {
        let ids = self.by_key.get(key).map_or(&[][..], Vec::as_slice);
        ids.iter().filter_map(|id| self.rows.get(id))
    }

    pub(crate) fn named(&self, name: &str) -> impl Iterator<Item = &Row> {
        self.keyed(name).filter(|_| self.name.is_some())
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

    /// Puts a row in its place and returns the one that stood there. A new row comes last.
    pub(crate) fn put(&mut self, row: Row) -> Option<Row> {
        let before = self.unlink(row.id);
        if row.id < BUILT_IN {
            self.next = self.next.max(row.id.saturating_add(1));
        }
        if let Some(order) = self.order.as_mut().filter(|_| before.is_none()) {
            order.push(row.id);
        }
        if let Some(key) = self.key.and_then(|key| row.value(key)) {
            self.by_key.entry(key.to_owned()).or_default().push(row.id);
        }
        self.rows.insert(row.id, row);
        before
    }

    /// Takes a row away and says how many stood before it, where that means something.
    pub(crate) fn take(&mut self, id: u32) -> Option<(Row, usize)> {
        let row = self.unlink(id)?;
        let Some(order) = &mut self.order else { return Some((row, 0)) };
        let place = order.iter().position(|known| *known == id).unwrap_or(order.len());
        order.retain(|known| *known != id);
        Some((row, place))
    }

    fn unlink(&mut self, id: u32) -> Option<Row> {
        let row = self.rows.remove(&id)?;
        if let Some(key) = self.key.and_then(|key| row.value(key))
            && let Some(ids) = self.by_key.get_mut(key)
        {
            ids.retain(|known| *known != id);
            if ids.is_empty() {
                self.by_key.remove(key);
            }
        }
        Some(row)
    }

    /// How many rows stand before this one.
    pub(crate) fn place(&self, id: u32) -> Option<usize> {
        self.order.as_ref()?.iter().position(|known| *known == id)
    }

    /// Moves a row so that so many stand before it, and returns where it stood.
    pub(crate) fn shift(&mut self, id: u32, place: usize) -> Option<usize> {
        let before = self.place(id)?;
        let order = self.order.as_mut()?;
        order.remove(before);
        order.insert(place.min(order.len()), id);
        Some(before)
    }

    /// Whether the router made this row by itself, for as long as it is needed.
    pub(crate) fn is_dynamic(&self, row: &Row) -> bool {
        self.dynamic.is_some_and(|prop| row.value(prop) == Some("true"))
    }

    pub(crate) fn forget_dynamic(&mut self) {
        let ids: Vec<u32> = self.rows().filter(|row| self.is_dynamic(row)).map(|row| row.id).collect();
        for id in ids {
            self.take(id);
        }
    }

    pub(crate) fn next_id(&self) -> u32 {
        self.next
    }

    pub(crate) fn continue_at(&mut self, next: u32) {
        self.next = self.next.max(next);
    }

    pub(crate) fn clear(&mut self) {
        self.rows.clear();
        self.by_key.clear();
        if let Some(order) = &mut self.order {
            order.clear();
        }
    }
}
