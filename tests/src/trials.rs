//! Many trials of one promise, on every core.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use tokio::runtime::Builder;

/// One of many trials. Its name is all that is needed to run it again.
pub trait Trial: Sync {
    /// What it is called in `KARCIS_TRIAL`.
    fn name(&self) -> String;
}

/// Threads for each core: a trial waits for a silent router now and then.
const PER_CORE: usize = 2;
/// Failures that are told; the rest are counted.
const TOLD: usize = 5;

/// Runs every trial, one in so many as `KARCIS_TEST_SHARE` says, or only the one named in `KARCIS_TRIAL`, and fails with
/// what the first of them found.
///
/// # Panics
/// When a trial finds something.
pub fn try_all<T: Trial>(test: &str, trials: &[T], run: impl AsyncFn(&T) -> Vec<String> + Sync) {
    let only = std::env::var("KARCIS_TRIAL").ok();
    let share = std::env::var("KARCIS_TEST_SHARE").ok().and_then(|share| share.parse().ok()).unwrap_or(1);
    let meant = trials.iter().filter(|trial| only.as_ref().is_none_or(|only| *only == trial.name()));
    let chosen: Vec<&T> = meant.step_by(std::cmp::max(share, 1)).collect();
    let (next, failures) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..cores * PER_CORE {
            scope.spawn(|| {
                let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime starts");
                while let Some(trial) = chosen.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let found = catch_unwind(AssertUnwindSafe(|| runtime.block_on(run(trial))));
                    let found = found.unwrap_or_else(|panic| vec![told(panic.as_ref())]);
                    if !found.is_empty() {
                        let line = format!("{}: {}", trial.name(), found.join("; "));
                        failures.lock().unwrap_or_else(PoisonError::into_inner).push((trial.name(), line));
                    }
                }
            });
        }
    });
    let mut failures = failures.into_inner().unwrap_or_else(PoisonError::into_inner);
    failures.sort();
    if let Some((first, _)) = failures.first() {
        let lines: Vec<&str> = failures.iter().take(TOLD).map(|(_, line)| line.as_str()).collect();
        panic!(
            "{} of {} trials failed:\n{}\nAgain: KARCIS_TRIAL='{first}' cargo test -p karcis-tests --test faults {test}",
            failures.len(),
            chosen.len(),
            lines.join("\n")
        );
    }
}

fn told(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("it panicked").to_owned()
}
