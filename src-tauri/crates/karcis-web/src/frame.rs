//! The frame around every page: menu, shop, routers, queue, clock, person, and the one banner.

use crate::access::Access;
use crate::answer::{Answer, show};
use crate::assets;
use crate::desk::Desk;
use crate::format::Format;
use crate::icons::Icon;
use crate::queue::{LaneView, Outlook, Standing, lanes};
use crate::routes::{Routes, rule};
use crate::texts::Texts;
use crate::visit::Visit;
use askama::Template;
use axum::http::Method;
use karcis_core::db::ReadTx;
use karcis_core::fault::Fault;
use karcis_core::secrets::Keys;
use karcis_core::shifts;
use karcis_core::staff::{Place, Role, Theme};
use karcis_core::values::Timestamp;

pub(crate) fn routes(routes: &mut Routes) {
    routes.get("/frame", Access::SignedIn, live);
    routes.get("/menu", Access::Staff, menu);
}

/// The part of the menu a page belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nav {
    Counter,
    Home,
    Vouchers,
    Batches,
    Plans,
    Sales,
    Shift,
    Reports,
    Resellers,
    Routers,
    Staff,
    Audit,
    Settings,
    Help,
    Menu,
    None,
}

/// In the order of the rail; the first four stand in the bar of a phone, the rest behind its last place.
/// An entry leads to the first of its pages that the person may open.
const RAIL: [(Nav, &[&str], Icon); 14] = [
    (Nav::Counter, &["/counter"], Icon::Shop),
    (Nav::Home, &["/dashboard"], Icon::HouseDoor),
    (Nav::Vouchers, &["/vouchers"], Icon::TicketPerforated),
    (Nav::Batches, &["/batches"], Icon::Stack),
    (Nav::Plans, &["/plans"], Icon::Tags),
    (Nav::Sales, &["/sales"], Icon::Receipt),
    (Nav::Shift, &["/shift", "/shifts"], Icon::CashStack),
    (Nav::Reports, &["/reports"], Icon::GraphUp),
    (Nav::Resellers, &["/resellers"], Icon::Bag),
    (Nav::Routers, &["/routers"], Icon::Router),
    (Nav::Staff, &["/staff"], Icon::People),
    (Nav::Audit, &["/audit"], Icon::JournalText),
    (Nav::Settings, &["/settings"], Icon::Gear),
    (Nav::Help, &["/help"], Icon::QuestionCircle),
];
const IN_BAR: usize = 4;

/// One line of the menu.
#[derive(Debug)]
pub(crate) struct NavItem {
    pub(crate) href: &'static str,
    pub(crate) icon: Icon,
    pub(crate) word: &'static str,
    pub(crate) current: bool,
    pub(crate) in_bar: bool,
    pub(crate) first_of_group: bool,
    /// The function key that opens it.
    pub(crate) key: Option<&'static str>,
}

/// Who is signed in, for the top bar.
#[derive(Debug)]
pub(crate) struct Badge {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) role: &'static str,
}

/// One sentence above the page about what the world outside keeps waiting.
#[derive(Debug)]
pub(crate) struct Banner {
    pub(crate) icon: Icon,
    pub(crate) words: String,
    /// What to do about it, where there is room for it: a phone shows it at the end of the way.
    pub(crate) advice: String,
    /// What else waits.
    pub(crate) besides: String,
    /// Where to do something about it: address and word.
    pub(crate) way: Option<(&'static str, &'static str)>,
}

/// A router in the top bar: a dot, its name, and the same in words for those who see no dot.
#[derive(Debug)]
pub(crate) struct RouterDot {
    pub(crate) name: String,
    pub(crate) away: bool,
    pub(crate) word: &'static str,
}

/// How the world outside is doing, as the books know it.
#[derive(Debug, Default)]
pub(crate) struct Outside {
    pub(crate) routers: Vec<RouterDot>,
    /// How many notes wait, in words; nothing when none does.
    pub(crate) waiting: Option<String>,
    pub(crate) banner: Option<Banner>,
}

