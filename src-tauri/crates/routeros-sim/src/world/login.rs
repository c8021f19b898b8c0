//! Who may come in, and who is in.

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
        if !self.may_enter(name, proof) {
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

    fn may_enter(&self, name: &str, proof: Proof<'_>) -> bool {
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
        proven && value("disabled") != Some("true") && self.allows(name, "api")
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
