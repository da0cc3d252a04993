//! An event of the Windows event log as text: a time, `Name=value` lines, and `Message=` with all that follows.

use super::object::Object;

/// Writes such an event as a document; returns false where it is none.
pub(super) fn write(text: &str, out: &mut Object<'_>) -> bool {
    let Some((time, rest)) = text.split_once('\n') else { return false };
    if !rest.starts_with("LogName=") {
        return false;
    }
    out.text("TimeCreated", time.trim());
    let mut rest = rest;
    while let Some((name, behind)) = rest.split_once('=') {
        if name == "Message" {
            out.text(name, behind.trim());
            break;
        }
        let (value, next) = behind.split_once('\n').unwrap_or((behind, ""));
        if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            out.text(name, value.trim());
        }
        rest = next;
    }
    true
}
