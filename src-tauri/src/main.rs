//! The window of Karcis.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod bell;
mod carrier;
mod commands;
mod complaint;
mod failure;
mod office;
mod silent;
mod start;
mod transport;
mod tray;

fn main() -> std::process::ExitCode {
    failure::announce_panics();
    match start::run() {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => failure::announce(&error),
    }
}
