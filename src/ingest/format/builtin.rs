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
    "1password"
    "anthropic"
    "atlassian"
    "atlassian-dc"
    "auditty"
    "auth0"
    "azure-activity"
    "boundary"
    "cloudflare"
    "cloudtrail"
    "confluence"
    "customerio"
    "entra"
    "gcp"
    "generic"
    "github"
    "gitlab"
    "google-workspace"
    "jira"
    "kubernetes"
    "m365"
    "okta"
    "openai"
    "salesforce"
    "slack"
    "snyk"
    "stripe"
    "vault"
    "wiz"
}

/// Returns the built-in formats in the order of their names.
pub(super) fn all() -> Vec<Arc<Format>> {
    let compiled = ASSETS.iter().map(|(name, text)| compile(&format!("{name}.toml"), text));
    compiled.map(|format| Arc::new(format.unwrap_or_else(|error| panic!("{error}")))).collect()
}
