//! Values that are more than one text: how an actor, an address, the targets and the changed paths of an
//! entry are written into a dictionary, and read back without a copy.

use super::frame::{Reader, push_varint};
use crate::domain::{Actor, ActorKind, Entry, Ip, Target, ip};

/// Appends a text that may be missing.
fn push_text(out: &mut Vec<u8>, text: Option<&str>) {
    match text {
        None => out.push(0),
        Some(text) => {
            push_varint(out, text.len() as u64 + 1);
            out.extend_from_slice(text.as_bytes());
        }
    }
}

/// Reads a text that may be missing; damage reads as missing, since the checksum has spoken before.
fn read_text<'a>(reader: &mut Reader<'a>) -> Option<&'a str> {
    let len = reader.varint().ok()?.checked_sub(1)?;
    let bytes = reader.take(usize::try_from(len).ok()?).ok()?;
    std::str::from_utf8(bytes).ok()
}

/// Returns a dictionary's value as text.
pub(crate) fn text(value: &[u8]) -> &str {
    std::str::from_utf8(value).unwrap_or_default()
}

/// Who acted, as a dictionary holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ActorValue<'a> {
    pub(crate) kind: ActorKind,
    pub(crate) name: Option<&'a str>,
    pub(crate) email: Option<&'a str>,
    pub(crate) id: Option<&'a str>,
}

impl<'a> ActorValue<'a> {
    /// Writes an actor.
    pub(crate) fn write(actor: &Actor<'_>, out: &mut Vec<u8>) {
        out.push(actor.kind as u8);
        push_text(out, actor.name.as_deref());
        push_text(out, actor.email.as_deref());
        push_text(out, actor.id.as_deref());
    }

    /// Reads an actor.
    pub(crate) fn read(value: &'a [u8]) -> ActorValue<'a> {
        let mut reader = Reader::new("actor", value);
        let kind = reader.take(1).map_or(0, |b| b[0]);
        ActorValue {
            kind: ActorKind::ALL.get(usize::from(kind)).copied().unwrap_or(ActorKind::Unknown),
            name: read_text(&mut reader),
            email: read_text(&mut reader),
            id: read_text(&mut reader),
        }
    }

    /// Returns the actor in the domain's type.
    pub(crate) fn actor(&self) -> Actor<'a> {
        let own = |text: Option<&'a str>| text.map(Into::into);
        Actor { kind: self.kind, name: own(self.name), email: own(self.email), id: own(self.id) }
    }
}

/// Writes an address: 16 bytes, or any other length for text behind a zero byte.
pub(crate) fn write_ip(value: &Ip<'_>, out: &mut Vec<u8>) {
    match value {
        Ip::Addr(addr) => out.extend_from_slice(&ip::to_bytes(*addr)),
        Ip::Text(text) => {
            out.push(0);
            out.extend_from_slice(text.as_bytes());
            // Sixteen bytes mean an address.
            if out.len() == 16 {
                out.push(0xff);
            }
        }
    }
}

/// Reads an address.
pub(crate) fn read_ip(value: &[u8]) -> Ip<'_> {
    match <[u8; 16]>::try_from(value) {
        Ok(bytes) => Ip::Addr(ip::from_bytes(bytes)),
        Err(_) => {
            let inner = value.get(1..).unwrap_or_default();
            Ip::Text(text(inner.strip_suffix(&[0xff]).unwrap_or(inner)).into())
        }
    }
}

/// What was acted on, as a dictionary holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TargetValue<'a> {
    pub(crate) kind: Option<&'a str>,
    pub(crate) id: Option<&'a str>,
    pub(crate) name: Option<&'a str>,
}

impl<'a> TargetValue<'a> {
    /// Returns the target in the domain's type.
    pub(crate) fn target(&self) -> Target<'a> {
        let own = |text: Option<&'a str>| text.map(Into::into);
        Target { kind: own(self.kind), id: own(self.id), name: own(self.name) }
    }
}

/// Writes the targets of an entry.
pub(crate) fn write_targets(targets: &[Target<'_>], out: &mut Vec<u8>) {
    for target in targets {
        push_text(out, target.kind.as_deref());
        push_text(out, target.id.as_deref());
        push_text(out, target.name.as_deref());
    }
}

/// Reads the targets of an entry, the primary one first.
pub(crate) fn read_targets(value: &[u8]) -> impl Iterator<Item = TargetValue<'_>> {
    let mut reader = Reader::new("targets", value);
    std::iter::from_fn(move || {
        (!reader.is_empty()).then(|| TargetValue {
            kind: read_text(&mut reader),
            id: read_text(&mut reader),
            name: read_text(&mut reader),
        })
    })
}

/// Writes the paths that an entry changed, and those inside them. Of these, which come in runs, a path that was
/// just written is left out.
pub(crate) fn write_paths(entry: &Entry<'_>, out: &mut Vec<u8>) {
    let mut write = |path: &str| {
        push_varint(out, path.len() as u64);
        out.extend_from_slice(path.as_bytes());
    };
    entry.changes.iter().for_each(|change| write(&change.path));
    let mut last = entry.changes.last().map_or("", |change| &change.path);
    for change in entry.inner.iter().filter(|inner| entry.changes.iter().all(|c| c.path != inner.path)) {
        if change.path != last {
            write(&change.path);
        }
        last = &change.path;
    }
}

/// Reads the paths that an entry changed.
pub(crate) fn read_paths(value: &[u8]) -> impl Iterator<Item = &str> {
    let mut reader = Reader::new("changed", value);
    std::iter::from_fn(move || reader.bytes().ok().map(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Change, ChangeOp, Provenance};

    #[test]
    fn actors_addresses_targets_and_paths_read_back() {
        let mut actor = Actor::of(ActorKind::Token);
        actor.email = Some("a@example.com".into());
        actor.id = Some("".into());
        let mut out = Vec::new();
        ActorValue::write(&actor, &mut out);
        assert_eq!(ActorValue::read(&out).actor(), actor);

        let targets = [
            Target { kind: Some("x".into()), id: None, name: Some("n".into()) },
            Target { kind: None, id: None, name: None },
            Target { kind: None, id: Some("7".into()), name: None },
        ];
        let mut out = Vec::new();
        write_targets(&targets, &mut out);
        assert_eq!(read_targets(&out).map(|t| t.target()).collect::<Vec<_>>(), targets);

        let change = |path: &'static str| Change {
            path: path.into(),
            op: ChangeOp::Add,
            before: None,
            after: None,
            provenance: Provenance::Recorded,
        };
        let mut out = Vec::new();
        let mut entry = Entry::blank("");
        entry.changes = vec![change("a.b"), change(""), change("c")];
        entry.inner = ["c.d", "c.d", "c", "c.e"].map(change).to_vec();
        write_paths(&entry, &mut out);
        assert_eq!(read_paths(&out).collect::<Vec<_>>(), ["a.b", "", "c", "c.d", "c.e"]);
    }

    #[test]
    fn text_of_any_length_is_no_address() {
        for text in ["AWS", "fifteen letters", "fourteen chars", "sixteen letters!", ""] {
            let mut out = Vec::new();
            write_ip(&Ip::Text(text.into()), &mut out);
            assert_eq!(read_ip(&out), Ip::Text(text.into()), "{text}");
        }
        for addr in ["10.0.0.1", "2001:db8::7"] {
            let addr = Ip::Addr(addr.parse().unwrap());
            let mut out = Vec::new();
            write_ip(&addr, &mut out);
            assert_eq!(read_ip(&out), addr);
        }
    }
}
