//! Twenty clients at work on a router that keeps failing them.

#![expect(clippy::unwrap_used, reason = "a test that cannot reach the router has failed")]

use std::collections::{BTreeMap, HashSet};
use std::net::SocketAddr;
use std::time::Duration;

use routeros_sim::{Break, Fault, Limit, Sim, SimHandle};
use tokio::net::TcpStream;

use crate::client::RawClient;

const CLIENTS: u64 = 20;
const COMMANDS: u64 = 150;

/// A small reproducible source of randomness (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

/// What one client knows for certain at the end: the id of each user, or that it is gone.
type Known = BTreeMap<String, Option<String>>;

#[derive(Debug, PartialEq)]
enum Outcome {
    Done(Option<String>),
    Refused,
    /// The connection was lost; nobody knows.
    Unknown,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_acknowledged_change_is_lost_and_no_id_is_given_twice() {
    let sim = Sim::builder().credentials("admin", "secret").build();
    let address = sim.listen("127.0.0.1:0").await.unwrap();
    let workers: Vec<_> =
        (1..=CLIENTS).map(|number| tokio::spawn(work(sim.clone(), address, number))).collect();
    let mut known = Known::new();
    for worker in workers {
        known.extend(worker.await.unwrap());
    }
    let users = sim.users();
    let ids: HashSet<&str> = users.iter().map(|user| user[".id"].as_str()).collect();
    let names: HashSet<&str> = users.iter().map(|user| user["name"].as_str()).collect();
    assert_eq!((ids.len(), names.len()), (users.len(), users.len()), "an id or a name was given twice");
    let given: HashSet<&String> = known.values().flatten().collect();
    assert_eq!(given.len(), known.values().flatten().count(), "two clients were given the same id");
    for (name, id) in &known {
        let row = sim.user(name).map(|row| row[".id"].clone());
        assert_eq!(&row, id, "{name}");
    }
    assert!(known.len() > 500, "{} changes were acknowledged", known.len());
    assert!(sim.struck().len() > 100, "{} faults struck", sim.struck().len());
}

/// One client: it adds and removes users of its own, arms faults against everybody, and connects again.
async fn work(sim: SimHandle, address: SocketAddr, number: u64) -> Known {
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15 ^ number);
    let mut known = Known::new();
    let mut client = None;
    for command in 0..COMMANDS {
        if dice.below(5) == 0 {
            sim.arm(fault(&mut dice));
        }
        let name = format!("w{number}-{command}");
        match ask(&mut client, address, command, &["/ip/hotspot/user/add", &format!("=name={name}")]).await {
            Outcome::Done(id) => drop(known.insert(name.clone(), id)),
            Outcome::Refused | Outcome::Unknown => continue,
        }
        if dice.below(3) == 0 {
            let words = ["/ip/hotspot/user/remove", &format!("=.id={name}")];
            match ask(&mut client, address, COMMANDS + command, &words).await {
                Outcome::Done(_) => drop(known.insert(name, None)),
                Outcome::Refused => {}
                Outcome::Unknown => drop(known.remove(&name)),
            }
        }
    }
    known
}

fn fault(dice: &mut Dice) -> routeros_sim::ArmedFault {
    let some = |dice: &mut Dice| Duration::from_micros(dice.below(2000));
    let fault = match dice.below(12) {
        0 => Fault::ApplyThenDrop,
        1 => Fault::DropBeforeApply,
        2 => Fault::HalfSentence,
        3 => Fault::DropAfter { limit: Limit::BytesSent(dice.below(60)), how: Break::Rst },
        4 => Fault::DropAfter { limit: Limit::BytesReceived(dice.below(60)), how: Break::Fin },
        5 => Fault::DropAfter { limit: Limit::SentencesSent(dice.below(5)), how: Break::Fin },
        6 => Fault::Latency(some(dice)),
        7 => Fault::SlowDrip { bytes: 1, every: Duration::ZERO },
        8 => Fault::TornSentence { at: 3, pause: some(dice) },
        9 => Fault::DuplicateReply,
        10 => Fault::Trap { category: None, message: "out of luck".to_owned() },
        _ => Fault::RefuseConnect,
    };
    fault.on("/ip/*").after(u32::try_from(dice.below(4)).unwrap())
}

/// Sends one command with a tag of its own, on a new connection if need be.
async fn ask(client: &mut Option<RawClient>, address: SocketAddr, tag: u64, words: &[&str]) -> Outcome {
    if client.is_none() {
        *client = connect(address).await;
    }
    let Some(connected) = client else { return Outcome::Unknown };
    let tag = format!(".tag={tag}");
    let outcome = talk(connected, &tag, words).await;
    if outcome == Outcome::Unknown {
        *client = None;
    }
    outcome
}

async fn talk(client: &mut RawClient, tag: &str, words: &[&str]) -> Outcome {
    if !client.try_send(&[words, &[tag]].concat()).await {
        return Outcome::Unknown;
    }
    let mut refused = false;
    while let Some(reply) = client.reply().await {
        // Replies to an earlier command may come a second time.
        if !reply.words.iter().any(|word| word == tag) {
            continue;
        }
        match reply.kind() {
            "!trap" => refused = true,
            "!done" if refused => return Outcome::Refused,
            "!done" => return Outcome::Done(reply.value("ret").map(str::to_owned)),
            other => panic!("{other}"),
        }
    }
    Outcome::Unknown
}

/// A new connection, unless a fault strikes it.
async fn connect(address: SocketAddr) -> Option<RawClient> {
    for _ in 0..50 {
        let mut client = RawClient { stream: TcpStream::connect(address).await.ok()?, deadline: true };
        if talk(&mut client, ".tag=in", &["/login", "=name=admin", "=password=secret"]).await
            == Outcome::Done(None)
        {
            return Some(client);
        }
        tokio::task::yield_now().await;
    }
    None
}
