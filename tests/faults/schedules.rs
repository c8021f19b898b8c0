//! A thousand random schedules of faults on batches of more than one chunk: safe while they last, whole after them.

use crate::happenings::{DEADLINE, Happening, draw, stranger};
use karcis_core::outbox::{self, Circuit, Lane};
use karcis_core::plans::{self, ProfileState};
use karcis_core::vouchers::{self, Voucher, VoucherState};
use karcis_tests::{Template, TestShop, Trial, broken_promises, strangers, try_all};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use routeros_sim::{Farewell, ProfileRemoval, Sim, TagPosition, Values, Version};
use std::collections::BTreeSet;
use std::time::Duration;

/// How many schedules.
const SCHEDULES: u64 = 1_000;
/// Sizes of batches; a chunk has 500.
const SIZES: [u32; 3] = [600, 900, 1_200];
/// Without faults everything is whole after this much of the shop's time.
const PATIENCE: Duration = Duration::from_secs(1_800);
/// The whole file and the whole chain are read this often.
const WHOLE_EVERY: u64 = 20;

struct Schedule {
    seed: u64,
}

impl Trial for Schedule {
    fn name(&self) -> String {
        format!("seed {}", self.seed)
    }
}

#[test]
fn a_thousand_schedules_of_faults_end_with_exactly_the_batch() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let templates = SIZES.map(|size| runtime.block_on(Template::with_batch(size)));
    let schedules: Vec<Schedule> = (1..=SCHEDULES).map(|seed| Schedule { seed }).collect();
    try_all("a_thousand_schedules", &schedules, async |schedule| {
        let mut rng = StdRng::seed_from_u64(schedule.seed);
        let template = &templates[rng.random_range(0..SIZES.len())];
        let mut trial = Course::begin(template, &mut rng).await;
        for _ in 0..rng.random_range(6..16) {
            let happening = draw(&mut rng);
            trial.told.push(format!("{happening:?}"));
            trial.happen(&happening).await;
            let broken = trial.unsafe_now();
            if !broken.is_empty() {
                return trial.report(broken);
            }
        }
        trial.faults_end().await;
        let whole = schedule.seed.is_multiple_of(WHOLE_EVERY);
        let broken = broken_promises(&trial.shop, &template.batch, &trial.strangers, whole);
        trial.report(broken)
    });
}

/// One schedule under way.
struct Course<'a> {
    template: &'a Template,
    shop: TestShop,
    cards: Vec<Voucher>,
    strangers: Vec<Values>,
    /// What our account at the router may do, as long as nobody takes it away.
    policy: String,
    /// Restarts that may have lost writes, as far as they were looked at.
    losses: usize,
    /// Codes whose users somebody at the router has changed.
    touched: BTreeSet<String>,
    told: Vec<String>,
}

