//! The screens of Karcis: URLs, forms, sessions and HTML.
//!
//! One router, driven three ways: by the window's custom scheme, by tests and by `serve`.
//! How a screen is added stands in `ui/README.md`.

mod about;
mod access;
mod answer;
mod approval;
mod assets;
mod audit;
mod batches;
mod cookie;
mod counter;
mod counters;
mod dashboard;
mod desk;
mod entry;
mod error;
mod fields;
mod format;
mod frame;
mod guard;
mod help;
mod icons;
mod ledger;
mod office;
mod plans;
mod printers;
mod prints;
mod queue;
mod reports;
mod resellers;
mod reservations;
mod routers;
mod routes;
mod sales;
mod settings;
mod shift;
mod slips;
mod staff;
mod templates;
mod texts;
mod updater;
mod visit;
mod vouchers;
mod wizard;

#[cfg(test)]
mod tests;

pub use access::Access;
pub use assets::Asset;
pub use entry::lock_window;
pub use format::Format;
pub use icons::Icon;
pub use office::{
    About, Autostart, Clock, DesktopHook, Hooks, KeepKey, KeySafe, Office, Outfit, PracticeRouter, Randomness,
};
pub use prints::{SheetFailure, sheet_pdf, window_pdf};
pub use reports::{Export, window_export};
pub use routes::{RouteRule, route_table, router};
pub use settings::{keep_picked_logo, may_change_settings};
pub use slips::{slip_composer, slip_pdf};
pub use texts::{Refusal, Texts};
pub use updater::{Release, UpdateStanding, UpdateTrouble, Updater};
pub use visit::{Caller, WindowSession};
