//! Runs of numbers that stay or go up or down by one: where the rows of a segment stand as their source has them,
//! the numbers of their records, blocks and places in blocks are few of these.

use super::frame::{Reader, push_varint};
use crate::store::Result;

/// Numbers that begin with one and go on by a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    first: u64,
    step: Step,
    count: usize,
}

/// What each number of a run is beyond the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Same,
    Up,
    Down,
}

impl Step {
    const ALL: [Step; 3] = [Step::Same, Step::Up, Step::Down];

    fn between(a: u64, b: u64) -> Option<Step> {
        Step::ALL.into_iter().find(|step| step.go(a, 1) == Some(b))
    }

    fn go(self, from: u64, far: u64) -> Option<u64> {
        match self {
            Step::Same => Some(from),
            Step::Up => from.checked_add(far),
            Step::Down => from.checked_sub(far),
        }
    }
}

impl Run {
    fn last(&self) -> Option<u64> {
        self.step.go(self.first, self.count as u64 - 1)
    }

    /// Returns its numbers, which are known to be such.
    pub(crate) fn numbers(self) -> impl Iterator<Item = u64> {
        let Run { first, step, count } = self;
        let step = match step {
            Step::Same => 0,
            Step::Up => 1,
            Step::Down => u64::MAX,
        };
        (0..count as u64).map(move |at| first.wrapping_add(at.wrapping_mul(step)))
    }
}

/// Writes numbers as runs; `None` where they take more than half of `width` bytes each.
pub(crate) fn write_if_short(numbers: impl Iterator<Item = u64>, width: usize) -> Option<Vec<u8>> {
    write_while(numbers, |bytes, numbers| bytes <= START + numbers * width / 2)
}

/// Writes numbers as runs.
pub(crate) fn write(numbers: impl Iterator<Item = u64>) -> Vec<u8> {
    write_while(numbers, |_, _| true).unwrap_or_default()
}

/// Bytes that runs may take before they must have been worth it.
const START: usize = 64;

fn write_while(
    numbers: impl Iterator<Item = u64>,
    goes_on: impl Fn(usize, usize) -> bool,
) -> Option<Vec<u8>> {
    let mut numbers = numbers.peekable();
    let (mut out, mut last, mut seen) = (Vec::new(), 0u64, 0);
    while let Some(first) = numbers.next() {
        let step = numbers.peek().and_then(|next| Step::between(first, *next)).unwrap_or(Step::Same);
        let (mut end, mut count) = (first, 1u64);
        while let Some(next) = numbers.next_if(|next| step.go(end, 1) == Some(*next)) {
            (end, count) = (next, count + 1);
        }
        let jump = first.wrapping_sub(last) as i64;
        push_varint(&mut out, (jump << 1 ^ jump >> 63) as u64);
        push_varint(&mut out, (count - 1) * 3 + step as u64);
        seen += count as usize;
        if !goes_on(out.len(), seen) {
            return None;
        }
        last = end;
    }
    Some(out)
}

/// Reads the runs of `len` numbers, none of them beyond `limit`.
pub(crate) fn read(mut reader: Reader<'_>, len: usize, limit: u64) -> Result<Vec<Run>> {
    let (mut runs, mut last, mut left) = (Vec::new(), 0u64, len);
    while left > 0 {
        let jump = reader.varint()?;
        let first = last.wrapping_add((jump >> 1) ^ (jump & 1).wrapping_neg());
        let shape = reader.varint()?;
        let step = Step::ALL[(shape % 3) as usize];
        let count = usize::try_from(shape / 3).ok().filter(|more| *more < left);
        let count = count.ok_or_else(|| reader.bad("a run goes beyond its rows"))? + 1;
        let run = Run { first, step, count };
        last = run
            .last()
            .filter(|last| *last.max(&first) <= limit)
            .ok_or_else(|| reader.bad("a run has too great a number"))?;
        runs.push(run);
        left -= count;
    }
    if reader.is_empty() { Ok(runs) } else { Err(reader.bad("it has more runs than rows")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn runs_read_back(pieces in proptest::collection::vec((any::<u16>(), 0usize..3, 1usize..40), 0..12)) {
            let run = |(first, step, count): (u16, usize, usize)| {
                Run { first: 100 + u64::from(first), step: Step::ALL[step], count }.numbers().collect::<Vec<_>>()
            };
            let numbers: Vec<u64> = pieces.iter().copied().flat_map(run).collect();
            let out = write(numbers.iter().copied());
            prop_assert!(out.len() <= 8 * pieces.len());
            let read_back = |limit| read(Reader::new("x", &out), numbers.len(), limit);
            let runs = read_back(100_000).unwrap();
            prop_assert_eq!(runs.into_iter().flat_map(Run::numbers).collect::<Vec<_>>(), numbers.clone());
            let greatest = numbers.iter().copied().max().unwrap_or(0);
            prop_assert!(read_back(greatest).is_ok() && (numbers.is_empty() || read_back(greatest - 1).is_err()));
            prop_assert!(read(Reader::new("x", &out), numbers.len() + 1, u64::MAX).is_err());
        }

        #[test]
        fn junk_is_an_error_and_no_panic(payload: Vec<u8>, len in 0usize..1000, limit: u64) {
            for run in read(Reader::new("x", &payload), len, limit).into_iter().flatten() {
                prop_assert!(run.numbers().all(|number| number <= limit));
            }
        }
    }

    #[test]
    fn numbers_without_order_are_not_written() {
        let scattered = (0..1000u64).map(|n| n * 7919 % 1000);
        assert_eq!(write_if_short(scattered, 2), None);
        assert_eq!(write_if_short((0..1000).chain(0..500).rev(), 2).unwrap().len(), 8);
    }
}
