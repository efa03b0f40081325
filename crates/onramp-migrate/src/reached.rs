use onramp_core::Failure;
use onramp_database::Database;

/// Fails unless the database is at `head`, whatever the engine says: an upgrade that reached another database, or none,
/// succeeds all the same. `url_env` is the variable that should have led there.
pub(crate) fn require_head(
    database: &Database,
    version_table: &str,
    head: Option<&str>,
    url_env: &str,
) -> Result<(), Failure> {
    let quoted: Vec<String> =
        version_table.split('.').map(|name| format!("\"{}\"", name.replace('"', "\"\""))).collect();
    let found = database.client()?.texts(&format!("SELECT version_num FROM {}", quoted.join(".")));
    let found = match (found, head) {
        (Ok(found), _) => found,
        // A history without any revision makes no table.
        (Err(_), None) => return Ok(()),
        (Err(failure), Some(_)) => return Err(wrong_place(url_env, &failure.message)),
    };
    if found.iter().map(String::as_str).eq(head) {
        return Ok(());
    }
    let found = if found.is_empty() { "nothing".to_owned() } else { found.join(", ") };
    Err(wrong_place(
        url_env,
        &format!("it is at {found}, and the history ends in {}", head.unwrap_or("nothing")),
    ))
}

fn wrong_place(url_env: &str, why: &str) -> Failure {
    let message = format!(
        "the upgrade succeeded, and the database of {url_env} is not at the head: {why}; does the project read {url_env}?"
    );
    Failure::task(message).hint("onramp exec -- env")
}
