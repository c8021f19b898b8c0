//! Slips as a printer prints them: obeyed to the byte, painted, looked at and read back.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by stopping")]

#[path = "../../../../tests/src/thermal.rs"]
pub mod thermal;

use std::path::Path;
#[cfg(unix)]
use std::process::Command;

use karcis_print::Logo;
use karcis_print::slip::{
    CodePage, MAX_MM, QrDrawing, Slip, SlipError, SlipPaper, SlipWidth, escaped, escpos, slip_svg,
};
use proptest::prelude::*;
use thermal::{Paper, print};

const ADDRESS: &str = "http://warnet-contoh.net/login?username=K7M2PQRX&password=K7M2PQRX";

/// What the voucher template gives for an everyday sale, with letters that need care.
fn voucher() -> String {
    format!(
        "[logo]\n# WARNET CONTOH\n= Jl. Merdeka 12 – Bandung\n= \u{201C}Internet cepat, kafé nyaman\u{201D}\n---\nNo. 000123 || 20-11-2026 10:15\n\
         Kasir || Siti Nurhaliza\nPaket || 1 Hari\nBerlaku || 24 jam sejak masuk\n\n[code] K7M2PQRX\n[qr] {ADDRESS}\n\
         = Wi-Fi: WARNET_CONTOH\n  1 Sambung ke Wi-Fi di atas\n  2 Pindai QR, atau buka peramban dan masukkan kode yang tercetak\n---\n\
         * TOTAL || Rp 5.000\nTunai || Rp 10.000\nKembali || Rp 5.000\n\n* SALINAN 1\n= Terima kasih • simpan struk ini"
    )
}

fn slip(text: &str) -> Slip {
    Slip::parse(text).unwrap()
}

fn papers() -> impl Iterator<Item = SlipPaper> {
    SlipWidth::ALL.into_iter().flat_map(|width| {
        [QrDrawing::Native, QrDrawing::Raster].map(|qr| SlipPaper { width, qr, ..SlipPaper::default() })
    })
}

fn printed(slip: &Slip, paper: &SlipPaper) -> thermal::Printout {
    print(&escpos(slip, paper), paper.width.dots()).unwrap()
}

/// The QR on the paper, read as a phone reads it.
fn read(paper: &Paper) -> Result<String, String> {
    let (luma, width, height) = paper.luma();
    rxing::helpers::detect_in_luma(luma, width as u32, height as u32, Some(rxing::BarcodeFormat::QR_CODE))
        .map(|found| found.getText().to_owned())
        .map_err(|unread| unread.to_string())
}

