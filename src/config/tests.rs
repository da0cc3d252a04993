use std::path::{Path, PathBuf};

use super::document::Document;
use super::*;

fn env(vars: &[(&str, &str)]) -> Env {
    let vars = vars.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Env { vars, home: Some(PathBuf::from("/home/ana")), temp: PathBuf::from("/tmp") }
}

fn combine(file: &str, vars: &[(&str, &str)], flags: &Flags) -> Result<Config, ConfigError> {
    let env = env(vars);
    Config::combine(&env, Paths::new(&env), Some(Document { file: "config.toml", text: file }), flags)
}

fn fails(file: &str, expected: &str) {
    assert_eq!(combine(file, &[], &Flags::default()).unwrap_err().to_string(), expected, "{file}");
}

#[test]
fn the_built_in_file_names_every_setting_and_no_other() {
    let table: toml::Table = DEFAULTS.parse().unwrap();
    let mut named: Vec<&str> = table.keys().map(String::as_str).collect();
    let mut known = NAMES.to_vec();
    named.sort_unstable();
    known.sort_unstable();
    assert_eq!(named, known);
    for name in NAMES {
        assert_eq!(combine("", &[], &Flags::default()).unwrap().origin(name), Origin::Default, "{name}");
    }
}

#[test]
fn later_layers_win_and_are_named() {
    let file = "# mine\nplan = \"essentials\"\ntz = \"local\"\ntheme = \"dark\"\nascii = true\n";
    let vars = [("AUDITTY_TZ", "Europe/Berlin"), ("AUDITTY_THEME", "light"), ("AUDITTY_MOUSE", "on")];
    let flags = Flags::default().text("theme", "--theme", Some("mono")).text("plan", "--plan", None).switch(
        "redact",
        "--no-redact",
        true,
        false,
    );
    let config = combine(file, &vars, &flags).unwrap();
    let check = |name: &str, value: &str, origin: &str| {
        assert_eq!(
            (config.settings.shown(name), config.origin(name).to_string()),
            (value.into(), origin.into())
        );
    };
    check("query", "\"\"", "default");
    check("plan", "\"essentials\"", "config.toml:2");
    check("tz", "\"Europe/Berlin\"", "AUDITTY_TZ");
    check("theme", "\"mono\"", "--theme");
    check("mouse", "true", "AUDITTY_MOUSE");
    check("ascii", "true", "config.toml:5");
    check("redact", "false", "--no-redact");
}

#[test]
fn errors_say_where_what_and_what_else() {
    fails("\n\nthme = \"dark\"", "config.toml:3: \"thme\" is no setting; did you mean theme?");
    fails("wibble = 1", "config.toml:1: \"wibble\" is no setting");
    fails("plan = \"premum\"", "config.toml:1: plan does not take \"premum\"; did you mean premium?");
    fails("hints = \"x\"", "config.toml:1: hints does not take \"x\"; it takes full, short, off");
    fails(
        "tz = \"Europe/Berln\"",
        "config.toml:1: tz does not take \"Europe/Berln\"; did you mean Europe/Berlin?",
    );
    fails("ascii = 3", "config.toml:1: ascii takes true or false, not 3");
    fails("theme = true", "config.toml:1: theme takes a text in quotes, not true");
    fails("osc52-limit = -1", "config.toml:1: osc52-limit takes a whole number, 0 or more, not -1");
    fails("columns = [1]", "config.toml:1: columns takes a list of texts, like [\"a\", \"b\"]");
    fails(
        "export-folders = \"x\"",
        "config.toml:1: export-folders is a section of its own: [export-folders]",
    );
    fails(
        "store = \"postgres://x\"",
        "config.toml:1: store does not yet take a PostgreSQL database; give a file for now",
    );
    let torn = combine("plan = \"none\"\ntz = ", &[], &Flags::default()).unwrap_err().to_string();
    assert!(torn.starts_with("config.toml:2: "), "{torn}");
    let var = combine("", &[("AUDITTY_COLOR", "always!")], &Flags::default()).unwrap_err().to_string();
    assert_eq!(var, "AUDITTY_COLOR does not take \"always!\"; did you mean always?");
    let flag =
        combine("", &[], &Flags::default().text("plan", "--plan", Some("gold"))).unwrap_err().to_string();
    assert!(flag.starts_with("--plan does not take \"gold\"; it takes "), "{flag}");
}

#[test]
fn folders_of_workspaces_and_the_home_folder() {
    let file = "export-folder = \"~/audits\"\n[export-folders]\nProduction = \"/srv/p\"\n\"EU \\\"1\\\"\" = \"~/eu\"\n";
    let settings = combine(file, &[], &Flags::default()).unwrap().settings;
    assert_eq!(settings.export_folder.as_deref(), Some(Path::new("/home/ana/audits")));
    assert_eq!(settings.export_folders["Production"], Path::new("/srv/p"));
    assert_eq!(settings.export_folders["EU \"1\""], Path::new("/home/ana/eu"));
}

#[test]
fn the_report_can_be_read_back() {
    let file = "store = \"/x/y.db\"\ncolumns = [\"time\", \"ac\\\"tor\"]\n[export-folders]\nA = \"/b\"\n";
    let config = combine(file, &[("AUDITTY_HINTS", "short")], &Flags::default()).unwrap();
    let report = config.report().join("\n");
    let again = combine(&report, &[], &Flags::default()).unwrap();
    assert_eq!(again.settings, config.settings, "{report}");
    assert!(report.contains("hints = \"short\"") && report.contains("# AUDITTY_HINTS"), "{report}");
}

