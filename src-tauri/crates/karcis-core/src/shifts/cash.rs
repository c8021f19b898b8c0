//! Counting a drawer piece by piece.

use crate::values::Money;
use std::fmt;

/// More pieces of one denomination than any drawer holds.
const MOST_PIECES: u32 = 100_000;

/// A banknote or a coin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Denomination(i64);

impl Denomination {
    /// Every banknote and coin, the largest first.
    pub const ALL: [Denomination; 11] = [
        Denomination(100_000),
        Denomination(75_000),
        Denomination(50_000),
        Denomination(20_000),
        Denomination(10_000),
        Denomination(5_000),
        Denomination(2_000),
        Denomination(1_000),
        Denomination(500),
        Denomination(200),
        Denomination(100),
    ];

    /// The banknote or coin of so many rupiah.
    pub fn of(rupiah: i64) -> Option<Denomination> {
        Denomination::ALL.into_iter().find(|it| it.0 == rupiah)
    }

    /// What one piece is worth.
    pub const fn value(self) -> Money {
        Money::rupiah(self.0)
    }
}

impl fmt::Display for Denomination {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value().fmt(out)
    }
}

/// So many pieces of one denomination.
pub type Pieces = (Denomination, u32);

/// A denomination is named twice, or there are more pieces than a drawer holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a count of a drawer")]
pub struct BadCount;

/// One count of a drawer: every denomination, the ones there were none of included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// The first count of the shift, the second, ...
    pub attempt: u32,
    /// The pieces, the largest denomination first.
    pub pieces: Vec<Pieces>,
}

impl Count {
    /// A count from the pieces that were found.
    pub fn new(attempt: u32, found: &[Pieces]) -> Result<Count, BadCount> {
        let mut pieces = Vec::with_capacity(Denomination::ALL.len());
        for denomination in Denomination::ALL {
            let mut named = found.iter().filter(|(it, _)| *it == denomination);
            let count = named.next().map_or(0, |(_, count)| *count);
            if named.next().is_some() || count > MOST_PIECES {
                return Err(BadCount);
            }
            pieces.push((denomination, count));
        }
        Ok(Count { attempt, pieces })
    }

    /// What all pieces are worth.
    pub fn total(&self) -> Money {
        Money::rupiah(self.pieces.iter().map(|(it, count)| it.0 * i64::from(*count)).sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_add_up_to_what_they_are_worth() {
        let found = [(Denomination::ALL[0], 2), (Denomination::ALL[10], 3), (Denomination::ALL[1], 1)];
        let count = Count::new(1, &found).unwrap();
        assert_eq!(count.total(), Money::rupiah(275_300));
        assert_eq!(count.pieces.len(), 11);
        assert_eq!(Count::new(1, &[]).unwrap().total(), Money::ZERO);
    }

    #[test]
    fn a_denomination_is_counted_once_and_within_reason() {
        let note = Denomination::of(50_000).unwrap();
        assert_eq!(Count::new(1, &[(note, 1), (note, 2)]), Err(BadCount));
        assert_eq!(Count::new(1, &[(note, 100_001)]), Err(BadCount));
        assert!(Count::new(1, &[(note, 100_000)]).is_ok());
        assert_eq!(Denomination::of(3_000), None);
    }
}
