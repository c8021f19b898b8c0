//! A receipt printer on paper made of pixels: obeys the bytes it is sent as a strict printer would, and shows what
//! a customer would hold in the hand.
//!
//! It is shared by path with the tests of `karcis-print`, so it knows nothing of ours.

use std::collections::BTreeMap;
use std::fmt::Write;

/// What a printer did with the bytes.
#[derive(Debug)]
pub struct Printout {
    /// One line for every line of paper and every command, for reading.
    pub story: String,
    /// The paper.
    pub paper: Paper,
    /// How often the drawer was opened.
    pub kicks: usize,
    /// How often the paper was cut.
    pub cuts: usize,
}

/// Dots, row by row.
#[derive(Debug)]
pub struct Paper {
    /// Dots across.
    pub width: usize,
    /// Whether each dot is black.
    pub black: Vec<bool>,
}

impl Paper {
    /// Dots down.
    pub fn height(&self) -> usize {
        self.black.len() / self.width
    }

    /// Shades of grey with a white border, as a camera sees it.
    pub fn luma(&self) -> (Vec<u8>, usize, usize) {
        const BORDER: usize = 24;
        let (width, height) = (self.width + 2 * BORDER, self.height() + 2 * BORDER);
        let mut luma = vec![255; width * height];
        for (at, _) in self.black.iter().enumerate().filter(|(_, black)| **black) {
            luma[(at / self.width + BORDER) * width + at % self.width + BORDER] = 0;
        }
        (luma, width, height)
    }
}

/// Prints on paper this many dots wide; what a printer would not understand is an error that says where.
pub fn print(bytes: &[u8], dots: usize) -> Result<Printout, String> {
    let mut printer = Printer::new(dots);
    let mut rest = bytes;
    while !rest.is_empty() {
        let at = bytes.len() - rest.len();
        let used = printer.obey(rest).map_err(|wrong| format!("byte {at}: {wrong}"))?;
        rest = &rest[used..];
    }
    if !printer.line.is_empty() {
        return Err("the last line is not ended".to_owned());
    }
    Ok(Printout { story: printer.story, paper: printer.paper, kicks: printer.kicks, cuts: printer.cuts })
}

struct Printer {
    paper: Paper,
    story: String,
    kicks: usize,
    cuts: usize,
    line: Vec<Letter>,
    table: Option<u8>,
    style: Style,
    centred: bool,
    qr: Qr,
    glyphs: Glyphs,
}

#[derive(Clone, Copy, Default, PartialEq)]
struct Style {
    bold: bool,
    /// How many times as wide and as high.
    size: (usize, usize),
}

#[derive(Clone, Copy)]
struct Letter {
    shape: char,
    style: Style,
}

#[derive(Default)]
struct Qr {
    module: usize,
    level: u8,
    text: Vec<u8>,
}

const LINE: usize = 34;
const LETTER: (usize, usize) = (12, 24);

impl Printer {
    fn new(dots: usize) -> Self {
        Self {
            paper: Paper { width: dots, black: Vec::new() },
            story: String::new(),
            kicks: 0,
            cuts: 0,
            line: Vec::new(),
            table: None,
            style: Style { bold: false, size: (1, 1) },
            centred: false,
            qr: Qr::default(),
            glyphs: Glyphs::default(),
        }
    }

