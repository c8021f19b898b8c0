//! Slips from the books to paper: what comes out, what is said when it does not, and what is never printed twice.

use karcis_core::counters;
use karcis_core::engine::{PrintLimits, Step};
use karcis_core::outbox::{self, Circuit, Lane, LaneState};
use karcis_core::printers::{self, CodePage, Destination, PaperWidth, PrinterRequest, QrDrawing};
use karcis_core::settings::{self, Language, Shop};
use karcis_core::shifts::{self, CloseRequest, Denomination, MoveKind, MoveRequest};
use karcis_core::slips::{self, Slip, SlipKind, SlipRequest, SlipState};
use karcis_core::staff::Role;
use karcis_core::values::{Money, PrinterId, ShiftId, SlipId, Zone};
use karcis_tests::thermal::{Printout, print};
use karcis_tests::{FakePrinter, Mood, Roll, Takes, TestShop};
use std::fs;
use std::sync::Arc;
use std::time::Duration;

/// A shop with a receipt printer.
struct Counter {
    shop: TestShop,
    machine: FakePrinter,
    printer: PrinterId,
    asked: u32,
}

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

fn at(destination: Destination) -> PrinterRequest {
    PrinterRequest {
        name: "Struk".to_owned(),
        destination,
        paper: PaperWidth::Mm58,
        code_page: CodePage::Pc437,
        qr: QrDrawing::Native,
        cuts: true,
        kicks_drawer: true,
        tells_status: true,
    }
}

impl Counter {
    async fn open() -> Counter {
        let machine = FakePrinter::start();
        let network = Destination::Network { host: machine.host(), port: machine.port() };
        Counter::printing(machine, &at(network)).await
    }

    async fn printing(machine: FakePrinter, request: &PrinterRequest) -> Counter {
        let mut shop = TestShop::open().await;
        let name = Shop { name: "Warnet Contoh".to_owned(), zone: Zone::Wib, language: Language::Id };
        let (mut rng, now) = (shop.rng(), shop.now());
        let printer = shop.db.write(|tx| {
            settings::keep_shop(tx, &name).unwrap();
            printers::add(tx, &shop.owner, request, "printer", &mut rng, now)
        });
        Counter { printer: printer.unwrap().id, shop, machine, asked: 0 }
    }

    /// Asks for a test page.
    fn ask(&mut self) -> SlipId {
        self.asked += 1;
        self.request(SlipKind::Test, &self.printer.to_string()).id
    }

    fn request(&mut self, kind: SlipKind, subject: &str) -> Slip {
        let asked = SlipRequest {
            kind,
            subject: subject.to_owned(),
            printer: self.printer,
            shift: None,
            kick: self.asked == 1,
        };
        let (mut rng, now) = (self.shop.rng(), self.shop.now());
        self.shop.db.write(|tx| slips::request(tx, &self.shop.owner, &asked, &mut rng, now)).unwrap()
    }

    fn again(&self, slip: SlipId) -> Slip {
        let now = self.shop.now();
        self.shop.db.write(|tx| slips::again(tx, &self.shop.owner, Role::Operator, slip, now)).unwrap()
    }

    fn slip(&self, id: SlipId) -> Slip {
        self.shop.db.read(|tx| slips::slip(tx, id)).unwrap().unwrap()
    }

    /// How a slip stands and why.
    fn stands(&self, id: SlipId) -> (SlipState, Option<String>) {
        let slip = self.slip(id);
        (slip.state, slip.reason)
    }

    fn lane(&self) -> LaneState {
        let lane = Lane::Printer(self.printer);
        self.shop.db.read(|tx| outbox::lane(tx, &lane)).unwrap()
    }

    fn waiting(&self) -> u32 {
        let lane = Lane::Printer(self.printer);
        self.shop.db.read(|tx| outbox::waiting(tx, &lane)).unwrap().0
    }

    /// Steps in the printer's lane until it rests.
    async fn work(&self) {
        for _ in 0..100 {
            if matches!(self.step().await, Step::Idle { .. }) {
                return;
            }
        }
        panic!("the printer's lane never comes to rest");
    }

    async fn step(&self) -> Step {
        self.shop.engine.step(&Lane::Printer(self.printer)).await.unwrap()
    }

    fn printed(&self) -> Vec<Printout> {
        self.machine.slips().iter().map(|bytes| print(bytes, 384).unwrap()).collect()
    }
}

fn waits(why: &str) -> (SlipState, Option<String>) {
    (SlipState::Queued, Some(why.to_owned()))
}

