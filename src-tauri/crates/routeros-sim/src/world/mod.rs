//! The state of the pretend router, and everything that may happen to it.

mod actions;
mod admin;
mod aftermath;
mod agenda;
mod change;
pub(crate) mod clock;
pub(crate) mod command;
mod complete;
mod defaults;
pub(crate) mod execute;
mod fixtures;
mod hotspot;
mod login;
pub(crate) mod menu;
mod menus;
mod pools;
mod ppp;
mod query;
mod scheduler;
mod script;
mod settle;
mod show;
mod snapshot;
mod storage;
pub(crate) mod table;
mod traffic;
pub(crate) mod value;
mod zone;

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use tokio::sync::{Notify, mpsc};

pub(crate) use change::Edit;
pub use defaults::Board;
pub(crate) use defaults::Setup;
pub use fixtures::{Fixture, UnknownFixture};
pub use snapshot::RestoreError;

pub(crate) use hotspot::Attempt;
pub use hotspot::{Guest, LoginWay};
pub(crate) use login::{Proof, hex, within};
pub use ppp::Caller;
pub use script::Scripts;
pub use traffic::Traffic;

use self::agenda::Agenda;
use self::clock::RouterClock;
use self::command::Change;
use self::hotspot::{Device, Flow};
use self::menu::Menu;
use self::menus::MENUS;
use self::script::Desk;
use self::table::{Row, Table};
use self::traffic::Link;
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
    agenda: Agenda,
    /// Nothing happens by itself while the power is off.
    off: bool,
    /// Scripts that wait, and what became of those that ran.
    pub(crate) desk: Desk,
    /// What each hotspot session moves.
    flows: HashMap<u32, Flow>,
    /// The session of each device that is logged in.
    online: HashMap<String, u32>,
    /// Every device that was ever in reach.
    devices: HashMap<String, Device>,
    /// The interface of each call.
    calls: HashMap<u32, String>,
    links: HashMap<String, Link>,
    /// What the backups on the disk hold.
    backups: HashMap<String, serde_json::Value>,
    seed: u64,
    /// The latest second with commands, and how many.
    commands_at: (i64, u32),
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
            agenda: Agenda::default(),
            off: false,
            desk: Desk::default(),
            flows: HashMap::new(),
            online: HashMap::new(),
            devices: HashMap::new(),
            calls: HashMap::new(),
            links: HashMap::new(),
            backups: HashMap::new(),
            seed: setup.seed,
            commands_at: (0, 0),
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
}

impl World {
    /// Becomes another world whose time goes on: a router that was reset to how it left the factory.
    pub(crate) fn begin_anew(&mut self, fresh: World) {
        let old = std::mem::replace(self, fresh);
        (self.clock, self.knobs, self.boot) = (old.clock, old.knobs, old.boot);
        self.revision = old.revision + 1;
        self.plan_all();
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
