//! Each encoding by table: a record, a `[[changes]]` block, and the changes found.

use crate::ingest::format::changes_of;

fn check(block: &str, record: &str, expect: &[&str]) {
    assert_eq!(changes_of(block, record), expect, "{block} of {record}");
}

#[test]
fn c1_lists() {
    let block = "as = 'list'\nat = 'm'\npath = ['Name']\nbefore = ['OldValue']\nafter = ['NewValue']";
    check(
        block,
        r#"{"m":[{"Name":"Role","OldValue":"a","NewValue":"b"},{"Name":"X","NewValue":1},{"Name":"Y","OldValue":2},
            {"Name":"Z"},{"OldValue":1}]}"#,
        &[r#"~ Role: "a" -> "b""#, "+ X: 1", "- Y: 2", "~ Z: ? -> ?"],
    );
    check(block, r#"{"m":{"Name":"one","OldValue":null,"NewValue":[]}}"#, &["+ one: []"]);
    check(block, r#"{"m":"text"}"#, &[]);
    check(
        "as = 'list'\nat = 'm'\npath = ['path']\nbefore = ['old']\nafter = ['new']\nop = ['action']",
        r#"{"m":[{"action":"removed","path":["a","b"],"old":1,"new":null}]}"#,
        &["- a.b: 1"],
    );
}

#[test]
fn c2_pairs() {
    check(
        "as = 'pairs'\nat = 'changes'",
        r#"{"changes":{"name":["a","b"],"x.y":[null,1],"gone":[1,null],"o":{"from":1,"to":2},"s":3}}"#,
        &[r#"~ name: "a" -> "b""#, r#"+ "x.y": 1"#, "- gone: 1", "~ o: 1 -> 2", "~ s: ? -> 3"],
    );
    check("as = 'pairs'\nat = 'c'\ndecode = true", r#"{"c":"{\"a\":[1,2]}"}"#, &["~ a: 1 -> 2"]);
}

#[test]
fn c3_snapshots() {
    let block = "as = 'snapshots'\nbefore = ['b']\nafter = ['a']\ndecode = true";
    check(
        block,
        r#"{"b":{"x":1,"y":2,"z":3},"a":{"y":2,"x":5,"n":true}}"#,
        &["- z: 3", "~ x: 1 -> 5", "+ n: true"],
    );
    check(block, r#"{"a":{"x":1}}"#, &["+ x: 1"]);
    check(block, r#"{"b":{"x":1},"a":null}"#, &["- x: 1"]);
    check(block, r#"{"b":"{\"x\":1}","a":"{\"x\":2}"}"#, &["~ x: 1 -> 2"]);
    check(block, r#"{"b":"on","a":"off"}"#, &[r#"~ value: "on" -> "off""#]);
    check(block, "{}", &[]);
    check(
        block,
        r#"{"b":{"n":{"x":1,"same":2},"l":[{"id":9,"d":1}]},"a":{"n":{"x":null,"same":2},"l":[{"id":9,"d":2}]}}"#,
        &["- n.x: 1", r#"~ l: [{"id":9,"d":1}] -> [{"id":9,"d":2}]"#],
    );
}

#[test]
fn c4_overlays() {
    check(
        "as = 'overlay'\nafter = 'd.object'\nprevious = 'd.previous'",
        r#"{"d":{"object":{"a":1,"n":{"x":2,"y":3},"l":[1]},"previous":{"a":0,"n":{"x":1},"l":[],"k":null}}}"#,
        &["~ a: 0 -> 1", "~ n.x: 1 -> 2", "~ l: [] -> [1]"],
    );
}

#[test]
fn c5_siblings() {
    check(
        "as = 'siblings'\npatterns = [['*_were','*'],['*_old_*','*_*'],['old_*','*'],['previous_*','new_*','*']]",
        r#"{"events":["b"],"events_were":["a"],"ruleset_old_enforcement":"off","ruleset_enforcement":"on",
            "old_name":"x","previous_scopes":1,"new_scopes":2,"very_old_thing":1}"#,
        &[
            r#"~ events: ["a"] -> ["b"]"#,
            r#"~ ruleset_enforcement: "off" -> "on""#,
            r#"~ name: "x" -> ?"#,
            "~ scopes: 1 -> 2",
        ],
    );
}

#[test]
fn c6_scalars() {
    let block = "as = 'scalar'\npath = 'p[name=SETTING].value'\nbefore = 'p[name=OLD].value'\nafter = 'p[name=NEW].value'";
    let record = r#"{"p":[{"name":"SETTING","value":"mfa"},{"name":"OLD","value":"off"},{"name":"NEW","value":"on"}]}"#;
    check(block, record, &[r#"~ mfa: "off" -> "on""#]);
    check(block, r#"{"p":[{"name":"SETTING","value":"mfa"}]}"#, &[]);
}

#[test]
fn c7_deltas() {
    check(
        "as = 'deltas'\nat = 'd'\nop = ['action']\npath = ['role']\nvalue = ['member']",
        r#"{"d":[{"action":"ADD","role":"viewer","member":"user:a"},{"action":"REMOVE","role":"owner","member":"user:b"}]}"#,
        &[r#"+ viewer: "user:a""#, r#"- owner: "user:b""#],
    );
    check(
        "as = 'lists'\npath = '=rules'\nadded = ['added']\nremoved = ['gone']",
        r#"{"added":[1,2],"gone":"x"}"#,
        &["+ rules: 1", "+ rules: 2", r#"- rules: "x""#],
    );
}

#[test]
fn c8_patches() {
    check(
        "as = 'patch'\nat = 'p'",
        r#"{"p":[{"op":"replace","path":"/spec/list/0/image~1tag","value":1},{"op":"remove","path":"/a"},{"op":"add","path":"/b","value":{}},{"op":"test","path":"/c"}]}"#,
        &["~ spec.list[0].image/tag: ? -> 1", "- a: ?", "+ b: {}"],
    );
    check(
        "as = 'patch'\nat = 'p'",
        r#"{"p":{"spec":{"replicas":3,"gone":null},"$patch":"x"}}"#,
        &["~ spec.replicas: ? -> 3", "- spec.gone: ?"],
    );
}

#[test]
fn c9_requests_and_c10_names() {
    check("as = 'request'\nat = 'r'", r#"{"r":{"a":1,"b":null}}"#, &["~ a: ? -> 1"]);
    check("as = 'request'\nat = 'r'\nop = 'add'\ndecode = true", r#"{"r":"{\"a\":1}"}"#, &["+ a: 1"]);
    check("as = 'names'\nat = 'n'", r#"{"n":"name, email"}"#, &["~ name: ? -> ?", "~ email: ? -> ?"]);
    check("as = 'names'\nat = 'n'", r#"{"n":["name"]}"#, &["~ name: ? -> ?"]);
}

#[test]
fn c11_sentences() {
    let block = "as = 'sentence'\nfrom = 's'";
    let sentence = |text: &str, expect: &[&str]| {
        check(block, &format!("{{\"s\":{}}}", crate::domain::json::quote(text)), expect);
    };
    sentence("Changed fiscal year start month from 7 to 4", &[r#"~ fiscal year start month: "7" -> "4""#]);
    sentence("description changed from not set to a new one", &[r#"+ description: "a new one""#]);
    sentence("Waiting Room: from On to Off", &[r#"~ Waiting Room: "On" -> "Off""#]);
    sentence("Took a train from A", &[]);
    sentence("", &[]);
}

#[test]
fn c12_json_in_strings_is_decoded() {
    let block = "as = 'list'\nat = 'm'\npath = ['n']\nbefore = ['o']\nafter = ['v']\ndecode = true";
    check(block, r#"{"m":[{"n":"a","o":"\"\"","v":"[{\"x\":true}]"}]}"#, &[r#"~ a: "" -> [{"x":true}]"#]);
    check(block, r#"{"m":"[{\"n\":\"a\",\"v\":1}]"}"#, &["+ a: 1"]);
    check(block, r#"{"m":"[{"}"#, &[]);
}

#[test]
fn c13_numbered_columns() {
    check(
        "as = 'columns'\ncolumns = [['Target*Property*Name','Target*Property*OldValue','Target*Property*NewValue']]",
        r#"{"Target1Property1Name":"a","Target1Property1OldValue":"1","Target1Property1NewValue":"2",
            "Target2Property1Name":"b","Target2Property1OldValue":"","Target2Property1NewValue":"x","Target3Property1Name":""}"#,
        &[r#"~ a: "1" -> "2""#, r#"+ b: "x""#],
    );
}

#[test]
fn c14_equal_hashes_are_no_change() {
    let block = "as = 'snapshots'\nbefore = ['b']\nafter = ['a']";
    check(block, r#"{"b":{"t":"hmac-sha256:1"},"a":{"t":"hmac-sha256:1"}}"#, &[]);
    check(
        block,
        r#"{"b":{"t":"hmac-sha256:1"},"a":{"t":"hmac-sha256:2"}}"#,
        &[r#"~ t: "hmac-sha256:1" -> "hmac-sha256:2""#],
    );
}

#[test]
fn c5_in_pairs_of_a_list() {
    check(
        "as = 'siblings'\nat = 'kv'\nkey = 'Key'\nvalue = 'Text'\npatterns = [['old_*', '*']]",
        r#"{"kv":[{"Key":"old_cidrs","Text":"a"},{"Key":"cidrs","Text":"b"},{"Key":"old_x","Text":1},{"Key":"y"}]}"#,
        &[r#"~ cidrs: "a" -> "b""#, "~ x: 1 -> ?"],
    );
}

#[test]
fn c6_says_what_was_done_where_the_format_knows() {
    let block = |op: &str| format!("as = 'scalar'\npath = '=list'\nafter = 'a'\n{op}");
    check(&block(""), r#"{"a":[1]}"#, &["+ list: [1]"]);
    check(&block("op = 'replace'"), r#"{"a":[1]}"#, &["~ list: ? -> [1]"]);
}

#[test]
fn what_is_done_may_be_stated_and_names_left_out() {
    let record = r#"{"p":[{"Name":"Identity","Value":"gil"},{"Name":"ForwardTo","Value":"x@far.example"}]}"#;
    let block = "as = 'list'\nat = 'p'\nafter = ['Value']\npath = ['Name']";
    check(block, record, &[r#"+ Identity: "gil""#, r#"+ ForwardTo: "x@far.example""#]);
    let stated = format!("{block}\nop = 'replace'\nwithout = ['Ident*']");
    check(&stated, record, &[r#"~ ForwardTo: ? -> "x@far.example""#]);
    check(
        "as = 'request'\nat = 'q'\nwithout = ['id']",
        r#"{"q":{"id":7,"status":"Inactive"}}"#,
        &[r#"~ status: ? -> "Inactive""#],
    );
    check(
        "as = 'pairs'\nat = 'c'\nwithout = ['etag']",
        r#"{"c":{"etag":["a","b"],"n":[1,2]}}"#,
        &["~ n: 1 -> 2"],
    );
}

#[test]
fn sides_of_a_scalar_are_values_like_those_of_fields() {
    let block =
        "as = 'scalar'\npath = '=name'\nbefore = 'old'\nafter = ['new', { from = 'full', after = '/' }]";
    check(block, r#"{"old":"tide","full":"fjord/swell"}"#, &[r#"~ name: "tide" -> "swell""#]);
    check(block, r#"{"old":"tide","full":"fjord/tide"}"#, &[]);
    check(block, r#"{"old":"tide","new":"a","full":"fjord/b"}"#, &[r#"~ name: "tide" -> "a""#]);
    check(block, r#"{"old":"tide"}"#, &[r#"- name: "tide""#]);
    check(
        "as = 'scalar'\npath = '=state'\nbefore = '=active'\nafter = { from = 's', words = { off = 'inactive' } }",
        r#"{"s":"off"}"#,
        &[r#"~ state: "active" -> "inactive""#],
    );
}

#[test]
fn sentences_with_marks_between_them() {
    let text = r#"{"d":"Security - Code: from 8 to 14 - Guests: from On to Off; later"}"#;
    let changes = [r#"~ Code: "8" -> "14""#, r#"~ Guests: "On" -> "Off; later""#];
    check("as = 'sentence'\nfrom = 'd'\nsplit = ' - '", text, &changes);
}

#[test]
fn a_pattern_without_its_value_gives_way() {
    let patterns = "[['previous_*', 'current_*', '*'], ['previous_*', 'new_*', '*'], ['previous_*', '*']]";
    check(
        &format!("as = 'siblings'\npatterns = {patterns}"),
        r#"{"previous_a":1,"current_a":2,"previous_b":1,"new_b":2,"previous_c":1,"c":2,"previous_d":1}"#,
        &["~ a: 1 -> 2", "~ b: 1 -> 2", "~ c: 1 -> 2", "~ d: 1 -> ?"],
    );
}
