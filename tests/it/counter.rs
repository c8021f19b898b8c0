//! The counter and its router: what is sold while the router answers, is away, has forgotten us, or is gone.

use karcis_core::audit::Actor;
use karcis_core::counters;
use karcis_core::fault::Fault;
use karcis_core::ledger::{self, Account};
use karcis_core::outbox::{self, Circuit, Lane};
use karcis_core::reservations::{self, Kept, ReserveRequest};
use karcis_core::sales::{
    self, Because, Receipt, Sale, SellError, SellRequest, UndoError, Usage, VoidError, VoidRequest, Wanted,
};
use karcis_core::shifts;
use karcis_core::staff::Role;
use karcis_core::values::{CounterId, Money, ReservationId, StaffId, VoucherId};
use karcis_core::vouchers::{self, SteerError, Voucher, VoucherState};
use karcis_tests::TestShop;
use routeros_sim::{ArmedFault, Fault as RouterFault, Guest, LoginWay};
use std::time::Duration;

const A_MINUTE: Duration = Duration::from_secs(60);

/// A shop with an open shift; its router has been greeted.
struct Till {
    shop: TestShop,
    counter: CounterId,
    cashier: Actor,
    asked: u32,
}

async fn till() -> Till {
    let mut shop = TestShop::open().await;
    let (mut rng, now) = (shop.rng(), shop.now());
    let counter = shop.db.read(counters::all).unwrap().remove(0).id;
    let cashier = Actor::person(StaffId::new(now, &mut rng), "Siti");
    let float = Money::rupiah(100_000);
    shop.db.write(|tx| shifts::open(tx, &cashier, counter, float, "buka", &mut rng, now)).unwrap();
    shop.work().await;
    Till { shop, counter, cashier, asked: 0 }
}

impl Till {
    fn key(&mut self) -> String {
        self.asked += 1;
        format!("permintaan-{}", self.asked)
    }

    fn request(&self, wanted: Wanted) -> SellRequest {
        SellRequest {
            counter: self.counter,
            wanted,
            discount: None,
            received: None,
            shown: None,
            twice_confirmed: true,
            waiting_accepted: true,
        }
    }

    fn one(&self) -> SellRequest {
        self.request(Wanted::Plan { plan: self.shop.plan.id, quantity: 1 })
    }

    fn ask(&mut self, request: &SellRequest) -> Result<Receipt, SellError> {
        let (key, mut rng, now) = (self.key(), self.shop.rng(), self.shop.now());
        let cashier = &self.cashier;
        self.shop.db.write(|tx| sales::sell(tx, cashier, Role::Operator, request, &key, &mut rng, now))
    }

    /// Sells one of the plan.
    fn sell(&mut self) -> Sale {
        let request = self.one();
        self.ask(&request).unwrap().sales.remove(0)
    }

    fn undo(&mut self, sale: &Sale) -> Result<Receipt, UndoError> {
        let (key, mut rng, now) = (self.key(), self.shop.rng(), self.shop.now());
        self.shop.db.write(|tx| sales::undo(tx, &self.cashier, sale.receipt, &key, &mut rng, now))
    }

    /// Voids as the screen does: the router is asked first.
    async fn void(&mut self, sale: &Sale, approved_by: Option<Actor>) -> Result<Sale, VoidError> {
        let usage = self.shop.engine.usage(sale.voucher).await.unwrap().usage;
        let (key, mut rng, now) = (self.key(), self.shop.rng(), self.shop.now());
        let reason = "salah paket".to_owned();
        let request = VoidRequest { sale: sale.id, counter: self.counter, reason, usage, approved_by };
        let cashier = &self.cashier;
        self.shop.db.write(|tx| sales::void(tx, cashier, Role::Operator, &request, &key, &mut rng, now))
    }

    fn keep(&mut self, card: &Voucher) -> ReservationId {
        let (key, mut rng, now) = (self.key(), self.shop.rng(), self.shop.now());
        let request = ReserveRequest {
            kept: Kept::Voucher(card.id),
            customer: "Bu Rina".to_owned(),
            note: String::new(),
            until: None,
        };
        let cashier = &self.cashier;
        let kept = self.shop.db.write(|tx| reservations::reserve(tx, cashier, &request, &key, &mut rng, now));
        kept.unwrap().id
    }

