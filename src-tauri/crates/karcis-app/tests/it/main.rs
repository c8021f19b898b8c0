//! The assembly and the console program, tried as people meet them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod assembly;
mod browser;
mod canary;
mod console;
mod demo;
mod disk_full;
mod doctor;
mod moving;
mod places;
mod practice;
mod serve;
