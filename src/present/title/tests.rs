use super::*;
use crate::domain::Target;

fn entry(activity: &str, action: Action, code: &str, name: &str) -> Entry<'static> {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned().into());
    let mut entry = Entry::blank("test");
    entry.activity = some(activity);
    entry.action = action;
    entry.action_code = some(code);
    if !name.is_empty() {
        entry.targets.push(Target { name: some(name), ..Target::default() });
    }
    entry
}

#[test]
fn says_what_happened_once() {
    for (activity, action, code, name, wanted) in [
        ("Campaign", Action::Updated, "updated", "Black Friday", "Campaign 'Black Friday' updated"),
        ("API Credentials", Action::Created, "", "ios key", "API Credentials 'ios key' created"),
        ("Log in/out", Action::LoggedIn, "login", "", "Logged in"),
        ("Log in/out", Action::LoginFailed, "", "ana@example.com", "Login failed"),
        ("User created", Action::Created, "user_created", "Ana", "User 'Ana' created"),
        ("Export", Action::Exported, "", "People", "Exported 'People'"),
        ("Export", Action::Created, "", "", "Export created"),
        ("Campaign", Action::Other, "campaign.archived", "Old", "Campaign 'Old' archived"),
        ("repo.archived", Action::Other, "repo.archived", "web", "repo.archived 'web'"),
        ("", Action::Other, "s3:GetObject", "", "s3:GetObject"),
        ("", Action::Deleted, "", "thing", "'thing' deleted"),
        ("", Action::Deleted, "", "", "Deleted"),
        ("", Action::Other, "", "", "Entry"),
        ("Workspace", Action::Updated, "", "workspace", "Workspace updated"),
        ("Role", Action::Updated, "", "a\u{1b}[31m", "Role 'a␛[31m' updated"),
    ] {
        assert_eq!(title_of(&entry(activity, action, code, name)), wanted);
    }
}

#[test]
fn a_failed_act_does_not_pass_for_done() {
    let mut entry = entry("App API Key", Action::Deleted, "", "billing");
    entry.outcome = Outcome::Denied;
    assert_eq!(title_of(&entry), "App API Key 'billing' deleted (denied)");
}

#[test]
fn fits_a_width() {
    let title = Title::of_entry(&entry("Campaign", Action::Updated, "", "Black Friday in Berlin"));
    let at = |width| title.line(width, Charset::Unicode).plain();
    assert_eq!(at(80), "Campaign 'Black Friday in Berlin' updated");
    assert_eq!(at(30), "Campaign 'Black Frid…' updated");
    assert_eq!(at(20), "Campaign updated");
    assert_eq!(at(10), "Campaign …");
    assert_eq!(at(0), "");
    let line = title.line(30, Charset::Unicode);
    let strong: Vec<_> = line.spans.iter().filter(|span| span.role == Role::Strong).collect();
    assert_eq!(strong[0].text, "Black Frid…");
}

#[test]
fn the_name_of_something_else_is_no_name_of_the_subject() {
    let title = |activity: &str, kind: &str| {
        let mut entry = entry(activity, Action::Deleted, "", "otto");
        entry.targets[0].kind = Some(kind.to_owned().into());
        title_of(&entry)
    };
    assert_eq!(title("Role assignment", "User"), "Role assignment deleted for 'otto'");
    for (activity, kind) in [
        ("User", "users"),
        ("Repository", "repo"),
        ("Security group", "AWS::EC2::SecurityGroup"),
        ("API Credentials", "api_credential"),
        ("Role", ""),
        ("Team Member", "user"),
        ("Trail", "resource"),
    ] {
        assert_eq!(title(activity, kind), format!("{activity} 'otto' deleted"));
    }
    let mut entry = entry("Password", Action::Updated, "", "Otto Lind");
    entry.targets[0].kind = Some("User".into());
    entry.outcome = Outcome::Failure;
    let line = Title::of_entry(&entry).line(60, Charset::Unicode);
    assert_eq!(line.plain(), "Password updated for 'Otto Lind' (failed)");
    assert_eq!(Title::of_entry(&entry).line(28, Charset::Unicode).plain(), "Password updated (failed)");
}
