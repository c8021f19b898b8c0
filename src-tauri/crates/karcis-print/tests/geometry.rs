//! Where everything stands, and that nothing stands on anything else.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by stopping")]

mod pretend;

use std::fmt::Write;

use karcis_print::{
    Card, CardsPerPage, CutMarks, Item, MAX_CARDS, Offset, Page, Paper, Rect, Sheet, SheetError, Tone, Words,
    layout, login_address, page_count,
};
use pretend::{english, indonesian, longest, plain};
use proptest::prelude::*;

#[test]
fn the_longest_texts_stand_where_they_always_stood() {
    for paper in Paper::ALL {
        for size in CardsPerPage::ALL {
            for (language, words) in [("id", indonesian()), ("en", english())] {
                let page = layout(&longest(words, size, paper), 0).unwrap();
                assert_apart(&page);
                assert!(
                    page.cells[0].items.iter().all(|item| !is_shortened_mark(item)),
                    "a mark is never shortened"
                );
                let name = format!("longest-{paper:?}-{}-{language}", size.count());
                insta::assert_snapshot!(name, boxes(&page));
            }
        }
    }
}

#[test]
fn everyday_cards_stand_where_they_always_stood() {
    for paper in Paper::ALL {
        for size in CardsPerPage::ALL {
            let page = layout(&plain(1, size, paper), 0).unwrap();
            assert_apart(&page);
            insta::assert_snapshot!(format!("plain-{paper:?}-{}", size.count()), boxes(&page));
        }
    }
}

#[test]
fn an_everyday_card_of_each_size_shows_both_steps_but_the_smallest() {
    for paper in Paper::ALL {
        for size in CardsPerPage::ALL {
            let sheet = plain(1, size, paper);
            let texts = texts(&layout(&sheet, 0).unwrap()).join(" ");
            for needed in ["Rp 5.000", "1 Hari", "Berlaku 24 jam", "Wi-Fi: WarnetContoh", "No. 14-00001"] {
                assert!(texts.contains(needed), "{paper:?} {size:?} lacks {needed}: {texts}");
            }
            let steps = [&sheet.words.step_one, &sheet.words.step_two];
            let shown = steps.map(|step| texts.contains(step));
            assert_eq!(shown, [size != CardsPerPage::Fifty; 2], "{paper:?} {size:?}: {texts}");
        }
    }
}

#[test]
fn a_full_page_fills_the_paper_inside_its_margins() {
    for paper in Paper::ALL {
        for size in CardsPerPage::ALL {
            let page = layout(&plain(size.count(), size, paper), 0).unwrap();
            assert_eq!(page.cells.len(), size.count());
            let inside = Rect { x: 8.0, y: 8.0, width: page.width - 16.0, height: page.height - 16.0 };
            assert!(page.cells.iter().all(|cell| inside.holds(&cell.area)));
            let covered: f64 = page.cells.iter().map(|cell| cell.area.width * cell.area.height).sum();
            assert!((covered - inside.width * inside.height).abs() < 0.01);
            for (at, cell) in page.cells.iter().enumerate() {
                assert!(page.cells[..at].iter().all(|earlier| !earlier.area.overlaps(&cell.area)));
            }
        }
    }
}

#[test]
fn skipped_positions_stay_empty_on_the_first_page_only() {
    let mut sheet = plain(40, CardsPerPage::Forty, Paper::A4);
    sheet.skip = 6;
    assert_eq!(page_count(&sheet), 2);
    let (first, second) = (layout(&sheet, 0).unwrap(), layout(&sheet, 1).unwrap());
    assert_eq!((first.cells.len(), second.cells.len()), (34, 6));
    let whole = layout(&plain(40, CardsPerPage::Forty, Paper::A4), 0).unwrap();
    assert_eq!(first.cells[0].area, whole.cells[6].area);
    assert_eq!((first.cells[0].card, second.cells[0].card), (0, 34));
    assert_eq!(second.cells[0].area, whole.cells[0].area);
    let top_edge = |page: &Page| {
        page.frame
            .iter()
            .any(|item| matches!(item, Item::Line(line) if line.from == (8.0, 8.0) && line.to.1 == 8.0))
    };
    assert!(top_edge(&second) && !top_edge(&first), "no cutting line runs along skipped positions");
}

