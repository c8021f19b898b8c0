//! The pretend world of Karcis: one kit that every test knows.

mod shop;

pub use shop::{Plug, TestShop};