    fn let_go(&self, kept: ReservationId) {
        let now = self.shop.now();
        self.shop.db.write(|tx| reservations::release(tx, &self.cashier, kept, now)).unwrap();
    }

    fn again(&self, sale: &Sale) -> Sale {
        self.shop.db.read(|tx| sales::sale(tx, sale.id)).unwrap().unwrap()
    }

    fn voucher(&self, id: VoucherId) -> Voucher {
        self.shop.db.read(|tx| vouchers::voucher(tx, id)).unwrap().unwrap()
    }

    fn taken_in(&self) -> i64 {
        self.shop.db.read(|tx| ledger::balance(tx, &Account::Drawer(self.counter))).unwrap() - 100_000
    }

    /// What is listed for a person, by its reason.
    fn needs(&self) -> Vec<String> {
        let notes = self.shop.db.read(|tx| outbox::needing_attention(tx, 50)).unwrap();
        notes.into_iter().filter_map(|note| note.last_error).collect()
    }

    async fn router_leaves(&mut self) {
        self.shop.sim.reboot(0);
        self.shop.later(A_MINUTE);
        self.shop.work().await;
        assert_eq!(self.shop.lane().circuit, Circuit::Open);
    }

    async fn router_returns(&mut self) {
        self.shop.sim.power_on().unwrap();
        self.shop.later(A_MINUTE);
        self.shop.work().await;
        assert_eq!(self.shop.lane().circuit, Circuit::Closed);
    }

    /// Somebody signs in with the code.
    fn log_in(&self, sale: &Sale) {
        let (user, password) = (sale.code.as_str(), sale.password.as_str());
        let (mac, address) = ("02:00:00:00:00:01", "10.5.50.11");
        self.shop.sim.hotspot_login(&Guest { user, password, mac, address, by: LoginWay::HttpPap }).unwrap();
    }
}

#[tokio::test]
async fn a_sold_code_is_on_the_router_at_once_and_a_voided_one_is_offline_at_once() {
    let mut till = till().await;
    let sale = till.sell();
    assert!(till.again(&sale).is_waiting());
    till.shop.work().await;
    assert!(till.again(&sale).is_active());
    let user = till.shop.sim.user(&sale.code).unwrap();
    assert_eq!((user["password"].as_str(), user["limit-uptime"].as_str()), (sale.password.as_str(), "1d"));
    till.log_in(&sale);
    let owner = till.shop.owner.clone();
    let refused = till.void(&sale, None).await.unwrap_err();
    assert!(matches!(refused, VoidError::NeedsApproval(Because::Used)));
    till.void(&sale, Some(owner)).await.unwrap();
    till.shop.work().await;
    assert!(till.shop.sim.user(&sale.code).is_none() && till.shop.sim.rows("/ip/hotspot/active").is_empty());
    assert_eq!((till.taken_in(), till.needs().len()), (0, 0));
}

#[tokio::test]
async fn the_router_tells_whether_a_voucher_was_used() {
    let mut till = till().await;
    let (used, unused, gone) = (till.sell(), till.sell(), till.sell());
    let engine = std::sync::Arc::clone(&till.shop.engine);
    let ask = async |sale: &Sale| engine.usage(sale.voucher).await.unwrap();
    assert_eq!(ask(&unused).await.usage, Usage::NeverUsed, "it was never sent");
    till.shop.work().await;
    till.log_in(&used);
    till.shop.sim.remove_user(&gone.code).unwrap();
    let seen = ask(&used).await;
    assert!(seen.usage == Usage::Used && seen.online);
    assert_eq!(ask(&unused).await.usage, Usage::NeverUsed);
    assert_eq!(ask(&gone).await.usage, Usage::Unknown, "somebody may have used it before it went");
    let books = till.shop.db.read(|tx| karcis_core::audit::entries(tx, None, 100)).unwrap();
    till.router_leaves().await;
    let fresh = till.sell();
    assert_eq!(ask(&used).await.usage, Usage::Unknown);
    assert_eq!(ask(&fresh).await.usage, Usage::NeverUsed, "its note was never taken up");
    let after = till.shop.db.read(|tx| karcis_core::audit::entries(tx, None, 100)).unwrap();
    assert_eq!(after.len(), books.len() + 1, "a look writes nothing; the sale wrote one row");
}

