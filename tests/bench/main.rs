//! Measures what Karcis promises: medians of five (fewer where a router takes minutes), CPU seconds and peak memory, each run in a process of its own.
//!
//! `bench` runs every part and prints one JSON object; `bench PART` runs one part once and prints its figures.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this program's purpose is to print its measurements"
)]

mod books;
mod counter;
mod paper;
mod push;
mod router;
mod screens;

use routeros_sim::Speed;
use serde_json::{Map, Value, json};
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};

/// Runs of each part; the median is kept.
const RUNS: usize = 5;
/// Parts that take minutes because a router does: so many runs of them.
const FEWER_RUNS: [(&str, usize); 4] = [
    ("push_and_read_back_10000_chr", 1),
    ("push_and_read_back_1000_hap_lite", 1),
    ("push_and_read_back_10000_hap_lite", 1),
    ("router_gone_and_back", 3),
];

/// What one run of a part found, in the unit its name says.
type Figures = Map<String, Value>;
type Part = fn() -> Result<Figures, Box<dyn std::error::Error>>;

const PARTS: [(&str, Part); 20] = [
    ("codes_durable_1000", || books::durable(1_000)),
    ("codes_durable_10000", || books::durable(10_000)),
    ("commit_small_full", books::small_commits),
    ("push_and_read_back_1000", || push::push(1_000)),
    ("push_and_read_back_10000", || push::push(10_000)),
    ("push_and_read_back_1000_chr", || router::push(1_000, Speed::Chr)),
    ("push_and_read_back_10000_chr", || router::push(10_000, Speed::Chr)),
    ("push_and_read_back_1000_hap_lite", || router::push(1_000, Speed::HapLite)),
    ("push_and_read_back_10000_hap_lite", || router::push(10_000, Speed::HapLite)),
    ("active_users_10000", || router::crowd(10_000)),
    ("router_gone_and_back", router::gone_and_back),
    ("screens_while_router_hangs", router::screens_beside_a_hanging_one),
    ("pdf_1000", || paper::pdf(1_000)),
    ("pdf_10000", || paper::pdf(10_000)),
    ("slip_bytes_1000", || paper::slips(1_000)),
    ("voucher_search_200000", screens::search),
    ("serve_200000", screens::serve),
    ("sale_committed_200000", counter::one_sale),
    ("sales_200_by_screen_200000", counter::hard_minute),
    ("reports_200000", counter::sums),
];

fn main() -> ExitCode {
    match std::env::args().nth(1).as_deref() {
        Some("make-books") => finish(books::make_large(&large_books()).map(|()| Figures::new())),
        Some("make-sold") => {
            finish(counter::make_sold(&large_books(), &sold_books()).map(|()| Figures::new()))
        }
        Some(name) => match PARTS.iter().find(|(part, _)| *part == name) {
            Some((_, part)) => finish(part().map(with_costs)),
            None => {
                eprintln!("there is no part {name}");
                ExitCode::FAILURE
            }
        },
        None => finish(all()),
    }
}

fn finish(figures: Result<Figures, Box<dyn std::error::Error>>) -> ExitCode {
    match figures {
        Ok(figures) => {
            println!("{}", Value::Object(figures));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The books with 200,000 vouchers, made once and read by several parts.
fn large_books() -> PathBuf {
    std::env::var_os("KARCIS_BENCH_BOOKS").map_or_else(|| PathBuf::from("target/bench-books"), PathBuf::from)
}

/// The same books after every voucher was sold.
fn sold_books() -> PathBuf {
    large_books().join("sold")
}

fn all() -> Result<Figures, Box<dyn std::error::Error>> {
    let mut sum = Figures::new();
    if !large_books().join("karcis.db").exists() {
        eprintln!("making books with 200,000 vouchers");
        run("make-books")?;
    }
    if !sold_books().exists() {
        eprintln!("selling all of them");
        run("make-sold")?;
    }
    for (name, _) in PARTS {
        eprint!("{name}");
        let mut runs = Vec::new();
        let few = FEWER_RUNS.iter().find(|(part, _)| *part == name);
        for _ in 0..few.map_or(RUNS, |(_, runs)| *runs) {
            runs.push(run(name)?);
            eprint!(".");
        }
        let median = medians(&runs);
        eprintln!(" {}", Value::Object(median.clone()));
        sum.insert(name.to_owned(), Value::Object(median));
    }
    Ok(sum)
}

fn run(part: &str) -> Result<Figures, Box<dyn std::error::Error>> {
    let output = Command::new(std::env::current_exe()?).arg(part).stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(format!("the part {part} failed").into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// The median of every figure, each by itself.
fn medians(runs: &[Figures]) -> Figures {
    let mut median = Figures::new();
    for key in runs.first().into_iter().flat_map(Map::keys) {
        let mut values: Vec<f64> = runs.iter().filter_map(|run| run.get(key)?.as_f64()).collect();
        values.sort_by(f64::total_cmp);
        if let Some(value) = values.get(values.len() / 2) {
            median.insert(key.clone(), json!(value));
        }
    }
    median
}

/// Adds what the process has cost: CPU seconds and the most memory it held.
fn with_costs(mut figures: Figures) -> Figures {
    figures.entry("cpu_s").or_insert(json!(cpu_seconds()));
    figures.entry("peak_mib").or_insert(json!(memory("/proc/self/status", "VmHWM:")));
    figures
}

/// What this process has computed so far, in seconds of one processor.
fn cpu_seconds() -> f64 {
    let own = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = own.rsplit(") ").next().unwrap_or_default().split(' ').collect();
    let ticks: f64 = [11, 12].iter().filter_map(|at| fields.get(*at)?.parse::<f64>().ok()).sum();
    ticks / 100.0
}

/// A line of a Linux process's own account of its memory, in MiB.
fn memory(status: &str, line: &str) -> f64 {
    let status = std::fs::read_to_string(status).unwrap_or_default();
    let found = status.lines().find_map(|text| text.strip_prefix(line));
    let kib: f64 = found.and_then(|text| text.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0.0);
    (kib / 1024.0 * 10.0).round() / 10.0
}

/// Milliseconds to a tenth.
fn ms(duration: std::time::Duration) -> Value {
    json!((duration.as_secs_f64() * 10_000.0).round() / 10.0)
}

/// The value below which so many percent of the sorted durations lie.
fn percentile(sorted: &[std::time::Duration], percent: usize) -> std::time::Duration {
    let at = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(at).copied().unwrap_or_default()
}