#[test]
fn corner_marks_stay_clear_of_the_header_and_are_drawn_once() {
    let mut sheet = plain(40, CardsPerPage::Forty, Paper::A4);
    sheet.cut_marks = CutMarks::Corners;
    let page = layout(&sheet, 0).unwrap();
    let lines: Vec<_> = page
        .frame
        .iter()
        .filter_map(|item| match item {
            Item::Line(line) => Some(line),
            Item::Text(_) | Item::Bar(_) | Item::Qr(_) | Item::Logo(_) => None,
        })
        .collect();
    assert_eq!(lines.len(), 2 * 5 * 11, "two strokes at each of the corners of four columns by ten rows");
    let lowest = page.frame.iter().filter_map(solid).map(|text| text.y + text.height).fold(0.0, f64::max);
    assert!(lines.iter().all(|line| line.from.1 >= lowest));
}

#[test]
fn the_header_names_shop_batch_page_and_copy() {
    let mut sheet = plain(41, CardsPerPage::Forty, Paper::A4);
    sheet.copy = Some(2);
    let page = layout(&sheet, 1).unwrap();
    let header: Vec<&str> = page.frame.iter().filter_map(text).collect();
    assert_eq!(header, ["Warnet Contoh \u{2022} Batch 2026-11-20 #14", "SALINAN 2 \u{2022} Hal 2/2"]);
}

#[test]
fn every_card_of_a_copy_or_not_on_the_router_says_so() {
    let mut sheet = plain(3, CardsPerPage::Fifty, Paper::A4);
    sheet.copy = Some(2);
    sheet.cards[1].on_router = false;
    let page = layout(&sheet, 0).unwrap();
    let marked = |card: usize, mark: &str| {
        page.cells[card].items.iter().filter_map(text).any(|text| text.contains(mark))
    };
    assert!((0..3).all(|card| marked(card, "SALINAN 2")));
    assert_eq!([0, 1, 2].map(|card| marked(card, "BELUM DI ROUTER")), [false, true, false]);
}

#[test]
fn a_practice_card_carries_the_pale_word_under_its_texts() {
    let mut sheet = plain(1, CardsPerPage::Forty, Paper::A4);
    sheet.practice = true;
    let page = layout(&sheet, 0).unwrap();
    assert!(
        matches!(&page.cells[0].items[0], Item::Text(run) if run.text == "LATIHAN" && run.tone == Tone::Pale)
    );
}

#[test]
fn the_offset_moves_the_page_and_nothing_on_it() {
    let straight = layout(&plain(1, CardsPerPage::Forty, Paper::A4), 0).unwrap();
    let mut sheet = plain(1, CardsPerPage::Forty, Paper::A4);
    sheet.offset = Offset { x_mm: -1.5, y_mm: 4.0 };
    let moved = layout(&sheet, 0).unwrap();
    assert_eq!(moved.shift, (-1.5, 4.0));
    assert_eq!((moved.frame, moved.cells), (straight.frame, straight.cells));
}

#[test]
fn what_cannot_be_drawn_is_refused() {
    let refusal = |change: fn(&mut Sheet)| {
        let mut sheet = plain(2, CardsPerPage::Forty, Paper::A4);
        change(&mut sheet);
        karcis_print::sheet(&sheet).unwrap_err()
    };
    assert_eq!(refusal(|sheet| sheet.cards.clear()), SheetError::NoCards);
    assert_eq!(
        refusal(|sheet| sheet.cards = vec![sheet.cards[0].clone(); MAX_CARDS + 1]),
        SheetError::TooManyCards(10_001)
    );
    assert_eq!(refusal(|sheet| sheet.skip = 40), SheetError::SkipTooLarge { skip: 40, cards_per_page: 40 });
    assert_eq!(refusal(|sheet| sheet.offset.y_mm = 5.1), SheetError::OffsetTooLarge);
    assert_eq!(refusal(|sheet| sheet.offset.x_mm = f64::NAN), SheetError::OffsetTooLarge);
    assert_eq!(refusal(|sheet| sheet.cards[1].code = "A B".into()), SheetError::CodeUnprintable { card: 1 });
    assert_eq!(
        refusal(|sheet| sheet.cards[1].password = Some("é".into())),
        SheetError::CodeUnprintable { card: 1 }
    );
    assert_eq!(
        refusal(|sheet| sheet.cards[1].code = "A".repeat(21)),
        SheetError::CodeUnprintable { card: 1 }
    );
    assert_eq!(refusal(|sheet| sheet.cards[1].price = " \u{7}".into()), SheetError::PriceTooLong { card: 1 });
    assert_eq!(
        refusal(|sheet| sheet.cards[1].login_address = "a".repeat(123)),
        SheetError::AddressTooLong { card: 1 }
    );
    let sheet = plain(2, CardsPerPage::Forty, Paper::A4);
    assert_eq!(layout(&sheet, 1), Err(SheetError::NoSuchPage(1)));
}

