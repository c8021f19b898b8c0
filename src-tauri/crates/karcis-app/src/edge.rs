//! The edge where the clock and the system's randomness come in; everything below is told.

use karcis_core::engine::Clock;
use karcis_core::values::Timestamp;
use karcis_web::Randomness;
use rand::rand_core::UnwrapErr;
use rand::rngs::SysRng;
use std::sync::Arc;

/// The wall clock.
pub fn clock() -> Clock {
    Arc::new(|| {
        #[expect(
            clippy::disallowed_methods,
            reason = "this is the edge: everything below takes the time as a value"
        )]
        let now = chrono::Utc::now();
        Timestamp::from(now)
    })
}

/// The system's own randomness. A system that cannot give any cannot keep a secret either, so that ends the deed.
pub fn randomness() -> Randomness {
    Arc::new(|| Box::new(UnwrapErr(SysRng)))
}
