//! What the reseller of the model takes on credit, pays and gives back.

use super::*;
use crate::resellers::{self, Commission, HandoverRequest, ResellerRequest, SettleRequest, TakeBackRequest};
use crate::values::{BatchId, HandoverId, ResellerId};

/// Batches that can be handed over, each of so many vouchers of the plan of cards.
pub(super) const BATCHES: usize = 6;
pub(super) const SIZE: u32 = 5;

/// A reseller, as the model knows them.
pub(super) struct ModelReseller {
    id: ResellerId,
    batches: Vec<ModelBatch>,
    /// What they owe; below zero when they paid for what they gave back.
    pub(super) owed: i64,
    pub(super) banked: i64,
}

struct ModelBatch {
    id: BatchId,
    handed: Option<ModelHandover>,
}

struct ModelHandover {
    id: HandoverId,
    share: i64,
    given_back: [bool; SIZE as usize],
}

impl ModelHandover {
    fn gone(&self) -> i64 {
        self.given_back.iter().filter(|back| **back).count() as i64
    }

    /// What the reseller keeps: of everything, less of what is gone, nothing once all is gone.
    fn commission(&self, price: i64) -> i64 {
        let of = |count: i64| count * price * self.share / 10_000;
        let all = i64::from(SIZE);
        if self.gone() == all { 0 } else { of(all) - of(self.gone()) }
    }
}

impl ModelReseller {
    pub(super) fn found(books: &mut Books, actor: &Actor, plan: &Plan) -> ModelReseller {
        let Books { db, rng, .. } = books;
        let request = ResellerRequest {
            name: "Warung Ani".to_owned(),
            phone: String::new(),
            commission: Commission::default(),
        };
        let reseller = db.write(|tx| resellers::add(tx, actor, &request, "ani", rng, NOW)).unwrap();
        let batches = (0..BATCHES).map(|number| {
            let request = BatchRequest {
                plan: plan.id,
                size: SIZE,
                code: plan.code.clone(),
                note: String::new(),
                shelf_life_days: None,
            };
            let key = format!("titip-{number}");
            let batch = db.write(|tx| issue_batch(tx, actor, &request, &key, rng, NOW)).unwrap();
            let arrive = "UPDATE vouchers SET state = 'on_router' WHERE batch_id = $1";
            db.write(|tx| tx.run(arrive, params![batch.id])).unwrap();
            ModelBatch { id: batch.id, handed: None }
        });
        ModelReseller { id: reseller.id, batches: batches.collect(), owed: 0, banked: 0 }
    }

    fn handed(&self) -> impl Iterator<Item = &ModelHandover> {
        self.batches.iter().filter_map(|batch| batch.handed.as_ref())
    }

    /// Vouchers handed over, and how many of them came back.
    pub(super) fn vouchers(&self) -> (usize, usize) {
        let back: i64 = self.handed().map(ModelHandover::gone).sum();
        (self.handed().count() * SIZE as usize, usize::try_from(back).unwrap())
    }

    pub(super) fn commission(&self, price: i64) -> i64 {
        self.handed().map(|handover| handover.commission(price)).sum()
    }
}

impl World {
    fn card_price(&self) -> i64 {
        self.plans[OF_CARDS].selling_price.amount()
    }

    /// The reseller owes whatever the difference to before is, vouchers and commission together.
    fn owe(&mut self, before: i64) {
        self.reseller.owed += self.on_credit() - before;
    }

    pub(super) fn on_credit(&self) -> i64 {
        let (given, back) = self.reseller.vouchers();
        (given - back) as i64 * self.card_price() - self.reseller.commission(self.card_price())
    }

    pub(super) fn hand_over(
        &mut self,
        happening: &Happening,
        batch: usize,
        share: u32,
    ) -> Result<(), TestCaseError> {
        let request = HandoverRequest {
            reseller: self.reseller.id,
            batch: self.reseller.batches[batch].id,
            commission: Commission::hundredths(share).unwrap(),
        };
        let (key, now, before) = (self.key(), self.now, self.on_credit());
        let World { books: Books { db, rng, .. }, budi, .. } = self;
        let mut ask = || db.write(|tx| resellers::hand_over(tx, budi, &request, &key, rng, now));
        let (handed, again) = (ask(), ask());
        let place = &mut self.reseller.batches[batch].handed;
        agree(happening, &word(&handed), if place.is_some() { "NothingLeft" } else { DONE })?;
        let Ok(handover) = handed else { return Ok(()) };
        prop_assert_eq!(again.unwrap().id, handover.id, "the same request twice is one deed");
        *place = Some(ModelHandover { id: handover.id, share: share.into(), given_back: Default::default() });
        self.owe(before);
        Ok(())
    }

    pub(super) fn settle(
        &mut self,
        happening: &Happening,
        counter: Option<usize>,
        part: i64,
    ) -> Result<(), TestCaseError> {
        let owed = self.reseller.owed;
        let amount = owed * part / 100;
        let request = SettleRequest {
            reseller: self.reseller.id,
            counter: counter.map(|counter| self.counters[counter].id),
            amount: rupiah(amount),
            note: String::new(),
        };
        let (key, now) = (self.key(), self.now);
        let World { books: Books { db, rng, .. }, budi, .. } = self;
        let settled = db.write(|tx| resellers::settle(tx, budi, &request, &key, rng, now));
        let idle = counter.and_then(|counter| self.idle(counter, "NoShift"));
        let foretold = match idle {
            _ if amount <= 0 => "NoAmount",
            _ if amount > owed => "TooMuch",
            Some(why) => why,
            None => DONE,
        };
        agree(happening, &word(&settled), foretold)?;
        if settled.is_ok() {
            self.reseller.owed -= amount;
            match counter {
                Some(counter) => self.model[counter].cash += amount,
                None => self.reseller.banked += amount,
            }
        }
        Ok(())
    }

    pub(super) fn take_back(
        &mut self,
        happening: &Happening,
        batch: usize,
        (from, to): (u32, u32),
    ) -> Result<(), TestCaseError> {
        let Some(handover) = &self.reseller.batches[batch].handed else { return Ok(()) };
        let request = TakeBackRequest {
            handover: handover.id,
            from_serial: from,
            to_serial: to,
            note: "Tidak laku".to_owned(),
            doubtful: Vec::new(),
            approved_by: None,
        };
        let (key, now, before) = (self.key(), self.now, self.on_credit());
        let World { books: Books { db, rng, .. }, budi, .. } = self;
        let back = db.write(|tx| resellers::take_back(tx, budi, &request, &key, rng, now));
        let Some(handover) = &mut self.reseller.batches[batch].handed else { return Ok(()) };
        let mut quantity = 0;
        for (serial, given_back) in (1..).zip(&mut handover.given_back) {
            if (from..=to).contains(&serial) && !*given_back {
                *given_back = true;
                quantity += 1;
            }
        }
        agree(happening, &word(&back), if quantity == 0 { "NothingLeft" } else { DONE })?;
        if let Ok(settlement) = back {
            prop_assert_eq!(settlement.quantity, quantity);
            self.owe(before);
            prop_assert_eq!(settlement.amount, rupiah(before - self.on_credit()));
        }
        Ok(())
    }

    pub(super) fn credit_agrees(&self) -> Result<(), TestCaseError> {
        prop_assert_eq!(self.balance(Account::Receivable(self.reseller.id)), self.reseller.owed);
        prop_assert_eq!(self.balance(Account::Bank), self.reseller.banked);
        prop_assert_eq!(self.balance(Account::Commission), self.reseller.commission(self.card_price()));
        Ok(())
    }
}
