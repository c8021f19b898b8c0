//! The drawn pages: rendered to pixels, every QR read back; drawn again, byte for byte the same.
// Pages are drawn alike everywhere; the programs that look at them are Linux's.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by stopping")]

mod pretend;

use std::io::Write;
use std::process::{Command, Stdio};

use karcis_print::{
    CalibrationWords, CardsPerPage, CutMarks, Item, Logo, MAX_CARDS, Offset, Paper, Sheet, calibration,
    layout, page_count, preview_svg, sheet,
};
use pretend::{english, indonesian, longest, plain};

#[test]
fn every_qr_of_a_thousand_reads_back_at_150_dpi() {
    assert_all_read_back(&plain(1000, CardsPerPage::Forty, Paper::A4), 150);
}

#[test]
fn every_qr_of_a_thousand_reads_back_at_300_dpi() {
    assert_all_read_back(&plain(1000, CardsPerPage::Forty, Paper::A4), 300);
}

#[test]
fn every_qr_of_a_thousand_reads_back_at_600_dpi() {
    assert_all_read_back(&plain(1000, CardsPerPage::Forty, Paper::A4), 600);
}

#[test]
fn every_size_reads_back_on_both_papers_with_everything_printed_on_it() {
    for paper in Paper::ALL {
        for size in CardsPerPage::ALL {
            assert_all_read_back(&plain(size.count(), size, paper), 150);
            let mut crowded = longest(english(), size, paper);
            crowded.cards = vec![crowded.cards[0].clone(); size.count()];
            crowded.cut_marks = CutMarks::Corners;
            crowded.offset = Offset { x_mm: 2.0, y_mm: -1.0 };
            crowded.shop.logo = Some(logo());
            assert_all_read_back(&crowded, 150);
        }
    }
}

#[test]
fn a_sheet_drawn_again_is_the_same_file() {
    let mut batch = longest(indonesian(), CardsPerPage::Thirty, Paper::F4);
    batch.shop.logo = Some(logo());
    batch.cards.extend(plain(70, CardsPerPage::Thirty, Paper::F4).cards);
    let first = sheet(&batch).unwrap();
    assert!(first == sheet(&batch).unwrap(), "two drawings of the same sheet differ");
    batch.cards[60].serial.push('1');
    assert!(first != sheet(&batch).unwrap(), "a changed serial number changes the file");
    let contains = |needle: &[u8]| first.windows(needle.len()).any(|window| window == needle);
    assert!(
        contains(b"/Producer") && !contains(b"/ID") && !contains(b"Date"),
        "nothing in it depends on when or where"
    );
}

#[test]
fn the_largest_batch_is_drawn_within_its_size() {
    let pdf = sheet(&plain(MAX_CARDS, CardsPerPage::Forty, Paper::A4)).unwrap();
    assert!(pdf.len() < 6_000_000, "{} bytes", pdf.len());
}

#[test]
fn the_texts_of_the_pdf_can_be_copied_and_searched() {
    let mut batch = plain(2, CardsPerPage::TwentyOne, Paper::A4);
    batch.cards[0].code = "K7M2PQRX".into();
    batch.shop.name = "Kafé Ñandú \u{2013} “Rejeki” <&>".into();
    let text = poppler("pdftotext", &["-layout"], &sheet(&batch).unwrap());
    let text = String::from_utf8(text).unwrap();
    for needed in ["K7M2-PQRX", "Rp 5.000", "1 Hari", "Kafé Ñandú – “Rejeki” <&>", "No. 14-00002", "Hal 1/1"]
    {
        assert!(text.contains(needed), "{needed} is not in:\n{text}");
    }
}

#[test]
fn the_logo_is_where_the_layout_says_and_nowhere_else() {
    let mut batch = plain(1, CardsPerPage::TwentyOne, Paper::A4);
    batch.shop.logo = Some(logo());
    let page = layout(&batch, 0).unwrap();
    let cell = &page.cells[0];
    let place = cell.items.iter().find_map(|item| match item {
        Item::Logo(area) => Some(*area),
        Item::Text(_) | Item::Line(_) | Item::Bar(_) | Item::Qr(_) => None,
    });
    let place = place.expect("the large card has room for a logo");
    let drawn = Gray::page(&sheet(&batch).unwrap(), 1, 150);
    let at = |x: f64, y: f64| drawn.at_mm(cell.area.x + place.x + x, cell.area.y + place.y + y, 150.0);
    let left = at(place.width * 0.25, place.height * 0.5);
    let right = at(place.width * 0.75, place.height * 0.5);
    assert!(left < 20 && right > 235, "dark left {left}, transparent right {right}");
}

#[test]
fn the_calibration_page_has_its_zero_lines_at_twenty_millimetres_plus_the_offset() {
    let words = CalibrationWords { title: "Kalibrasi".into(), steps: vec!["Ukur dari tepi kertas.".into()] };
    for (paper, offset) in [(Paper::A4, Offset::default()), (Paper::F4, Offset { x_mm: 3.5, y_mm: -2.0 })] {
        let pdf = calibration(paper, offset, &words).unwrap();
        let drawn = Gray::page(&pdf, 1, 600);
        let (width, height) = paper.size_mm();
        let is_dark = |x: f64, y: f64| {
            let shade = |dx: f64, dy: f64| drawn.at_mm(x + dx + offset.x_mm, y + dy + offset.y_mm, 600.0);
            (-2..=2).any(|step| shade(f64::from(step) * 0.04, f64::from(step) * 0.04) < 128)
        };
        assert!(is_dark(20.0, height / 2.0 + 12.0) && !is_dark(21.0, height / 2.0 + 12.0));
        assert!(is_dark(width / 2.0 + 12.0, 20.0) && !is_dark(width / 2.0 + 12.0, 19.0));
    }
}

