//! What a batch's vouchers are worth and how long they last, as lines of a label and a value.

use crate::format::Format;
use karcis_core::plans::Alphabet;
use karcis_core::values::Period;
use karcis_core::vouchers::Batch;

/// One line: what it is called, what it is.
#[derive(Debug, Clone)]
pub(crate) struct Fact {
    pub(crate) label: &'static str,
    pub(crate) value: String,
}

/// Price, limits, code style and shelf life; what is not limited is left out, except the validity.
pub(crate) fn facts(batch: &Batch, format: Format) -> Vec<Fact> {
    let t = &format.texts().batches.page;
    let span = |period: Period| format.span(period.as_duration());
    let mut facts = vec![
        Fact { label: t.price, value: format.money(batch.selling_price) },
        Fact { label: t.validity, value: batch.validity.map_or_else(|| t.unlimited.to_owned(), span) },
    ];
    facts.extend(batch.uptime_limit.map(|limit| Fact { label: t.uptime, value: span(limit) }));
    facts.extend(batch.data_limit.map(|limit| Fact { label: t.data, value: format.data(limit) }));
    facts.push(Fact { label: t.code, value: code(batch, format) });
    facts.extend(batch.sell_by.map(|day| Fact { label: t.sell_by, value: format.day(day) }));
    facts
}

fn code(batch: &Batch, format: Format) -> String {
    let t = &format.texts().batches.page;
    let style = &batch.code;
    match (style.alphabet, style.prefix.as_str()) {
        (Alphabet::A28, "") => t.code_plain(style.length),
        (Alphabet::A28, prefix) => t.code_of(style.length, prefix),
        (Alphabet::Digits, "") => t.code_digits(style.length),
        (Alphabet::Digits, prefix) => t.code_digits_of(style.length, prefix),
    }
}
