use std::time::Duration;

use clap::{Args, Subcommand};
use onramp_cache::{Collected, Damage, Limits, Status, Store};
use serde_json::json;

use crate::amounts;
use crate::reporter::SCHEMA_VERSION;
use crate::session::Session;
use crate::words::{bytes, count};
use crate::{Error, ExitStatus, runner};

/// Look after the results that the cache keeps
#[derive(Args, Debug)]
pub(crate) struct CacheArgs {
    #[command(subcommand)]
    verb: CacheVerb,
}

#[derive(Debug, Subcommand)]
enum CacheVerb {
    /// Show where the cache lies and how much it holds
    Status,
    /// Read everything in it, and fail if anything is damaged
    Verify {
        /// Remove what is damaged; whatever needs it is made again
        #[arg(long)]
        mend: bool,
    },
    /// Remove what is old, too much, or needed by nothing
    Gc {
        /// How much may stay, as in 500MB or 2GiB; what was not used for the longest time goes first
        #[arg(long, value_name = "SIZE", default_value = "10GiB", value_parser = amounts::size)]
        max_size: u64,
        /// How long a result may stay that nobody uses, as in 12h or 30d
        #[arg(long, value_name = "AGE", default_value = "30d", value_parser = amounts::age)]
        max_age: Duration,
    },
    /// Remove everything, what is remembered of this checkout's files and tasks included
    Clear,
}

pub(crate) fn run(session: &Session, args: &CacheArgs) -> Result<ExitStatus, Error> {
    match &args.verb {
        CacheVerb::Status => status(session),
        CacheVerb::Verify { mend } => verify(session, *mend),
        CacheVerb::Gc { max_size, max_age } => collect(session, Limits { bytes: *max_size, age: *max_age }),
        CacheVerb::Clear => clear(session),
    }
}

/// The stores of the workspace and its members, each once.
fn stores(session: &Session) -> Vec<&Store> {
    let mut stores: Vec<&Store> = Vec::new();
    for checkout in &session.checkouts {
        if !stores.iter().any(|store| store.folder() == checkout.store.folder()) {
            stores.push(&checkout.store);
        }
    }
    stores
}

fn status(session: &Session) -> Result<ExitStatus, Error> {
    let stores = stores(session)
        .into_iter()
        .map(|store| Ok((store, store.status().map_err(|e| unusable(store, &e))?)));
    let stores: Vec<(&Store, Status)> = stores.collect::<Result<_, Error>>()?;
    if session.json() {
        let rows = stores.iter().map(|(store, status)| {
            json!({
                "folder": store.folder().display().to_string(),
                "results": status.results,
                "blobs": status.blobs,
                "bytes": status.bytes,
            })
        });
        session.answer_json(json!({"version": SCHEMA_VERSION, "stores": rows.collect::<Vec<_>>()}));
        return Ok(ExitStatus::Success);
    }
    for (store, status) in stores {
        session.answer(&store.folder().display().to_string());
        session.answer(&format!(
            "  {}, {}, {}",
            count(status.results, "result"),
            count(status.blobs, "blob"),
            bytes(status.bytes)
        ));
    }
    Ok(ExitStatus::Success)
}

fn verify(session: &Session, mend: bool) -> Result<ExitStatus, Error> {
    let is_mended = mend && !session.options.dry_run;
    let mut damaged = Vec::new();
    for store in stores(session) {
        let damage = store.verify().map_err(|error| unusable(store, &error))?;
        if is_mended {
            store.mend(&damage).map_err(|error| unusable(store, &error))?;
        }
        damaged.extend(damage);
    }
    if session.json() {
        let rows = damaged
            .iter()
            .map(|damage| json!({"file": damage.file().display().to_string(), "damage": word(damage)}));
        let rows: Vec<_> = rows.collect();
        session.answer_json(json!({"version": SCHEMA_VERSION, "mended": is_mended, "damage": rows}));
    } else {
        for damage in &damaged {
            session.answer(&format!("{}  {}", word(damage), damage.file().display()));
        }
    }
    if damaged.is_empty() {
        session.say("the cache is sound");
        return Ok(ExitStatus::Success);
    }
    if mend {
        let outcome = if is_mended { "removed" } else { "would be removed" };
        session.say(&format!("{} {outcome}", count(damaged.len(), "damaged file")));
        return Ok(ExitStatus::Success);
    }
    let message = format!("{} in the cache", count(damaged.len(), "damaged file"));
    let hint = Some("onramp cache verify --mend".to_owned());
    Err(Error::Other { message, hint, status: ExitStatus::Failed, at: None })
}

fn word(damage: &Damage) -> &'static str {
    match damage {
        Damage::Content(_) => "content",
        Damage::Result(_) => "result",
        Damage::Incomplete { .. } => "incomplete",
    }
}

fn collect(session: &Session, limits: Limits) -> Result<ExitStatus, Error> {
    let is_dry = session.options.dry_run;
    let mut all = Collected::default();
    for store in stores(session) {
        let collected = if is_dry { store.would_collect(limits) } else { store.collect(limits) };
        let collected = collected.map_err(|error| unusable(store, &error))?;
        all.results += collected.results;
        all.blobs += collected.blobs;
        all.bytes += collected.bytes;
    }
    if session.json() {
        let value = json!({"results": all.results, "blobs": all.blobs, "bytes": all.bytes});
        let key = if is_dry { "would-remove" } else { "removed" };
        session.answer_json(json!({"version": SCHEMA_VERSION, key: value}));
    } else {
        let (results, blobs) = (count(all.results, "result"), count(all.blobs, "blob"));
        let verb = if is_dry { "would remove" } else { "removed" };
        session.answer(&format!("{verb} {results} and {blobs}, {}", bytes(all.bytes)));
    }
    Ok(ExitStatus::Success)
}

fn clear(session: &Session) -> Result<ExitStatus, Error> {
    if session.options.dry_run {
        // What lies there is what would go.
        session.say("would remove everything, what is remembered of this checkout included:");
        return status(session);
    }
    for checkout in &session.checkouts {
        let store = &checkout.store;
        store
            .clear()
            .and_then(|()| checkout.last.clear())
            .and_then(|()| checkout.memo.clear())
            .and_then(|()| runner::forget_clean_files(checkout))
            .map_err(|error| unusable(store, &error))?;
    }
    session.say("the cache is empty");
    Ok(ExitStatus::Success)
}

fn unusable(store: &Store, error: &std::io::Error) -> Error {
    Error::environment(format!("the cache in {} cannot be used: {error}", store.folder().display()))
}
