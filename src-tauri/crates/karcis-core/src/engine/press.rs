//! Putting slips on paper: composed, marked as being in the printer's hands, sent, and only then called printed.
//!
//! A slip of which nothing was sent may be tried again by machine; one of which something was sent, never.

use super::{Engine, Step};
use crate::db::{ReadTx, WriteTx};
use crate::fault::Fault;
use crate::outbox::{self, Circuit, Effect, Lane, Leased, Outcome};
use crate::printers::{self, Destination, Printer};
use crate::slips::{self, Ending, SlipState};
use crate::values::{PrinterId, SlipId, Timestamp};
use karcis_spool::{Limits, SendError, Target};
use rand::rngs::StdRng;
use std::path::PathBuf;
use std::sync::Arc;

/// Puts a slip together for its printer; nothing when what it speaks of is not there.
pub type Composer = Arc<dyn Fn(&ReadTx<'_>, SlipId) -> Result<Option<Vec<u8>>, Fault> + Send + Sync>;

/// What the engine needs to print.
#[derive(Clone, Default)]
pub(super) struct Press {
    composer: Option<Composer>,
    limits: Limits,
}

/// How an attempt ended: what becomes of the slip, and what it says about the printer.
struct Attempt {
    ending: Ending,
    printer: Outcome,
}

impl Engine {
    /// The engine with what puts its slips together; without it no slip is printed.
    #[must_use]
    pub fn composing(mut self, composer: Composer) -> Engine {
        self.press.composer = Some(composer);
        self
    }

    /// The engine with other deadlines for its printers.
    #[must_use]
    pub fn printing_within(mut self, limits: Limits) -> Engine {
        self.press.limits = limits;
        self
    }

    /// How a printer is, asked without printing; the code of what is wrong with it when it cannot be asked.
    pub async fn look_at_printer(&self, printer: &Printer) -> Result<karcis_spool::Status, &'static str> {
        let (target, limits) = (target(printer), self.limits_for(printer));
        karcis_spool::status(&target, &limits).await.map_err(|error| code(&error, &printer.destination))
    }

    /// The print queues of this computer; the code of what is wrong when they cannot be listed.
    pub async fn print_queues(&self) -> Result<Vec<String>, &'static str> {
        let queues = karcis_spool::queues(&self.press.limits).await;
        queues.map_err(|error| code(&error, &Destination::Queue(String::new())))
    }

    /// Takes one step in a printer's lane. A printer that nobody needs is left in peace, however long it was away.
    pub(super) async fn step_to_printer(&self, printer: PrinterId) -> Result<Step, Fault> {
        let (lane, now) = (Lane::Printer(printer), self.now());
        let (state, too_old, due) = self
            .db
            .reading(move |tx| {
                let too_old = slips::waits_too_long(tx, printer, now)?;
                Ok::<_, Fault>((outbox::lane(tx, &lane)?, too_old, outbox::next_due(tx, &lane)?))
            })
            .await?;
        if too_old {
            self.db.writing(move |tx| slips::lay_aside(tx, printer, now)).await?;
            return Ok(Step::Carried);
        }
        match state.circuit {
            Circuit::Blocked => return Ok(Step::Idle { until: None }),
            Circuit::Open if outbox::rests(&state, now) => return Ok(Step::Idle { until: state.probe_at }),
            Circuit::Open if due.is_some() => {
                self.db.writing(move |tx| outbox::probe_begins(tx, &state, now)).await?;
            }
            Circuit::Open | Circuit::Closed | Circuit::HalfOpen => {}
        }
        match self.take_up(lane, now).await? {
            Some(note) => self.print(printer, note).await.map(|()| Step::Carried),
            None => Ok(Step::Idle { until: due.filter(|due| *due > now) }),
        }
    }

    async fn print(&self, printer: PrinterId, note: Leased) -> Result<(), Fault> {
        let lane = Lane::Printer(printer);
        let attempt = match note.effect {
            Effect::PrintSlip { slip, .. } => {
                self.attempt(printer, slip).await?.map(|attempt| (slip, attempt))
            }
            // What a router is owed waits in its lane, never in a printer's.
            Effect::EnsureProfile { .. }
            | Effect::EnsureVouchers { .. }
            | Effect::EnsureVoucher { .. }
            | Effect::LookBack { .. } => None,
        };
        let (now, mut rng) = (self.now(), self.fork_rng());
        self.db
            .writing(move |tx| match attempt {
                Some((slip, attempt)) => keep(tx, printer, slip, &note, &attempt, &mut rng, now),
                None => outbox::settle(tx, &note, &Outcome::Done, now),
            })
            .await?;
        self.put_down(lane);
        Ok(())
    }

    /// Tries a slip, unless it is not to be printed any more.
    async fn attempt(&self, printer: PrinterId, slip: SlipId) -> Result<Option<Attempt>, Fault> {
        let composer = self.press.composer.clone();
        let (printer_row, composed) = self
            .db
            .reading(move |tx| {
                let waits = slips::slip(tx, slip)?.is_some_and(|slip| slip.state == SlipState::Queued);
                let composed = match composer.filter(|_| waits) {
                    Some(compose) => compose(tx, slip),
                    None => Ok(None),
                };
                Ok::<_, Fault>((printers::in_use(tx, printer)?, composed))
            })
            .await?;
        // Nothing is sent before the books say that the slip is in the printer's hands.
        let now = self.now();
        if !self.db.writing(move |tx| slips::take_up(tx, slip, printer, now)).await? {
            return Ok(None);
        }
        Ok(Some(match (printer_row, composed) {
            (None, _) => Attempt::failed("printer_retired"),
            (Some(printer), Ok(Some(bytes))) => self.send(&printer, &bytes).await,
            (Some(_), Ok(None)) => Attempt::failed("slip_not_composed"),
            (Some(_), Err(fault)) => {
                self.report(&fault).await;
                Attempt::failed("slip_not_composed")
            }
        }))
    }

    async fn send(&self, printer: &Printer, bytes: &[u8]) -> Attempt {
        let started = self.now();
        let sent = karcis_spool::send(&target(printer), bytes, &self.limits_for(printer)).await;
        tracing::debug!(
            printer = %printer.id, bytes = bytes.len(), outcome = ?sent,
            duration_ms = self.now().since(started).as_millis() as u64, "slip sent"
        );
        match sent {
            Ok(_) => Attempt { ending: Ending::Printed, printer: Outcome::Done },
            Err(error) => meaning(&error, &printer.destination),
        }
    }

    fn limits_for(&self, printer: &Printer) -> Limits {
        Limits { tells_status: printer.tells_status, ..self.press.limits }
    }

    /// A printer whose worker was ended may have had a slip in its hands.
    pub(super) async fn leave_printer(&self, printer: PrinterId) {
        let now: Timestamp = self.now();
        let left = self.db.writing(move |tx| slips::unconfirm_left(tx, Some(printer), now)).await;
        if let Err(fault) = left {
            tracing::error!(fault = fault.chain(), "a slip cannot be told as unconfirmed");
        }
    }
}

