//! What nobody has verified on a real router, as switches: `KNOBS.md` lists them with their defaults.

use std::time::Duration;

use serde_json::Value;

/// Where `.tag` stands in a reply. Real routers put it second; a client must not rely on that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TagPosition {
    /// Right after the type of the reply.
    #[default]
    Second,
    /// After all attributes.
    Last,
    /// Anywhere among the attributes, elsewhere in each reply.
    Random,
}

/// How the router ends a connection it does not want.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Farewell {
    /// It closes without a word.
    Silent,
    /// It says `!fatal` with the reason first.
    Fatal,
}

/// When the time and the bytes of a hotspot session are added to the counters of its user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Counters {
    /// When the session ends.
    #[default]
    AtLogout,
    /// All the time.
    Live,
    /// Every so often, and when the session ends.
    Every(Duration),
}

/// What removing a user profile does to the users who have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ProfileRemoval {
    /// They show the id of the lost profile.
    #[default]
    Dangling,
    /// The removal is refused.
    Refused,
    /// They get the profile `default`.
    Default,
}

/// Behaviour that differs from what a real router may do, or that nobody has seen. Set with
/// [`Sim::knobs`](crate::Sim::knobs) or [`SimHandle::set_knobs`](crate::SimHandle::set_knobs).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Knobs {
    /// Where `.tag` stands in a reply.
    pub tag_position: TagPosition,
    /// Whether the attributes of a reply come in another order each time.
    pub shuffle_attributes: bool,
    /// Sentences a client may send before it has logged in.
    pub stranger_sentences: u32,
    /// Bytes of a sentence, and of each word of it, before login.
    pub stranger_bytes: usize,
    /// The router's time after which a client that has not logged in is sent away.
    pub stranger_idle: Duration,
    /// Bytes of a word after login.
    pub longest_word: usize,
    /// Bytes of a sentence after login.
    pub longest_sentence: usize,
    /// What a client hears whose word or sentence is too long, after login.
    pub too_long: Farewell,
    /// What a client hears for whom there is no session left, or whose service is switched off.
    pub no_session: Farewell,
    /// What a change costs besides for each row that is there already, on a router that is not instant.
    pub write_cost: Duration,
    /// Changes that wait for one listener before it is given up.
    pub listener_queue: usize,
    /// When a session is added to the counters of its user.
    pub counters: Counters,
    /// What removing a hotspot user profile in use does.
    pub profile_removal: ProfileRemoval,
    /// Whether a hotspot user who is disabled or removed while online is logged out at once.
    pub drops_changed_users: bool,
    /// Whether a name that is taken for all servers is taken for each of them too.
    pub names_clash_across_servers: bool,
}

impl Default for Knobs {
    fn default() -> Self {
        Knobs {
            tag_position: TagPosition::default(),
            shuffle_attributes: false,
            stranger_sentences: 10,
            stranger_bytes: 4096,
            stranger_idle: Duration::from_secs(60),
            longest_word: 1 << 20,
            longest_sentence: 4 << 20,
            too_long: Farewell::Fatal,
            no_session: Farewell::Silent,
            write_cost: Duration::ZERO,
            listener_queue: 10_000,
            counters: Counters::default(),
            profile_removal: ProfileRemoval::default(),
            drops_changed_users: false,
            names_clash_across_servers: false,
        }
    }
}

type Turn = fn(&mut Knobs, &Value) -> Option<()>;

/// The knobs as the control port names them. A value that makes no sense turns nothing.
const BY_NAME: &[(&str, Turn)] = &[
    ("tag-position", |knobs, value| put(&mut knobs.tag_position, tag_position(value))),
    ("shuffle-attributes", |knobs, value| put(&mut knobs.shuffle_attributes, value.as_bool())),
    ("stranger-sentences", |knobs, value| put(&mut knobs.stranger_sentences, count(value))),
    ("stranger-bytes", |knobs, value| put(&mut knobs.stranger_bytes, count(value))),
    ("stranger-idle", |knobs, value| put(&mut knobs.stranger_idle, span(value))),
    ("longest-word", |knobs, value| put(&mut knobs.longest_word, count(value))),
    ("longest-sentence", |knobs, value| put(&mut knobs.longest_sentence, count(value))),
    ("too-long", |knobs, value| put(&mut knobs.too_long, farewell(value))),
    ("no-session", |knobs, value| put(&mut knobs.no_session, farewell(value))),
    ("write-cost", |knobs, value| put(&mut knobs.write_cost, count(value).map(Duration::from_micros))),
    ("counters", |knobs, value| put(&mut knobs.counters, counters(value))),
    ("profile-removal", |knobs, value| put(&mut knobs.profile_removal, profile_removal(value))),
    ("drops-changed-users", |knobs, value| put(&mut knobs.drops_changed_users, value.as_bool())),
    ("names-clash-across-servers", |knobs, value| {
        put(&mut knobs.names_clash_across_servers, value.as_bool())
    }),
    ("listener-queue", |knobs, value| {
        put(&mut knobs.listener_queue, count::<usize>(value).map(|n| n.max(1)))
    }),
];

impl Knobs {
    /// Turns the knob with this name; says what is wrong when there is none or the value is of another kind.
    pub(crate) fn turn(&mut self, name: &str, value: &Value) -> Result<(), String> {
        let (_, turn) = (BY_NAME.iter())
            .find(|(known, _)| *known == name)
            .ok_or_else(|| format!("there is no knob {name}"))?;
        turn(self, value).ok_or_else(|| format!("{value} is no value of the knob {name}"))
    }
}

fn put<T>(place: &mut T, value: Option<T>) -> Option<()> {
    *place = value?;
    Some(())
}

fn tag_position(value: &Value) -> Option<TagPosition> {
    Some(match value.as_str()? {
        "second" => TagPosition::Second,
        "last" => TagPosition::Last,
        "random" => TagPosition::Random,
        _ => return None,
    })
}

fn farewell(value: &Value) -> Option<Farewell> {
    Some(match value.as_str()? {
        "silent" => Farewell::Silent,
        "fatal" => Farewell::Fatal,
        _ => return None,
    })
}

fn counters(value: &Value) -> Option<Counters> {
    Some(match value.as_str() {
        Some("at-logout") => Counters::AtLogout,
        Some("live") => Counters::Live,
        Some(_) => return None,
        None => Counters::Every(span(value)?),
    })
}

fn profile_removal(value: &Value) -> Option<ProfileRemoval> {
    Some(match value.as_str()? {
        "dangling" => ProfileRemoval::Dangling,
        "refused" => ProfileRemoval::Refused,
        "default" => ProfileRemoval::Default,
        _ => return None,
    })
}

fn count<T: TryFrom<u64>>(value: &Value) -> Option<T> {
    T::try_from(value.as_u64()?).ok()
}

fn span(value: &Value) -> Option<Duration> {
    value.as_u64().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_knob_has_a_row_in_the_list() {
        let list = include_str!("../KNOBS.md");
        for (name, _) in BY_NAME {
            assert!(list.contains(&format!("`{name}`")), "{name} is not in KNOBS.md");
        }
    }

    #[test]
    fn a_knob_is_turned_by_its_name() {
        let mut knobs = Knobs::default();
        knobs.turn("no-session", &"fatal".into()).unwrap();
        knobs.turn("stranger-idle", &5.into()).unwrap();
        assert_eq!((knobs.no_session, knobs.stranger_idle), (Farewell::Fatal, Duration::from_secs(5)));
        assert!(knobs.turn("no-session", &7.into()).is_err());
        assert!(knobs.turn("volume", &11.into()).is_err());
    }
}
