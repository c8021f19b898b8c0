//! Which faults lie in wait, and for whom.

use super::Fault;

/// Faults that lie in wait at the same time; more are not armed.
const MOST: usize = 10_000;

/// A fault together with the commands it waits for and how often it strikes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArmedFault {
    fault: Fault,
    path: String,
    user: Option<String>,
    tag: Option<String>,
    connection: Option<u64>,
    skip: u32,
    times: Option<u32>,
}

/// A command, as far as a fault looks at it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'text> {
    pub(crate) path: &'text str,
    pub(crate) user: Option<&'text str>,
    pub(crate) tag: Option<&'text str>,
    pub(crate) connection: u64,
}

impl From<Fault> for ArmedFault {
    fn from(fault: Fault) -> Self {
        let path = fault.usual_path().to_owned();
        ArmedFault { fault, path, user: None, tag: None, connection: None, skip: 0, times: Some(1) }
    }
}

impl ArmedFault {
    /// Strikes only at commands whose path matches; `*` stands for any characters.
    #[must_use]
    pub fn on(self, path: &str) -> Self {
        ArmedFault { path: path.to_owned(), ..self }
    }

    /// Strikes only at commands of this user of the API.
    #[must_use]
    pub fn of_user(self, name: &str) -> Self {
        ArmedFault { user: Some(name.to_owned()), ..self }
    }

    /// Strikes only at commands with this tag.
    #[must_use]
    pub fn with_tag(self, tag: &str) -> Self {
        ArmedFault { tag: Some(tag.to_owned()), ..self }
    }

    /// Strikes only on this connection; the first one that reached the router is number 1.
    #[must_use]
    pub fn on_connection(self, number: u64) -> Self {
        ArmedFault { connection: Some(number), ..self }
    }

    /// Strikes at so many matching commands.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        ArmedFault { times: Some(times), ..self }
    }

    /// Strikes at every matching command until faults are disarmed.
    #[must_use]
    pub fn always(self) -> Self {
        ArmedFault { times: None, ..self }
    }

    /// Lets so many matching commands pass first.
    #[must_use]
    pub fn after(self, skip: u32) -> Self {
        ArmedFault { skip, ..self }
    }

    fn waits_for(&self, asked: &Asked<'_>) -> bool {
        self.connection.is_none_or(|number| number == asked.connection)
            && self.user.as_deref().is_none_or(|user| Some(user) == asked.user)
            && self.tag.as_deref().is_none_or(|tag| Some(tag) == asked.tag)
            && matches(&self.path, asked.path)
    }

    fn strike(&mut self) -> Option<Fault> {
        if self.skip > 0 {
            self.skip -= 1;
            return None;
        }
        if let Some(times) = &mut self.times {
            *times = times.checked_sub(1)?;
        }
        Some(self.fault.clone())
    }
}

#[derive(Debug, Default)]
pub(crate) struct Faults {
    armed: Vec<ArmedFault>,
}

impl Faults {
    pub(crate) fn arm(&mut self, fault: ArmedFault) {
        if self.armed.len() < MOST {
            self.armed.push(fault);
        }
    }

    pub(crate) fn disarm(&mut self) {
        self.armed.clear();
    }

    pub(crate) fn at_command(&mut self, asked: &Asked<'_>) -> Vec<Fault> {
        self.strike(|armed| !armed.fault.is_about_connecting() && armed.waits_for(asked))
    }

    pub(crate) fn at_connection(&mut self, number: u64) -> Vec<Fault> {
        self.strike(|armed| {
            armed.fault.is_about_connecting() && armed.connection.is_none_or(|meant| meant == number)
        })
    }

    fn strike(&mut self, meant: impl Fn(&ArmedFault) -> bool) -> Vec<Fault> {
        if self.armed.is_empty() {
            return Vec::new();
        }
        let struck =
            self.armed.iter_mut().filter(|armed| meant(armed)).filter_map(ArmedFault::strike).collect();
        self.armed.retain(|armed| armed.times != Some(0));
        struck
    }
}

fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADD: Asked<'_> =
        Asked { path: "/ip/hotspot/user/add", user: Some("admin"), tag: Some("7"), connection: 2 };

    #[test]
    fn a_star_in_a_path_stands_for_anything() {
        for (pattern, text, expected) in [
            ("*", "/login", true),
            ("*/add", "/ip/hotspot/user/add", true),
            ("*/add", "/ip/hotspot/user/set", false),
            ("/ip/*/add", "/ip/hotspot/user/add", true),
            ("/login", "/login", true),
            ("/login", "/login2", false),
            ("/ip/*er/*t", "/ip/hotspot/user/print", true),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn a_fault_strikes_as_often_as_it_was_armed_and_not_before() {
        let mut faults = Faults::default();
        faults.arm(Fault::Silence.on("*/add").after(1).times(2));
        let struck: Vec<usize> = (0..5).map(|_| faults.at_command(&ADD).len()).collect();
        assert_eq!(struck, [0, 1, 1, 0, 0]);
        assert!(faults.armed.is_empty(), "what is used up is forgotten");
    }

    #[test]
    fn a_fault_waits_for_its_user_its_tag_and_its_connection() {
        for (armed, expected) in [
            (Fault::Silence.on("*").of_user("admin"), 1),
            (Fault::Silence.on("*").of_user("other"), 0),
            (Fault::Silence.on("*").with_tag("7"), 1),
            (Fault::Silence.on("*").with_tag("8"), 0),
            (Fault::Silence.on("*").on_connection(2), 1),
            (Fault::Silence.on("*").on_connection(1), 0),
        ] {
            let mut faults = Faults::default();
            faults.arm(armed.clone());
            assert_eq!(faults.at_command(&ADD).len(), expected, "{armed:?}");
        }
    }
}
