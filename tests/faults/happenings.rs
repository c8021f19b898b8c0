//! What may happen in one step of a schedule: at the router, on the wire, to Karcis, and by people's hands.

use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use routeros_sim::{ArmedFault, Break, Deed, Fault, Limit, Reboot};
use std::time::Duration;

/// A router's answer is awaited for so long, of real time; some stalls are longer.
pub(crate) const DEADLINE: Duration = Duration::from_millis(120);

/// One step.
#[derive(Debug, Clone)]
pub(crate) enum Happening {
    /// A fault lies in wait.
    Arm(Box<ArmedFault>),
    /// The router restarts, with so many writes not yet on flash, and is away until it is switched on.
    Reboot(Way, usize),
    /// It is switched on.
    PowerOn,
    /// The router ends every connection.
    HangUp,
    /// Karcis is started anew while nothing is under way.
    Restart,
    /// Karcis dies in the middle of what it does, after so many turns, and is started anew.
    Kill(u32),
    /// Time passes.
    Later(Duration),
    /// Karcis works, at most so many ticks.
    Work(u32),
    /// A person looks at what asks for one: a router that refuses us, notes that were given up.
    Person,
    /// The batch is held.
    Pause,
    /// The batch goes on.
    Resume,
    /// A card is switched off or on again.
    Switch(usize),
    /// A card is taken back.
    Void(usize),
    /// Somebody at the router renames one of our users.
    Rename(usize),
    /// Somebody at the router gives one of our users another password, or switches it off.
    Edit(usize),
    /// Somebody at the router removes one of our users.
    Remove(usize),
    /// Somebody at the router adds a user of their own.
    Stranger(u32),
}

/// How a router restarts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Graceful,
    PowerCut,
    /// Its clock wakes in 1970.
    WithoutBattery,
}

impl Way {
    pub(crate) fn reboot(self, lost: usize) -> Reboot {
        let reboot = match self {
            Way::Graceful => Reboot::graceful(),
            Way::PowerCut => Reboot::power_cut(),
            Way::WithoutBattery => Reboot::power_cut().forgetting_the_time(),
        };
        reboot.losing_last(lost).until_power_on()
    }
}

const ADD: &str = "/ip/hotspot/user/add";
const PATHS: [&str; 9] = [
    "/login",
    ADD,
    "/ip/hotspot/user/print",
    "/ip/hotspot/user/set",
    "/ip/hotspot/user/remove",
    "/ip/hotspot/user/profile/print",
    "/ip/hotspot/user/profile/add",
    "/system/identity/print",
    "*",
];

const MESSAGES: [&str; 11] = [
    "failure: already have user with this name for this server",
    "no such item",
    "no such item (4)",
    "not enough permissions (9)",
    "failure: not enough space",
    "failure: disk full",
    "input does not match any value of profile",
    "no such command prefix",
    "interrupted",
    "failure: contents too long",
    "failure: something nobody has seen",
];

/// The next step of a schedule.
pub(crate) fn draw(rng: &mut StdRng) -> Happening {
    let card = rng.random_range(0..2_000);
    match rng.random_range(0..100) {
        0..35 => Happening::Arm(Box::new(armed(rng))),
        35..57 => Happening::Work(rng.random_range(1..8)),
        57..60 => Happening::Person,
        60..67 => Happening::Later(Duration::from_secs(rng.random_range(1..130))),
        67..72 => Happening::Reboot(way(rng), lost(rng)),
        72..78 => Happening::PowerOn,
        78..81 => Happening::HangUp,
        81..83 => Happening::Restart,
        83..88 => Happening::Kill(rng.random_range(1..4_000)),
        88..89 => Happening::Pause,
        89..91 => Happening::Resume,
        91..93 => Happening::Switch(card),
        93..94 => Happening::Void(card),
        94..95 => Happening::Rename(card),
        95..96 => Happening::Edit(card),
        96..98 => Happening::Remove(card),
        _ => Happening::Stranger(rng.random_range(0..1_000_000)),
    }
}