    /// Obeys the first command, answers how many bytes it took.
    fn obey(&mut self, bytes: &[u8]) -> Result<usize, String> {
        match bytes {
            [b'\n', ..] => self.end_line().map(|()| 1),
            [0x1B, b'@', ..] => self.told(2, "initialise"),
            [0x1B, b'R', set, ..] => self.told(3, &format!("national letters {set}")),
            [0x1B, b't', table, ..] => {
                self.table = Some(*table);
                self.told(3, &format!("code page {table}"))
            }
            [0x1C, b'.', ..] => self.told(2, "leave Chinese mode"),
            [0x1B, b'p', pin, on, off, ..] => {
                self.kicks += 1;
                self.told(5, &format!("open drawer {pin} for {} ms, rest {} ms", on * 2, u32::from(*off) * 2))
            }
            [0x1B, b'a', side @ 0..=2, ..] if self.line.is_empty() => {
                self.centred = *side == 1;
                if *side == 2 { Err("nothing is set flush right".to_owned()) } else { Ok(3) }
            }
            [0x1B, b'E', bold @ 0..=1, ..] => {
                self.style.bold = *bold == 1;
                Ok(3)
            }
            [0x1D, b'!', size, ..] => {
                self.style.size = (usize::from(size >> 4) + 1, usize::from(size & 15) + 1);
                Ok(3)
            }
            [0x1B, b'd', lines, ..] if self.line.is_empty() => {
                self.feed(usize::from(*lines) * LINE);
                self.told(3, &format!("feed {lines} lines"))
            }
            [0x1B, b'J', dots, ..] if self.line.is_empty() => {
                self.feed(usize::from(*dots));
                self.told(3, &format!("feed {dots} dots"))
            }
            [0x1D, b'V', b'B', feed, ..] if self.line.is_empty() => {
                self.cuts += 1;
                self.told(4, &format!("feed {feed} dots to the knife and cut"))
            }
            [0x1D, b'v', b'0', 0, wide, wide_high, high, high_high, dots @ ..] if self.line.is_empty() => {
                let (stride, rows) = (number(*wide, *wide_high), number(*high, *high_high));
                self.picture(stride, rows, dots)
            }
            [0x1D, b'(', b'k', low, high, parameters @ ..] => {
                let length = number(*low, *high);
                let command = parameters.get(..length).ok_or("the QR command ends early")?;
                self.qr(command)?;
                Ok(5 + length)
            }
            [byte @ (0x20..=0x7E | 0x80..), ..] => {
                let shape = letter(*byte, self.table)?;
                self.line.push(Letter { shape, style: self.style });
                Ok(1)
            }
            other => Err(format!("no command begins {:02X?}", &other[..other.len().min(6)])),
        }
    }

    fn told(&mut self, used: usize, what: &str) -> Result<usize, String> {
        writeln!(self.story, "<{what}>").expect("a string takes every line");
        Ok(used)
    }

    fn feed(&mut self, dots: usize) {
        self.paper.black.resize(self.paper.black.len() + dots * self.paper.width, false);
    }

    fn end_line(&mut self) -> Result<(), String> {
        let line = std::mem::take(&mut self.line);
        let width: usize = line.iter().map(|letter| LETTER.0 * letter.style.size.0).sum();
        if width > self.paper.width {
            return Err(format!("the line is {width} dots wide"));
        }
        self.story_of(&line);
        let high = line.iter().map(|letter| LETTER.1 * letter.style.size.1).max().unwrap_or(0);
        let top = self.paper.height();
        self.feed(LINE.max(high));
        let mut left = if self.centred { (self.paper.width - width) / 2 } else { 0 };
        for letter in &line {
            let (wide, tall) = letter.style.size;
            let glyph = self.glyphs.of(letter.shape, letter.style.bold);
            for (at, _) in glyph.iter().enumerate().filter(|(_, black)| **black) {
                let (x, y) =
                    (left + at % LETTER.0 * wide, top + high - LETTER.1 * tall + at / LETTER.0 * tall);
                for row in y..y + tall {
                    self.paper.black[row * self.paper.width + x..][..wide].fill(true);
                }
            }
            left += LETTER.0 * wide;
        }
        Ok(())
    }

    fn story_of(&mut self, line: &[Letter]) {
        let style = line.first().map_or(Style { bold: false, size: (1, 1) }, |letter| letter.style);
        let mut marks = String::new();
        for (set, mark) in [(self.centred, "centred"), (style.bold, "bold"), (style.size != (1, 1), "large")]
        {
            if set && !line.is_empty() {
                marks.push_str(if marks.is_empty() { "" } else { " " });
                marks.push_str(mark);
                if mark == "large" {
                    write!(marks, " {}x{}", style.size.0, style.size.1).expect("a string takes every word");
                }
            }
        }
        let text: String = line.iter().map(|letter| letter.shape).collect();
        writeln!(self.story, "{:18}|{text}", marks).expect("a string takes every line");
    }

