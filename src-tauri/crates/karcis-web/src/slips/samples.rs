//! An everyday example of each kind of text, for previews and for trying out what somebody has written.

use super::fields::{
    CardFields, CashMoveFields, MoveFields, PlanFields, SettlementFields, ShiftFields, VoidFields,
    VoucherFields,
};
use super::render::as_values;
use crate::format::Format;
use karcis_core::templates::TemplateKind;
use karcis_core::values::{Money, Timestamp};
use minijinja::Value;
use std::time::Duration;

/// 20 November 2026, 14:05 in Jakarta.
const MOMENT: Timestamp = Timestamp::from_millis(1_795_158_300_000);
pub(super) const CODE: &str = "K7M2PQRX";
pub(super) const PASSWORD: &str = "4821";
const LOGIN: &str = "http://warnet.contoh/login?username=K7M2PQRX&password=4821";
const SEAL: &str = "9f3c07ab51";

/// How much of what need not be there is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fullness {
    /// Everything: a discount, a password, a note.
    Full,
    /// Only what is always there.
    Bare,
}

/// The values of an example.
pub(super) fn sample(kind: TemplateKind, shop: &str, format: Format, fullness: Fullness) -> Value {
    let maker = Maker { shop, format, fullness };
    match kind {
        TemplateKind::Card => as_values(maker.card()),
        TemplateKind::Voucher | TemplateKind::Message => as_values(maker.voucher()),
        TemplateKind::Void => as_values(maker.void()),
        TemplateKind::Shift => as_values(maker.shift()),
        TemplateKind::CashMove => as_values(maker.cash_move()),
        TemplateKind::Settlement => as_values(maker.settlement()),
    }
}

/// The example of what stands on a card.
pub(super) fn card(shop: &str, format: Format) -> CardFields {
    Maker { shop, format, fullness: Fullness::Full }.card()
}

/// What must be seen of the example, whatever the words around it: without it the paper would not do its work.
pub(super) fn needed(kind: TemplateKind, format: Format) -> Vec<(&'static str, String)> {
    let money = |rupiah| format.money(Money::rupiah(rupiah));
    match kind {
        TemplateKind::Card => Vec::new(),
        TemplateKind::Voucher | TemplateKind::Message => {
            vec![("code", CODE.to_owned()), ("password", PASSWORD.to_owned())]
        }
        TemplateKind::Void => vec![("number", "1042".to_owned()), ("refund", money(5_000))],
        TemplateKind::Shift => {
            vec![("difference", money(-2_000)), ("audit_head", SEAL.to_owned())]
        }
        TemplateKind::CashMove | TemplateKind::Settlement => vec![("amount", money(50_000))],
    }
}

struct Maker<'a> {
    shop: &'a str,
    format: Format,
    fullness: Fullness,
}

