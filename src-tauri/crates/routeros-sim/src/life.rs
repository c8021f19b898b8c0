//! A hotspot that lives: people come with vouchers, use data, fall asleep, walk away and come back.

use std::collections::VecDeque;

use crate::{HotspotClient, LoginWay, SimHandle, Traffic};

/// Vouchers that wait for a guest.
const MOST_VOUCHERS: usize = 10_000;

/// What one guest is like, in seconds.
const STAYS: (u64, u64) = (600, 5400);
const CHANGES_MIND: (u64, u64) = (20, 240);
const RETURNS: (u64, u64) = (300, 3600);

/// Sample guests for a practice router. The application ticks it every second or so; what guests do, they do at a tick.
///
/// ```
/// # use routeros_sim::{Clock, Life, Sim};
/// # use std::time::Duration;
/// let sim = Sim::builder().clock(Clock::Frozen { at: 1_800_000_000 }).build();
/// sim.add_user("K7M2", &[("password", "K7M2")])?;
/// let mut life = Life::new(&sim, 7);
/// life.offer([("K7M2".to_owned(), "K7M2".to_owned())]);
/// for _ in 0..300 {
///     sim.advance(Duration::from_secs(1));
///     life.tick();
/// }
/// assert_eq!(sim.rows("/ip/hotspot/active").len(), 1);
/// # Ok::<(), routeros_sim::Refused>(())
/// ```
pub struct Life {
    sim: SimHandle,
    server: String,
    random: u64,
    most: usize,
    /// Seconds between two guests who arrive, on average.
    pace: u64,
    vouchers: VecDeque<Voucher>,
    guests: Vec<Visitor>,
    next_arrival: i64,
    devices: u64,
    begun: bool,
}

#[derive(Debug, Clone)]
struct Voucher {
    name: String,
    password: String,
}

struct Visitor {
    client: HotspotClient,
    voucher: Voucher,
    /// Online until then; afterwards away until the next visit.
    until: i64,
    online: bool,
    next_change: i64,
    visits_left: u32,
}

/// What happened during one tick.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Happened {
    /// Guests who logged in, or were let in again by their cookie.
    pub came: u32,
    /// Guests who left, in whatever way.
    pub left: u32,
    /// Logins the router refused, because the voucher was used up or gone.
    pub refused: u32,
}

impl Life {
    /// Life on this router. The same seed, the same vouchers and the same ticks are the same life.
    #[must_use]
    pub fn new(sim: &SimHandle, seed: u64) -> Life {
        Life {
            sim: sim.clone(),
            server: "hotspot1".to_owned(),
            random: seed,
            most: 12,
            pace: 60,
            vouchers: VecDeque::new(),
            guests: Vec::new(),
            next_arrival: 0,
            devices: 0,
            begun: false,
        }
    }

    /// The hotspot server the guests join; `hotspot1` unless said otherwise.
    #[must_use]
    pub fn at_server(mut self, server: &str) -> Life {
        server.clone_into(&mut self.server);
        self
    }

    /// At most so many guests, one arriving every so many seconds on average.
    #[must_use]
    pub fn with_guests(mut self, most: usize, pace_seconds: u64) -> Life {
        (self.most, self.pace) = (most.min(1000), pace_seconds.max(1));
        self
    }

    /// From now on at most so many guests, one arriving every so many seconds on average. Nobody is sent home.
    pub fn expect(&mut self, most: usize, pace_seconds: u64) {
        (self.most, self.pace) = (most.min(1000), pace_seconds.max(1));
        let soonest = self.sim.uptime_clock().saturating_add_unsigned(self.pace * 3 / 2);
        self.next_arrival = self.next_arrival.min(soonest);
    }

    /// How many guests are online.
    #[must_use]
    pub fn online(&self) -> usize {
        self.guests.iter().filter(|guest| guest.online).count()
    }

    /// Vouchers guests may use from now on, as name and password. Those that are in use or wait already are passed over.
    pub fn offer(&mut self, vouchers: impl IntoIterator<Item = (String, String)>) {
        for (name, password) in vouchers {
            let known = self.vouchers.iter().chain(self.guests.iter().map(|guest| &guest.voucher));
            if self.vouchers.len() < MOST_VOUCHERS && !known.into_iter().any(|voucher| voucher.name == name) {
                self.vouchers.push_back(Voucher { name, password });
            }
        }
    }

