use std::path::Path;
use std::time::Instant;

use super::*;
use crate::ingest::format::Formats;
use crate::ingest::frame::Item;
use crate::ingest::source::find;
use crate::ops::import::{Known, Overrides};

/// Records of so many lines, large enough for many slabs.
fn write(dir: &Path, lines: usize) -> Plan {
    let path = dir.join("log");
    let pad = "x".repeat(900);
    let text: String = (0..lines).map(|n| format!("{{\"n\":{n},\"pad\":\"{pad}\"}}\n")).collect();
    std::fs::write(&path, text).unwrap();
    let found = find(&[path.to_string_lossy()]);
    Plan::new(&found, &Formats::builtin(), &Overrides::default(), Known::default()).unwrap()
}

/// Gives back the numbers of the records, and does as told at one of them.
struct Numbers {
    at: u64,
    then: fn(),
}

impl Parse for Numbers {
    type Out = Vec<u64>;

    fn parse(&mut self, job: &Job) -> Vec<u64> {
        let number = |item: &Item| match item {
            Item::Record { record, .. } => *record,
            Item::Reject(reject) => reject.record,
        };
        let numbers: Vec<u64> = job.slab.items.iter().map(number).collect();
        if numbers.contains(&self.at) {
            (self.then)();
        }
        numbers
    }
}

fn workers(at: u64, then: fn()) -> Vec<Numbers> {
    (0..2).map(|_| Numbers { at, then }).collect()
}

#[test]
fn results_come_in_the_order_of_the_source_whoever_is_slow() {
    let dir = tempfile::tempdir().unwrap();
    let plan = write(dir.path(), 20_000);
    let mut seen = Vec::new();
    let mut sink = |event: Event<Vec<u64>>| {
        if let Event::Records(numbers, ..) = event {
            seen.extend(numbers);
        }
        Ok::<_, ()>(())
    };
    // The first slab takes longer than all others together.
    let slow = || std::thread::sleep(Duration::from_millis(300));
    run(&plan, workers(0, slow), &Cancel::new(), &mut sink).unwrap();
    assert_eq!(seen, (0..20_000).collect::<Vec<_>>());
}

#[test]
fn a_panic_in_a_worker_is_an_error_and_no_hang() {
    let dir = tempfile::tempdir().unwrap();
    let plan = write(dir.path(), 20_000);
    let result = run(&plan, workers(3000, || panic!("on purpose")), &Cancel::new(), &mut |_| Ok::<_, ()>(()));
    assert!(matches!(&result, Err(Failed::Panicked(what)) if what == "on purpose"), "{result:?}");
}

#[test]
fn a_sink_that_fails_ends_everything() {
    let dir = tempfile::tempdir().unwrap();
    let plan = write(dir.path(), 50_000);
    let mut calls = 0;
    let mut sink = |event: Event<Vec<u64>>| match event {
        Event::Records(..) => {
            calls += 1;
            Err("disk full")
        }
        _ => Ok(()),
    };
    let result = run(&plan, workers(u64::MAX, || ()), &Cancel::new(), &mut sink);
    assert!(matches!(result, Err(Failed::Sink("disk full"))));
    assert_eq!(calls, 1);
}

#[cfg(unix)]
#[test]
fn a_pipe_that_never_speaks_can_be_left() {
    let dir = tempfile::tempdir().unwrap();
    let pipe = dir.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    if !made.is_ok_and(|status| status.success()) {
        return;
    }
    let found = find(&[pipe.to_string_lossy()]);
    let plan = Plan::new(&found, &Formats::builtin(), &Overrides::default(), Known::default()).unwrap();
    let cancel = Cancel::new();
    let stop = cancel.clone();
    let started = Instant::now();
    let mut sink = |_: Event<Vec<u64>>| {
        stop.cancel();
        Ok::<_, ()>(())
    };
    let result = run(&plan, workers(u64::MAX, || ()), &cancel, &mut sink);
    assert!(matches!(result, Err(Failed::Cancelled)), "{result:?}");
    assert!(started.elapsed() < Duration::from_secs(30));
}
