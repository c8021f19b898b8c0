//! A million streams of bytes nobody meant: the router neither panics nor keeps anything of them.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::Handle;
use tokio::sync::Notify;

use super::codec::{Decoder, Limits, put_length, put_word};
use super::connection::Connection;
use super::stream::Stream;
use crate::core::{Core, lock};
use crate::world::Random;
use crate::world::command::Command;
use crate::{Sim, SimHandle, Version};

const DECODED: u32 = 900_000;
const OBEYED: u32 = 90_000;
const SERVED: u32 = 9_900;
const OVER_SOCKETS: u32 = 100;

/// What a phase may add to the memory of this process, whatever it was fed.
const GROWTH: usize = 64 << 20;

const LIMITS: Limits = Limits { word: 4096, sentence: 4096 };

const PATHS: [&str; 24] = [
    "/ip/hotspot/user",
    "/ip/hotspot/user/profile",
    "/ip/hotspot/active",
    "/ip/hotspot/profile",
    "/ip/hotspot",
    "/ip/hotspot/cookie",
    "/system/identity",
    "/system/clock",
    "/log",
    "/system/script",
    "/system/scheduler",
    "/file",
    "/queue/simple",
    "/ppp/secret",
    "/ppp/active",
    "/interface",
    "/ip/pool",
    "/ip/dhcp-server/lease",
    "/ip/hotspot/ip-binding",
    "/ip/firewall/filter",
    "/ip/dns/static",
    "/ip",
    "/nowhere",
    "",
];
const VERBS: [&str; 17] = [
    "/print",
    "/getall",
    "/listen",
    "/add",
    "/set",
    "/remove",
    "/enable",
    "/disable",
    "/comment",
    "/unset",
    "/reset-counters",
    "/move",
    "/run",
    "/monitor-traffic",
    "/make-static",
    "/login",
    "/ähem",
];
const WORDS: [&str; 36] = [
    "=name=a",
    "=name=b",
    "=name=",
    "=.id=*1",
    "=.id=*FFFFFFFF",
    "=.id=*G",
    "=numbers=a,b,a",
    "=numbers=",
    "=limit-uptime=1w2d99999999999999999999h",
    "=limit-bytes-total=17179869184G",
    "=date=2026-02-30",
    "=time=25:61:61",
    "=comment=\u{10FF41}",
    "=value-name=comment,password",
    "=copy-from=a",
    "=follow=",
    "=count-only=",
    "=interval=1s",
    "=tag=1",
    "=number=a",
    "=destination=*1",
    "=interface=ether1",
    "=once=",
    "=source=:local x [/ip hotspot user find where name=a]; :if (($x . 1) > 2) do={:log info $x}",
    "=on-event=:foreach u in=[/ip hotspot user find] do={/ip hotspot user set $u comment=\"x\"}",
    "?name=a",
    "?>limit-uptime=1h",
    "?#|!&.",
    "?#99999999999999999999",
    "?#3!2.1",
    "?",
    "=",
    ".tag=1",
    ".tag=",
    ".proplist=name,.id",
    "=.proplist=",
];

fn below(random: &mut Random, limit: usize) -> usize {
    usize::try_from(random.draw() % limit as u64).unwrap()
}

/// Bytes that are now noise, now sentences that are nearly right.
fn noise(random: &mut Random) -> Vec<u8> {
    let mut bytes = Vec::new();
    for _ in 0..below(random, 4) {
        match below(random, 4) {
            0 => {
                for _ in 0..below(random, 24) {
                    bytes.push(u8::try_from(random.draw() & 0xFF).unwrap());
                }
            }
            1 => put_length(&mut bytes, u32::try_from(random.draw() >> (32 + below(random, 32))).unwrap()),
            _ => sentence(random, &mut bytes),
        }
    }
    if !bytes.is_empty() && below(random, 3) == 0 {
        let at = below(random, bytes.len());
        bytes[at] ^= 1 << below(random, 8);
    }
    bytes
}

fn sentence(random: &mut Random, bytes: &mut Vec<u8>) {
    let (path, verb) = (PATHS[below(random, PATHS.len())], VERBS[below(random, VERBS.len())]);
    put_word(bytes, &[path.as_bytes(), verb.as_bytes()]);
    for _ in 0..below(random, 5) {
        put_word(bytes, &[WORDS[below(random, WORDS.len())].as_bytes()]);
    }
    bytes.push(0);
}

/// So often, or that divided by what `KARCIS_TEST_SHARE` says.
fn repeated(times: u32) -> u32 {
    let share = std::env::var("KARCIS_TEST_SHARE").ok().and_then(|share| share.parse().ok());
    times.checked_div(share.unwrap_or(1)).unwrap_or(times).max(1)
}

