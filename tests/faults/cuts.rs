//! The connection cut once, at every byte of either direction.

use crate::HALF_AN_HOUR;
use karcis_core::outbox::Circuit;
use karcis_tests::{Template, Trial, broken_promises, strangers, try_all};
use routeros_sim::{Break, Fault, Limit, Sim, Version};
use std::io::{self, Write};
use std::sync::{Arc, Mutex};

/// Vouchers of the batch: several are under way at once, and each byte of theirs is tried.
const BATCH: u32 = 3;
/// The whole file and the whole chain are read this often.
const WHOLE_EVERY: u64 = 64;

/// Where the first connection ends.
#[derive(Debug, Clone, Copy)]
struct Cut {
    version: Version,
    limit: Limit,
    how: Break,
    /// Whether nothing of the conversation is lost.
    complete: bool,
}

impl Trial for Cut {
    fn name(&self) -> String {
        format!("{} {:?} {:?}", self.version.number(), self.limit, self.how)
    }
}

/// How much of the conversation is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stretch {
    /// All of it.
    Whole,
    /// The two questions and answers of the login before 6.43.
    OldLogin,
}

#[test]
fn a_connection_cut_at_any_byte_ends_with_exactly_the_batch() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let template = runtime.block_on(Template::with_batch(BATCH));
    let mut cuts = Vec::new();
    for (version, stretch) in [(Version::V7_22_3, Stretch::Whole), (Version::V6_42_12, Stretch::OldLogin)] {
        let (to_router, from_router) = runtime.block_on(clean_run(&template, version, stretch));
        for byte in 0..=from_router {
            let complete = stretch == Stretch::Whole && byte == from_router;
            cuts.push(Cut { version, limit: Limit::BytesSent(byte), how: how_at(byte), complete });
        }
        for byte in 0..=to_router {
            // What has arrived is carried out either way; at every other pair of bytes its answer is lost.
            let answered = (byte / 2).is_multiple_of(2);
            let limit = if answered { Limit::BytesReceived(byte) } else { Limit::BytesUnanswered(byte) };
            let complete = stretch == Stretch::Whole && answered && byte == to_router;
            cuts.push(Cut { version, limit, how: how_at(byte), complete });
        }
    }
    assert!(cuts.len() > 2_500, "{} places to cut", cuts.len());
    try_all("a_connection_cut_at_any_byte", &cuts, async |cut| end_of(&template, cut).await);
}

fn how_at(byte: u64) -> Break {
    if byte.is_multiple_of(2) { Break::Fin } else { Break::Rst }
}

/// Bytes to the router and from it when nothing is cut.
async fn clean_run(template: &Template, version: Version, stretch: Stretch) -> (u64, u64) {
    let shop = template.shop(Sim::builder().version(version)).await;
    let transcript = Transcript::default();
    shop.sim.trace_to(transcript.clone());
    shop.work().await;
    assert_eq!(shop.tally(&template.batch).on_router, BATCH);
    let sentences = match stretch {
        Stretch::Whole => usize::MAX,
        Stretch::OldLogin => 2,
    };
    (transcript.bytes("in", sentences), transcript.bytes("out", sentences))
}

/// What is broken in the end when the first connection is cut there.
async fn end_of(template: &Template, cut: &Cut) -> Vec<String> {
    let shop = template.shop(Sim::builder().version(cut.version)).await;
    shop.sim.add_user("tamu-1", &[("password", "rahasia"), ("comment", "vc-123-05.01.23-note")]).unwrap();
    shop.sim.add_user("tamu-2", &[("limit-uptime", "2h"), ("comment", "KRC1 bukan punya Karcis")]).unwrap();
    let before = strangers(&shop);
    shop.sim.arm(Fault::Cut { limit: cut.limit, how: cut.how });
    shop.work().await;
    // A cut between an answer and the next question costs nothing but another login.
    let logins = if cut.version == Version::V6_42_12 { 2 } else { 1 };
    let noticed = shop.lane().circuit == Circuit::Open || shop.sim.command_count_of("/login") > logins;
    shop.work_until_settled(&template.batch, HALF_AN_HOUR).await;
    let byte = match cut.limit {
        Limit::BytesSent(at) | Limit::BytesReceived(at) | Limit::BytesUnanswered(at) => at,
        Limit::SentencesSent(_) => 0,
    };
    let mut broken = broken_promises(&shop, &template.batch, &before, byte.is_multiple_of(WHOLE_EVERY));
    if !noticed && !cut.complete {
        broken.push("the connection was not cut".to_owned());
    }
    broken
}

/// What the router writes down of a conversation.
#[derive(Clone, Default)]
struct Transcript(Arc<Mutex<Vec<u8>>>);

impl Write for Transcript {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Transcript {
    /// How many bytes the first so many sentences of one direction took on the wire.
    fn bytes(&self, direction: &str, sentences: usize) -> u64 {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        let lines = text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
        let sentences = lines.filter_map(|line| line[direction].as_array().cloned()).take(sentences);
        sentences
            .map(|words| 1 + words.iter().map(|word| on_the_wire(word.as_str().unwrap())).sum::<u64>())
            .sum()
    }
}

/// A word with its length before it: one byte of length below 128, two below 16,384.
fn on_the_wire(word: &str) -> u64 {
    assert!(word.len() < 16_384);
    let prefix = if word.len() < 128 { 1 } else { 2 };
    word.len() as u64 + prefix
}
