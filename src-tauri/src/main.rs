//! The window of Karcis.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod commands;
mod complaint;
mod failure;
mod office;
mod start;
mod transport;

fn main() -> std::process::ExitCode {
    failure::announce_panics();
    match start::run() {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => failure::announce(&error),
    }
}
