#![expect(clippy::unwrap_used, reason = "a test that cannot reach the router has failed")]

use routeros_sim::{Sim, SimHandle};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use crate::client::{RawClient, logged_in, refusal};

struct Remote {
    stream: BufReader<TcpStream>,
}

impl Remote {
    async fn of(sim: &SimHandle) -> Remote {
        let address = sim.listen_control("127.0.0.1:0").await.unwrap();
        Remote { stream: BufReader::new(TcpStream::connect(address).await.unwrap()) }
    }

    async fn ask(&mut self, request: Value) -> Value {
        self.stream.write_all(format!("{request}\n").as_bytes()).await.unwrap();
        let mut line = String::new();
        self.stream.read_line(&mut line).await.unwrap();
        serde_json::from_str(&line).unwrap()
    }
}

#[tokio::test]
async fn a_program_in_any_language_can_look_at_the_router_and_break_it() {
    let (sim, _, mut client) = logged_in(Sim::builder()).await;
    let mut remote = Remote::of(&sim).await;
    let user = json!({ "op": "add", "path": "/ip/hotspot/user", "values": { "name": "ani" }, "id": 7 });
    assert_eq!(remote.ask(user.clone()).await, json!({ "ok": true, "row": "*1", "id": 7 }));
    let again = remote.ask(user).await;
    assert_eq!(again["ok"], false);
    assert_eq!(again["error"], "failure: already have user with this name for this server");
    let rows = remote.ask(json!({ "op": "rows", "path": "/ip/hotspot/user" })).await;
    assert_eq!(rows["rows"][1]["name"], "ani");
    let trap = json!({ "op": "arm", "fault": "trap", "message": "out of luck", "on": "*/add" });
    assert_eq!(remote.ask(trap).await, json!({ "ok": true }));
    assert_eq!(refusal(&client.ask(&["/ip/hotspot/user/add", "=name=b"]).await), "out of luck");
    let struck = remote.ask(json!({ "op": "struck" })).await;
    assert_eq!(struck["result"][0]["path"], "/ip/hotspot/user/add");
    let help = remote.ask(json!({ "op": "help" })).await;
    assert!(help["result"].as_array().unwrap().len() > 10);
}

#[tokio::test]
async fn the_control_port_keeps_nothing_running_that_everybody_has_let_go() {
    let sim = Sim::builder().build();
    let mut remote = Remote::of(&sim).await;
    assert_eq!(remote.ask(json!({ "op": "clock" })).await["ok"], true);
    drop(sim);
    let mut rest = Vec::new();
    remote.stream.read_to_end(&mut rest).await.unwrap();
    assert!(rest.is_empty());
}

#[tokio::test]
async fn the_control_port_is_not_for_other_computers() {
    let sim = Sim::builder().build();
    assert!(sim.listen_control("0.0.0.0:0").await.is_err());
}

#[tokio::test]
async fn a_transcript_holds_every_sentence_both_ways_every_fault_and_every_connection() {
    let folder = std::env::temp_dir().join(format!("routeros-sim-{}", std::process::id()));
    let sim = Sim::builder().credentials("admin", "secret").build();
    sim.trace_to(std::fs::File::create(&folder).unwrap());
    let address = sim.listen("127.0.0.1:0").await.unwrap();
    let mut client = RawClient::log_in(address).await;
    sim.arm(routeros_sim::Fault::HalfSentence.on("/system/*"));
    client.send(&["/system/identity/print", ".tag=1"]).await;
    assert!(client.is_closed().await);
    drop(client);
    while !sim.connections().is_empty() {
        tokio::task::yield_now().await;
    }
    let text = std::fs::read_to_string(&folder).unwrap();
    std::fs::remove_file(&folder).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let has = |wanted: Value| {
        lines.iter().any(|line| wanted.as_object().unwrap().iter().all(|(key, value)| line[key] == *value))
    };
    assert!(has(json!({ "event": "connected", "connection": 1 })), "{text}");
    assert!(has(json!({ "in": ["/login", "=name=admin", "=password=secret"] })), "{text}");
    assert!(has(json!({ "out": ["!done"] })), "{text}");
    assert!(has(json!({ "fault": "half-sentence", "path": "/system/identity/print" })), "{text}");
    assert!(has(json!({ "out": ["!re", ".tag=1", "=name=MikroTik"], "torn": 13 })), "{text}");
    assert!(lines.iter().all(|line| line["at"].as_i64().unwrap() > 1_700_000_000));
}
