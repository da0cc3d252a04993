use std::collections::BTreeMap;
use std::sync::mpsc;

use super::routes::{Routes, Way, ways};
use super::*;

fn setup(vars: &[(&str, &str)]) -> ClipboardSetup {
    let vars: BTreeMap<&str, &str> = vars.iter().copied().collect();
    ClipboardSetup::new(|name| vars.get(name).map(|value| (*value).to_owned()), PathBuf::from("/nowhere"))
}

fn copy(text: &str) -> Copy {
    Copy { what: "raw data".to_owned(), text: text.to_owned() }
}

#[test]
fn the_chain_follows_the_environment() {
    let native = |rest: &[Way]| {
        let first = cfg!(feature = "native-clipboard").then_some(Way::Native);
        first.into_iter().chain(rest.iter().copied()).collect::<Vec<_>>()
    };
    let term = ("TERM", "xterm-256color");
    let check =
        |vars: &[(&str, &str)], expected: &[Way]| assert_eq!(ways(&setup(vars)), expected, "{vars:?}");
    if !cfg!(any(target_os = "macos", windows)) {
        check(&[term], &[Way::Osc52, Way::File]);
    }
    check(&[term, ("DISPLAY", ":0")], &native(&[Way::Osc52, Way::File]));
    check(&[term, ("WAYLAND_DISPLAY", "wayland-0")], &native(&[Way::Osc52, Way::File]));
    check(&[term, ("DISPLAY", ":0"), ("SSH_TTY", "/dev/pts/1")], &[Way::Osc52, Way::File]);
    check(&[term, ("SSH_CONNECTION", "a b"), ("TMUX", "/tmp/t")], &[Way::Tmux, Way::Osc52, Way::File]);
    check(&[term, ("WSL_DISTRO_NAME", "Debian"), ("DISPLAY", ":0")], &[Way::Osc52, Way::File]);
    check(&[("TERM", "linux"), ("SSH_TTY", "x")], &[Way::File]);
}

#[test]
fn a_setting_leaves_one_way_and_the_file() {
    let check = |mode, expected: &[Way]| {
        let setup = ClipboardSetup { mode, tmux: true, desktop: true, ..setup(&[]) };
        assert_eq!(ways(&setup), expected);
    };
    check(ClipboardMode::Native, &[Way::Native, Way::File]);
    check(ClipboardMode::Tmux, &[Way::Tmux, Way::File]);
    check(ClipboardMode::Osc52, &[Way::Osc52, Way::File]);
    check(ClipboardMode::Command, &[Way::Command, Way::File]);
    check(ClipboardMode::Off, &[Way::File]);
}

#[test]
fn the_terminal_is_sent_the_whole_text_or_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let limit = encoded_len(6);
    let setup = ClipboardSetup {
        mode: ClipboardMode::Osc52,
        osc52_limit: limit,
        folder: folder.path().join("runtime"),
        ..setup(&[])
    };
    let mut routes = Routes::new(setup);
    let sent = routes.copy(copy("sixsix"));
    assert_eq!(sent.sequence.as_deref(), Some("\x1b]52;c;c2l4c2l4\x1b\\"));
    assert_eq!(sent.toast(), "sent 6 bytes to the terminal (OSC 52): raw data");

    let long = routes.copy(copy("sevenrs"));
    assert_eq!(long.sequence, None);
    let Route::File { path, because } = &long.route else { panic!("{long:?}") };
    assert_eq!(std::fs::read_to_string(path).unwrap(), "sevenrs");
    assert_eq!(because, "7 bytes is more than the terminal takes (6 bytes)");
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&path.metadata().unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn screen_gets_the_sequence_in_pieces() {
    let setup = ClipboardSetup { mode: ClipboardMode::Osc52, screen: true, ..setup(&[]) };
    let sent = Routes::new(setup).copy(copy(&"x".repeat(600))).sequence.unwrap();
    assert!(sent.starts_with("\x1bP\x1b]52;c;") && sent.ends_with("\x07\x1b\\"), "{sent:?}");
    assert_eq!(sent.matches("\x1bP").count(), 4);
}

#[test]
fn nothing_is_claimed_where_nothing_worked() {
    let setup = ClipboardSetup {
        mode: ClipboardMode::Command,
        command: vec!["/no/such/command".to_owned()],
        folder: PathBuf::from("/dev/null/x"),
        ..setup(&[])
    };
    let copied = Routes::new(setup).copy(copy("x"));
    assert!(!copied.done());
    assert!(copied.toast().starts_with("raw data was not copied: /no/such/command: "), "{}", copied.toast());
}

#[cfg(unix)]
#[test]
fn a_command_is_fed_and_its_failure_is_passed_on() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("fed");
    let shell = |script: String| vec!["sh".to_owned(), "-c".to_owned(), script];
    let run = |command| {
        let setup = ClipboardSetup {
            mode: ClipboardMode::Command,
            command,
            folder: folder.path().join("runtime"),
            ..setup(&[])
        };
        Routes::new(setup).copy(copy(&"payload\n".repeat(40_000)))
    };
    let fed = run(shell(format!("cat > {}", file.display())));
    assert_eq!(fed.toast(), "gave 320.0 KB to sh: raw data");
    assert_eq!(std::fs::metadata(&file).unwrap().len(), 320_000);
    let failed = run(shell("exit 3".to_owned()));
    assert!(
        matches!(&failed.route, Route::File { because, .. } if because.contains("exit status: 3")),
        "{failed:?}"
    );
}

#[cfg(unix)]
#[test]
fn tmux_is_given_the_text_and_an_old_one_is_passed_over() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let fake = |name: &str, script: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        path.display().to_string()
    };
    let run = |tmux_program: String| {
        let vars = [("TERM", "tmux-256color"), ("TMUX", "/tmp/t"), ("SSH_TTY", "/dev/pts/0")];
        Routes::new(ClipboardSetup { tmux_program, ..setup(&vars) }).copy(copy("payload"))
    };
    let buffer = folder.path().join("buffer");
    let new = fake("tmux", &format!("echo \"$@\" > {0}.args; cat > {0}", buffer.display()));
    let copied = run(new);
    assert_eq!(copied.toast(), "copied 7 bytes to the tmux buffer and sent it to the terminal: raw data");
    assert_eq!(std::fs::read_to_string(&buffer).unwrap(), "payload");
    assert_eq!(std::fs::read_to_string(buffer.with_extension("args")).unwrap(), "load-buffer -w -\n");
    let old = fake("tmux-2", "echo 'unknown option -- w' >&2; exit 1");
    assert_eq!(run(old).route, Route::Osc52);
}

#[test]
fn every_copy_is_answered_before_the_end() {
    let (told, replies) = mpsc::channel();
    let setup = ClipboardSetup { mode: ClipboardMode::Osc52, ..setup(&[]) };
    let clipboard = Clipboard::spawn(setup, move |copied| told.send(copied.bytes).unwrap()).unwrap();
    for length in 1..=3 {
        assert!(clipboard.copy(copy(&"x".repeat(length))));
    }
    drop(clipboard);
    assert_eq!(replies.iter().collect::<Vec<_>>(), [1, 2, 3]);
}

#[test]
fn sizes_are_readable() {
    let sizes = [0, 1, 312, 1_234, 5_600_000].map(report::size);
    assert_eq!(sizes, ["0 bytes", "1 byte", "312 bytes", "1.2 KB", "5.6 MB"]);
}
