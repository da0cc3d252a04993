//! Verbs and the actions they stand for.

use std::sync::OnceLock;

use hashbrown::HashMap;

use super::meaning::{is_refusal, refused};
use super::words;
use crate::domain::Action;

/// Verbs in the form they have before `s`, `d`, `ed`, `ing`, and irregular forms.
const VERBS: &[(Action, &str)] = &[
    (
        Action::Created,
        "create add insert new register invite provision generate issue launch run clone copy duplicate post \
         make made mint enroll enrol open join schedule request allocate submit send sent fork instantiate \
         deploy build built install spawn onboard introduce append",
    ),
    (
        Action::Updated,
        "update change modify edit set put patch rename replace move rotate reset transfer merge convert \
         restore configure save write written publish unpublish assign unassign attach detach associate \
         disassociate upgrade downgrade renew sync synchronize archive unarchive link unlink migrate tag untag \
         promote demote recover pin unpin reorder stop start restart reboot pause resume complete approve \
         reject accept decline cancel confirm verify mark customize regenerate refresh reopen alter adjust \
         switch resolve undelete undrop amend revise override toggle apply process close connect disconnect \
         void refund acknowledge dismiss reassign escalate trigger execute rollback revert swap extend correct",
    ),
    (
        Action::Deleted,
        "delete remove destroy drop purge erase terminate expire trash deregister unregister clear deprovision \
         release leave left wipe truncate kick unenroll discard delet offboard uninstall evict",
    ),
    (
        Action::Accessed,
        "access view read get list describe search query preview lookup head watch fetch show browse visit \
         select test validate check batchget scan impersonate simulate assume evaluate reveal retrieve inspect \
         display decrypt peek",
    ),
    (Action::Exported, "export download backup print dump unload extract exfiltrate"),
    (Action::Imported, "import upload ingest load"),
    (Action::Granted, "grant allow share authorize authorise permit elevate delegate entitle"),
    (Action::Revoked, "revoke deny unshare deauthorize withdraw withdrawn unauthorize"),
    (Action::Enabled, "enable activate unlock unsuspend reactivate unblock unfreeze whitelist"),
    (
        Action::Disabled,
        "disable deactivate inactivate lock suspend block freeze frozen quarantine ban blacklist mute",
    ),
];

/// Verbs that are as often nouns: they count only where no other verb is.
const NOUNS: &str = "access view list post test tag link query search share request issue copy order lock block \
     run load backup head watch show scan print import export download upload process patch open set start \
     close new change update archive address check apply build trigger switch transfer preview schedule \
     display grant permit sync release mark read";

/// Words for what was done in other languages than English, as their logs have them: what is over, then the noun.
const ELSEWHERE: &[(Action, &str, &str)] = &[
    (
        Action::Created,
        "erstellt angelegt hinzugefügt eingeladen créé créée ajouté ajoutée creado creada añadido criado criada \
         creato creata aggiunto aangemaakt toegevoegd",
        "erstellen anlegen erstellung anlage création creation créer ajout ajouter creación crear alta criação \
         criar creazione creare",
    ),
    (
        Action::Updated,
        "geändert aktualisiert bearbeitet umbenannt verschoben modifié modifiée actualizado modificado modificada \
         alterado alterada atualizado modificato modificata aggiornato gewijzigd bijgewerkt",
        "ändern änderung aktualisieren bearbeiten modification modifier modificación modificar actualización \
         alteração alterar modifica aggiornamento",
    ),
    (
        Action::Deleted,
        "gelöscht entfernt supprimé supprimée eliminado eliminada borrado excluído excluída removido eliminato \
         eliminata cancellato verwijderd",
        "löschen löschung entfernen suppression supprimer eliminación eliminar exclusão excluir eliminazione",
    ),
    (
        Action::Accessed,
        "gelesen angezeigt abgerufen consulté consultée consultado visualizado visualizzato bekeken",
        "anzeigen lesen consultation consulter lecture consulta",
    ),
    (
        Action::Exported,
        "exportiert heruntergeladen exporté exportée téléchargé exportado descargado esportato geëxporteerd",
        "exportation exporter exportar",
    ),
    (
        Action::Imported,
        "importiert hochgeladen importé importée importado importato geïmporteerd",
        "importation",
    ),
    (Action::Granted, "gewährt erteilt freigegeben accordé concedido concesso", ""),
    (Action::Revoked, "entzogen widerrufen révoqué revocado revogado revocato", ""),
    (Action::Enabled, "aktiviert entsperrt activé activée activado ativado attivato", "activation"),
    (
        Action::Disabled,
        "deaktiviert gesperrt désactivé désactivée desactivado desativado disattivato",
        "désactivation",
    ),
];

