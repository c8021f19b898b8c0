//! Pictures as the dots a receipt printer burns.

use super::SlipWidth;
use crate::logo::Logo;
use crate::qr::QrMatrix;

/// How high a logo may be, in dots: 20 mm.
pub(super) const MAX_LOGO_ROWS: usize = 160;
/// Rows sent at a time: cheap printers garble a picture that is larger than their memory.
const BAND: usize = 96;

/// Dots from the left edge of the printed width, eight to a byte, a set bit black.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bits {
    stride: usize,
    bytes: Vec<u8>,
}

impl Bits {
    /// A QR symbol in the middle of the paper.
    pub(super) fn of_qr(symbol: &QrMatrix, width: SlipWidth) -> Self {
        let module = usize::from(width.module());
        let side = symbol.side() * module;
        let left = (width.dots() - side) / 2;
        let mut bits = Self { stride: (left + side).div_ceil(8), bytes: Vec::new() };
        bits.bytes.reserve(bits.stride * side);
        for y in 0..symbol.side() {
            let mut row = vec![0; bits.stride];
            for x in (0..side).filter(|x| symbol.is_dark(x / module, y)) {
                blacken(&mut row, left + x);
            }
            for _ in 0..module {
                bits.bytes.extend_from_slice(&row);
            }
        }
        bits
    }

    /// The commands that print it: `GS v 0` for every band.
    pub(super) fn commands(&self) -> Vec<u8> {
        let mut commands = Vec::with_capacity(self.bytes.len() + 64);
        for band in self.bytes.chunks(BAND * self.stride) {
            let rows = band.len() / self.stride;
            let [wide_low, wide_high, ..] = self.stride.to_le_bytes();
            let [high_low, high_high, ..] = rows.to_le_bytes();
            commands.extend_from_slice(&[0x1D, b'v', b'0', 0, wide_low, wide_high, high_low, high_high]);
            commands.extend_from_slice(band);
        }
        commands
    }
}

/// A logo in black dots, in the middle of the paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LogoBits {
    columns: usize,
    rows: usize,
    bits: Bits,
}

impl LogoBits {
    /// Shrinks the logo to what fits and scatters its shades as dots.
    pub(super) fn of(logo: &Logo, width: SlipWidth) -> Self {
        let (columns, rows) = fitted(logo, width.dots());
        let left = (width.dots() - columns) / 2;
        let stride = (left + columns).div_ceil(8);
        let mut bits = Bits { stride, bytes: vec![0; stride * rows] };
        let shades = shades(logo, columns, rows);
        for (row, black) in bits.bytes.chunks_mut(stride).zip(scattered(shades, columns)) {
            for x in (0..columns).filter(|x| black[*x]) {
                blacken(row, left + x);
            }
            // A lone 0x10 could begin a real-time command, which printers obey in the middle of a picture.
            row.iter_mut().filter(|byte| **byte == 0x10).for_each(|byte| *byte = 0x18);
        }
        Self { columns, rows, bits }
    }

    /// Dots across.
    pub(super) fn columns(&self) -> usize {
        self.columns
    }

    /// Dots down.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// The dots themselves.
    pub(super) fn bits(&self) -> &Bits {
        &self.bits
    }
}

fn blacken(row: &mut [u8], x: usize) {
    row[x / 8] |= 0x80 >> (x % 8);
}

/// The largest size with the logo's proportions, not larger than the logo itself.
fn fitted(logo: &Logo, dots: usize) -> (usize, usize) {
    let (width, height) = (logo.width().max(1) as usize, logo.height().max(1) as usize);
    let (mut columns, mut rows) = (width.min(dots), height);
    rows = (rows * columns / width).max(1);
    if rows > MAX_LOGO_ROWS {
        columns = (columns * MAX_LOGO_ROWS / rows).max(1);
        rows = MAX_LOGO_ROWS;
    }
    (columns, rows)
}

/// The logo's lightness from 0 to 255, averaged over the pixels that become one dot.
fn shades(logo: &Logo, columns: usize, rows: usize) -> Vec<i32> {
    let (width, height) = (logo.width() as usize, logo.height() as usize);
    let mut sums = vec![(0_i32, 0_i32); columns * rows];
    for (y, line) in logo.rgb().chunks(width * 3).enumerate() {
        let row = &mut sums[y * rows / height * columns..][..columns];
        for (x, pixel) in line.chunks(3).enumerate() {
            let (sum, count) = &mut row[x * columns / width];
            *sum += (i32::from(pixel[0]) * 77 + i32::from(pixel[1]) * 150 + i32::from(pixel[2]) * 29) >> 8;
            *count += 1;
        }
    }
    sums.into_iter().map(|(sum, count)| if count == 0 { 255 } else { sum / count }).collect()
}

