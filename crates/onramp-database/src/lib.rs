//! Databases of a project's dialects: servers to have them on, scratch databases and templates, what one consists of.
//!
//! # Theory of operation
//!
//! **Databases.** [`Databases::open`] sees to it that there is a server where the dialect needs one. From it come
//! [empty databases](Databases::create), [templates](Databases::build_template) and [copies](Databases::copy) of those. A
//! database is gone when its value is dropped. For SQLite it is a file, for PostgreSQL one on a server.
//!
//! **Folders and leases.** Everything a scratch database leaves on the disk lies in one [`ScratchFolder`]: in memory
//! where the system has a `tmpfs`, with a path short enough for a unix socket. Before the folder is made, a lease that
//! names it is written into the workspace. A lease says who owns the folder (process id, start mark, boot, namespace),
//! and later which server runs in it, or which container engine was asked for a container. The owner removes all of it
//! when it is done; if it was killed, the next command in the workspace finds the lease, sees that its owner is gone, ends
//! the server, removes the containers that bear the owner's labels, and removes the folder ([`reap_leftovers`]). A
//! process whose number is that of the lease and whose start is not is a stranger, and never signalled.
//!
//! **Templates** are built once for each key and are finished or not there. For SQLite one is a file with the digest
//! of its content in its name, moved into its place when it is whole, and compared with its name whenever it is read. For
//! PostgreSQL it is built under another name, and its mark, which comes last, makes it a template. A lock per
//! key, which the system releases at the death of its holder, has a second builder wait for the first, and keeps
//! what is being copied from being thrown away. The eight that were used last are kept, and on a server that the user gives
//! two, until [`clear_given`].
//!
//! **Marks.** Each database that is made on a server bears a comment: which worktree made it, what for, which process. Only
//! what has a name of ours *and* such a mark of this very worktree is ever dropped, so a server may be anybody's. A worktree
//! is known by a random word in its state folder and by its path. Between the making of a database and its mark a command may
//! be killed; that one is told by its name, which stood in the lease before.
//!
//! **Sources.** A server comes from a URL that the user gives, from a container of Docker or Podman, or from programs of
//! this machine: the first that is asked for and is to be had ([`ServerSpec::source`]). A URL of another machine must be
//! named as one. An image that is absent and cannot be pulled is told, and passed over if nobody insists. [`sources`] tells
//! what there is without starting anything.
//!
//! **Keepers.** To start a server takes longer than most of what is done on it, so it may outlive the command that needs it
//! ([`Keep`]). The command starts a *keeper*: the same program with a hidden verb, in a session of its own, which leads to
//! [`keep_server`]. What it is asked for goes through its standard input; its standard output tells the steps, and that the
//! server is there. The keeper starts the server like any command, owns it with a lease of its own, and writes a record of
//! how it is reached. Four files in `.onramp/servers`, a folder that only its owner may enter, belong to a server:
//!
//! - `NAME.server`, the record, with mode 0600 because the password stands in it;
//! - `NAME.lock`, held alone by whoever starts or stops the server, so that two commands at once start one;
//! - `NAME.keeper`, held alone by the keeper from its first step to its last. Before the record is there nobody else knows
//!   of it: whoever has the lock, finds no record and wants to start, stop or throw away waits for its end;
//! - `NAME.use`, held together by all that use it. The keeper takes it alone for a moment to see that nobody does. No death
//!   of a user leaves it behind.
//!
//! The name has a digest of what was asked for in it: a command that wants another image gets another server. The keeper
//! stops the server when nobody has used it for the given time, when it is asked to (TERM), when the record vanishes with
//! the worktree, and when whoever has started it dies before the server is there. A record whose keeper is dead, or whose
//! server does not answer, is cleared away by the next command, which starts anew.
//!
//! The development server is kept in the same way, until it is told to stop. Its data stay: in a *home*, a folder of the
//! workspace or a volume of the engine, with a password and a port that stay too. Where servers run as another user than
//! the owner of the workspace (PostgreSQL refuses to serve root), the folder lies in `/var/tmp`, for that user can reach
//! nothing in a workspace. Each source has data of its own, which know nothing of those of another: the home remembers which
//! there are, the engines that have a volume among them, and another file the databases on servers that were given. A
//! server of one source is never taken for that of another.
//!
//! **Places without room.** A place may be full, in memory or on a disk, and whoever meets that first has words of his own
//! for it: the server, a driver, `initdb`, git. [`blame_storage`] looks at the places themselves and names those that are
//! full or read-only, before they are given back. A cluster is not begun where there is no room for one.
//!
//! **Passwords** are random. No command line, log or error message ever holds one: they go to `initdb` through a file that
//! only the server's user may read, to containers and clients through their environment.
//!
//! Architecture Invariant: processes are started through [`onramp_exec::Launcher`] alone, and nothing here
//! reads environment variables or the current directory.

pub mod catalog;
mod client;
mod connect;
mod database;
mod database_url;
mod databases;
mod development;
mod digest;
mod expand;
mod facts;
mod file_lock;
mod keeper;
mod lease;
mod left;
mod listen;
mod owner;
mod place;
mod platform;
pub mod postgresql;
mod random;
mod reap;
pub mod rows;
mod schema_script;
mod scratch_folder;
pub mod script;
mod server_spec;
mod signal;
mod sources;
pub mod sql;
pub mod sqlite;
mod storage;
pub mod structure;
mod template;
mod wanted;

pub use client::Client;
pub use database::Database;
pub use database_url::{DatabaseUrl, hide_password};
pub use databases::{Copying, Databases, DatabasesSpec};
pub use development::{
    Development, Force, HomeStatus, Input, ServerStatus, Stopped, TemplateStatus, clear_given, homes,
    servers, stop_servers, templates,
};
pub use keeper::keep_server;
pub use listen::Listen;
pub use place::Place;
pub use reap::reap_leftovers;
pub use scratch_folder::ScratchFolder;
pub use server_spec::{Keep, Remote, ServerSpec, Source};
pub use sources::{Sight, State, sources};
pub use storage::blame_storage;
pub use template::Template;
pub use wanted::{PackageSource, Wanted};
