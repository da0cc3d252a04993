//! Records inside envelopes.

use super::*;
use crate::domain::json::quote;
use crate::ingest::format::{MapContext, Mapper, Want};

const SLACK: &str = r#"{"id":"s1","date_create":1772614530,"action":"user_login","actor":{"type":"user","user":{"id":"U1","name":"Ana","email":"ana@fjord.example"}},"entity":{"type":"user","user":{"id":"U1","name":"Ana"}},"context":{"location":{"type":"workspace","id":"T1","name":"fjord"},"ip_address":"203.0.113.7"}}"#;

/// Returns the format that a record is mapped by, and its actor's name.
fn mapped(record: &str) -> (String, String) {
    let formats = Formats::builtin();
    let mut doc = Doc::new();
    let root = doc.parse(record).unwrap();
    let mut mapper = Mapper::new(formats.clone(), formats.detect(&[root]), MapContext::default());
    let mut out = Vec::new();
    mapper.map(root, Want::Full, &mut out);
    let actor = out[0].actor.as_ref().and_then(|actor| actor.name.as_deref()).unwrap_or_default();
    (out[0].format.to_string(), actor.to_owned())
}

fn base64(text: &str) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in text.as_bytes().chunks(3) {
        let bits =
            chunk.iter().fold(0u32, |bits, &byte| bits << 8 | u32::from(byte)) << (8 * (3 - chunk.len()));
        for at in 0..4 {
            let sign = char::from(SIGNS[(bits >> (18 - 6 * at) & 63) as usize]);
            out.push(if at <= chunk.len() { sign } else { '=' });
        }
    }
    out
}

#[test]
fn a_wrapped_record_is_mapped_by_its_own_vendors_format() {
    let check = |record: &str| assert_eq!(mapped(record), ("slack".to_owned(), "Ana".to_owned()), "{record}");
    check(SLACK);
    check(&format!(r#"{{"version":"0","detail-type":"x","detail":{SLACK}}}"#));
    check(&format!(r#"{{"specversion":"1.0","type":"x","data":{SLACK}}}"#));
    check(&format!(r#"{{"_index":"logs","_source":{SLACK}}}"#));
    check(&format!(r#"{{"event":{{"original":{}}}}}"#, quote(SLACK)));
    check(&format!(r#"{{"timestamp":1,"message":{}}}"#, quote(SLACK)));
    check(&format!(r#"{{"message":{{"messageId":"1","data":"{}"}}}}"#, base64(SLACK)));
    check(&format!(r#"{{"@message":{}}}"#, quote(&format!("2026-03-04T05:06:07Z host app: {SLACK}"))));
}

#[test]
fn envelopes_may_lie_in_envelopes() {
    let bridge = format!(r#"{{"detail-type":"x","detail":{SLACK}}}"#);
    let topic = format!(r#"{{"Type":"Notification","Message":{}}}"#, quote(&bridge));
    let queue = format!(r#"{{"messageId":"1","body":{}}}"#, quote(&topic));
    for record in [&bridge, &topic, &queue, &format!(r#"{{"_source":{queue}}}"#)] {
        assert_eq!(mapped(record).0, "slack", "{record}");
    }
}

#[test]
fn what_is_inside_nothing_stays_itself() {
    for record in [
        r#"{"detail":{"x":1}}"#,
        r#"{"message":"no record { at all }"}"#,
        r#"{"message":{"data":"%%%"}}"#,
        r#"{"data":{"data":{"data":{"data":{"data":{"data":{}}}}}}}"#,
    ] {
        assert_eq!(mapped(record).0, "generic", "{record}");
    }
}

#[test]
fn a_format_of_envelopes_gives_way_to_what_is_inside() {
    let envelope = "name = 'box'\ntitle = 'Box'\nvendor = 'x'\nenvelope = true\nunwrap = ['inside|json']\n\
        [detect]\nall = { boxed = 'any' }\n[actor]\nname = 'who'\n";
    let formats = Formats::with("box.toml", envelope.to_owned());
    let check = |record: &str, expect: &str| {
        let mut doc = Doc::new();
        let root = doc.parse(record).unwrap();
        assert_eq!(formats.find(root, &mut Vec::new()).0.name, expect, "{record}");
        let mut mapper = Mapper::new(formats.clone(), formats.get("box").unwrap(), MapContext::default());
        let mut out = Vec::new();
        mapper.map(root, Want::Full, &mut out);
        assert_eq!(out[0].format, expect, "{record}");
    };
    check(r#"{"boxed":1,"who":"Bo"}"#, "box");
    check(r#"{"_source":{"boxed":1,"who":"Bo"}}"#, "box");
    check(&format!(r#"{{"boxed":1,"data":{SLACK}}}"#), "slack");
    check(&format!(r#"{{"boxed":1,"inside":{}}}"#, quote(SLACK)), "slack");
    check(&format!(r#"{{"_source":{{"boxed":1,"data":{SLACK}}}}}"#), "slack");
}

#[test]
fn keys_in_small_letters_are_those_of_the_vendor() {
    let record = r#"{"eventversion":"1.08","eventtime":"2026-03-04T05:06:07Z","eventsource":"s3.amazonaws.com","eventname":"ListBuckets","awsregion":"eu-north-1","sourceipaddress":"203.0.113.7","eventid":"e1","useridentity":{"type":"IAMUser","username":"Ana","principalid":"AIDA1"}}"#;
    assert_eq!(mapped(record), ("cloudtrail".to_owned(), "Ana".to_owned()));
    // Other formats know the same key in other letters.
    let record = r#"{"uuid":"u1","published":"2026-03-04 05:06:07.125","eventtype":"user.session.start","displaymessage":"User login to Okta","actor":{"id":"00u1","type":"User","alternateId":"ana@birch.example","displayName":"Ana"},"outcome":{"result":"SUCCESS"}}"#;
    assert_eq!(mapped(record), ("okta".to_owned(), "Ana".to_owned()));
}
