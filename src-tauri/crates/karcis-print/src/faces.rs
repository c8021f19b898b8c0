//! The embedded faces: what they can write, and how much room it takes.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Millimetres in a point.
pub(crate) const MM_PER_PT: f64 = 25.4 / 72.0;

/// The embedded faces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Face {
    /// DejaVu Sans.
    Sans,
    /// DejaVu Sans Bold.
    SansBold,
    /// DejaVu Sans Mono, for slips.
    Mono,
    /// DejaVu Sans Mono Bold, for codes and slips.
    MonoBold,
}

impl Face {
    /// What a sheet of vouchers is set in.
    pub(crate) const OF_SHEETS: [Self; 3] = [Self::Sans, Self::SansBold, Self::MonoBold];

    /// The font program, already cut down to the letters a voucher may carry.
    pub(crate) fn program(self) -> &'static [u8] {
        match self {
            Self::Sans => include_bytes!("../fonts/DejaVuSans.subset.ttf"),
            Self::SansBold => include_bytes!("../fonts/DejaVuSans-Bold.subset.ttf"),
            Self::Mono => include_bytes!("../fonts/DejaVuSansMono.subset.ttf"),
            Self::MonoBold => include_bytes!("../fonts/DejaVuSansMono-Bold.subset.ttf"),
        }
    }

    /// The name inside the PDF.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sans => "DejaVuSans",
            Self::SansBold => "DejaVuSans-Bold",
            Self::Mono => "DejaVuSansMono",
            Self::MonoBold => "DejaVuSansMono-Bold",
        }
    }

    fn glyphs(self) -> &'static BTreeMap<char, Glyph> {
        static SANS: LazyLock<BTreeMap<char, Glyph>> = LazyLock::new(|| measure(Face::Sans));
        static SANS_BOLD: LazyLock<BTreeMap<char, Glyph>> = LazyLock::new(|| measure(Face::SansBold));
        static MONO: LazyLock<BTreeMap<char, Glyph>> = LazyLock::new(|| measure(Face::Mono));
        static MONO_BOLD: LazyLock<BTreeMap<char, Glyph>> = LazyLock::new(|| measure(Face::MonoBold));
        match self {
            Self::Sans => &SANS,
            Self::SansBold => &SANS_BOLD,
            Self::Mono => &MONO,
            Self::MonoBold => &MONO_BOLD,
        }
    }

    /// The width of a text in millimetres, by the face's own advances.
    pub(crate) fn width_mm(self, text: &str, size_pt: f64) -> f64 {
        self.width_em(text) * size_pt * MM_PER_PT
    }

    fn width_em(self, text: &str) -> f64 {
        let glyphs = self.glyphs();
        let missing = match self {
            Self::Sans | Self::SansBold => 0.0,
            // Whatever face a screen takes such a letter from, it stands in a column.
            Self::Mono | Self::MonoBold => glyphs.get(&'0').map_or(0.0, |glyph| glyph.advance),
        };
        text.chars().map(|letter| glyphs.get(&letter).map_or(missing, |glyph| glyph.advance)).sum()
    }

    /// How far the ink of a text reaches above and below the baseline, in millimetres.
    pub(crate) fn ink_mm(self, text: &str, size_pt: f64) -> (f64, f64) {
        let glyphs = self.glyphs();
        let (above, below) = text
            .chars()
            .filter_map(|letter| glyphs.get(&letter))
            .fold((0.0_f64, 0.0_f64), |(above, below), glyph| {
                (above.max(glyph.above), below.max(glyph.below))
            });
        (above * size_pt * MM_PER_PT, below * size_pt * MM_PER_PT)
    }

    /// The largest size up to `max_pt` at which the text is no wider than `width_mm`.
    pub(crate) fn size_to_fit(self, text: &str, max_pt: f64, width_mm: f64) -> f64 {
        let em = self.width_em(text);
        if em == 0.0 { max_pt } else { max_pt.min(width_mm / (em * MM_PER_PT)) }
    }

    /// The text, shortened with an ellipsis when it is wider than `width_mm`.
    pub(crate) fn shortened(self, text: &str, size_pt: f64, width_mm: f64) -> String {
        if self.width_mm(text, size_pt) <= width_mm {
            return text.to_owned();
        }
        let mut kept: Vec<char> = text.chars().collect();
        while kept.pop().is_some() {
            let head: String = kept.iter().collect();
            let short = format!("{}\u{2026}", head.trim_end());
            if self.width_mm(&short, size_pt) <= width_mm {
                return short;
            }
        }
        String::new()
    }

    /// The text on at most `lines` lines, broken between words or, where a word is too wide, inside it; the last
    /// line is shortened where need be.
    pub(crate) fn wrapped(self, text: &str, size_pt: f64, width_mm: f64, lines: usize) -> Vec<String> {
        let fits = |line: &str| self.width_mm(line, size_pt) <= width_mm;
        let mut done: Vec<String> = Vec::new();
        let mut rest = text.trim();
        while !rest.is_empty() && done.len() + 1 < lines && !fits(rest) {
            let ends = rest.char_indices().map(|(start, letter)| start + letter.len_utf8());
            let Some(widest) = ends.take_while(|end| fits(&rest[..*end])).last() else { break };
            let between_words = match rest[widest..].starts_with(' ') {
                true => Some(widest),
                false => rest[..widest].rfind(' '),
            };
            let (line, after) = rest.split_at(between_words.unwrap_or(widest));
            done.push(line.trim_end().to_owned());
            rest = after.trim_start();
        }
        done.push(self.shortened(rest, size_pt, width_mm));
        done.retain(|line| !line.is_empty());
        done
    }
}

