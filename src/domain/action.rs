//! The closed word lists of the vocabulary, each with its one spelling.

/// Declares an enum whose values have one canonical spelling each.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $value:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$vdoc])* $value,)+ }

        impl $name {
            /// Every value, in the order of declaration.
            pub const ALL: &'static [$name] = &[$($name::$value,)+];

            /// Returns the canonical spelling.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$value => $word,)+ }
            }

            /// Returns the value with this canonical spelling, upper and lower case alike.
            pub fn parse(word: &str) -> Option<$name> {
                let mut all = $name::ALL.iter().copied();
                // Mostly the word is one of ours.
                let own = all.clone().find(|value| value.as_str() == word);
                own.or_else(|| all.find(|value| value.as_str().eq_ignore_ascii_case(word)))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

words! {
    /// What was done, the same for every vendor. The vendor's own code is kept beside it.
    Action {
        /// A new object.
        Created = "created",
        /// An object changed.
        Updated = "updated",
        /// An object removed.
        Deleted = "deleted",
        /// Something read or opened.
        Accessed = "accessed",
        /// A session began.
        LoggedIn = "logged in",
        /// A session ended.
        LoggedOut = "logged out",
        /// A session was refused.
        LoginFailed = "login failed",
        /// Data left.
        Exported = "exported",
        /// Data came in.
        Imported = "imported",
        /// A right given.
        Granted = "granted",
        /// A right taken.
        Revoked = "revoked",
        /// Something switched on.
        Enabled = "enabled",
        /// Something switched off.
        Disabled = "disabled",
        /// None of these.
        Other = "other",
    }
}

impl Action {
    /// Returns the action that a word means in another form, like `delete` or `removed` for *deleted*; `_` and
    /// `-` count as spaces, upper and lower case are alike. `None` for the canonical words themselves too.
    pub fn meant_by(word: &str) -> Option<Action> {
        let word = word.to_lowercase().replace(['_', '-'], " ");
        let action = match word.as_str() {
            "create" => Action::Created,
            "update" | "edit" | "edited" | "change" | "changed" | "modify" | "modified" => Action::Updated,
            "delete" | "remove" | "removed" | "destroy" | "destroyed" => Action::Deleted,
            "access" | "read" | "view" | "viewed" => Action::Accessed,
            "login" | "log in" | "logon" | "signin" | "sign in" | "signed in" => Action::LoggedIn,
            "logout" | "log out" | "logoff" | "signout" | "sign out" | "signed out" => Action::LoggedOut,
            "failed login" | "login failure" => Action::LoginFailed,
            "export" | "download" | "downloaded" => Action::Exported,
            "import" => Action::Imported,
            "grant" => Action::Granted,
            "revoke" => Action::Revoked,
            "enable" => Action::Enabled,
            "disable" => Action::Disabled,
            _ => return None,
        };
        Some(action)
    }
}

words! {
    /// What kind of actor it was.
    ActorKind {
        /// A team member: a person with an account.
        Member = "member",
        /// The vendor's own automation.
        System = "system",
        /// A service account or application.
        Service = "service",
        /// An API key or token without a person known.
        Token = "token",
        /// Nobody who had logged in.
        Anonymous = "anonymous",
        /// The vendor's staff.
        Support = "support",
        /// The record does not say.
        Unknown = "unknown",
    }
}

words! {
    /// How it ended.
    Outcome {
        /// It was done.
        Success = "success",
        /// It was tried and failed.
        Failure = "failure",
        /// It was refused for want of a right.
        Denied = "denied",
        /// The record does not say.
        Unknown = "unknown",
    }
}

words! {
    /// Which log an entry belongs to.
    Scope {
        /// The whole account: members, permissions, keys.
        Account = "account",
        /// One workspace of it.
        Workspace = "workspace",
    }
}

words! {
    /// The common set of subjects across vendors, to filter by where each has its own event types.
    Class {
        /// Sessions and authentication.
        Login = "Log in/out",
        /// Roles, members, rights.
        Permissions = "Permissions",
        /// Keys, tokens, secrets, certificates.
        Credentials = "Credentials",
        /// Settings of the account or its infrastructure.
        Configuration = "Configuration",
        /// Data taken out.
        DataExport = "Data export",
        /// Data of customers or users.
        Data = "Data",
        /// What people write and publish.
        Content = "Content",
        /// Plans, invoices, payments.
        Billing = "Billing",
        /// None of these.
        Other = "Other",
    }
}
