//! The envelope of every BLOB: version, compression, checksum. Damaged bytes are told apart from good ones
//! before anything believes a length inside them.

use zstd::zstd_safe::CParameter;

use crate::store::{Result, StoreError};

/// Version of the encodings in this folder.
const VERSION: u8 = 1;
/// The payload as it is.
const PLAIN: u8 = 0;
/// The payload as one zstd frame behind its length.
const ZSTD: u8 = 1;
/// Bytes before the payload: version, compression, checksum.
const HEAD: usize = 6;
/// What a payload may unpack to; far beyond any real one, and no danger to the machine.
const MAX_PLAIN: usize = 1 << 30;

/// Level for what is read often and written once: small dictionaries and lists.
const SMALL_LEVEL: i32 = 1;
/// Level for raw records: no entropy coding of literals. Against level 1 it packs and unpacks half as fast again
/// for a fifth more bytes, and both an import and a search of all text spend their time on little else.
const RECORD_LEVEL: i32 = -1;

/// Records repeat each other in long runs: looking for those alone, further apart and in a table that holds more of them,
/// packs a sixth faster for a tenth more bytes.
const LONG_RUNS: [CParameter; 3] =
    [CParameter::MinMatch(7), CParameter::HashLog(14), CParameter::TargetLength(4)];

thread_local! {
    /// Making a context costs more than compressing a small dictionary with it.
    static SMALL: std::cell::RefCell<Packer> = const { std::cell::RefCell::new(Packer::at(SMALL_LEVEL)) };
    static UNPACK: std::cell::RefCell<Option<zstd::bulk::Decompressor<'static>>> =
        const { std::cell::RefCell::new(None) };
}

/// Returns a damage error about a part of the store.
pub(crate) fn damaged(what: &str, reason: impl Into<String>) -> StoreError {
    StoreError::Damaged { what: what.to_owned(), reason: reason.into() }
}

/// Wraps a payload as it is.
pub(crate) fn wrap(payload: &[u8]) -> Vec<u8> {
    seal(PLAIN, &[payload])
}

/// Wraps a payload, compressed where that pays.
pub(crate) fn wrap_small(payload: &[u8]) -> Vec<u8> {
    let packed = if payload.len() < 64 { None } else { SMALL.with_borrow_mut(|packer| packer.pack(payload)) };
    match packed {
        Some(packed) if packed.len() + 4 < payload.len() - payload.len() / 8 => {
            seal(ZSTD, &[&(payload.len() as u32).to_le_bytes(), &packed])
        }
        _ => wrap(payload),
    }
}

/// Compresses payloads one after the other with one context.
pub(crate) struct Packer {
    level: i32,
    context: Option<zstd::bulk::Compressor<'static>>,
}

impl Default for Packer {
    fn default() -> Packer {
        Packer::at(RECORD_LEVEL)
    }
}

impl std::fmt::Debug for Packer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Packer")
    }
}

impl Packer {
    const fn at(level: i32) -> Packer {
        Packer { level, context: None }
    }

    fn pack(&mut self, payload: &[u8]) -> Option<Vec<u8>> {
        if self.context.is_none() {
            self.context = self.make().ok();
        }
        self.context.as_mut()?.compress(payload).ok()
    }

    fn make(&self) -> std::io::Result<zstd::bulk::Compressor<'static>> {
        let mut context = zstd::bulk::Compressor::new(self.level)?;
        for parameter in LONG_RUNS.iter().filter(|_| self.level == RECORD_LEVEL) {
            context.set_parameter(*parameter)?;
        }
        Ok(context)
    }

    /// Wraps a payload, compressed where zstd can.
    pub(crate) fn wrap(&mut self, payload: &[u8]) -> Vec<u8> {
        match self.pack(payload) {
            Some(packed) => seal(ZSTD, &[&(payload.len() as u32).to_le_bytes(), &packed]),
            None => wrap(payload),
        }
    }
}

fn seal(compression: u8, pieces: &[&[u8]]) -> Vec<u8> {
    let mut sum = flate2::Crc::new();
    // The two bytes in front are summed too: a flipped one must not make a payload of another kind.
    sum.update(&[VERSION, compression]);
    pieces.iter().for_each(|piece| sum.update(piece));
    let mut out = Vec::with_capacity(HEAD + pieces.iter().map(|piece| piece.len()).sum::<usize>());
    out.extend_from_slice(&[VERSION, compression]);
    out.extend_from_slice(&sum.sum().to_le_bytes());
    pieces.iter().for_each(|piece| out.extend_from_slice(piece));
    out
}