    /// How many vouchers wait for a guest.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.vouchers.len()
    }

    /// Lets everything happen that is due by now.
    pub fn tick(&mut self) -> Happened {
        let now = self.sim.uptime_clock();
        if !self.begun {
            self.begun = true;
            self.next_arrival = now + self.between((1, 5));
            let traffic = Traffic::Wave { rx_bps: 6_000_000, tx_bps: 900_000, period: 900, swing: 60 };
            // A router without that port shows no traffic on it.
            let _ = self.sim.set_traffic("ether1", traffic);
        }
        let mut happened = Happened::default();
        for index in (0..self.guests.len()).rev() {
            self.live_on(index, now, &mut happened);
        }
        self.arrive(now, &mut happened);
        happened
    }

    fn arrive(&mut self, now: i64, happened: &mut Happened) {
        if now < self.next_arrival {
            return;
        }
        self.next_arrival = now + self.between((self.pace / 2, self.pace * 3 / 2));
        // Those who will be back are counted, too: they are remembered.
        if self.online() >= self.most || self.guests.len() >= 2 * self.most {
            return;
        }
        let Some(voucher) = self.vouchers.pop_front() else { return };
        self.devices += 1;
        let number = self.devices;
        let mac = format!(
            "06:00:{:02X}:{:02X}:{:02X}:{:02X}",
            self.draw() % 256,
            number >> 16 & 0xFF,
            number >> 8 & 0xFF,
            number & 0xFF
        );
        let client = self.sim.client(&mac);
        let visits_left = u32::try_from(self.draw() % 4).unwrap_or(0);
        let visitor = Visitor { client, voucher, until: now, online: false, next_change: now, visits_left };
        self.guests.push(visitor);
        self.come(self.guests.len() - 1, now, happened);
    }

    /// A guest joins and logs in; who is refused goes home.
    fn come(&mut self, index: usize, now: i64, happened: &mut Happened) {
        let (stays, change) = (self.between(STAYS), self.between(CHANGES_MIND));
        let guest = &mut self.guests[index];
        let connected = guest.client.connect(&self.server);
        let known = connected.as_ref().is_ok_and(|connected| connected.session.is_some());
        let entered = known
            || (connected.is_ok()
                && guest
                    .client
                    .login(&guest.voucher.name, &guest.voucher.password, LoginWay::HttpPap)
                    .is_ok());
        if !entered {
            guest.client.vanish();
            self.guests.remove(index);
            happened.refused += 1;
            return;
        }
        (guest.online, guest.until, guest.next_change) = (true, now + stays, now + change);
        guest.client.traffic(64_000, 512_000);
        happened.came += 1;
    }

    fn live_on(&mut self, index: usize, now: i64, happened: &mut Happened) {
        let gone = self.guests[index].online && self.guests[index].client.session().is_none();
        if gone || (self.guests[index].online && self.guests[index].until <= now) {
            happened.left += 1;
            return self.leave(index, now, gone);
        }
        if !self.guests[index].online && self.guests[index].until <= now {
            return self.come(index, now, happened);
        }
        if self.guests[index].online && self.guests[index].next_change <= now {
            let (up, down) = self.whim();
            let change = self.between(CHANGES_MIND);
            let guest = &mut self.guests[index];
            guest.client.traffic(up, down);
            guest.next_change = now + change;
        }
    }

    /// Some log out, most simply walk away; the router notices in its own time. `gone` was ended by the router.
    fn leave(&mut self, index: usize, now: i64, gone: bool) {
        let polite = self.draw().is_multiple_of(4);
        let returns = self.between(RETURNS);
        let guest = &mut self.guests[index];
        if polite && !gone {
            guest.client.logout();
        }
        guest.client.vanish();
        match guest.visits_left.checked_sub(1) {
            Some(left) => {
                (guest.visits_left, guest.online, guest.until) = (left, false, now + returns);
            }
            None => {
                self.guests.remove(index);
            }
        }
    }

    /// What somebody does next: reads, watches, or nothing.
    fn whim(&mut self) -> (u64, u64) {
        let strength = self.draw() % 100;
        match self.draw() % 4 {
            0 => (0, 0),
            1 => (20_000 + strength * 500, 150_000 + strength * 5000),
            2 => (60_000 + strength * 2000, 900_000 + strength * 20_000),
            _ => (8000, 30_000 + strength * 1000),
        }
    }

    fn between(&mut self, (least, most): (u64, u64)) -> i64 {
        let span = least + self.draw() % (most.saturating_sub(least) + 1);
        i64::try_from(span).unwrap_or(i64::MAX)
    }

    fn draw(&mut self) -> u64 {
        let mut random = crate::world::Random(self.random);
        let drawn = random.draw();
        self.random = random.0;
        drawn
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Clock, Sim};
    use std::time::Duration;

    fn cafe(seed: u64) -> (SimHandle, Life) {
        let sim =
            Sim::builder().clock(Clock::Frozen { at: 1_800_000_000 }).login_by("http-pap,mac-cookie").build();
        let mut life = Life::new(&sim, seed).with_guests(8, 30);
        let names: Vec<String> = (0..40).map(|number| format!("v{number}")).collect();
        for name in &names {
            sim.add_user(name, &[("password", name), ("limit-uptime", "30m")]).unwrap();
        }
        life.offer(names.into_iter().map(|name| (name.clone(), name)));
        (sim, life)
    }

    fn live(sim: &SimHandle, life: &mut Life, seconds: u64) -> Happened {
        let mut all = Happened::default();
        for _ in 0..seconds {
            sim.advance(Duration::from_secs(1));
            let one = life.tick();
            (all.came, all.left, all.refused) =
                (all.came + one.came, all.left + one.left, all.refused + one.refused);
        }
        all
    }

    #[test]
    fn guests_come_use_data_and_leave() {
        let (sim, mut life) = cafe(1);
        let morning = live(&sim, &mut life, 600);
        assert!(morning.came >= 5, "{morning:?}");
        let active = sim.rows("/ip/hotspot/active");
        assert!((4..=8).contains(&active.len()), "{}", active.len());
        assert!(active.iter().any(|row| row["bytes-out"].parse::<u64>().unwrap() > 1_000_000));
        let day = live(&sim, &mut life, 4 * 3600);
        assert!(day.left >= 10 && day.came >= 10, "{day:?}");
        let used = sim.users().iter().filter(|user| user["uptime"] != "0s").count();
        assert!(used >= 10, "{used}");
        let causes = |text: &str| sim.rows("/log").iter().any(|line| line["message"].ends_with(text));
        assert!(causes("logged out: keepalive timeout") || causes("logged out: session timeout"));
    }

    #[test]
    fn a_quiet_night_is_expected_and_a_busy_evening() {
        let (sim, mut life) = cafe(3);
        live(&sim, &mut life, 1200);
        assert!(life.online() >= 4, "{}", life.online());
        life.expect(1, 600);
        live(&sim, &mut life, 4 * 3600);
        assert!(life.online() <= 2, "{}", life.online());
        life.expect(8, 10);
        live(&sim, &mut life, 300);
        assert!(life.online() >= 3, "{}", life.online());
    }

    #[test]
    fn the_same_seed_is_the_same_life() {
        let (one, mut first) = cafe(5);
        let (two, mut second) = cafe(5);
        assert_eq!(live(&one, &mut first, 900), live(&two, &mut second, 900));
        assert_eq!(one.rows("/ip/hotspot/active"), two.rows("/ip/hotspot/active"));
    }

    #[test]
    fn nobody_comes_without_a_voucher_and_a_used_up_one_is_not_tried_again() {
        let (sim, mut life) = cafe(2);
        sim.users()
            .iter()
            .for_each(|user| sim.set("/ip/hotspot/user", &user["name"], &[("uptime", "30m")]).unwrap());
        let happened = live(&sim, &mut life, 3600);
        assert_eq!((happened.came, happened.refused), (0, 40));
        assert_eq!(life.waiting(), 0);
    }
}
