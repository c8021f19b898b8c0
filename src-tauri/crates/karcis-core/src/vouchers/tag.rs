//! The comment that marks a router's user as ours.

use crate::values::VoucherId;
use std::fmt;

/// Our mark on a hotspot user: `KRC1|<shop>|<batch number>|<voucher>`.
///
/// ASCII, under 120 bytes with the first-login stamp the router appends. A user without it is never touched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// Whose books: two shops on one router must not mistake each other's users for their own.
    pub shop: String,
    /// The batch's number, for people who read it in Winbox.
    pub batch: i64,
    /// Which voucher.
    pub voucher: VoucherId,
}

const MARK: &str = "KRC1";

impl Tag {
    /// Reads the mark back; fields after it, such as the router's stamp, are kept out.
    pub fn parse(comment: &str) -> Option<Tag> {
        let mut fields = comment.split('|');
        if fields.next()? != MARK {
            return None;
        }
        let shop = fields.next()?.to_owned();
        let batch = fields.next()?.parse().ok()?;
        let voucher = fields.next()?.parse().ok()?;
        Some(Tag { shop, batch, voucher })
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{MARK}|{}|{}|{}", self.shop, self.batch, self.voucher.simple())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::Timestamp;
    use rand::SeedableRng;

    #[test]
    fn a_tag_is_short_ascii_and_reads_back_even_when_stamped() {
        let mut rng = rand::rngs::StdRng::seed_from_u64(1);
        let voucher = VoucherId::new(Timestamp::from_millis(1_800_000_000_000), &mut rng);
        let tag = Tag { shop: "a1b2c3d4".to_owned(), batch: 1_000_000, voucher };
        let stamped = format!("{tag}|F=2026-11-20 14:05:00");
        assert!(stamped.is_ascii() && stamped.len() < 120, "{stamped}");
        assert_eq!(Tag::parse(&tag.to_string()), Some(tag.clone()));
        assert_eq!(Tag::parse(&stamped), Some(tag));
    }

    #[test]
    fn foreign_comments_are_foreign() {
        for comment in ["", "vc-123-05.01.23-note", "KRC1", "KRC1|a|b|c", "KRC2|a|1|x", "krc1|a|1|x"] {
            assert_eq!(Tag::parse(comment), None, "{comment}");
        }
    }
}
