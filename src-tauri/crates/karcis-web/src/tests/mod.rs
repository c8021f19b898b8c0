//! The screens as people and strangers meet them: the real router over real books.

mod about;
mod approvals;
mod batches;
mod catalogue;
mod counter;
mod counters;
mod desktop;
mod entry;
mod full_disk;
mod guard;
mod help;
mod locks;
mod matrix;
mod overview;
mod panics;
mod paper;
mod plans;
mod pretend;
mod printers;
mod prints;
mod reports;
mod resellers;
mod routers;
mod sales;
mod secrecy;
mod settings;
mod shifts;
mod slip_words;
mod slips;
mod staff;
mod stock;
mod thieves;
mod updates;
mod vouchers;
mod wizard;

pub(crate) use pretend::{Reply, Shop};
