//! Sheets of vouchers as PDF, and slips as bytes for a receipt printer.

use crate::{Figures, ms, percentile};
use karcis_core::plans::{Alphabet, CodeMode, CodeStyle};
use karcis_core::vouchers::draw;
use karcis_print::slip::{QrDrawing, Slip, SlipPaper, SlipWidth, escpos};
use karcis_print::{Card, CardsPerPage, CutMarks, Offset, Paper, Sheet, Shop, Words, login_address, sheet};
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::json;
use std::time::Instant;

/// A batch on A4, forty cards a page.
pub(crate) fn pdf(count: u32) -> Result<Figures, Box<dyn std::error::Error>> {
    let batch = batch(count);
    let start = Instant::now();
    let pdf = sheet(&batch)?;
    Ok(Figures::from_iter([
        ("ms".to_owned(), ms(start.elapsed())),
        ("mb".to_owned(), json!((f64::from(u32::try_from(pdf.len())?) / 10_000.0).round() / 100.0)),
    ]))
}

/// Voucher slips from their text to their bytes, on the wider paper with the QR drawn dot by dot: the most work.
pub(crate) fn slips(count: u32) -> Result<Figures, Box<dyn std::error::Error>> {
    let mut rng = StdRng::seed_from_u64(1);
    let style = CodeStyle { mode: CodeMode::Same, alphabet: Alphabet::A28, length: 8, prefix: String::new() };
    let paper = SlipPaper { width: SlipWidth::Mm80, qr: QrDrawing::Raster, ..SlipPaper::default() };
    let mut times = Vec::new();
    for number in 1..=count {
        let code = draw(&style, &mut rng).code;
        let address = login_address("wifi.contoh", &code, &code);
        let text = format!(
            "# Warnet Contoh\n= Jl. Merdeka 12 – Bandung\n---\nNo. {number} || 20-11-2026 10:15\nPaket || 1 Hari\n\
             [code] {code}\n[qr] {address}\n= Wi-Fi: CONTOH\n1 Sambung ke Wi-Fi\n2 Pindai QR\n---\n* TOTAL || Rp 5.000"
        );
        let start = Instant::now();
        let bytes = escpos(&Slip::parse(&text)?, &paper);
        times.push(start.elapsed());
        assert!(bytes.len() > 5_000, "the QR is in it");
    }
    times.sort_unstable();
    let us = |percent| json!(percentile(&times, percent).as_micros());
    Ok(Figures::from_iter([("p50_us".to_owned(), us(50)), ("p99_us".to_owned(), us(99))]))
}

fn batch(count: u32) -> Sheet {
    let mut rng = StdRng::seed_from_u64(1);
    let style = CodeStyle { mode: CodeMode::Same, alphabet: Alphabet::A28, length: 8, prefix: String::new() };
    Sheet {
        paper: Paper::A4,
        cards_per_page: CardsPerPage::Forty,
        shop: Shop { name: "Warnet Contoh".into(), logo: None, ssid: "CONTOH".into() },
        words: Words {
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
        },
        header: "Batch #14".into(),
        cards: (1..=count).map(|serial| card(serial, draw(&style, &mut rng).code)).collect(),
        skip: 0,
        offset: Offset::default(),
        cut_marks: CutMarks::Dashed,
        copy: None,
        practice: false,
    }
}

fn card(serial: u32, code: String) -> Card {
    Card {
        login_address: login_address("wifi.contoh", &code, &code),
        code,
        password: None,
        plan: "1 Hari".into(),
        price: "Rp 5.000".into(),
        validity: "1 hari sejak masuk".into(),
        serial: format!("14-{serial}"),
        on_router: true,
    }
}