impl Attempt {
    /// Nothing was sent, and that says nothing about the printer.
    fn failed(why: &'static str) -> Attempt {
        Attempt { ending: Ending::Failed(why), printer: Outcome::Held }
    }
}

/// Keeps how an attempt ended: of the slip, of its note, and of the printer's lane.
fn keep(
    tx: &WriteTx<'_>,
    printer: PrinterId,
    slip: SlipId,
    note: &Leased,
    attempt: &Attempt,
    rng: &mut StdRng,
    now: Timestamp,
) -> Result<(), Fault> {
    let answered = attempt.printer == Outcome::Done;
    slips::ended(tx, slip, attempt.ending, now)?;
    outbox::settle(tx, note, &note_after(attempt), now)?;
    super::lane::keep_circuit(tx, Lane::Printer(printer), &attempt.printer, answered, rng, now)?;
    if let Outcome::LaneBlocked(why) = attempt.printer {
        slips::fail_waiting(tx, printer, why, now)?;
    }
    Ok(())
}

/// What becomes of the note: only one whose slip waits goes back into the queue.
fn note_after(attempt: &Attempt) -> Outcome {
    match attempt.ending {
        Ending::Waits(why) => Outcome::LaneAway(why),
        Ending::Printed | Ending::Unconfirmed(_) | Ending::Failed(_) => Outcome::Done,
    }
}

