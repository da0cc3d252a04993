//! Files that are no text, by their first bytes.

use super::blank;

/// First bytes of files that are no text, and what they are.
const MAGIC: &[(&[u8], &str)] = &[
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a zip archive; unpack it first"),
    (b"BZh", "bzip2 data; decompress it first"),
    (b"\xfd7zXZ\x00", "xz data; decompress it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive; unpack it first"),
    (b"\x1f\x8b", "gzip data within gzip data; decompress it first"),
    (b"\x28\xb5\x2f\xfd", "zstd data within other data; decompress it first"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"PAR1", "a Parquet file"),
    (b"Obj\x01", "an Avro file"),
    (b"\x7fELF", "a program"),
];

/// Returns what kind of binary data it is; `None` for text.
pub(super) fn binary(sample: &[u8]) -> Option<String> {
    if let Some((_, kind)) = MAGIC.iter().find(|(magic, _)| sample.starts_with(magic)) {
        return Some((*kind).to_owned());
    }
    let head = sample.get(..4096).unwrap_or(sample);
    let control =
        head.iter().filter(|&&byte| byte < 0x20 && !blank(byte) && byte != 0x1b && byte != 0x1e).count();
    let foreign = String::from_utf8_lossy(head).matches('\u{fffd}').count();
    let garbage = control + foreign;
    (garbage * 10 > head.len()).then(|| "binary data".to_owned())
}
