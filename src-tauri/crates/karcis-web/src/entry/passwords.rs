//! What is said about passwords people choose.

use crate::fields::Field;
use crate::texts::Texts;
use karcis_core::staff::{NewPassword, ParsePasswordError};

/// The password somebody wants; says beside the field what is wrong with it.
pub(crate) fn parse(field: &mut Field, text: &str, own: &[&str], t: &Texts) -> Option<NewPassword> {
    match NewPassword::parse(text, own) {
        Ok(password) => Some(password),
        Err(error) => {
            field.refuse(wrong(error, t));
            None
        }
    }
}

fn wrong(error: ParsePasswordError, t: &Texts) -> String {
    match error {
        ParsePasswordError::TooShort => t.password.too_short(NewPassword::LEAST),
        ParsePasswordError::TooLong => t.password.too_long(NewPassword::MOST),
        ParsePasswordError::Common => t.password.common.to_owned(),
        ParsePasswordError::OwnWord => t.password.own_word.to_owned(),
    }
}