#[tokio::test]
async fn a_router_that_says_nothing_leaves_the_cashier_waiting_for_seconds_only() {
    let mut till = till().await;
    let sale = till.sell();
    till.shop.work().await;
    let silent = routeros_sim::Fault::Silence.on("/ip/hotspot/user/print").always();
    till.shop.sim.arm(silent);
    tokio::time::pause();
    let started = tokio::time::Instant::now();
    assert_eq!(till.shop.engine.usage(sale.voucher).await.unwrap().usage, Usage::Unknown);
    assert!(started.elapsed() < Duration::from_secs(20));
}

#[tokio::test]
async fn what_is_sold_while_the_router_is_away_works_when_it_returns() {
    let mut till = till().await;
    till.router_leaves().await;
    let unasked = SellRequest { waiting_accepted: false, ..till.one() };
    assert!(matches!(till.ask(&unasked).unwrap_err(), SellError::RouterAway { .. }));
    let first = till.sell();
    let more: Vec<Sale> = (0..20).map(|_| till.ask(&unasked).unwrap().sales.remove(0)).collect();
    till.shop.later(A_MINUTE);
    till.shop.work().await;
    assert!(till.again(&first).is_waiting(), "the router is still away");
    till.router_returns().await;
    assert!(till.again(&first).is_active() && more.iter().all(|sale| till.again(sale).is_active()));
    assert_eq!((till.shop.our_users().len(), till.taken_in()), (21, 21 * 5_000));
    assert_eq!(till.shop.db.read(|tx| outbox::waiting(tx, &Lane::Router(till.shop.router))).unwrap().0, 0);
}

#[tokio::test]
async fn what_is_undone_while_the_router_is_away_never_reaches_it() {
    let mut till = till().await;
    till.router_leaves().await;
    let (kept, undone) = (till.sell(), till.sell());
    till.undo(&undone).unwrap();
    let voided = till.sell();
    till.void(&voided, None).await.expect("it was never sent, so it was never used");
    till.router_returns().await;
    let users: Vec<String> = till.shop.our_users().iter().map(|user| user["name"].clone()).collect();
    assert_eq!(users, [kept.code]);
    assert_eq!((till.taken_in(), till.needs().len()), (5_000, 0));
}

#[tokio::test]
async fn a_sold_code_that_a_stranger_has_is_told_to_a_person_and_the_sale_is_safe() {
    let mut till = till().await;
    let sale = till.sell();
    till.shop.sim.add_user(&sale.code, &[("password", "punya-orang")]).unwrap();
    till.shop.work().await;
    assert_eq!(till.needs(), ["sold_taken"]);
    let kept = till.again(&sale);
    assert!(kept.is_waiting() && kept.code == sale.code, "nobody exchanges a code in a customer's hand");
    assert_eq!(till.taken_in(), 5_000);
    till.void(&sale, None).await.unwrap();
    till.shop.work().await;
    assert_eq!((till.needs().len(), till.taken_in()), (0, 0));
    assert_eq!(till.shop.sim.user(&sale.code).unwrap()["password"], "punya-orang");
    let exchanged = till.sell();
    till.shop.work().await;
    assert!(till.again(&exchanged).is_active());
}

#[tokio::test]
async fn a_card_sold_before_the_router_has_it_is_not_exchanged_when_a_stranger_has_its_code() {
    let mut till = till().await;
    let batch = till.shop.issue(3);
    let cards = till.shop.db.read(|tx| vouchers::printable(tx, batch.id)).unwrap();
    for card in &cards[..2] {
        till.shop.sim.add_user(&card.code, &[("password", "punya-orang")]).unwrap();
    }
    let request = till.request(Wanted::Voucher(cards[0].id));
    let sale = till.ask(&request).unwrap().sales.remove(0);
    till.shop.work().await;
    assert_eq!(till.needs(), ["sold_taken"]);
    assert_eq!(till.voucher(cards[0].id).state, VoucherState::Pending);
    assert_eq!(till.voucher(cards[1].id).state, VoucherState::Rejected, "an unsold one is exchanged");
    till.void(&sale, None).await.unwrap();
    till.shop.work().await;
    assert_eq!((till.needs().len(), till.shop.batch(&batch).state), (0, vouchers::BatchState::Ready));
}

