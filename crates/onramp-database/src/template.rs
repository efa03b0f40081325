//! Templates: databases that are built once per key and copied from then on.

mod shelf;

use onramp_core::{Cancel, Failure};

use crate::Database;
use crate::digest::hex;
use crate::file_lock::{FileLock, Hold};
pub(crate) use shelf::Shelf;

/// How many templates of a dialect a worktree keeps; those that were not used for the longest time go first.
pub(crate) const LIMIT: usize = 8;

/// How many locks are kept of templates that may be on any server.
const LOCKS: usize = 4 * LIMIT;

/// How often a template is built anew that somebody has thrown away in the moment it was finished.
const ATTEMPTS: usize = 3;

/// A finished database to copy from. It is not thrown away while this value lives.
pub struct Template {
    pub(crate) content: Content,
    _lock: FileLock,
}

/// What is copied.
pub(crate) enum Content {
    /// A SQLite file, read as a whole and found to be what was written.
    Sqlite(Vec<u8>),
    /// The name of a database.
    Postgresql(String),
}

/// Where the templates of one dialect lie.
pub(crate) trait Store {
    /// A finished one.
    fn find(&self, id: &str) -> Result<Option<Content>, Failure>;

    /// Makes one, of which neither a finished nor a half-built one is there. It is found only once it is complete.
    fn build(&self, id: &str, fill: &mut dyn FnMut(&Database) -> Result<(), Failure>) -> Result<(), Failure>;

    /// Makes one that is a copy of a database, as [`build`](Self::build) does.
    fn keep(&self, id: &str, source: &Database) -> Result<(), Failure>;

    /// Removes whatever is there of one.
    fn clear(&self, id: &str) -> Result<(), Failure>;

    /// Those that are there.
    fn ids(&self) -> Result<Vec<String>, Failure>;

    /// How many may be there.
    fn limit(&self) -> usize {
        LIMIT
    }
}

/// What a template is called: no key is told by its name, and no two worktrees have the same.
pub(crate) fn id(worktree: &str, key: &str) -> String {
    hex(format!("{worktree}\n{key}").as_bytes())[..32].to_owned()
}

/// Throws away templates until there is room for another one, `id`, but none that is in use.
fn make_room(store: &dyn Store, shelf: &Shelf, id: &str) -> Result<(), Failure> {
    let there = store.ids()?;
    let others = shelf.last_used_first(there).into_iter().filter(|other| other != id);
    for old in others.skip(store.limit() - 1) {
        shelf.throw_away(&old, || store.clear(&old));
    }
    shelf.forget_beyond(LOCKS);
    Ok(())
}

/// The finished template of this name, unless somebody is at work on it.
pub(crate) fn find(store: &dyn Store, shelf: &Shelf, id: &str) -> Result<Option<Template>, Failure> {
    let Some(lock) = shelf.look_at(id)? else { return Ok(None) };
    let Some(content) = store.find(id)? else { return Ok(None) };
    lock.touch();
    Ok(Some(Template { content, _lock: lock }))
}

/// Has a copy of `source` as the template of this name, if there is none.
pub(crate) fn keep(
    store: &dyn Store,
    shelf: &Shelf,
    id: &str,
    cancel: &Cancel,
    source: &Database,
) -> Result<(), Failure> {
    let lock = FileLock::acquire(&shelf.lock(id), Hold::Exclusive, cancel, || {})?;
    if store.find(id)?.is_none() {
        store.clear(id)?;
        make_room(store, shelf, id)?;
        store.keep(id, source)?;
    }
    lock.touch();
    Ok(())
}

/// The template of this name, built by `fill` if there is none. Of two builders at once the second waits for the
/// first.
pub(crate) fn build(
    store: &dyn Store,
    shelf: &Shelf,
    id: &str,
    cancel: &Cancel,
    fill: &mut dyn FnMut(&Database) -> Result<(), Failure>,
) -> Result<Template, Failure> {
    for _ in 0..ATTEMPTS {
        let lock = FileLock::acquire(&shelf.lock(id), Hold::Exclusive, cancel, || {})?;
        if store.find(id)?.is_none() {
            store.clear(id)?;
            make_room(store, shelf, id)?;
            store.build(id, &mut |database| {
                fill(database)?;
                // What a cancelled command has ended early may look like a success.
                if cancel.is_requested() { Err(Failure::interrupted()) } else { Ok(()) }
            })?;
        }
        lock.touch();
        drop(lock);
        if let Some(template) = find(store, shelf, id)? {
            return Ok(template);
        }
    }
    Err(Failure::environment("a template was thrown away as often as it was built"))
}
