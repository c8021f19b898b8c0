use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// A hardware address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Mac(pub [u8; 6]);

impl Mac {
    /// What RouterOS shows for a user who is not bound to a device.
    pub const NONE: Mac = Mac([0; 6]);
}

impl fmt::Display for Mac {
    /// Source: RouterOS prints capital digits with colons.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, g] = self.0;
        write!(f, "{a:02X}:{b:02X}:{c:02X}:{d:02X}:{e:02X}:{g:02X}")
    }
}

/// The text is no hardware address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a hardware address")]
pub struct ParseMacError;

impl FromStr for Mac {
    type Err = ParseMacError;

    /// Reads six pairs of digits of either case, all separated by `:`, `-` or `.`, or by nothing.
    fn from_str(text: &str) -> Result<Self, ParseMacError> {
        let separator = match text.len() {
            12 => None,
            17 => Some(text.as_bytes()[2])
                .filter(|byte| matches!(byte, b':' | b'-' | b'.'))
                .map(Some)
                .ok_or(ParseMacError)?,
            _ => return Err(ParseMacError),
        };
        let step = if separator.is_some() { 3 } else { 2 };
        let mut mac = [0; 6];
        for (chunk, byte) in text.as_bytes().chunks(step).zip(&mut mac) {
            let digit = |at: usize| char::from(chunk[at]).to_digit(16).ok_or(ParseMacError);
            *byte = (digit(0)? * 16 + digit(1)?) as u8;
            if chunk.get(2).copied().is_some_and(|found| Some(found) != separator) {
                return Err(ParseMacError);
            }
        }
        Ok(Mac(mac))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_address_is_read_in_all_three_forms_people_write() {
        let wanted = Ok(Mac([0xaa, 0xbb, 0xcc, 0x01, 0x02, 0x03]));
        for text in ["AA:BB:CC:01:02:03", "aa-bb-cc-01-02-03", "aabbcc010203"] {
            assert_eq!(text.parse(), wanted, "{text}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for wrong in [
            "",
            "AA:BB:CC:01:02",
            "AA:BB-CC:01:02:03",
            "AA:BB:CC:01:02:0G",
            "AA BB CC 01 02 03",
            "éaabbcc0102",
            "AAxBB:CC:01:02:03",
        ] {
            assert_eq!(wrong.parse::<Mac>(), Err(ParseMacError), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn a_printed_address_reads_back(bytes: [u8; 6]) {
            prop_assert_eq!(Mac(bytes).to_string().parse(), Ok(Mac(bytes)));
        }

        #[test]
        fn no_text_makes_reading_an_address_fail_badly(text in "\\PC{0,20}") {
            let _ = text.parse::<Mac>();
        }
    }
}