#[tokio::test]
async fn a_slip_that_was_asked_for_comes_out_once() {
    let mut counter = Counter::open().await;
    let slip = counter.ask();
    counter.work().await;
    assert_eq!(counter.stands(slip), (SlipState::Printed, None));
    assert_eq!((counter.lane().circuit, counter.waiting()), (Circuit::Closed, 0));
    let printed = counter.printed();
    assert_eq!((printed.len(), printed[0].kicks, printed[0].cuts), (1, 1, 1));
    assert!(printed[0].story.contains("Warnet Contoh"), "{}", printed[0].story);
    counter.shop.later(seconds(600));
    counter.work().await;
    assert_eq!(counter.machine.connections(), 1, "a printer that nobody needs is left in peace");
}

#[tokio::test]
async fn many_slips_come_out_in_their_order_and_the_drawer_opens_once() {
    let mut counter = Counter::open().await;
    let asked: Vec<SlipId> = (0..20).map(|_| counter.ask()).collect();
    counter.work().await;
    let printed = counter.printed();
    let numbers: Vec<bool> =
        (1..=20).zip(&printed).map(|(number, slip)| slip.story.contains(&format!("No. {number} "))).collect();
    assert_eq!(numbers, [true; 20]);
    assert_eq!(printed.iter().map(|slip| slip.kicks).sum::<usize>(), 1);
    assert!(asked.iter().all(|slip| counter.stands(*slip).0 == SlipState::Printed));
}

#[tokio::test]
async fn a_closed_shift_is_printed_with_its_difference_and_the_seal_of_the_trail() {
    let mut counter = Counter::open().await;
    let shift = close_a_shift(&mut counter.shop);
    counter.request(SlipKind::Shift, &shift.to_string());
    counter.work().await;
    let story = counter.printed().remove(0).story;
    let closing = counter.shop.db.read(|tx| shifts::shift(tx, shift)).unwrap().unwrap().closing.unwrap();
    for said in ["Tutup shift 1", "Uang kecil", "-Rp 5.000", "Salah hitung", &closing.audit_head] {
        assert!(story.contains(said), "{said}: {story}");
    }
}

/// Opens with Rp 100.000, pays in Rp 50.000, counts Rp 145.000 and closes.
fn close_a_shift(shop: &mut TestShop) -> ShiftId {
    let (mut rng, now) = (shop.rng(), shop.now());
    let owner = shop.owner.clone();
    shop.db
        .write(|tx| {
            let counter = counters::all(tx)?.remove(0);
            let float = Money::rupiah(100_000);
            let shift = shifts::open(tx, &owner, counter.id, float, "open", &mut rng, now)?;
            let paid_in = MoveRequest {
                shift: shift.id,
                kind: MoveKind::PayIn,
                amount: Money::rupiah(50_000),
                reason: "Uang kecil".to_owned(),
            };
            shifts::move_cash(tx, &owner, &paid_in, "in", &mut rng, now)?;
            let pieces = |rupiah, pieces| (Denomination::of(rupiah).unwrap(), pieces);
            let found = [pieces(100_000, 1), pieces(20_000, 2), pieces(5_000, 1)];
            shifts::count(tx, &owner, shift.id, &found, "count", now)?;
            let close = CloseRequest {
                shift: shift.id,
                handed_over: Money::rupiah(45_000),
                note: "Salah hitung".to_owned(),
                approved_by: None,
            };
            shifts::close(tx, &owner, Role::Admin, &close, "close", now)
        })
        .unwrap()
        .id
}

#[tokio::test]
async fn a_printer_that_is_off_is_tried_again_and_prints_when_it_is_on() {
    let mut counter = Counter::open().await;
    counter.machine.switch_off().await;
    let slip = counter.ask();
    counter.work().await;
    assert_eq!(counter.stands(slip), waits("printer_refused"));
    let lane = counter.lane();
    assert_eq!((lane.circuit, lane.last_error.as_deref()), (Circuit::Open, Some("printer_refused")));
    assert!(lane.probe_at.unwrap().since(counter.shop.now()) <= seconds(5));
    counter.machine.switch_on();
    counter.work().await;
    assert_eq!(counter.machine.connections(), 0, "not before its time");
    counter.shop.later(seconds(5));
    counter.work().await;
    assert_eq!(counter.stands(slip), (SlipState::Printed, None));
    assert_eq!((counter.lane().circuit, counter.printed().len()), (Circuit::Closed, 1));
}

