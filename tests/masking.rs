//! No secret leaves by any door, unless it was asked for.

use std::fs;

use super::home::Home;

/// Secrets by shape, by the name of their field, and by standing in another place too. Put together here, so
/// that no scanner of repositories takes this file for a leak.
struct Secrets {
    token: String,
    key: String,
    password: &'static str,
}

impl Secrets {
    fn new() -> Secrets {
        Secrets {
            token: format!("{}_{}", "ghp", "a1B2c3".repeat(6)),
            key: "7f3k9q2m4x8w1z5v".to_owned(),
            password: "correct horse",
        }
    }

    /// Two records whose secrets are mapped: as members, as what was acted on, in summaries and changes.
    fn records(&self) -> String {
        let Secrets { token, key, password } = self;
        let shape = format!(
            r#"{{"id":"e1","timestamp":"2026-01-02T03:04:05Z","user":{{"name":"{token}","email":"ana@example.com"}},"action":"token.created","resource":{{"type":"token","name":"deploy {token}"}},"ip":"192.0.2.1","message":"made {token}"}}"#
        );
        let echo = format!(
            r#"{{"id":"e2","timestamp":"2026-01-02T03:04:06Z","user":{{"name":"Bo"}},"action":"key.created","api_key":"{key}","resource":{{"type":"key","id":"{key}","name":"{key}"}},"changes":[{{"attribute_name":"password","before":"{password}","after":"x{password}"}}]}}"#
        );
        format!("{shape}\n{echo}\n")
    }

    fn shown(&self, text: &str) -> bool {
        [&self.token, &self.key, self.password].iter().any(|secret| text.contains(*secret))
    }
}

const ID: &str = "id,actor,actor_email,target,target_id,target_name,title,summary,changed,before,after,raw";

#[test]
fn no_secret_is_printed() {
    let (home, secrets) = (Home::new(), Secrets::new());
    fs::write(home.path("log.ndjson"), secrets.records()).unwrap();
    home.ok(&["import", "log.ndjson"]);
    let plain = "actor,target,target_id,target_name";
    let asked: Vec<Vec<&str>> = vec![
        vec!["query"],
        vec!["query", "--columns", ID],
        vec!["query", "--columns", plain],
        vec!["query", "--columns", plain, "--sort", "target"],
        vec!["query", "--output", "csv"],
        vec!["query", "--output", "csv", "--columns", plain],
        vec!["query", "--output", "ndjson"],
        vec!["query", "--output", "ndjson", "--columns", plain],
        vec!["query", "--output", "json", "--columns", ID],
        vec!["query", "--output", "md", "--columns", ID],
        vec!["query", "--by", "target.id"],
        vec!["query", "--by", "target", "--output", "csv"],
        vec!["export", "--to", "-", "--output", "html"],
        vec!["export", "--to", "-", "--output", "md", "--columns", ID],
        vec!["convert", "log.ndjson"],
        vec!["convert", "log.ndjson", "--output", "csv"],
    ];
    for args in asked {
        let run = home.run(&args);
        assert_eq!(run.status, 0, "{args:?}: {}", run.err);
        assert!(!secrets.shown(&run.out) && !secrets.shown(&run.err), "{args:?}: {}", run.out);
        assert!(run.out.contains("[masked "), "{args:?}: {}", run.out);
        let open: Vec<_> = args.iter().copied().chain(["--no-redact"]).collect();
        assert!(secrets.shown(&home.ok(&open)), "{open:?}");
    }
}

#[test]
fn no_secret_is_shown_of_one_entry() {
    let (home, secrets) = (Home::new(), Secrets::new());
    fs::write(home.path("log.ndjson"), secrets.records()).unwrap();
    home.ok(&["import", "log.ndjson"]);
    let ids = home.ok(&["query", "--output", "csv", "--columns", "id"]);
    for id in ids.lines().skip(1).map(str::trim) {
        for flags in [&[][..], &["--raw"], &["--metadata"], &["--diff"], &["--output", "json"]] {
            let args: Vec<_> = ["show", id].iter().chain(flags).copied().collect();
            let run = home.run(&args);
            assert_eq!(run.status, 0, "{}", run.err);
            assert!(!secrets.shown(&run.out), "{args:?}: {}", run.out);
        }
    }
    let half: String = ids.lines().nth(1).unwrap().chars().take(7).collect();
    assert!(
        home.ok(&["show", &half]).contains("[masked 36]")
            || home.ok(&["show", &half]).contains("[masked 16]")
    );
}
