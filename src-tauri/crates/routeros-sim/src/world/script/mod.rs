//! Scripts: what schedulers, logins and administrators let the router carry out.
//!
//! No RouterOS interpreter, but the part of its language that hotspot scripts are written in. A script outside of it
//! has no effect at all: it is counted, and the log says so.

mod eval;
mod expression;
mod parse;
mod run;
#[cfg(test)]
mod tests;
mod tree;
mod value;

use std::collections::{BTreeMap, HashMap};

use self::eval::Machine;
use self::run::{Failed, Run, Turn};
pub(crate) use self::value::Value;
use super::Edit;
use super::World;
use super::agenda::Due;
use super::command::{Answer, Command, Trap};
use super::menu::Menu;
use super::menus::ALL_SCRIPT_POLICIES;
use super::table::star;

/// Scripts that wait at the same time.
const MOST_WAITING: usize = 4096;

/// Scripts that start one another.
const DEEPEST: u32 = 8;

/// Global variables.
const MOST_GLOBALS: usize = 1024;

/// Sources of unsupported scripts that are kept to be looked at.
const KEPT_SOURCES: usize = 16;

/// What became of the scripts of a router since it was built.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scripts {
    /// Scripts that were started and understood.
    pub started: u64,
    /// Scripts that stopped at an error, as they would on a real router.
    pub failed: u64,
    /// Scripts outside of what is understood here. They had no effect, so a test must not rely on them: it asserts 0.
    pub unsupported: u64,
    /// The first few of those, each with the place that was not understood.
    pub not_understood: Vec<String>,
}

/// Everything about scripts that is no row of a menu.
#[derive(Debug, Default)]
pub(crate) struct Desk {
    pub(crate) counts: Scripts,
    waiting: BTreeMap<u32, Waiting>,
    next: u32,
    globals: HashMap<String, Value>,
    depth: u32,
}

#[derive(Debug)]
struct Waiting {
    run: Run,
    job: u32,
}

/// A script that is to be carried out, in whose name, and with which variables.
pub(crate) struct Order<'text> {
    pub(crate) title: &'text str,
    pub(crate) source: &'text str,
    pub(crate) owner: &'text str,
    pub(crate) policy: &'text str,
    pub(crate) variables: &'text [(&'text str, &'text str)],
}

impl World {
    /// Carries out a script until it ends or waits.
    pub(crate) fn start(&mut self, order: &Order<'_>) {
        if order.source.trim().is_empty() {
            return;
        }
        if self.desk.depth == DEEPEST {
            return self.script_error(order.title, "scripts start one another without end");
        }
        let block = match parse::parse(order.source) {
            Ok(block) => block,
            Err(unsupported) => {
                let counts = &mut self.desk.counts;
                counts.unsupported += 1;
                if counts.not_understood.len() < KEPT_SOURCES {
                    counts.not_understood.push(format!("{}: {}", unsupported.0, order.source));
                }
                let text = format!("not understood by this router: {}", unsupported.0);
                return self.log("script,error", &format!("{}: {text}", order.title));
            }
        };
        self.desk.counts.started += 1;
        let policy = self.effective_policy(order.owner, order.policy);
        let mut run = Run::new(order.title, order.owner, &policy, block);
        for (name, value) in order.variables {
            run.give(name, Value::Str((*value).to_owned()));
        }
        self.go_on(run);
    }

    fn go_on(&mut self, run: Run) {
        self.desk.depth += 1;
        let mut machine = Machine { world: self, run, nested: false };
        let turn = machine.turn();
        let run = machine.run;
        self.desk.depth -= 1;
        match turn {
            Ok(Turn::Ended(_)) => {}
            Ok(Turn::Waits(seconds)) => self.wait(run, seconds),
            Err(Failed(why)) => {
                self.desk.counts.failed += 1;
                self.script_error(&run.title, &why);
            }
        }
    }

    fn script_error(&mut self, title: &str, why: &str) {
        self.log("script,error", &format!("{title}: {why}"));
    }