#[tokio::test]
async fn whoever_presses_print_again_does_not_wait_for_the_next_try() {
    let mut counter = Counter::open().await;
    counter.machine.switch_off().await;
    let slip = counter.ask();
    for _ in 0..5 {
        counter.work().await;
        counter.shop.later(seconds(20));
    }
    counter.machine.switch_on();
    counter.again(slip);
    counter.work().await;
    assert_eq!((counter.slip(slip).state, counter.slip(slip).copy), (SlipState::Printed, 0));
}

#[tokio::test]
async fn every_trouble_of_a_printer_is_told_apart_and_nothing_is_sent() {
    let well = Mood::default;
    let troubles = [
        (Mood { paper: Roll::Empty, ..well() }, "paper_out"),
        (Mood { cover_open: true, ..well() }, "cover_open"),
        (Mood { knife_stuck: true, ..well() }, "printer_halted"),
        (Mood { offline: true, ..well() }, "printer_offline"),
    ];
    let mut counter = Counter::open().await;
    for (trouble, why) in troubles {
        counter.machine.set(|mood| *mood = trouble);
        let slip = counter.ask();
        counter.work().await;
        assert_eq!(counter.stands(slip), waits(why));
        assert_eq!(counter.lane().last_error.as_deref(), Some(why));
        let before = counter.machine.slips().len();
        counter.machine.set(|mood| *mood = well());
        counter.shop.later(seconds(60));
        counter.work().await;
        assert_eq!(counter.stands(slip), (SlipState::Printed, None), "{why}");
        assert_eq!(counter.machine.slips().len(), before + 1, "{why}");
    }
}

#[tokio::test]
async fn a_printer_that_keeps_silent_is_told_as_such() {
    let mut counter = Counter::open().await;
    counter.machine.set(|mood| mood.silent = true);
    counter.shop.print_within(PrintLimits { answer: Duration::from_millis(50), ..PrintLimits::default() });
    let slip = counter.ask();
    counter.work().await;
    assert_eq!(counter.stands(slip), waits("printer_silent"));
    assert!(counter.machine.slips().is_empty());
}

#[tokio::test]
async fn a_slip_whose_connection_broke_is_for_a_person_and_comes_again_as_a_copy() {
    let mut counter = Counter::open().await;
    let shift = close_a_shift(&mut counter.shop);
    counter.machine.set(|mood| mood.takes = Takes::BreaksOffAfter(40));
    let slip = counter.request(SlipKind::Shift, &shift.to_string()).id;
    counter.work().await;
    assert_eq!(counter.stands(slip), (SlipState::Unconfirmed, Some("print_cut_off".to_owned())));
    assert_eq!((counter.waiting(), counter.lane().circuit), (0, Circuit::Open));
    counter.machine.set(|mood| *mood = Mood::default());
    for _ in 0..10 {
        counter.shop.later(seconds(60));
        counter.work().await;
    }
    assert_eq!(counter.machine.connections(), 1, "no machine prints it twice");
    counter.again(slip);
    counter.work().await;
    assert_eq!((counter.slip(slip).state, counter.slip(slip).copy), (SlipState::Printed, 1));
    let bytes = counter.machine.slips().pop().unwrap();
    assert!(print(&bytes, 384).unwrap().story.contains("SALINAN 1"));
}

#[tokio::test]
async fn paper_that_ends_in_a_slip_leaves_it_in_doubt() {
    let mut counter = Counter::open().await;
    counter.machine.set(|mood| mood.paper = Roll::Lasts(100));
    let (slip, next) = (counter.ask(), counter.ask());
    counter.work().await;
    assert_eq!(counter.stands(slip), (SlipState::Unconfirmed, Some("print_doubtful".to_owned())));
    assert_eq!(counter.lane().last_error.as_deref(), Some("paper_out"), "the next one waits for paper");
    assert_eq!(counter.stands(next), (SlipState::Queued, None));
}

#[tokio::test]
async fn a_program_that_dies_while_it_prints_leaves_a_slip_in_doubt_and_prints_it_no_second_time() {
    let mut counter = Counter::open().await;
    counter.machine.set(|mood| mood.silent = true);
    let (slip, next) = (counter.ask(), counter.ask());
    let mut commits = counter.shop.db.commits();
    let (engine, lane) = (Arc::clone(&counter.shop.engine), Lane::Printer(counter.printer));
    let step = tokio::spawn(async move { engine.step(&lane).await.map(drop) });
    while counter.slip(slip).state != SlipState::Printing {
        commits.changed().await.unwrap();
    }
    step.abort();
    assert!(step.await.unwrap_err().is_cancelled());

    counter.shop.restart_engine();
    assert_eq!(counter.stands(slip), (SlipState::Unconfirmed, Some("print_interrupted".to_owned())));
    counter.machine.set(|mood| *mood = Mood::default());
    counter.work().await;
    assert_eq!(counter.stands(next), (SlipState::Printed, None), "what was not begun is printed");
    assert_eq!((counter.stands(slip).0, counter.machine.slips().len()), (SlipState::Unconfirmed, 1));
}