#[test]
fn a_price_that_cannot_be_shown_whole_is_refused() {
    let mut sheet = plain(1, CardsPerPage::Fifty, Paper::A4);
    sheet.cards[0].price = "Rp 5.000 untuk pelanggan lama, Rp 6.000 lainnya".into();
    assert_eq!(layout(&sheet, 0), Err(SheetError::PriceTooLong { card: 0 }));
}

#[test]
fn characters_paper_cannot_show_never_reach_the_layout() {
    let mut sheet = plain(1, CardsPerPage::Thirty, Paper::A4);
    sheet.shop.name = "Kios\u{7} 🦀 \u{202E}網吧\r\nMelati <b>".into();
    let page = layout(&sheet, 0).unwrap();
    let texts = texts(&page);
    assert!(texts.contains(&"Kios ? ?? Melati <b>"), "{texts:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_overlaps_or_leaves_its_card_whatever_the_texts(sheet in any_sheet()) {
        match layout(&sheet, 0) {
            Ok(page) => assert_apart(&page),
            Err(SheetError::PriceTooLong { .. }) => {}
            Err(other) => prop_assert!(false, "{other}"),
        }
    }
}

/// Any text: everyday letters, capitals with accents and tails, and what keyboards should not have sent.
fn any_text(longest: usize) -> impl Strategy<Value = String> {
    prop_oneof![
        proptest::collection::vec("[A-Za-z0-9]{1,12}", 0..longest / 6 + 1).prop_map(|words| words.join(" ")),
        proptest::collection::vec(
            proptest::sample::select(vec!['Å', 'É', 'Ç', 'g', 'j', '|', 'W', ' ']),
            0..longest
        )
        .prop_map(String::from_iter),
        proptest::collection::vec(any::<char>(), 0..longest).prop_map(String::from_iter),
    ]
}

prop_compose! {
    fn any_words()(
        password in any_text(30), ssid in any_text(20), step_one in any_text(80), step_two in any_text(80),
        serial in any_text(20), page in any_text(20), copy in any_text(40), not_on_router in any_text(60),
        practice in any_text(30), heading in proptest::option::of(any_text(80)),
    ) -> Words {
        Words { heading, password, ssid, step_one, step_two, serial, page, copy, not_on_router, practice }
    }
}

prop_compose! {
    fn any_card()(
        code in "[!-~]{1,20}", password in proptest::option::of("[!-~]{1,20}"), plan in any_text(60),
        price in "(Rp )?[0-9.]{1,12}", validity in any_text(120), serial in any_text(30), host in "[a-z.]{1,30}",
        on_router in any::<bool>(),
    ) -> Card {
        let mut login_address = login_address(&host, &code, password.as_deref().unwrap_or(&code));
        login_address.truncate(karcis_print::MAX_ADDRESS);
        Card { code, password, plan, price, validity, serial, login_address, on_router }
    }
}

prop_compose! {
    fn any_sheet()(
        size in proptest::sample::select(&CardsPerPage::ALL[..]), paper in proptest::sample::select(&Paper::ALL[..]),
        words in any_words(), card in any_card(), name in any_text(80), ssid in any_text(40), header in any_text(200),
        copy in proptest::option::of(0u32..1000), practice in any::<bool>(), logo in proptest::option::of((1u32..400, 1u32..200)),
    ) -> Sheet {
        let mut sheet = plain(1, size, paper);
        (sheet.words, sheet.cards, sheet.header) = (words, vec![card], header);
        (sheet.shop.name, sheet.shop.ssid, sheet.copy, sheet.practice) = (name, ssid, copy, practice);
        sheet.shop.logo = logo.map(|(width, height)| {
            let mut png = std::io::Cursor::new(Vec::new());
            image::RgbImage::new(width, height).write_to(&mut png, image::ImageFormat::Png).unwrap();
            karcis_print::Logo::prepare(png.get_ref()).unwrap()
        });
        sheet
    }
}

