//! The conversation at the door, as each release holds it.

use super::connection::{Connection, User};
use crate::core::lock;
use crate::version::LoginStyle;
use crate::world::command::Command;
use crate::world::{Proof, hex};

impl Connection {
    /// Answers `/login`: with a challenge on old releases, else at once.
    pub(super) fn login(&mut self, command: &Command) {
        let name = command.attribute("name").unwrap_or_default();
        let style = lock(&self.core.world).version.login_style();
        match (style, command.attribute("response"), self.challenge.take()) {
            (LoginStyle::ChallengeOnly, Some(response), Some(challenge)) => {
                self.try_login(command, name, Proof::Response { challenge: &challenge, response });
            }
            (LoginStyle::ChallengeOnly, ..) => self.set_challenge(command),
            (LoginStyle::PlainOnly, ..) => {
                let password = command.attribute("password").unwrap_or_default();
                self.try_login(command, name, Proof::Password(password));
            }
        }
    }

    fn set_challenge(&mut self, command: &Command) {
        let (high, low) = {
            let mut world = lock(&self.core.world);
            (world.random.draw(), world.random.draw())
        };
        let mut challenge = [0; 16];
        challenge[..8].copy_from_slice(&high.to_be_bytes());
        challenge[8..].copy_from_slice(&low.to_be_bytes());
        self.challenge = Some(challenge);
        self.done(command.tag.as_deref(), Some(&hex(&challenge)));
    }

    fn try_login(&mut self, command: &Command, name: &str, proof: Proof<'_>) {
        let (entered, boot) = {
            let mut world = lock(&self.core.world);
            (world.login(name, proof, &self.peer, self.service), world.boot)
        };
        match entered {
            Ok(active) => {
                self.core.entered(self.number, name, boot, active);
                self.admit(User { name: name.to_owned(), boot });
                self.done(command.tag.as_deref(), None);
            }
            Err(trap) => self.trap(command.tag.as_deref(), &trap),
        }
    }
}
