//! How a batch's codes are built: the fields of the form, and the meter that answers while somebody chooses.

use super::beside;
use super::make::whole;
use crate::answer::{Answer, show};
use crate::desk::Desk;
use crate::fields::{Choice, Field, Query};
use crate::format::Format;
use crate::texts::{Refusal, Texts};
use askama::Template;
use karcis_core::fault::Fault;
use karcis_core::plans::{self, Alphabet, CodeMode, CodeStyle};
use karcis_core::values::PlanId;
use karcis_core::vouchers::{self, Strength, Verdict};
use serde::Deserialize;
use std::time::Duration;

/// What a new style starts from when there is no plan to start from.
const LENGTH: u8 = 8;

/// The style as it was sent.
#[derive(Debug, Default, Clone, Deserialize)]
pub(crate) struct StyleForm {
    #[serde(default)]
    mode: String,
    #[serde(default)]
    alphabet: String,
    #[serde(default)]
    length: String,
    #[serde(default)]
    prefix: String,
}

/// The style as it is shown.
pub(crate) struct StyleFields {
    pub(crate) modes: Vec<Choice>,
    pub(crate) alphabets: Vec<Choice>,
    pub(crate) length: Field,
    pub(crate) prefix: Field,
}

impl StyleFields {
    /// The fields of a plan's style.
    pub(crate) fn of(style: Option<&CodeStyle>, t: &Texts) -> StyleFields {
        StyleFields {
            modes: modes(style.map_or(CodeMode::Same, |style| style.mode), t),
            alphabets: alphabets(style.map_or(Alphabet::A28, |style| style.alphabet), t),
            length: Field::new("length", style.map_or(LENGTH, |style| style.length).to_string()),
            prefix: Field::new("prefix", style.map_or("", |style| style.prefix.as_str())),
        }
    }

    pub(crate) fn sent(form: &StyleForm, t: &Texts) -> StyleFields {
        StyleFields {
            modes: modes(form.mode.parse().unwrap_or(CodeMode::Same), t),
            alphabets: alphabets(form.alphabet.parse().unwrap_or(Alphabet::A28), t),
            length: Field::new("length", form.length.clone()),
            prefix: Field::new("prefix", form.prefix.clone()),
        }
    }

    /// The style that was sent. The lists offer nothing that cannot be read, so only the length can be wrong here.
    pub(crate) fn read(&mut self, form: &StyleForm, t: &Texts) -> Option<CodeStyle> {
        let length = self.length.read(str::parse::<u8>, |_| beside(&Refusal::R605, t))?;
        Some(code(form, length))
    }

    /// The style as far as it can be read, for the meter.
    pub(crate) fn code(&self) -> CodeStyle {
        let chosen =
            |choices: &[Choice]| choices.iter().find(|it| it.chosen).map_or("", |it| &it.value).to_owned();
        let form = StyleForm {
            mode: chosen(&self.modes),
            alphabet: chosen(&self.alphabets),
            length: self.length.value.clone(),
            prefix: self.prefix.value.clone(),
        };
        readable(&form)
    }

    pub(crate) fn is_wrong(&self) -> bool {
        self.length.error.is_some() || self.prefix.error.is_some()
    }
}

fn code(form: &StyleForm, length: u8) -> CodeStyle {
    CodeStyle {
        mode: form.mode.parse().unwrap_or(CodeMode::Same),
        alphabet: form.alphabet.parse().unwrap_or(Alphabet::A28),
        length,
        prefix: form.prefix.clone(),
    }
}

/// The style as far as it can be read, for a meter.
pub(crate) fn readable(form: &StyleForm) -> CodeStyle {
    code(form, form.length.parse().unwrap_or(LENGTH).clamp(4, 16))
}

fn mode_word(mode: CodeMode, t: &Texts) -> &'static str {
    match mode {
        CodeMode::Same => t.batches.make_form.mode_same,
        CodeMode::Separate => t.batches.make_form.mode_separate,
    }
}

fn alphabet_word(alphabet: Alphabet, t: &Texts) -> &'static str {
    match alphabet {
        Alphabet::A28 => t.batches.make_form.alphabet_wide,
        Alphabet::Digits => t.batches.make_form.alphabet_digits,
    }
}

fn modes(chosen: CodeMode, t: &Texts) -> Vec<Choice> {
    CodeMode::ALL.iter().map(|it| Choice::new(it.as_str(), mode_word(*it, t), *it == chosen)).collect()
}

fn alphabets(chosen: Alphabet, t: &Texts) -> Vec<Choice> {
    Alphabet::ALL.iter().map(|it| Choice::new(it.as_str(), alphabet_word(*it, t), *it == chosen)).collect()
}

/// How strong the codes are, what the batch sells for, and what the button says.
pub(super) struct Meter {
    pub(super) tone: &'static str,
    /// From 0 to 100.
    pub(super) score: u8,
    pub(super) letters: String,
    pub(super) words: String,
    /// The style in a few words.
    pub(super) style: String,
    pub(super) submit: String,
    pub(super) total: Option<String>,
}

