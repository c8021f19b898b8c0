//! The line cut where the sweep over every byte of the first plain conversation does not reach: inside TLS, whose records
//! hide where sentences end, and in the conversation after a first cut, which finds half of the batch on the router.

use crate::HALF_AN_HOUR;
use karcis_core::outbox::Circuit;
use karcis_tests::{
    Breakage, Carried, Plug, Template, TestShop, Trial, Way, broken_promises, strangers, try_all,
};
use routeros_sim::{Break, Sim};
use std::time::Duration;

/// Vouchers of the batch.
const BATCH: u32 = 6;
/// Every so many bytes of ciphertext is cut; a prime, so that places within records differ.
const TLS_STRIDE: usize = 11;
/// Every so many bytes of the second conversation.
const LATER_STRIDE: usize = 11;
/// Signatures and tickets make two TLS conversations differ by a few bytes; so near to its end a cut may come too late.
const RAGGED: u64 = 96;
/// The whole file and the whole chain are read this often.
const WHOLE_EVERY: u64 = 64;

/// One trial: the line breaks once, or at a fixed place and then once more.
struct Cut {
    plug: Plug,
    first: Option<Breakage>,
    last: Breakage,
    /// Whether the conversation may be over before.
    may_miss: bool,
}

impl Trial for Cut {
    fn name(&self) -> String {
        let Breakage { call, way, after, how } = self.last;
        format!("{:?} call {call} {way:?} {after} {how:?}", self.plug)
    }
}

#[test]
fn a_cut_anywhere_in_the_ciphertext_ends_with_exactly_the_batch() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let template = runtime.block_on(Template::with_batch(BATCH));
    let clean = runtime.block_on(clean_call(&template, Plug::Tls, Vec::new(), 0));
    let cuts = everywhere(Plug::Tls, None, clean, TLS_STRIDE);
    assert!(cuts.len() > 300, "{} places to cut", cuts.len());
    try_all("a_cut_anywhere_in_the_ciphertext", &cuts, async |cut| end_of(&template, cut).await);
}

#[test]
fn a_second_cut_after_the_batch_was_half_sent_ends_with_exactly_the_batch() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let template = runtime.block_on(Template::with_batch(BATCH));
    let whole = runtime.block_on(clean_call(&template, Plug::Plain, Vec::new(), 0));
    // Within the sentences that add the users, and within the answers to them: half are there, or all are.
    let places = [
        (Way::ToRouter, whole.to_router * 7 / 10, 1..=4),
        (Way::FromRouter, whole.from_router * 3 / 5, 6..=6),
    ];
    let mut cuts = Vec::new();
    for (way, after, there) in places {
        let first = Breakage { call: 0, way, after, how: Break::Fin };
        let users = runtime.block_on(users_after(&template, first));
        assert!(there.contains(&users), "{users} users are there after the first cut, {way:?} {after}");
        let second = runtime.block_on(clean_call(&template, Plug::Plain, vec![first], 1));
        cuts.extend(everywhere(Plug::Plain, Some(first), second, LATER_STRIDE));
    }
    assert!(cuts.len() > 300, "{} places to cut", cuts.len());
    try_all("a_second_cut_after", &cuts, async |cut| end_of(&template, cut).await);
}

/// Cuts in both directions, a stride apart.
fn everywhere(plug: Plug, first: Option<Breakage>, clean: Carried, stride: usize) -> Vec<Cut> {
    let call = usize::from(first.is_some());
    let mut cuts = Vec::new();
    for (way, length) in [(Way::ToRouter, clean.to_router), (Way::FromRouter, clean.from_router)] {
        for after in (0..=length).step_by(stride) {
            let how = if after.is_multiple_of(2) { Break::Fin } else { Break::Rst };
            let may_miss = after + RAGGED > length;
            cuts.push(Cut { plug, first, last: Breakage { call, way, after, how }, may_miss });
        }
    }
    cuts
}

/// What a call carries when nothing but these breaks.
async fn clean_call(template: &Template, plug: Plug, breakages: Vec<Breakage>, call: usize) -> Carried {
    let (shop, line) = template.shop_over(Sim::builder(), plug, breakages).await;
    shop.work_until_settled(&template.batch, HALF_AN_HOUR).await;
    assert_eq!(shop.tally(&template.batch).on_router, BATCH);
    let carried = line.calls()[call];
    assert!(!carried.broken && carried.to_router > 300, "{carried:?}");
    carried
}

/// How many users are on the router when the first call has broken.
async fn users_after(template: &Template, first: Breakage) -> usize {
    let (shop, line) = template.shop_over(Sim::builder(), Plug::Plain, vec![first]).await;
    shop.work().await;
    assert!(line.calls()[0].broken);
    shop.our_users().len()
}

/// What is broken in the end.
async fn end_of(template: &Template, cut: &Cut) -> Vec<String> {
    let breakages: Vec<Breakage> = cut.first.into_iter().chain([cut.last]).collect();
    let (shop, line) = template.shop_over(Sim::builder(), cut.plug, breakages).await;
    shop.sim.add_user("tamu-1", &[("password", "rahasia"), ("comment", "vc-123-05.01.23-note")]).unwrap();
    shop.sim.add_user("tamu-2", &[("limit-uptime", "2h"), ("comment", "KRC1 bukan punya Karcis")]).unwrap();
    let before = strangers(&shop);
    shop.work_until_settled(&template.batch, HALF_AN_HOUR).await;
    let rests = comes_to_rest(&shop).await;
    let mut broken =
        broken_promises(&shop, &template.batch, &before, cut.last.after.is_multiple_of(WHOLE_EVERY));
    if !rests {
        broken.push(format!("the lane is not in order a hundred seconds later: {:?}", shop.lane()));
    }
    let struck = line.calls().iter().filter(|call| call.broken).count();
    if struck != usize::from(cut.first.is_some()) + 1 && !cut.may_miss {
        broken.push(format!("the line did not break as it should: {:?}", line.calls()));
    }
    broken
}

/// Whether the lane is in order in the end: a cut after the last answer is noticed by the next sign of life.
async fn comes_to_rest(shop: &TestShop) -> bool {
    for _ in 0..20 {
        shop.work().await;
        if shop.lane().circuit == Circuit::Closed {
            return true;
        }
        shop.later(Duration::from_secs(5));
    }
    false
}
