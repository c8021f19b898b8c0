//! The screens as people and strangers meet them: the real router over real books.

mod catalogue;
mod entry;
mod guard;
mod matrix;
mod panics;
mod pretend;
mod settings;
mod staff;
mod wizard;

pub(crate) use pretend::{Reply, Shop};
