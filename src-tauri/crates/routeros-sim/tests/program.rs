//! The program on the console.

#![expect(clippy::unwrap_used, reason = "a test that cannot start the program has failed")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, ChildStdout, Command, Stdio};

struct Program {
    child: Child,
    said: BufReader<ChildStdout>,
}

impl Program {
    fn start(arguments: &[&str]) -> Program {
        let mut command = Command::new(env!("CARGO_BIN_EXE_routeros-sim"));
        let child = command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child = child.unwrap();
        let said = BufReader::new(child.stdout.take().unwrap());
        Program { child, said }
    }

    /// The address on the next line, which begins with this word.
    fn address(&mut self, what: &str) -> SocketAddr {
        let mut line = String::new();
        self.said.read_line(&mut line).unwrap();
        let mut words = line.split_whitespace();
        assert_eq!(words.next(), Some(what), "{line}");
        words.next().unwrap().parse().unwrap()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn ask(control: SocketAddr, request: &str) -> serde_json::Value {
    let mut stream = TcpStream::connect(control).unwrap();
    stream.write_all(format!("{request}\n").as_bytes()).unwrap();
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).unwrap();
    serde_json::from_str(&line).unwrap()
}

#[test]
fn it_says_where_it_listens_and_can_be_controlled() {
    let mut program = Program::start(&[
        "--plain",
        "127.0.0.1:0",
        "--tls",
        "127.0.0.1:0",
        "--tls-mode",
        "expired",
        "--control",
        "127.0.0.1:0",
        "--version",
        "7.16",
        "--speed",
        "hap-lite",
        "--users",
        "3",
    ]);
    let plain = program.address("plain");
    let tls = program.address("tls");
    let control = program.address("control");
    assert!([plain, tls, control].iter().all(|address| address.ip().is_loopback()));
    TcpStream::connect(plain).unwrap();
    let rows = ask(control, r#"{"op":"rows","path":"/ip/hotspot/user"}"#);
    assert_eq!(rows["rows"].as_array().unwrap().len(), 4);
    let resource = ask(control, r#"{"op":"rows","path":"/system/resource"}"#);
    assert_eq!(resource["rows"][0]["version"], "7.16 (stable)");
}

#[test]
fn it_begins_with_a_snapshot_and_keeps_a_transcript() {
    let folder = std::env::temp_dir();
    let (fixture, trace) = (
        folder.join(format!("sim-{}.json", std::process::id())),
        folder.join(format!("sim-{}.jsonl", std::process::id())),
    );
    let snapshot = {
        let mut first =
            Program::start(&["--plain", "127.0.0.1:0", "--control", "127.0.0.1:0", "--users", "2"]);
        first.address("plain");
        ask(first.address("control"), r#"{"op":"snapshot"}"#)["snapshot"].clone()
    };
    std::fs::write(&fixture, snapshot.to_string()).unwrap();
    let mut second = Program::start(&[
        "--plain",
        "127.0.0.1:0",
        "--control",
        "127.0.0.1:0",
        "--fixture",
        fixture.to_str().unwrap(),
        "--trace",
        trace.to_str().unwrap(),
    ]);
    let mut client = TcpStream::connect(second.address("plain")).unwrap();
    let rows = ask(second.address("control"), r#"{"op":"rows","path":"/ip/hotspot/user"}"#);
    assert_eq!(rows["rows"][2]["name"], "user2");
    client.write_all(b"\x05/quit\x00").unwrap();
    client.read_to_end(&mut Vec::new()).unwrap();
    let text = std::fs::read_to_string(&trace).unwrap();
    assert!(text.contains(r#""in":["/quit"]"#), "{text}");
    drop(second);
    std::fs::remove_file(fixture).unwrap();
    std::fs::remove_file(trace).unwrap();
}

#[test]
fn it_refuses_addresses_other_computers_can_reach() {
    for wishes in [
        ["--plain", "0.0.0.0:0", "--speed", "instant"],
        ["--plain", "127.0.0.1:0", "--tls", "0.0.0.0:0"],
        ["--plain", "127.0.0.1:0", "--control", "[::]:0"],
    ] {
        let mut program = Program::start(&wishes);
        let mut said = String::new();
        program.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert!(!program.child.wait().unwrap().success());
        assert!(said.contains("can be reached from other computers"), "{said}");
    }
}
