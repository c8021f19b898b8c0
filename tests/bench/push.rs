//! From the books to the router and back over TCP with default socket options.

use crate::{Figures, ms};
use karcis_tests::TestShop;
use serde_json::json;
use std::time::Instant;

/// Pushes a batch and reads it back; the pretend router answers at once and works in the same process.
pub(crate) fn push(count: u32) -> Result<Figures, Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let mut shop = TestShop::open().await;
        let batch = shop.issue(count);
        let start = Instant::now();
        shop.work().await;
        let took = start.elapsed();
        let tally = shop.tally(&batch);
        if tally.on_router != count {
            return Err(format!("only {} of {count} on the router", tally.on_router).into());
        }
        Ok(Figures::from_iter([
            ("ms".to_owned(), ms(took)),
            ("users_per_s".to_owned(), json!((f64::from(count) / took.as_secs_f64()).round())),
        ]))
    })
}
