//! Every printer at a glance.

use super::{MAY_CHANGE, paper_word, place};
use crate::answer::{Answer, show};
use crate::desk::Desk;
use crate::error::Error;
use crate::frame::{Frame, Nav};
use crate::queue::{LaneView, Outlook, printer_lane};
use crate::texts::Texts;
use askama::Template;
use karcis_core::printers;

#[derive(Template)]
#[template(path = "printers/list.html")]
struct ListPage {
    t: &'static Texts,
    frame: Frame,
    summary: String,
    cards: Vec<Card>,
    may_change: bool,
}

struct Card {
    lane: LaneView,
    place: String,
    paper: &'static str,
}

pub(super) async fn page(desk: Desk) -> Answer {
    let outlook = Outlook::of(&desk);
    let t = desk.t;
    let cards = desk
        .read(move |tx| {
            let printers = printers::all(tx)?;
            let cards = printers.iter().map(|printer| {
                let lane = printer_lane(tx, printer, outlook)?;
                Ok(Card { lane, place: place(printer, t), paper: paper_word(printer.paper) })
            });
            cards.collect::<Result<Vec<_>, Error>>()
        })
        .await?;
    let summary = if cards.is_empty() {
        t.printers.none_yet.to_owned()
    } else {
        t.printers.summary(desk.format.count(cards.len()))
    };
    let frame = desk.frame(Nav::Settings, t.printers.title).await?;
    show(&ListPage { t, frame, summary, cards, may_change: desk.may(MAY_CHANGE) })
}