/// What a form of a verb tells.
#[derive(Clone, Copy)]
struct Form {
    action: Action,
    past: bool,
    noun: bool,
}

fn forms() -> &'static HashMap<String, Form> {
    static FORMS: OnceLock<HashMap<String, Form>> = OnceLock::new();
    FORMS.get_or_init(|| {
        let mut all: HashMap<String, Form> = HashMap::new();
        for &(action, verbs) in VERBS {
            for verb in verbs.split_ascii_whitespace() {
                let noun = NOUNS.split_ascii_whitespace().any(|noun| noun == verb);
                for (word, past) in forms_of(verb) {
                    // `access_denied` tells how it ended; nothing was taken from anybody.
                    if word == "denied" {
                        continue;
                    }
                    // `setting`, `migration`: things as often as acts.
                    let noun = !past && (noun || word.ends_with("ing") || word.ends_with("ion"));
                    all.entry(word).or_insert(Form { action, past, noun });
                }
            }
        }
        for &(action, past, nouns) in ELSEWHERE {
            for (words, is_past) in [(past, true), (nouns, false)] {
                let form = Form { action, past: is_past, noun: !is_past };
                for word in words.split_ascii_whitespace() {
                    all.entry(word.to_owned()).or_insert(form);
                }
            }
        }
        all
    })
}

/// Returns a verb's forms, and which of them tell of what is over.
fn forms_of(verb: &str) -> Vec<(String, bool)> {
    let last = verb.chars().last().unwrap_or_default();
    let irregular = ["made", "sent", "built", "written", "left", "withdrawn", "frozen"].contains(&verb);
    let mut all = vec![(verb.to_owned(), irregular)];
    for (ending, past) in [("s", false), ("es", false), ("ing", false), ("ed", true)] {
        all.push((format!("{verb}{ending}"), past));
    }
    // `reset` makes `resetting`, `drop` makes `dropped`.
    all.push((format!("{verb}{last}ing"), false));
    all.push((format!("{verb}{last}ed"), true));
    // `modify` makes `modified`, `create` makes `creating` and `creation`.
    if let Some(stem) = verb.strip_suffix(['e', 'y']) {
        for (ending, past) in [("ied", true), ("ies", false), ("ing", false), ("ion", false)] {
            all.push((format!("{stem}{ending}"), past));
        }
        all.push((format!("{verb}d"), true));
    }
    all
}

/// Whether a word says what was done.
pub(crate) fn is_verb(word: &str) -> bool {
    forms().contains_key(word)
}

/// Whether a word says what was done, as something that is over.
pub(crate) fn is_past(word: &str) -> bool {
    forms().get(word).is_some_and(|form| form.past)
}

/// Returns the action of a part of a code: what is over counts before what is to be done, a verb before a
/// word that may be a noun. `access_key_created` is no access.
fn action_of(words: &[String], nouns: bool) -> Option<Action> {
    let known = words.iter().filter_map(|word| forms().get(word.as_str()));
    let known: Vec<&Form> = known.filter(|form| nouns || !form.noun).collect();
    let past = known.iter().rev().find(|form| form.past);
    let verb = || known.iter().find(|form| !form.noun);
    past.or_else(verb).or(known.first()).map(|form| form.action)
}

/// Returns the canonical action of a vendor's code or sentence; `None` where no word of it is known.
pub(crate) fn action(code: &str) -> Option<Action> {
    if let Some(known) = Action::parse(code) {
        return Some(known);
    }
    let code = &*super::spoken(code);
    let all = words(code);
    if let Some(session) = session(&all) {
        return Some(session);
    }
    if let Some(turned) = membership(&all).or_else(|| turned(&all)) {
        return Some(turned);
    }
    // Of `payment.declined` it is known that it was not done, not what.
    let refused = refused(&all).is_some();
    // In `user.lifecycle.create` the last part holds the verb; in `CreateUserPolicy` the first word is it.
    let parts = code.split(['.', ':', '/']).rev();
    for part in parts {
        let mut words = words(part);
        words.retain(|word| !(refused && is_refusal(word)));
        let found = action_of(&words, !refused);
        if found.is_some() {
            return found;
        }
    }
    match code {
        _ if refused => None,
        "C" | "c" | "I" | "INSERT" | "+" | "POST" => Some(Action::Created),
        "U" | "u" | "~" | "M" => Some(Action::Updated),
        "D" | "d" | "-" => Some(Action::Deleted),
        "R" | "r" => Some(Action::Accessed),
        _ => None,
    }
}

