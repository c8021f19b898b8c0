//! The pretend world of Karcis: one kit that every test knows.

pub mod hand;
mod line;
mod promises;
mod receipt_printer;
mod shop;
mod template;
pub mod thermal;
mod trials;

pub use line::{Breakage, Carried, Line, Way};
pub use promises::{broken_promises, strangers};
pub use receipt_printer::{FakePrinter, Mood, Roll, Takes};
pub use shop::{Plug, TestShop, request_of};
pub use template::Template;
pub use trials::{Trial, try_all};
