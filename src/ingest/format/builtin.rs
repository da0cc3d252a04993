//! The formats compiled in: `assets/formats/*.toml`, each listed once here (a test compares the folder).

use std::sync::Arc;

use super::Format;
use super::compile::compile;

macro_rules! assets {
    ($($name:literal)*) => {
        pub(super) const ASSETS: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../../assets/formats/", $name, ".toml"))),)*];
    };
}

assets! {
    "anthropic"
    "atlassian"
    "atlassian-dc"
    "auditty"
    "auth0"
    "azure-activity"
    "cloudflare"
    "cloudtrail"
    "confluence"
    "crowdstrike"
    "customerio"
    "django-auditlog"
    "docusign"
    "doppler"
    "duo"
    "entra"
    "gcp"
    "generic"
    "github"
    "google-workspace"
    "jira"
    "kubernetes"
    "m365"
    "netskope"
    "okta"
    "onelogin"
    "openai"
    "panther"
    "paper-trail"
    "posthog"
    "retraced"
    "sentinelone"
    "slack"
    "snyk"
    "stripe"
    "tines"
    "vault"
    "wiz"
    "workos"
    "zscaler"
}

/// Returns the built-in formats in the order of their names.
pub(super) fn all() -> Vec<Arc<Format>> {
    let compiled = ASSETS.iter().map(|(name, text)| compile(&format!("{name}.toml"), text));
    compiled.map(|format| Arc::new(format.unwrap_or_else(|error| panic!("{error}")))).collect()
}
