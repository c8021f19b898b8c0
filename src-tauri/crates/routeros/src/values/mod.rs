//! The notations RouterOS reads and writes values in.

pub(crate) mod date;
mod duration;
mod mac;

pub use date::{DateStyle, parse_date, parse_date_time, print_date_time};
pub use duration::{parse_duration, print_duration};
pub use mac::{Mac, ParseMacError};

/// Reads a truth value.
///
/// Source: RouterOS prints `true` and `false`, and takes `yes` and `no` as well.
pub fn parse_bool(text: &str) -> Option<bool> {
    match text {
        "true" | "yes" => Some(true),
        "false" | "no" => Some(false),
        _ => None,
    }
}

/// Writes a truth value the way every version takes it.
pub fn print_bool(truth: bool) -> &'static str {
    if truth { "yes" } else { "no" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_truth_value_reads_back_and_nothing_else_is_one() {
        for truth in [true, false] {
            assert_eq!(parse_bool(print_bool(truth)), Some(truth));
            assert_eq!(parse_bool(&truth.to_string()), Some(truth));
        }
        for wrong in ["", "1", "Yes", "true "] {
            assert_eq!(parse_bool(wrong), None, "{wrong}");
        }
    }
}