fn target(printer: &Printer) -> Target {
    match &printer.destination {
        Destination::Network { host, port } => {
            // People write IPv6 addresses in brackets, as in addresses of pages.
            Target::Network { host: host.trim_matches(['[', ']']).to_owned(), port: *port }
        }
        Destination::Queue(name) => Target::Queue(name.clone()),
        Destination::Folder(path) => Target::File(PathBuf::from(path)),
    }
}

/// What a failed attempt means for the slip and for the lane.
fn meaning(error: &SendError, destination: &Destination) -> Attempt {
    let why = code(error, destination);
    match error {
        SendError::Partly { why: trouble, .. } => {
            let doubt = match **trouble {
                SendError::Dropped | SendError::TimedOut => "print_cut_off",
                SendError::Unreachable
                | SendError::Refused
                | SendError::PaperOut
                | SendError::CoverOpen
                | SendError::Halted
                | SendError::Offline
                | SendError::QueueUnknown
                | SendError::Denied
                | SendError::DiskFull
                | SendError::Partly { .. }
                | SendError::Other(_) => "print_doubtful",
            };
            Attempt { ending: Ending::Unconfirmed(doubt), printer: Outcome::LaneAway(why) }
        }
        SendError::QueueUnknown | SendError::Denied => {
            Attempt { ending: Ending::Failed(why), printer: Outcome::LaneBlocked(why) }
        }
        SendError::Other(words) => {
            tracing::warn!(words, "a printer fails in a way of its own");
            Attempt { ending: Ending::Failed(why), printer: Outcome::LaneAway(why) }
        }
        SendError::Unreachable
        | SendError::Refused
        | SendError::TimedOut
        | SendError::Dropped
        | SendError::PaperOut
        | SendError::CoverOpen
        | SendError::Halted
        | SendError::Offline
        | SendError::DiskFull => Attempt { ending: Ending::Waits(why), printer: Outcome::LaneAway(why) },
    }
}

