//! The shop's logo: taken as PNG or JPEG, kept as a small PNG without anything a camera wrote into it.

use crate::access::Access;
use crate::answer::{Answer, refresh};
use crate::batches::beside;
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::Raw;
use crate::office::Office;
use crate::texts::{Refusal, Texts};
use crate::visit::{Visit, WindowSession};
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;
use image::{DynamicImage, ImageFormat, ImageReader, Limits};
use karcis_core::audit::{self, Actor};
use karcis_core::fault::{Fault, Trying};
use karcis_core::settings;
use serde_json::json;
use std::io::Cursor;

/// Under which the picture is kept; sheets are printed with it.
pub(crate) const NAME: &str = "logo";
/// Pixels along the longer side: 30 mm on paper at 600 dots per inch.
const LONGEST: u32 = 720;
/// A picture larger than this is not decoded at all.
const MOST_PIXELS_A_SIDE: u32 = 8_000;
const MOST_MEMORY: u64 = 256 * 1024 * 1024;
/// What a person may send; the same as a request's body.
const MOST_BYTES: usize = 1024 * 1024;

/// The address of the logo, when there is one. It changes with the picture.
pub(super) async fn address(desk: &Desk) -> Result<Option<String>, Fault> {
    let picture = desk.read(|tx| settings::picture(tx, NAME)).await?;
    let now = desk.now().millis();
    Ok(picture.map(|_| format!("/settings/logo?at={now}")))
}

pub(super) async fn show_logo(desk: Desk) -> Answer {
    let picture = desk.read(|tx| settings::picture(tx, NAME)).await?;
    let picture = picture.ok_or(Error::NotFound)?;
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static("image/png"))], picture).into_response())
}

pub(super) async fn keep(desk: Desk, Raw(bytes): Raw) -> Answer {
    let (office, actor) = (desk.office.clone(), desk.actor()?);
    desk.blocking(move || take(&office, &actor, &bytes)).await??;
    Ok(refresh())
}

pub(super) async fn forget(desk: Desk) -> Answer {
    let (actor, now) = (desk.actor()?, desk.now());
    desk.write(move |tx| {
        settings::keep_picture(tx, NAME, None, now)?;
        audit::record(tx, &actor, "settings.logo", ("settings", NAME), &json!({ "bytes": 0 }), now)
    })
    .await?;
    Ok(refresh())
}

/// Takes the picture that somebody picked in the window's own dialog; refusals come in their language.
///
/// Blocks; the session is the window's, and its person must be allowed to change settings.
pub fn keep_picked_logo(office: &Office, window: &WindowSession, bytes: &[u8]) -> Result<(), String> {
    let visit = Visit::of_window(office, window);
    let t = visit.format.texts();
    let admitted: Result<(), Error> = Access::admits(super::UPDATE, &visit);
    let person = visit.person().filter(|_| admitted.is_ok());
    let Some(person) = person else { return Err(t.errors.not_allowed_sentence.to_owned()) };
    take(office, &person.actor(), bytes).map_err(|error| spoken(&error, t))
}

fn spoken(error: &Error, t: &Texts) -> String {
    match error {
        Error::Refused(refusal) => beside(refusal, t),
        Error::TooLarge => t.errors.too_large_sentence.to_owned(),
        Error::Fault(_)
        | Error::NotFound
        | Error::NotAllowed
        | Error::SignIn
        | Error::Locked
        | Error::OtherPerson
        | Error::OwnPassword
        | Error::Unready
        | Error::Stale
        | Error::Foreign
        | Error::Unreadable => t.errors.fault_sentence.to_owned(),
    }
}

fn take(office: &Office, actor: &Actor, bytes: &[u8]) -> Result<(), Error> {
    if bytes.len() > MOST_BYTES {
        return Err(Error::TooLarge);
    }
    let picture = small_png(bytes)?;
    office.db().write(|tx| {
        let now = office.now();
        settings::keep_picture(tx, NAME, Some(&picture), now)?;
        audit::record(tx, actor, "settings.logo", ("settings", NAME), &json!({ "bytes": picture.len() }), now)
    })?;
    Ok(())
}

fn small_png(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let picture = decoded(bytes).ok_or(Error::Refused(Refusal::R401))?;
    let picture = if picture.width().max(picture.height()) > LONGEST {
        picture.thumbnail(LONGEST, LONGEST)
    } else {
        picture
    };
    let mut png = Cursor::new(Vec::new());
    picture.write_to(&mut png, ImageFormat::Png).trying("write the logo as PNG")?;
    Ok(png.into_inner())
}

fn decoded(bytes: &[u8]) -> Option<DynamicImage> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(MOST_PIXELS_A_SIDE);
    limits.max_image_height = Some(MOST_PIXELS_A_SIDE);
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    reader.decode().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        DynamicImage::new_rgba8(width, height).write_to(&mut bytes, ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn a_large_picture_becomes_a_small_one_of_the_same_shape() {
        let small = image::load_from_memory(&small_png(&png(2_000, 1_000)).unwrap()).unwrap();
        assert_eq!((small.width(), small.height()), (720, 360));
        let kept = image::load_from_memory(&small_png(&png(64, 32)).unwrap()).unwrap();
        assert_eq!((kept.width(), kept.height()), (64, 32));
    }

    #[test]
    fn what_is_no_picture_of_ours_is_refused() {
        let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
        let broken = &png(64, 64)[..40];
        for bytes in [&svg[..], b"", b"GIF89a", broken, &png(8_001, 1)] {
            assert!(matches!(small_png(bytes), Err(Error::Refused(Refusal::R401))), "{}", bytes.len());
        }
    }
}
