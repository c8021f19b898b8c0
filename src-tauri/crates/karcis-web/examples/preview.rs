//! Serves the screens over a data folder, to look at them while they are drawn:
//! `cargo run -p karcis-web --example preview -- FOLDER [PORT]`.

mod office;

use karcis_web::{Hooks, KeySafe};
use office::Opened;
use std::error::Error;
use std::sync::Arc;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let key_safe = KeySafe { usable: Arc::new(|| true), keep: Arc::new(|_| Ok(())) };
    let hooks = Hooks { key_safe: Some(key_safe), ..Hooks::default() };
    Opened::from_arguments().await?.serve(hooks).await
}
