//! The formats compiled in: `assets/formats/*.toml`, each listed once here (a test compares the folder).

macro_rules! assets {
    ($($name:literal)*) => {
        pub(super) const ASSETS: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../../assets/formats/", $name, ".toml"))),)*];
    };
}

assets! {
    "1password"
    "anthropic"
    "asana"
    "atlassian"
    "atlassian-dc"
    "auditty"
    "auth0"
    "azure-activity"
    "boundary"
    "box"
    "cloudflare"
    "cloudtrail"
    "confluence"
    "crowdstrike"
    "customerio"
    "docusign"
    "dropbox"
    "duo"
    "entra"
    "gcp"
    "generic"
    "github"
    "gitlab"
    "google-workspace"
    "jira"
    "kubernetes"
    "m365"
    "mongodb-atlas"
    "notion"
    "okta"
    "onelogin"
    "openai"
    "salesforce"
    "slack"
    "snowflake"
    "snyk"
    "stripe"
    "teleport"
    "tines"
    "vault"
    "wiz"
    "zoom"
    "zscaler"
}
