//! Draws a sheet of vouchers and prints what it cost: `measure COUNT [PER_PAGE] [a4|f4] [OUT.pdf]`; or a
//! slip: `measure slip`.
#![expect(clippy::print_stdout, reason = "this program's purpose is to print its measurements")]

use std::time::Instant;

use karcis_print::slip::{QrDrawing, Slip, SlipPaper, SlipWidth, escpos, slip_pdf, slip_svg};
use karcis_print::{Card, CardsPerPage, CutMarks, Offset, Paper, Sheet, Shop, Words, login_address, sheet};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|what| what == "slip") {
        return slips();
    }
    let count: usize = arguments.first().map_or(Ok(1000), |count| count.parse())?;
    let per_page: u16 = arguments.get(1).map_or(Ok(40), |size| size.parse())?;
    let paper = if arguments.get(2).is_some_and(|paper| paper == "f4") { Paper::F4 } else { Paper::A4 };
    let cards_per_page = CardsPerPage::from_count(per_page).ok_or("21, 30, 40 or 50 cards per page")?;
    let batch = sheet_of(count, cards_per_page, paper);

    let start = Instant::now();
    let pdf = sheet(&batch)?;
    let ms = start.elapsed().as_secs_f64() * 1000.0;
    println!("count {count} ms {ms:.0} bytes {} peak_rss_kb {}", pdf.len(), peak_rss_kb());
    if let Some(out) = arguments.get(3) {
        std::fs::write(out, pdf)?;
    }
    Ok(())
}

/// A voucher slip on both papers with either QR, from its text to its bytes, the mean of a hundred.
fn slips() -> Result<(), Box<dyn std::error::Error>> {
    const TEXT: &str = "# WARNET CONTOH\n= Jl. Merdeka 12 – Bandung\n---\nNo. 000123 || 20-11-2026 10:15\n\
        Paket || 1 Hari\n[code] K7M2PQRX\n[qr] http://warnet-contoh.net/login?username=K7M2PQRX&password=K7M2PQRX\n\
        = Wi-Fi: CONTOH\n1 Sambung ke Wi-Fi di atas\n2 Pindai QR atau masukkan kode\n---\n* TOTAL || Rp 5.000";
    const TIMES: u32 = 100;
    for width in SlipWidth::ALL {
        for qr in [QrDrawing::Native, QrDrawing::Raster] {
            let paper = SlipPaper { width, qr, ..SlipPaper::default() };
            let start = Instant::now();
            let mut bytes = 0;
            for _ in 0..TIMES {
                bytes = escpos(&Slip::parse(TEXT)?, &paper).len();
            }
            let ms = start.elapsed().as_secs_f64() * 1000.0 / f64::from(TIMES);
            println!("slip {width:?} {qr:?} ms {ms:.3} bytes {bytes}");
        }
    }
    let slip = Slip::parse(TEXT)?;
    let start = Instant::now();
    let pdf = slip_pdf(&slip)?.len();
    let pdf_ms = start.elapsed().as_secs_f64() * 1000.0;
    let svg = slip_svg(&slip, &SlipPaper::default()).len();
    println!("slip pdf ms {pdf_ms:.1} bytes {pdf}, svg bytes {svg}");
    Ok(())
}

fn sheet_of(count: usize, cards_per_page: CardsPerPage, paper: Paper) -> Sheet {
    let words = Words {
        password: "Kata sandi".into(),
        ssid: "Wi-Fi".into(),
        heading: None,
        step_one: "1 Sambung ke Wi-Fi ini".into(),
        step_two: "2 Pindai QR / isi kode".into(),
        serial: "No.".into(),
        page: "Hal".into(),
        copy: "SALINAN".into(),
        not_on_router: "BELUM DI ROUTER".into(),
        practice: "LATIHAN".into(),
    };
    Sheet {
        paper,
        cards_per_page,
        shop: Shop { name: "Warnet Contoh".into(), logo: None, ssid: "Warnet Contoh".into() },
        words,
        header: "Batch 2026-11-20 #14".into(),
        cards: (0..count).map(card).collect(),
        skip: 0,
        offset: Offset::default(),
        cut_marks: CutMarks::Dashed,
        copy: None,
        practice: false,
    }
}

fn card(number: usize) -> Card {
    let code = code(number as u64);
    Card {
        login_address: login_address("warnet-contoh.net", &code, &code),
        code,
        password: None,
        plan: "1 Hari".into(),
        price: "Rp 5.000".into(),
        validity: "Berlaku 24 jam sejak masuk".into(),
        serial: format!("14-{:05}", number + 1),
        on_router: true,
    }
}

/// Eight letters that look drawn at random, the same in every run.
fn code(number: u64) -> String {
    const LETTERS: &[u8; 28] = b"ACDEFGHJKLMNPQRTUVWXY2345679";
    let mut state = number.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (0..8)
        .map(|_| {
            state ^= state >> 29;
            state = state.wrapping_mul(0xBF58_476D_1CE4_E5B9);
            char::from(LETTERS[(state >> 33) as usize % LETTERS.len()])
        })
        .collect()
}

/// The most memory this process has held, from Linux's own account; zero elsewhere.
fn peak_rss_kb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    peak.and_then(|kb| kb.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}
