//! Measures how fast the simulator takes hotspot users: `cargo run --release --example throughput`.

use std::time::Instant;

use routeros_sim::Sim;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const ADDS: usize = 1000;
const WINDOW: usize = 32;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let sim = Sim::builder().credentials("admin", "secret").build();
    let mut stream = TcpStream::connect(sim.listen("127.0.0.1:0").await?).await?;
    stream.write_all(&sentence(&["/login", "=name=admin", "=password=secret"])).await?;
    answers(&mut stream, 1).await?;

    let all: Vec<u8> = (0..ADDS).flat_map(|number| add(&format!("a{number}"))).collect();
    let started = Instant::now();
    let (mut reader, mut writer) = stream.split();
    tokio::try_join!(writer.write_all(&all), answers(&mut reader, ADDS))?;
    report("pipelined without a window", started);

    let started = Instant::now();
    for chunk in 0..ADDS.div_ceil(WINDOW) {
        for number in 0..WINDOW {
            stream.write_all(&add(&format!("b{chunk}-{number}"))).await?;
        }
        answers(&mut stream, WINDOW).await?;
    }
    report("in windows of 32, one write each", started);

    let started = Instant::now();
    for number in 0..ADDS {
        stream.write_all(&add(&format!("c{number}"))).await?;
        answers(&mut stream, 1).await?;
    }
    report("one after the other", started);
    Ok(())
}

#[expect(clippy::print_stdout, reason = "this program exists to print these lines")]
fn report(how: &str, started: Instant) {
    println!("{ADDS} adds {how}: {:.1} ms", started.elapsed().as_secs_f64() * 1000.0);
}

fn add(name: &str) -> Vec<u8> {
    let (name, tag) = (format!("=name={name}"), format!(".tag={name}"));
    sentence(&[
        "/ip/hotspot/user/add",
        &tag,
        &name,
        "=password=K7M2PQRX",
        "=profile=default",
        "=comment=k|1|2",
    ])
}

fn sentence(words: &[&str]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for word in words {
        bytes.push(u8::try_from(word.len()).unwrap_or(0x7F));
        bytes.extend_from_slice(word.as_bytes());
    }
    bytes.push(0);
    bytes
}

/// Reads so many one-sentence answers, by counting their ends.
async fn answers(reader: &mut (impl AsyncReadExt + Unpin), count: usize) -> std::io::Result<()> {
    let (mut ended, mut inside) = (0, 0usize);
    let mut bytes = [0; 16 * 1024];
    while ended < count {
        let read = reader.read(&mut bytes).await?;
        for byte in &bytes[..read] {
            match (inside, byte) {
                (0, 0) => ended += 1,
                (0, length) => inside = usize::from(*length),
                _ => inside -= 1,
            }
        }
    }
    Ok(())
}