/// The memory of this process, where the system tells it.
fn resident() -> usize {
    let pages = std::fs::read_to_string("/proc/self/statm").ok();
    pages.and_then(|text| text.split(' ').nth(1)?.parse::<usize>().ok()).unwrap_or(0) * 4096
}

fn decode(stream: &[u8], piece: usize, mut see: impl FnMut(Command)) {
    let mut decoder = Decoder::new(LIMITS);
    for part in stream.chunks(piece) {
        decoder.feed(part);
        loop {
            match decoder.sentence() {
                Ok(Some(words)) => see(Command::parse(&words)),
                Ok(None) => break,
                Err(_) => return,
            }
        }
    }
}

#[test]
fn no_bytes_break_the_decoder_or_make_it_grow() {
    let mut random = Random(1);
    let before = resident();
    let mut sentences = 0u32;
    for _ in 0..repeated(DECODED) {
        let stream = noise(&mut random);
        let piece = 1 + below(&mut random, 64);
        decode(&stream, piece, |_| sentences += 1);
    }
    assert!(sentences > repeated(DECODED) / 10, "{sentences} were understood: enough to be worth it");
    assert!(resident() < before + GROWTH, "{} bytes more", resident() - before);
}

#[test]
fn no_sentence_breaks_the_router_or_makes_it_grow() {
    for (version, seed) in [(Version::V6_42_12, 2), (Version::V7_22_3, 3)] {
        let core = Core::new(
            Sim::builder().version(version).setup(),
            crate::speed::Pace::new(Default::default()),
            false,
        );
        let (mut random, wake) = (Random(seed), Arc::new(Notify::new()));
        let before = resident();
        for _ in 0..repeated(OBEYED) / 2 {
            let mut bytes = Vec::new();
            sentence(&mut random, &mut bytes);
            decode(&bytes, 4096, |command| drop(lock(&core.world).run("admin", &wake, &command)));
        }
        let world = lock(&core.world);
        assert!(world.at("/ip/hotspot/user").len() < 10, "names can only be taken once");
        assert!(world.listeners() < 10, "who has gone is forgotten");
        assert!(resident() < before + GROWTH, "{} bytes more", resident() - before);
    }
}

#[tokio::test]
async fn no_stream_breaks_a_session_or_leaves_a_task_behind() {
    let sim = Sim::builder().build();
    let core = sim.core();
    let mut random = Random(4);
    let (before, tasks) = (resident(), Handle::current().metrics().num_alive_tasks());
    for _ in 0..repeated(SERVED) {
        let mut stream = Vec::new();
        if below(&mut random, 4) > 0 {
            put_word(&mut stream, &[b"/login"]);
            put_word(&mut stream, &[b"=name=admin"]);
            stream.push(0);
        }
        stream.extend(noise(&mut random));
        serve(core, &stream).await;
    }
    assert!(sim.connections().is_empty());
    assert!(sim.rows("/user/active").is_empty(), "every session is over");
    assert_eq!(Handle::current().metrics().num_alive_tasks(), tasks);
    assert!(resident() < before + GROWTH, "{} bytes more", resident() - before);
}

/// Lets one session read these bytes, and reads what it says until it ends.
async fn serve(core: &Arc<Core>, stream: &[u8]) {
    let peer = SocketAddr::from(([127, 0, 0, 1], 1));
    let (number, _) = core.greet();
    let Ok(ticket) = core.register(number, peer, "api") else { panic!("nobody else is connected") };
    let (ours, theirs) = tokio::io::duplex(1024);
    let connection = Connection::new(Arc::clone(core), Stream::Memory(theirs), &ticket);
    let (mut reader, mut writer) = tokio::io::split(ours);
    let talk = async {
        // It may well close before it has read everything.
        let _ = writer.write_all(stream).await;
        let _ = writer.shutdown().await;
    };
    let mut heard = Vec::new();
    let (_, (), read) = tokio::join!(connection.serve(), talk, reader.read_to_end(&mut heard));
    read.expect("a pipe in memory does not fail");
    core.unregister(number);
}

#[tokio::test]
async fn no_stream_over_a_socket_leaves_a_connection_behind() {
    let sim: SimHandle = Sim::builder().build();
    let address = sim.listen("127.0.0.1:0").await.expect("there is a free port");
    let tasks = Handle::current().metrics().num_alive_tasks();
    let mut random = Random(5);
    for _ in 0..repeated(OVER_SOCKETS) {
        let stream = noise(&mut random);
        let mut socket = TcpStream::connect(address).await.expect("the router listens");
        let _ = socket.write_all(&stream).await;
        let _ = socket.shutdown().await;
        let mut heard = Vec::new();
        let _ = socket.read_to_end(&mut heard).await;
    }
    let gone = async {
        while !sim.connections().is_empty() || Handle::current().metrics().num_alive_tasks() > tasks {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), gone).await.expect("a connection stays behind");
}