impl Outside {
    /// Asks the books. One banner at most: the most pressing one.
    pub(crate) fn ask(
        tx: &ReadTx<'_>,
        format: Format,
        keys: &Keys,
        now: Timestamp,
    ) -> Result<Outside, Fault> {
        let lanes = lanes(tx, Outlook::at(format, keys, now))?;
        let waiting: u32 = lanes.iter().map(|lane| lane.waiting).sum();
        let t = format.texts();
        let locked = (!keys.is_unlocked()).then(|| Banner {
            icon: Icon::Lock,
            words: t.frame.locked.to_owned(),
            advice: String::new(),
            besides: String::new(),
            way: Some(("/unlock", t.frame.unlock)),
        });
        Ok(Outside {
            banner: match locked.or_else(|| away(&lanes, format)) {
                Some(banner) => Some(banner),
                None => forgotten(tx, format, keys, now)?,
            },
            waiting: (waiting > 0).then(|| format.count(waiting)),
            routers: lanes.into_iter().map(dot).collect(),
        })
    }
}

fn dot(lane: LaneView) -> RouterDot {
    RouterDot { away: lane.away(), word: lane.chip.word, name: lane.name }
}

/// One sentence about the routers that do not answer: one that refuses us comes first, as only a person can help it.
fn away(lanes: &[LaneView], format: Format) -> Option<Banner> {
    let refuses = |lane: &&LaneView| lane.standing == Standing::Refuses;
    let silent = |lane: &&LaneView| lane.standing == Standing::Away;
    let lane = lanes.iter().find(refuses).or_else(|| lanes.iter().find(silent))?;
    let w = &format.texts().queue;
    let since = lane.since.as_deref().unwrap_or_default();
    let (words, advice) = match (lane.standing, &lane.why) {
        (Standing::Refuses, Some((code, sentence))) => {
            let (first, rest) = sentence.split_once(". ").unwrap_or((sentence.trim_end_matches('.'), ""));
            (format!("{}: {code} {first}.", lane.name), rest.to_owned())
        }
        (Standing::Refuses, None) => (w.banner_refuses(&lane.name, since), String::new()),
        (Standing::Answers | Standing::Unasked | Standing::Locked | Standing::Away, _) => {
            (w.banner_away(&lane.name, since), String::new())
        }
    };
    let mut besides = Vec::new();
    let others = lanes.iter().filter(|lane| lane.can_try()).count() - 1;
    besides.extend((others > 0).then(|| w.banner_more(format.count(others))));
    let waiting: u32 = lanes.iter().filter(|lane| lane.can_try()).map(|lane| lane.waiting).sum();
    besides.extend((waiting > 0).then(|| w.banner_waiting(format.count(waiting))));
    // A refusal has said already that what was saved is safe.
    besides.extend((lane.standing == Standing::Away).then(|| w.banner_go_on.to_owned()));
    Some(Banner {
        icon: Icon::ExclamationDiamond,
        words,
        advice,
        besides: besides.join(" "),
        way: Some(("/queue", w.banner_way)),
    })
}

/// One sentence about a shift that nobody closed: it is never closed by itself, so a person is told on every page.
fn forgotten(tx: &ReadTx<'_>, format: Format, keys: &Keys, now: Timestamp) -> Result<Option<Banner>, Fault> {
    let Some(shift) = shifts::forgotten(tx, now)?.into_iter().next() else { return Ok(None) };
    let t = &format.texts().shift;
    let since = Outlook::at(format, keys, now).since(shift.opened_at);
    Ok(Some(Banner {
        icon: Icon::ExclamationDiamond,
        words: t.banner_forgotten(&shift.counter_name, since),
        advice: String::new(),
        besides: String::new(),
        way: Some(("/shifts", t.banner_way)),
    }))
}

/// Everything a page needs around its content.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) language: &'static str,
    /// `light`, `dark`, or `auto` for what the system says.
    pub(crate) theme: &'static str,
    pub(crate) token: String,
    pub(crate) title: String,
    pub(crate) shop: String,
    pub(crate) person: Option<Badge>,
    /// Seconds without a person after which the page asks for its lock; zero when it never does.
    pub(crate) lock_after_s: u64,
    pub(crate) nav: Vec<NavItem>,
    pub(crate) in_menu: bool,
    pub(crate) outside: Outside,
    pub(crate) clock: String,
    /// The same page in the other language, for those whose own is not known.
    pub(crate) other_language: Option<(String, &'static str, &'static str)>,
    pub(crate) in_window: bool,
}