#[tokio::test]
async fn a_card_sold_out_of_a_paused_or_cancelled_batch_reaches_the_router() {
    let mut till = till().await;
    let batch = till.shop.issue(30);
    let cards = till.shop.db.read(|tx| vouchers::printable(tx, batch.id)).unwrap();
    let (now, owner) = (till.shop.now(), till.shop.owner.clone());
    till.shop.db.write(|tx| vouchers::pause_batch(tx, &owner, batch.id, now)).unwrap();
    let request = till.request(Wanted::Voucher(cards[3].id));
    let first = till.ask(&request).unwrap().sales.remove(0);
    till.shop.work().await;
    assert!(till.again(&first).is_active());
    let request = till.request(Wanted::Voucher(cards[7].id));
    let second = till.ask(&request).unwrap().sales.remove(0);
    till.shop.db.write(|tx| vouchers::cancel_batch(tx, &owner, batch.id, now)).unwrap();
    till.shop.work().await;
    assert!(till.again(&second).is_active());
    assert_eq!((till.shop.tally(&batch).void, till.shop.our_users().len()), (28, 2));
}

#[tokio::test]
async fn a_router_that_was_reset_gets_its_profile_back_with_the_next_sale() {
    let mut till = till().await;
    let before = till.sell();
    till.shop.work().await;
    let profile = till.shop.plan.profile_name.clone();
    till.shop.sim.remove_user(&before.code).unwrap();
    let rows = till.shop.sim.rows("/ip/hotspot/user/profile");
    let row = rows.iter().find(|row| row["name"] == profile).unwrap()[".id"].clone();
    till.shop.sim.remove("/ip/hotspot/user/profile", &row).unwrap();
    let sale = till.sell();
    for _ in 0..5 {
        till.shop.work().await;
        till.shop.later(A_MINUTE);
    }
    assert!(till.again(&sale).is_active());
    assert!(till.shop.sim.rows("/ip/hotspot/user/profile").iter().any(|row| row["name"] == profile));
    assert_eq!((till.needs().len(), till.again(&before).paid), (0, Money::rupiah(5_000)));
}

#[tokio::test]
async fn history_outlives_the_router() {
    let mut till = till().await;
    let (delivered, waiting) = (till.sell(), till.sell());
    let now = till.shop.now();
    let (owner, router) = (till.shop.owner.clone(), till.shop.router);
    let archive = |till: &Till| till.shop.db.write(|tx| vouchers::archive_router(tx, &owner, router, now));
    assert!(matches!(archive(&till), Err(SteerError::InUse)), "two codes are paid for and not delivered");
    till.undo(&waiting).unwrap();
    till.shop.work().await;
    archive(&till).unwrap();
    let kept = till.again(&delivered);
    assert_eq!((kept.router_name.as_str(), kept.plan_name.as_str()), ("Warung-1", "1 Hari"));
    assert_eq!(
        (kept.price, kept.cost, kept.code),
        (Money::rupiah(5_000), Money::rupiah(3_500), delivered.code.clone())
    );
    assert_eq!(till.taken_in(), 5_000);
    let request = till.one();
    assert!(matches!(till.ask(&request).unwrap_err(), SellError::UnknownPlan));
    till.void(&delivered, Some(till.shop.owner.clone())).await.unwrap();
    assert_eq!((till.taken_in(), till.again(&delivered).voucher_state), (0, VoucherState::Void));
    assert_eq!(till.shop.db.read(|tx| outbox::waiting(tx, &Lane::Router(router))).unwrap().0, 0);
}

#[tokio::test]
async fn twenty_sold_at_once_wait_for_no_batch() {
    let mut till = till().await;
    let batch = till.shop.issue(2_000);
    let request = till.request(Wanted::Plan { plan: till.shop.plan.id, quantity: 20 });
    let receipt = till.ask(&request).unwrap();
    let lane = Lane::Router(till.shop.router);
    for _ in 0..20 {
        till.shop.engine.step(&lane).await.unwrap();
    }
    assert!(receipt.sales.iter().all(|sale| till.again(sale).is_active()));
    assert_eq!(till.shop.tally(&batch).on_router, 0);
}

