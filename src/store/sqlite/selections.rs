//! What filters let through, for all connections: the page and the counts of a filter are asked for at once, and who
//! asks while another works on the same filter takes a part of that work.

use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use super::locked;
use crate::query::{Answer, Filter, Watch};
use crate::store::segment::SegmentRef;
use crate::store::segment::bits::Selection;
use crate::store::{Generation, Result};

/// Selections kept for filters asked lately, in bytes.
const SELECTION_BYTES: usize = 24 << 20;
/// How often who waits for another looks up whether to stop.
const LOOK_UP: Duration = Duration::from_millis(2);

/// The rows of each segment that a filter lets through.
pub(super) type Selected = Arc<Vec<Selection>>;

/// Finds the rows of one segment; `None` where the watch said stop.
type Scan<'s> = &'s mut dyn FnMut(&SegmentRef, &mut dyn Watch) -> Result<Answer<Selection>>;

/// The rows that filters let through, those asked for lately.
#[derive(Default)]
pub(super) struct Selections(Mutex<Vec<Arc<Task>>>);

impl Selections {
    /// Returns what is known of a filter in a state of the store, begun or not.
    pub(super) fn of(&self, generation: Generation, filter: &Filter, segments: usize) -> Arc<Task> {
        let mut kept = locked(&self.0);
        kept.retain(|task| task.generation == generation);
        let task = match kept.iter().position(|task| task.filter == *filter) {
            Some(at) => kept.remove(at),
            None => Arc::new(Task::new(generation, filter.clone(), segments)),
        };
        kept.push(task.clone());
        while kept.len() > 1 && kept.iter().map(|task| task.bytes()).sum::<usize>() > SELECTION_BYTES {
            kept.remove(0);
        }
        task
    }
}

/// The rows of each segment that a filter lets through, as far as they are known.
pub(super) struct Task {
    generation: Generation,
    filter: Filter,
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    found: Vec<Selection>,
    /// Segments that nobody looks at, the latest last.
    open: Vec<usize>,
    /// Segments that somebody looks at.
    taken: usize,
    matched: u64,
    seen: u64,
    done: Option<Selected>,
}

impl Task {
    fn new(generation: Generation, filter: Filter, segments: usize) -> Task {
        let state = State {
            found: vec![Selection::None; segments],
            open: (0..segments).rev().collect(),
            taken: 0,
            matched: 0,
            seen: 0,
            done: None,
        };
        Task { generation, filter, state: Mutex::new(state), changed: Condvar::new() }
    }

    /// Returns all of it, where it is known.
    pub(super) fn known(&self) -> Option<Selected> {
        locked(&self.state).done.clone()
    }

    /// Makes all of it known.
    pub(super) fn tell(&self, found: Vec<Selection>) -> Selected {
        let found = Arc::new(found);
        locked(&self.state).done = Some(found.clone());
        self.changed.notify_all();
        found
    }

    /// Looks at segments that nobody else looks at, with `scan`, until all are known; `None` where the watch, or
    /// `scan`, said stop.
    pub(super) fn work(
        &self,
        segments: &[SegmentRef],
        total: u64,
        watch: &mut dyn Watch,
        scan: Scan<'_>,
    ) -> Result<Answer<Selected>> {
        loop {
            if watch.cancelled() {
                return Ok(None);
            }
            let part = match self.next() {
                Next::Done(found) => return Ok(Some(found)),
                Next::Wait => continue,
                Next::Part(part) => part,
            };
            let segment = &segments[part.at];
            let Some(selection) = scan(segment, watch)? else { return Ok(None) };
            let (matched, seen) = part.tell(segment, selection.simplify());
            watch.progress(matched, seen, total);
        }
    }

    fn next(&self) -> Next<'_> {
        let mut state = locked(&self.state);
        if let Some(found) = &state.done {
            return Next::Done(found.clone());
        }
        if let Some(at) = state.open.pop() {
            state.taken += 1;
            return Next::Part(Part { task: self, at, found: None });
        }
        if state.taken == 0 {
            let found = Arc::new(std::mem::take(&mut state.found));
            state.done = Some(found.clone());
            return Next::Done(found);
        }
        // Whoever panics holding the lock changes nothing.
        drop(self.changed.wait_timeout(state, LOOK_UP));
        Next::Wait
    }

    fn bytes(&self) -> usize {
        let state = locked(&self.state);
        let found = state.done.as_deref().unwrap_or(&state.found);
        found.iter().map(|selection| selection.bytes() + 24).sum()
    }
}

