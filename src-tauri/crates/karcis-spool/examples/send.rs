//! Sends a file to a printer and says what became of it, to try a real one:
//! `send network HOST PORT FILE`, `send queue NAME FILE`, `send folder FOLDER FILE`; `send list` names the queues.
//! With `mute` as the last word the printer is not asked how it is.
#![expect(clippy::print_stdout, reason = "this program's purpose is to say what became of it")]

use std::path::PathBuf;

use karcis_spool::{Limits, Target, queues, send, status};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    let tells_status = words.pop_if(|word| *word == "mute").is_none();
    let limits = Limits { tells_status, ..Limits::default() };
    let (target, file) = match words[..] {
        ["list"] => {
            println!("{:?}", queues(&limits).await);
            return Ok(());
        }
        ["network", host, port, file] => {
            (Target::Network { host: host.to_owned(), port: port.parse()? }, file)
        }
        ["queue", name, file] => (Target::Queue(name.to_owned()), file),
        ["folder", folder, file] => (Target::File(PathBuf::from(folder)), file),
        _ => return Err("see the top of this file for what to say".into()),
    };
    println!("before: {:?}", status(&target, &limits).await);
    println!("sent: {:?}", send(&target, &std::fs::read(file)?, &limits).await);
    Ok(())
}
