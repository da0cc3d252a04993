//! Records whose members hold structs as SQL engines print them, as the rows of their downloads do.

use crate::domain::json::{Node, push_string};
use crate::ingest::{cells, unquoted};

/// Returns a record with its texts that are objects or lists as what they hold; `None` where none is a struct.
pub(super) fn write(root: Node<'_>) -> Option<String> {
    // Most texts are told by their first bytes: JSON has a quote behind its brace.
    let begins = |value: Node<'_>| matches!(value.raw().as_bytes(), [b'"', b'{', byte, ..] if byte.is_ascii_alphabetic() || *byte == b'_');
    let structs = |value: Node<'_>| {
        let text = if begins(value) { value.as_str() } else { None };
        text.is_some_and(|text| unquoted::write(&text, &mut String::new()))
    };
    if !root.members().any(|(_, value)| structs(value)) {
        return None;
    }
    let mut out = String::from("{");
    for (at, (key, value)) in root.members().enumerate() {
        out.push_str(if at == 0 { "" } else { "," });
        push_string(&mut out, &key.decode());
        out.push(':');
        out.push_str(cells::opened(value).as_deref().unwrap_or(value.raw()));
    }
    out.push('}');
    Some(out)
}
