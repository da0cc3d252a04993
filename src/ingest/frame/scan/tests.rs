use proptest::prelude::*;

use super::*;

/// Finds the end of a value byte by byte: what [`Scan`] must find in any number of pieces.
fn slow(text: &[u8]) -> Step {
    let (mut open, mut want, mut part) = (Vec::new(), 'v', ' ');
    let mut at = 0;
    while at < text.len() {
        let byte = text[at];
        match part {
            '\\' => part = '"',
            '"' if byte == b'\\' => part = '\\',
            '"' if byte == b'\n' => return Step::Bad(at),
            '"' if byte == b'"' => {
                (part, want) = (' ', if want == 'k' { ':' } else { ',' });
                if open.is_empty() {
                    return Step::End(at + 1);
                }
            }
            '"' => {}
            'w' if b" \t\r\n,:{}[]\"".contains(&byte) => {
                (part, want) = (' ', if want == 'k' { ':' } else { ',' });
                if open.is_empty() {
                    return Step::End(at);
                }
                continue;
            }
            'w' => {}
            _ => match (byte, want, open.last()) {
                (b' ' | b'\t' | b'\r' | b'\n', ..) => {}
                (b'{', 'v', _) => (_, want) = (open.push(byte), 'k'),
                (b'[', 'v', _) => (_, want) = (open.push(byte), 'v'),
                (b'}', _, Some(b'{')) | (b']', _, Some(b'[')) => {
                    (_, want) = (open.pop(), ',');
                    if open.is_empty() {
                        return Step::End(at + 1);
                    }
                }
                (b',', ',', Some(b'{')) => want = 'k',
                (b',', ',', _) | (b':', ':', _) => want = 'v',
                (b'"', 'v' | 'k', _) => part = '"',
                (b'{' | b'}' | b'[' | b']' | b',' | b':' | b'"', ..) | (_, ',' | ':', _) => {
                    return Step::Bad(at);
                }
                _ => part = 'w',
            },
        }
        at += 1;
    }
    Step::More
}

fn values() -> impl Strategy<Value = Vec<u8>> {
    let token = prop_oneof![
        4 => Just("\"".to_owned()),
        2 => Just("\",\"".to_owned()),
        2 => Just("\":\"".to_owned()),
        1 => Just("\":{\"".to_owned()),
        1 => Just("\"}".to_owned()),
        1 => Just("\\\"".to_owned()),
        2 => "[a-z\\\\\u{e4}\t\u{1}]{0,24}",
        1 => "[{}\\[\\]:, \n\"\\\\]",
        1 => "-?[0-9]{1,3}|true",
    ];
    let loose = proptest::collection::vec(token, 0..24).prop_map(|all| all.concat());
    let leaf = prop_oneof![
        "\"([ -!#-\\[\\]-~\u{e4}\t]|\\\\[\"\\\\/n]){0,40}\"",
        "-?[0-9]{1,4}",
        Just("null".to_owned())
    ];
    let blanks = prop_oneof![4 => Just(""), 1 => Just(" "), 1 => Just("\n  ")];
    let sound = leaf.prop_recursive(4, 24, 4, move |inner| {
        let list = proptest::collection::vec(inner.clone(), 0..4);
        let object = proptest::collection::vec(("[a-z\\\\]{0,12}", inner), 0..4);
        let object = (object, blanks.clone()).prop_map(|(members, gap)| {
            let member = |(key, value): &(String, String)| {
                format!("{gap}\"{}\":{gap}{value}{gap}", key.replace('\\', "\\\\"))
            };
            format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(","))
        });
        prop_oneof![list.prop_map(|items| format!("[{}]", items.join(", "))), object]
    });
    prop_oneof![
        2 => loose.clone().prop_map(|text| format!("{{\"{text}")),
        1 => loose.clone(),
        2 => sound.clone().prop_map(|text| format!("{text},")),
        // A sound value with some of its bytes cut out.
        2 => (sound, loose, any::<prop::sample::Index>()).prop_map(|(sound, more, cut)| {
            let at = sound.char_indices().nth(cut.index(sound.chars().count().max(1))).map_or(0, |(at, _)| at);
            let (head, tail) = sound.split_at(at);
            format!("{head}{}{tail}", more.chars().take(2).collect::<String>())
        }),
    ]
    .prop_map(String::into_bytes)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn an_end_is_found_in_any_pieces(
        text in values(),
        sizes in proptest::collection::vec(1usize..50, 1..5),
    ) {
        let wanted = slow(&text);
        prop_assert_eq!(Scan::default().run(&text, 0), wanted);
        // The window grows, as it does while a source is read.
        let (mut scan, mut at, mut step) = (Scan::default(), 0, Step::More);
        for size in sizes.iter().cycle() {
            let end = (at + size).min(text.len());
            step = scan.run(&text[..end], at);
            at = end;
            if step != Step::More || end == text.len() {
                break;
            }
        }
        prop_assert_eq!(step, wanted);
    }
}
