//! Files that are no text, by their first bytes.

use super::blank;

/// First bytes of files that are no text, and what they are.
const MAGIC: &[(&[u8], &str)] = &[
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a zip archive; unpack it first (unzip -d FOLDER FILE) and import the folder"),
    (b"\xd0\xcf\x11\xe0", "an Excel workbook or the like; save it as CSV first"),
    (b"ElfFile\0", "a Windows event log; save it as XML first (wevtutil qe FILE /lf:true)"),
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
    if sample.starts_with(b"PK\x03\x04") && memchr::memmem::find(sample, b"[Content_Types].xml").is_some() {
        return Some("an Excel workbook or the like; save it as CSV first".to_owned());
    }
    if let Some((_, kind)) = MAGIC.iter().find(|(magic, _)| sample.starts_with(magic)) {
        return Some((*kind).to_owned());
    }
    // The name of the form stands in the first header of the archive.
    if sample.get(257..262) == Some(b"ustar") {
        return Some(
            "a tar archive; unpack it first (tar -xf FILE -C FOLDER) and import the folder".to_owned(),
        );
    }
    // Zeros are what a crash leaves in a log; they say nothing about the rest.
    let head: Vec<u8> = sample.iter().copied().filter(|&byte| byte != 0).take(4096).collect();
    let head = head.as_slice();
    let control =
        head.iter().filter(|&&byte| byte < 0x20 && !blank(byte) && byte != 0x1b && byte != 0x1e).count();
    let foreign = String::from_utf8_lossy(head).matches('\u{fffd}').count();
    let garbage = control + foreign;
    (garbage * 10 > head.len()).then(|| "binary data".to_owned())
}
