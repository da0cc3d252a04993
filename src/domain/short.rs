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
        }
    }
}