    fn wait(&mut self, run: Run, seconds: i64) {
        if self.desk.waiting.len() == MOST_WAITING {
            return self.script_error(&run.title, "too many scripts wait");
        }
        let menu = Menu::known("/system/script/job");
        let started = self.log_time();
        let values = [
            ("type", "command"),
            ("script", run.title.as_str()),
            ("owner", run.owner.as_str()),
            ("policy", run.policy.as_str()),
            ("started", &*started),
        ];
        let row = self.blank_row(menu, &values);
        let job = row.id;
        self.commit(vec![Edit::Put { menu, row }]);
        let number = self.desk.next;
        self.desk.next = self.desk.next.wrapping_add(1);
        let at = self.clock.virtual_now().saturating_add(seconds);
        self.agenda.set(Due::Script(number), Some(at));
        self.desk.waiting.insert(number, Waiting { run, job });
    }

    /// A script that waited goes on.
    pub(super) fn resume(&mut self, number: u32) {
        let Some(Waiting { run, job }) = self.desk.waiting.remove(&number) else { return };
        let menu = Menu::known("/system/script/job");
        self.commit(vec![Edit::Take { menu, id: job }]);
        self.go_on(run);
    }

    /// Forgets what does not survive a reboot.
    pub(super) fn forget_scripts(&mut self) {
        self.desk.waiting.clear();
        self.desk.globals.clear();
    }

    /// What a script may do: what it was given, as far as its owner still has it.
    fn effective_policy(&self, owner: &str, policy: &str) -> String {
        let known = self.at("/user").named(owner).next().is_some();
        let kept = policy.split(',').filter(|word| !known || self.allows(owner, word));
        kept.collect::<Vec<_>>().join(",")
    }

    /// Runs a row of `/system/script` in the name of its owner. `None` when the caller may not.
    pub(super) fn run_script(&mut self, id: u32) {
        let menu = Menu::known("/system/script");
        let Some(mut row) = self.table(menu).row(id).cloned() else { return };
        let text = |name: &str| self.text(menu, &row, name).to_owned();
        let (name, source, owner, policy) = (text("name"), text("source"), text("owner"), text("policy"));
        let count = text("run-count").parse::<u64>().unwrap_or(0).saturating_add(1).to_string();
        let now = self.log_time();
        self.write(menu, &mut row, "run-count", &count);
        self.write(menu, &mut row, "last-started", &now);
        self.count_run(menu, row);
        self.start(&Order { title: &name, source: &source, owner: &owner, policy: &policy, variables: &[] });
    }

    /// `/system/script/run` by a user of the router, who must be allowed what the script is allowed.
    pub(super) fn run_scripts(&mut self, user: &str, command: &Command) -> Result<Answer, Trap> {
        let menu = Menu::known("/system/script");
        let number = command.attribute("number").map(|number| ("numbers".to_owned(), number.to_owned()));
        let command = match number {
            Some(number) => &Command { attributes: vec![number], ..command.clone() },
            None => command,
        };
        for row in self.targets(menu, command)? {
            let free = self.text(menu, &row, "dont-require-permissions") == "true";
            let policy = self.text(menu, &row, "policy");
            let known = self.at("/user").named(user).next().is_some();
            if known && !free && policy.split(',').any(|word| !word.is_empty() && !self.allows(user, word)) {
                return Err(Trap::plain("not enough permissions (9)"));
            }
            self.run_script(row.id);
        }
        Ok(Answer::Done(None))
    }

    /// Runs a script that was given as text and returns the number of its job.
    pub(super) fn execute_text(&mut self, user: &str, script: &str) -> String {
        let job = self.table(Menu::known("/system/script/job")).next_id();
        self.start(&Order {
            title: "execute",
            source: script,
            owner: user,
            policy: ALL_SCRIPT_POLICIES,
            variables: &[],
        });
        star(job)
    }

    pub(super) fn set_global(&mut self, name: &str, value: Value) {
        if self.desk.globals.len() < MOST_GLOBALS || self.desk.globals.contains_key(name) {
            self.desk.globals.insert(name.to_owned(), value);
        }
    }

    pub(super) fn global(&self, name: &str) -> Value {
        self.desk.globals.get(name).cloned().unwrap_or(Value::Nothing)
    }
}