/// Leaves the picture in the build folder for a look.
fn leave(name: &str, paper: &Paper) {
    let (luma, width, height) = paper.luma();
    let picture = image::GrayImage::from_raw(width as u32, height as u32, luma).unwrap();
    picture.save(Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.png"))).unwrap();
}

fn logo() -> Logo {
    let shade = |x: u32, y: u32| {
        let (x, y) = (f64::from(x) - 120.0, f64::from(y) - 60.0);
        let ring = ((x * x / 4.0 + y * y).sqrt() - 40.0).abs();
        image::Luma([if ring < 8.0 { 0 } else { (x + 130.0).clamp(90.0, 255.0) as u8 }])
    };
    let mut png = std::io::Cursor::new(Vec::new());
    image::GrayImage::from_fn(240, 120, shade).write_to(&mut png, image::ImageFormat::Png).unwrap();
    Logo::prepare(png.get_ref()).unwrap()
}

#[test]
fn a_voucher_slip_is_these_commands_on_both_papers() {
    let slip = slip(&voucher());
    for (name, width, code_page) in
        [("58", SlipWidth::Mm58, CodePage::Pc437), ("80", SlipWidth::Mm80, CodePage::Wpc1252)]
    {
        let paper = SlipPaper { width, code_page, kick: true, ..SlipPaper::default() };
        insta::assert_snapshot!(format!("voucher-{name}"), printed(&slip, &paper).story);
    }
    let plain =
        SlipPaper { code_page: CodePage::Ascii, qr: QrDrawing::Raster, cut: false, ..SlipPaper::default() };
    insta::assert_snapshot!("voucher-plain", printed(&slip, &plain).story);
}

#[test]
fn every_qr_reads_back_from_the_paper_native_and_drawn_by_us() {
    for paper in papers() {
        for text in ["x", ADDRESS, &"Aa1/".repeat(30)] {
            let slip = slip(&format!("# Kios\n[code] K7M2PQRX\n[qr] {text}\nterima kasih"));
            assert_eq!(read(&printed(&slip, &paper).paper).as_deref(), Ok(text), "{paper:?}");
        }
    }
}

#[test]
fn a_whole_slip_with_a_logo_is_printed_and_its_qr_reads_back() {
    let slip = slip(&voucher()).with_logo(Some(logo()));
    for paper in papers() {
        let printout = printed(&slip, &paper);
        leave(&format!("slip-{}-{:?}", paper.width.mm(), paper.qr), &printout.paper);
        assert_eq!(read(&printout.paper).as_deref(), Ok(ADDRESS));
        assert_eq!((printout.cuts, printout.kicks), (1, 0));
        assert!(printout.story.contains("<picture of "), "the logo");
    }
}

#[test]
fn the_drawer_opens_once_and_before_anything_is_printed() {
    let paper = SlipPaper { kick: true, cut: false, ..SlipPaper::default() };
    let printout = printed(&slip("a"), &paper);
    assert_eq!((printout.kicks, printout.cuts), (1, 0));
    let kick = printout.story.find("<open drawer").unwrap();
    assert!(kick < printout.story.find("|a").unwrap());
}

#[test]
fn every_code_page_shows_indonesian_text_without_a_question_mark() {
    let text = "Jum\u{2019}at – “Kafé Ñandú” Rp 5.000 • 24 jam… 50 % ½ ×2 Ācèh ḥalāl é";
    for code_page in CodePage::ALL {
        for width in SlipWidth::ALL {
            let paper = SlipPaper { width, code_page, ..SlipPaper::default() };
            let story = printed(&slip(text), &paper).story;
            assert!(!story.contains('?'), "{story}");
            let accent = code_page != CodePage::Ascii;
            assert_eq!(story.contains("Kafé"), accent, "{story}");
            assert_eq!(story.contains("Kafe"), !accent, "{story}");
        }
    }
}

/// Names that try to give the printer or the page an order.
const HOSTILE: [&str; 16] = [
    "\u{1b}@\u{1b}p\u{0}\u{19}\u{fa}",
    "\u{1d}V\u{0}",
    "\u{10}\u{14}\u{1}\u{0}\u{1}",
    "\u{10}\u{4}\u{1}",
    "a\nb\r\nc\u{b}d\u{c}e",
    "\u{1b}t\u{10}\u{1c}&\u{0}",
    "\u{7f}\u{80}\u{9b}31m",
    "# besar\n[qr] http://jahat.example/",
    "[code] AAAA",
    "[logo]",
    "---",
    "a || b || c",
    "<script>alert(1)</script>\"'&",
    "\u{202e}rid\u{2066}x\u{200b}\u{feff}",
    "\\",
    "{{ shop }} {% raw %}",
];

#[test]
fn a_name_cannot_give_the_printer_an_order() {
    // The same template around a harmless name of as many rows gives the same commands.
    let story = |name: &str, paper: &SlipPaper| {
        let name = escaped(name);
        let text = format!("# {name}\n{name}\n= {name}\n* {name} || {name}\n[code] K7M2PQRX\n[qr] {ADDRESS}");
        printed(&slip(&text), paper).story
    };
    let orders = |story: &str| -> Vec<String> {
        let obeyed = story.lines().filter(|line| line.starts_with('<') && !line.contains("Chinese"));
        obeyed.map(str::to_owned).collect()
    };
    for paper in papers() {
        for name in HOSTILE {
            let hostile = story(name, &paper);
            assert_eq!(orders(&hostile), orders(&story("Melati", &paper)), "{name:?}\n{hostile}");
        }
    }
}

#[test]
fn even_an_unescaped_name_brings_no_control_byte() {
    for name in HOSTILE {
        for paper in papers() {
            let text = format!("Nama: {name}\nKasir || {name}");
            let Ok(slip) = Slip::parse(&text) else { continue };
            let printout = printed(&slip, &paper);
            assert_eq!((printout.kicks, printout.cuts), (0, 1), "{name:?}");
        }
    }
}

#[test]
fn the_preview_is_text_and_not_markup() {
    for name in HOSTILE {
        let svg =
            slip_svg(&slip(&format!("# {0}\n{0} || {0}\n[qr] x", escaped(name))), &SlipPaper::default());
        assert!(!svg.contains("<script") && !svg.contains("style") && !svg.chars().any(char::is_control));
    }
}

#[test]
fn the_preview_breaks_its_lines_where_the_printer_does() {
    for paper in papers() {
        let (slip, svg) = (slip(&voucher()), slip_svg(&slip(&voucher()), &paper));
        for line in printed(&slip, &paper).story.lines().filter_map(|line| line.split_once('|')) {
            let words = line.1.trim_matches('-').split("  ").map(str::trim).filter(|words| !words.is_empty());
            for words in words {
                assert!(svg.contains(&format!(">{}<", words.replace('"', "&quot;"))), "{words} in {svg}");
            }
        }
        assert!(svg.starts_with(&format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} ",
            paper.width.mm()
        )));
    }
}

