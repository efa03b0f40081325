use schemars::JsonSchema;
use serde::Deserialize;

/// The development image for a local cluster.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct KubernetesSection {
    /// The image that the development manifest runs.
    #[schemars(extend("examples" = ["flowline:dev"]))]
    pub(crate) image: String,
}
