//! What stands below the code: password, price, plan, validity, network, steps.

use super::Tone;
use super::card::{Draft, Kept, Part};
use super::heading::serial_text;
use super::lines::{Block, LEAST_PT, Look};
use crate::code::{grouped, on_two_lines};
use crate::faces::{Face, legible};

/// A password is set smaller than the code, to tell them apart.
const PASSWORD_TO_CODE: f64 = 0.65;
/// Below this size a password goes on two lines.
const ONE_LINE_PT: f64 = 7.0;
const BEHIND_PRICE: f64 = 1.3;

/// The blocks from top to bottom that the card still shows; `None` when the price cannot be shown whole.
pub(super) fn facts(draft: &Draft<'_>, width: f64, kept: Kept, serial_shown: bool) -> Option<Vec<Block>> {
    let plain = Look::new(Face::Sans, draft.format.text_pt);
    let bold = Look::new(Face::SansBold, draft.format.text_pt);
    let lines = if kept.shows(Part::SecondLines) { 2 } else { 1 };

    let mut blocks: Vec<Block> = password(draft, width).into_iter().collect();
    blocks.extend(price(draft, width, kept.shows(Part::Plan))?);
    if kept.shows(Part::Validity) {
        blocks.push(paragraph(&legible(&draft.card.validity), plain, width, lines));
    }
    if kept.shows(Part::Ssid) {
        blocks.push(network(draft, bold, width, lines));
    }
    if kept.shows(Part::Steps) {
        blocks.extend(steps(draft, plain, width).unwrap_or_default());
    }
    if kept.shows(Part::Serial) && !serial_shown {
        let small = Look::new(Face::Sans, LEAST_PT.max(draft.format.text_pt - 0.8));
        blocks.push(paragraph(&serial_text(draft).unwrap_or_default(), small, width, 1));
    }
    Some(blocks)
}

/// The password under its label, on two lines where one would be too fine.
fn password(draft: &Draft<'_>, width: f64) -> Option<Block> {
    let password = draft.card.password.as_deref()?;
    let label = Look::new(Face::Sans, draft.format.text_pt);
    let mut block = paragraph(&legible(&draft.sheet.words.password), label, width, 1);
    let look = Look::new(Face::MonoBold, draft.format.code_pt * PASSWORD_TO_CODE);
    let whole = grouped(password);
    let lines = if look.fitting(&whole, width, 0.0).size_pt >= ONE_LINE_PT {
        vec![whole]
    } else {
        let (first, second) = on_two_lines(password);
        vec![first, second]
    };
    let longest = lines.iter().max_by_key(|line| line.len()).cloned().unwrap_or_default();
    let look = look.fitting(&longest, width, 0.0);
    for line in lines {
        let top = block.height + if block.items.is_empty() { 0.0 } else { 0.4 };
        let line = Block::of_code(&line, look);
        block.height = top + line.height;
        block.items.extend(line.placed(0.0, top));
    }
    Some(block)
}

/// The price, the plan behind it where both fit on a line and above it otherwise.
fn price(draft: &Draft<'_>, width: f64, with_plan: bool) -> Option<Vec<Block>> {
    let price = legible(&draft.card.price);
    let look = Look::new(Face::SansBold, draft.format.price_pt).fitting(&price, width, LEAST_PT);
    let taken = look.width(&price);
    if taken > width + 1e-6 {
        return None;
    }
    let (above, _) = look.face.ink_mm(&price, look.size_pt);
    let mut block = Block::of_ink(&price, look);
    let plan = legible(&draft.card.plan);
    if !with_plan || plan.is_empty() {
        return Some(vec![block]);
    }
    let plan_look = Look::new(Face::Sans, draft.format.text_pt + 0.5);
    if taken + BEHIND_PRICE + plan_look.width(&plan) > width {
        return Some(vec![paragraph(&plan, plan_look, width, 1), block]);
    }
    let (plan_above, plan_below) = plan_look.reach(&plan);
    let baseline = above.max(plan_above);
    let price_lower = baseline - above;
    block = Block {
        height: (price_lower + block.height).max(baseline + plan_below),
        items: block.placed(0.0, price_lower).collect(),
    };
    block.items.push(plan_look.run(plan, taken + BEHIND_PRICE, baseline, Tone::Ink));
    Some(vec![block])
}

/// The network's name with its label, or alone where only that fits.
fn network(draft: &Draft<'_>, look: Look, width: f64, lines: usize) -> Block {
    let name = legible(&draft.sheet.shop.ssid);
    if name.is_empty() {
        return Block::default();
    }
    let labelled = format!("{}: {name}", legible(&draft.sheet.words.ssid));
    let whole = |text: &str| look.face.width_mm(text, LEAST_PT) <= width;
    let text = if lines > 1 || whole(&labelled) || !whole(&name) { labelled } else { name };
    paragraph(&text, look, width, lines)
}

/// Both steps whole, on two lines each where need be; `None` where that is not possible.
fn steps(draft: &Draft<'_>, look: Look, width: f64) -> Option<Vec<Block>> {
    let words = &draft.sheet.words;
    let step = |step: &str| {
        let step = legible(step);
        let block = paragraph(&step, look, width, 2);
        let shown: usize = block.texts().map(|text| text.replace(' ', "").len()).sum();
        (shown == step.replace(' ', "").len()).then_some(block)
    };
    let said = [&words.step_one, &words.step_two].into_iter().filter(|step| !legible(step).is_empty());
    said.map(|words| step(words)).collect()
}

/// A text on one line, a little smaller where that is enough, otherwise on as many lines as it may have.
fn paragraph(text: &str, look: Look, width: f64, lines: usize) -> Block {
    let one_line = look.fitting(text, width, LEAST_PT);
    let on_one_line = lines == 1 || one_line.width(text) <= width + 1e-6;
    let longest_word = text.split(' ').max_by_key(|word| word.len()).unwrap_or_default();
    let look = if on_one_line { one_line } else { look.fitting(longest_word, width, LEAST_PT) };
    Block::of_lines(&look.face.wrapped(text, look.size_pt, width + 1e-6, lines), look)
}