/// Returns whether something was switched on or off: `zap.turned_off`, `TurnOnFeature`.
fn turned(words: &[String]) -> Option<Action> {
    let pair = words.windows(2).find(|two| {
        matches!(two[0].as_str(), "turn" | "turns" | "turned" | "switched" | "toggled")
            && matches!(two[1].as_str(), "on" | "off")
    })?;
    Some(if pair[1] == "on" { Action::Enabled } else { Action::Disabled })
}

/// Returns whether somebody was put into something that gives rights, or taken out of it: `ADD_USER_TO_GROUP`.
fn membership(words: &[String]) -> Option<Action> {
    const GIVING: &[&str] =
        &["group", "groups", "role", "roles", "team", "teams", "organization", "organisation", "org"];
    let moved = |verbs: &[&str], way: &str| {
        let at = words.iter().position(|word| word == way)?;
        let (before, behind) = words.split_at(at);
        (has(before, verbs) && has(behind, GIVING)).then_some(())
    };
    let added = moved(&["add", "added", "adds", "adding"], "to").map(|()| Action::Granted);
    added.or_else(|| moved(&["remove", "removed", "removes", "removing"], "from").map(|()| Action::Revoked))
}

/// Whether any of the words is one of these.
pub(super) fn has(words: &[String], any: &[&str]) -> bool {
    words.iter().any(|word| any.contains(&word.as_str()))
}

pub(super) const FAILED: &[&str] = &[
    "fail",
    "failed",
    "failure",
    "fails",
    "failures",
    "invalid",
    "denied",
    "rejected",
    "unsuccessful",
    "error",
    "blocked",
    "bad",
    "incorrect",
    "wrong",
    "unsuccessfully",
    "fehlgeschlagen",
    "échec",
    "échouée",
    "fallido",
];

/// Returns a session's beginning or end that the words tell of.
pub(super) fn session(words: &[String]) -> Option<Action> {
    const LOG: &[&str] = &["log", "logged", "logging", "sign", "signed", "signing", "logs", "signs"];
    const AUTH: &[&str] = &["authentication", "authenticate", "auth", "authenticated"];
    let pair = |a: &[&str], b: &[&str]| {
        words.windows(2).any(|two| a.contains(&two[0].as_str()) && b.contains(&two[1].as_str()))
    };
    let session = has(words, &["session"]);
    if has(words, &["logout", "logoff", "signout", "signoff", "loggedout", "logouts"])
        || has(words, &["abmeldung", "abgemeldet", "ausgeloggt", "déconnexion", "déconnecté"])
        || pair(LOG, &["out", "off"])
        || (session && has(words, &["end", "ended", "closed", "destroyed", "terminated", "expired"]))
    {
        return Some(Action::LoggedOut);
    }
    let inside = has(words, &["login", "logon", "signin", "signon", "loggedin", "logins", "signins"])
        || has(words, &["anmeldung", "angemeldet", "eingeloggt", "connexion", "connecté"])
        || pair(LOG, &["in", "on"])
        || (session && has(words, &["start", "started", "opened"]))
        || (has(words, AUTH) && (has(words, &["success", "succeeded", "user"]) || has(words, FAILED)))
        || pair(&["accepted", "failed"], &["password", "publickey", "keyboard", "gssapi"])
        || has(words, &["authenticated"])
        || matches!(words, [word] if word == "authentication" || word == "auth");
    // `login.settings_updated` changes a setting; nobody logs in.
    const THINGS: &[&str] = &[
        "settings",
        "setting",
        "policy",
        "profile",
        "page",
        "url",
        "method",
        "config",
        "single",
        "alert",
        "report",
        "requirement",
        "providers",
        "provider",
        "enabled",
        "disabled",
    ];
    // `GetSigninToken` reads something; nobody signs in.
    const DOING: &[&str] = &[
        "get", "create", "update", "delete", "put", "describe", "list", "set", "add", "remove", "generate",
        "issue", "validate",
    ];
    if !inside || has(words, THINGS) || words.first().is_some_and(|first| DOING.contains(&first.as_str())) {
        return None;
    }
    Some(if has(words, FAILED) { Action::LoginFailed } else { Action::LoggedIn })
}
