//! A print queue of this computer: a slip counts as printed when its job has left the queue, not when it entered.

use std::time::Duration;

use tokio::time::{Instant, sleep, timeout_at};

use crate::{Limits, SendError, Sent, Status};

#[cfg(unix)]
pub(crate) use crate::cups::system;
#[cfg(windows)]
pub(crate) use crate::winspool::system;

/// What a print spooler can do. No call waits for paper, but each may hang, so each is given a deadline.
pub(crate) trait Spooler {
    /// What the spooler calls a job.
    type Job;

    /// The names of its queues.
    async fn queues(&self) -> Result<Vec<String>, SendError>;

    /// How a queue's printer is.
    async fn status(&self, queue: &str) -> Result<Status, SendError>;

    /// Hands over bytes as they are. An error means that there is no job, but for [`SendError::Partly`].
    async fn submit(&self, queue: &str, bytes: &[u8]) -> Result<Self::Job, SendError>;

    /// Whether a job is still in its queue.
    async fn is_waiting(&self, queue: &str, job: &Self::Job) -> Result<bool, SendError>;

    /// Takes a job out of its queue, so that it is not printed later.
    async fn cancel(&self, queue: &str, job: &Self::Job) -> Result<(), SendError>;

    /// How long to wait before a job is looked at again.
    fn pause(&self) -> Duration;
}

pub(crate) async fn queues(spooler: &impl Spooler, limits: &Limits) -> Result<Vec<String>, SendError> {
    let mut names = within(Instant::now() + limits.answer, spooler.queues()).await?;
    names.sort_unstable();
    names.dedup();
    Ok(names)
}

pub(crate) async fn status(
    spooler: &impl Spooler,
    queue: &str,
    limits: &Limits,
) -> Result<Status, SendError> {
    within(Instant::now() + limits.answer, spooler.status(checked(queue)?)).await
}

pub(crate) async fn send(
    spooler: &impl Spooler,
    queue: &str,
    bytes: &[u8],
    limits: &Limits,
) -> Result<Sent, SendError> {
    let end = Instant::now() + limits.whole;
    // A paused queue would take the slip and print it whenever somebody resumes it.
    let before = within(end.min(Instant::now() + limits.answer), spooler.status(checked(queue)?)).await?;
    before.trouble().map_or(Ok(()), Err)?;
    // What a spooler does after it was given up on is not known.
    let job = match timeout_at(end, spooler.submit(queue, bytes)).await {
        Ok(job) => job?,
        Err(_) => return Err(SendError::TimedOut.after(bytes.len(), bytes.len())),
    };
    if !limits.tells_status {
        return Ok(Sent { bytes: bytes.len(), status: Status::UNKNOWN, file: None });
    }
    let status = follow(spooler, queue, &job, end, limits.answer).await;
    let status = status.map_err(|trouble| trouble.after(bytes.len(), bytes.len()))?;
    Ok(Sent { bytes: bytes.len(), status, file: None })
}

/// Waits until the job has left its queue; one that does not is taken out.
async fn follow<S: Spooler>(
    spooler: &S,
    queue: &str,
    job: &S::Job,
    end: Instant,
    answer: Duration,
) -> Result<Status, SendError> {
    let gone = async {
        while within(end, spooler.is_waiting(queue, job)).await? {
            if Instant::now() + spooler.pause() >= end {
                return Err(SendError::TimedOut);
            }
            sleep(spooler.pause()).await;
        }
        Ok(())
    };
    match gone.await {
        Ok(()) => {
            let status = within(Instant::now() + answer, spooler.status(queue)).await?;
            status.trouble().map_or(Ok(status), Err)
        }
        Err(trouble) => {
            let grace = Instant::now() + AFTERWARDS;
            let status = within(grace, spooler.status(queue)).await;
            // Whether or not this is heard, the slip is told as unconfirmed.
            let _ = within(grace, spooler.cancel(queue, job)).await;
            Err(status.ok().and_then(|status| status.trouble()).unwrap_or(trouble))
        }
    }
}

/// What is left for the last words after the time is up.
const AFTERWARDS: Duration = Duration::from_secs(2);

async fn within<T>(end: Instant, what: impl Future<Output = Result<T, SendError>>) -> Result<T, SendError> {
    timeout_at(end, what).await.unwrap_or(Err(SendError::TimedOut))
}

/// A name that a command cannot take for an option, nor a string in C for something shorter.
fn checked(queue: &str) -> Result<&str, SendError> {
    let odd = queue.is_empty() || queue.starts_with('-') || queue.chars().any(char::is_control);
    if odd { Err(SendError::QueueUnknown) } else { Ok(queue) }
}

