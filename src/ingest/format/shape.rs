//! Shapes of values: what a record must look like to be of a format, and what the generic mapper goes by.

use super::glob::Glob;
use super::time::{self, TimeRules};
use crate::domain::ip::parse_addr;
use crate::domain::json::{Kind, Node};

/// A shape a value may have.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Shape {
    /// Anything, `null` included.
    Any,
    /// Anything but `null` and what is empty.
    Present,
    /// A JSON type.
    Json(Kind),
    /// A whole number, also as a text.
    Integer,
    /// A time in any spelling.
    Time,
    /// An IP address.
    Ip,
    /// An e-mail address.
    Email,
    /// A UUID.
    Uuid,
    /// A text like this.
    Like(Glob),
}

impl Shape {
    /// Reads the word for a shape; anything else is a pattern the text must match.
    pub(crate) fn read(word: &str) -> Shape {
        match word {
            "any" => Shape::Any,
            "present" => Shape::Present,
            "string" => Shape::Json(Kind::String),
            "number" => Shape::Json(Kind::Number),
            "boolean" => Shape::Json(Kind::Bool),
            "null" => Shape::Json(Kind::Null),
            "object" => Shape::Json(Kind::Object),
            "array" => Shape::Json(Kind::Array),
            "integer" => Shape::Integer,
            "time" => Shape::Time,
            "ip" => Shape::Ip,
            "email" => Shape::Email,
            "uuid" => Shape::Uuid,
            pattern => Shape::Like(Glob::new(pattern.strip_prefix('=').unwrap_or(pattern))),
        }
    }

    /// Whether a value has the shape.
    pub(crate) fn fits(&self, node: Node<'_>) -> bool {
        let text = || node.scalar();
        match self {
            Shape::Any => true,
            Shape::Present => is_present(node),
            Shape::Json(kind) => node.kind() == *kind,
            Shape::Integer => text().is_some_and(|t| t.parse::<i64>().is_ok()),
            Shape::Time => looks_like_time(node),
            Shape::Ip => text().is_some_and(|t| parse_addr(t.trim()).is_some()),
            Shape::Email => text().is_some_and(|t| is_email(&t)),
            Shape::Uuid => text().is_some_and(|t| is_uuid(&t)),
            Shape::Like(glob) => text().is_some_and(|t| glob.matches(&t)),
        }
    }
}

/// Whether there is something: not `null`, not an empty text, list or object.
pub(crate) fn is_present(node: Node<'_>) -> bool {
    match node.kind() {
        Kind::Null => false,
        Kind::String => node.raw().len() > 2,
        Kind::Array | Kind::Object => !node.is_empty(),
        Kind::Bool | Kind::Number => true,
    }
}

/// A time: a text that reads as one, or a number that lies between 2000 and 2100 in some unit.
pub(crate) fn looks_like_time(node: Node<'_>) -> bool {
    const FROM: i64 = 946_684_800_000_000_000;
    const UNTIL: i64 = 4_102_444_800_000_000_000;
    // A time without a year is one, whatever year it is of.
    let near = Some(crate::domain::Timestamp(FROM + (UNTIL - FROM) / 2));
    let moment = time::read(node, &TimeRules { near, ..TimeRules::default() });
    moment.is_some_and(|moment| (FROM..UNTIL).contains(&moment.at.0))
}

/// Whether a text is an e-mail address. Every actor is asked: each byte is looked at once.
pub(crate) fn is_email(text: &str) -> bool {
    let (mut mark, mut dot) = (None, None);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'@' if mark.is_some() => return false,
            b'@' => mark = Some(at),
            b'.' => dot = Some(at),
            b'\t'..=b'\r' | b' ' | b'/' | b':' | b',' | b';' | b'"' => return false,
            _ => {}
        }
    }
    let (Some(mark), Some(dot)) = (mark, dot) else { return false };
    // `ana@192.0.2.7` is somebody at an address.
    let named = text.as_bytes().last().is_some_and(|byte| !byte.is_ascii_digit());
    let parts = mark > 0 && dot > mark + 1 && dot + 1 < text.len();
    parts && named && (text.is_ascii() || !text.contains(char::is_whitespace))
}

/// Whether a text is a UUID, with or without hyphens and braces.
pub(crate) fn is_uuid(text: &str) -> bool {
    let inner = text.strip_prefix('{').and_then(|t| t.strip_suffix('}')).unwrap_or(text);
    let hyphens = inner.bytes().filter(|&b| b == b'-').count();
    let hex = inner.bytes().filter(u8::is_ascii_hexdigit).count();
    hex == 32 && inner.len() == hex + hyphens && matches!(hyphens, 0 | 4)
}

/// Whether a text is an id rather than a name: a UUID, digits alone, or a long run of letters and digits
/// without a space.
pub(crate) fn is_id(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    is_uuid(text)
        || (digits == text.len() && digits > 0)
        || (text.len() >= 12 && digits >= 3 && !text.contains(|c: char| c.is_whitespace() || c == '@'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::json::Doc;

    proptest::proptest! {
        #[test]
        fn an_address_has_a_user_and_a_named_host(text in "[a@.1 :é\u{a0}]{0,12}") {
            let slow = || {
                let (user, host) = text.split_once('@')?;
                let dot = host.rfind('.').filter(|at| *at > 0 && at + 1 < host.len());
                let odd = |c: char| c.is_whitespace() || c == '@' || c == ':';
                let plain = !user.is_empty() && !host.ends_with(|c: char| c.is_ascii_digit());
                dot.filter(|_| plain && !user.contains(odd) && !host.contains(odd))
            };
            assert_eq!(is_email(&text), slow().is_some(), "{text}");
        }
    }

    #[test]
    fn shapes_fit_values() {
        let check = |shape: &str, json: &str, expect: bool| {
            let mut doc = Doc::new();
            assert_eq!(Shape::read(shape).fits(doc.parse(json).unwrap()), expect, "{shape} {json}");
        };
        check("time", "1763820191123", true);
        check("time", "7", false);
        check("time", r#""2026-11-22T14:03:11Z""#, true);
        check("ip", r#""203.0.113.7:443""#, true);
        check("ip", r#""host""#, false);
        check("email", r#""ana@example.com""#, true);
        check("email", r#""ana@example""#, false);
        check("uuid", r#""6f1c2b1e-8a0b-4c9e-9a53-0d5f6f0c2a11""#, true);
        check("uuid", r#""6f1c2b1e""#, false);
        check("present", r#""""#, false);
        check("present", "0", true);
        check("evt_*", r#""evt_1""#, true);
        check("=time", r#""time""#, true);
        check("boolean", "false", true);
    }
}