/// Returns the payload of a wrapped BLOB.
pub(crate) fn unwrap<'a>(what: &str, blob: &'a [u8]) -> Result<std::borrow::Cow<'a, [u8]>> {
    let (head, body) = blob.split_at_checked(HEAD).ok_or_else(|| damaged(what, "it is cut short"))?;
    if head[0] != VERSION {
        return Err(damaged(what, format!("it has version {}, not {VERSION}", head[0])));
    }
    let mut sum = flate2::Crc::new();
    sum.update(&head[..2]);
    sum.update(body);
    if sum.sum().to_le_bytes() != head[2..HEAD] {
        return Err(damaged(what, "its checksum does not fit"));
    }
    match head[1] {
        PLAIN => Ok(body.into()),
        ZSTD => unpack(what, body).map(Into::into),
        other => Err(damaged(what, format!("it has unknown compression {other}"))),
    }
}

fn unpack(what: &str, body: &[u8]) -> Result<Vec<u8>> {
    let (len, packed) = body.split_first_chunk::<4>().ok_or_else(|| damaged(what, "it is cut short"))?;
    let len = u32::from_le_bytes(*len) as usize;
    if len > MAX_PLAIN {
        return Err(damaged(what, format!("it claims {len} bytes")));
    }
    let plain = UNPACK.with_borrow_mut(|unpack| {
        if unpack.is_none() {
            *unpack = Some(zstd::bulk::Decompressor::new()?);
        }
        unpack
            .as_mut()
            .map_or_else(|| zstd::bulk::decompress(packed, len), |with| with.decompress(packed, len))
    });
    let plain = plain.map_err(|error| damaged(what, error.to_string()))?;
    if plain.len() == len { Ok(plain) } else { Err(damaged(what, "it unpacks to another length")) }
}

/// Appends a number in groups of seven bits, the lowest first.
pub(crate) fn push_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Reads a payload from its front.
pub(crate) struct Reader<'a> {
    what: &'a str,
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Returns a reader of the payload of `what`.
    pub(crate) fn new(what: &'a str, rest: &'a [u8]) -> Reader<'a> {
        Reader { what, rest }
    }

    /// Returns the next number.
    #[inline]
    pub(crate) fn varint(&mut self) -> Result<u64> {
        // Of counts and lengths nearly all are short, and there may be millions.
        if let Some((byte, rest)) = self.rest.split_first()
            && *byte < 0x80
        {
            self.rest = rest;
            return Ok(u64::from(*byte));
        }
        self.long_varint()
    }

    fn long_varint(&mut self) -> Result<u64> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.take(1)?[0];
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && bits > 1 {
                break;
            }
            value |= bits << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(self.bad("a number is too long"))
    }

    /// Returns the next number, which counts things that each take at least a byte of what is left.
    pub(crate) fn count(&mut self) -> Result<usize> {
        let count = self.varint()?;
        if count > self.rest.len() as u64 {
            return Err(self.bad("it counts more than it holds"));
        }
        Ok(count as usize)
    }

    /// Returns the next bytes.
    pub(crate) fn take(&mut self, len: usize) -> Result<&'a [u8]> {
        let (head, rest) = self.rest.split_at_checked(len).ok_or_else(|| self.bad("it is cut short"))?;
        self.rest = rest;
        Ok(head)
    }

    /// Returns the next bytes behind their length.
    pub(crate) fn bytes(&mut self) -> Result<&'a [u8]> {
        let len = self.count()?;
        self.take(len)
    }

    /// Returns everything left.
    pub(crate) fn rest(self) -> &'a [u8] {
        self.rest
    }

    /// Returns an error about this payload.
    pub(crate) fn bad(&self, reason: impl Into<String>) -> StoreError {
        damaged(self.what, reason)
    }

    /// Whether nothing is left.
    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn frames_read_back_and_show_damage(payload: Vec<u8>, repeat in 1usize..40, at: usize, bit in 0u8..8) {
            let payload = payload.repeat(repeat);
            for blob in [wrap(&payload), wrap_small(&payload)] {
                assert_eq!(unwrap("x", &blob).unwrap().as_ref(), payload);
                let mut bad = blob.clone();
                bad[at % blob.len()] ^= 1 << bit;
                match unwrap("x", &bad) {
                    Ok(same) => assert_eq!(same.as_ref(), payload),
                    Err(StoreError::Damaged { .. }) => {}
                    Err(other) => panic!("{other}"),
                }
                assert!(unwrap("x", &blob[..at % blob.len()]).is_err() || payload.is_empty());
            }
        }

        #[test]
        fn numbers_read_back(value: u64, junk: Vec<u8>) {
            let mut out = Vec::new();
            push_varint(&mut out, value);
            let mut reader = Reader::new("x", &out);
            assert_eq!(reader.varint().unwrap(), value);
            assert!(reader.is_empty());
            let mut reader = Reader::new("x", &junk);
            while reader.bytes().is_ok() {}
        }
    }
}
