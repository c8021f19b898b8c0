//! Every rule and every row of Karcis, and the outbox engine that carries decisions to the world.
//!
//! The books decide; the world follows. A verb is one synchronous function in one write transaction that
//! leaves notes of what the world is owed. Slices call downwards only: each may use those above it in this list.

pub mod values;

pub mod db;

pub mod fault;

pub mod settings;

pub mod audit;

pub mod secrets;

pub mod staff;

pub mod outbox;

pub mod ledger;

pub mod routers;

pub mod plans;

pub mod vouchers;

pub mod prints;

pub mod printers;

pub mod slips;

pub mod counters;

pub mod shifts;

pub mod reservations;

pub mod sales;

pub mod resellers;

pub mod reports;

pub mod templates;

pub mod practice;

pub mod desktop;

pub mod updates;

pub mod notices;

pub mod engine;

#[cfg(test)]
mod pretend;
