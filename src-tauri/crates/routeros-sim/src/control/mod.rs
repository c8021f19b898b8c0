//! The control port: one JSON request on each line, one JSON reply on each line, whatever language asks.

mod people;
mod verbs;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};

use self::verbs::Verb;
use crate::SimHandle;
use crate::handle::LooseHandle;

/// The longest request: a snapshot of a large router.
const LONGEST_LINE: u64 = 64 << 20;

/// Every op there is.
fn all() -> impl Iterator<Item = &'static Verb> {
    verbs::VERBS.iter().chain(people::VERBS)
}

/// Programs that may hold the control port at the same time; others wait.
const PROGRAMS: usize = 16;

pub(crate) async fn listen(
    sim: &SimHandle,
    address: SocketAddr,
    mut stopped: watch::Receiver<bool>,
) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind(address).await?;
    let address = listener.local_addr()?;
    let (sim, places) = (sim.loosely(), Arc::new(Semaphore::new(PROGRAMS)));
    tokio::spawn(async move {
        loop {
            let admit = async {
                let place = Arc::clone(&places).acquire_owned().await;
                (place, listener.accept().await)
            };
            let (place, accepted) = tokio::select! {
                _ = stopped.wait_for(|stopped| *stopped) => return,
                admitted = admit => admitted,
            };
            let Ok((socket, _)) = accepted else { continue };
            let (sim, mut stopped) = (sim.clone(), stopped.clone());
            tokio::spawn(async move {
                tokio::select! {
                    _ = converse(&sim, socket) => {}
                    _ = stopped.wait_for(|stopped| *stopped) => {}
                }
                drop(place);
            });
        }
    });
    Ok(address)
}

async fn converse(sim: &LooseHandle, mut socket: TcpStream) -> io::Result<()> {
    socket.set_nodelay(true)?;
    let (reader, mut writer) = socket.split();
    let mut reader = BufReader::new(reader);
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = (&mut reader).take(LONGEST_LINE).read_until(b'\n', &mut line).await?;
        if read == 0 {
            return Ok(());
        }
        let whole = line.last() == Some(&b'\n');
        if !whole && u64::try_from(read).is_ok_and(|read| read == LONGEST_LINE) {
            return writer.write_all(b"{\"ok\":false,\"error\":\"the line is too long\"}\n").await;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        // Nobody holds the router any more, so it is about to stop.
        let Some(sim) = sim.grip() else { return Ok(()) };
        let mut reply = answer(&sim, &line).to_string();
        drop(sim);
        reply.push('\n');
        writer.write_all(reply.as_bytes()).await?;
    }
}

/// The reply to one request: `ok`, what was asked for or `error`, and the `id` of the request if it had one.
fn answer(sim: &SimHandle, line: &[u8]) -> Value {
    let (id, outcome) = match serde_json::from_slice::<Value>(line) {
        Ok(request) => (request.get("id").cloned(), obey(sim, &request)),
        Err(error) => (None, Err(format!("this is no JSON: {error}"))),
    };
    let mut reply = match outcome {
        Ok(Value::Object(fields)) => Value::Object(fields),
        Ok(Value::Null) => json!({}),
        Ok(result) => json!({ "result": result }),
        Err(error) => json!({ "error": error }),
    };
    reply["ok"] = reply.get("error").is_none().into();
    if let Some(id) = id {
        reply["id"] = id;
    }
    reply
}

fn obey(sim: &SimHandle, request: &Value) -> Result<Value, String> {
    let op = request["op"].as_str().ok_or("\"op\" is missing")?;
    if op == "help" {
        return Ok(all().map(|verb| json!({ "op": verb.op, "does": verb.does })).collect());
    }
    let verb = all().find(|verb| verb.op == op);
    (verb.ok_or_else(|| format!("there is no op {op}; ask {{\"op\":\"help\"}}"))?.run)(sim, request)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Clock, Sim};

    #[test]
    fn every_verb_is_in_the_readme() {
        let readme = include_str!("../../README.md");
        for verb in all() {
            let written = format!("{{\"op\":\"{}\"", verb.op);
            assert!(readme.contains(&written), "{} is not in the README", verb.op);
        }
    }

    #[test]
    fn every_example_in_the_readme_is_obeyed_in_turn() {
        let sim = Sim::builder().clock(Clock::Frozen { at: 1_767_312_000 }).build();
        let snapshot = sim.snapshot();
        let readme = include_str!("../../README.md");
        for line in readme.lines().filter(|line| line.starts_with("{\"op\":")) {
            let (start, end) = (line.find("{\"op\"").unwrap(), line.rfind('}').unwrap());
            let mut request: Value =
                serde_json::from_str(&line[start..=end]).unwrap_or_else(|error| panic!("{line}: {error}"));
            if request["op"] == "restore" {
                request["snapshot"] = snapshot.clone();
            }
            if request["op"] == "trace" {
                request["file"] =
                    std::env::temp_dir().join("routeros-sim-talk.jsonl").display().to_string().into();
            }
            let reply = answer(&sim, request.to_string().as_bytes());
            assert_eq!(reply["ok"], true, "{line}: {reply}");
        }
    }

    #[test]
    fn what_cannot_be_done_is_an_error_with_the_number_of_the_request() {
        let sim = Sim::builder().build();
        for request in
            ["{\"op\":\"dance\",\"id\":7}", "{\"op\":\"remove\",\"path\":\"/ip/x\",\"row\":\"a\",\"id\":7}"]
        {
            let reply = answer(&sim, request.as_bytes());
            assert_eq!((&reply["ok"], &reply["id"]), (&false.into(), &7.into()), "{reply}");
        }
        assert_eq!(answer(&sim, b"{")["ok"], false);
        assert_eq!(answer(&sim, b"[]")["ok"], false);
    }
}
