//! One identity type per noun, so that a plan's id cannot be passed for a batch's.

use super::Timestamp;
use rand::CryptoRng;
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// The text is not an identity of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id")]
pub struct ParseIdError;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Uuid);

        impl $name {
            /// A fresh identity (UUID version 7: sorts by the time it was made).
            pub fn new(now: Timestamp, rng: &mut dyn CryptoRng) -> $name {
                $name(uuid_v7(now, rng))
            }

            /// The 32 hexadecimal digits without hyphens, for places where bytes are scarce.
            pub fn simple(self) -> String {
                self.0.simple().to_string()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(out)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(out, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;

            fn from_str(text: &str) -> Result<$name, ParseIdError> {
                Uuid::try_parse(text).map($name).map_err(|_| ParseIdError)
            }
        }

        impl From<$name> for crate::db::Val {
            fn from(id: $name) -> crate::db::Val {
                crate::db::Val::Text(id.to_string())
            }
        }
    };
}

id!(
    /// A person on the staff.
    StaffId
);
id!(
    /// A MikroTik router.
    RouterId
);
id!(
    /// A plan (paket).
    PlanId
);
id!(
    /// A batch of vouchers.
    BatchId
);
id!(
    /// One voucher.
    VoucherId
);
id!(
    /// One print of a batch.
    PrintId
);
id!(
    /// A counter with a drawer of its own.
    CounterId
);
id!(
    /// One shift at a counter.
    ShiftId
);
id!(
    /// Cash paid into a drawer or out of it.
    MoveId
);
id!(
    /// One receipt: what was sold at once.
    ReceiptId
);
id!(
    /// The sale of one voucher.
    SaleId
);
id!(
    /// A voucher kept for somebody.
    ReservationId
);
id!(
    /// Somebody who sells our vouchers on.
    ResellerId
);
id!(
    /// A batch given to a reseller.
    HandoverId
);
id!(
    /// What a reseller paid or gave back.
    SettlementId
);
id!(
    /// A printer of slips.
    PrinterId
);
id!(
    /// One slip of paper.
    SlipId
);
/// One note in the outbox. Notes never leave their books, so they are simply numbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NoteId(i64);

impl NoteId {
    pub(crate) const fn from_row(number: i64) -> NoteId {
        NoteId(number)
    }
}

impl fmt::Display for NoteId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

impl FromStr for NoteId {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<NoteId, ParseIdError> {
        text.parse().map(NoteId).map_err(|_| ParseIdError)
    }
}

impl From<NoteId> for crate::db::Val {
    fn from(id: NoteId) -> crate::db::Val {
        crate::db::Val::Int(id.0)
    }
}

fn uuid_v7(now: Timestamp, rng: &mut dyn CryptoRng) -> Uuid {
    let mut random = [0_u8; 10];
    rng.fill_bytes(&mut random);
    let millis = u64::try_from(now.millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}
