//! Sheets to test with, in two languages and at two extremes.

use karcis_print::{Card, CardsPerPage, CutMarks, Offset, Paper, Sheet, Shop, Words, login_address};

pub(crate) fn indonesian() -> Words {
    Words {
        heading: None,
        password: "Kata sandi".into(),
        ssid: "Wi-Fi".into(),
        step_one: "1 Sambung ke Wi-Fi ini".into(),
        step_two: "2 Pindai QR / isi kode".into(),
        serial: "No.".into(),
        page: "Hal".into(),
        copy: "SALINAN".into(),
        not_on_router: "BELUM DI ROUTER".into(),
        practice: "LATIHAN".into(),
    }
}

pub(crate) fn english() -> Words {
    Words {
        heading: None,
        password: "Password".into(),
        ssid: "Wi-Fi".into(),
        step_one: "1 Join this Wi-Fi".into(),
        step_two: "2 Scan or type the code".into(),
        serial: "No.".into(),
        page: "Page".into(),
        copy: "COPY".into(),
        not_on_router: "NOT ON ROUTER YET".into(),
        practice: "PRACTICE".into(),
    }
}

/// An everyday batch: one code, a short shop name.
pub(crate) fn plain(count: usize, cards_per_page: CardsPerPage, paper: Paper) -> Sheet {
    Sheet {
        paper,
        cards_per_page,
        shop: Shop { name: "Warnet Contoh".into(), logo: None, ssid: "WarnetContoh".into() },
        words: indonesian(),
        header: "Batch 2026-11-20 #14".into(),
        cards: (0..count).map(plain_card).collect(),
        skip: 0,
        offset: Offset::default(),
        cut_marks: CutMarks::Dashed,
        copy: None,
        practice: false,
    }
}

fn plain_card(number: usize) -> Card {
    let code = code(number as u64, 8);
    Card {
        login_address: login_address("warnet-contoh.net", &code, &code),
        code,
        password: None,
        plan: "1 Hari".into(),
        price: "Rp 5.000".into(),
        validity: "Berlaku 24 jam".into(),
        serial: format!("14-{:05}", number + 1),
        on_router: true,
    }
}

/// The longest texts a shop may come up with, a separate password and every mark at once.
pub(crate) fn longest(words: Words, cards_per_page: CardsPerPage, paper: Paper) -> Sheet {
    let mut sheet = plain(1, cards_per_page, paper);
    sheet.words = words;
    sheet.shop.name = "Warung Internet & Kopi Sumber Rezeki Abadi Jaya Makmur".into();
    sheet.shop.ssid = "WARUNG_INTERNET_SUMBER_REZEKI_5G".into();
    sheet.header = "Batch 2026-11-20 #123456 \u{2013} titipan toko Bu Sri Wahyuningsih, Pasar Minggu".into();
    sheet.copy = Some(12);
    sheet.practice = true;
    sheet.cards = vec![Card {
        code: "WWWWWWWWWWWWWWWWWWWW".into(),
        password: Some("MMMMMMMMMMMMMMMMMMMM".into()),
        plan: "Paket Keluarga Bulanan Tanpa Batas Malam Hari".into(),
        price: "Rp 12.345.678".into(),
        validity: "Berlaku 30 hari sejak masuk pertama kali atau sampai kuota 100 GB habis".into(),
        serial: "123456-10000".into(),
        login_address: login_address("hotspot.sumber-rezeki-abadi.example.id", &code(1, 20), &code(2, 20)),
        on_router: false,
    }];
    sheet
}

/// Letters that look drawn at random, the same in every run.
pub(crate) fn code(number: u64, length: usize) -> String {
    const LETTERS: &[u8; 28] = b"ACDEFGHJKLMNPQRTUVWXY2345679";
    let mut state = number.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (0..length)
        .map(|_| {
            state ^= state >> 29;
            state = state.wrapping_mul(0xBF58_476D_1CE4_E5B9);
            char::from(LETTERS[(state >> 33) as usize % LETTERS.len()])
        })
        .collect()
}
