use super::*;
use crate::domain::time::SECOND;
use crate::domain::{ActorKind, Timestamp};
use crate::query::Position;

/// Rows of which those with one letter are one set; a dot stands for itself.
fn rows(shape: &str) -> Vec<Row> {
    let row = |(number, letter): (usize, char)| {
        let time = Some(Timestamp(1_795_000_000 * SECOND - number as i64 * 100 * SECOND));
        let position = Position { time, source: 1, order: number as u64, part: 0 };
        let mut row = Row::blank(EntryId::of(&number.to_be_bytes(), 0), position);
        row.kind = ActorKind::System;
        row.request = (letter != '.').then(|| letter.to_string().into());
        row
    };
    shape.chars().enumerate().map(row).collect()
}

fn lines(shape: &str, first: u64, total: u64, unfolded: &[usize]) -> Lines {
    let rows = rows(shape);
    let unfolded = unfolded.iter().map(|at| rows[*at].id).collect();
    Lines::of(&rows, first, total, &unfolded)
}

/// Every line with its first rank and its count.
fn shown(lines: &Lines) -> Vec<String> {
    let kind = |line: &TableLine| match line.kind {
        Kind::Entry => "",
        Kind::Folded => ">",
        Kind::Head => "v",
        Kind::Member => "|",
    };
    let open = |line: &TableLine| if line.open() { "+" } else { "" };
    lines
        .lines
        .iter()
        .map(|line| format!("{}{}x{}{}", kind(line), line.first, line.count, open(line)))
        .collect()
}

#[test]
fn sets_are_lines() {
    assert_eq!(shown(&lines(".aaa.", 0, 5, &[])), ["0x1", ">1x3", "4x1"]);
    assert_eq!(shown(&lines(".aaa.", 0, 5, &[2])), ["0x1", "v1x3", "|1x1", "|2x1", "|3x1", "4x1"]);
    assert_eq!(shown(&lines("aabb", 0, 4, &[])), [">0x2", ">2x2"]);
    assert_eq!(shown(&Lines::flat(3, 2, 9)), ["3x1", "4x1"]);
}

#[test]
fn what_others_did_in_between_follows_a_set_or_stands_in_it() {
    let folded = lines("a.ba.b", 0, 6, &[]);
    assert_eq!(shown(&folded), [">0x2", "1x1", ">2x2", "4x1"]);
    assert_eq!(folded.ranks(&folded.lines[0]), [0, 3]);
    assert_eq!(folded.step(Spot::row(0), 1), Spot::row(1));
    assert_eq!(folded.settled(Spot::row(3)), Spot::row(0), "hidden in the line of its set");
    assert_eq!(folded.settled(Spot::row(5)), Spot::row(2));
    assert_eq!((folded.end(Spot::row(0)), folded.end(Spot::row(2)), folded.end(Spot::row(4))), (0, 3, 5));
    let open = lines("a.ba.b", 0, 6, &[3]);
    assert_eq!(shown(&open), ["v0x2", "|0x1", "1x1", ">2x2", "|3x1", "4x1"]);
}

#[test]
fn a_set_at_the_edge_of_what_is_held_may_be_larger() {
    assert_eq!(shown(&lines("aa.bb", 10, 15, &[])), [">10x2+", "12x1", ">13x2+"]);
    assert_eq!(shown(&lines("aa.bb", 10, 16, &[])), [">10x2+", "12x1", ">13x2+"]);
}

#[test]
fn long_sets_are_cut_at_round_ranks() {
    let long = "a".repeat(2_300);
    assert_eq!(shown(&lines(&long, 900, 3_200, &[])), [">900x100+", ">1000x1000", ">2000x1000", ">3000x200"]);
}

#[test]
fn steps_go_by_lines() {
    let folded = lines(".aaa.", 0, 5, &[]);
    assert_eq!(folded.step(Spot::row(0), 1), Spot::row(1));
    assert_eq!(folded.step(Spot::row(1), 1), Spot::row(4), "over the folded ones");
    assert_eq!(folded.step(Spot::row(2), 1), Spot::row(4), "also from a row inside");
    assert_eq!(folded.step(Spot::row(4), -2), Spot::row(0));
    assert_eq!((folded.step(Spot::row(4), 9), folded.step(Spot::row(0), -9)), (Spot::row(4), Spot::row(0)));
    assert_eq!(folded.between(Spot::row(0), Spot::row(4)), 2);
    assert_eq!(folded.end(Spot::row(2)), 3);
    let open = lines("aaa.", 0, 4, &[0]);
    assert_eq!(open.step(Spot::head(0), 1), Spot::row(0));
    assert_eq!(open.step(Spot::row(0), -1), Spot::head(0));
    assert_eq!(folded.settled(Spot::head(1)), Spot::row(1), "it has no line of its own while folded");
}

#[test]
fn beyond_what_is_held_each_row_is_a_line() {
    let held = lines(".aaa.", 100, 1_000, &[]);
    assert_eq!(held.step(Spot::row(104), 3), Spot::row(107));
    assert_eq!(held.step(Spot::row(101), -3), Spot::row(98));
    assert_eq!(held.step(Spot::row(500), 2), Spot::row(502));
    assert_eq!(held.step(Spot::row(999), 2), Spot::row(999));
    assert_eq!(Lines::default().step(Spot::row(0), 1), Spot::row(0));
}

proptest::proptest! {
    /// Every row has one line that shows it, and stepping through all lines meets each once.
    #[test]
    fn no_row_is_lost(shape in "[.ab]{1,40}", first in 0..3u64, behind in 0..3u64, open in proptest::collection::vec(0..40usize, 0..3)) {
        let count = shape.chars().count();
        let total = first + count as u64 + behind;
        let unfolded: Vec<usize> = open.into_iter().filter(|at| *at < count).collect();
        let lines = lines(&shape, first, total, &unfolded);
        for rank in first..first + count as u64 {
            let line = lines.at(Spot::row(rank)).unwrap();
            proptest::prop_assert!(lines.ranks(line).contains(&rank));
            proptest::prop_assert_ne!(line.kind, Kind::Head);
        }
        let (mut spot, mut seen, mut entries) = (lines.lines[0].spot(), 1, 0);
        loop {
            let line = lines.at(spot).unwrap();
            entries += if line.kind == Kind::Head { 0 } else { line.count };
            let next = lines.step(spot, 1);
            if next == spot || lines.at(next).is_none() {
                break;
            }
            proptest::prop_assert_eq!(lines.step(next, -1), spot);
            (spot, seen) = (next, seen + 1);
        }
        proptest::prop_assert_eq!(seen, lines.len());
        proptest::prop_assert_eq!(entries, count as u64);
    }
}
