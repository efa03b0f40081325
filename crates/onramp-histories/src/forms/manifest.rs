use serde_json::Value;

use crate::Code;
use crate::chain::Chain;
use crate::walk::Folder;

/// The names of the files that a release's manifest lists, in their order; `None` where there is no manifest, or none that
/// can be read. Holds it against the folder.
pub(super) fn listed(chain: &mut Chain, folder: &Folder) -> Option<Vec<String>> {
    let file = folder.files.iter().find(|file| file.name == "manifest.json")?;
    let text = super::read(chain, file)?;
    let value: Value = match serde_json::from_str(&text.text) {
        Ok(value) => value,
        Err(error) => {
            let line = u32::try_from(error.line()).ok();
            chain.fault(Code::Manifest, &file.path, line, format!("cannot be read: {error}"));
            return None;
        }
    };
    let fields = value.as_object()?;
    if let Some(version) = fields.iter().find(|(key, _)| key.eq_ignore_ascii_case("CurrVersion")) {
        let told = version.1.as_str().unwrap_or_default();
        let is_same = told.trim_start_matches('v') == folder.name.trim_start_matches('v');
        if !is_same {
            let message = format!("says that it is version `{told}`, in the folder of `{}`", folder.name);
            chain.fault(Code::Manifest, &file.path, None, message);
        }
    }
    let files = fields.iter().find(|(key, value)| key.ends_with("Files") && value.is_array())?;
    let names: Vec<String> =
        files.1.as_array()?.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect();
    for name in &names {
        if !folder.files.iter().any(|file| file.name == *name) {
            let message = format!("lists `{name}`, which is not there");
            chain.fault(Code::Manifest, &file.path, None, message);
        }
    }
    let is_script = |name: &str| name.ends_with(".sql") || name.ends_with(".cql");
    for other in folder.files.iter().filter(|file| is_script(&file.name) && !names.contains(&file.name)) {
        let message = format!("does not list `{}`, which lies beside it", other.name);
        chain.fault(Code::Manifest, &file.path, None, message);
    }
    Some(names)
}
