//! Closes JSON that was cut off, so that the beginning of a long source can be read as a value.

/// Returns the first JSON value of a text, closed behind its last complete part if it goes on beyond the text;
/// `None` where no value begins.
pub(super) fn closed(sample: &[u8]) -> Option<String> {
    let mut open: Vec<u8> = Vec::new();
    let mut safe: (usize, Vec<u8>) = (0, Vec::new());
    let mut quoted = false;
    let mut escape = false;
    for (at, &byte) in sample.iter().enumerate() {
        if quoted {
            (quoted, escape) = match byte {
                _ if escape => (true, false),
                b'\\' => (true, true),
                b'"' => (false, false),
                _ => (true, false),
            };
            continue;
        }
        match byte {
            b'"' => quoted = true,
            b'{' | b'[' => {
                open.push(byte);
                safe = (at + 1, open.clone());
            }
            b'}' | b']' => {
                open.pop()?;
                safe = (at + 1, open.clone());
            }
            b',' => safe = (at, open.clone()),
            _ => {}
        }
        if open.is_empty() && matches!(byte, b'}' | b']') {
            break;
        }
    }
    let (end, open) = safe;
    let mut text = String::from_utf8_lossy(sample.get(..end)?).into_owned();
    text.extend(open.iter().rev().map(|&byte| if byte == b'{' { '}' } else { ']' }));
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_beginning_of_a_value_can_be_closed() {
        let whole = r#"{"a":{"b":[1,{"c":"x]}"},true],"d":"\"{"},"e":[[],{}]} tail"#;
        for end in 1..=whole.len() {
            let text = closed(&whole.as_bytes()[..end]).unwrap();
            assert!(crate::domain::json::Doc::new().parse(&text).is_ok(), "{end}: {text}");
        }
        assert_eq!(closed(br#"{"a":1,"b":2"#).unwrap(), r#"{"a":1}"#);
        assert_eq!(closed(br#"{"a":1} {"b":2}"#).unwrap(), r#"{"a":1}"#);
        assert_eq!(closed(b"plain"), None);
        assert_eq!(closed(b"]"), None);
    }
}
