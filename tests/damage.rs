//! Stores that a disk has damaged: what is lost is named, and the rest is looked at.

use std::fs;
use std::path::PathBuf;

use super::home::Home;

const PAGE: usize = 4096;

fn store(home: &Home) -> PathBuf {
    home.path(".local/share/auditty/auditty.db")
}

/// Runs the check with the store's bytes changed; what it printed.
fn verified(home: &Home, whole: &[u8], change: impl FnOnce(&mut Vec<u8>)) -> String {
    let mut bytes = whole.to_vec();
    change(&mut bytes);
    fs::write(store(home), bytes).unwrap();
    let run = home.run(&["verify"]);
    assert_eq!(run.status, 1, "{}{}", run.out, run.err);
    assert!(run.out.contains("damaged: "), "{}", run.out);
    run.out
}

#[test]
fn a_page_lost_anywhere_is_a_finding_and_no_end() {
    let home = Home::with_demo(3_000);
    home.ok(&["verify"]);
    let whole = fs::read(store(&home)).unwrap();
    let pages = whole.len() / PAGE;
    assert!(pages > 20, "{pages} pages");
    let mut named = 0;
    for page in (1..pages).step_by(pages.div_ceil(30)) {
        let told = verified(&home, &whole, |bytes| bytes[page * PAGE] ^= 0xff);
        named += usize::from(told.contains(" of demo.ndjson (block "));
    }
    assert!(named > 0, "no record was named");
}

#[test]
fn a_flipped_byte_of_a_block_names_its_records_and_the_others_are_checked() {
    let home = Home::with_demo(3_000);
    let whole = fs::read(store(&home)).unwrap();
    let (mut named, mut others) = (0, 0);
    for part in 1..12 {
        let told = verified_if_damaged(&home, &whole, whole.len() * part / 12);
        named += usize::from(told.contains(" of demo.ndjson (block "));
        let records = told.lines().find_map(|line| line.strip_prefix("records")).unwrap_or_default();
        others += usize::from(!records.trim_start().starts_with("0 ") && !records.is_empty());
    }
    assert!(named > 0 && others > 0, "{named} named, {others} with records that are whole");
}

/// Flips a byte; one in a gap of a page is no damage.
fn verified_if_damaged(home: &Home, whole: &[u8], at: usize) -> String {
    let mut bytes = whole.to_vec();
    bytes[at] ^= 0xff;
    fs::write(store(home), bytes).unwrap();
    let run = home.run(&["verify"]);
    assert!([0, 1].contains(&run.status), "byte {at}: {}{}", run.out, run.err);
    run.out
}
