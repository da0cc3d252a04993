//! Vendors' records as buses, stores and collectors wrap them: the entry is that of the record inside.

use auditty::domain::Entry;
use auditty::ingest::format::Formats;
use serde_json::{Value, json};

use super::map_all;

/// Formats whose records are texts, or that are envelopes themselves.
const NO_VENDOR: [&str; 11] =
    ["auditd", "auditty", "cadf", "cef", "cloudevents", "ecs", "generic", "leef", "logfmt", "ocsf", "syslog"];

/// Percent of samples that are found inside: a few are wrapped already, in a way of their vendor's.
const FLOOR: usize = 98;

type Wrap = fn(&Value) -> Value;

const WRAPS: [(&str, Wrap); 16] = [
    ("event bus", |record| {
        json!({"version": "0", "id": "b", "detail-type": "x", "source": "aws.partner/x", "account": "1",
            "time": "2027-01-01T00:00:00Z", "region": "us-east-1", "resources": [], "detail": record})
    }),
    (
        "CloudEvents",
        |record| json!({"specversion": "1.0", "id": "b", "source": "/x", "type": "x.y", "time": "2027-01-01T00:00:00Z", "data": record}),
    ),
    ("Elasticsearch", |record| json!({"_index": "i", "_id": "d", "_score": null, "_source": record})),
    (
        "ECS",
        |record| json!({"@timestamp": "2027-01-01T00:00:00Z", "event": {"original": record.to_string(), "dataset": "x"}}),
    ),
    (
        "message",
        |record| json!({"@timestamp": "2027-01-01T00:00:00Z", "message": record.to_string(), "host": {"name": "h"}}),
    ),
    ("Pub/Sub", |record| {
        json!({"message": {"data": base64(&record.to_string()), "messageId": "1", "publishTime": "2027-01-01T00:00:00Z"},
            "subscription": "projects/p/subscriptions/s"})
    }),
    ("Kinesis", |record| {
        json!({"kinesis": {"partitionKey": "k", "sequenceNumber": "1", "data": base64(&record.to_string()),
            "approximateArrivalTimestamp": 1_798_761_600.5}, "eventSource": "aws:kinesis", "eventID": "s:1"})
    }),
    (
        "HTTP collector",
        |record| json!({"time": 1_798_761_600, "host": "h", "source": "s", "sourcetype": "x", "event": record}),
    ),
    (
        "HTTP collector, text",
        |record| json!({"time": 1_798_761_600, "host": "h", "sourcetype": "x", "event": record.to_string()}),
    ),
    (
        "search result",
        |record| json!({"preview": false, "offset": 0, "result": {"_time": "2027-01-01T00:00:00Z", "_raw": record.to_string()}}),
    ),
    (
        "container log",
        |record| json!({"date": 1_798_761_600.5, "log": record.to_string(), "stream": "stdout"}),
    ),
    ("Cloud Logging", |record| {
        json!({"insertId": "x", "jsonPayload": record, "resource": {"type": "global"}, "timestamp": "2027-01-01T00:00:00Z",
            "logName": "projects/p/logs/x", "severity": "INFO"})
    }),
    (
        "log platform",
        |record| json!({"id": "A", "content": {"timestamp": "2027-01-01T00:00:00Z", "tags": ["a:b"], "service": "x", "attributes": record}}),
    ),
    (
        "queue",
        |record| json!({"messageId": "m", "receiptHandle": "h", "body": record.to_string(), "attributes": {}, "eventSource": "aws:sqs"}),
    ),
    ("notification", |record| {
        json!({"Type": "Notification", "MessageId": "m", "TopicArn": "arn:aws:sns:x", "Message": record.to_string(),
            "Timestamp": "2027-01-01T00:00:00Z"})
    }),
    (
        "log line",
        |record| json!({"timestamp": "2027-01-01T00:00:00Z", "line": record.to_string(), "labels": {"app": "x"}}),
    ),
];

fn base64(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in text.as_bytes().chunks(3) {
        let bits =
            chunk.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * place) & 63) as usize];
            out.push(if place > chunk.len() { '=' } else { char::from(digit) });
        }
    }
    out
}

/// What must not depend on the wrapping.
fn said(entries: &[Entry<'_>]) -> Vec<String> {
    let line = |entry: &Entry<'_>| {
        let time = entry.time.as_ref().map(auditty::domain::Moment::rfc3339);
        let (format, outcome) = (&entry.format, entry.outcome.as_str());
        format!("{format} {time:?} {:?} {outcome} {:?} {:?}", entry.action_code, entry.actor, entry.ip)
    };
    entries.iter().map(line).collect()
}

#[test]
fn records_are_found_inside_what_wraps_them() {
    let formats = Formats::builtin();
    let bare: Vec<String> = formats
        .all()
        .into_iter()
        .filter(|format| !NO_VENDOR.contains(&format.name.as_str()))
        .flat_map(|format| format.samples.iter().map(|sample| sample.record.clone()).collect::<Vec<_>>())
        .filter(|record| record.starts_with('{'))
        .collect();
    assert!(bare.len() > 300, "{} samples", bare.len());
    let wanted: Vec<Vec<String>> =
        bare.iter().map(|record| said(&map_all(std::slice::from_ref(record), &formats, None)[0])).collect();
    for (name, wrap) in WRAPS {
        let found = |record: &String| {
            let wrapped = wrap(&serde_json::from_str(record).unwrap()).to_string();
            said(&map_all(&[wrapped], &formats, None)[0])
        };
        let missed: Vec<&String> = bare
            .iter()
            .zip(&wanted)
            .filter(|(record, wanted)| found(record) != **wanted)
            .map(|pair| pair.0)
            .collect();
        let share = (bare.len() - missed.len()) * 100 / bare.len();
        assert!(share >= FLOOR, "{name}: {share} % are found inside, not {missed:#?}");
    }
}