impl Maker<'_> {
    fn money(&self, rupiah: i64) -> String {
        self.format.money(Money::rupiah(rupiah))
    }

    fn shop(&self) -> String {
        self.shop.to_owned()
    }

    /// A word that need not be there.
    fn perhaps(&self, word: impl Into<String>) -> String {
        match self.fullness {
            Fullness::Full => word.into(),
            Fullness::Bare => String::new(),
        }
    }

    fn is_full(&self) -> bool {
        self.fullness == Fullness::Full
    }

    fn validity(&self) -> String {
        self.format.texts().sheet.valid(self.format.span(Duration::from_secs(86_400)))
    }

    fn date(&self) -> String {
        self.format.day(MOMENT)
    }

    fn time(&self) -> String {
        self.format.time(MOMENT)
    }

    fn at(&self, hours_before: u64) -> String {
        let at = MOMENT - Duration::from_secs(hours_before * 3_600);
        format!("{} {}", self.format.day(at), self.format.time(at))
    }

    fn card(&self) -> CardFields {
        CardFields {
            shop: self.shop(),
            plan: "1 Hari".to_owned(),
            price: self.money(5_000),
            validity: self.validity(),
            ssid: self.perhaps("CONTOH"),
            batch: "7".to_owned(),
        }
    }

    fn voucher(&self) -> VoucherFields {
        VoucherFields {
            shop: self.shop(),
            plan: "1 Hari".to_owned(),
            price: self.money(5_000),
            discount: self.perhaps(self.money(500)),
            paid: self.money(if self.is_full() { 4_500 } else { 5_000 }),
            validity: self.validity(),
            code: CODE.to_owned(),
            password: self.perhaps(PASSWORD),
            ssid: self.perhaps("CONTOH"),
            login: self.perhaps(LOGIN),
            waiting: self.is_full(),
            number: "1042".to_owned(),
            date: self.date(),
            time: self.time(),
            cashier: "Siti".to_owned(),
            counter: "Kasir 1".to_owned(),
        }
    }

    fn void(&self) -> VoidFields {
        VoidFields {
            shop: self.shop(),
            plan: "1 Hari".to_owned(),
            code: CODE.to_owned(),
            number: "1042".to_owned(),
            sold_at: self.at(0),
            cashier: "Siti".to_owned(),
            refund: self.money(5_000),
            reason: "Salah paket".to_owned(),
            date: self.date(),
            time: self.time(),
            voided_by: "Siti".to_owned(),
            approved_by: self.perhaps("Budi"),
            counter: "Kasir 1".to_owned(),
        }
    }

    fn shift(&self) -> ShiftFields {
        let plan = |name: &str, count: &str, rupiah| PlanFields {
            name: name.to_owned(),
            count: count.to_owned(),
            gross: self.money(rupiah),
        };
        let moved =
            |reason: &str, rupiah| MoveFields { reason: reason.to_owned(), amount: self.money(rupiah) };
        let moves = vec![moved("Uang kecil", 50_000), moved("Beli galon", -20_000)];
        ShiftFields {
            shop: self.shop(),
            counter: "Kasir 1".to_owned(),
            number: "12".to_owned(),
            day: self.date(),
            opened_by: "Siti".to_owned(),
            opened_at: self.at(8),
            closed_by: "Siti".to_owned(),
            closed_at: self.at(0),
            plans: vec![plan("1 Hari", "24", 120_000), plan("2 Jam", "6", 12_000)],
            count: "30".to_owned(),
            gross: self.money(132_000),
            discount: self.perhaps(self.money(500)),
            undone: self.perhaps(format!("1 · {}", self.money(5_000))),
            voided: self.perhaps(format!("1 · {}", self.money(5_000))),
            reprints: self.perhaps("2"),
            practice_count: self.perhaps("3"),
            opening: self.money(100_000),
            cash_sales: self.money(131_500),
            settlements: self.perhaps(self.money(200_000)),
            refunds: self.perhaps(self.money(10_000)),
            moves: if self.is_full() { moves } else { Vec::new() },
            pay_in: self.money(50_000),
            pay_out: self.money(20_000),
            expected: self.money(451_500),
            counted: self.money(449_500),
            difference: self.money(-2_000),
            note: self.perhaps("Salah kembalian"),
            approved_by: self.perhaps("Budi"),
            handed_over: self.money(349_500),
            left: self.money(100_000),
            audit_head: SEAL.to_owned(),
        }
    }

    fn cash_move(&self) -> CashMoveFields {
        CashMoveFields {
            shop: self.shop(),
            paid_in: self.is_full(),
            amount: self.money(50_000),
            reason: "Uang kecil".to_owned(),
            number: "5".to_owned(),
            date: self.date(),
            time: self.time(),
            shift: "12".to_owned(),
            counter: "Kasir 1".to_owned(),
            moved_by: "Siti".to_owned(),
        }
    }

    fn settlement(&self) -> SettlementFields {
        SettlementFields {
            shop: self.shop(),
            reseller: "Warung Bu Sri".to_owned(),
            bank: self.is_full(),
            returned: self.is_full(),
            quantity: "10".to_owned(),
            amount: self.money(50_000),
            balance: self.perhaps(self.money(150_000)),
            note: self.perhaps("Setoran minggu ini"),
            number: "3".to_owned(),
            date: self.date(),
            time: self.time(),
            settled_by: "Budi".to_owned(),
        }
    }
}
