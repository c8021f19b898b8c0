//! Amounts of data, in binary units as RouterOS counts them.

use std::fmt;
use std::str::FromStr;

/// An amount of data in bytes, at least 1 MiB and at most 1 PiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Bytes(i64);

/// The text is not an amount of data between 1 MiB and 1 PiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an amount of data")]
pub struct ParseBytesError;

impl Bytes {
    const UNITS: [(&str, u32); 4] = [("TiB", 40), ("GiB", 30), ("MiB", 20), ("KiB", 10)];

    /// So many bytes.
    pub fn new(bytes: i64) -> Result<Bytes, ParseBytesError> {
        if (1 << 20..=1 << 50).contains(&bytes) { Ok(Bytes(bytes)) } else { Err(ParseBytesError) }
    }

    /// The amount in bytes.
    pub const fn count(self) -> i64 {
        self.0
    }
}

/// `500M`, `2G`, `1.5GiB`; the units are binary (1 M is 1,048,576 bytes).
impl FromStr for Bytes {
    type Err = ParseBytesError;

    fn from_str(text: &str) -> Result<Bytes, ParseBytesError> {
        let text = text.trim();
        let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == ',')).unwrap_or(text.len());
        let (number, unit) = text.split_at(end);
        let shift = match unit.trim().to_ascii_uppercase().as_str() {
            "" => 0,
            "K" | "KB" | "KIB" => 10,
            "M" | "MB" | "MIB" => 20,
            "G" | "GB" | "GIB" => 30,
            "T" | "TB" | "TIB" => 40,
            _ => return Err(ParseBytesError),
        };
        let number = number.replace(',', ".");
        let (whole, part) = number.split_once('.').unwrap_or((&number, ""));
        if part.len() > 3 {
            return Err(ParseBytesError);
        }
        let thousandths: i64 = format!("{whole}{part:0<3}").parse().map_err(|_| ParseBytesError)?;
        let bytes = i128::from(thousandths) * (1_i128 << shift) / 1000;
        Bytes::new(i64::try_from(bytes).map_err(|_| ParseBytesError)?)
    }
}

/// The largest unit that divides the amount, else one decimal of the largest that fits.
impl fmt::Display for Bytes {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (unit, shift) in Bytes::UNITS {
            let size = 1_i64 << shift;
            if self.0 >= size {
                let tenths = (i128::from(self.0) * 10 + i128::from(size / 2)) / i128::from(size);
                return match tenths % 10 {
                    0 => write!(out, "{} {unit}", tenths / 10),
                    part => write!(out, "{},{part} {unit}", tenths / 10),
                };
            }
        }
        write!(out, "{} B", self.0)
    }
}

impl From<Bytes> for crate::db::Val {
    fn from(bytes: Bytes) -> crate::db::Val {
        crate::db::Val::Int(bytes.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_binary_and_decimals_allowed() {
        assert_eq!("500M".parse::<Bytes>().map(Bytes::count), Ok(500 << 20));
        assert_eq!("1,5 GB".parse::<Bytes>().map(Bytes::count), Ok(3 << 29));
        assert_eq!("2GiB".parse::<Bytes>().map(|size| size.to_string()), Ok("2 GiB".to_owned()));
        assert_eq!("1.5G".parse::<Bytes>().map(|size| size.to_string()), Ok("1,5 GiB".to_owned()));
        for text in ["", "G", "1.2345G", "1000", "-1G", "9999T", "1..5G", "5X"] {
            assert_eq!(text.parse::<Bytes>(), Err(ParseBytesError), "{text}");
        }
    }
}
