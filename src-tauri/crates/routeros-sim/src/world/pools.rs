//! Pools of addresses: how large they are, and which address is free.

use std::collections::HashSet;
use std::net::Ipv4Addr;

use super::menu::Menu;
use super::{Edit, World};

/// The first and the last address of each range of `10.5.50.2-10.5.50.254,10.6.0.0/24`.
pub(super) fn ranges(text: &str) -> Option<Vec<(u32, u32)>> {
    text.split(',').map(range).collect()
}

fn range(text: &str) -> Option<(u32, u32)> {
    if let Some((from, to)) = text.split_once('-') {
        let (from, to) = (number(from)?, number(to)?);
        return (from <= to).then_some((from, to));
    }
    if let Some((network, bits)) = text.split_once('/') {
        let mask = mask(bits)?;
        let first = number(network)? & mask;
        return Some((first, first | !mask));
    }
    number(text).map(|single| (single, single))
}

fn number(text: &str) -> Option<u32> {
    text.parse().ok().map(|address: Ipv4Addr| u32::from(address))
}

fn mask(bits: &str) -> Option<u32> {
    let bits: u32 = bits.parse().ok().filter(|bits| *bits <= 32)?;
    Some(u32::MAX.checked_shl(32 - bits).unwrap_or(0))
}

/// The network of `10.5.50.1/24`.
pub(super) fn network_of(text: &str) -> Option<Ipv4Addr> {
    let (address, bits) = text.split_once('/').unwrap_or((text, "32"));
    Some(Ipv4Addr::from(number(address)? & mask(bits)?))
}

impl World {
    /// Takes the lowest free address of a pool, or of the pools after it, for somebody; `None` when nothing is free.
    pub(super) fn lend_address(&mut self, pool: &str, owner: &str, info: &str) -> Option<String> {
        let mut pool = pool.to_owned();
        // A chain of pools that leads back to itself has no more links than there are pools.
        for _ in 0..=self.at("/ip/pool").len() {
            if let Some(address) = self.free_address(&pool) {
                let menu = Menu::known("/ip/pool/used");
                let values = [("pool", &*pool), ("address", &*address), ("owner", owner), ("info", info)];
                let row = self.blank_row(menu, &values);
                self.commit(vec![Edit::Put { menu, row }]);
                return Some(address);
            }
            let pools = self.at("/ip/pool");
            let row = pools.named(&pool).next()?;
            let next = pools.value(row, "next-pool")?.to_owned();
            pool = next;
        }
        None
    }

    fn free_address(&self, pool: &str) -> Option<String> {
        let taken: HashSet<u32> = self.lent(pool).filter_map(number).collect();
        let pools = self.at("/ip/pool");
        let ranges = ranges(pools.value(pools.named(pool).next()?, "ranges")?)?;
        let mut addresses = ranges.into_iter().flat_map(|(from, to)| from..=to);
        addresses.find(|address| !taken.contains(address)).map(|free| Ipv4Addr::from(free).to_string())
    }

    /// The edit that gives an address back to its pool.
    pub(super) fn address_returned(&self, address: &str) -> Option<Edit> {
        let menu = Menu::known("/ip/pool/used");
        let table = self.table(menu);
        let row = table.rows().find(|row| table.value(row, "address") == Some(address))?;
        Some(Edit::Take { menu, id: row.id })
    }

    fn lent<'world>(&'world self, pool: &'world str) -> impl Iterator<Item = &'world str> {
        let used = self.at("/ip/pool/used");
        used.keyed(pool).filter_map(|row| used.value(row, "address"))
    }

    /// How many addresses a pool has, and how many of them are lent.
    pub(super) fn pool_counts(&self, pool: &str) -> (usize, usize) {
        let pools = self.at("/ip/pool");
        let text = pools.named(pool).next().and_then(|row| pools.value(row, "ranges")).unwrap_or_default();
        let sizes = ranges(text).unwrap_or_default().into_iter().map(|(from, to)| (to - from) as usize + 1);
        (sizes.sum(), self.lent(pool).count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_in_all_three_ways() {
        let text = "10.5.50.2-10.5.50.4,10.6.0.0/30,10.7.0.9";
        let sizes: Vec<u32> = ranges(text).unwrap().into_iter().map(|(from, to)| to - from + 1).collect();
        assert_eq!(sizes, [3, 4, 1]);
        assert_eq!(ranges("10.5.50.9-10.5.50.2"), None);
        assert_eq!(ranges("everything"), None);
        assert_eq!(network_of("10.5.50.1/24"), Some(Ipv4Addr::new(10, 5, 50, 0)));
    }
}
