//! The catalogue of Customer.io's audit logs: every activity with its log, event type and meaning.

use std::sync::LazyLock;

use serde::Deserialize;

use super::Scope;

/// Every activity that the two logs know, in the order of the screen.
#[derive(Debug, Deserialize)]
pub struct Catalog {
    #[serde(rename = "group")]
    groups: Vec<Group>,
}

/// One event type of one log.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// The log.
    #[serde(deserialize_with = "scope")]
    pub scope: Scope,
    /// The event type: `Messaging`.
    pub event_type: String,
    /// Its activities.
    pub activities: Vec<Activity>,
}

/// One activity.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Activity {
    /// Its name: `Campaign Action`.
    pub name: String,
    /// What it is about, in one or two sentences.
    pub about: String,
}

/// An activity with the group it stands in.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// The log and event type.
    pub group: &'static Group,
    /// The activity.
    pub activity: &'static Activity,
}

static BUILTIN: LazyLock<Catalog> = LazyLock::new(|| {
    toml::from_str(include_str!("../../assets/catalog.toml")).expect("a test reads the built-in catalogue")
});

impl Catalog {
    /// Returns the built-in catalogue.
    pub fn builtin() -> &'static Catalog {
        &BUILTIN
    }

    /// Returns the groups in the order of the screen.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// Returns the activity of this name, upper and lower case alike.
    pub fn find(&'static self, name: &str) -> Option<Known> {
        self.activities().find(|known| known.activity.name.eq_ignore_ascii_case(name))
    }

    /// Returns every activity in the order of the screen.
    pub fn activities(&'static self) -> impl Iterator<Item = Known> {
        let of =
            |group: &'static Group| group.activities.iter().map(move |activity| Known { group, activity });
        self.groups.iter().flat_map(of)
    }
}

fn scope<'de, D: serde::Deserializer<'de>>(input: D) -> Result<Scope, D::Error> {
    let word = String::deserialize(input)?;
    Scope::parse(&word).ok_or_else(|| serde::de::Error::custom(format!("{word:?} is no scope")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_both_logs_without_repeating_a_name() {
        let all: Vec<_> = Catalog::builtin().activities().collect();
        let of = |scope| all.iter().filter(|known| known.group.scope == scope).count();
        assert_eq!((of(Scope::Account), of(Scope::Workspace)), (14, 33));
        for (at, known) in all.iter().enumerate() {
            let same = |other: &&Known| other.activity.name.eq_ignore_ascii_case(&known.activity.name);
            assert_eq!(all.iter().position(|other| same(&other)), Some(at));
            assert!(known.activity.about.ends_with('.'), "{}", known.activity.name);
        }
    }

    #[test]
    fn finds_by_name() {
        let known = Catalog::builtin().find("campaign action").unwrap();
        assert_eq!(known.group.event_type, "Messaging");
        assert_eq!(known.group.scope, Scope::Workspace);
        assert!(Catalog::builtin().find("Campaign").is_some());
        assert!(Catalog::builtin().find("Camp").is_none());
    }
}