impl Frame {
    pub(crate) fn around(desk: &Desk, nav: Nav, title: &str, outside: Outside) -> Frame {
        let person = desk.visit.person();
        let somebody = desk.visit.any_session().map(|session| &session.person);
        Frame {
            language: desk.format.language.code(),
            theme: somebody.and_then(|person| person.theme).map_or("auto", Theme::as_str),
            token: desk.office.token().to_owned(),
            title: title.to_owned(),
            shop: desk.visit.shop.name.clone(),
            person: person.map(|person| Badge {
                id: person.id.to_string(),
                name: person.name.clone(),
                role: role_word(desk.t, person.role),
            }),
            lock_after_s: desk.visit.lock_after.span().map_or(0, |span| span.as_secs()),
            nav: rail(desk.t, &desk.visit, nav),
            in_menu: nav == Nav::Menu || RAIL.iter().skip(IN_BAR).any(|(item, _, _)| *item == nav),
            outside,
            clock: desk.format.clock(desk.now()),
            other_language: somebody.is_none().then(|| other_language(desk)),
            in_window: desk.office.place() == Place::Window,
        }
    }

    /// The address of a static file, for templates.
    pub(crate) fn asset(&self, path: &str) -> String {
        assets::url(path)
    }
}

/// The menu shows what exists and what this person may open, by the very rules that guard the pages.
fn rail(t: &Texts, visit: &Visit, current: Nav) -> Vec<NavItem> {
    let open = |href: &&str| rule(&Method::GET, href).is_some_and(|rule| rule.access.admits(visit).is_ok());
    let items = RAIL.iter().enumerate();
    items
        .filter_map(|(place, (nav, pages, icon))| Some((place, nav, pages.iter().copied().find(open)?, icon)))
        .map(|(place, nav, href, icon)| NavItem {
            href,
            icon: *icon,
            word: nav_word(t, *nav),
            current: *nav == current,
            in_bar: place < IN_BAR,
            first_of_group: place == IN_BAR,
            key: (*nav == Nav::Counter).then_some("F1"),
        })
        .collect()
}

fn nav_word(t: &Texts, nav: Nav) -> &'static str {
    match nav {
        Nav::Counter => t.nav.counter,
        Nav::Home => t.nav.home,
        Nav::Vouchers => t.nav.vouchers,
        Nav::Batches => t.nav.batches,
        Nav::Plans => t.nav.plans,
        Nav::Sales => t.nav.sales,
        Nav::Shift => t.nav.shift,
        Nav::Reports => t.nav.reports,
        Nav::Resellers => t.nav.resellers,
        Nav::Routers => t.nav.routers,
        Nav::Staff => t.nav.staff,
        Nav::Audit => t.nav.audit,
        Nav::Settings => t.nav.settings,
        Nav::Help => t.nav.help,
        Nav::Menu | Nav::None => t.nav.more,
    }
}

/// What a role is called.
pub(crate) fn role_word(t: &Texts, role: Role) -> &'static str {
    match role {
        Role::SuperAdmin => t.roles.super_admin,
        Role::Admin => t.roles.admin,
        Role::Operator => t.roles.operator,
        Role::Viewer => t.roles.viewer,
    }
}

/// The same page in the other language, for those who are not signed in: address, code and name.
fn other_language(desk: &Desk) -> (String, &'static str, &'static str) {
    use karcis_core::settings::Language;
    let (language, name) = match desk.format.language {
        Language::Id => (Language::En, "English"),
        Language::En => (Language::Id, "Bahasa Indonesia"),
    };
    (format!("{}?lang={}", desk.path(), language.code()), language.code(), name)
}

/// The parts of the frame that live, drawn anew when the books change.
#[derive(Template)]
#[template(path = "_live.html")]
struct Live {
    t: &'static Texts,
    frame: Frame,
}

async fn live(desk: Desk) -> Answer {
    let frame = desk.frame(Nav::None, "").await?;
    show(&Live { t: desk.t, frame })
}

#[derive(Template)]
#[template(path = "menu.html")]
struct Menu {
    t: &'static Texts,
    frame: Frame,
}

async fn menu(desk: Desk) -> Answer {
    let frame = desk.frame(Nav::Menu, desk.t.nav.more).await?;
    show(&Menu { t: desk.t, frame })
}
