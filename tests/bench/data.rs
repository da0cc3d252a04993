//! What is measured on: files of the demo generator, made once.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use auditty::domain::Timestamp;
use auditty::ops::demo::{DemoOptions, DemoReader};

/// When all data end, so that a run is like the one before.
pub(crate) const NOW: Timestamp = Timestamp(1_790_000_000_000_000_000);

/// A size to measure.
pub(crate) struct Size {
    pub(crate) name: String,
    pub(crate) entries: u64,
    pub(crate) lean: bool,
}

impl Size {
    /// Reads `100k`, `1m`, `10m-lean`.
    pub(crate) fn parse(name: &str) -> Option<Size> {
        let (number, lean) = match name.strip_suffix("-lean") {
            Some(number) => (number, true),
            None => (name, false),
        };
        let (digits, unit) = number.split_at_checked(number.len().checked_sub(1)?)?;
        let unit = match unit {
            "k" => 1_000,
            "m" => 1_000_000,
            _ => return None,
        };
        Some(Size { name: name.to_owned(), entries: digits.parse::<u64>().ok()? * unit, lean })
    }
}

/// Returns the file of a size.
pub(crate) fn sample(size: &Size) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("demo-{}.ndjson", size.name));
    if !path.exists() {
        eprintln!("making {}", path.display());
        let options = DemoOptions { seed: 1, now: NOW, entries: size.entries, lean: size.lean };
        let part = path.with_extension("part");
        io::copy(&mut DemoReader::new(&options), &mut File::create(&part).unwrap()).unwrap();
        fs::rename(part, &path).unwrap();
    }
    path
}