enum Next<'t> {
    Done(Selected),
    Part(Part<'t>),
    Wait,
}

/// A segment that somebody looks at; open again where that came to nothing.
struct Part<'t> {
    task: &'t Task,
    at: usize,
    found: Option<Selection>,
}

impl Part<'_> {
    /// Makes the rows of the segment known; returns how many matched so far, and of how many.
    fn tell(mut self, segment: &SegmentRef, found: Selection) -> (u64, u64) {
        let mut state = locked(&self.task.state);
        state.matched += found.count(segment.zone.rows) as u64;
        state.seen += segment.live_rows() as u64;
        let so_far = (state.matched, state.seen);
        drop(state);
        self.found = Some(found);
        so_far
    }
}

impl Drop for Part<'_> {
    fn drop(&mut self) {
        let mut state = locked(&self.task.state);
        state.taken -= 1;
        match (self.found.take(), state.found.get_mut(self.at)) {
            (Some(found), Some(place)) => *place = found,
            // Others told all of it meanwhile.
            (Some(_), None) => {}
            (None, _) => state.open.push(self.at),
        }
        drop(state);
        self.task.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::{Cancel, NoWatch};
    use crate::store::segment::Zone;
    use crate::store::segment::bits::Bitmap;

    fn segments(count: u64) -> Vec<SegmentRef> {
        let zone = Zone { rows: 100, timeless: 0, span: Some((0, 1)) };
        (0..count).map(|number| SegmentRef { number, zone, removed: None }).collect()
    }

    fn rows(segment: &SegmentRef) -> Selection {
        Selection::Some(Bitmap::run(100, 0..segment.number as usize % 99 + 1))
    }

    #[test]
    fn who_asks_at_once_shares_the_work_and_the_answer() {
        let (segments, selections) = (segments(300), Selections::default());
        let looked = Mutex::new(0);
        let ask = || {
            let task = selections.of(Generation(1), &Filter::all(), segments.len());
            let mut scan = |segment: &SegmentRef, _: &mut dyn Watch| {
                *locked(&looked) += 1;
                std::thread::yield_now();
                Ok(Some(rows(segment)))
            };
            task.work(&segments, 30_000, &mut NoWatch, &mut scan).unwrap().unwrap()
        };
        let answers: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(ask)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(*locked(&looked), 300);
        assert!(answers.iter().all(|answer| Arc::ptr_eq(answer, &answers[0])));
        assert_eq!(*answers[0], segments.iter().map(rows).collect::<Vec<_>>());
    }

    #[test]
    fn what_one_leaves_another_does() {
        let (segments, selections) = (segments(3), Selections::default());
        let task = selections.of(Generation(1), &Filter::all(), 3);
        let cancel = Cancel::new();
        let mut stopping =
            |segment: &SegmentRef, _: &mut dyn Watch| Ok((segment.number < 1).then(|| rows(segment)));
        assert_eq!(task.work(&segments, 300, &mut cancel.clone(), &mut stopping).unwrap(), None);
        cancel.cancel();
        let mut never = |_: &SegmentRef, _: &mut dyn Watch| panic!("it was cancelled");
        assert_eq!(task.work(&segments, 300, &mut cancel.clone(), &mut never).unwrap(), None);
        let mut looked = Vec::new();
        let mut scan = |segment: &SegmentRef, _: &mut dyn Watch| {
            looked.push(segment.number);
            Ok(Some(rows(segment)))
        };
        let found = task.work(&segments, 300, &mut NoWatch, &mut scan).unwrap().unwrap();
        assert_eq!((looked, found.len()), (vec![1, 2], 3));
        assert!(selections.of(Generation(2), &Filter::all(), 3).known().is_none());
    }
}
