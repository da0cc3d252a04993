//! What a record that could not be read leaves behind.

/// A record that could not be decoded or passed a limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// Its number in the source, from 0, counted with the records.
    pub record: u64,
    /// Byte of the decompressed source.
    pub offset: u64,
    /// Length in bytes.
    pub length: u64,
    /// Why, and what to do next.
    pub reason: String,
    /// Its bytes, of a long one the first 64 KiB.
    pub raw: Vec<u8>,
    /// SHA-256 of all its bytes, lower-case hex, where `raw` is cut.
    pub sha256: Option<String>,
}
