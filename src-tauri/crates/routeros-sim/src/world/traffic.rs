//! What flows through the interfaces, and how hard the machine works.

use super::command::{Again, Answer, Command, Repeat, Trap};
use super::menu::Menu;
use super::menus::MENUS;
use super::table::Row;
use super::value::seconds;
use super::{Edit, World};

const INTERFACE: &str = "/interface";

/// A packet of this size is what the counters of packets assume.
const PACKET: u64 = 900;

/// Bytes of memory a row of the configuration, and of a session, takes.
const PER_ROW: u64 = 400;
const PER_SESSION: u64 = 2048;

/// What moves through an interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Traffic {
    /// Nothing.
    #[default]
    Silent,
    /// The same at every second.
    Steady {
        /// Bits the interface receives in a second.
        rx_bps: u64,
        /// Bits it sends in a second.
        tx_bps: u64,
    },
    /// Up and down around a mean, as people come and go.
    Wave {
        /// Bits the interface receives in a second, on average.
        rx_bps: u64,
        /// Bits it sends in a second, on average.
        tx_bps: u64,
        /// Seconds from one crest to the next.
        period: u32,
        /// How far from the mean it gets, in percent of it; 100 at most.
        swing: u8,
    },
    /// Full for a while, then nothing for as long.
    Steps {
        /// Bits the interface receives in a second while it is busy.
        rx_bps: u64,
        /// Bits it sends in a second while it is busy.
        tx_bps: u64,
        /// Seconds it is busy, and then idle.
        every: u32,
    },
}

impl Traffic {
    /// What moves in the second after this one: received, sent.
    fn rates(self, at: i64) -> (u64, u64) {
        match self {
            Traffic::Silent => (0, 0),
            Traffic::Steady { rx_bps, tx_bps } => (rx_bps, tx_bps),
            Traffic::Steps { rx_bps, tx_bps, every } => {
                let every = i64::from(every.max(1));
                if at.div_euclid(every) % 2 == 0 { (rx_bps, tx_bps) } else { (0, 0) }
            }
            Traffic::Wave { rx_bps, tx_bps, period, swing } => {
                let swing = f64::from(swing.min(100)) / 100.0;
                let period = i64::from(period.max(1));
                let turn = at.rem_euclid(period) as f64 / period as f64 * std::f64::consts::TAU;
                let factor = 1.0 + swing * turn.sin();
                let scaled = |bps: u64| (bps as f64 * factor) as u64;
                (scaled(rx_bps), scaled(tx_bps))
            }
        }
    }

    /// Bits moved between two seconds. Waves are counted as their mean, which is what is left of whole turns.
    fn bits(self, from: i64, to: i64) -> (u64, u64) {
        let passed = u64::try_from(to.saturating_sub(from)).unwrap_or(0);
        let (rx, tx, busy) = match self {
            Traffic::Silent => (0, 0, 0),
            Traffic::Steady { rx_bps, tx_bps } | Traffic::Wave { rx_bps, tx_bps, .. } => {
                (rx_bps, tx_bps, passed)
            }
            Traffic::Steps { rx_bps, tx_bps, every } => {
                (rx_bps, tx_bps, busy_seconds(from, to, i64::from(every.max(1))))
            }
        };
        (rx.saturating_mul(busy), tx.saturating_mul(busy))
    }
}

/// Seconds between two moments in which something that is on and off in turn is on.
fn busy_seconds(from: i64, to: i64, every: i64) -> u64 {
    let before = |at: i64| {
        let (turns, rest) = (at.div_euclid(2 * every), at.rem_euclid(2 * every));
        turns.saturating_mul(every).saturating_add(rest.min(every))
    };
    u64::try_from(before(to).saturating_sub(before(from))).unwrap_or(0)
}

/// The state of one interface that is no configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) up: bool,
    traffic: Traffic,
    since: i64,
    rx_bits: u64,
    tx_bits: u64,
}

impl Link {
    fn new(up: bool, now: i64) -> Link {
        Link { up, traffic: Traffic::Silent, since: now, rx_bits: 0, tx_bits: 0 }
    }

    fn moved(&self, now: i64) -> (u64, u64) {
        let (rx, tx) = if self.up { self.traffic.bits(self.since, now) } else { (0, 0) };
        (self.rx_bits.saturating_add(rx), self.tx_bits.saturating_add(tx))
    }

    fn settle(&mut self, now: i64) {
        (self.rx_bits, self.tx_bits) = self.moved(now);
        self.since = now;
    }
}

