//! The ledger for people: the trial balance that proves it, and each account's statement.

mod statement;
mod trial;

use crate::access::Access;
use crate::routes::Routes;
use crate::texts::Texts;
use karcis_core::ledger::{Account, AccountKind, EntryKind};
use karcis_core::staff::{Area, Deed, Permission};

const READ: Access = Access::May(Permission::new(Area::Report, Deed::Read));

pub(crate) fn routes(routes: &mut Routes) {
    routes.get("/ledger", READ, trial::page);
    routes.get("/ledger/{account}", READ, statement::page);
}

/// What an account is called: its own word, and which counter, plan or reseller it is of.
fn account_words(account: &Account, name: &str, t: &Texts) -> String {
    let w = &t.ledger.accounts;
    match account {
        Account::Drawer(_) => w.drawer(name),
        Account::Bank => w.bank.to_owned(),
        Account::Receivable(_) => w.receivable(name),
        Account::Deposits => w.deposits.to_owned(),
        Account::Owner => w.owner.to_owned(),
        Account::Sales(_) => w.sales(name),
        Account::Discounts => w.discounts.to_owned(),
        Account::Commission => w.commission.to_owned(),
        Account::CashDifference => w.cash_difference.to_owned(),
    }
}

fn family(kind: AccountKind, t: &Texts) -> &'static str {
    let w = &t.ledger.families;
    match kind {
        AccountKind::Asset => w.asset,
        AccountKind::Liability => w.liability,
        AccountKind::Equity => w.equity,
        AccountKind::Income => w.income,
        AccountKind::Expense => w.expense,
    }
}

/// What moved the money, in a word.
fn entry_word(kind: EntryKind, t: &Texts) -> &'static str {
    let w = &t.ledger.entries;
    match kind {
        EntryKind::Sale => w.sale,
        EntryKind::Undo => w.undo,
        EntryKind::Void => w.void,
        EntryKind::Float => w.float,
        EntryKind::PayIn => w.pay_in,
        EntryKind::PayOut => w.pay_out,
        EntryKind::Difference => w.difference,
        EntryKind::TakeOut => w.take_out,
        EntryKind::Handover => w.handover,
        EntryKind::Return => w.returned,
        EntryKind::Settlement => w.settlement,
    }
}