impl Course<'_> {
    async fn begin<'a>(template: &'a Template, rng: &mut StdRng) -> Course<'a> {
        let version = Version::ALL[rng.random_range(0..Version::ALL.len())];
        let (clash, drops, shuffle) = (rng.random(), rng.random(), rng.random());
        let tag = [TagPosition::Second, TagPosition::Last, TagPosition::Random][rng.random_range(0..3)];
        let farewell = if rng.random() { Farewell::Silent } else { Farewell::Fatal };
        let sim = Sim::builder().version(version).tag_position(tag).knobs(|knobs| {
            knobs.shuffle_attributes = shuffle;
            knobs.names_clash_across_servers = clash;
            knobs.drops_changed_users = drops;
            knobs.no_session = farewell;
            knobs.profile_removal = ProfileRemoval::Dangling;
        });
        let mut shop = template.shop(sim).await;
        shop.answers_within(DEADLINE);
        let cards = shop.db.read(|tx| vouchers::printable(tx, template.batch.id)).unwrap();
        for number in 0..rng.random_range(0..30) {
            shop.sim.edit(&stranger(number)).unwrap();
        }
        for _ in 0..rng.random_range(0..3) {
            let name = &cards[rng.random_range(0..cards.len())].code;
            // The same card may be drawn twice.
            let _ = shop.sim.add_user(name, &[("password", "punya-orang")]);
        }
        let strangers = strangers(&shop);
        let groups = shop.sim.rows("/user/group");
        let policy = groups.iter().find(|group| group["name"] == "full").unwrap()["policy"].clone();
        let told = vec![format!("{version} {tag:?} {} vouchers", cards.len())];
        Course { template, shop, cards, strangers, policy, losses: 0, touched: BTreeSet::new(), told }
    }

    async fn happen(&mut self, happening: &Happening) {
        let card = |number: &usize| self.cards[number % self.cards.len()].clone();
        match happening {
            Happening::Arm(fault) => self.shop.sim.arm((**fault).clone()),
            Happening::Reboot(way, lost) => {
                self.shop.sim.restart(way.reboot(*lost));
                self.losses = usize::MAX;
            }
            Happening::PowerOn => self.power_on(),
            Happening::HangUp => self.shop.sim.close_connections(),
            Happening::Restart => self.shop.restart_engine(),
            Happening::Kill(turns) => self.kill(*turns).await,
            Happening::Later(by) => self.pass(*by),
            Happening::Work(ticks) => {
                for _ in 0..*ticks {
                    self.shop.engine.tick().await.expect("the books are sound");
                }
            }
            Happening::Person => self.put_right(),
            Happening::Pause => self.hold(true),
            Happening::Resume => self.hold(false),
            Happening::Switch(number) => self.switch(&card(number)),
            Happening::Void(number) => {
                let (card, now) = (card(number), self.shop.now());
                let shop = &self.shop;
                // One that is rejected or void already is left as it is.
                let _ = shop.db.write(|tx| vouchers::void_voucher(tx, &shop.owner, card.id, "salah", now));
            }
            Happening::Rename(number) => {
                let code = card(number).code;
                self.by_hand(&code, |shop| drop(shop.sim.rename_user(&code, &format!("{code}-x"))));
            }
            Happening::Edit(number) => {
                let code = card(number).code;
                let change = [("password", "lain"), ("disabled", "yes")];
                self.by_hand(&code, |shop| drop(shop.sim.set("/ip/hotspot/user", &code, &change)));
            }
            Happening::Remove(number) => {
                let code = card(number).code;
                self.by_hand(&code, |shop| drop(shop.sim.remove_user(&code)));
            }
            Happening::Stranger(number) => {
                // A name that is there already is refused.
                let _ = self.shop.sim.edit(&stranger(*number));
                self.strangers = strangers(&self.shop);
            }
        }
    }

    /// Time passes for both sides.
    fn pass(&self, time: Duration) {
        self.shop.later(time);
        self.shop.sim.advance(time);
    }

    /// A router takes its time to come up.
    fn power_on(&self) {
        self.pass(Duration::from_secs(40));
        self.shop.sim.power_on().unwrap();
    }

    /// Somebody at the router changes a user of ours, if it is there and ours.
    fn by_hand(&mut self, code: &str, change: impl FnOnce(&TestShop)) {
        let ours = self.shop.our_users();
        if ours.iter().any(|user| user["name"] == code)
            && !self.strangers.iter().any(|user| user["name"] == code)
        {
            change(&self.shop);
            self.touched.insert(code.to_owned());
        }
    }

    /// Karcis ends in the middle of a tick, like a program that is killed.
    async fn kill(&mut self, turns: u32) {
        let engine = self.shop.engine.clone();
        tokio::select! {
            biased;
            () = pass(turns) => {}
            ticked = engine.tick() => drop(ticked.expect("the books are sound")),
        }
        drop(engine);
        self.shop.restart_engine();
    }

    fn hold(&self, held: bool) {
        let (shop, id, now) = (&self.shop, self.template.batch.id, self.shop.now());
        // A batch that is ready, or held already, is left as it is.
        let _ = shop.db.write(|tx| match held {
            true => vouchers::pause_batch(tx, &shop.owner, id, now),
            false => vouchers::resume_batch(tx, &shop.owner, id, now),
        });
    }

    fn switch(&self, card: &Voucher) {
        let (shop, now) = (&self.shop, self.shop.now());
        let found = shop.db.read(|tx| vouchers::voucher(tx, card.id)).unwrap().unwrap();
        // One that is rejected or void is left as it is.
        let _ = shop.db.write(|tx| vouchers::set_disabled(tx, &shop.owner, card.id, !found.disabled, now));
    }

    /// What must hold at every moment.
    fn unsafe_now(&mut self) -> Vec<String> {
        let mut broken = Vec::new();
        let losses = self.shop.sim.struck().iter().filter(|struck| struck.fault == "reboot").count();
        let newcomers = self.shop.sim.struck().iter().filter(|struck| struck.fault == "meanwhile").count();
        let now = strangers(&self.shop);
        if self.losses == losses + newcomers {
            if now != self.strangers {
                broken.push("a stranger's user was touched".to_owned());
            }
        } else {
            // A router that forgets its last writes forgets other people's as well, and new ones have come.
            self.losses = losses + newcomers;
            self.strangers = now;
        }
        let batch = &self.template.batch;
        let tally = self.shop.tally(batch);
        if tally.pending + tally.on_router + tally.void != batch.size {
            broken.push(format!("I8: {tally:?} of {}", batch.size));
        }
        broken
    }

    /// Every fault ends, people put right what asks for a person, and time goes on.
    async fn faults_end(&mut self) {
        self.unsafe_now();
        self.shop.sim.disarm();
        self.power_on();
        self.shop.sim.set("/user/group", "full", &[("policy", &self.policy)]).unwrap();
        self.hold(false);
        let end = self.shop.now() + PATIENCE;
        while self.shop.now() < end {
            self.put_right();
            self.shop.work().await;
            let lane = Lane::Router(self.shop.router);
            let (waiting, _) = self.shop.db.read(|tx| outbox::waiting(tx, &lane)).unwrap();
            let dead = self.shop.db.read(|tx| outbox::needing_attention(tx, 1)).unwrap();
            let used = self.shop.lane().circuit == Circuit::Closed;
            if waiting == 0 && dead.is_empty() && self.touched.is_empty() && used {
                break;
            }
            if waiting == 0 && dead.is_empty() {
                // Users that somebody changed after they were read back: switched off and on again they are right.
                for code in std::mem::take(&mut self.touched) {
                    self.set_again(&code);
                }
            }
            self.pass(Duration::from_secs(5));
        }
        // A stranger who came at the very end of the faults.
        let before: BTreeSet<_> = self.strangers.iter().map(|user| user[".id"].clone()).collect();
        let newcomers = strangers(&self.shop).into_iter().filter(|user| !before.contains(&user[".id"]));
        let newcomers: Vec<Values> = newcomers.filter(|user| user["name"].starts_with("tamu-")).collect();
        self.strangers.extend(newcomers);
    }

    fn put_right(&self) {
        let (shop, now) = (&self.shop, self.shop.now());
        let plan = shop.db.read(|tx| plans::plan(tx, shop.plan.id)).unwrap().unwrap();
        assert_ne!(plan.profile_state, ProfileState::Rejected, "no fault refuses the profile's values");
        shop.db
            .write(|tx| {
                let lane = Lane::Router(shop.router);
                if outbox::lane(tx, &lane)?.circuit == Circuit::Blocked {
                    outbox::unblock(tx, &lane, now)?;
                }
                for note in outbox::needing_attention(tx, 1_000)? {
                    outbox::revive(tx, &shop.owner, note.id, now)?;
                }
                Ok::<_, karcis_core::fault::Fault>(())
            })
            .unwrap();
    }

    fn set_again(&self, code: &str) {
        let cards = self.shop.db.read(|tx| vouchers::printable(tx, self.template.batch.id)).unwrap();
        if let Some(card) =
            cards.iter().find(|card| card.code == code && card.state == VoucherState::OnRouter)
        {
            self.switch(card);
            self.switch(card);
        }
    }

    fn report(&self, broken: Vec<String>) -> Vec<String> {
        if broken.is_empty() {
            return broken;
        }
        let struck: Vec<String> =
            self.shop.sim.struck().iter().map(|struck| format!("{} {}", struck.fault, struck.path)).collect();
        let most = broken.iter().take(6).cloned();
        most.chain([format!("\n  after {}\n  struck {}", self.told.join(" / "), struck.join(", "))]).collect()
    }
}

/// So many turns of everything else.
async fn pass(turns: u32) {
    for _ in 0..turns {
        tokio::task::yield_now().await;
    }
}
