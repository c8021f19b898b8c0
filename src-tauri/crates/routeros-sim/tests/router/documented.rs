//! Conversations as manuals and captures show them, byte by byte.

#![expect(clippy::unwrap_used, reason = "a test that cannot reach the router has failed")]

use routeros_sim::{Sim, Version};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The words of one sentence with the length of each in front, and the empty word at the end.
fn sentence(words: &[&str]) -> Vec<u8> {
    let mut bytes: Vec<u8> = words
        .iter()
        .flat_map(|word| [&[u8::try_from(word.len()).unwrap()], word.as_bytes()].concat())
        .collect();
    bytes.push(0);
    bytes
}

/// Sends each sentence and expects exactly the bytes of the answer.
async fn replay(version: Version, turns: &[(&[&str], &[&[&str]])]) {
    let sim = Sim::builder().version(version).build();
    let mut stream = TcpStream::connect(sim.listen("127.0.0.1:0").await.unwrap()).await.unwrap();
    for (question, answers) in turns {
        stream.write_all(&sentence(question)).await.unwrap();
        let expected: Vec<u8> = answers.iter().flat_map(|answer| sentence(answer)).collect();
        let mut heard = vec![0; expected.len()];
        stream.read_exact(&mut heard).await.unwrap();
        assert_eq!(String::from_utf8_lossy(&heard), String::from_utf8_lossy(&expected), "{question:?}");
    }
}

const LOGIN: &[&str] = &["/login", "=name=admin", "=password="];

#[tokio::test]
async fn a_login_a_failed_login_and_the_end() {
    let wrong = &["/login", "=name=admin", "=password=no"][..];
    let text = "=message=invalid user name or password (6)";
    replay(
        Version::V7_16,
        &[
            (wrong, &[&["!trap", text], &["!done"]]),
            (LOGIN, &[&["!done"]]),
            (&["/quit"], &[&["!fatal", "session terminated on request"]]),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_command_with_a_tag_an_unknown_one_and_the_end_of_listening() {
    let row = &["!re", ".tag=x1", "=name=MikroTik"][..];
    replay(
        Version::V7_16,
        &[
            (LOGIN, &[&["!done"]]),
            (&["/system/identity/print", ".tag=x1"], &[row, &["!done", ".tag=x1"]]),
            (
                &["/system/identity/dance", ".tag=4"],
                &[&["!trap", ".tag=4", "=category=0", "=message=no such command"], &["!done", ".tag=4"]],
            ),
            (&["/log/listen", ".tag=3"], &[]),
            (
                &["/cancel", "=tag=3", ".tag=7"],
                &[
                    &["!trap", ".tag=3", "=category=2", "=message=interrupted"],
                    &["!done", ".tag=7"],
                    &["!done", ".tag=3"],
                ],
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn rows_without_what_was_asked_for_are_empty_and_no_rows_are_told_from_7_18_on() {
    let absent = &["/ip/service/print", "=.proplist=certificate", "?name=api", "?name=ssh", "?#|"][..];
    let nobody = &["/ip/hotspot/user/print", "?name=nobody", ".tag=1"][..];
    let login = (LOGIN, &[&["!done"][..]][..]);
    let empty_rows = (absent, &[&["!re"][..], &["!re"], &["!done"]][..]);
    replay(Version::V7_16, &[login, empty_rows, (nobody, &[&["!done", ".tag=1"]])]).await;
    let told = (nobody, &[&["!empty", ".tag=1"][..], &["!done", ".tag=1"]][..]);
    replay(Version::V7_22_3, &[login, empty_rows, told]).await;
}