/// Every code and price whole, every QR large and alone, no two texts on each other, nothing over an edge.
fn assert_apart(page: &Page) {
    let paper = Rect { x: 0.0, y: 0.0, width: page.width, height: page.height };
    assert_disjoint(&page.frame, &paper);
    for text in page.frame.iter().filter_map(solid) {
        assert!(text.y + text.height < 8.0, "the header runs into the cards");
    }
    for cell in &page.cells {
        let card = Rect { x: 0.0, y: 0.0, ..cell.area };
        assert_disjoint(&cell.items, &card);
        let mut codes = 0;
        for item in &cell.items {
            if let Item::Qr(qr) = item {
                codes += 1;
                let quiet = qr.quiet_zone();
                let module = qr.symbol.width / qr.matrix.side() as f64;
                assert!(qr.symbol.width >= 15.0 - 1e-9 && (qr.symbol.width - qr.symbol.height).abs() < 1e-9);
                assert!((qr.symbol.x - quiet.x - 4.0 * module).abs() < 1e-9);
                assert!(card.holds(&quiet), "the quiet zone leaves the card");
            }
        }
        assert_eq!(codes, 1, "every card has one QR");
    }
}

fn assert_disjoint(items: &[Item], within: &Rect) {
    for (at, item) in items.iter().enumerate() {
        let Some(area) = solid(item) else { continue };
        assert!(within.holds(&area), "{item:?} leaves {within:?}");
        for other in &items[at + 1..] {
            let on_its_bar =
                matches!((item, other), (Item::Bar(_), Item::Text(run)) if run.tone == Tone::Paper);
            if let Some(other_area) = solid(other) {
                if on_its_bar {
                    assert!(area.holds(&other_area), "{other:?} leaves its bar");
                } else {
                    let pale = is_pale(item) || is_pale(other);
                    let qr = matches!(item, Item::Qr(_)) || matches!(other, Item::Qr(_));
                    assert!((pale && !qr) || !area.overlaps(&other_area), "{item:?} stands on {other:?}");
                }
            }
        }
    }
}

fn is_shortened_mark(item: &Item) -> bool {
    matches!(item, Item::Text(run) if run.tone == Tone::Paper && run.text.ends_with('…'))
}

fn is_pale(item: &Item) -> bool {
    matches!(item, Item::Text(run) if run.tone == Tone::Pale)
}

/// The box nothing else may touch; cutting marks have none.
fn solid(item: &Item) -> Option<Rect> {
    match item {
        Item::Text(run) => Some(run.area()),
        Item::Bar(area) | Item::Logo(area) => Some(*area),
        Item::Qr(qr) => Some(qr.quiet_zone()),
        Item::Line(_) => None,
    }
}

fn texts(page: &Page) -> Vec<&str> {
    page.frame.iter().chain(page.cells.iter().flat_map(|cell| &cell.items)).filter_map(text).collect()
}

fn text(item: &Item) -> Option<&str> {
    match item {
        Item::Text(run) => Some(run.text.as_str()),
        Item::Line(_) | Item::Bar(_) | Item::Qr(_) | Item::Logo(_) => None,
    }
}

/// One line per box, in hundredths of a millimetre at most.
fn boxes(page: &Page) -> String {
    let mut list = String::new();
    let cells =
        page.cells.iter().map(|cell| (format!("card {} at {}", cell.card, place(&cell.area)), &cell.items));
    for (heading, items) in std::iter::once(("frame".to_owned(), &page.frame)).chain(cells) {
        writeln!(list, "{heading}").unwrap();
        for item in items {
            match item {
                Item::Text(run) => writeln!(
                    list,
                    "  text {} {:?} {:.2}pt {:?} {:?}",
                    place(&run.area()),
                    run.face,
                    run.size_pt,
                    run.tone,
                    run.text
                ),
                Item::Line(line) => writeln!(
                    list,
                    "  line {:.2},{:.2} to {:.2},{:.2}{}",
                    line.from.0,
                    line.from.1,
                    line.to.0,
                    line.to.1,
                    if line.dashed { " dashed" } else { "" }
                ),
                Item::Bar(area) => writeln!(list, "  bar  {}", place(area)),
                Item::Logo(area) => writeln!(list, "  logo {}", place(area)),
                Item::Qr(qr) => writeln!(
                    list,
                    "  qr   {} of {} modules, quiet zone {}",
                    place(&qr.symbol),
                    qr.matrix.side(),
                    place(&qr.quiet_zone())
                ),
            }
            .unwrap();
        }
    }
    list
}

fn place(area: &Rect) -> String {
    format!("{:.2},{:.2} {:.2}x{:.2}", area.x, area.y, area.width, area.height)
}
