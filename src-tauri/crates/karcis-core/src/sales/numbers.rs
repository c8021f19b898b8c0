//! The numbers of receipts and sales: real ones run without a gap, those of practice beside them.

use crate::db::WriteTx;
use crate::fault::Fault;
use crate::settings;

/// What is numbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Series {
    Receipts,
    Sales,
}

/// Numbers taken together; each is the first of its run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Numbers {
    /// The place in the order of writing, real and practice in one row.
    pub(super) place: i64,
    /// What people read.
    pub(super) shown: i64,
}

impl Numbers {
    /// Those of the nth of a run, from 0.
    pub(super) fn nth(self, nth: i64) -> Numbers {
        Numbers { place: self.place + nth, shown: self.shown + nth }
    }
}

/// Takes the next numbers of a series.
pub(super) fn take(tx: &WriteTx<'_>, series: Series, practice: bool, count: u32) -> Result<Numbers, Fault> {
    let (places, shown) = match (series, practice) {
        (Series::Receipts, false) => ("receipts", "receipts.real"),
        (Series::Receipts, true) => ("receipts", "receipts.practice"),
        (Series::Sales, false) => ("sales", "sales.real"),
        (Series::Sales, true) => ("sales", "sales.practice"),
    };
    Ok(Numbers {
        place: settings::take_numbers(tx, places, count)?,
        shown: settings::take_numbers(tx, shown, count)?,
    })
}

/// What stands before the number of a practice receipt or sale, for *Latihan*.
const PRACTICE: &str = "L-";

/// A number as people read it, with its digits written by the caller's rules.
pub fn titled(digits: &str, practice: bool) -> String {
    if practice { format!("{PRACTICE}{digits}") } else { digits.to_owned() }
}

/// A number as people type it, with `#` or without, and whether it is one of practice.
pub(super) fn typed(text: &str) -> Option<(i64, bool)> {
    let text = text.strip_prefix('#').unwrap_or(text);
    let practice = text.get(..PRACTICE.len()).is_some_and(|start| start.eq_ignore_ascii_case(PRACTICE));
    let digits = if practice { &text[PRACTICE.len()..] } else { text };
    digits.parse().ok().filter(|number| *number >= 0).map(|number| (number, practice))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_found_as_it_is_read() {
        for (text, meant) in [
            ("12", Some((12, false))),
            ("#12", Some((12, false))),
            ("L-12", Some((12, true))),
            ("#l-12", Some((12, true))),
            ("L12", None),
            ("L-", None),
            ("L--3", None),
            ("", None),
            ("é-3", None),
        ] {
            assert_eq!(typed(text), meant, "{text}");
        }
        assert_eq!(typed(&titled("12", true)), Some((12, true)));
        assert_eq!(typed(&titled("12", false)), Some((12, false)));
    }
}
