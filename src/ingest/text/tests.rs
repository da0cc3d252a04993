use super::*;

#[track_caller]
fn check(line: &str, form: Form, expected: &str) {
    let (mut doc, mut out) = (Doc::new(), String::new());
    let (found, read) = read(line, &mut doc, &mut out).unwrap();
    let document = match read {
        Read::Part(part) => part,
        Read::Written => &out,
    };
    assert!(doc.parse(document).is_ok(), "{document}");
    assert_eq!((found, document), (form, expected), "{line}");
}

#[test]
fn syslog_of_rfc_5424() {
    check(
        "<165>1 2026-01-02T03:04:05.003Z gw.example acme 812 LOGIN [meta@32473 user=\"an\\\"a\" n=\"1\"][b@1] \u{feff}signed in",
        Form::Syslog,
        r#"{"syslog":{"priority":165,"facility":"local4","severity":"notice","version":"1","timestamp":"2026-01-02T03:04:05.003Z","hostname":"gw.example","appname":"acme","procid":"812","msgid":"LOGIN","structured_data":{"meta@32473":{"user":"an\"a","n":"1"},"b@1":{}}},"message":"signed in"}"#,
    );
    check(
        "<34>1 - - - - - -",
        Form::Syslog,
        r#"{"syslog":{"priority":34,"facility":"auth","severity":"critical","version":"1"},"message":""}"#,
    );
}

#[test]
fn syslog_of_rfc_3164_and_of_files() {
    check(
        "<38>Jan  2 03:04:05 gate sshd[812]: Accepted publickey for ana from 192.0.2.7 port 52100 ssh2",
        Form::Syslog,
        r#"{"syslog":{"priority":38,"facility":"auth","severity":"informational","timestamp":"Jan  2 03:04:05","hostname":"gate","appname":"sshd","procid":"812"},"message":"Accepted publickey for ana from 192.0.2.7 port 52100 ssh2","user":"ana","ip":"192.0.2.7"}"#,
    );
    check(
        "Jan  2 03:04:05 gate su: session opened",
        Form::Syslog,
        r#"{"syslog":{"timestamp":"Jan  2 03:04:05","hostname":"gate","appname":"su"},"message":"session opened"}"#,
    );
    check(
        "2026-01-02T03:04:05.123456+01:00 gate sudo[7]: ana : TTY=pts/0 ; PWD=/srv ; USER=root ; COMMAND=/bin/ls -la",
        Form::Syslog,
        r#"{"syslog":{"timestamp":"2026-01-02T03:04:05.123456+01:00","hostname":"gate","appname":"sudo","procid":"7"},"message":"ana","TTY":"pts/0","PWD":"/srv","USER":"root","COMMAND":"/bin/ls -la"}"#,
    );
    check(
        "<189>42: *Jan  2 03:04:05.1: %SEC-5-LOGIN: Login Success",
        Form::Syslog,
        r#"{"syslog":{"priority":189,"facility":"local7","severity":"notice","timestamp":"Jan  2 03:04:05.1","appname":"%SEC-5-LOGIN"},"message":"Login Success"}"#,
    );
    check(
        "<14>plain",
        Form::Syslog,
        r#"{"syslog":{"priority":14,"facility":"user","severity":"informational"},"message":"plain"}"#,
    );
    // A level where the host would stand is no host.
    check(
        "2026-01-02 03:04:05,123 INFO main: started",
        Form::Plain,
        r#"{"time":"2026-01-02 03:04:05,123","message":"INFO main: started"}"#,
    );
}

#[test]
fn json_inside_text() {
    let own = r#"{"published":"2026-01-02T03:04:05Z","user":"ana"}"#;
    check(&format!("<14>Jan  2 03:04:05 gate app: {own}"), Form::Syslog, own);
    check(&format!("2026-01-02T03:04:05Z {own}"), Form::Json, own);
    check(
        r#"<14>Jan  2 03:04:05 gate app: @cee: {"user":"ana"}"#,
        Form::Syslog,
        r#"{"syslog":{"priority":14,"facility":"user","severity":"informational","timestamp":"Jan  2 03:04:05","hostname":"gate","appname":"app"},"prefix":"@cee:","user":"ana"}"#,
    );
    check(
        r#"[2026-01-02 03:04:05 UTC] audit {"user":"ana"}"#,
        Form::Json,
        r#"{"time":"2026-01-02 03:04:05 UTC","prefix":"audit","user":"ana"}"#,
    );
}