fn way(rng: &mut StdRng) -> Way {
    *[Way::Graceful, Way::PowerCut, Way::WithoutBattery].choose(rng).unwrap()
}

fn lost(rng: &mut StdRng) -> usize {
    if rng.random_bool(0.5) { 0 } else { rng.random_range(1..700) }
}

fn armed(rng: &mut StdRng) -> ArmedFault {
    let fault = fault(rng);
    let losing = matches!(fault, Fault::Reboot(_));
    let path = if losing || rng.random_bool(0.4) { ADD } else { *PATHS.choose(rng).unwrap() };
    let after = if path == ADD || path == "*" { rng.random_range(0..700) } else { rng.random_range(0..3) };
    fault.on(path).after(after).times(rng.random_range(1..3))
}

fn fault(rng: &mut StdRng) -> Fault {
    let pause = millis(rng, 1..8);
    match rng.random_range(0..31) {
        0..3 => Fault::DropAfter { limit: limit(rng), how: how(rng) },
        3..5 => Fault::Cut { limit: limit(rng), how: how(rng) },
        5 => Fault::HalfSentence,
        6 => Fault::TornSentence { at: rng.random_range(0..40), pause },
        7 => Fault::Latency(millis(rng, 1..200)),
        8 => Fault::Jitter { least: Duration::ZERO, most: pause },
        9 => Fault::StallReads(millis(rng, 1..200)),
        10 => Fault::StallWrites(millis(rng, 1..200)),
        11 => Fault::SlowDrip { bytes: rng.random_range(16..2_000), every: Duration::ZERO },
        12 => Fault::Silence,
        13..15 => Fault::ApplyThenDrop,
        15 => Fault::DropBeforeApply,
        16..18 => Fault::Trap { category: None, message: (*MESSAGES.choose(rng).unwrap()).to_owned() },
        18 => Fault::Fatal("session closed".to_owned()),
        19 => Fault::WrongPassword,
        20 => Fault::PolicyRemoved("write".to_owned()),
        21 => Fault::DiskFull,
        22 => Fault::Garbage((0..rng.random_range(1..9)).map(|_| rng.random()).collect()),
        23 => Fault::DuplicateReply,
        24 => Fault::ExtraWord(".note=1".to_owned()),
        25 => Fault::UnknownReply("!foo".to_owned()),
        26 => Fault::ReorderReplies(rng.random_range(2..9)),
        27 => Fault::ClockJump(if rng.random() { 31_536_000 } else { -1_700_000_000 }),
        28 => Fault::Meanwhile(stranger(rng.random_range(0..1_000_000))),
        29 => Fault::Reboot(way(rng).reboot(lost(rng))),
        _ => match rng.random_range(0..4) {
            0 => Fault::RefuseConnect,
            1 => Fault::AcceptThenSilent,
            2 => Fault::TlsReset,
            _ => Fault::SessionLimit,
        },
    }
}

/// Somebody's own user.
pub(crate) fn stranger(number: u32) -> Deed {
    let values = [("name", format!("tamu-{number}")), ("comment", "punya orang".to_owned())];
    let values = values.map(|(key, value)| (key.to_owned(), value)).to_vec();
    Deed::Add { path: "/ip/hotspot/user".to_owned(), values }
}

fn limit(rng: &mut StdRng) -> Limit {
    match rng.random_range(0..4) {
        0 => Limit::SentencesSent(rng.random_range(0..600)),
        1 => Limit::BytesSent(rng.random_range(0..90_000)),
        2 => Limit::BytesReceived(rng.random_range(0..90_000)),
        _ => Limit::BytesUnanswered(rng.random_range(0..90_000)),
    }
}

fn how(rng: &mut StdRng) -> Break {
    if rng.random() { Break::Fin } else { Break::Rst }
}

fn millis(rng: &mut StdRng, range: std::ops::Range<u64>) -> Duration {
    Duration::from_millis(rng.random_range(range))
}
