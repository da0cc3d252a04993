//! Conditions on values before and after a change. Only mapping the record tells what changed, so that is done
//! where the record holds the texts that the condition needs, or may hide them.

use std::sync::Arc;

use super::content::Need;
use super::hiding::Hiding;
use super::{Place, missing};
use crate::domain::Entry;
use crate::query::filter::Term;
use crate::query::{Needles, Subject};
use crate::store::block::Block;
use crate::store::segment::columns::{DictCol, IntCol};
use crate::store::segment::dict::Values;
use crate::store::segment::ints::Ints;
use crate::store::segment::scan::Deep;
use crate::store::segment::values::text;
use crate::store::segment::{Load as _, SegmentRef, probe};
use crate::store::sqlite::filters::excluded;
use crate::store::sqlite::session::{Session, Watched};
use crate::store::{Interpret, Result, SourceInfo, StoredRecord};

/// A condition with the columns it needs.
pub(super) struct Changes<'a> {
    deep: &'a Deep,
    /// What the record must hold, unless it hides that.
    need: Option<Need>,
    hiding: Arc<Hiding>,
    parts: Arc<Ints>,
    formats: Arc<Values>,
    composing: Composing,
}

/// The rows of a segment whose formats put values together, so that these need stand nowhere.
pub(super) struct Composing {
    format_ids: Arc<Ints>,
    /// By the id of a format.
    composes: Vec<bool>,
}

impl Composing {
    /// Finds the rows of a segment.
    pub(super) fn of(watched: &mut Watched<'_>, segment: &SegmentRef) -> Result<Composing> {
        let formats = watched.values(segment, DictCol::Format)?;
        let format_ids = watched.ids(segment, DictCol::Format, &formats)?;
        let interpret = &watched.session.shared.interpret;
        let name = |id| text(formats.get(id).unwrap_or_default());
        let composes = (0..formats.len() as u32).map(|id| interpret.composes_changes(name(id))).collect();
        Ok(Composing { format_ids, composes })
    }

    /// Whether a row is one of them.
    pub(super) fn has(&self, row: usize) -> bool {
        self.composes.get(self.format_ids.get(row) as usize).is_none_or(|composes| *composes)
    }
}

/// Returns what the block of a record needs for a condition on values to hold, of formats that put none together.
pub(super) fn needles(interpret: &dyn Interpret, term: &Term) -> Option<Needles> {
    let mut needles = Needles::of_change(term)?;
    needles.0.extend(Hiding::needles(&interpret.hiding_keys()?).0);
    Some(needles)
}

/// Returns where the records of a store hide values.
fn hiding(session: &mut Session) -> Result<Arc<Hiding>> {
    if let Some(known) = &session.hiding {
        return Ok(known.clone());
    }
    let found = match session.shared.interpret.hiding_keys() {
        Some(keys) => Hiding::new(&keys, excluded(session, &Hiding::needles(&keys))?),
        None => Hiding::default(),
    };
    let found = Arc::new(found);
    session.hiding = Some(found.clone());
    Ok(found)
}

impl<'a> Changes<'a> {
    /// Prepares a condition for the records of a segment.
    pub(super) fn new(
        watched: &mut Watched<'_>,
        segment: &SegmentRef,
        deep: &'a Deep,
    ) -> Result<Changes<'a>> {
        let composing = Composing::of(watched, segment)?;
        let formats = watched.values(segment, DictCol::Format)?;
        let parts = watched.ints(segment, IntCol::Part)?;
        let need = Needles::of_change(&deep.term).as_ref().map(Need::of);
        let hiding = hiding(watched.session)?;
        Ok(Changes { deep, need, hiding, parts, formats, composing })
    }

    /// Tests the records of one block; `group` is of those that have changes.
    pub(super) fn search(
        &self,
        interpret: &dyn Interpret,
        source: &Arc<SourceInfo>,
        block: &Block,
        group: &[Place],
        hits: &mut Vec<u32>,
    ) -> Result<()> {
        let verbatim = interpret.is_verbatim(source);
        // Most blocks hide nothing, which is seen at once.
        let number = group.first().map_or(0, |place| place.0);
        let hides = !verbatim || self.may_be_escaped(block.raw()) || self.hiding.is_in_block(number, block);
        for places in group.chunk_by(|a, b| a.1 == b.1) {
            let (number, slot, row) = places[0];
            let (slot, raw) = block.get(slot).ok_or_else(|| missing(number))?;
            let may = self.need.as_ref().is_none_or(|need| need.is_in(raw))
                || self.composing.has(row as usize)
                || (hides && (!verbatim || self.may_be_escaped(raw) || self.hiding.is_in(raw)));
            if !may {
                continue;
            }
            let format = self.composing.format_ids.get(row as usize) as u32;
            let record = StoredRecord {
                raw: raw.to_vec(),
                source: source.clone(),
                format: text(self.formats.get(format).unwrap_or_default()).into(),
                record: slot.record,
                offset: slot.offset,
                occurrence: slot.occurrence,
            };
            self.entries(interpret, &record, places, hits);
        }
        Ok(())
    }

    /// Whether values may be spelled otherwise than as they are.
    fn may_be_escaped(&self, bytes: &[u8]) -> bool {
        self.need.as_ref().is_none_or(|need| need.may_be_escaped(bytes))
    }

    /// Maps one record again and tests those of its entries that the rows are.
    fn entries(
        &self,
        interpret: &dyn Interpret,
        record: &StoredRecord,
        places: &[Place],
        hits: &mut Vec<u32>,
    ) {
        let mut left: Vec<&Place> = places.iter().collect();
        let met = |entry: &Entry<'_>| {
            let subject = Subject { entry, raw: b"", document: None, noted: false, marked: false };
            self.deep.matcher.matches(&subject)
        };
        interpret.changes(record, &mut |entry| {
            let own = |place: &&Place| self.parts.get(place.2 as usize) as u32 == entry.place.part;
            if left.iter().any(own) && met(entry) {
                hits.extend(left.iter().filter(|place| own(place)).map(|place| place.2));
            }
            left.retain(|place| !own(place));
        });
        // What is no entry any more has no change.
        if !left.is_empty() && met(&probe::blank()) {
            hits.extend(left.iter().map(|place| place.2));
        }
    }
}
