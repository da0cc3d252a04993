use super::trigrams::Trigrams;
use super::*;

proptest::proptest! {
    #[test]
    fn lists_of_blocks_read_back(steps in proptest::collection::vec(0u64..5000, 0..600)) {
        let blocks: Vec<u64> = steps.iter().scan(0, |last, step| { *last += step; Some(*last) }).collect();
        assert_eq!(decode_blocks(&encode_blocks(&blocks)).unwrap(), blocks);
    }

    #[test]
    fn a_text_has_the_bits_of_what_it_holds(before in "\\PC{0,9}", text in "\\PC{0,9}", after in "\\PC{0,9}") {
        let mut trigrams = Trigrams::new();
        trigrams.add(format!("{before}{}{after}", text.to_uppercase()).as_bytes());
        let seen = trigrams.take();
        let folded = crate::query::fold::fold(&text.to_uppercase()).into_owned();
        assert!(folded_bits(folded.as_bytes()).all(|bit| seen[bit as usize] == 1));
        assert!(trigrams.take().iter().all(|byte| *byte == 0));
    }

    #[test]
    fn parts_hold_every_row(blocks in 1usize..=GROUP) {
        let rows = rows_of_part(width(blocks));
        assert_eq!(BITS % rows, 0);
        assert!(BITS / rows < 1 << 16);
    }
}