/// A glyph's advance and reach, in ems.
struct Glyph {
    advance: f64,
    above: f64,
    below: f64,
}

fn measure(face: Face) -> BTreeMap<char, Glyph> {
    let font = ttf_parser::Face::parse(face.program(), 0).expect("the embedded font is read by a test");
    let em = f64::from(font.units_per_em());
    let letters = (' '..='\u{FF}').chain(PUNCTUATION);
    let glyphs = letters.filter_map(|letter| {
        let glyph = font.glyph_index(letter)?;
        let advance = f64::from(font.glyph_hor_advance(glyph)?) / em;
        let (above, below) = font
            .glyph_bounding_box(glyph)
            .map_or((0.0, 0.0), |ink| (f64::from(ink.y_max) / em, -f64::from(ink.y_min) / em));
        Some((letter, Glyph { advance, above, below }))
    });
    glyphs.collect()
}

/// What the embedded faces hold beyond Latin-1.
const PUNCTUATION: [char; 9] = ['–', '—', '‘', '’', '“', '”', '•', '…', '€'];

/// The text as paper can show it: control and invisible characters gone, white space single, and every
/// character the faces lack a visible `?`.
pub(crate) fn legible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut space = false;
    for letter in text.chars() {
        if letter.is_whitespace() {
            space = true;
        } else if !letter.is_control() && !is_invisible(letter) {
            if space && !shown.is_empty() {
                shown.push(' ');
            }
            space = false;
            shown.push(if is_embedded(letter) { letter } else { '?' });
        }
    }
    shown
}

pub(crate) fn is_embedded(letter: char) -> bool {
    matches!(letter, ' '..='~' | '\u{A1}'..='\u{FF}') || PUNCTUATION.contains(&letter)
}

/// Joiners, direction marks, variation selectors and their like: they would show as a `?` nobody typed.
pub(crate) fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::{Face, PUNCTUATION, legible};

    #[test]
    fn every_face_holds_every_letter_it_promises() {
        for face in [Face::Sans, Face::SansBold, Face::Mono, Face::MonoBold] {
            for letter in (' '..='~').chain('\u{A1}'..='\u{FF}').chain(PUNCTUATION) {
                assert!(face.glyphs().contains_key(&letter), "{face:?} lacks {letter:?}");
            }
        }
    }

    #[test]
    fn the_faces_of_codes_and_slips_give_every_letter_the_same_room() {
        let glyphs = Face::Mono.glyphs().values().chain(Face::MonoBold.glyphs().values());
        let advances: Vec<f64> = glyphs.map(|glyph| glyph.advance).collect();
        assert!(advances.iter().all(|advance| (advance - 0.602).abs() < 0.001));
    }

    #[test]
    fn a_letter_no_face_has_still_takes_its_column_on_a_slip() {
        assert_eq!(Face::Mono.width_mm("0Ω0", 7.0), Face::Mono.width_mm("000", 7.0));
        assert_eq!(Face::Sans.width_mm("0Ω", 7.0), Face::Sans.width_mm("0", 7.0));
    }

    #[test]
    fn what_paper_cannot_show_becomes_a_question_mark_or_nothing() {
        assert_eq!(legible("Kios\u{7} 🦀 \u{202E}Melati\t\nCafé — 網"), "Kios ? Melati Café — ?");
        assert_eq!(legible("👨\u{200D}👩\u{FE0F}"), "??");
        assert_eq!(legible(" \r\n "), "");
    }

    #[test]
    fn a_long_name_is_shortened_to_the_measured_width() {
        let short = Face::Sans.shortened("Warung Internet Sumber Rezeki Abadi", 6.0, 20.0);
        assert!(short.ends_with('…') && short.starts_with("Warung"), "{short}");
        assert!(Face::Sans.width_mm(&short, 6.0) <= 20.0);
        assert_eq!(Face::Sans.shortened("Warung", 6.0, 20.0), "Warung");
    }

    #[test]
    fn a_word_too_wide_for_a_line_is_broken_rather_than_shortened() {
        let lines = Face::SansBold.wrapped("Wi-Fi: WARUNG_INTERNET_SUMBER_REZEKI", 6.0, 30.0, 3);
        assert_eq!(lines.concat().replace(' ', ""), "Wi-Fi:WARUNG_INTERNET_SUMBER_REZEKI");
        assert!(lines.iter().all(|line| Face::SansBold.width_mm(line, 6.0) <= 30.0));
    }

    #[test]
    fn wrapping_keeps_every_word_until_the_last_line() {
        let lines = Face::Sans.wrapped("1 Sambungkan ponsel ke Wi-Fi di atas", 6.0, 25.0, 2);
        assert_eq!(lines.join(" "), "1 Sambungkan ponsel ke Wi-Fi di atas");
        assert_eq!(lines.len(), 2);
        assert!(Face::Sans.wrapped("1 Sambungkan ponsel ke Wi-Fi di atas", 6.0, 25.0, 1)[0].ends_with('…'));
    }
}