#[test]
fn the_preview_shows_every_text_escaped_and_carries_no_style() {
    let mut batch = plain(1, CardsPerPage::TwentyOne, Paper::A4);
    (batch.copy, batch.practice) = (Some(1), true);
    batch.shop.name = r#"<script>alert("1")</script> & 'Co'"#.into();
    batch.shop.logo = Some(logo());
    let svg = preview_svg(&batch, 0).unwrap();
    assert!(svg.contains("&lt;script&gt;") && !svg.contains("<script"), "names are text, not markup");
    assert!(
        !svg.contains("style") && !svg.contains(" on"),
        "a strict policy forbids inline styles and handlers"
    );
    let page = layout(&batch, 0).unwrap();
    let items = || page.frame.iter().chain(page.cells.iter().flat_map(|cell| &cell.items));
    let texts = items().filter(|item| matches!(item, Item::Text(_))).count();
    assert_eq!(svg.matches("<text ").count(), texts);
    assert_eq!(svg.matches("textLength=").count(), texts);
    assert_eq!(svg.matches("<path ").count(), 1, "one path for the one QR");
    assert!(svg.contains("data:image/png;base64,"));
}

/// A picture dark on its left half and transparent on its right.
fn logo() -> Logo {
    let half = |x: u32, _| if x < 60 { image::Rgba([0, 0, 0, 255]) } else { image::Rgba([0, 0, 0, 0]) };
    let mut png = std::io::Cursor::new(Vec::new());
    image::RgbaImage::from_fn(120, 60, half).write_to(&mut png, image::ImageFormat::Png).unwrap();
    Logo::prepare(png.get_ref()).unwrap()
}

/// Renders page by page, cuts the cards out where the layout put them, and reads each.
fn assert_all_read_back(batch: &Sheet, dpi: u32) {
    let pdf = sheet(batch).unwrap();
    let mut read = 0;
    for number in 0..page_count(batch) {
        let drawn = Gray::page(&pdf, number + 1, dpi);
        let page = layout(batch, number).unwrap();
        for cell in &page.cells {
            let card = &batch.cards[cell.card];
            let (x, y) = (cell.area.x + page.shift.0, cell.area.y + page.shift.1);
            let found = drawn.cut(x, y, cell.area.width, cell.area.height, f64::from(dpi)).read();
            assert_eq!(found, card.login_address, "card {} at {dpi} dpi", cell.card);
            read += 1;
        }
    }
    assert_eq!(read, batch.cards.len());
}

/// A picture in shades of grey.
struct Gray {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

impl Gray {
    fn page(pdf: &[u8], page: usize, dpi: u32) -> Self {
        let (page, dpi) = (page.to_string(), dpi.to_string());
        Self::from_pgm(&poppler("pdftoppm", &["-gray", "-r", &dpi, "-f", &page, "-l", &page], pdf))
    }

    /// A binary PGM: `P5`, width, height and depth, each followed by one white space, then the pixels.
    fn from_pgm(pgm: &[u8]) -> Self {
        let mut fields = pgm.splitn(5, |byte| byte.is_ascii_whitespace());
        let mut field = || fields.next().expect("a PGM has five fields");
        assert_eq!(field(), b"P5", "pdftoppm -gray writes a binary PGM");
        let mut number = || std::str::from_utf8(field()).unwrap().parse::<usize>().unwrap();
        let (width, height, depth) = (number(), number(), number());
        assert_eq!(depth, 255);
        let pixels = field().to_vec();
        assert_eq!(pixels.len(), width * height);
        Self { width, height, pixels }
    }

    fn cut(&self, x_mm: f64, y_mm: f64, width_mm: f64, height_mm: f64, dpi: f64) -> Self {
        let dots = |mm: f64| (mm / 25.4 * dpi).round() as usize;
        let (left, top) = (dots(x_mm), dots(y_mm));
        let right = dots(x_mm + width_mm).min(self.width);
        let bottom = dots(y_mm + height_mm).min(self.height);
        let rows = (top..bottom).flat_map(|y| &self.pixels[y * self.width + left..y * self.width + right]);
        Self { width: right - left, height: bottom - top, pixels: rows.copied().collect() }
    }

    fn at_mm(&self, x_mm: f64, y_mm: f64, dpi: f64) -> u8 {
        let dots = |mm: f64| (mm / 25.4 * dpi) as usize;
        self.pixels[dots(y_mm) * self.width + dots(x_mm)]
    }

    /// The QR in the picture, read as a phone reads it; what could not be read is the reader's complaint.
    fn read(self) -> String {
        let (width, height) = (self.width as u32, self.height as u32);
        rxing::helpers::detect_in_luma(self.pixels, width, height, Some(rxing::BarcodeFormat::QR_CODE))
            .map_or_else(|unread| unread.to_string(), |found| found.getText().to_owned())
    }
}

/// Runs one of poppler's programs on a PDF and returns what it wrote.
fn poppler(program: &str, arguments: &[&str], pdf: &[u8]) -> Vec<u8> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(pdf).unwrap();
    let mut command = Command::new(program);
    command.args(arguments).arg(file.path()).stdin(Stdio::null());
    if program == "pdftotext" {
        command.arg("-");
    }
    let output = command.output().unwrap_or_else(|error| {
        panic!("{program} could not be started ({error}); install poppler-utils (Debian: apt-get install poppler-utils)")
    });
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}
