//! The login address as a QR symbol.

use std::fmt;

use qrcode::bits::Bits;
use qrcode::canvas::{Canvas, MaskPattern};
use qrcode::{Color, EcLevel, Version, ec};

/// Light modules that must stay clear on every side of a symbol.
pub(crate) const QUIET_MODULES: usize = 4;
/// The smallest and largest versions used: a smaller one would only widen the quiet zone of a 15 mm symbol,
/// a larger one would be too fine for a worn printer.
const VERSIONS: std::ops::RangeInclusive<i16> = 4..=7;

/// A QR symbol, row by row, without its quiet zone.
#[derive(Clone, PartialEq, Eq)]
pub struct QrMatrix {
    side: usize,
    dark: Vec<bool>,
}

impl QrMatrix {
    /// Encodes bytes at error correction level M; `None` when they do not fit the largest version used.
    pub(crate) fn encode(address: &[u8]) -> Option<Self> {
        VERSIONS.map(Version::Normal).find_map(|version| Self::encode_as(address, version))
    }

    /// The mask is fixed: weighing all eight costs fifty times as long, and the addresses of a batch differ
    /// enough from any mask's pattern that readers cannot tell.
    fn encode_as(address: &[u8], version: Version) -> Option<Self> {
        let mut bits = Bits::new(version);
        bits.push_byte_data(address).ok()?;
        bits.push_terminator(EcLevel::M).ok()?;
        let (data, correction) = ec::construct_codewords(&bits.into_bytes(), version, EcLevel::M).ok()?;
        let mut canvas = Canvas::new(version, EcLevel::M);
        canvas.draw_all_functional_patterns();
        canvas.draw_data(&data, &correction);
        canvas.apply_mask(MaskPattern::Checkerboard);
        let dark = canvas.into_colors().into_iter().map(|color| color == Color::Dark).collect();
        Some(Self { side: version.width().unsigned_abs().into(), dark })
    }

    /// Modules along one side.
    pub fn side(&self) -> usize {
        self.side
    }

    /// Whether a module is dark; outside the symbol none is.
    pub fn is_dark(&self, x: usize, y: usize) -> bool {
        x < self.side && y < self.side && self.dark[y * self.side + x]
    }

    /// The symbol as one bit per pixel, rows padded to whole bytes, a set bit light.
    pub(crate) fn light_bits(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.side.div_ceil(8) * self.side);
        for row in self.dark.chunks(self.side) {
            for eight in row.chunks(8) {
                let dark = eight
                    .iter()
                    .enumerate()
                    .fold(0u8, |byte, (at, dark)| byte | (u8::from(*dark) << (7 - at)));
                bytes.push(!dark);
            }
        }
        bytes
    }

    /// Runs of dark modules as (x, y, length).
    pub(crate) fn runs(&self) -> Vec<(usize, usize, usize)> {
        let mut runs: Vec<(usize, usize, usize)> = Vec::new();
        for (y, row) in self.dark.chunks(self.side).enumerate() {
            for (x, _) in row.iter().enumerate().filter(|(_, dark)| **dark) {
                match runs.last_mut() {
                    Some(last) if last.1 == y && last.0 + last.2 == x => last.2 += 1,
                    Some(_) | None => runs.push((x, y, 1)),
                }
            }
        }
        runs
    }
}

impl fmt::Debug for QrMatrix {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "QrMatrix of {} modules", self.side)
    }
}

#[cfg(test)]
mod tests {
    use super::QrMatrix;
    use crate::sheet::MAX_ADDRESS;

    #[test]
    fn the_longest_address_fits_and_one_byte_more_does_not() {
        assert_eq!(QrMatrix::encode(&[b'a'; MAX_ADDRESS]).map(|qr| qr.side()), Some(45));
        assert_eq!(QrMatrix::encode(&[b'a'; MAX_ADDRESS + 1]), None);
    }

    #[test]
    fn the_bits_and_the_runs_show_the_same_symbol() {
        let qr = QrMatrix::encode(b"http://warnet.net/login?username=K7M2PQRX&password=K7M2PQRX").unwrap();
        let bits = qr.light_bits();
        let stride = qr.side().div_ceil(8);
        let mut dark_in_runs = vec![false; qr.side() * qr.side()];
        for (x, y, length) in qr.runs() {
            dark_in_runs[y * qr.side() + x..][..length].fill(true);
        }
        for y in 0..qr.side() {
            for x in 0..qr.side() {
                let light = bits[y * stride + x / 8] >> (7 - x % 8) & 1 == 1;
                assert_eq!(qr.is_dark(x, y), !light);
                assert_eq!(qr.is_dark(x, y), dark_in_runs[y * qr.side() + x]);
            }
        }
    }
}
