//! Base 64: what binary data is written as inside JSON.

use sha2::{Digest as _, Sha256};

/// Decodes base 64, with or without padding, either alphabet.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut held) = (0u32, 0);
    for byte in text.trim_end_matches('=').bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'\n' | b'\r' => continue,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(value)) & 0xff_ffff;
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push((bits >> held) as u8);
        }
    }
    Some(out)
}

/// Returns bytes in base 64 with padding (RFC 4648).
pub fn encode(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let bits = (byte(0) << 16) | (byte(1) << 8) | byte(2);
        for at in 0..4 {
            let digit = ALPHABET[(bits >> (18 - 6 * at)) as usize & 63];
            out.push(if at > chunk.len() { '=' } else { char::from(digit) });
        }
    }
    out
}

/// Shortest text that is taken for binary data; shorter ones are more likely keys and digests.
const SHORTEST: usize = 256;

/// Returns what stands for binary data in base 64, with or without `data:..;base64,` in front: its size and the
/// start of its digest. `None` for any other text.
pub fn describe(text: &str) -> Option<String> {
    let encoded = match text.strip_prefix("data:") {
        Some(rest) => rest.split_once(";base64,")?.1,
        None if text.len() >= SHORTEST && text.len().is_multiple_of(4) => text,
        None => return None,
    };
    if encoded.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let bytes = decode(encoded)?;
    let plain = |text: &str| !text.contains(|c: char| c.is_control() && !c.is_whitespace());
    if !text.starts_with("data:") && std::str::from_utf8(&bytes).is_ok_and(plain) {
        return None;
    }
    let digest = Sha256::digest(&bytes);
    let start: String = digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    Some(format!("binary:{}:sha256:{start}", size(bytes.len())))
}

fn size(bytes: usize) -> String {
    match bytes {
        0..1_000 => format!("{bytes}B"),
        1_000..1_000_000 => format!("{}kB", bytes / 1_000),
        _ => format!("{}MB", bytes / 1_000_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_is_decoded() {
        for (bytes, text) in [(b"".as_slice(), ""), (b"Ma", "TWE="), (b"M", "TQ=="), (b"Man\xff", "TWFu/w==")]
        {
            assert_eq!(encode(bytes), text);
            assert_eq!(decode(text).as_deref(), Some(bytes));
        }
    }

    #[test]
    fn binary_data_is_told_by_size_and_digest() {
        let image = format!("data:image/png;base64,{}", "iVBORw0KGgo".repeat(4));
        assert!(
            describe(&image).is_some_and(|told| told.starts_with("binary:33B:sha256:")),
            "{:?}",
            describe(&image)
        );
        let other = image.replace("iVBOR", "iVBOS");
        assert_ne!(describe(&image), describe(&other));
        assert!(describe("AAEC/w==").is_none());
        assert_eq!(describe(&"AAECAwQFBgcI".repeat(1000)).unwrap().split(':').nth(1), Some("9kB"));
        for text in
            ["", "plain words", &"abcd".repeat(100), &"0123456789abcdef".repeat(40), &"VGV4dCwg".repeat(100)]
        {
            let text: &str = text;
            if decode(text).is_some_and(|bytes| std::str::from_utf8(&bytes).is_ok()) || text.len() < 10 {
                assert_eq!(describe(text), None, "{text}");
            }
        }
    }
}