/// Black or white for every dot, each handing on to its neighbours what it could not show (Floyd and Steinberg).
fn scattered(shades: Vec<i32>, columns: usize) -> Vec<Vec<bool>> {
    let mut carried = vec![0_i32; columns + 2];
    let mut black_rows = Vec::with_capacity(shades.len() / columns);
    for line in shades.chunks(columns) {
        let mut below = vec![0_i32; columns + 2];
        let mut ahead = 0;
        let mut black = Vec::with_capacity(columns);
        for (x, shade) in line.iter().enumerate() {
            let wished = shade + (carried[x + 1] + ahead) / 16;
            let is_black = wished < 128;
            black.push(is_black);
            let error = wished - if is_black { 0 } else { 255 };
            ahead = error * 7;
            below[x] += error * 3;
            below[x + 1] += error * 5;
            below[x + 2] += error;
        }
        carried = below;
        black_rows.push(black);
    }
    black_rows
}

#[cfg(test)]
mod tests {
    use super::{BAND, Bits, LogoBits, MAX_LOGO_ROWS};
    use crate::logo::Logo;
    use crate::qr::QrMatrix;
    use crate::slip::SlipWidth;

    fn picture(width: u32, height: u32, shade: impl Fn(u32, u32) -> u8) -> Logo {
        let mut png = std::io::Cursor::new(Vec::new());
        image::GrayImage::from_fn(width, height, |x, y| image::Luma([shade(x, y)]))
            .write_to(&mut png, image::ImageFormat::Png)
            .unwrap();
        Logo::prepare(png.get_ref()).unwrap()
    }

    #[test]
    fn a_grey_logo_becomes_as_many_black_dots_as_it_is_dark() {
        for (shade, share) in [(0_u8, 1.0), (64, 0.75), (128, 0.5), (192, 0.25), (255, 0.0)] {
            let logo = LogoBits::of(&picture(240, 120, |_, _| shade), SlipWidth::Mm58);
            let black: u32 = logo.bits.bytes.iter().map(|byte| byte.count_ones()).sum();
            let seen = f64::from(black) / (logo.columns() * logo.rows()) as f64;
            assert!((seen - share).abs() < 0.03, "{shade}: {seen}");
        }
    }

    #[test]
    fn a_logo_of_any_shape_fits_the_paper() {
        for (width, height) in [(1, 1), (480, 1), (1, 240), (480, 240), (300, 240), (20, 20)] {
            for paper in SlipWidth::ALL {
                let logo = LogoBits::of(&picture(width, height, |x, y| (x * 7 + y * 13) as u8), paper);
                assert!((1..=paper.dots()).contains(&logo.columns()), "{width}x{height}");
                assert!((1..=MAX_LOGO_ROWS).contains(&logo.rows()), "{width}x{height}");
            }
        }
    }

    #[test]
    fn no_picture_holds_the_start_of_a_real_time_command() {
        // Light shades leave single dots far apart.
        for paper in SlipWidth::ALL {
            for shade in (0..=255).step_by(15) {
                let logo = LogoBits::of(&picture(300, 150, |_, _| shade), paper);
                assert!(!logo.bits.bytes.contains(&0x10), "shade {shade}");
            }
            for length in [1, 62, 80, 122] {
                let text: Vec<u8> = (0..length).map(|at| b'!' + (at * 7 % 90) as u8).collect();
                let bits = Bits::of_qr(&QrMatrix::encode(&text).unwrap(), paper);
                assert!(!bits.bytes.contains(&0x10), "modules are wider than one dot");
            }
        }
    }

    #[test]
    fn a_picture_is_sent_in_bands_that_add_up() {
        let bits = Bits::of_qr(&QrMatrix::encode(b"http://w.net/").unwrap(), SlipWidth::Mm80);
        let commands = bits.commands();
        let (mut at, mut sent) = (0, Vec::new());
        while at < commands.len() {
            let [29, b'v', b'0', 0, wide, 0, high, 0] = commands[at..at + 8] else { panic!("at {at}") };
            assert!(usize::from(high) <= BAND && usize::from(wide) == bits.stride);
            let length = usize::from(wide) * usize::from(high);
            sent.extend_from_slice(&commands[at + 8..][..length]);
            at += 8 + length;
        }
        assert_eq!(sent, bits.bytes);
    }
}
