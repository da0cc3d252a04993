use std::fs;
use std::io::{Cursor, Write as _};
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::*;

fn read_all(mut bytes: Bytes) -> (Vec<u8>, u64, Tail) {
    let base = bytes.base();
    let mut out = Vec::new();
    while bytes.fill(&mut out, 1000, false) != Fill::End {}
    (out, base, bytes.finish())
}

fn of(bytes: &[u8]) -> (Vec<u8>, u64, Tail) {
    let (text, base, tail) = read_all(Bytes::from_file(Box::new(Cursor::new(bytes.to_vec()))).unwrap());
    let (piped, _, piped_tail) = read_all(Bytes::from_pipe(Box::new(Cursor::new(bytes.to_vec()))).unwrap());
    assert_eq!(text, piped);
    assert_eq!(tail.sha256, piped_tail.sha256);
    (text, base, tail)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn utf16(text: &str, big: bool) -> Vec<u8> {
    text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
}

#[test]
fn packed_text_is_unpacked_and_the_file_hashed() {
    let text = "one line\n".repeat(100_000);
    let mut two_members = gzip(text.as_bytes());
    two_members.extend(gzip(b"second"));
    let zst = zstd::encode_all(text.as_bytes(), 1).unwrap();
    let both = format!("{text}second");
    for (packed, expected) in [(text.clone().into_bytes(), &text), (two_members, &both), (zst, &text)] {
        let (out, base, tail) = of(&packed);
        assert!(out == expected.as_bytes());
        assert_eq!(base, 0);
        assert_eq!(tail.sha256, hex(&Sha256::digest(&packed)));
        assert_eq!((tail.bytes, tail.damage), (packed.len() as u64, None));
    }
}

#[test]
fn encodings_become_utf8() {
    let text = "{\"name\":\"Zoë 😀 日本\"}\n";
    let marked = |mark: &[u8], rest: Vec<u8>| [mark, &rest].concat();
    for (bytes, base) in [
        (marked(&[0xef, 0xbb, 0xbf], text.as_bytes().to_vec()), 3),
        (marked(&[0xff, 0xfe], utf16(text, false)), 0),
        (marked(&[0xfe, 0xff], utf16(text, true)), 0),
        (utf16(text, false), 0),
        (utf16(text, true), 0),
        (gzip(&utf16(text, true)), 0),
    ] {
        let (out, found, _) = of(&bytes);
        assert_eq!(String::from_utf8(out).unwrap(), text);
        assert_eq!(found, base);
    }
    // Spreadsheets save one byte a letter; JSON never does.
    let (out, ..) = of(b"who;what\nJ\xfcrgen;\x84Gr\xf6\xdfe\x93\n");
    assert_eq!(String::from_utf8(out).unwrap(), "who;what\nJürgen;„Größe“\n");
    for kept in [&b"{\"a\":\"\xfc\xfc\"}\n"[..], "who\nJürgen Größe\n\u{e9}t\u{e9}\n".as_bytes()] {
        assert_eq!(of(kept).0, kept);
    }
    let damaged = ["who\nJürgen Größe Ünal\n".as_bytes(), b"\xff\n"].concat();
    assert_eq!(of(&damaged).0, damaged);
    // Half a pair is no character: the decoder must see that, not a repaired text.
    let (out, ..) = of(&[&[0xff, 0xfe], &utf16("{}", false)[..], &[0x00, 0xd8, 0x41, 0x00]].concat());
    assert_eq!(out, b"{}\xed\xa0\x80A");
}

#[test]
fn damaged_data_gives_what_could_be_read() {
    let lines: String = (0..50_000).map(|number| format!("line {number}\n")).collect();
    let whole = gzip(lines.as_bytes());
    let cut = &whole[..whole.len() / 2];
    let (out, _, tail) = of(cut);
    assert!(!out.is_empty() && lines.as_bytes().starts_with(&out));
    let damage = tail.damage.unwrap();
    assert_eq!(damage.offset, out.len() as u64);
    assert!(damage.reason.starts_with("the gzip data ends before its end, at byte "), "{}", damage.reason);
    assert!(damage.reason.contains(&cut.len().to_string()), "{}", damage.reason);
    assert_eq!(tail.sha256, hex(&Sha256::digest(cut)));
    let zst = zstd::encode_all(lines.as_bytes(), 1).unwrap();
    let (out, _, tail) = of(&zst[..zst.len() - 10]);
    assert!(lines.as_bytes().starts_with(&out));
    assert!(tail.damage.unwrap().reason.starts_with("the zstd data ends before its end"));
    let (out, _, tail) = of(&[0x1f, 0x8b, 8, 0]);
    assert!(out.is_empty() && tail.damage.is_some());
}

fn write(path: &Path) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, "{}").unwrap();
}

#[test]
fn names_lead_to_files_once_and_in_order() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    for name in ["b.json", "a.log", "sub/c", ".hidden", "sub/.git/d", "z/e"] {
        write(&at(name));
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(dir.path(), at("sub/loop")).unwrap();
        std::os::unix::fs::symlink(at("b.json"), at("z/again")).unwrap();
    }
    let names = |found: &Found| -> Vec<String> {
        let strip = |input: &Input| input.name.replace(&format!("{}/", dir.path().display()), "");
        found.inputs.iter().map(strip).collect()
    };
    let root = dir.path().to_string_lossy().into_owned();
    let found = find(&[root.as_str(), "-", "-"]);
    assert_eq!(names(&found), ["a.log", "b.json", "sub/c", "z/e", "stdin"]);
    assert_eq!(found.problems, []);
    let found = find(&[format!("{root}/*.json"), format!("{root}/b.json"), format!("{root}/**/c")]);
    assert_eq!(names(&found), ["b.json", "sub/c"]);
    let found = find(&[format!("{root}/none"), format!("{root}/*.none"), format!("{root}/sub/.git")]);
    assert_eq!(names(&found), ["sub/.git/d"]);
    let reasons: Vec<_> = found.problems.iter().map(|problem| problem.reason.as_str()).collect();
    assert_eq!(reasons, ["no such file", "no file matches this pattern"]);
}