impl Meter {
    pub(super) async fn of(
        desk: &Desk,
        plan: Option<PlanId>,
        size: u32,
        style: CodeStyle,
    ) -> Result<Meter, Fault> {
        let found = desk
            .read(move |tx| {
                let Some(plan) = plan.map(|plan| plans::plan(tx, plan)).transpose()?.flatten() else {
                    return Ok(None);
                };
                let live = vouchers::live_on(tx, plan.router)?;
                Ok::<_, Fault>(Some((plan, live)))
            })
            .await?;
        let live = found.as_ref().map_or(0, |(_, live)| *live) + u64::from(size);
        let (t, format) = (&desk.t.batches, desk.format);
        let strength = vouchers::strength(&style, live);
        let total = found.and_then(|(plan, _)| plan.selling_price.times(size)).filter(|_| size > 0);
        Ok(Meter {
            tone: match strength.verdict {
                Verdict::Safe => "ok",
                Verdict::Fair => "wait",
                Verdict::Weak => "bad",
            },
            score: score(&strength),
            letters: t.make_form.length_letters(style.length),
            words: words(&strength, live, format),
            style: format!("{} · {}", mode_word(style.mode, desk.t), alphabet_word(style.alphabet, desk.t)),
            submit: t.make_form.submit(format.count(size)),
            total: total.map(|total| t.make_form.total(format.money(total))),
        })
    }
}

/// A month of guessing for one hit is two fifths of the bar, a year three, a century all of it.
pub(crate) fn score(strength: &Strength) -> u8 {
    let score = 20.0 * (strength.days_per_hit.max(1e-3).log10() + 0.5);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a percentage")]
    let score = score.clamp(3.0, 100.0) as u8;
    score
}

/// The meter in a sentence, with `live` vouchers to guess at.
pub(crate) fn words(strength: &Strength, live: u64, format: Format) -> String {
    let t = &format.texts().batches.meter;
    let live = format.count(i64::try_from(live).unwrap_or(i64::MAX));
    let wait = wait(strength.days_per_hit, format);
    match (strength.verdict, strength.least_length) {
        (Verdict::Safe, _) => t.safe(live, wait),
        (Verdict::Fair, _) => t.fair(live, wait),
        (Verdict::Weak, Some(least)) => t.weak(live, wait, least),
        (Verdict::Weak, None) => t.weak_always(live, wait),
    }
}

/// How long guessing takes, as coarse as the estimate is: seconds up to ten years, then only "more".
pub(crate) fn wait(days: f64, format: Format) -> String {
    const LONG: f64 = 3_650.0;
    if days > LONG {
        return format.texts().batches.meter.years.to_owned();
    }
    let seconds = (days * 86_400.0).max(1.0);
    let whole = if days >= 1.0 { (days.round() * 86_400.0).max(86_400.0) } else { seconds.round() };
    format.span(Duration::from_secs_f64(whole))
}

/// Whole days of guessing in a refusal.
pub(super) fn days_words(days: u32, format: Format) -> String {
    match days {
        0 => format.texts().batches.meter.less_than_a_day.to_owned(),
        days => format.span(Duration::from_secs(u64::from(days) * 86_400)),
    }
}

#[derive(Template)]
#[template(path = "batches/_style.html")]
struct StylePart {
    t: &'static Texts,
    style: StyleFields,
    meter: Meter,
}

#[derive(Debug, Deserialize)]
pub(super) struct MeterQuery {
    #[serde(default)]
    plan: String,
    #[serde(default)]
    size: String,
    /// A quick pick: the size to put into the field.
    #[serde(default)]
    pick: String,
    #[serde(flatten)]
    style: StyleForm,
}

/// The style of the plan that was chosen just now.
pub(super) async fn of_plan(desk: Desk, Query(query): Query<MeterQuery>) -> Answer {
    let id: Option<PlanId> = query.plan.parse().ok();
    let plan = match id {
        Some(id) => desk.read(move |tx| plans::plan(tx, id)).await?,
        None => None,
    };
    let style = StyleFields::of(plan.as_ref().map(|plan| &plan.code), desk.t);
    let meter = Meter::of(&desk, id, whole(&query.size).unwrap_or(0), style.code()).await?;
    show(&StylePart { t: desk.t, style, meter })
}

#[derive(Template)]
#[template(path = "batches/_meter.html")]
struct MeterPart {
    meter: Meter,
    /// The size field with a quick pick in it.
    picked: Option<Field>,
}

pub(super) async fn meter(desk: Desk, Query(query): Query<MeterQuery>) -> Answer {
    let picked = (!query.pick.is_empty()).then(|| Field::new("size", query.pick.clone()));
    let size = whole(picked.as_ref().map_or(query.size.as_str(), |field| field.value.as_str())).unwrap_or(0);
    let meter = Meter::of(&desk, query.plan.parse().ok(), size, readable(&query.style)).await?;
    show(&MeterPart { meter, picked })
}
