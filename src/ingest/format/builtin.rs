//! The formats compiled in: `assets/formats/*.toml`, each listed once here (a test compares the folder).

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
    "docusign"
    "duo"
    "entra"
    "gcp"
    "generic"
    "github"
    "google-workspace"
    "jira"
    "kubernetes"
    "m365"
    "okta"
    "onelogin"
    "openai"
    "slack"
    "snyk"
    "stripe"
    "tines"
    "vault"
    "wiz"
    "zscaler"
}