#[tokio::test]
async fn a_sale_that_breaks_off_leaves_nothing_behind() {
    let mut till = till().await;
    let now = till.shop.now();
    let mut rng = till.shop.rng();
    let request = till.one();
    let broken = till.shop.db.write(|tx| {
        sales::sell(tx, &till.cashier, Role::Operator, &request, "klik", &mut rng, now)?;
        Err::<(), SellError>(SellError::Fault(Fault::new("the power went")))
    });
    broken.unwrap_err();
    assert_eq!(till.taken_in(), 0);
    assert!(till.shop.db.read(|tx| sales::latest(tx, till.counter, 5)).unwrap().is_empty());
    till.shop.work().await;
    assert!(till.shop.our_users().is_empty());
}

#[tokio::test]
async fn a_card_that_was_kept_and_let_go_shares_the_lot_of_its_batch_again() {
    let mut till = till().await;
    let batch = till.shop.issue(2);
    let cards = till.shop.db.read(|tx| vouchers::printable(tx, batch.id)).unwrap();
    till.shop.sim.add_user(&cards[0].code, &[("password", "punya-orang")]).unwrap();
    let kept = till.keep(&cards[0]);
    till.shop.work().await;
    assert_eq!(till.needs(), ["sold_taken"]);
    till.let_go(kept);
    till.shop.work().await;
    assert_eq!((till.needs().len(), till.voucher(cards[0].id).state), (0, VoucherState::Rejected));
    till.shop.check(&batch, 2);
}

#[tokio::test]
async fn a_card_let_go_after_its_batch_was_cancelled_is_void() {
    let mut till = till().await;
    let batch = till.shop.issue(2);
    let cards = till.shop.db.read(|tx| vouchers::printable(tx, batch.id)).unwrap();
    let kept = till.keep(&cards[0]);
    let (owner, now) = (till.shop.owner.clone(), till.shop.now());
    till.shop.db.write(|tx| vouchers::cancel_batch(tx, &owner, batch.id, now)).unwrap();
    assert_eq!(till.voucher(cards[0].id).state, VoucherState::Pending, "it is still kept for somebody");
    till.let_go(kept);
    till.shop.work().await;
    assert_eq!((till.shop.tally(&batch).void, till.shop.our_users().len()), (2, 0));
}

#[tokio::test]
async fn while_the_router_hangs_fresh_codes_and_stock_are_sold_and_only_what_needs_its_word_is_refused() {
    let mut till = till().await;
    till.shop.be_patient();
    let stock = till.shop.issue(3);
    till.shop.work().await;
    let now = till.shop.now();
    let owner = till.shop.owner.clone();
    till.shop
        .db
        .write(|tx| vouchers::set_purpose(tx, &owner, stock.id, vouchers::Purpose::Stock, now))
        .unwrap();
    let sold = till.sell();
    till.shop.work().await;
    assert!(till.again(&sold).is_active());
    till.shop.sim.arm(RouterFault::Silence.on("*").always());
    till.shop.sim.arm(ArmedFault::from(RouterFault::AcceptThenSilent).always());
    till.shop.issue(1);
    let (engine, lane) = (std::sync::Arc::clone(&till.shop.engine), Lane::Router(till.shop.router));
    let stuck = tokio::spawn(async move { engine.step(&lane).await });
    while till.shop.sim.struck().is_empty() {
        tokio::task::yield_now().await;
    }
    let fresh = till.sell();
    let card = till.shop.db.read(|tx| vouchers::printable(tx, stock.id)).unwrap().remove(0);
    let request = till.request(Wanted::Voucher(card.id));
    let from_stock = till.ask(&request).unwrap().sales.remove(0);
    assert!(!stuck.is_finished(), "all of this while the router hangs");
    assert!(till.again(&fresh).is_waiting() && till.again(&from_stock).is_active());
    tokio::time::pause();
    let refused = till.void(&sold, None).await.unwrap_err();
    assert!(matches!(refused, VoidError::NeedsApproval(_)), "nobody can say whether it was used");
    till.void(&sold, Some(owner)).await.unwrap();
    till.void(&fresh, None).await.expect("a code that was never sent was never used");
    tokio::time::resume();
}
