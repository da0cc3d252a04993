use super::trigrams::{BITS, Lane, Trigrams};
use super::*;
use crate::domain::json::{Doc, for_each_string, quote};

fn taken(trigrams: &mut Trigrams) -> Lane {
    let mut lane: Lane = Box::new([0; BITS]);
    trigrams.take_into(&mut lane, 3);
    lane
}

/// Spells a text as the inside of a JSON string in one of the ways there are.
fn spelled(text: &str, how: u8) -> String {
    let escape = |c: char| c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect();
    let plain = |c: char| quote(&c.to_string()).trim_start_matches('"').trim_end_matches('"').to_owned();
    let odd = |(at, c): (usize, char)| match (how, c) {
        (0, '"') => "\\\"".to_owned(),
        (0, c) => plain(c),
        (1, c) if at % 3 > 0 => escape(c),
        (_, '"' | '\\') if how > 1 => escape(c),
        (_, '"') => "\\\"".to_owned(),
        (_, c) => plain(c),
    };
    text.chars().enumerate().map(odd).collect()
}

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
        let seen = taken(&mut trigrams);
        let folded = crate::query::fold::fold(&text.to_uppercase()).into_owned();
        assert!(folded_bits(folded.as_bytes()).all(|bit| seen[bit as usize] == 1 << 3));
        assert!(taken(&mut trigrams).iter().all(|byte| *byte == 0));
    }

    #[test]
    fn strings_within_strings_are_known_by_their_escapes(
        text in "[a-cé\u{1d11e}\n\"\\\\]{0,24}",
        hows in proptest::collection::vec(0u8..3, 1..5),
        beside in "[ab]{0,12}",
    ) {
        let mut json = format!("\"{}\"", spelled(&text, hows[0]));
        for how in &hows[1..] {
            json = format!("{{\"k\":\"{}\",\"é\\t{beside}\":1}}", spelled(&json, *how));
        }
        let mut trigrams = Trigrams::new();
        trigrams.add(json.as_bytes());
        assert!(escapes::decoded(json.as_bytes(), &mut |piece| trigrams.add(piece.as_bytes())));
        let seen = taken(&mut trigrams);
        let mut doc = Doc::new();
        for_each_string(doc.parse(&json).unwrap(), &mut |string| {
            let folded = crate::query::fold::fold(string).into_owned();
            assert!(folded_bits(folded.as_bytes()).all(|bit| seen[bit as usize] > 0), "{string:?} of {json}");
            false
        });
    }

    #[test]
    fn parts_hold_every_row(blocks in 1usize..=GROUP) {
        let rows = rows_of_part(width(blocks));
        assert_eq!(BITS % rows, 0);
        assert!(BITS / rows < 1 << 16);
    }
}