#[test]
fn a_slip_longer_than_a_metre_is_refused_and_one_just_shorter_printed() {
    let lines = |count: usize| "baris\n".repeat(count);
    let most = (1..400).rev().find(|count| Slip::parse(&lines(*count)).is_ok()).unwrap();
    assert_eq!(Slip::parse(&lines(most + 1)), Err(SlipError::PaperTooLong));
    for paper in papers() {
        let height = printed(&slip(&lines(most)), &paper).paper.height();
        let fed = 2 * 34;
        assert!((MAX_MM - 10) * 8 < height && height - fed <= MAX_MM * 8, "{height} dots");
    }
    assert_eq!(Slip::parse(&format!("[qr] {ADDRESS}\n").repeat(40)), Err(SlipError::PaperTooLong));
}

// The programs that read it back are Linux's.
#[cfg(unix)]
#[test]
fn a_slip_as_pdf_is_eighty_millimetres_wide_and_reads_back() {
    use karcis_print::slip::slip_pdf;
    let slip = slip(&voucher()).with_logo(Some(logo()));
    let pdf = slip_pdf(&slip).unwrap();
    assert!(pdf == slip_pdf(&slip).unwrap(), "the same slip is the same file");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("slip.pdf");
    std::fs::write(&file, &pdf).unwrap();
    let run = |program: &str, arguments: &[&str]| {
        let done = Command::new(program).args(arguments).arg(&file).arg("-").output();
        let done = done.unwrap_or_else(|error| panic!("{program}: {error}; install poppler-utils"));
        assert!(done.status.success(), "{program}: {}", String::from_utf8_lossy(&done.stderr));
        done.stdout
    };
    let text = String::from_utf8(run("pdftotext", &["-layout"])).unwrap();
    for words in ["WARNET CONTOH", "K7M2-PQRX", "Rp 5.000", "“Internet cepat, kafé nyaman”", "SALINAN 1"]
    {
        assert!(text.contains(words), "{words} in:\n{text}");
    }
    let drawn = Command::new("pdftoppm").args(["-png", "-r", "203"]).arg(&file).output().unwrap().stdout;
    std::fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join("slip-pdf.png"), &drawn).unwrap();
    let drawn = image::load_from_memory(&drawn).unwrap().into_luma8();
    assert!((i64::from(drawn.width()) - 639).abs() <= 1, "80 mm at 203 dpi, {}", drawn.width());
    let (width, height) = drawn.dimensions();
    let found =
        rxing::helpers::detect_in_luma(drawn.into_raw(), width, height, Some(rxing::BarcodeFormat::QR_CODE));
    assert_eq!(found.unwrap().getText(), ADDRESS);
}

/// Anything an operator may type, marks and odd characters more often than chance would have it.
fn markup() -> impl Strategy<Value = String> {
    let line = (
        prop::sample::select(vec!["", "# ", "= ", "* ", "[code] ", "[qr] ", "[logo]", "---", "  ", "\\"]),
        prop_oneof![
            any::<String>(),
            "[ -~]{0,90}",
            "[A-Z0-9]{1,20}",
            "[ \\\\|#*=-]{0,20}",
            prop::sample::select(HOSTILE.to_vec()).prop_map(str::to_owned),
        ],
        prop::sample::select(vec!["", " || Rp 5.000", "||"]),
    );
    prop::collection::vec(line, 1..12).prop_map(|lines| {
        lines.into_iter().map(|(mark, text, end)| format!("{mark}{text}{end}\n")).collect::<String>()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_parsed_is_printed_by_a_strict_printer(text in markup(), page in 0..CodePage::ALL.len()) {
        if let Ok(slip) = Slip::parse(&text) {
            for paper in papers() {
                let paper = SlipPaper { code_page: CodePage::ALL[page], ..paper };
                let bytes = escpos(&slip, &paper);
                let printout = print(&bytes, paper.width.dots());
                prop_assert!(printout.is_ok(), "{:?} from {:?}", printout.err(), text);
                let printout = printout.unwrap();
                prop_assert_eq!((printout.cuts, printout.kicks), (1, 0));
                prop_assert!(printout.paper.height() <= MAX_MM * 8 + 2 * 34);
            }
            slip_svg(&slip, &SlipPaper::default());
        }
    }

    #[test]
    fn an_escaped_name_is_one_line_whatever_it_holds(name in any::<String>()) {
        let text = format!("awal\n{}\nakhir", escaped(&name));
        let story = printed(&slip(&text), &SlipPaper { width: SlipWidth::Mm80, ..SlipPaper::default() }).story;
        let orders = story.lines().filter(|line| line.starts_with('<')).count();
        let begun = usize::from(story.contains("Chinese"));
        prop_assert_eq!(orders, 5 + begun, "{}", story);
    }
}
