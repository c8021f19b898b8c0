//! The form of a plan: what is sent, what is shown, what is wrong with it.

use super::amounts::{self, WrongRate};
use super::shown::colour_word;
use crate::batches::{StyleFields, StyleForm, beside};
use crate::error::Error;
use crate::fields::{Choice, Field};
use crate::texts::{Refusal, Texts};
use karcis_core::plans::{self, Alphabet, COLOURS, CodeMode, CodeStyle, Fill, Plan, PlanError, PlanRequest};
use karcis_core::routers::Router;
use karcis_core::values::{Money, PlanId, line};
use serde::Deserialize;

/// What the form stands on: the routers to choose from and the plans whose keys are taken.
pub(super) struct Shelf {
    pub(super) routers: Vec<Router>,
    pub(super) plans: Vec<Plan>,
}

/// What is sent.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(super) struct PlanForm {
    pub(super) router: String,
    pub(super) name: String,
    pub(super) server: String,
    pub(super) price: String,
    pub(super) selling_price: String,
    pub(super) validity: String,
    pub(super) validity_unit: String,
    pub(super) uptime: String,
    pub(super) uptime_unit: String,
    pub(super) data: String,
    pub(super) data_unit: String,
    pub(super) shared_users: String,
    pub(super) rate_up: String,
    pub(super) rate_down: String,
    pub(super) rate_unit: String,
    pub(super) lock_mac: String,
    pub(super) counter_key: String,
    pub(super) colour: String,
    pub(super) counter_fill: String,
    pub(super) request_key: String,
    #[serde(flatten)]
    pub(super) style: StyleForm,
}

impl PlanForm {
    /// A new plan's form: nothing typed, everything that has a usual value chosen.
    pub(super) fn blank() -> PlanForm {
        let text = str::to_owned;
        PlanForm {
            validity_unit: text("h"),
            uptime_unit: text("h"),
            data_unit: text("GiB"),
            rate_unit: text("M"),
            shared_users: text("1"),
            colour: text(COLOURS[0]),
            ..PlanForm::default()
        }
    }

    /// The form as it would have been sent for this plan.
    pub(super) fn of(plan: &Plan) -> PlanForm {
        let (validity, validity_unit) = amounts::of_period(plan.validity);
        let (uptime, uptime_unit) = amounts::of_period(plan.uptime_limit);
        let (data, data_unit) = amounts::of_data(plan.data_limit);
        let (rate_up, rate_down, rate_unit) = amounts::of_rate(plan.rate_limit);
        let cost = (plan.price != Money::ZERO).then(|| plan.price.to_string());
        PlanForm {
            router: plan.router.to_string(),
            name: plan.name.clone(),
            server: Some(plan.hotspot_server.clone()).filter(|server| server != "all").unwrap_or_default(),
            price: cost.unwrap_or_default(),
            selling_price: plan.selling_price.to_string(),
            validity,
            validity_unit: validity_unit.to_owned(),
            uptime,
            uptime_unit: uptime_unit.to_owned(),
            data,
            data_unit: data_unit.to_owned(),
            shared_users: plan.shared_users.to_string(),
            rate_up,
            rate_down,
            rate_unit: rate_unit.to_owned(),
            lock_mac: if plan.lock_mac { "on".to_owned() } else { String::new() },
            counter_key: plan.counter_key.map(|key| key.to_string()).unwrap_or_default(),
            colour: plan.colour.clone(),
            counter_fill: plan.counter_fill.as_str().to_owned(),
            request_key: String::new(),
            style: StyleForm::default(),
        }
    }
}

/// The same form as it is shown.
pub(super) struct PlanFields {
    pub(super) routers: Vec<Choice>,
    pub(super) router_error: Option<String>,
    pub(super) name: Field,
    pub(super) server: Field,
    /// Names of hotspot servers that tests have seen.
    pub(super) servers: Vec<String>,
    pub(super) price: Field,
    pub(super) selling_price: Field,
    pub(super) validity: Field,
    pub(super) validity_units: Vec<Choice>,
    pub(super) uptime: Field,
    pub(super) uptime_units: Vec<Choice>,
    pub(super) data: Field,
    pub(super) data_units: Vec<Choice>,
    pub(super) shared_users: Field,
    pub(super) rate_up: Field,
    pub(super) rate_down: Field,
    pub(super) rate_units: Vec<Choice>,
    pub(super) lock_mac: bool,
    pub(super) lock_error: Option<String>,
    pub(super) keys: Vec<Choice>,
    pub(super) key_error: Option<String>,
    /// Where a sale takes its code from.
    pub(super) fills: Vec<Choice>,
    pub(super) colours: Vec<Choice>,
    pub(super) colour_error: Option<String>,
    pub(super) style: StyleFields,
}

