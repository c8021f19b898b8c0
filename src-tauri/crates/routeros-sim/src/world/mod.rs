//! The state of the pretend router, and everything that may happen to it.

mod admin;
mod change;
pub(crate) mod clock;
pub(crate) mod command;
mod defaults;
mod execute;
mod hotspot;
mod login;
pub(crate) mod menu;
mod menus;
mod query;
mod show;
mod snapshot;
pub(crate) mod table;
pub(crate) mod value;

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::sync::{Notify, mpsc};

pub(crate) use change::Edit;
pub use defaults::Board;
pub(crate) use defaults::Setup;
pub use snapshot::RestoreError;

pub use hotspot::{Guest, LoginWay};
pub(crate) use login::{Proof, hex, within};

use self::clock::RouterClock;
use self::command::Change;
use self::menu::Menu;
use self::menus::MENUS;
use self::table::{Row, Table};
use crate::{Knobs, Version};

/// Lines the memory log keeps, as a real router does by default.
const LOG_LINES: usize = 1000;

pub(crate) struct World {
    pub(crate) version: Version,
    pub(crate) knobs: Knobs,
    pub(crate) clock: RouterClock,
    pub(crate) random: Random,
    /// Grows with every change of the configuration.
    pub(crate) revision: u64,
    /// Counts boots, so that a connection of an earlier boot cannot act any more.
    pub(crate) boot: u64,
    tables: Vec<Table>,
    /// How to undo the latest changes, each with the second in which it was made.
    journal: VecDeque<(i64, Vec<Edit>)>,
    listeners: Vec<Listener>,
    /// When the next session or cookie ends by itself, if any does.
    next_end: Option<i64>,
}

struct Listener {
    menu: usize,
    changes: mpsc::Sender<Change>,
    wake: Arc<Notify>,
}

impl World {
    pub(crate) fn new(setup: &Setup) -> Self {
        let mut world = World {
            version: setup.version,
            knobs: setup.knobs,
            clock: RouterClock::new(setup.clock),
            random: Random(setup.seed),
            revision: 0,
            boot: 1,
            tables: MENUS.iter().map(Table::new).collect(),
            journal: VecDeque::new(),
            listeners: Vec::new(),
            next_end: None,
        };
        world.furnish(setup);
        world
    }

    pub(crate) fn table(&self, menu: usize) -> &Table {
        &self.tables[menu]
    }

    pub(crate) fn at(&self, path: &'static str) -> &Table {
        &self.tables[Menu::known(path)]
    }

    /// Appends a line to the memory log and forgets the oldest one when it is full.
    pub(crate) fn log(&mut self, topics: &str, message: &str) {
        let menu = Menu::known("/log");
        let time = self.log_time();
        let row = self.blank_row(menu, &[("time", &time), ("topics", topics), ("message", message)]);
        let oldest = self.tables[menu].rows().next().map(|row| row.id);
        let full = self.tables[menu].len() >= LOG_LINES;
        let drop = oldest.filter(|_| full).map(|id| Edit::Take { menu, id });
        self.commit(drop.into_iter().chain([Edit::Put { menu, row }]).collect());
    }

    /// A new row with its defaults and these values, taken as they are.
    pub(crate) fn blank_row(&self, menu: usize, values: &[(&str, &str)]) -> Row {
        let now = self.clock.virtual_now();
        let mut row = self.tables[menu].blank(now);
        for (name, value) in values {
            if let Some(prop) = MENUS[menu].prop(name) {
                row.values[prop] = Some((*value).to_owned());
            }
        }
        row
    }

    /// Switches the router off and on: passing rows are gone and nobody is connected any more.
    pub(crate) fn restart(&mut self) {
        for table in &mut self.tables {
            if !table.menu.is_config() {
                table.clear();
            }
        }
        self.listeners.clear();
        self.boot += 1;
        self.log("system,info", "router rebooted");
    }
}

impl World {
    /// Becomes another world whose time goes on: a router that was reset to how it left the factory.
    pub(crate) fn begin_anew(&mut self, fresh: World) {
        let old = std::mem::replace(self, fresh);
        (self.clock, self.knobs, self.boot) = (old.clock, old.knobs, old.boot);
        self.revision = old.revision + 1;
    }
}

/// A small reproducible source of randomness (splitmix64).
#[derive(Debug)]
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}