impl World {
    /// From now on this moves through an interface.
    pub(crate) fn set_traffic(&mut self, interface: &str, traffic: Traffic) -> Result<(), Trap> {
        self.change_link(interface, |link| link.traffic = traffic)
    }

    /// Plugs the cable of an interface in, or pulls it out.
    pub(crate) fn set_link(&mut self, interface: &str, up: bool) -> Result<(), Trap> {
        let was = self.link_of(interface).is_some_and(|link| link.up);
        self.change_link(interface, |link| link.up = up)?;
        if was != up {
            self.note_link(interface, up);
        }
        Ok(())
    }

    fn change_link(&mut self, interface: &str, change: impl FnOnce(&mut Link)) -> Result<(), Trap> {
        if self.at(INTERFACE).named(interface).next().is_none() {
            return Err(self.no_such_item());
        }
        let now = self.clock.virtual_now();
        let link = self.links.entry(interface.to_owned()).or_insert_with(|| Link::new(true, now));
        link.settle(now);
        change(link);
        Ok(())
    }

    fn link_of(&self, interface: &str) -> Option<Link> {
        let known = self.links.get(interface).copied();
        known.or_else(|| self.at(INTERFACE).named(interface).next().map(|row| Link::new(true, row.born)))
    }

    fn note_link(&mut self, interface: &str, up: bool) {
        let menu = Menu::known(INTERFACE);
        let Some(mut row) = self.table(menu).named(interface).next().cloned() else { return };
        let now = self.log_time();
        if up {
            self.write(menu, &mut row, "last-link-up-time", &now);
        } else {
            let downs = self.text(menu, &row, "link-downs").parse::<u64>().unwrap_or(0).saturating_add(1);
            self.write(menu, &mut row, "last-link-down-time", &now);
            self.write(menu, &mut row, "link-downs", &downs.to_string());
        }
        self.count_run(menu, row);
        let word = if up { "up" } else { "down" };
        self.log("interface,info", &format!("{interface} link {word}"));
    }

    pub(super) fn is_running(&self, menu: usize, row: &Row) -> bool {
        let name = self.text(menu, row, "name");
        let disabled = self.text(menu, row, "disabled") == "true";
        !disabled && self.link_of(name).is_none_or(|link| link.up)
    }

    /// A counter of an interface, such as `rx-byte`.
    pub(super) fn counter(&self, menu: usize, row: &Row, name: &str) -> u64 {
        let link = self.link_of(self.text(menu, row, "name"));
        let (rx, tx) = link.map_or((0, 0), |link| link.moved(self.clock.virtual_now()));
        let bytes = if name.starts_with("rx") { rx / 8 } else { tx / 8 };
        if name.ends_with("packet") { bytes.div_ceil(PACKET) } else { bytes }
    }

    pub(super) fn reset_interface_counters(&mut self, rows: &[Row]) {
        let now = self.clock.virtual_now();
        for row in rows {
            let name = self.text(Menu::known(INTERFACE), row, "name").to_owned();
            let link = self.links.entry(name).or_insert_with(|| Link::new(true, now));
            (link.since, link.rx_bits, link.tx_bits) = (now, 0, 0);
        }
    }

    /// The counters of all interfaces begin anew, as after a boot.
    pub(super) fn begin_counting(&mut self) {
        let now = self.clock.virtual_now();
        for link in self.links.values_mut() {
            (link.since, link.rx_bits, link.tx_bits) = (now, 0, 0);
        }
    }

    /// `monitor-traffic`: the rates of some interfaces, once or again and again.
    pub(super) fn monitor_traffic(&self, command: &Command) -> Result<Answer, Trap> {
        const KNOWN: [&str; 5] = ["interface", "once", "interval", "duration", "aggregate"];
        if let Some((key, _)) = command.attributes.iter().find(|(key, _)| !KNOWN.contains(&key.as_str())) {
            return Err(self.unknown_parameter(key));
        }
        let wanted = super::actions::required(command, "interface")?;
        let table = self.at(INTERFACE);
        let mut interfaces = Vec::new();
        for name in wanted.split(',') {
            let row = table.find(name).filter(|row| name != "aggregate" || table.name_of(row).is_some());
            let row = row.ok_or_else(|| Trap::of(1, "input does not match any value of interface"))?;
            interfaces.push(table.name_of(row).unwrap_or_default().to_owned());
        }
        let span = |key: &str| match command.attribute(key) {
            Some(text) => seconds(text)
                .filter(|seconds| *seconds > 0)
                .map(Some)
                .ok_or_else(|| Trap::of(1, format!("invalid value for argument {key}"))),
            None => Ok(None),
        };
        let every = span("interval")?.unwrap_or(1);
        let times = if command.attribute("once").is_some() {
            Some(1)
        } else {
            span("duration")?.map(|lasts| lasts.div_ceil(every))
        };
        let what = Again::Traffic { interfaces, times, proplist: command.proplist.clone() };
        Ok(Answer::Repeat(Repeat { every: std::time::Duration::from_secs(every), what }))
    }

