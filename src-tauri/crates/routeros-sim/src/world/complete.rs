//! What the router adds to a row somebody has written, and what it refuses there.

use super::clock;
use super::command::Trap;
use super::menu::Menu;
use super::menus::MENUS;
use super::pools;
use super::table::Row;
use super::{Edit, World};

/// Bytes a file may hold that is written over the API.
const LONGEST_CONTENTS: usize = 61_250;

/// What `/interface` and `/interface/ethernet` both show of one port.
const SHARED: [&str; 5] = ["name", "mtu", "l2mtu", "disabled", "comment"];

impl World {
    /// Fills in what was left open and checks what only makes sense as a whole. `by` made the row, when it is new.
    pub(super) fn complete(&self, menu: usize, row: &mut Row, by: Option<&str>) -> Result<(), Trap> {
        match MENUS[menu].path {
            "/system/scheduler" => self.complete_scheduler(menu, row, by),
            "/system/script" => {
                if let Some(by) = by {
                    self.fill(menu, row, "owner", by);
                }
                Ok(())
            }
            "/file" => self.complete_file(menu, row),
            "/ip/address" => self.complete_address(menu, row),
            "/ip/pool" => match pools::ranges(self.text(menu, row, "ranges")) {
                Some(_) => Ok(()),
                None => Err(invalid("ranges")),
            },
            "/ip/firewall/address-list" if by.is_some() => {
                let now = self.log_time();
                self.write(menu, row, "creation-time", &now);
                Ok(())
            }
            "/interface" => {
                let mtu = self.text(menu, row, "mtu").to_owned();
                self.write(menu, row, "actual-mtu", &mtu);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn complete_scheduler(&self, menu: usize, row: &mut Row, by: Option<&str>) -> Result<(), Trap> {
        let local = self.local_now();
        if let Some(by) = by {
            self.write(menu, row, "owner", by);
        }
        self.fill(menu, row, "start-date", &clock::date(local, self.version));
        self.fill(menu, row, "start-time", &clock::time(local));
        let date =
            clock::parse_date(self.text(menu, row, "start-date")).ok_or_else(|| invalid("start-date"))?;
        self.write(menu, row, "start-date", &clock::shown_date(date, self.version));
        let time = self.text(menu, row, "start-time");
        if time != "startup" {
            let time = clock::parse_time(time).ok_or_else(|| invalid("start-time"))?;
            self.write(menu, row, "start-time", &time.format("%H:%M:%S").to_string());
        }
        Ok(())
    }

    fn complete_file(&self, menu: usize, row: &mut Row) -> Result<(), Trap> {
        if self.text(menu, row, "contents").len() > LONGEST_CONTENTS {
            return Err(Trap::plain("failure: contents too long"));
        }
        let name = self.text(menu, row, "name");
        let kind = match name.rsplit_once('.') {
            Some((_, "rsc")) => "script".to_owned(),
            Some((_, "backup")) => "backup".to_owned(),
            Some((_, extension)) => format!(".{extension} file"),
            None => "file".to_owned(),
        };
        self.fill(menu, row, "type", &kind);
        let now = self.log_time();
        self.write(menu, row, "last-modified", &now);
        Ok(())
    }

    fn complete_address(&self, menu: usize, row: &mut Row) -> Result<(), Trap> {
        let address = self.text(menu, row, "address");
        let network = pools::network_of(address).ok_or_else(|| invalid("address"))?;
        self.fill(menu, row, "network", &network.to_string());
        let interface = self.text(menu, row, "interface").to_owned();
        self.write(menu, row, "actual-interface", &interface);
        Ok(())
    }

    pub(super) fn text<'row>(&self, menu: usize, row: &'row Row, name: &str) -> &'row str {
        self.tables[menu].value(row, name).unwrap_or_default()
    }

    pub(super) fn write(&self, menu: usize, row: &mut Row, name: &str, value: &str) {
        if let Some(prop) = MENUS[menu].prop(name) {
            row.values[prop] = Some(value.to_owned());
        }
    }

    fn fill(&self, menu: usize, row: &mut Row, name: &str, value: &str) {
        if self.text(menu, row, name).is_empty() {
            self.write(menu, row, name, value);
        }
    }

    /// The edits that show a changed port in the other of its two menus.
    pub(super) fn mirrored(&self, menu: usize, row: &Row) -> Option<Edit> {
        let other = Menu::known(match MENUS[menu].path {
            "/interface" => "/interface/ethernet",
            "/interface/ethernet" => "/interface",
            _ => return None,
        });
        let mut twin = self.tables[other].row(row.id)?.clone();
        for name in SHARED {
            if let (Some(from), Some(to)) = (MENUS[menu].prop(name), MENUS[other].prop(name)) {
                twin.values[to].clone_from(&row.values[from]);
            }
        }
        Some(Edit::Put { menu: other, row: twin })
    }

    /// Sets the router's own clock; what is planned by it is planned anew.
    pub(crate) fn set_clock_to(&mut self, utc: i64) {
        self.clock.set_router(utc);
        self.plan_menu("/system/scheduler");
    }
}

fn invalid(name: &str) -> Trap {
    Trap::of(1, format!("invalid value for argument {name}"))
}