#[test]
fn colours_are_off_where_they_are_not_wanted() {
    let theme = |file: &str, no_color: &str| {
        combine(file, &[("NO_COLOR", no_color)], &Flags::default()).unwrap().theme().to_owned()
    };
    assert_eq!(theme("theme = \"dark\"", ""), "dark");
    assert_eq!(theme("theme = \"dark\"", "1"), "mono");
    assert_eq!(theme("theme = \"dark\"\ncolor = \"always\"", "1"), "dark");
    assert_eq!(theme("color = \"never\"", ""), "mono");
}

#[cfg(unix)]
#[test]
fn folders_follow_the_xdg_rules() {
    let usual = Paths::new(&env(&[]));
    assert_eq!(usual.config, Path::new("/home/ana/.config/auditty"));
    assert_eq!(usual.store(), Path::new("/home/ana/.local/share/auditty/auditty.db"));
    assert_eq!(usual.session(), Path::new("/home/ana/.local/state/auditty/session.toml"));
    assert_eq!(usual.cache, Path::new("/home/ana/.cache/auditty"));
    assert_eq!(usual.runtime, Path::new("/home/ana/.cache/auditty/run"));
    let set = Paths::new(&env(&[
        ("XDG_CONFIG_HOME", "/c"),
        ("XDG_DATA_HOME", "relative"),
        ("XDG_STATE_HOME", ""),
        ("XDG_RUNTIME_DIR", "/run/user/7"),
    ]));
    assert_eq!(set.config, Path::new("/c/auditty"));
    assert_eq!(set.data, usual.data, "a relative path is ignored");
    assert_eq!(set.state, usual.state);
    assert_eq!(set.runtime, Path::new("/run/user/7/auditty"));
    assert_eq!(set.theme("mine").unwrap(), Path::new("/c/auditty/themes/mine.toml"));
    assert_eq!(set.theme("../mine"), None);
    assert_eq!(set.theme(""), None);
    assert_eq!(Paths::new(&Env { home: None, ..env(&[]) }).config, Path::new("/tmp/.config/auditty"));
}

#[test]
fn a_file_that_was_chosen_must_be_there() {
    let folder = tempfile::tempdir().unwrap();
    let home = Env { home: Some(folder.path().to_owned()), ..env(&[]) };
    let load = |chosen: Option<&Path>, env: &Env| Config::load(env, chosen, &Flags::default());
    assert_eq!(load(None, &home).unwrap().file, None);
    let missing = folder.path().join("missing.toml");
    let error = load(Some(&missing), &home).unwrap_err().to_string();
    assert!(error.contains("missing.toml: ") && error.contains("leave it out"), "{error}");
    let file = folder.path().join("mine.toml");
    std::fs::write(&file, "plan = \"premium\"").unwrap();
    let mut named = home.clone();
    named.vars.insert("AUDITTY_CONFIG".to_owned(), file.display().to_string());
    let config = load(None, &named).unwrap();
    assert_eq!((config.settings.plan.as_str(), config.file.as_deref()), ("premium", Some(file.as_path())));
    let error = load(Some(&missing), &named).unwrap_err();
    assert!(matches!(error, ConfigError::Unreadable { .. }), "the flag comes before the variable");
}

#[test]
fn a_session_is_kept_and_never_in_the_way() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state/session.toml");
    assert_eq!(Session::load(&path), Session::default());
    let session = Session {
        query: "actor:\"Ana \\\" Silva\" since:7d".to_owned(),
        columns: vec!["time".to_owned(), "actor".to_owned()],
        detail_open: Some(false),
        export: Some(LastExport { output: "csv".to_owned(), folder: "/srv".into(), ..LastExport::default() }),
        ..Session::default()
    };
    session.save(&path).unwrap();
    assert_eq!(Session::load(&path), session);
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&path.metadata().unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600);
    }
    assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "no temporary file stays");
    std::fs::write(&path, "query = \"x\"\nfrom-the-future = { a = 1 }\n").unwrap();
    assert_eq!(Session::load(&path).query, "x");
    std::fs::write(&path, [0xff, 0xfe]).unwrap();
    assert_eq!(Session::load(&path), Session::default());
    assert!(session.save(&path.join("below/a/file")).is_err());
}

#[test]
fn histories_keep_each_line_once_and_the_latest_last() {
    let mut history = vec!["a".to_owned(), "b".to_owned()];
    for line in ["a", "  ", "c"] {
        remember(&mut history, line);
    }
    assert_eq!(history, ["b", "a", "c"]);
    (0..200).for_each(|n| remember(&mut history, &n.to_string()));
    assert_eq!((history.len(), history[0].as_str()), (100, "100"));
}

#[test]
fn the_nearest_word_is_near() {
    let words = ["theme", "columns", "color", "clipboard"];
    let check = |word: &str, expected: Option<&str>| assert_eq!(nearest(word, words), expected, "{word}");
    check("thmee", Some("theme"));
    check("colour", Some("color"));
    check("COLUMN", Some("columns"));
    check("clipbord", Some("clipboard"));
    check("wallpaper", None);
    check("", None);
}
