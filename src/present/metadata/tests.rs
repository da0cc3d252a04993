use super::*;
use crate::domain::{Action, Ip, Place, Timestamp};

fn entry() -> Entry<'static> {
    let mut entry = Entry::blank("customerio");
    entry.time =
        Some(Moment { at: Timestamp(1_795_356_191_250_000_000), digits: 3, text: "1795356191250".into() });
    let mut actor = Actor::of(ActorKind::Member);
    actor.name = Some("Ana Silva".into());
    actor.email = Some("ana@example.com".into());
    entry.actor = Some(actor);
    entry.ip = Ip::read("203.0.113.7".into());
    entry.scope = Some(Scope::Workspace);
    entry.activity = Some("Campaign".into());
    entry.action = Action::Updated;
    entry.targets = vec![Target {
        kind: Some("campaign".into()),
        id: Some("12".into()),
        name: Some("Black\tFriday\u{1b}".into()),
    }];
    entry.outcome = Outcome::Success;
    entry.metadata = vec![("api".into(), "\"ui\"".into()), ("geo".into(), "{\"city\":\"Lyon\"}".into())];
    entry.guessed = Some(80);
    entry.place = Place { source: "log.ndjson".into(), record: 7, part: 1, offset: 4096 };
    entry
}

#[test]
fn shows_everything_with_its_label() {
    let entry = entry();
    let input = MetadataInput { entry: &entry, note: Some("ask Bo"), remarks: &[] };
    let zone = Zone::parse("Europe/Berlin").unwrap();
    let options = MetadataOptions { width: 60, zone, charset: Charset::Ascii };
    let text: Vec<String> = metadata_lines(&input, &options).iter().map(|line| line.line.plain()).collect();
    insta::assert_snapshot!(text.join("\n"), @r#"
    When         2026-11-22T14:03:11.250Z  to the millisecond
                 2026-11-22 15:03:11.250  Europe/Berlin
    As recorded  1795356191250
    Who          Ana Silva
      Kind       member
      E-mail     ana@example.com
    IP address   203.0.113.7
    Activity     Campaign
    Action       updated
    Class        Other
    Scope        workspace
    Target       Black\tFriday\x1b
      Type       campaign
      Id         12
    Outcome      success
    api          ui
    geo          {"city":"Lyon"}
    Format       customerio  fields were guessed, 80 % sure
    Source       log.ndjson
    Record       8  entry 1 of it, at byte 4096
    Id           00000000000000000000000000
    Note         ask Bo
    "#);
}

#[test]
fn lines_carry_the_original_and_their_filter() {
    let entry = entry();
    let input = MetadataInput { entry: &entry, note: None, remarks: &["note".to_owned()] };
    let options = MetadataOptions { width: 30, zone: Zone::Utc, charset: Charset::Unicode };
    let lines = metadata_lines(&input, &options);
    let target = lines.iter().find(|line| line.path.as_deref() == Some("targets[0]")).unwrap();
    assert_eq!(target.value.as_ref().unwrap().as_str(), "Black\tFriday\u{1b}");
    assert_eq!(target.filter, Some((Field::Target, "Black\tFriday\u{1b}".into())));
    assert!(lines.iter().all(|line| measure::line_width(&line.line) <= 30));
    let api = lines.iter().find(|line| line.path.as_deref() == Some("metadata.api")).unwrap();
    assert_eq!(api.value.as_ref().unwrap().as_str(), "ui");
    assert!(metadata_text(&input, Zone::Utc).contains("IP address\t203.0.113.7\n"));
}