    fn picture(&mut self, stride: usize, rows: usize, dots: &[u8]) -> Result<usize, String> {
        let dots = dots.get(..stride * rows).ok_or("the picture ends early")?;
        if stride * 8 > self.paper.width {
            return Err(format!("the picture is {stride} bytes wide"));
        }
        let top = self.paper.height();
        self.feed(rows);
        for (y, row) in dots.chunks(stride).enumerate() {
            for x in (0..stride * 8).filter(|x| row[x / 8] >> (7 - x % 8) & 1 == 1) {
                self.paper.black[(top + y) * self.paper.width + x] = true;
            }
        }
        self.told(8 + stride * rows, &format!("picture of {} x {rows} dots", stride * 8))
    }

    fn qr(&mut self, command: &[u8]) -> Result<(), String> {
        match command {
            [49, 65, 50, 0] => Ok(()),
            [49, 67, module @ 1..=16] => {
                self.qr.module = usize::from(*module);
                Ok(())
            }
            [49, 69, level @ 48..=51] => {
                self.qr.level = *level;
                Ok(())
            }
            [49, 80, 48, text @ ..] => {
                self.qr.text = text.to_vec();
                Ok(())
            }
            [49, 81, 48] => self.draw_qr(),
            other => Err(format!("no QR command is {other:02X?}")),
        }
    }

    fn draw_qr(&mut self) -> Result<(), String> {
        use qrcode::{Color, EcLevel, QrCode};
        let level = [EcLevel::L, EcLevel::M, EcLevel::Q, EcLevel::H][usize::from(self.qr.level - 48)];
        let symbol =
            QrCode::with_error_correction_level(&self.qr.text, level).map_err(|error| error.to_string())?;
        let (modules, module) = (symbol.width(), self.qr.module);
        let side = modules * module;
        if side > self.paper.width {
            return Err(format!("the QR is {side} dots wide"));
        }
        let (top, left) = (self.paper.height(), if self.centred { (self.paper.width - side) / 2 } else { 0 });
        self.feed(side);
        for (at, _) in symbol.to_colors().iter().enumerate().filter(|(_, color)| **color == Color::Dark) {
            for y in 0..module {
                let row = top + at / modules * module + y;
                self.paper.black[row * self.paper.width + left + at % modules * module..][..module]
                    .fill(true);
            }
        }
        let text = String::from_utf8_lossy(&self.qr.text).into_owned();
        self.told(0, &format!("QR of {module} dots a module: {text}")).map(drop)
    }
}

fn number(low: u8, high: u8) -> usize {
    usize::from(low) + 256 * usize::from(high)
}

/// The letter of a byte in one of the tables a printer may be set to.
fn letter(byte: u8, table: Option<u8>) -> Result<char, String> {
    if byte < 0x80 {
        return Ok(char::from(byte));
    }
    let upper = match table {
        Some(0) => PC437,
        Some(2) => PC850,
        Some(16) => WPC1252,
        Some(19) => return letter(byte, Some(2)).map(|letter| if letter == 'ı' { '€' } else { letter }),
        other => return Err(format!("byte {byte:02X} in code page {other:?}")),
    };
    let letter = upper.chars().nth(usize::from(byte - 0x80)).filter(|letter| *letter != '\u{FFFD}');
    letter.ok_or_else(|| format!("byte {byte:02X} is no letter in code page {table:?}"))
}

const PC437: &str = concat!(
    "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐",
    "└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{A0}",
);
const PC850: &str = concat!(
    "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐",
    "└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{FFFD}±‗¾¶§÷¸°¨·¹³²■\u{A0}",
);
const WPC1252: &str = concat!(
    "€\u{FFFD}‚ƒ„…†‡ˆ‰Š‹Œ\u{FFFD}Ž\u{FFFD}\u{FFFD}‘’“”•–—˜™š›œ\u{FFFD}žŸ\u{A0}¡¢£¤¥¦§¨©ª«¬\u{FFFD}®¯°±²³´µ¶·¸¹º»¼½¾¿",
    "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ",
);

