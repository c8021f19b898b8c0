//! The words of slips, cards and messages, where the shop has written its own.
//!
//! What the texts mean and what they look like before anybody changed them is known where they are drawn.

mod store;

#[cfg(test)]
mod tests;

use crate::audit::{self, Actor};
use crate::db::{ReadTx, WriteTx};
use crate::fault::Fault;
use crate::settings::Language;
use crate::values::{Timestamp, words};
use serde_json::json;

/// What a text is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TemplateKind {
    /// The words beside the code on a card of a sheet.
    Card,
    /// The slip of a sold voucher.
    Voucher,
    /// The slip of a voided sale.
    Void,
    /// The closing slip of a shift.
    Shift,
    /// The slip of cash paid in or out.
    CashMove,
    /// The slip of what a reseller settled.
    Settlement,
    /// The message that carries a voucher to a customer.
    Message,
}

words!(TemplateKind {
    Card = "card",
    Voucher = "voucher",
    Void = "void",
    Shift = "shift",
    CashMove = "cash_move",
    Settlement = "settlement",
    Message = "message",
});

/// The longest text, in bytes.
pub const LONGEST: usize = 8 * 1024;

/// A text that the shop has written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// What it is for.
    pub kind: TemplateKind,
    /// In which language it is read.
    pub language: Language,
    /// The text.
    pub text: String,
    /// Who wrote it.
    pub changed_by: String,
    /// When.
    pub changed_at: Timestamp,
}

/// Why a text is not kept.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// There is nothing in it.
    #[error("the text is empty")]
    Empty,
    /// It is longer than [`LONGEST`].
    #[error("the text is longer than {LONGEST} bytes")]
    TooLong,
    /// We are broken.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// The shop's own text, if it has written one.
pub fn written(tx: &ReadTx<'_>, kind: TemplateKind, language: Language) -> Result<Option<Template>, Fault> {
    store::one(tx, kind, language)
}

/// Every text the shop has written.
pub fn all(tx: &ReadTx<'_>) -> Result<Vec<Template>, Fault> {
    store::all(tx)
}

/// Keeps a text of the shop's own. Whoever calls has drawn it once, so that it is known to work.
pub fn keep(
    tx: &WriteTx<'_>,
    actor: &Actor,
    kind: TemplateKind,
    language: Language,
    text: &str,
    now: Timestamp,
) -> Result<(), TemplateError> {
    let text = tidied(text);
    if text.trim().is_empty() {
        return Err(TemplateError::Empty);
    }
    if text.len() > LONGEST {
        return Err(TemplateError::TooLong);
    }
    if written(tx, kind, language)?.is_some_and(|known| known.text == text) {
        return Ok(());
    }
    store::keep(tx, kind, language, &text, actor, now)?;
    let detail = json!({"language": language.code(), "text": text});
    audit::record(tx, actor, "template.keep", ("template", kind.as_str()), &detail, now)?;
    Ok(())
}

/// Goes back to the text that came with the program; answers whether there was another.
pub fn reset(
    tx: &WriteTx<'_>,
    actor: &Actor,
    kind: TemplateKind,
    language: Language,
    now: Timestamp,
) -> Result<bool, Fault> {
    let Some(before) = written(tx, kind, language)? else { return Ok(false) };
    store::forget(tx, kind, language)?;
    // The words that go are kept where nothing is ever lost.
    let detail = json!({"language": language.code(), "text": before.text});
    audit::record(tx, actor, "template.reset", ("template", kind.as_str()), &detail, now)?;
    Ok(true)
}

/// The text with plain line ends, without control characters and without blank lines at its end.
pub fn tidied(text: &str) -> String {
    let plain = text.replace("\r\n", "\n").replace('\r', "\n");
    let clean: String = plain.chars().filter(|letter| *letter == '\n' || !letter.is_control()).collect();
    format!("{}\n", clean.trim_end())
}
