//! Who may come in, and who is in.

use std::net::IpAddr;

use md5::{Digest, Md5};

use super::command::Trap;
use super::menu::Menu;
use super::{Edit, World};

/// What somebody shows at the door.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Proof<'word> {
    Password(&'word str),
    /// `00` and the MD5 of a zero byte, the password and the challenge, in hex.
    Response {
        challenge: &'word [u8; 16],
        response: &'word str,
    },
}

impl World {
    /// Checks the proof and writes down who came in. The number is that of the row in `/user/active`.
    pub(crate) fn login(&mut self, name: &str, proof: Proof<'_>, peer: &str, via: &str) -> Result<u32, Trap> {
        self.settle();
        if !self.may_enter(name, proof, peer) {
            let line = format!("login failure for user {name} from {peer} via {via}");
            self.log("system,error,critical", &line);
            return Err(Trap::plain(self.version.login_refusal()));
        }
        self.log("system,info,account", &format!("user {name} logged in from {peer} via {via}"));
        let (when, group) = (self.log_time(), self.group_of(name).unwrap_or_default());
        let values = [("when", &*when), ("name", name), ("address", peer), ("via", via), ("group", &group)];
        let menu = Menu::known("/user/active");
        let row = self.blank_row(menu, &values);
        let id = row.id;
        self.commit(vec![Edit::Put { menu, row }]);
        Ok(id)
    }

    pub(crate) fn logout(&mut self, active: u32) {
        let menu = Menu::known("/user/active");
        let table = self.table(menu);
        let Some(row) = table.row(active) else { return };
        let value = |name| table.value(row, name).unwrap_or_default();
        let line =
            format!("user {} logged out from {} via {}", value("name"), value("address"), value("via"));
        self.log("system,info,account", &line);
        self.commit(vec![Edit::Take { menu, id: active }]);
    }

    fn may_enter(&self, name: &str, proof: Proof<'_>, peer: &str) -> bool {
        let table = self.at("/user");
        let Some(row) = table.named(name).next() else { return false };
        let value = |name| table.value(row, name);
        let password = value("password").unwrap_or_default();
        let proven = match proof {
            Proof::Password(given) => given == password,
            Proof::Response { challenge, response } => {
                answer(password, challenge).eq_ignore_ascii_case(response)
            }
        };
        let here = within(value("address").unwrap_or_default(), peer);
        proven && here && value("disabled") != Some("true") && self.allows(name, "api")
    }

    /// Whether the group of this user has the policy.
    pub(crate) fn allows(&self, user: &str, policy: &str) -> bool {
        let groups = self.at("/user/group");
        let policies = self
            .group_of(user)
            .and_then(|group| groups.named(&group).next().and_then(|row| groups.value(row, "policy")));
        policies.is_some_and(|list| list.split(',').any(|word| word == policy))
    }

    pub(super) fn group_of(&self, user: &str) -> Option<String> {
        let users = self.at("/user");
        users.value(users.named(user).next()?, "group").map(str::to_owned)
    }
}

/// Whether an address lies within a comma list of addresses and networks; an empty list holds all.
pub(crate) fn within(list: &str, peer: &str) -> bool {
    let Ok(peer) = peer.parse::<IpAddr>() else { return list.is_empty() };
    list.is_empty() || list.split(',').any(|part| holds(part.trim(), peer).unwrap_or(false))
}

fn holds(network: &str, peer: IpAddr) -> Option<bool> {
    let (address, bits) = network.split_once('/').unwrap_or((network, ""));
    let (address, number, size) = match (address.parse().ok()?, peer) {
        (IpAddr::V4(address), IpAddr::V4(peer)) => (u128::from(address.to_bits()), peer.to_bits().into(), 32),
        (IpAddr::V6(address), IpAddr::V6(peer)) => (address.to_bits(), peer.to_bits(), 128),
        (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => return Some(false),
    };
    let bits: u32 = if bits.is_empty() { size } else { bits.parse().ok()? };
    let rest = size.checked_sub(bits)?;
    Some(address.checked_shr(rest) == u128::checked_shr(number, rest))
}

fn answer(password: &str, challenge: &[u8; 16]) -> String {
    let mut hash = Md5::new();
    hash.update([0]);
    hash.update(crate::net::codec::to_wire(password));
    hash.update(challenge);
    format!("00{}", hex(&hash.finalize()))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_lies_within_its_networks() {
        for (list, peer, expected) in [
            ("", "10.0.0.1", true),
            ("10.0.0.1", "10.0.0.1", true),
            ("10.0.0.1", "10.0.0.2", false),
            ("10.0.0.0/24", "10.0.0.200", true),
            ("10.0.0.0/24", "10.0.1.1", false),
            ("192.168.0.0/16, 10.0.0.0/8", "10.9.9.9", true),
            ("0.0.0.0/0", "10.9.9.9", true),
            ("::1/128", "::1", true),
            ("::/0", "10.0.0.1", false),
            ("10.0.0.0/99", "10.0.0.1", false),
            ("nonsense", "10.0.0.1", false),
        ] {
            assert_eq!(within(list, peer), expected, "{list} {peer}");
        }
    }
}
