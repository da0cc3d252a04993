//! What mapping by a format file costs beside a parser written by hand for the same fields: `cargo bench --bench mapping`.
//!
//! Both read the lines of the demo's log with the same JSON reader, give each entry its id, and fill what the store's
//! columns hold; first it is checked that they agree on every entry. Printed are the best of some rounds, which alternate,
//! and the ratio. `AUDITTY_BENCH_MAPPING` sets the size (`100k`).
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a measurement prints, and fails loudly"
)]

#[path = "mapping/by_hand.rs"]
mod by_hand;
#[allow(dead_code, reason = "other measurements use the rest")]
mod data;

use std::time::Instant;

use auditty::domain::Entry;
use auditty::ingest::format::{Formats, MapContext, Mapper, Want};
use auditty::ingest::{Decoder, Syntax};

use by_hand::ByHand;

const ROUNDS: usize = 9;

fn main() {
    let size = std::env::var("AUDITTY_BENCH_MAPPING").unwrap_or_else(|_| "100k".to_owned());
    let size = data::Size::parse(&size).unwrap_or_else(|| panic!("{size} is no size; write 100k or 1m"));
    let text = std::fs::read(data::sample(&size)).unwrap();
    let lines: Vec<&[u8]> = text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
    let formats = Formats::builtin();
    let format = formats.get("customerio").unwrap();
    let mut mapper = Mapper::new(formats, format, MapContext::default());
    let mut hand = ByHand::learnt(|each| by_format(&mut mapper, &lines, each));
    agree(&mut mapper, &mut hand, &lines);
    let (mut format, mut own, mut json) = (f64::MAX, f64::MAX, f64::MAX);
    for _ in 0..ROUNDS {
        format = format
            .min(seconds(|| by_format(&mut mapper, &lines, &mut |entry| drop(std::hint::black_box(entry)))));
        own = own.min(seconds(|| hand.read(&lines, &mut |entry| drop(std::hint::black_box(entry)))));
        json = json.min(seconds(|| decode(&lines)));
    }
    let rate = |seconds: f64| text.len() as f64 / 1e6 / seconds;
    println!("{} entries, {} MB, one thread, best of {ROUNDS}", lines.len(), text.len() / 1_000_000);
    println!("  {:<34}{:>9.0} MB/s", "JSON alone", rate(json));
    println!("  {:<34}{:>9.0} MB/s", "by hand", rate(own));
    println!("  {:<34}{:>9.0} MB/s{:>9.2}x", "by the format file", rate(format), format / own);
}

fn seconds(mut run: impl FnMut()) -> f64 {
    let started = Instant::now();
    run();
    started.elapsed().as_secs_f64()
}

fn decode(lines: &[&[u8]]) {
    let mut decoder = Decoder::new();
    for line in lines {
        std::hint::black_box(decoder.decode(line, &Syntax::Json).unwrap());
    }
}

fn by_format(mapper: &mut Mapper, lines: &[&[u8]], each: &mut dyn FnMut(Entry<'_>)) {
    let mut decoder = Decoder::new();
    for line in lines {
        let root = decoder.decode(line, &Syntax::Json).unwrap();
        let mut entries = Vec::with_capacity(1);
        mapper.map(root, Want::Index, &mut entries);
        entries.into_iter().for_each(&mut *each);
    }
}

fn agree(mapper: &mut Mapper, hand: &mut ByHand, lines: &[&[u8]]) {
    for some in lines.chunks(4096) {
        let (mut a, mut b) = (Vec::new(), Vec::new());
        by_format(mapper, some, &mut |entry| a.push(entry.into_owned()));
        hand.read(some, &mut |entry| b.push(entry.into_owned()));
        for (at, line) in some.iter().enumerate() {
            assert_eq!(a.get(at), b.get(at), "{}", String::from_utf8_lossy(line));
        }
    }
}
