//! Income and what lies beneath it.

mod chart;
mod table;
