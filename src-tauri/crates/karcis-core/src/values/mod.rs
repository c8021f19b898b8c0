//! Values that cannot be wrong once they exist: parsed at the door, trusted inside.

mod bytes;
mod day;
mod ids;
mod money;
mod period;
mod rate;
mod text;
mod timestamp;
mod words;

pub use bytes::{Bytes, ParseBytesError};
pub use day::{Day, ParseDayError};
pub use ids::{
    BatchId, CounterId, HandoverId, MoveId, NoteId, ParseIdError, PlanId, PrintId, PrinterId, ReceiptId,
    ResellerId, ReservationId, RouterId, SaleId, SettlementId, ShiftId, SlipId, StaffId, VoucherId,
};
pub use money::{Money, ParseMoneyError};
pub use period::{ParsePeriodError, Period};
pub use rate::{ParseRateLimitError, RateLimit};
pub use text::{ParseTextError, line};
pub use timestamp::{Timestamp, Zone};
pub use words::UnknownWord;
pub(crate) use words::words;
