use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::pattern::Pattern;

/// A development service.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct ServiceSection {
    /// The command. Placeholders: `{root}`, `{dir}`, `{port}`.
    #[schemars(extend("examples" = ["uvicorn flowline.server:app --port {port}"]))]
    pub(crate) run: String,

    /// One line about the service.
    pub(crate) description: Option<String>,

    /// The folder that it runs in and that globs are relative to, relative to this file.
    #[serde(default = "this_folder")]
    pub(crate) dir: String,

    /// Whether the command is handed to `sh -c` as it is.
    #[serde(default)]
    pub(crate) shell: bool,

    /// The port it listens on.
    #[schemars(range(min = 1, max = 65535), extend("examples" = [4200]))]
    pub(crate) port: Option<u16>,

    /// How to tell that it is ready.
    pub(crate) ready: Option<ReadySection>,

    /// Globs of the files whose change restarts it, relative to `dir`.
    #[serde(default)]
    #[schemars(extend("examples" = [["src/**/*.py"]]))]
    pub(crate) watch: Vec<String>,

    /// What must be there first: tasks as `section:name`, services as `service:name`, databases as
    /// `db:sqlite` or `db:postgresql`.
    #[serde(default)]
    #[schemars(extend("examples" = [["db:postgresql"]]))]
    pub(crate) needs: Vec<String>,

    /// Environment variables. Placeholders: `{root}`, `{dir}`, `{port}`.
    #[serde(default)]
    #[schemars(extend("propertyNames" = { "pattern": Pattern::VARIABLE }))]
    pub(crate) env: BTreeMap<String, String>,
}

/// How to tell that a service is ready: exactly one of `http`, `tcp` and `command`. Placeholders: `{root}`,
/// `{dir}`, `{port}`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct ReadySection {
    /// A path on the service's port, or a whole URL, that answers with success.
    #[schemars(extend("examples" = ["/api/health"]))]
    pub(crate) http: Option<String>,

    /// An address `HOST:PORT` that takes connections.
    #[schemars(extend("examples" = ["127.0.0.1:{port}"]))]
    pub(crate) tcp: Option<String>,

    /// A command that succeeds.
    #[schemars(extend("examples" = ["curl --fail http://127.0.0.1:{port}"]))]
    pub(crate) command: Option<String>,
}

fn this_folder() -> String {
    ".".to_owned()
}
