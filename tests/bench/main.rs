//! Measures the product from a file to the screen: `cargo bench`.
//!
//! Sizes come from `AUDITTY_BENCH` (default `100k,1m`; `10m-lean` for ten million short records, which needs about
//! 12 GB of disk). Every size is measured in a process of its own, so that its peak of memory is its own. Data are
//! made by the demo generator once and kept in the target folder. One table is printed, with the growth from size
//! to size; every figure is a median, of the questions no two the same, so that nothing answers from memory.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a measurement prints, and fails loudly"
)]

mod addresses;
mod data;
mod measure;
mod screen;
mod viewing;

use std::process::{Command, Stdio};

/// Says to measure reading a store that is there, its path, in place of sizes.
const STORE: &str = "AUDITTY_BENCH_STORE";
/// Names the parts to measure, with commas between them: `read`, `export`, `screen`, `view`, `addresses`; of
/// `read` also `facets`, `distinct`, `pages` and `texts` alone. For all but `addresses` alone an import is made.
const PARTS: &str = "AUDITTY_BENCH_PARTS";
/// Says how many of the slowest keys are listed, to find out why they are.
const SLOWEST: &str = "AUDITTY_BENCH_SLOWEST";
/// Says that this process measures one size and prints its figures.
const CHILD: &str = "AUDITTY_BENCH_CHILD";

fn main() {
    if let Ok(size) = std::env::var(CHILD) {
        measure::run(&data::Size::parse(&size).unwrap());
        return;
    }
    if let Ok(store) = std::env::var(STORE) {
        measure::read(std::path::Path::new(&store));
        return;
    }
    let sizes = std::env::var("AUDITTY_BENCH").unwrap_or_else(|_| "100k,1m".to_owned());
    let sizes: Vec<&str> = sizes.split(',').map(str::trim).collect();
    let columns: Vec<Vec<(String, f64)>> = sizes.iter().map(|size| figures(size)).collect();
    table(&sizes, &columns);
}

/// Measures one size in a process of its own.
fn figures(size: &str) -> Vec<(String, f64)> {
    let size =
        data::Size::parse(size).unwrap_or_else(|| panic!("{size} is no size; write 100k, 1m or 10m-lean"));
    if !measure::is_alone("addresses") {
        data::sample(&size);
    }
    eprintln!("measuring {}", size.name);
    let child = Command::new(std::env::current_exe().unwrap())
        .env(CHILD, &size.name)
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(child.status.success(), "measuring {} failed", size.name);
    let text = String::from_utf8(child.stdout).unwrap();
    let figure =
        |line: &str| line.split_once('\t').map(|(what, value)| (what.to_owned(), value.parse().unwrap()));
    text.lines().filter_map(figure).collect()
}

fn table(sizes: &[&str], columns: &[Vec<(String, f64)>]) {
    print!("{:<46}", "");
    sizes.iter().for_each(|size| print!("{size:>12}"));
    println!("{:>10}", "growth");
    for (what, _) in &columns[0] {
        print!("{what:<46}");
        let values: Vec<Option<f64>> = columns
            .iter()
            .map(|column| column.iter().find(|(name, _)| name == what).map(|(_, v)| *v))
            .collect();
        for value in &values {
            print!("{:>12}", value.map_or_else(|| "-".to_owned(), rounded));
        }
        let growth = values.first().copied().flatten().zip(values.last().copied().flatten());
        println!("{:>10}", growth.map_or_else(String::new, |(first, last)| format!("{:.1}x", last / first)));
    }
}

fn rounded(value: f64) -> String {
    match value {
        v if v >= 1000.0 => format!("{v:.0}"),
        v if v >= 10.0 => format!("{v:.1}"),
        v => format!("{v:.3}"),
    }
}
