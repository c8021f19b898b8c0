//! What must hold between the books and the router once everything has come to rest.

use crate::TestShop;
use karcis_core::audit::{self, Chain};
use karcis_core::outbox::{self, Circuit, Lane};
use karcis_core::vouchers::{self, Batch, BatchState, Tag, Voucher, VoucherState};
use routeros_sim::Values;
use std::collections::{BTreeMap, BTreeSet};

/// The users on the pretend router that do not carry our mark.
pub fn strangers(shop: &TestShop) -> Vec<Values> {
    let mut users = shop.sim.users();
    users.retain(|user| !is_ours(user));
    users
}

/// Which of I4, I5 and I8 do not hold for a batch that should be whole on the router, and for the strangers beside it.
/// With `whole`, the file and the chain of deeds are looked through as well (I9, I10).
pub fn broken_promises(shop: &TestShop, batch: &Batch, before: &[Values], whole: bool) -> Vec<String> {
    let mut broken = Vec::new();
    let cards = shop.db.read(|tx| vouchers::printable(tx, batch.id)).expect("the books can be read");
    let ours = shop.our_users();
    the_batch_is_whole(shop, batch, &cards, &mut broken);
    every_user_is_in_the_books(&cards, &ours, &mut broken);
    every_card_is_on_the_router(batch, &cards, &ours, &mut broken);
    the_profile_is_there(shop, batch, &mut broken);
    nothing_is_owed(shop, &mut broken);
    if strangers(shop) != before {
        broken.push("a stranger's user was touched".to_owned());
    }
    if whole {
        the_books_are_sound(shop, &mut broken);
    }
    broken
}

/// I8: the batch has its size, every place filled once or taken back by a person.
fn the_batch_is_whole(shop: &TestShop, batch: &Batch, cards: &[Voucher], broken: &mut Vec<String>) {
    let serials: BTreeSet<u32> = cards.iter().map(|card| card.serial).collect();
    let (whole, void) = (batch.size as usize, shop.tally(batch).void as usize);
    if cards.len() + void != whole || serials.len() + void != whole {
        let places = serials.len();
        broken.push(format!("I8: {} cards in {places} places, {void} void, of {whole}", cards.len()));
    }
    let state = shop.batch(batch).state;
    if state != BatchState::Ready {
        broken.push(format!("I8: the batch is {} ({:?})", state.as_str(), shop.tally(batch)));
    }
}

/// I4: every user with our mark stands for a voucher that allows it, and for one only.
fn every_user_is_in_the_books(cards: &[Voucher], ours: &[Values], broken: &mut Vec<String>) {
    let known: BTreeMap<_, _> = cards.iter().map(|card| (card.id.to_string(), card)).collect();
    let mut seen = BTreeSet::new();
    for user in ours {
        let (name, comment) = (text(user, "name"), text(user, "comment"));
        let Some(tag) = Tag::parse(comment) else {
            broken.push(format!("I4: {name} carries a mark nobody can read: {comment}"));
            continue;
        };
        if !seen.insert(tag.voucher.to_string()) {
            broken.push(format!("I8: two users stand for the voucher of {name}"));
        }
        match known.get(&tag.voucher.to_string()) {
            Some(card) if card.code == name && card.state == VoucherState::OnRouter => {}
            Some(card) => {
                broken.push(format!("I4: {name} stands for {}, which is {}", card.code, card.state.as_str()));
            }
            None => broken.push(format!("I4: {name} stands for no card of the batch")),
        }
    }
}

/// I5: every card is on the router with its plan's terms.
fn every_card_is_on_the_router(batch: &Batch, cards: &[Voucher], ours: &[Values], broken: &mut Vec<String>) {
    let by_name: BTreeMap<&str, &Values> = ours.iter().map(|user| (text(user, "name"), user)).collect();
    let uptime = batch.validity.map_or("", |_| "1d");
    for card in cards {
        let Some(user) = by_name.get(card.code.as_str()) else {
            broken.push(format!("I5: {} ({}) is not on the router", card.code, card.state.as_str()));
            continue;
        };
        let disabled = if card.disabled { "true" } else { "false" };
        let wished = [
            ("password", card.password.as_str()),
            ("profile", &batch.profile_name),
            ("limit-uptime", uptime),
            ("limit-bytes-total", ""),
            ("disabled", disabled),
        ];
        for (field, wish) in wished {
            if text(user, field) != wish {
                broken.push(format!("I5: {}: {field} is {:?}, not {wish:?}", card.code, user.get(field)));
            }
        }
        if !matches!(text(user, "server"), "" | "all") {
            broken.push(format!("I5: {}: server is {}", card.code, text(user, "server")));
        }
    }
}

fn the_profile_is_there(shop: &TestShop, batch: &Batch, broken: &mut Vec<String>) {
    let profiles = shop.sim.rows("/ip/hotspot/user/profile");
    let of_the_plan: Vec<&Values> =
        profiles.iter().filter(|row| text(row, "name") == batch.profile_name).collect();
    let ours = profiles.iter().filter(|row| text(row, "name").starts_with("krc-")).count();
    let terms = of_the_plan.first().map(|row| (text(row, "shared-users"), text(row, "rate-limit")));
    if (of_the_plan.len(), ours) != (1, 1) || terms != Some(("1", "2M/5M")) {
        broken.push(format!("I5: the plan's profile stands {} times, as {terms:?}", of_the_plan.len()));
    }
}

fn nothing_is_owed(shop: &TestShop, broken: &mut Vec<String>) {
    let lane = Lane::Router(shop.router);
    let waiting = shop.db.read(|tx| outbox::waiting(tx, &lane)).expect("the books can be read");
    let dead = shop.db.read(|tx| outbox::needing_attention(tx, 10)).expect("the books can be read");
    let state = shop.lane();
    if waiting != (0, None) || !dead.is_empty() || state.circuit != Circuit::Closed {
        let why: Vec<_> = dead.iter().map(|note| (note.effect.kind(), note.last_error.as_deref())).collect();
        broken.push(format!("the outbox is not empty: {waiting:?}, dead {why:?}, {state:?}"));
    }
}

/// I9 and I10.
fn the_books_are_sound(shop: &TestShop, broken: &mut Vec<String>) {
    let findings = shop.db.check().expect("the books can be checked");
    if !findings.is_empty() {
        broken.push(format!("I10: {findings:?}"));
    }
    let chain = shop.db.read(audit::verify).expect("the chain can be read");
    if !matches!(chain, Chain::Whole { .. }) {
        broken.push(format!("I9: {chain:?}"));
    }
}

pub(crate) fn is_ours(user: &Values) -> bool {
    text(user, "comment").starts_with("KRC1|")
}

pub(crate) fn text<'a>(row: &'a Values, field: &str) -> &'a str {
    row.get(field).map_or("", String::as_str)
}
