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
    "atlassian"
    "atlassian-dc"
    "auditty"
    "auth0"
    "azure-activity"
    "boundary"
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
    "gitlab"
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
    "salesforce"
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
