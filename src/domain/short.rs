//! Comparing short texts: keys and values of records are mostly shorter than a call is worth. What looks at eight bytes
//! in one word shares its constants here.

/// One in every byte of a word.
pub(crate) const LOW: u64 = 0x0101_0101_0101_0101;

/// The high bit of every byte of a word.
pub(crate) const HIGH: u64 = 0x8080_8080_8080_8080;

/// Whether two texts are the same.
#[inline]
pub(crate) fn same(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    // Two loads that may overlap hold all bytes of a text no longer than both.
    match a.len() {
        8..=16 => a.first_chunk::<8>() == b.first_chunk() && a.last_chunk::<8>() == b.last_chunk(),
        4..=7 => a.first_chunk::<4>() == b.first_chunk() && a.last_chunk::<4>() == b.last_chunk(),
        2..=3 => a.first_chunk::<2>() == b.first_chunk() && a.last() == b.last(),
        _ => a == b,
    }
}

/// A text by its length and its first and last eight bytes: all of it where it is no longer than both. Comparing two is
/// the same work whatever their lengths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Short {
    len: u32,
    head: u64,
    /// 0 for a text of less than eight bytes.
    tail: u64,
}

impl Short {
    /// Returns that of a text.
    pub(crate) fn of(text: &[u8]) -> Short {
        let mut head = [0; 8];
        head.iter_mut().zip(text).for_each(|(to, byte)| *to = *byte);
        let tail = text.last_chunk().map_or(0, |last| u64::from_le_bytes(*last));
        Short { len: text.len() as u32, head: u64::from_le_bytes(head), tail }
    }

    /// Returns that of a part of a text, without a branch on its length where eight bytes stand on both its sides.
    #[inline]
    pub(crate) fn within(text: &[u8], start: usize, end: usize) -> Short {
        let head = text.get(start..).and_then(|rest| rest.first_chunk());
        let tail = text.get(..end).and_then(|rest| rest.last_chunk());
        let (Some(head), Some(tail), Some(len)) = (head, tail, end.checked_sub(start)) else {
            return Short::of(text.get(start..end).unwrap_or_default());
        };
        // What lies beyond a shorter text is shifted out.
        let beyond = 64 - 8 * len.min(8) as u32;
        let head = u64::from_le_bytes(*head) & u64::MAX.checked_shr(beyond).unwrap_or(0);
        let tail = if len < 8 { 0 } else { u64::from_le_bytes(*tail) };
        Short { len: len as u32, head, tail }
    }

    /// Whether it holds every byte of the text, so that two texts are the same where these are.
    #[inline]
    pub(crate) fn is_all(self) -> bool {
        self.len <= 16
    }

    /// Returns a hash.
    #[inline]
    pub(crate) fn hash(self) -> usize {
        let mixed = self.head ^ self.tail.rotate_left(29) ^ u64::from(self.len);
        (mixed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn compares_like_slices(a in proptest::collection::vec(0u8..2, 0..20), at in 0usize..20, flip: bool) {
            let mut b = a.clone();
            if let Some(byte) = b.get_mut(at).filter(|_| flip) {
                *byte ^= 1;
            }
            assert_eq!(same(&a, &b), a == b);
            assert!(!same(&a, &[&a[..], b"x"].concat()));
            if a.len() <= 16 && b.len() <= 16 {
                assert_eq!(Short::of(&a) == Short::of(&b), a == b);
                assert!(Short::of(&a).is_all());
            }
        }

        #[test]
        fn parts_are_short_like_wholes(text in proptest::collection::vec(proptest::num::u8::ANY, 0..40), start in 0usize..40, len in 0usize..30) {
            let start = start.min(text.len());
            let end = (start + len).min(text.len());
            assert_eq!(Short::within(&text, start, end), Short::of(&text[start..end]));
        }
    }
}
