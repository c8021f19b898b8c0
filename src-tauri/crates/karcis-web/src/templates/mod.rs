//! The shop's own words on slips, cards and in messages: which there are, and writing one.

use crate::access::Access;
use crate::answer::{Answer, show};
use crate::desk::Desk;
use crate::error::Error;
use crate::frame::{Frame, Nav};
use crate::icons::Icon;
use crate::routes::Routes;
use crate::slips::wording::{fields, in_use};
use crate::staff::Chip;
use crate::texts::Texts;
use askama::Template;
use axum::extract::Path;
use karcis_core::fault::Fault;
use karcis_core::printers::PaperWidth;
use karcis_core::settings::Language;
use karcis_core::staff::{Area, Deed, Permission};
use karcis_core::templates::{self, TemplateKind};

const READ: Access = Access::May(Permission::new(Area::Printing, Deed::Update));

pub(crate) fn routes(routes: &mut Routes) {
    routes.get("/templates", READ, list);
    routes.get("/templates/{kind}/{language}", READ, edit);
}

#[derive(Template)]
#[template(path = "templates/list.html")]
struct ListPage {
    t: &'static Texts,
    frame: Frame,
    rows: Vec<Row>,
}

struct Row {
    address: String,
    name: &'static str,
    language: &'static str,
    state: Chip,
    changed: String,
}

#[derive(Template)]
#[template(path = "templates/edit.html")]
struct EditPage {
    t: &'static Texts,
    frame: Frame,
    title: String,
    lead: &'static str,
    address: String,
    text: String,
    fields: Vec<String>,
    own: bool,
    on_paper: bool,
    narrow: &'static str,
    wide: &'static str,
}

async fn list(desk: Desk) -> Answer {
    let written = desk.read(templates::all).await?;
    let t = desk.t;
    let pairs = TemplateKind::ALL.iter().flat_map(|kind| Language::ALL.map(|language| (*kind, language)));
    let rows = pairs.map(|(kind, language)| {
        let own = written.iter().find(|it| it.kind == kind && it.language == language);
        Row {
            address: format!("/templates/{}/{}", kind.as_str(), language.code()),
            name: name(kind, t),
            language: language_word(language),
            state: match own {
                Some(_) => Chip { tone: "live", icon: Icon::Pencil, word: t.templates.own },
                None => Chip { tone: "mute", icon: Icon::Check2, word: t.templates.original },
            },
            changed: own.map_or_else(String::new, |own| {
                t.templates.changed(&own.changed_by, desk.format.moment(own.changed_at))
            }),
        }
    });
    let rows = rows.collect();
    show(&ListPage { t, frame: desk.frame(Nav::Settings, t.templates.title).await?, rows })
}

async fn edit(desk: Desk, Path((kind, language)): Path<(String, String)>) -> Answer {
    let kind: TemplateKind = kind.parse().map_err(|_| Error::NotFound)?;
    let language = Language::parse(&language).ok_or(Error::NotFound)?;
    let (text, own) = desk
        .read(move |tx| {
            let own = templates::written(tx, kind, language)?.is_some();
            Ok::<_, Fault>((in_use(tx, kind, language)?, own))
        })
        .await?;
    let t = desk.t;
    let title = t.templates.title_of(name(kind, t), language_word(language));
    let page = EditPage {
        t,
        frame: desk.frame(Nav::Settings, &title).await?,
        title,
        lead: lead(kind, t),
        address: format!("/templates/{}/{}", kind.as_str(), language.code()),
        text,
        fields: fields(kind, desk.format),
        own,
        on_paper: on_paper(kind),
        narrow: PaperWidth::Mm58.as_str(),
        wide: PaperWidth::Mm80.as_str(),
    };
    show(&page)
}

const fn language_word(language: Language) -> &'static str {
    match language {
        Language::Id => "Bahasa Indonesia",
        Language::En => "English",
    }
}

const fn name(kind: TemplateKind, t: &Texts) -> &'static str {
    let w = &t.templates;
    match kind {
        TemplateKind::Card => w.card,
        TemplateKind::Voucher => w.voucher,
        TemplateKind::Void => w.void,
        TemplateKind::Shift => w.shift,
        TemplateKind::CashMove => w.cash_move,
        TemplateKind::Settlement => w.settlement,
        TemplateKind::Message => w.message,
    }
}

const fn lead(kind: TemplateKind, t: &Texts) -> &'static str {
    let w = &t.templates;
    match kind {
        TemplateKind::Card => w.card_lead,
        TemplateKind::Message => w.message_lead,
        TemplateKind::Voucher
        | TemplateKind::Void
        | TemplateKind::Shift
        | TemplateKind::CashMove
        | TemplateKind::Settlement => w.slip_lead,
    }
}

/// Whether it stands on a roll of paper, whose width matters.
const fn on_paper(kind: TemplateKind) -> bool {
    match kind {
        TemplateKind::Card | TemplateKind::Message => false,
        TemplateKind::Voucher
        | TemplateKind::Void
        | TemplateKind::Shift
        | TemplateKind::CashMove
        | TemplateKind::Settlement => true,
    }
}
