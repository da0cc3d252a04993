//! Whether a store still tells the truth: its bytes are those that were written, and every record still gives the
//! id, time and place that its entry is found by. Reads only, and looks at all entries whatever the plan.

use crate::domain::{EntryId, is_copy_format};
use crate::present::number::ordinal;
use crate::query::{Answer, Filter, Row, Sort, Watch};
use crate::store::{Checked, Damage, Interpret, Kept, Reader, Result, unless_damaged};

/// At most so many findings are told one by one.
const TOLD: usize = 100;

/// What verifying a store gave.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verified {
    /// What was read, and is whole.
    pub checked: Checked,
    /// Entries whose record gives their id and time.
    pub entries: u64,
    /// Entries taken from an export without their record: there is nothing to compare them with.
    pub copies: u64,
    /// The first findings.
    pub findings: Vec<Damage>,
    /// How many there are.
    pub found: u64,
    /// Some entry's record gives another id or time: bytes are whole, but read otherwise than when they came.
    pub differs: bool,
    /// Records were not compared with their entries, because parts of the store are damaged.
    pub skipped: bool,
}

impl Verified {
    fn finding(&mut self, damage: Damage) {
        self.found += 1;
        if self.findings.len() < TOLD {
            self.findings.push(damage);
        }
    }

    fn entry(&mut self, row: &Row, kept: Option<&Kept>, interpret: &dyn Interpret) {
        let Some(kept) = kept else {
            return self.finding(Damage { what: name(row.id), reason: "its record is missing".to_owned() });
        };
        if is_copy_format(kept.record.format.as_bytes()) {
            self.copies += 1;
            return;
        }
        let entries = interpret.entries(&kept.record);
        let reason = match entries.iter().find(|entry| entry.id == row.id) {
            None => "its record gives another id",
            Some(entry) if entry.time.as_ref().map(|time| time.at) != row.position.time => {
                "its record gives another time"
            }
            Some(_) => {
                self.entries += 1;
                return;
            }
        };
        self.differs = true;
        let record = &kept.record;
        let what = format!("{} of {}, record {}", name(row.id), record.source.name, ordinal(record.record));
        self.finding(Damage { what, reason: reason.to_owned() });
    }
}

/// Compares how many entries and rejects there are with how many the sources brought: parts that are gone carry no
/// checksum. Returns false where it was stopped.
fn amounts(reader: &mut dyn Reader, watch: &mut dyn Watch, verified: &mut Verified) -> Result<bool> {
    let Some(held) = reader.count(&Filter::default(), watch)? else { return Ok(false) };
    let sources = reader.sources()?;
    let entries: u64 = sources.iter().map(|source| source.entries).sum();
    let rejects: u64 = sources.iter().map(|source| source.rejects).sum();
    let kept = verified.checked.rejects;
    for (what, stated, there) in [("entries", entries, held), ("records not parsed", rejects, kept)] {
        if stated != there {
            let reason = format!("the sources brought {stated}, and {there} are there");
            verified.finding(Damage { what: what.to_owned(), reason });
        }
    }
    Ok(true)
}

/// Makes a finding of damage that a step met; what it would have looked at is skipped.
fn tell_damage<T>(verified: &mut Verified, what: &str, done: Result<T>) -> Result<Option<T>> {
    unless_damaged(done, |error| {
        verified.finding(Damage { what: what.to_owned(), reason: error.to_string() });
        verified.skipped = true;
    })
}

fn name(id: EntryId) -> String {
    format!("entry {id}")
}

/// Reads all of a store. `None` where it was stopped.
///
/// # Errors
/// The store cannot be read; damage is no error but a finding.
pub fn verify(
    reader: &mut dyn Reader,
    interpret: &dyn Interpret,
    watch: &mut dyn Watch,
) -> Result<Answer<Verified>> {
    let mut verified = Verified::default();
    let Some(checked) = reader.check(watch, &mut |damage| verified.finding(damage))? else { return Ok(None) };
    verified.checked = checked;
    let counted = amounts(reader, watch, &mut verified);
    if tell_damage(&mut verified, "how many entries there are", counted)? == Some(false) {
        return Ok(None);
    }
    if verified.found > 0 {
        verified.skipped = true;
        return Ok(Some(verified));
    }
    let done =
        reader.for_each_record(&Filter::default(), Sort::default(), watch, &|_| true, &mut |row, kept| {
            verified.entry(row, kept.as_ref(), interpret);
            true
        });
    let done = tell_damage(&mut verified, "the entries", done)?;
    Ok(if done == Some(None) { None } else { Some(verified) })
}
