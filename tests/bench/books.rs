//! What a commit costs.

use crate::{Figures, ms, percentile};
use karcis_core::db::Db;
use karcis_core::fault::Fault;
use karcis_core::settings;
use karcis_core::vouchers::{self, BatchRequest, ChunkAnswer};
use karcis_tests::TestShop;
use rand::SeedableRng;
use rand::rngs::StdRng;
use std::path::Path;
use std::time::Instant;

/// A batch durable on the disk: codes drawn, rows and notes written, committed with `synchronous=FULL`.
pub(crate) fn durable(count: u32) -> Result<Figures, Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Runtime::new()?;
    let mut shop = runtime.block_on(TestShop::open());
    let start = Instant::now();
    shop.issue(count);
    Ok(Figures::from_iter([("ms".to_owned(), ms(start.elapsed()))]))
}

/// One small write after another.
pub(crate) fn small_commits() -> Result<Figures, Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let db = Db::open(folder.path())?;
    let mut durations = Vec::new();
    for number in 0..500 {
        let start = Instant::now();
        db.write(|tx| settings::keep(tx, "bench", &number.to_string()))?;
        durations.push(start.elapsed());
    }
    durations.sort_unstable();
    Ok(Figures::from_iter([
        ("p50_ms".to_owned(), ms(percentile(&durations, 50))),
        ("p99_ms".to_owned(), ms(percentile(&durations, 99))),
    ]))
}

/// Books with 20 batches of 10,000 vouchers, all of them read back; the same every time.
pub(crate) fn make_large(folder: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Runtime::new()?;
    let mut shop = runtime.block_on(TestShop::open_in(folder));
    shop.plan.code.length = 10;
    for _ in 0..20 {
        let batch = shop.issue(10_000);
        let request = BatchRequest {
            plan: shop.plan.id,
            size: batch.size,
            code: batch.code.clone(),
            note: String::new(),
            shelf_life_days: None,
        };
        let now = shop.now();
        let mut rng = StdRng::seed_from_u64(request.size.into());
        shop.db.write(|tx| {
            let present = vouchers::printable(tx, batch.id)?.into_iter().map(|card| card.id).collect();
            let answer = ChunkAnswer { present, taken: Vec::new() };
            vouchers::keep_answer(tx, batch.id, 0, &answer, &mut rng, now)?;
            Ok::<_, Fault>(())
        })?;
    }
    shop.settle_notes();
    crate::screens::found(&shop.db)?;
    Ok(())
}
