//! The shop's logo: read once from whatever file the owner picked, then small and harmless.

use std::io::Cursor;

use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, Rgb, RgbImage};

/// The largest file read, in bytes.
const MAX_BYTES: usize = 5 * 1024 * 1024;
/// The largest picture read, in pixels along a side.
const MAX_SIDE: u32 = 6_000;
/// The memory a picture may take while it is read: the largest allowed, in colour with transparency, and as much again.
const MAX_ALLOC: u64 = 300 * 1024 * 1024;
/// What is kept: 14 by 7 mm at 600 dots per inch is 330 by 165.
const KEPT: (u32, u32) = (480, 240);

/// A logo ready to print: small, opaque, white where it was transparent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo {
    pixels: RgbImage,
}

/// Why a picture was not taken as a logo.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LogoError {
    /// The file is larger than 5 MiB.
    #[error("the logo is larger than 5 MiB")]
    TooLarge,
    /// The picture is wider or higher than 6000 pixels, or unpacks to too much.
    #[error("the logo is wider or higher than {MAX_SIDE} pixels")]
    TooManyPixels,
    /// Not a PNG or JPEG.
    #[error("the logo is neither a PNG nor a JPEG picture")]
    UnknownFormat,
    /// A PNG or JPEG that cannot be read.
    #[error("the logo's file is damaged")]
    Damaged,
}

impl Logo {
    /// Reads a PNG or JPEG, turns it upright, lays it on white and shrinks it to what paper can show.
    ///
    /// What [`Logo::to_png`] gave comes back unchanged, so the same function reads a stored logo.
    pub fn prepare(bytes: &[u8]) -> Result<Self, LogoError> {
        if bytes.len() > MAX_BYTES {
            return Err(LogoError::TooLarge);
        }
        let mut picture = decode(bytes)?;
        let (width, height) = KEPT;
        if picture.width() > width || picture.height() > height {
            picture = picture.resize(width, height, FilterType::Lanczos3);
        }
        Ok(Self { pixels: on_white(&picture) })
    }

    /// The logo as a PNG, for storing.
    pub fn to_png(&self) -> Vec<u8> {
        let mut png = Cursor::new(Vec::new());
        self.pixels
            .write_to(&mut png, ImageFormat::Png)
            .expect("an opaque picture in memory is always encodable");
        png.into_inner()
    }

    /// Width in pixels.
    pub fn width(&self) -> u32 {
        self.pixels.width()
    }

    /// Height in pixels.
    pub fn height(&self) -> u32 {
        self.pixels.height()
    }

    /// Red, green and blue of every pixel, row by row.
    pub(crate) fn rgb(&self) -> &[u8] {
        self.pixels.as_raw()
    }
}

fn decode(bytes: &[u8]) -> Result<DynamicImage, LogoError> {
    let mut reader =
        ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| LogoError::Damaged)?;
    if !matches!(reader.format(), Some(ImageFormat::Png | ImageFormat::Jpeg)) {
        return Err(LogoError::UnknownFormat);
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_ALLOC);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| refusal(&error))?;
    let orientation = decoder.orientation().map_err(|error| refusal(&error))?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|error| refusal(&error))?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

fn refusal(error: &image::ImageError) -> LogoError {
    match error {
        image::ImageError::Limits(_) => LogoError::TooManyPixels,
        image::ImageError::Decoding(_)
        | image::ImageError::Encoding(_)
        | image::ImageError::Parameter(_)
        | image::ImageError::Unsupported(_)
        | image::ImageError::IoError(_) => LogoError::Damaged,
    }
}

fn on_white(picture: &DynamicImage) -> RgbImage {
    let picture = picture.to_rgba8();
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [red, green, blue, alpha] = picture.get_pixel(x, y).0.map(u32::from);
        let flat = |channel: u32| ((channel * alpha + 255 * (255 - alpha) + 127) / 255).min(255) as u8;
        Rgb([flat(red), flat(green), flat(blue)])
    })
}
