//! A served shop and a very small browser.

use crate::console::karcis_cli;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ExitStatus, Stdio};
use std::sync::mpsc;

/// `karcis-cli serve` on these books, ended with it.
pub(crate) struct Served {
    child: Child,
    pub(crate) first_line: String,
    /// `127.0.0.1:PORT`.
    pub(crate) host: String,
    cookie: Option<String>,
    printed: mpsc::Receiver<String>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// What stands between two texts in the page.
    pub(crate) fn between(&self, before: &str, after: &str) -> String {
        let rest = self.body.split_once(before).unwrap_or_else(|| panic!("no {before} in {}", self.body)).1;
        rest.split(after).next().unwrap().to_owned()
    }
}

impl Served {
    pub(crate) fn open(data: &Path, environment: &[(&str, &str)]) -> Served {
        let mut child = karcis_cli(&["serve", "--data", data.to_str().unwrap()])
            .envs(environment.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut err = child.stderr.take().unwrap();
        let mut first_line = String::new();
        out.read_line(&mut first_line).unwrap();
        let first_line = first_line.trim_end_matches('\n').to_owned();
        let (keep, printed) = mpsc::channel();
        let also = keep.clone();
        std::thread::spawn(move || also.send(rest_of(&mut out)));
        std::thread::spawn(move || keep.send(rest_of(&mut err)));
        let host = first_line.trim_start_matches("http://").trim_end_matches('/').to_owned();
        Served { child, first_line, host, cookie: None, printed }
    }

    pub(crate) fn get(&mut self, path: &str) -> Reply {
        self.send("GET", path, "", &[])
    }

    /// Sends a form as a page of the shop would.
    pub(crate) fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let token = self.get("/about").between("name=\"karcis-token\" content=\"", "\"");
        let form: Vec<String> =
            fields.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
        let headers = [
            ("x-karcis-token", token.as_str()),
            ("content-type", "application/x-www-form-urlencoded"),
            ("hx-request", "true"),
        ];
        self.send("POST", path, &form.join("&"), &headers)
    }

    fn send(&mut self, method: &str, path: &str, body: &str, headers: &[(&str, &str)]) -> Reply {
        let mut stream = TcpStream::connect(&self.host).unwrap();
        let mut request = format!("{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n", self.host);
        for (name, value) in headers {
            request += &format!("{name}: {value}\r\n");
        }
        if let Some(cookie) = &self.cookie {
            request += &format!("cookie: {cookie}\r\n");
        }
        request += &format!("content-length: {}\r\n\r\n{body}", body.len());
        stream.write_all(request.as_bytes()).unwrap();
        let reply = read_reply(&mut stream);
        if let Some(cookie) = reply.headers.get("set-cookie") {
            self.cookie = cookie.split(';').next().map(str::to_owned);
        }
        reply
    }

    /// Asks it to end; answers how it ended and what else it had printed. Windows lets nobody ask a program without a
    /// window from outside: there it is ended as the Task Manager does it.
    pub(crate) fn end(mut self) -> (ExitStatus, String) {
        #[cfg(unix)]
        crate::console::signal(&self.child, "TERM");
        #[cfg(windows)]
        self.child.kill().unwrap();
        let ended = self.child.wait().unwrap();
        (ended, self.printed.iter().take(2).collect())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn rest_of(stream: &mut impl Read) -> String {
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest);
    String::from_utf8_lossy(&rest).into_owned()
}

/// Reads one reply of a server that closes after it.
fn read_reply(stream: &mut TcpStream) -> Reply {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no reply: {text:?}"));
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    Reply { status, headers, body: body.to_owned() }
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(
            |byte| {
                if byte.is_ascii_alphanumeric() {
                    char::from(byte).to_string()
                } else {
                    format!("%{byte:02X}")
                }
            },
        )
        .collect()
}