    /// One row of `monitor-traffic`.
    pub(super) fn rates(&self, interface: &str) -> Vec<(&'static str, String)> {
        let now = self.clock.virtual_now();
        let row = self.at(INTERFACE).named(interface).next();
        let running = row.is_some_and(|row| self.is_running(Menu::known(INTERFACE), row));
        let link = self.link_of(interface).filter(|_| running);
        let (rx, tx) = link.map_or((0, 0), |link| link.traffic.rates(now));
        let packets = |bps: u64| (bps / 8).div_ceil(PACKET).to_string();
        vec![
            ("name", interface.to_owned()),
            ("rx-packets-per-second", packets(rx)),
            ("rx-bits-per-second", rx.to_string()),
            ("rx-drops-per-second", "0".to_owned()),
            ("rx-errors-per-second", "0".to_owned()),
            ("tx-packets-per-second", packets(tx)),
            ("tx-bits-per-second", tx.to_string()),
            ("tx-drops-per-second", "0".to_owned()),
            ("tx-errors-per-second", "0".to_owned()),
        ]
    }

    /// How busy the processor is, in percent: it grows with sessions and commands, with a little noise.
    pub(super) fn cpu_load(&self) -> u64 {
        let sessions = self.at("/ip/hotspot/active").len() as u64 + self.at("/ppp/active").len() as u64;
        let noise = self.noise(5) % 4;
        (1 + sessions / 40 + u64::from(self.busy()) / 4 + noise).min(100)
    }

    /// Free memory in bytes: rows and sessions take of it.
    pub(super) fn free_memory(&self) -> u64 {
        let table = self.at("/system/resource");
        let total = table.rows().next().and_then(|row| table.value(row, "total-memory"));
        let total: u64 = total.and_then(|text| text.parse().ok()).unwrap_or(0);
        let rows: usize = self.tables.iter().map(super::table::Table::len).sum();
        let sessions = self.at("/ip/hotspot/active").len() as u64;
        let taken = total / 2 + rows as u64 * PER_ROW + sessions * PER_SESSION + self.noise(10) % 65_536;
        total.saturating_sub(taken).max(total / 16)
    }

    /// The same for so many seconds, and another number after them.
    fn noise(&self, lasts: i64) -> u64 {
        let spell = self.clock.virtual_now().div_euclid(lasts);
        super::Random(self.seed ^ spell.unsigned_abs()).draw()
    }

    /// Commands of this second.
    fn busy(&self) -> u32 {
        if self.commands_at.0 == self.clock.virtual_now() { self.commands_at.1 } else { 0 }
    }

    pub(super) fn note_command(&mut self) {
        let now = self.clock.virtual_now();
        let before = self.busy();
        self.commands_at = (now, before.saturating_add(1));
    }

    /// `make-static` of leases: what DHCP gave for a while becomes configuration.
    pub(super) fn make_static(&mut self, menu: usize, command: &Command) -> Result<Answer, Trap> {
        for mut row in self.targets(menu, command)? {
            self.write(menu, &mut row, "dynamic", "false");
            if let Some(expires) = MENUS[menu].prop("expires-after") {
                row.values[expires] = None;
            }
            self.commit(vec![Edit::Put { menu, row }]);
        }
        Ok(Answer::Done(None))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_flows_in_steps_is_counted_while_it_flows() {
        let steps = Traffic::Steps { rx_bps: 8, tx_bps: 16, every: 10 };
        assert_eq!(steps.bits(0, 40), (160, 320));
        assert_eq!(steps.bits(5, 12), (40, 80));
        let (one, two, whole) = (steps.bits(3, 17), steps.bits(17, 95), steps.bits(3, 95));
        assert_eq!((one.0 + two.0, one.1 + two.1), whole);
    }

    #[test]
    fn a_wave_stays_within_its_swing() {
        let wave = Traffic::Wave { rx_bps: 1000, tx_bps: 0, period: 60, swing: 50 };
        let rates: Vec<u64> = (0..60).map(|at| wave.rates(at).0).collect();
        assert!(rates.iter().all(|rate| (500..=1500).contains(rate)), "{rates:?}");
        assert!(rates.iter().max() > rates.iter().min());
    }
}
