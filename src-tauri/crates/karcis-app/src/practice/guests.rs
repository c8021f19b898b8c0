//! Sample guests, so that a newcomer sees a living hotspot: they come, use data and leave, more in the evening.

use karcis_core::db::Db;
use karcis_core::fault::Fault;
use karcis_core::settings;
use karcis_core::values::{RouterId, Timestamp};
use karcis_core::vouchers::{self, Lendable};
use routeros_sim::{Life, SimHandle};
use std::time::Duration;

/// Regular guests of the practice router. Their names say what they are, and they carry no mark of ours.
const REGULARS: [&str; 8] = [
    "contoh-agus",
    "contoh-bayu",
    "contoh-citra",
    "contoh-dewi",
    "contoh-eko",
    "contoh-fitri",
    "contoh-gita",
    "contoh-hadi",
];
const COMMENT: &str = "Contoh: pelanggan latihan";
/// Guests online at the same time, by hour of the shop's day.
const EXPECTED: [usize; 24] = [4, 3, 2, 2, 2, 3, 4, 5, 6, 6, 7, 7, 8, 8, 8, 8, 9, 10, 11, 12, 12, 11, 9, 6];
/// Seconds between two arrivals: while the place is half empty, and afterwards.
const FILLING: u64 = 4;
const STEADY: u64 = 75;
/// The books are asked for vouchers this often.
const ASKS_EVERY: Duration = Duration::from_secs(60);
/// So many vouchers at most wait for a guest, the regulars included.
const MOST_WAITING: usize = 14;
const AT_ONCE: u32 = 4;
/// A voucher is left alone for so long after it was made or sold: whoever sold it by mistake undoes that first.
const LEFT_ALONE: Duration = Duration::from_secs(2 * 60);

pub(super) struct Guests {
    life: Life,
    /// The number of the voucher lent last.
    after: i64,
    asked_at: Option<Timestamp>,
}

impl Guests {
    /// Makes the regulars known to the router, unless they are.
    pub(super) fn of(sim: &SimHandle, seed: u64) -> Guests {
        for name in REGULARS {
            // One that is there already, from an earlier run, stays as it is.
            let _ = sim.add_user(name, &[("password", name), ("comment", COMMENT)]);
        }
        Guests { life: Life::new(sim, seed), after: 0, asked_at: None }
    }

    /// Lets happen what is due by now.
    pub(super) fn live(&mut self, db: &Db, router: RouterId, now: Timestamp) -> Result<(), Fault> {
        let due = self.asked_at.is_none_or(|asked| asked > now || now.since(asked) >= ASKS_EVERY);
        if due {
            self.asked_at = Some(now);
            self.ask(db, router, now)?;
        }
        self.life.tick();
        Ok(())
    }

    fn ask(&mut self, db: &Db, router: RouterId, now: Timestamp) -> Result<(), Fault> {
        let (after, before) = (self.after, now - LEFT_ALONE);
        let (zone, lent) = db.read(|tx| {
            let lent = vouchers::lendable(tx, router, after, before, AT_ONCE)?;
            Ok::<_, Fault>((settings::shop(tx)?.zone, lent))
        })?;
        self.seat(expected(hour(now.in_zone(zone))), lent);
        Ok(())
    }

    /// Whoever practises wants to see the vouchers they sold in use: those come at once, however full it is. The regulars
    /// take the places that are left.
    fn seat(&mut self, most: usize, lent: Vec<Lendable>) {
        if self.life.waiting() + lent.len() <= MOST_WAITING {
            // At the end of the list it begins anew: a voucher that is used up is refused, as on any hotspot.
            self.after = lent.last().map_or(0, |last| last.number);
            self.life.offer(lent.into_iter().map(|voucher| (voucher.code, voucher.password)));
        }
        let bought = self.life.waiting().min(AT_ONCE as usize);
        let pace = if bought > 0 || self.life.online() * 2 < most { FILLING } else { STEADY };
        self.life.expect(most + bought, pace);
        for name in REGULARS {
            if self.life.online() + self.life.waiting() < most + bought {
                self.life.offer([(name.to_owned(), name.to_owned())]);
            }
        }
    }
}

fn hour(moment: impl chrono::Timelike) -> u32 {
    moment.hour()
}

fn expected(hour: u32) -> usize {
    usize::try_from(hour).ok().and_then(|hour| EXPECTED.get(hour)).copied().unwrap_or(EXPECTED[0])
}

#[cfg(test)]
mod tests {
    use super::*;
    use routeros_sim::{Clock, Sim};

    fn online(sim: &SimHandle) -> Vec<String> {
        sim.rows("/ip/hotspot/active").into_iter().map(|row| row["user"].clone()).collect()
    }

    #[test]
    fn a_sold_voucher_is_used_at_once_although_the_regulars_have_taken_every_seat() {
        let sim = Sim::builder().clock(Clock::Frozen { at: 1_800_000_000 }).build();
        let mut guests = Guests::of(&sim, 7);
        let minute = |guests: &mut Guests| {
            for _ in 0..60 {
                sim.advance(Duration::from_secs(1));
                guests.life.tick();
            }
        };
        guests.seat(3, Vec::new());
        minute(&mut guests);
        assert_eq!(online(&sim).len(), 3);
        sim.add_user("K7M2", &[("password", "K7M2")]).unwrap();
        guests.seat(3, vec![Lendable { number: 1, code: "K7M2".to_owned(), password: "K7M2".to_owned() }]);
        minute(&mut guests);
        assert!(online(&sim).contains(&"K7M2".to_owned()), "{:?}", online(&sim));
        assert_eq!(online(&sim).len(), 4);
    }

    #[test]
    fn the_evening_is_busier_than_the_night() {
        let busiest = (0..24).max_by_key(|hour| expected(*hour)).unwrap();
        let quietest = (0..24).min_by_key(|hour| expected(*hour)).unwrap();
        assert!((18..22).contains(&busiest), "{busiest}");
        assert!((1..5).contains(&quietest), "{quietest}");
        assert!((0..24).all(|hour| (1..=12).contains(&expected(hour))));
    }
}
