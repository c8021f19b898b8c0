//! Whatever picture the owner picks becomes a small harmless one, or a clear refusal.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by stopping")]

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use karcis_print::{Logo, LogoError};

fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn plain(width: u32, height: u32) -> DynamicImage {
    RgbImage::from_pixel(width, height, Rgb([10, 92, 97])).into()
}

#[test]
fn a_large_picture_is_shrunk_and_keeps_its_shape() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg] {
        let logo = Logo::prepare(&encoded(&plain(2000, 500), format)).unwrap();
        assert_eq!((logo.width(), logo.height()), (480, 120));
    }
}

#[test]
fn a_stored_logo_comes_back_unchanged() {
    let logo = Logo::prepare(&encoded(&plain(900, 900), ImageFormat::Png)).unwrap();
    assert_eq!(Logo::prepare(&logo.to_png()), Ok(logo));
}

#[test]
fn transparency_becomes_white_paper() {
    let clear = RgbaImage::from_pixel(4, 4, Rgba([0, 0, 0, 0]));
    let half = RgbaImage::from_pixel(4, 4, Rgba([0, 0, 0, 128]));
    let first_pixel = |picture: RgbaImage| {
        let png = Logo::prepare(&encoded(&picture.into(), ImageFormat::Png)).unwrap().to_png();
        image::load_from_memory(&png).unwrap().to_rgb8().get_pixel(0, 0).0
    };
    assert_eq!(first_pixel(clear), [255, 255, 255]);
    assert_eq!(first_pixel(half), [127, 127, 127]);
}

#[test]
fn what_is_not_a_picture_is_refused_by_name() {
    assert_eq!(Logo::prepare(b"GIF89a\x01\x00\x01\x00"), Err(LogoError::UnknownFormat));
    assert_eq!(Logo::prepare(b""), Err(LogoError::UnknownFormat));
    let mut cut_off = encoded(&plain(50, 50), ImageFormat::Png);
    cut_off.truncate(60);
    assert_eq!(Logo::prepare(&cut_off), Err(LogoError::Damaged));
    assert_eq!(Logo::prepare(&vec![0; 5 * 1024 * 1024 + 1]), Err(LogoError::TooLarge));
}

#[test]
fn a_small_file_that_unpacks_to_a_giant_is_refused_before_it_does() {
    assert_eq!(Logo::prepare(&encoded(&plain(6001, 1), ImageFormat::Png)), Err(LogoError::TooManyPixels));
    let mut bomb = encoded(&plain(1, 1), ImageFormat::Png);
    bomb[16..24].copy_from_slice(&[0x7F, 0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF]);
    assert!(Logo::prepare(&bomb).is_err());
}
