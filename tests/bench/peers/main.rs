//! The same work with other programs, in one run: `cargo bench --bench peers`.
//!
//! DuckDB, sqlite-utils, sqlite3, lnav, ripgrep and jq, where they are installed (it prints how to install what is
//! not). Rounds alternate, A B A B, so that a busy moment hits all alike; printed are medians of the time on the wall
//! and the ratio to auditty's. `AUDITTY_BENCH_PEERS` sets the size (`100k`; `1m` takes some minutes).
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a measurement prints, and fails loudly"
)]

#[path = "../data.rs"]
mod data;
mod work;

use std::time::Instant;

use work::{Program, Task, tasks};

/// Rounds of each task.
const ROUNDS: usize = 3;

fn main() {
    let size = std::env::var("AUDITTY_BENCH_PEERS").unwrap_or_else(|_| "100k".to_owned());
    let size = data::Size::parse(&size).unwrap_or_else(|| panic!("{size} is no size; write 100k or 1m"));
    let source = data::sample(&size);
    let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    println!("{} entries, {} rounds, medians in ms", size.entries, ROUNDS);
    let mut told: Vec<String> = Vec::new();
    for mut task in tasks(&source, dir.path()) {
        task.programs.retain(|program| is_there(program, &mut told));
        measure(&task);
    }
}

/// Whether a program is installed; says once how to install it where it is not.
fn is_there(program: &Program, told: &mut Vec<String>) -> bool {
    let there = program.is_there();
    if !there && !told.contains(&program.name) {
        program.tell_missing();
        told.push(program.name.clone());
    }
    there
}

fn measure(task: &Task) {
    println!("\n{}", task.what);
    let mut times: Vec<Vec<f64>> = vec![Vec::new(); task.programs.len()];
    for _ in 0..ROUNDS {
        for (program, times) in task.programs.iter().zip(&mut times) {
            program.prepare();
            let started = Instant::now();
            program.run();
            times.push(started.elapsed().as_secs_f64() * 1e3);
        }
    }
    let medians: Vec<f64> = times
        .into_iter()
        .map(|mut times| {
            times.sort_by(f64::total_cmp);
            times[times.len() / 2]
        })
        .collect();
    for (program, median) in task.programs.iter().zip(&medians) {
        println!("  {:<34}{median:>12.1}{:>9.2}x", program.name, median / medians[0]);
    }
}