/// The code of what is wrong with a printer, for its lane and for people.
pub(super) fn code(error: &SendError, destination: &Destination) -> &'static str {
    match error {
        SendError::Unreachable => match destination {
            Destination::Network { .. } => "printer_unreachable",
            Destination::Queue(_) => "spooler_missing",
            Destination::Folder(_) => "print_folder_missing",
        },
        SendError::Refused | SendError::Dropped => "printer_refused",
        SendError::TimedOut => "printer_silent",
        SendError::PaperOut => "paper_out",
        SendError::CoverOpen => "cover_open",
        SendError::Halted => "printer_halted",
        SendError::Offline => "printer_offline",
        SendError::QueueUnknown => "queue_unknown",
        SendError::Denied => "print_denied",
        SendError::DiskFull => "print_disk_full",
        SendError::Partly { why, .. } => code(why, destination),
        SendError::Other(_) => "print_failed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::Actor;
    use crate::pretend::{Books, NOW, printer_request};
    use crate::slips::{Slip, SlipKind, SlipRequest};
    use std::collections::BTreeSet;

    fn partly(why: SendError) -> SendError {
        SendError::Partly { sent: 1, of: 2, why: Box::new(why) }
    }

    /// Every trouble there is before anything was sent, at a printer with an address.
    fn troubles() -> Vec<SendError> {
        vec![
            SendError::Unreachable,
            SendError::Refused,
            SendError::TimedOut,
            SendError::Dropped,
            SendError::PaperOut,
            SendError::CoverOpen,
            SendError::Halted,
            SendError::Offline,
            SendError::QueueUnknown,
            SendError::Denied,
            SendError::DiskFull,
            SendError::Other("odd".to_owned()),
        ]
    }

    #[test]
    fn only_what_was_not_sent_is_ever_sent_again_by_machine() {
        let network = Destination::Network { host: "192.0.2.9".to_owned(), port: 9100 };
        for trouble in troubles() {
            assert!(trouble.printed_nothing());
            let before = meaning(&trouble, &network);
            assert!(!matches!(before.ending, Ending::Printed | Ending::Unconfirmed(_)), "{trouble:?}");
            let midway = meaning(&partly(trouble.clone()), &network);
            assert!(matches!(midway.ending, Ending::Unconfirmed(_)), "{trouble:?}");
            assert_eq!(note_after(&midway), Outcome::Done, "{trouble:?}: no note is left to send it again");
            assert!(matches!(midway.printer, Outcome::LaneAway(_)), "{trouble:?}");
        }
    }

    #[test]
    fn what_can_be_told_apart_is_told_apart() {
        let places = [
            Destination::Network { host: "192.0.2.9".to_owned(), port: 9100 },
            Destination::Queue("Struk".to_owned()),
            Destination::Folder("/srv/struk".to_owned()),
        ];
        let codes = |place: &Destination| -> BTreeSet<&str> {
            troubles().iter().map(|trouble| code(trouble, place)).collect()
        };
        // A connection that is cut before anything was said is one that is refused.
        assert_eq!(places.iter().map(|place| codes(place).len()).collect::<Vec<_>>(), [11, 11, 11]);
        let missing: BTreeSet<&str> =
            places.iter().map(|place| code(&SendError::Unreachable, place)).collect();
        assert_eq!(missing.len(), 3);
    }

    #[test]
    fn a_printer_that_refuses_for_good_leaves_no_slip_waiting_until_a_person_acts() {
        let mut books = Books::new();
        let printer = books.add_printer(&printer_request());
        let (actor, lane) = (Actor::karcis(), Lane::Printer(printer));
        let Books { db, rng, .. } = &mut books;
        let ask = |sale: &str, rng: &mut StdRng| -> Slip {
            let (kind, subject) = (SlipKind::Voucher, sale.to_owned());
            let asked = SlipRequest { kind, subject, printer, shift: None, kick: false };
            db.write(|tx| slips::request(tx, &actor, &asked, rng, NOW)).unwrap()
        };
        let (first, second) = (ask("sale-1", rng), ask("sale-2", rng));
        let note = db.write(|tx| outbox::lease(tx, &lane, NOW)).unwrap().unwrap();
        let refused = meaning(&SendError::QueueUnknown, &Destination::Queue("Struk".to_owned()));
        db.write(|tx| {
            assert!(slips::take_up(tx, first.id, printer, NOW)?);
            keep(tx, printer, first.id, &note, &refused, rng, NOW)
        })
        .unwrap();
        for slip in [first.id, second.id] {
            let slip = db.read(|tx| slips::slip(tx, slip)).unwrap().unwrap();
            assert_eq!((slip.state, slip.reason.as_deref()), (SlipState::Failed, Some("queue_unknown")));
        }
        let state = db.read(|tx| outbox::lane(tx, &lane)).unwrap();
        assert_eq!((state.circuit, state.last_error.as_deref()), (Circuit::Blocked, Some("queue_unknown")));
        assert_eq!(db.read(|tx| outbox::waiting(tx, &lane)).unwrap().0, 0);
        ask("sale-3", rng);
        let state = db.read(|tx| outbox::lane(tx, &lane)).unwrap();
        assert_eq!((state.circuit, state.probe_at), (Circuit::Open, Some(NOW)), "the next sale tries anew");
    }
}