impl PlanFields {
    /// The fields of this form. The style comes apart: of the plan when its form is opened, else as it was sent.
    pub(super) fn new(
        form: &PlanForm,
        style: StyleFields,
        this: Option<PlanId>,
        shelf: &Shelf,
        t: &Texts,
    ) -> PlanFields {
        let spans = |chosen: &str| {
            units(
                &[("m", t.plans.minutes), ("h", t.plans.hours), ("d", t.plans.days), ("w", t.plans.weeks)],
                chosen,
            )
        };
        PlanFields {
            routers: routers(form, shelf, t),
            router_error: None,
            name: Field::new("name", &form.name),
            server: Field::new("server", &form.server),
            servers: servers(shelf),
            price: Field::new("price", &form.price),
            selling_price: Field::new("selling_price", &form.selling_price),
            validity: Field::new("validity", &form.validity),
            validity_units: spans(&form.validity_unit),
            uptime: Field::new("uptime", &form.uptime),
            uptime_units: spans(&form.uptime_unit),
            data: Field::new("data", &form.data),
            data_units: units(&[("MiB", "MiB"), ("GiB", "GiB")], &form.data_unit),
            shared_users: Field::new("shared_users", &form.shared_users),
            rate_up: Field::new("rate_up", &form.rate_up),
            rate_down: Field::new("rate_down", &form.rate_down),
            rate_units: units(&[("k", "kbps"), ("M", "Mbps")], &form.rate_unit),
            lock_mac: !form.lock_mac.is_empty(),
            lock_error: None,
            keys: keys(form, this, shelf, t),
            key_error: None,
            fills: fills(form, t),
            colours: COLOURS.map(|it| Choice::new(it, colour_word(it, t), it == form.colour)).into(),
            colour_error: None,
            style,
        }
    }

    /// The request that was typed; every field that is wrong says so.
    pub(super) fn parse(&mut self, form: &PlanForm, t: &Texts) -> Option<PlanRequest> {
        let router = form.router.parse().ok();
        if router.is_none() {
            self.router_error = Some(beside(&Refusal::R509, t));
        }
        let name = self.name.read(|text| line(text, 40), |_| beside(&Refusal::R501, t));
        let selling = self.selling_price.read(str::parse::<Money>, |_| beside(&Refusal::R511, t));
        let cost = self.price.read(cost, |_| beside(&Refusal::R511, t));
        let validity = self
            .validity
            .read(|text| amounts::period(text, &form.validity_unit), |_| beside(&Refusal::R512, t));
        let uptime =
            self.uptime.read(|text| amounts::period(text, &form.uptime_unit), |_| beside(&Refusal::R512, t));
        let data = self.data.read(|text| amounts::data(text, &form.data_unit), |_| beside(&Refusal::R513, t));
        let shared = self.shared_users.read(|text| text.trim().parse::<u32>(), |_| beside(&Refusal::R504, t));
        let rate = self.read_rate(form, t);
        let key = read_key(&form.counter_key);
        if key.is_none() {
            self.key_error = Some(beside(&Refusal::R506, t));
        }
        let code = self.style.read(&form.style, t);
        Some(PlanRequest {
            router: router?,
            name: name?,
            hotspot_server: form.server.clone(),
            price: cost?,
            selling_price: selling?,
            validity: validity?,
            uptime_limit: uptime?,
            data_limit: data?,
            shared_users: shared?,
            rate_limit: rate?,
            lock_mac: self.lock_mac,
            code: code?,
            counter_key: key?,
            colour: form.colour.clone(),
            counter_fill: form.counter_fill.parse().unwrap_or_default(),
        })
    }

    fn read_rate(&mut self, form: &PlanForm, t: &Texts) -> Option<Option<karcis_core::values::RateLimit>> {
        match amounts::rate(&form.rate_up, &form.rate_down, &form.rate_unit) {
            Ok(rate) => Some(rate),
            Err(WrongRate::Up) => {
                self.rate_up.refuse(beside(&Refusal::R514, t));
                None
            }
            Err(WrongRate::Down) => {
                self.rate_down.refuse(beside(&Refusal::R514, t));
                None
            }
        }
    }

    /// Puts a refusal of the rules beside the field it is about; gives back what belongs to no field.
    pub(super) fn refuse(&mut self, error: PlanError, t: &Texts) -> Result<(), Error> {
        let field = match error {
            PlanError::BadName => &mut self.name,
            PlanError::NameTaken => &mut self.name,
            PlanError::BadServer => &mut self.server,
            PlanError::BadSharedUsers => &mut self.shared_users,
            PlanError::BadPrefix => &mut self.style.prefix,
            PlanError::BadLength => &mut self.style.length,
            PlanError::LockedAndShared => return put(&mut self.lock_error, error, t),
            PlanError::BadKey | PlanError::KeyTaken => return put(&mut self.key_error, error, t),
            PlanError::BadColour => return put(&mut self.colour_error, error, t),
            PlanError::UnknownRouter => return put(&mut self.router_error, error, t),
            PlanError::Unknown | PlanError::Fault(_) => return Err(refusal(error)),
        };
        put(&mut field.error, error, t)
    }
}

