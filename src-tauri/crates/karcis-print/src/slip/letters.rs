//! Which letters paper can show, and what stands in for those it cannot.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::faces::is_embedded;

/// The table by which a printer turns bytes above 127 into letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CodePage {
    /// None: only ASCII is sent, which every printer shows right, those in a Chinese mode included.
    Ascii,
    /// The one every printer starts with.
    Pc437,
    /// Western Europe.
    Pc850,
    /// Western Europe with the euro sign.
    Pc858,
    /// Windows' Western Europe, with typographic quotation marks and dashes.
    Wpc1252,
}

impl CodePage {
    /// Every code page, in the order a person chooses from.
    pub const ALL: [Self; 5] = [Self::Pc437, Self::Pc850, Self::Pc858, Self::Wpc1252, Self::Ascii];

    /// Its name on printers' data sheets, for storing and showing.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ascii => "ASCII",
            Self::Pc437 => "PC437",
            Self::Pc850 => "PC850",
            Self::Pc858 => "PC858",
            Self::Wpc1252 => "WPC1252",
        }
    }

    /// The code page of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|page| page.name() == name)
    }

    /// The letters of the bytes 128 to 255, a NUL where there is none.
    fn upper(self) -> &'static str {
        match self {
            Self::Ascii => "",
            Self::Pc437 => PC437,
            Self::Pc850 => PC850,
            Self::Pc858 => PC858,
            Self::Wpc1252 => WPC1252,
        }
    }

    /// The byte of a letter, never a control character.
    pub(super) fn byte(self, letter: char) -> Option<u8> {
        match letter {
            ' '..='~' => u8::try_from(letter).ok(),
            '\u{A0}'.. => {
                let place = self.upper().chars().position(|other| other == letter)?;
                u8::try_from(128 + place).ok()
            }
            '\0'..='\u{9F}' => None,
        }
    }
}

/// Who is to show the letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Letters {
    /// A printer with this code page.
    Printer(CodePage),
    /// The embedded faces.
    Faces,
}

impl Letters {
    fn has(self, letter: char) -> bool {
        match self {
            Self::Printer(page) => page.byte(letter).is_some(),
            Self::Faces => is_embedded(letter),
        }
    }

    /// The text in letters that can be shown: itself where possible, else the nearest there is. Only a letter of
    /// another script becomes a `?`; a picture without a counterpart is left out.
    pub(super) fn legible(self, text: &str) -> String {
        let mut shown = String::with_capacity(text.len());
        if text.is_ascii() {
            shown.push_str(text);
            return shown;
        }
        for letter in text.nfc() {
            self.push(&mut shown, letter);
        }
        shown
    }

    fn push(self, shown: &mut String, letter: char) {
        if self.has(letter) {
            shown.push(letter);
            return;
        }
        if let Some(near) = near(letter) {
            shown.push_str(near);
            return;
        }
        let before = shown.len();
        // Compatibility decomposition takes accents off and turns ornamental alphabets into plain letters.
        for part in std::iter::once(letter).nfkd().filter(|part| !is_combining_mark(*part)) {
            match near(part) {
                _ if self.has(part) => shown.push(part),
                Some(near) => shown.push_str(near),
                None => {}
            }
        }
        if shown.len() == before && letter.is_alphanumeric() {
            shown.push('?');
        }
    }
}

/// The nearest there is in ASCII to signs and letters that do not come apart into simpler ones.
fn near(letter: char) -> Option<&'static str> {
    Some(match letter {
        '\u{2018}'..='\u{201B}' | '\u{2032}' | '\u{2B9}'..='\u{2BF}' | '\u{2C8}' | '´' => "'",
        '\u{201C}'..='\u{201F}' | '\u{2033}' | '«' | '»' | '〝' | '〞' => "\"",
        '‹' => "<",
        '›' => ">",
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '─' => "-",
        '•' | '·' | '∙' | '●' | '▪' | '■' | '★' | '☆' | '※' => "*",
        '→' | '⇒' | '➜' | '➔' | '➡' => "->",
        '←' | '⇐' | '⬅' => "<-",
        '✓' | '✔' | '☑' => "v",
        '✗' | '✘' | '✕' => "x",
        '×' => "x",
        '÷' | '\u{2044}' | '\u{2215}' => "/",
        '±' => "+/-",
        '≤' => "<=",
        '≥' => ">=",
        '≈' => "~",
        '€' => "EUR",
        '£' => "GBP",
        '¥' => "JPY",
        '₹' => "INR",
        '¢' => "c",
        '©' => "(c)",
        '®' => "(R)",
        '°' => "o",
        '¡' => "!",
        '¿' => "?",
        '¦' => "|",
        '§' => "par.",
        '¶' => "*",
        '†' | '‡' => "+",
        '‰' => "o/oo",
        'Æ' => "AE",
        'æ' => "ae",
        'Œ' => "OE",
        'œ' => "oe",
        'Ø' => "O",
        'ø' => "o",
        'Ð' | 'Đ' => "D",
        'ð' | 'đ' => "d",
        'Þ' => "Th",
        'þ' => "th",
        'ß' => "ss",
        'ẞ' => "SS",
        'Ł' => "L",
        'ł' => "l",
        'Ħ' => "H",
        'ħ' => "h",
        'ı' => "i",
        'ẜ' | 'ẝ' => "s",
        'ẟ' => "d",
        'ĸ' => "k",
        'Ŋ' => "NG",
        'ŋ' => "ng",
        'Ŧ' => "T",
        'ŧ' => "t",
        'Ə' => "E",
        'ə' | 'ɛ' => "e",
        'ɔ' => "o",
        'ƒ' => "f",
        _ => return None,
    })
}

