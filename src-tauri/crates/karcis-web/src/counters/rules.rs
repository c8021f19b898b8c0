//! What the owner sets for every counter: when a business day starts, what a drawer may differ, what a role may let off.

use crate::answer::{Answer, again, show, with_toast};
use crate::batches::beside;
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::{Choice, Field, Form};
use crate::texts::{Refusal, Texts};
use askama::Template;
use karcis_core::audit;
use karcis_core::db::ReadTx;
use karcis_core::fault::Fault;
use karcis_core::sales;
use karcis_core::settings;
use karcis_core::shifts::{self, ShiftError};
use karcis_core::staff::Role;
use karcis_core::values::Money;
use serde::Deserialize;
use serde_json::json;

/// The roles whose limit is set here; the owner's own is the whole price.
const LIMITED: [Role; 2] = [Role::Operator, Role::Admin];

/// The form as it is shown.
pub(super) struct RulesView {
    day_starts: Vec<Choice>,
    pub(super) difference: Field,
    pub(super) operator: Field,
    pub(super) admin: Field,
}

#[derive(Template)]
#[template(path = "counters/_rules.html")]
struct RulesPart {
    t: &'static Texts,
    rules: RulesView,
}

/// The form as it is sent.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct RulesForm {
    day_starts: String,
    difference: String,
    operator: String,
    admin: String,
}

/// What is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Rules {
    day_starts: u8,
    difference: Money,
    operator: u8,
    admin: u8,
}

fn kept(tx: &ReadTx<'_>) -> Result<Rules, Fault> {
    let [operator, admin] = LIMITED.map(|role| sales::discount_most(tx, role));
    Ok(Rules {
        day_starts: settings::day_starts_at(tx)?,
        difference: shifts::difference_limit(tx)?,
        operator: operator?,
        admin: admin?,
    })
}

fn hours(chosen: &str) -> Vec<Choice> {
    let hour = |hour: u8| Choice::new(hour.to_string(), format!("{hour:02}:00"), hour.to_string() == chosen);
    (0..24).map(hour).collect()
}

impl RulesView {
    /// The hours to choose from.
    pub(super) fn hours(&self) -> &[Choice] {
        &self.day_starts
    }

    pub(super) async fn ask(desk: &Desk) -> Result<RulesView, Error> {
        let rules = desk.read(kept).await?;
        Ok(RulesView {
            day_starts: hours(&rules.day_starts.to_string()),
            difference: Field::new("difference", rules.difference.to_string().trim_start_matches("Rp ")),
            operator: Field::new("operator", rules.operator.to_string()),
            admin: Field::new("admin", rules.admin.to_string()),
        })
    }

    fn sent(form: &RulesForm) -> RulesView {
        RulesView {
            day_starts: hours(&form.day_starts),
            difference: Field::new("difference", &form.difference),
            operator: Field::new("operator", &form.operator),
            admin: Field::new("admin", &form.admin),
        }
    }

    fn parse(&mut self, form: &RulesForm, t: &Texts) -> Result<Option<Rules>, Error> {
        let hour = form.day_starts.parse().ok().filter(|hour| *hour < 24).ok_or(Error::Unreadable)?;
        let percent = |field: &mut Field| {
            let read = |text: &str| text.trim().parse().ok().filter(|most| *most <= 100_u8).ok_or(());
            field.read(read, |()| beside(&Refusal::R898, t))
        };
        let difference = self.difference.read(str::parse::<Money>, |_| beside(&Refusal::R884, t));
        let (operator, admin) = (percent(&mut self.operator), percent(&mut self.admin));
        Ok(match (difference, operator, admin) {
            (Some(difference), Some(operator), Some(admin)) => {
                Some(Rules { day_starts: hour, difference, operator, admin })
            }
            (_, _, _) => None,
        })
    }
}

pub(super) async fn keep(desk: Desk, Form(form): Form<RulesForm>) -> Answer {
    let mut view = RulesView::sent(&form);
    let Some(rules) = view.parse(&form, desk.t)? else {
        return again(&RulesPart { t: desk.t, rules: view });
    };
    let (actor, now) = (desk.actor()?, desk.now());
    desk.write(move |tx| {
        let before = kept(tx)?;
        if before.day_starts != rules.day_starts {
            settings::keep_day_starts_at(tx, rules.day_starts)?;
            let detail = json!({ "from": before.day_starts, "to": rules.day_starts });
            audit::record(tx, &actor, "settings.day_start", ("settings", "shop"), &detail, now)?;
        }
        if before.difference != rules.difference {
            shifts::set_difference_limit(tx, &actor, rules.difference, now).map_err(limit_fault)?;
        }
        if (before.operator, before.admin) != (rules.operator, rules.admin) {
            for (role, percent) in LIMITED.into_iter().zip([rules.operator, rules.admin]) {
                sales::set_discount_most(tx, role, percent)?;
            }
            let most = |rules: &Rules| json!({ "operator": rules.operator, "admin": rules.admin });
            let detail = json!({ "from": most(&before), "to": most(&rules) });
            audit::record(tx, &actor, "settings.discount_most", ("settings", "counter"), &detail, now)?;
        }
        Ok::<_, Fault>(())
    })
    .await?;
    let rules = RulesView::ask(&desk).await?;
    Ok(with_toast(show(&RulesPart { t: desk.t, rules })?, desk.t.common.saved))
}

/// Nothing of a limit that was read as an amount can be refused.
fn limit_fault(error: ShiftError) -> Fault {
    match error {
        ShiftError::Fault(fault) => fault,
        other => Fault::new(format!("a limit was refused: {other}")),
    }
}