#[tokio::test]
async fn a_slip_that_waited_for_more_than_two_minutes_is_left_to_a_person() {
    let mut counter = Counter::open().await;
    counter.machine.set(|mood| mood.paper = Roll::Empty);
    let old = counter.ask();
    counter.work().await;
    counter.shop.later(seconds(90));
    let young = counter.ask();
    counter.work().await;
    counter.shop.later(seconds(31));
    counter.machine.set(|mood| *mood = Mood::default());
    counter.work().await;
    assert_eq!(counter.stands(old), (SlipState::Stale, Some("slip_too_old".to_owned())));
    assert_eq!(counter.stands(young), (SlipState::Printed, None));
    assert_eq!((counter.waiting(), counter.machine.slips().len()), (0, 1));
    counter.again(old);
    counter.work().await;
    assert_eq!((counter.slip(old).state, counter.slip(old).copy), (SlipState::Printed, 0));
}

#[tokio::test]
async fn a_slip_from_before_the_clock_was_put_back_is_still_printed() {
    let mut counter = Counter::open().await;
    let slip = counter.ask();
    counter.shop.earlier(seconds(86_400));
    counter.work().await;
    assert_eq!(counter.stands(slip), (SlipState::Printed, None));
}

#[tokio::test]
async fn a_folder_takes_a_file_for_each_slip_and_is_missed_when_it_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("struk");
    let place = Destination::Folder(inside.display().to_string());
    let mut counter = Counter::printing(FakePrinter::start(), &at(place)).await;
    let slip = counter.ask();
    counter.work().await;
    assert_eq!(counter.stands(slip), waits("print_folder_missing"));
    fs::create_dir(&inside).unwrap();
    counter.again(slip);
    counter.work().await;
    assert_eq!(counter.stands(slip), (SlipState::Printed, None));
    let files: Vec<_> = fs::read_dir(&inside).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 1);
    let story = print(&fs::read(&files[0]).unwrap(), 384).unwrap().story;
    assert!(story.contains("Halaman tes printer"), "{story}");
}

#[tokio::test]
async fn a_print_queue_that_is_not_there_prints_nothing_and_says_so() {
    let place = Destination::Queue("karcis-tidak-ada".to_owned());
    let mut counter = Counter::printing(FakePrinter::start(), &at(place)).await;
    let slip = counter.ask();
    counter.work().await;
    let (state, why) = counter.stands(slip);
    // Whether this computer has a print service decides which of the two it is.
    match why.as_deref() {
        Some("queue_unknown") => {
            assert_eq!((state, counter.lane().circuit), (SlipState::Failed, Circuit::Blocked))
        }
        Some("spooler_missing") => {
            assert_eq!((state, counter.lane().circuit), (SlipState::Queued, Circuit::Open))
        }
        other => panic!("{state:?} because of {other:?}"),
    }
}

#[tokio::test]
async fn a_slip_about_nothing_fails_and_says_nothing_about_the_printer() {
    let mut counter = Counter::open().await;
    let nothing = "00000000-0000-7000-8000-000000000000";
    let slip = counter.request(SlipKind::Shift, nothing).id;
    counter.work().await;
    assert_eq!(counter.stands(slip), (SlipState::Failed, Some("slip_not_composed".to_owned())));
    assert_eq!((counter.lane().circuit, counter.machine.connections()), (Circuit::Closed, 0));
}

#[tokio::test]
async fn slips_are_printed_while_the_data_key_is_away() {
    let mut counter = Counter::open().await;
    counter.shop.keys.lock();
    let slip = counter.ask();
    counter.work().await;
    assert_eq!(counter.stands(slip), (SlipState::Printed, None));
}

#[tokio::test]
async fn a_retired_printer_has_no_lane_any_more() {
    let mut counter = Counter::open().await;
    counter.machine.switch_off().await;
    let slip = counter.ask();
    counter.work().await;
    let now = counter.shop.now();
    counter
        .shop
        .db
        .write(|tx| counters::retire_printer(tx, &counter.shop.owner, counter.printer, now))
        .unwrap();
    counter.machine.switch_on();
    counter.shop.later(seconds(60));
    counter.shop.work().await;
    assert_eq!(counter.stands(slip), (SlipState::Failed, Some("printer_retired".to_owned())));
    assert_eq!(counter.machine.connections(), 0);
}
