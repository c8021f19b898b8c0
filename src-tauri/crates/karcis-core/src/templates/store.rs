//! The SQL of texts the shop has written.

use super::{Template, TemplateKind};
use crate::audit::Actor;
use crate::db::{ReadTx, Row, WriteTx, params};
use crate::fault::Fault;
use crate::settings::Language;
use crate::values::Timestamp;

pub(super) fn one(
    tx: &ReadTx<'_>,
    kind: TemplateKind,
    language: Language,
) -> Result<Option<Template>, Fault> {
    tx.maybe(
        "SELECT kind, language, text, changed_by_name, changed_at FROM slip_templates
         WHERE kind = $1 AND language = $2",
        params![kind.as_str(), language.code()],
        template,
    )
}

pub(super) fn all(tx: &ReadTx<'_>) -> Result<Vec<Template>, Fault> {
    tx.all(
        "SELECT kind, language, text, changed_by_name, changed_at FROM slip_templates ORDER BY kind, language",
        params![],
        template,
    )
}

pub(super) fn keep(
    tx: &WriteTx<'_>,
    kind: TemplateKind,
    language: Language,
    text: &str,
    actor: &Actor,
    now: Timestamp,
) -> Result<(), Fault> {
    tx.run(
        "INSERT INTO slip_templates (kind, language, text, changed_by, changed_by_name, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (kind, language) DO UPDATE SET text = excluded.text, changed_by = excluded.changed_by,
             changed_by_name = excluded.changed_by_name, changed_at = excluded.changed_at",
        params![kind.as_str(), language.code(), text, actor.id(), actor.name(), now],
    )?;
    Ok(())
}

pub(super) fn forget(tx: &WriteTx<'_>, kind: TemplateKind, language: Language) -> Result<(), Fault> {
    tx.run(
        "DELETE FROM slip_templates WHERE kind = $1 AND language = $2",
        params![kind.as_str(), language.code()],
    )?;
    Ok(())
}

fn template(row: &Row<'_>) -> Result<Template, Fault> {
    Ok(Template {
        kind: row.parsed(0)?,
        language: Language::parse(&row.text(1)?).ok_or_else(|| Fault::new("a text in no known language"))?,
        text: row.text(2)?,
        changed_by: row.text(3)?,
        changed_at: row.timestamp(4)?,
    })
}