const PC437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\0";
const PC850: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\0±‗¾¶§÷¸°¨·¹³²■\0";
const PC858: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈ€ÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\0±‗¾¶§÷¸°¨·¹³²■\0";
const WPC1252: &str = "€\0‚ƒ„…†‡ˆ‰Š‹Œ\0Ž\0\0‘’“”•–—˜™š›œ\0žŸ\0¡¢£¤¥¦§¨©ª«¬\0®¯°±²³´µ¶·¸¹º»¼½¾¿ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ";

#[cfg(test)]
mod tests {
    use super::{CodePage, Letters};

    fn on(page: CodePage, text: &str) -> String {
        Letters::Printer(page).legible(text)
    }

    #[test]
    fn a_code_page_is_128_letters_and_is_found_by_its_name() {
        for page in CodePage::ALL {
            assert!(matches!(page.upper().chars().count(), 0 | 128), "{page:?}");
            assert_eq!(CodePage::from_name(page.name()), Some(page));
        }
        assert_eq!(CodePage::from_name("pc437"), None);
    }

    #[test]
    fn letters_stand_where_the_data_sheets_put_them() {
        let known = [
            (CodePage::Pc437, 'é', 0x82),
            (CodePage::Pc437, 'Ω', 0xEA),
            (CodePage::Pc850, '®', 0xA9),
            (CodePage::Pc850, 'Ò', 0xE3),
            (CodePage::Pc858, '¿', 0xA8),
            (CodePage::Pc858, '€', 0xD5),
            (CodePage::Pc858, 'Ô', 0xE2),
            (CodePage::Wpc1252, '€', 0x80),
            (CodePage::Wpc1252, '“', 0x93),
            (CodePage::Wpc1252, 'é', 0xE9),
            (CodePage::Ascii, '~', 0x7E),
        ];
        for (page, letter, byte) in known {
            assert_eq!(page.byte(letter), Some(byte), "{letter} in {page:?}");
        }
    }

    #[test]
    fn no_letter_becomes_a_control_byte() {
        for page in CodePage::ALL {
            for letter in '\0'..='\u{3000}' {
                let byte = page.byte(letter);
                assert!(byte.is_none_or(|byte| byte >= 0x20 && byte != 0x7F), "{letter:?} in {page:?}");
            }
        }
    }

    #[test]
    fn a_letter_the_printer_lacks_becomes_the_nearest_it_has() {
        let said = "“Kafé” – Cê’ Ōmah… 5 × 2 → €3 ½ °C ™ Đặng Łódź ﬁ ＷＩＦＩ 𝐖𝐢𝐅𝐢 ḥaḍramaut ² ①";
        let ascii = "\"Kafe\" - Ce' Omah... 5 x 2 -> EUR3 1/2 oC TM Dang Lodz fi WIFI WiFi hadramaut 2 1";
        assert_eq!(on(CodePage::Ascii, said), ascii);
        assert_eq!(on(CodePage::Pc437, "“Kafé” – €½°²"), "\"Kafé\" - EUR½°²");
        assert_eq!(on(CodePage::Pc858, "Kafé – €"), "Kafé - €");
        assert_eq!(on(CodePage::Wpc1252, "“Kafé” – €… •"), "“Kafé” – €… •");
        assert_eq!(Letters::Faces.legible("“Kafé” – €… → Ō"), "“Kafé” – €… -> O");
    }

    #[test]
    fn a_letter_in_two_parts_is_one_letter() {
        assert_eq!(on(CodePage::Pc437, "Kafe\u{301}"), "Kafé");
        assert_eq!(on(CodePage::Ascii, "Kafe\u{301}"), "Kafe");
    }

    #[test]
    fn another_script_is_marked_and_a_picture_left_out() {
        assert_eq!(on(CodePage::Pc437, "Toko 福"), "Toko ?");
        assert_eq!(on(CodePage::Wpc1252, "Hemat 🔥!"), "Hemat !");
    }

    #[test]
    fn every_latin_letter_has_a_neighbour() {
        let latin =
            ('\u{C0}'..='\u{17F}').chain('\u{1E00}'..='\u{1EF9}').filter(|letter| letter.is_alphabetic());
        for letter in latin {
            let shown = on(CodePage::Ascii, &letter.to_string());
            assert!(shown.is_ascii() && !shown.is_empty() && shown != "?", "{letter}: {shown}");
        }
    }
}