#[test]
fn pairs() {
    check(
        r#"time=2026-01-02T03:04:05Z level=info msg="signed \"in\"" user=ana path=C:\x empty="""#,
        Form::Pairs,
        r#"{"time":"2026-01-02T03:04:05Z","level":"info","msg":"signed \"in\"","user":"ana","path":"C:\\x","empty":""}"#,
    );
    check(
        "2026-01-02T03:04:05Z audit: action=login, user='Ana Silva', ok=true",
        Form::Pairs,
        r#"{"time":"2026-01-02T03:04:05Z","message":"audit","action":"login","user":"Ana Silva","ok":"true"}"#,
    );
    check("just a=b in a longer sentence", Form::Plain, r#"{"message":"just a=b in a longer sentence"}"#);
}

#[test]
fn cef() {
    check(
        r"CEF:0|Acme|Gate\|way|1.0|100|User \\ signed in|3|src=192.0.2.7 msg=a \= b and c suser=ana cs1=VPN cs1Label=Way",
        Form::Cef,
        r#"{"cef":{"version":"0","vendor":"Acme","product":"Gate|way","device_version":"1.0","signature":"100","name":"User \\ signed in","severity":"3"},"extension":{"src":"192.0.2.7","msg":"a = b and c","suser":"ana","cs1":"VPN","cs1Label":"Way"},"labels":{"Way":"VPN"}}"#,
    );
    check(
        "<14>Jan  2 03:04:05 gate CEF:0|Acme|Gate|1|7|x|Low|",
        Form::Cef,
        r#"{"syslog":{"priority":14,"facility":"user","severity":"informational","timestamp":"Jan  2 03:04:05","hostname":"gate"},"cef":{"version":"0","vendor":"Acme","product":"Gate","device_version":"1","signature":"7","name":"x","severity":"Low"},"extension":{}}"#,
    );
    let mut out = String::new();
    assert_eq!(read("CEF:0|Acme", &mut Doc::new(), &mut out), Err(TextError::Header("CEF")));
}

#[test]
fn leef() {
    check(
        "LEEF:1.0|Acme|Gate|1.0|LOGIN|src=192.0.2.7\tusrName=ana silva\turl=a=b",
        Form::Leef,
        r#"{"leef":{"version":"1.0","vendor":"Acme","product":"Gate","product_version":"1.0","event_id":"LOGIN"},"attributes":{"src":"192.0.2.7","usrName":"ana silva","url":"a=b"}}"#,
    );
    for delimiter in ["^", "x5E", "0x5e"] {
        check(
            &format!("LEEF:2.0|Acme|Gate|1.0|LOGIN|{delimiter}|src=192.0.2.7^usrName=ana"),
            Form::Leef,
            r#"{"leef":{"version":"2.0","vendor":"Acme","product":"Gate","product_version":"1.0","event_id":"LOGIN"},"attributes":{"src":"192.0.2.7","usrName":"ana"}}"#,
        );
    }
}

#[test]
fn auditd() {
    check(
        "node=gate type=USER_LOGIN msg=audit(1767323045.123:42): pid=812 uid=0 auid=4294967295 msg='op=login acct=\"ana\" exe=\"/usr/sbin/sshd\" hostname=? addr=192.0.2.7 terminal=ssh res=failed'\u{1d}UID=\"root\" AUID=\"unset\"",
        Form::Auditd,
        r#"{"node":"gate","type":"USER_LOGIN","audit":{"time":"1767323045.123","serial":"42"},"pid":"812","uid":"0","auid":"4294967295","msg":{"op":"login","acct":"ana","exe":"/usr/sbin/sshd","hostname":null,"addr":"192.0.2.7","terminal":"ssh","res":"failed"},"UID":"root","AUID":"unset"}"#,
    );
    check(
        "type=EXECVE msg=audit(1767323045.123:43): argc=2 a0=\"cat\" a1=612062",
        Form::Auditd,
        r#"{"type":"EXECVE","audit":{"time":"1767323045.123","serial":"43"},"argc":"2","a0":"cat","a1":"a b"}"#,
    );
    check(
        "type=PROCTITLE msg=audit(1767323045.123:43): proctitle=636174006120620A",
        Form::Auditd,
        r#"{"type":"PROCTITLE","audit":{"time":"1767323045.123","serial":"43"},"proctitle":"cat a b\n"}"#,
    );
}

#[test]
fn xml() {
    check(
        "<Event xmlns='http://schemas.example'><System><EventID>4624</EventID><TimeCreated SystemTime='2026-01-02T03:04:05Z'/></System><EventData><Data Name='User'>a &amp; b</Data><Data>x</Data><Data>y</Data></EventData></Event>",
        Form::Xml,
        r##"{"Event":{"System":{"EventID":"4624","TimeCreated":{"#attributes":{"SystemTime":"2026-01-02T03:04:05Z"}}},"EventData":{"User":"a & b","Data":["x","y"]}}}"##,
    );
    let mut out = String::new();
    let error = read("<a><b></a></b>", &mut Doc::new(), &mut out).unwrap_err();
    assert_eq!(
        error.to_string(),
        "not well-formed XML: another element ends here than began (byte 9 of the element)"
    );
}

#[test]
fn access_logs() {
    check(
        r#"192.0.2.7 - ana [02/Jan/2026:03:04:05 +0100] "GET /a HTTP/1.1" 200 12 "-" "Mozilla/5.0""#,
        Form::Access,
        r#"{"ip":"192.0.2.7","user":"ana","time":"02/Jan/2026:03:04:05 +0100","request":"GET /a HTTP/1.1","method":"GET","path":"/a","protocol":"HTTP/1.1","status":200,"bytes":"12","user_agent":"Mozilla/5.0"}"#,
    );
}

#[test]
fn hostile_lines_cost_little() {
    let long = [
        "a ".repeat(1 << 19),
        "a=".repeat(1 << 19),
        "a=\"".repeat(1 << 18),
        "type=X msg=audit(1.1:1): ".to_owned() + &"a='b=".repeat(1 << 17) + &"'".repeat(1 << 17),
        "<a>".repeat(1 << 18),
        "CEF:0|a|b|c|d|e|f|".to_owned() + &"a=".repeat(1 << 18),
        "<14>1 - - - - - [".to_owned() + &"a=\"".repeat(1 << 18),
    ];
    let begun = std::time::Instant::now();
    for line in &long {
        let (mut doc, mut out) = (Doc::new(), String::new());
        if let Ok((_, Read::Written)) = read(line, &mut doc, &mut out) {
            assert!(doc.parse(&out).is_ok());
        }
    }
    assert!(begun.elapsed().as_secs() < 60, "{:?}", begun.elapsed());
}

proptest::proptest! {
    #[test]
    fn any_line_is_a_document_or_an_error(line in "(<[0-9]{1,3}>)?(1 )?(Jan  2 03:04:05 |2026-01-02T03:04:05Z )?(CEF:0\\|a\\||LEEF:2.0\\||type=A msg=audit\\(1:2\\): |<a )?[a-z=\"'\\[\\]<>/&;|{}\\\\: \\t\u{1d}é]{0,60}") {
        let (mut doc, mut out) = (Doc::new(), String::new());
        if let Ok((_, Read::Written)) = read(&line, &mut doc, &mut out) {
            proptest::prop_assert!(doc.parse(&out).is_ok(), "{line:?} gives {out}");
        }
    }
}

#[test]
fn rows_of_cells_behind_a_header() {
    check(
        "<14>Jan  2 03:04:05 wall 1,2026/01/02 03:04:05,77,CONFIG,192.0.2.7,set,\"a,b\"",
        Form::Syslog,
        r#"{"syslog":{"priority":14,"facility":"user","severity":"informational","timestamp":"Jan  2 03:04:05","hostname":"wall"},"column_1":"1","column_2":"2026/01/02 03:04:05","column_3":"77","column_4":"CONFIG","column_5":"192.0.2.7","column_6":"set","column_7":"a,b"}"#,
    );
}

#[test]
fn pairs_with_commas_between() {
    check(
        "Trail:[when=01-02-2026 03:04:05.1, user=ana, what=log in, how=granted object=\"k\" n=1][x]",
        Form::Pairs,
        r#"{"message":"Trail:[","when":"01-02-2026 03:04:05.1","user":"ana","what":"log in","how":"granted","object":"k","n":"1"}"#,
    );
    check(
        "2026-01-02 03:04:05 A long sentence that says what happened in many words, Id=11, Address=192.0.2.7, Name=ana,",
        Form::Pairs,
        r#"{"time":"2026-01-02 03:04:05","message":"A long sentence that says what happened in many words","Id":"11","Address":"192.0.2.7","Name":"ana"}"#,
    );
}

#[test]
fn a_time_may_stand_behind_a_few_words() {
    check(
        "INFO 2026-01-02 03:04:05,123 [web-1] role of bo changed",
        Form::Plain,
        r#"{"time":"2026-01-02 03:04:05,123","message":"INFO 2026-01-02 03:04:05,123 [web-1] role of bo changed"}"#,
    );
    check(
        "00a5.01 7f Tue Jan 02 2026 03:04:05 +00:00 volume deleted",
        Form::Plain,
        r#"{"time":"Jan 02 2026 03:04:05 +00:00","message":"00a5.01 7f Tue Jan 02 2026 03:04:05 +00:00 volume deleted"}"#,
    );
    check("see you on a day in 2026", Form::Plain, r#"{"message":"see you on a day in 2026"}"#);
}

#[test]
fn pairs_parted_by_tabs_hold_spaces() {
    check(
        "allowed=true\tugi=ana (auth:SIMPLE)\tip=/192.0.2.7\tcmd=open",
        Form::Pairs,
        r#"{"allowed":"true","ugi":"ana (auth:SIMPLE)","ip":"/192.0.2.7","cmd":"open"}"#,
    );
}

#[test]
fn colours_are_no_part_of_a_line() {
    check(
        "\x1b[32m2026-01-02T03:04:05Z\x1b[0m user=ana \x1b[1maction=role.created\x1b[0m",
        Form::Pairs,
        r#"{"time":"2026-01-02T03:04:05Z","user":"ana","action":"role.created"}"#,
    );
}

#[test]
fn objects_of_programs_end_lines() {
    check(
        "2026-01-02 03:04:05,123 INFO audit {'user': 'ana', 'ok': True}",
        Form::Json,
        r#"{"time":"2026-01-02 03:04:05,123","prefix":"INFO audit","user":"ana","ok":true}"#,
    );
}

/// Reads a line and returns some of its members.
fn members(line: &str, keys: &[&str]) -> Vec<String> {
    let (mut doc, mut out) = (Doc::new(), String::new());
    let (_, read) = read(line, &mut doc, &mut out).unwrap();
    let document = match read {
        Read::Part(part) => part,
        Read::Written => &out,
    };
    let mut doc = Doc::new();
    let root = doc.parse(document).unwrap();
    keys.iter()
        .map(|key| root.get(key).and_then(|value| value.scalar()).unwrap_or_default().into_owned())
        .collect()
}

#[test]
fn messages_behind_a_header_say_when_and_who() {
    for (line, time, user, action) in [
        (
            "<29>Mar 21 09:53:51 dns 192.0.2.1 httpd: 2026-03-18 13:24:41.705Z [ana\\040lund]: Login_Denied - - ip=192.0.2.9",
            "2026-03-18 13:24:41.705Z",
            "ana lund",
            "Login_Denied",
        ),
        ("<14>1 2026-03-02T09:10:11Z h App 1 0 - [User, Information, LogOff] Console left", "", "", "LogOff"),
        ("<14>1 2026-03-02T09:10:11Z h App 1 0 - [main]: Started worker", "", "", ""),
        ("<13>Mar 21 09:53:51 h app: [main]: Created x", "", "", ""),
        ("2026-05-15T15:52:11.456Z|a1|192.0.2.12|ana|UI|CREATE|{\"user\":1}", "", "", ""),
    ] {
        let expected = [time, user, action].map(str::to_owned);
        assert_eq!(members(line, &["time", "user", "action"]), expected, "{line}");
    }
    let cells = members(
        "2026-05-15T15:52:11.456Z|a1|192.0.2.12|ana|UI|CREATE|{\"user\":1}",
        &["column_4", "column_7"],
    );
    assert_eq!(cells, ["ana", "{\"user\":1}"]);
    let device = "<181>Oct  9 10:58:08 h AUDIT_Log 0001 1 0 2026-10-08 10:58:08.408 +02:00 0002 51001 NOTICE Signed in, A=1, B=2, C=3";
    assert_eq!(
        members(device, &["time", "message", "B"]),
        ["2026-10-08 10:58:08.408 +02:00", "Signed in", "2"]
    );
    let parts = "<134>Oct 12 12:00:00 h app [w-1] INFO id=1;name=A b;msg=It was changed";
    assert_eq!(members(parts, &["name", "msg"]), ["A b", "It was changed"]);
    let labels = "<54>1 2026-03-02T09:10:11Z h S - - - Site: Quay,Server: s1,Admin: ana,Log on failed";
    assert_eq!(members(labels, &["Admin", "message"]), ["ana", "Log on failed"]);
}

#[test]
fn a_logger_before_the_words_is_no_part_of_them() {
    check(
        "[2026-01-02 03:04:05,123]   INFO - shop.web.AUDIT - User with username 'ana' edited item 7",
        Form::Plain,
        r#"{"time":"2026-01-02 03:04:05,123","level":"INFO","logger":"shop.web.AUDIT","message":"User with username 'ana' edited item 7","user":"ana"}"#,
    );
}

#[test]
fn an_event_of_many_lines_keeps_its_message_whole() {
    check(
        "01/02/2026 03:04:05 AM\nLogName=Security\nEventCode=4726\nMessage=A user account was deleted.\n\nSubject:\n\tAccount Name:\t\tana",
        Form::Pairs,
        r#"{"TimeCreated":"01/02/2026 03:04:05 AM","LogName":"Security","EventCode":"4726","Message":"A user account was deleted.\n\nSubject:\n\tAccount Name:\t\tana"}"#,
    );
}