/// The printer's font, drawn from an outline once per letter.
#[derive(Default)]
struct Glyphs {
    drawn: BTreeMap<(char, bool), Vec<bool>>,
}

impl Glyphs {
    fn of(&mut self, shape: char, bold: bool) -> &[bool] {
        self.drawn.entry((shape, bold)).or_insert_with(|| draw(shape, bold))
    }
}

const REGULAR: &[u8] = include_bytes!("../../src-tauri/crates/karcis-print/fonts/DejaVuSansMono.subset.ttf");
const BOLD: &[u8] =
    include_bytes!("../../src-tauri/crates/karcis-print/fonts/DejaVuSansMono-Bold.subset.ttf");

/// The letter on its 12 by 24 dots; a box where the font has none.
fn draw(shape: char, bold: bool) -> Vec<bool> {
    let font = ttf_parser::Face::parse(if bold { BOLD } else { REGULAR }, 0)
        .expect("the font is read by its own test");
    let mut outline = Outline::default();
    let glyph = font.glyph_index(shape);
    if let Some(glyph) = glyph {
        let _ = font.outline_glyph(glyph, &mut outline);
    }
    let scale = 0.602 * f32::from(font.units_per_em()) / LETTER.0 as f32;
    (0..LETTER.0 * LETTER.1)
        .map(|at| {
            let (x, y) = ((at % LETTER.0) as f32 + 0.5, 18.0 - (at / LETTER.0) as f32 - 0.5);
            match glyph {
                Some(_) => outline.is_inside(x * scale, y * scale),
                None => (3..21).contains(&(at / LETTER.0)) && (1..11).contains(&(at % LETTER.0)),
            }
        })
        .collect()
}

/// The edges of a letter, curves broken into short straight lines.
#[derive(Default)]
struct Outline {
    edges: Vec<((f32, f32), (f32, f32))>,
    start: (f32, f32),
    at: (f32, f32),
}

impl Outline {
    /// Whether the edges wind around a point.
    fn is_inside(&self, x: f32, y: f32) -> bool {
        let mut winding = 0;
        for ((from_x, from_y), (to_x, to_y)) in &self.edges {
            if (*from_y <= y) != (*to_y <= y) {
                let crossing = from_x + (y - from_y) / (to_y - from_y) * (to_x - from_x);
                if crossing > x {
                    winding += if to_y > from_y { 1 } else { -1 };
                }
            }
        }
        winding != 0
    }

    fn edge(&mut self, to: (f32, f32)) {
        self.edges.push((self.at, to));
        self.at = to;
    }

    fn curve(&mut self, point: impl Fn(f32) -> (f32, f32)) {
        for step in 1..=6 {
            self.edge(point(step as f32 / 6.0));
        }
    }
}

impl ttf_parser::OutlineBuilder for Outline {
    fn move_to(&mut self, x: f32, y: f32) {
        (self.start, self.at) = ((x, y), (x, y));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.edge((x, y));
    }

    fn quad_to(&mut self, by_x: f32, by_y: f32, x: f32, y: f32) {
        let (from_x, from_y) = self.at;
        self.curve(|t| {
            let (near, bend, far) = ((1.0 - t) * (1.0 - t), 2.0 * t * (1.0 - t), t * t);
            (near * from_x + bend * by_x + far * x, near * from_y + bend * by_y + far * y)
        });
    }

    fn curve_to(&mut self, a_x: f32, a_y: f32, b_x: f32, b_y: f32, x: f32, y: f32) {
        let (from_x, from_y) = self.at;
        self.curve(|t| {
            let s = 1.0 - t;
            let mix = |from: f32, a: f32, b: f32, to: f32| {
                s * s * s * from + 3.0 * s * s * t * a + 3.0 * s * t * t * b + t * t * t * to
            };
            (mix(from_x, a_x, b_x, x), mix(from_y, a_y, b_y, y))
        });
    }

    fn close(&mut self) {
        self.edge(self.start);
    }
}
