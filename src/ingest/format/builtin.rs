//! The formats compiled in: `assets/formats/*.toml`, each listed once here (a test compares the folder).

macro_rules! assets {
    ($($name:literal)*) => {
        pub(super) const ASSETS: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../../assets/formats/", $name, ".toml"))),)*];
    };
}

assets! {
    "anthropic"
    "auditty"
    "auth0"
    "cloudtrail"
    "customerio"
    "entra"
    "gcp"
    "generic"
    "github"
    "google-workspace"
    "kubernetes"
    "m365"
    "okta"
    "openai"
    "slack"
    "snyk"
    "stripe"
    "wiz"
}
