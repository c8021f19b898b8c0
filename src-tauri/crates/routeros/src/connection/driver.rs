use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::task::JoinHandle;
use tokio::time::{sleep_until, timeout};

use super::flight::Answer;
use super::traffic::{Look, Traffic};
use crate::command::Command;
use crate::error::Ending;
use crate::sentence::Framer;

/// Drives a session to its end. Reading never waits for writing: a router that stops reading until its replies are
/// taken would otherwise hold both sides for ever.
pub(crate) async fn drive<S>(stream: S, framer: Framer, session: Driven)
where
    S: AsyncRead + AsyncWrite + Send + 'static,
{
    let traffic = Arc::clone(&session.0);
    let (reading, writing) = tokio::io::split(stream);
    let mut reader = tokio::spawn(read(reading, framer, Arc::clone(&traffic)));
    let mut writer = tokio::spawn(write(writing, Arc::clone(&traffic)));
    let ending = tokio::select! {
        biased;
        () = traffic.wait_for_quit() => {
            last_words(&mut reader, Ending::Asked, &traffic).await;
            Ending::Asked
        }
        ended = &mut reader => told(ended),
        ended = &mut writer => last_words(&mut reader, told(ended), &traffic).await,
        () = watch(&traffic) => Ending::Deadline,
    };
    reader.abort();
    writer.abort();
    tracing::debug!(%ending, "router connection ended");
    traffic.end(ending);
}

/// A session that ends with its driver: nobody waits for ever when the runtime goes first.
pub(crate) struct Driven(pub(crate) Arc<Traffic>);

impl Drop for Driven {
    fn drop(&mut self) {
        self.0.end(Ending::Asked);
    }
}

async fn read<R: AsyncRead + Unpin>(mut stream: R, mut framer: Framer, traffic: Arc<Traffic>) -> Ending {
    loop {
        match framer.next() {
            Ok(Some(sentence)) => {
                if let Err(ending) = traffic.deliver(sentence) {
                    return ending;
                }
            }
            Ok(None) => match stream.read_buf(framer.room()).await {
                Ok(0) => return Ending::ByRouter,
                Ok(_) => {}
                Err(error) => return Ending::Network(error.kind()),
            },
            Err(_) => return Ending::Unreadable,
        }
    }
}

async fn write<W: AsyncWrite + Unpin>(mut stream: W, traffic: Arc<Traffic>) -> Ending {
    let mut out = Vec::new();
    loop {
        traffic.fill(&mut out);
        if out.is_empty() {
            traffic.wait_to_write().await;
            continue;
        }
        let written = match stream.write_all(&out).await {
            Ok(()) => stream.flush().await,
            Err(error) => Err(error),
        };
        if let Err(error) = written {
            return Ending::Network(error.kind());
        }
        out.clear();
        out.shrink_to(traffic.limits().window_bytes.saturating_mul(2));
    }
}

/// Returns when a command ran into its deadline; asks for a sign of life when it has been quiet.
async fn watch(traffic: &Traffic) {
    loop {
        match traffic.look() {
            Look::Late => return,
            Look::Again(at) => sleep_until(at).await,
            Look::Quiet => {
                let (tell, reply) = tokio::sync::oneshot::channel();
                traffic.start(&Command::new("/system/identity/print"), Answer::once(tell));
                // Any answer, a refusal included, is a sign of life; silence shows at the next look.
                drop(reply);
            }
        }
    }
}

/// What the router still has to say, before a connection that cannot be written to any more is given up.
async fn last_words(reader: &mut JoinHandle<Ending>, otherwise: Ending, traffic: &Traffic) -> Ending {
    match timeout(traffic.limits().quit, reader).await {
        Ok(Ok(Ending::Fatal(reason))) => Ending::Fatal(reason),
        Ok(_) | Err(_) => otherwise,
    }
}

/// A task that panicked has not read or written what it should have.
fn told(ended: Result<Ending, tokio::task::JoinError>) -> Ending {
    ended.unwrap_or(Ending::Unreadable)
}
