//! The filters of blocks, made of their records on several threads.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use crate::query::Watch;
use crate::store::block::Block;
use crate::store::{Interpret, Result, SourceInfo};

use super::super::locked;
use super::super::session::{Packed, Session};
use super::escapes::decoded;
use super::mapped::{Mapped, Once};
use super::trigrams::{BITS, Lane, Trigrams};

/// Threads that build.
pub(super) const THREADS: usize = 2;

/// Blocks of a lane.
pub(super) const LANE: usize = 8;

/// Where the threads get their blocks from, one lane at a time: only one may read the store.
struct Turn<'a> {
    session: &'a mut Session,
    next: usize,
    left: std::slice::Chunks<'a, u64>,
}

/// A lane to build: its number, and its blocks with their sources.
type Job = (usize, Vec<(Arc<SourceInfo>, Packed)>);

/// Returns the filters of blocks, eight a lane; `None` where the watch said stop.
pub(super) fn lanes(session: &mut Session, blocks: &[u64], watch: &dyn Watch) -> Result<Option<Vec<Lane>>> {
    let interpret = session.shared.interpret.clone();
    let mapped = session.in_passing(|session| Mapped::of(session, blocks))?;
    let turn = Mutex::new(Turn { session, next: 0, left: blocks.chunks(LANE) });
    let stop = AtomicBool::new(false);
    let work = |stopped: &dyn Fn() -> bool| -> Result<Vec<(usize, Lane)>> {
        let (mut trigrams, mut once) = (Trigrams::new(), Once::default());
        let mut done = Vec::new();
        while !stopped() {
            let job = locked(&turn).take()?;
            let Some((at, blocks)) = job else { break };
            let mut lane: Lane = Box::new([0; BITS]);
            for (block, (source, packed)) in blocks.iter().enumerate() {
                add_block(&mut trigrams, &*interpret, source, &packed.unpack()?);
                trigrams.take_into(&mut lane, block);
            }
            mapped.add_lane(at, &mut once, &mut lane);
            done.push((at, lane));
        }
        Ok(done)
    };
    let mut built = std::thread::scope(|scope| {
        let other = || work(&|| stop.load(Ordering::Relaxed));
        let others: Vec<_> = (1..THREADS).map(|_| scope.spawn(other)).collect();
        let own = work(&|| {
            stop.fetch_or(watch.cancelled(), Ordering::Relaxed);
            stop.load(Ordering::Relaxed)
        });
        let mut built = own?;
        for other in others {
            built.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
        }
        Ok::<_, crate::store::StoreError>(built)
    })?;
    built.sort_by_key(|(at, _)| *at);
    let whole = built.len() == blocks.len().div_ceil(LANE);
    Ok(whole.then(|| built.into_iter().map(|(_, lane)| lane).collect()))
}

impl Turn<'_> {
    fn take(&mut self) -> Result<Option<Job>> {
        let Some(blocks) = self.left.next() else { return Ok(None) };
        let mut read = Vec::with_capacity(blocks.len());
        for block in blocks {
            let packed = self.session.packed_block(*block)?;
            read.push((self.session.source(packed.source)?, packed));
        }
        self.next += 1;
        Ok(Some((self.next - 1, read)))
    }
}

/// Adds all that a search looks at in the records of a block: their bytes and their decoded strings.
fn add_block(trigrams: &mut Trigrams, interpret: &dyn Interpret, source: &SourceInfo, block: &Block) {
    // A sequence that begins in one record and ends in the next is one too many, which costs less than to part them.
    trigrams.add(block.raw());
    if interpret.is_verbatim(source) && decoded(block.raw(), &mut |text| trigrams.add(text.as_bytes())) {
        return;
    }
    let mut records = (0..block.slots().len() as u32).filter_map(|slot| Some(block.get(slot)?.1));
    interpret.texts(&mut records, source, &mut |text| {
        trigrams.add(text.as_bytes());
        decoded(text.as_bytes(), &mut |text| trigrams.add(text.as_bytes()));
    });
}
