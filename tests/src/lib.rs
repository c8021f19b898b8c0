//! The pretend world of Karcis: one kit that every test knows.

pub mod hand;
mod receipt_printer;
mod shop;
pub mod thermal;

pub use receipt_printer::{FakePrinter, Mood, Roll, Takes};
pub use shop::{Plug, TestShop};
