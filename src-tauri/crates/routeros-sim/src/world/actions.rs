//! Commands that are no rows of a menu: reboots, exports, log lines of one's own.

use super::World;
use super::command::{Answer, Command, Trap};
use super::menus::MENUS;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    Reboot,
    Shutdown,
    /// Runs a script that is given as text.
    Execute,
    /// Writes the configuration below this path into a file.
    Export(usize),
    /// A line of the log with this topic.
    Log(&'static str),
}

/// The action a path means.
pub(crate) fn find(path: &str) -> Option<Action> {
    Some(match path {
        "/system/reboot" => Action::Reboot,
        "/system/shutdown" => Action::Shutdown,
        "/execute" => Action::Execute,
        "/log/debug" => Action::Log("script,debug"),
        "/log/error" => Action::Log("script,error"),
        "/log/info" => Action::Log("script,info"),
        "/log/warning" => Action::Log("script,warning"),
        _ => {
            let below = path.strip_suffix("/export")?;
            let known = |menu: &super::menu::Menu| menu.path.strip_prefix(below).is_some_and(is_boundary);
            MENUS.iter().any(known).then_some(Action::Export(below.len()))?
        }
    })
}

fn is_boundary(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with('/')
}

impl Action {
    pub(crate) fn policy(self) -> &'static str {
        match self {
            Action::Reboot | Action::Shutdown => "reboot",
            Action::Execute | Action::Log(_) => "write",
            Action::Export(_) => "read",
        }
    }
}

impl World {
    pub(super) fn act(&mut self, user: &str, action: Action, command: &Command) -> Result<Answer, Trap> {
        match action {
            Action::Reboot => Ok(Answer::Down { returns: true }),
            Action::Shutdown => Ok(Answer::Down { returns: false }),
            Action::Execute => {
                let script = required(command, "script")?;
                let job = self.execute_text(user, script);
                Ok(Answer::Done(Some(job)))
            }
            Action::Export(length) => {
                let below = command.path[..length].to_owned();
                self.export(user, &below, command)
            }
            Action::Log(topics) => {
                let message = required(command, "message")?.to_owned();
                self.log(topics, &message);
                Ok(Answer::Done(None))
            }
        }
    }
}

/// The value of an argument without which the command means nothing.
pub(super) fn required<'word>(command: &'word Command, name: &str) -> Result<&'word str, Trap> {
    let given = command.attribute(name);
    given.ok_or_else(|| Trap::plain(format!("missing value(s) of argument(s) {name}")))
}