fn put(place: &mut Option<String>, error: PlanError, t: &Texts) -> Result<(), Error> {
    match refusal(error) {
        Error::Refused(refusal) => {
            *place = Some(beside(&refusal, t));
            Ok(())
        }
        other => Err(other),
    }
}

/// The refusals of the plans slice in words.
pub(super) fn refusal(error: PlanError) -> Error {
    Error::Refused(match error {
        PlanError::BadName => Refusal::R501,
        PlanError::NameTaken => Refusal::R502,
        PlanError::BadServer => Refusal::R503,
        PlanError::BadSharedUsers => Refusal::R504,
        PlanError::LockedAndShared => Refusal::R505,
        PlanError::BadPrefix => Refusal::R604,
        PlanError::BadLength => Refusal::R605,
        PlanError::BadKey => Refusal::R506,
        PlanError::KeyTaken => Refusal::R507,
        PlanError::BadColour => Refusal::R508,
        PlanError::UnknownRouter => Refusal::R509,
        PlanError::Unknown => return Error::NotFound,
        PlanError::Fault(fault) => return Error::Fault(fault),
    })
}

/// What a new plan's codes look like: the wizard's own choice, safe with thousands of vouchers live.
pub(super) fn usual_style() -> CodeStyle {
    CodeStyle { mode: CodeMode::Same, alphabet: Alphabet::A28, length: 8, prefix: String::new() }
}

fn cost(text: &str) -> Result<Money, karcis_core::values::ParseMoneyError> {
    if text.trim().is_empty() { Ok(Money::ZERO) } else { text.parse() }
}

/// No key, or one of the nine; nothing when it is neither.
fn read_key(text: &str) -> Option<Option<u8>> {
    match text {
        "" => Some(None),
        digit => digit.parse().ok().map(Some),
    }
}

fn fills(form: &PlanForm, t: &Texts) -> Vec<Choice> {
    let chosen: Fill = form.counter_fill.parse().unwrap_or_default();
    let each = [(Fill::Fresh, t.plans.fill_fresh), (Fill::Stock, t.plans.fill_stock)];
    each.map(|(fill, word)| Choice::new(fill.as_str(), word, fill == chosen)).into()
}

fn units(units: &[(&str, &str)], chosen: &str) -> Vec<Choice> {
    units.iter().map(|(value, word)| Choice::new(*value, *word, *value == chosen)).collect()
}

fn routers(form: &PlanForm, shelf: &Shelf, t: &Texts) -> Vec<Choice> {
    let word = |router: &Router| match router.practice {
        true => format!("{} ({})", router.name, t.routers.practice),
        false => router.name.clone(),
    };
    let chosen = |router: &Router| form.router == router.id.to_string();
    shelf.routers.iter().map(|it| Choice::new(it.id.to_string(), word(it), chosen(it))).collect()
}

fn servers(shelf: &Shelf) -> Vec<String> {
    let seen = shelf.routers.iter().filter_map(|router| router.checks.as_ref());
    let mut names: Vec<String> = seen.flat_map(|checks| checks.servers.iter().cloned()).collect();
    names.sort();
    names.dedup();
    names
}

fn keys(form: &PlanForm, this: Option<PlanId>, shelf: &Shelf, t: &Texts) -> Vec<Choice> {
    let holder =
        |key: u8| shelf.plans.iter().find(|plan| plan.counter_key == Some(key) && Some(plan.id) != this);
    let word = |key: u8| match holder(key) {
        Some(plan) => t.plans.key_taken(key, &plan.name),
        None => key.to_string(),
    };
    let each =
        (1..=9).map(|key: u8| Choice::new(key.to_string(), word(key), form.counter_key == key.to_string()));
    std::iter::once(Choice::new("", t.plans.no_key, form.counter_key.is_empty())).chain(each).collect()
}

impl Shelf {
    pub(super) fn ask(tx: &karcis_core::db::ReadTx<'_>) -> Result<Shelf, karcis_core::fault::Fault> {
        Ok(Shelf { routers: karcis_core::routers::routers(tx)?, plans: plans::plans(tx)? })
    }

    /// The lowest key nobody has.
    pub(super) fn free_key(&self) -> String {
        let taken = |key: &u8| self.plans.iter().any(|plan| plan.counter_key == Some(*key));
        (1..=9).find(|key| !taken(key)).map(|key: u8| key.to_string()).unwrap_or_default()
    }
}