#[cfg(test)]
mod tests {
    use super::{Spooler, send, status};
    use crate::{Limits, Online, Paper, SendError, Status};
    use std::cell::{Cell, RefCell};
    use std::time::Duration;

    /// A spooler that does what it was told beforehand.
    struct Scripted {
        said: RefCell<Vec<Status>>,
        looks: Cell<usize>,
        submit: Option<SendError>,
        deeds: RefCell<Vec<&'static str>>,
    }

    const WELL: Status = Status { online: Online::Yes, ..Status::UNKNOWN };
    const EMPTY: Status = Status { paper: Paper::Out, ..Status::UNKNOWN };

    /// Says these, the last one for good; the job is gone after so many looks.
    fn scripted(said: &[Status], looks: usize) -> Scripted {
        let said = said.iter().rev().copied().collect();
        Scripted {
            said: RefCell::new(said),
            looks: Cell::new(looks),
            submit: None,
            deeds: RefCell::default(),
        }
    }

    impl Spooler for Scripted {
        type Job = u32;

        async fn queues(&self) -> Result<Vec<String>, SendError> {
            Ok(Vec::new())
        }

        async fn status(&self, _: &str) -> Result<Status, SendError> {
            let mut said = self.said.borrow_mut();
            Ok(if said.len() > 1 { said.pop().unwrap() } else { said[0] })
        }

        async fn submit(&self, _: &str, _: &[u8]) -> Result<u32, SendError> {
            self.deeds.borrow_mut().push("submit");
            self.submit.clone().map_or(Ok(7), Err)
        }

        async fn is_waiting(&self, _: &str, job: &u32) -> Result<bool, SendError> {
            assert_eq!(*job, 7);
            let left = self.looks.get();
            self.looks.set(left.saturating_sub(1));
            Ok(left > 0)
        }

        async fn cancel(&self, _: &str, _: &u32) -> Result<(), SendError> {
            self.deeds.borrow_mut().push("cancel");
            Ok(())
        }

        fn pause(&self) -> Duration {
            Duration::from_millis(250)
        }
    }

    async fn sent(spooler: &Scripted) -> Result<usize, SendError> {
        send(spooler, "KASIR", b"slip", &Limits::default()).await.map(|sent| sent.bytes)
    }

    #[tokio::test(start_paused = true)]
    async fn a_slip_is_printed_when_its_job_has_left_the_queue() {
        let spooler = scripted(&[WELL], 12);
        assert_eq!(sent(&spooler).await, Ok(4));
        assert_eq!((spooler.looks.get(), &*spooler.deeds.borrow()), (0, &vec!["submit"]));
    }

    #[tokio::test(start_paused = true)]
    async fn a_queue_in_trouble_gets_no_job() {
        let spooler = scripted(&[EMPTY], 0);
        assert_eq!(sent(&spooler).await, Err(SendError::PaperOut));
        assert!(spooler.deeds.borrow().is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn a_job_that_stays_is_taken_out_and_told_as_unconfirmed() {
        let spooler = scripted(&[WELL], usize::MAX);
        assert_eq!(sent(&spooler).await, Err(SendError::TimedOut.after(4, 4)));
        assert_eq!(*spooler.deeds.borrow(), ["submit", "cancel"]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_job_that_stays_for_want_of_paper_says_so() {
        let spooler = scripted(&[WELL, EMPTY], usize::MAX);
        assert_eq!(sent(&spooler).await, Err(SendError::PaperOut.after(4, 4)));
        assert_eq!(*spooler.deeds.borrow(), ["submit", "cancel"]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_refused_job_printed_nothing() {
        let spooler = Scripted { submit: Some(SendError::Denied), ..scripted(&[WELL], 0) };
        assert_eq!(sent(&spooler).await, Err(SendError::Denied));
    }

    #[tokio::test(start_paused = true)]
    async fn a_name_that_looks_like_an_option_is_no_queue() {
        for name in ["", "-h", "--", "a\nb", "a\0b"] {
            let spooler = scripted(&[WELL], 0);
            let sent = send(&spooler, name, b"slip", &Limits::default()).await;
            assert_eq!(sent, Err(SendError::QueueUnknown), "{name:?}");
            assert_eq!(status(&spooler, name, &Limits::default()).await, Err(SendError::QueueUnknown));
            assert!(spooler.deeds.borrow().is_empty());
        }
    }
}
