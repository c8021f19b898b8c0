//! The login address as a QR for the screen, and what it needs.

use karcis_core::routers::Router;
use karcis_core::vouchers::Voucher;
use karcis_print::{Card, CardsPerPage, CutMarks, Item, Offset, Paper, QrMatrix, Sheet, Shop, Words, layout};
use std::fmt::Write;

/// Light modules around the symbol, as readers expect them.
const QUIET: usize = 4;

/// Where the QR leads and its dark modules as one path.
#[derive(Debug)]
pub(super) struct Login {
    pub(super) host: String,
    /// Modules along a side, the quiet zone included.
    pub(super) side: usize,
    pub(super) path: String,
}

impl Login {
    /// Nothing while the router's login page has no known address, or one too long for a symbol.
    pub(super) fn of(voucher: &Voucher, router: &Router) -> Option<Login> {
        let host = router.dns_name.clone()?;
        let address = karcis_print::login_address(&host, &voucher.code, &voucher.password);
        let matrix = symbol(address)?;
        Some(Login { host, side: matrix.side() + 2 * QUIET, path: path(&matrix) })
    }
}

/// The very symbol that is printed: taken from the layout of a card.
fn symbol(login_address: String) -> Option<QrMatrix> {
    let empty = String::new;
    let card = Card {
        code: "A".to_owned(),
        password: None,
        plan: empty(),
        price: "-".to_owned(),
        validity: empty(),
        serial: empty(),
        login_address,
        on_router: true,
    };
    let sheet = Sheet {
        paper: Paper::A4,
        cards_per_page: CardsPerPage::TwentyOne,
        shop: Shop { name: empty(), logo: None, ssid: empty() },
        words: Words {
            heading: None,
            password: empty(),
            ssid: empty(),
            step_one: empty(),
            step_two: empty(),
            serial: empty(),
            page: empty(),
            copy: empty(),
            not_on_router: empty(),
            practice: empty(),
        },
        header: empty(),
        cards: vec![card],
        skip: 0,
        offset: Offset::default(),
        cut_marks: CutMarks::None,
        copy: None,
        practice: false,
    };
    let page = layout(&sheet, 0).ok()?;
    page.cells.into_iter().flat_map(|cell| cell.items).find_map(|item| match item {
        Item::Qr(symbol) => Some(symbol.matrix),
        Item::Text(_) | Item::Line(_) | Item::Bar(_) | Item::Logo(_) => None,
    })
}

fn path(matrix: &QrMatrix) -> String {
    let mut path = String::new();
    for y in 0..matrix.side() {
        let mut x = 0;
        while x < matrix.side() {
            let length = (x..matrix.side()).take_while(|x| matrix.is_dark(*x, y)).count();
            if length > 0 {
                let _ = write!(path, "M{} {}h{length}v1h-{length}z", x + QUIET, y + QUIET);
            }
            x += length.max(1);
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dark_module_is_in_the_path_once() {
        let matrix =
            symbol("http://wifi.example/login?username=K7M2PQRX&password=K7M2PQRX".to_owned()).unwrap();
        let path = path(&matrix);
        let runs = path.split('M').skip(1).map(|run| {
            let (place, rest) = run.split_once('h').unwrap();
            let (x, y) = place.split_once(' ').unwrap();
            let number = |text: &str| text.parse::<usize>().unwrap();
            (number(x) - QUIET, number(y) - QUIET, number(rest.split_once('v').unwrap().0))
        });
        let mut drawn = vec![vec![false; matrix.side()]; matrix.side()];
        for (x, y, length) in runs {
            for module in &mut drawn[y][x..x + length] {
                assert!(!std::mem::replace(module, true), "drawn twice");
            }
        }
        for (y, row) in drawn.iter().enumerate() {
            for (x, dark) in row.iter().enumerate() {
                assert_eq!(*dark, matrix.is_dark(x, y), "{x} {y}");
            }
        }
    }

    #[test]
    fn an_address_too_long_for_a_symbol_has_none() {
        assert!(symbol("http://".to_owned() + &"a".repeat(200)).is_none());
    }
}
