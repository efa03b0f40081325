use std::collections::BTreeMap;

use onramp_core::Dialect;

use super::Context;
use super::engine::engine;
use super::migration_lint::lint;
use super::parity::parity;
use super::paths::{folder, path};
use super::templates::{Allowed, check, check_all};
use super::timeout::duration;
use crate::config::{Database, DialectConfig, Ledger, Only, Pairing, Server};
use crate::file::{DatabaseSection, DialectName, LedgerSection};
use crate::placeholder::names;
use crate::spot::Spot;

pub(crate) fn resolve(cx: &Context<'_>, section: &DatabaseSection) -> Database {
    let spot = Spot::root().key("database");
    let dialects = dialects(cx, &spot.key("dialects"), section);
    if dialects.is_empty() {
        let hint = "add `[database.dialects.sqlite]` or `[database.dialects.postgresql]`".to_owned();
        cx.report(&spot.key("dialects"), "no dialect is configured", Some(hint));
    }
    let names: Vec<_> = dialects.iter().map(|dialect| dialect.dialect.name()).collect();
    Database {
        engine: engine(cx, &spot, section, &names),
        url_env: section.url_env.clone(),
        keep_warm: section.keep_warm.as_ref().and_then(|text| duration(cx, &spot.key("keep-warm"), text)),
        pairing: pairing(cx, &spot, section),
        installed_models: installed_models(cx, &spot.key("installed-models"), section),
        only: only(cx, &spot.key("only"), section, &dialects),
        ledger: section.ledger.as_ref().map(|section| ledger(cx, &spot.key("ledger"), section, &names)),
        lint: lint(cx, &spot.key("lint"), &section.lint),
        parity: section
            .parity
            .as_ref()
            .map(|section| parity(cx, &spot.key("parity"), section, &names))
            .unwrap_or_default(),
        dialects,
    }
}

fn dialects(cx: &Context<'_>, spot: &Spot, section: &DatabaseSection) -> Vec<DialectConfig> {
    let sqlite = section.dialects.sqlite.as_ref().map(|section| {
        let written = Written {
            dialect: Dialect::Sqlite,
            label: section.label.as_deref().unwrap_or("SQLite"),
            versions: &section.versions,
            baseline: section.baseline.as_deref(),
            url: &section.url,
            env: &section.env,
        };
        written.resolve(cx, &spot.key("sqlite"), Allowed::words(&["path"]), None)
    });
    let postgresql = section.dialects.postgresql.as_ref().map(|section| {
        let written = Written {
            dialect: Dialect::Postgresql,
            label: section.label.as_deref().unwrap_or("PostgreSQL"),
            versions: &section.versions,
            baseline: section.baseline.as_deref(),
            url: &section.url,
            env: &section.env,
        };
        let spot = spot.key("postgresql");
        if section.server.image.trim().is_empty() {
            cx.report(&spot.key("server").key("image"), "empty image name", None);
        }
        let server = Server {
            source: section.server.source,
            image: section.server.image.clone(),
            min_version: section.server.min_version,
            url_env: section.server.url_env.clone(),
            remote: section.server.remote,
            port: section.server.port,
        };
        let allowed = Allowed::words(&["user", "password", "host", "port", "database", "socket"]);
        written.resolve(cx, &spot, allowed, Some(server))
    });
    let dialects: Vec<DialectConfig> = sqlite.into_iter().chain(postgresql).collect();
    if let [first, .., last] = dialects.as_slice()
        && first.versions == last.versions
    {
        let message = format!("the history of {} lies in the same folder", first.dialect);
        let hint = "a revision is written for each dialect, so each has a folder of its own".to_owned();
        cx.report(&spot.key(last.dialect.name()).key("versions"), message, Some(hint));
    }
    dialects
}

/// What the sections of all dialects have in common.
struct Written<'a> {
    dialect: Dialect,
    label: &'a str,
    versions: &'a str,
    baseline: Option<&'a str>,
    url: &'a str,
    env: &'a BTreeMap<String, String>,
}

impl Written<'_> {
    fn resolve(
        &self,
        cx: &Context<'_>,
        spot: &Spot,
        allowed: Allowed<'_>,
        server: Option<Server>,
    ) -> DialectConfig {
        let url = spot.key("url");
        check(cx, &url, self.url, allowed);
        if Dialect::of_url(self.url) != Some(self.dialect) {
            cx.report(&url, format!("this is no URL of {}", self.dialect), None);
        }
        let needed = match self.dialect {
            Dialect::Sqlite => "path",
            Dialect::Postgresql => "database",
        };
        if names(self.url).all(|name| name != needed) {
            // Without it every scratch database would be one that exists already.
            let message = format!("the URL says `{{{needed}}}`: each scratch database has one of its own");
            cx.report(&url, message, None);
        }
        check_all(cx, &spot.key("env"), self.env, allowed);
        if self.baseline.is_some_and(|id| id.trim().is_empty()) {
            cx.report(&spot.key("baseline"), "empty revision", None);
        }
        DialectConfig {
            dialect: self.dialect,
            label: self.label.to_owned(),
            versions: folder(cx, &spot.key("versions"), self.versions),
            url: self.url.to_owned(),
            env: self.env.clone(),
            baseline: self.baseline.map(str::to_owned),
            server,
        }
    }
}

fn pairing(cx: &Context<'_>, spot: &Spot, section: &DatabaseSection) -> Option<Pairing> {
    if section.pairing == Some(Pairing::Ledger) && section.ledger.is_none() {
        let hint = "add `[database.ledger]`, or pair by `id` or `slug`".to_owned();
        cx.report(&spot.key("pairing"), "there is no ledger", Some(hint));
    }
    section.pairing
}

fn installed_models(cx: &Context<'_>, spot: &Spot, section: &DatabaseSection) -> Vec<String> {
    let is_name = |package: &str| {
        let is_part = |part: &str| {
            let is_letter = |letter: char| letter.is_alphanumeric() || letter == '_';
            !part.is_empty()
                && !part.starts_with(|first: char| first.is_numeric())
                && part.chars().all(is_letter)
        };
        package.split('.').all(is_part)
    };
    for (place, package) in section.installed_models.iter().enumerate() {
        if !is_name(package) {
            let hint = "the name that it is imported by, such as `acme_models`".to_owned();
            cx.report(&spot.item(place), format!("`{package}` is no Python package"), Some(hint));
        }
    }
    section.installed_models.clone()
}

fn only(cx: &Context<'_>, spot: &Spot, section: &DatabaseSection, dialects: &[DialectConfig]) -> Vec<Only> {
    let mut only: Vec<Only> = Vec::new();
    for (place, section) in section.only.iter().enumerate() {
        let spot = spot.item(place);
        let dialect = match section.dialect {
            DialectName::Sqlite => Dialect::Sqlite,
            DialectName::Postgresql => Dialect::Postgresql,
        };
        if !dialects.iter().any(|known| known.dialect == dialect) {
            cx.report(&spot.key("dialect"), format!("`{dialect}` is not configured"), None);
        }
        if section.revision.trim().is_empty() {
            cx.report(&spot.key("revision"), "empty revision", None);
        }
        if section.reason.trim().is_empty() {
            cx.report(&spot.key("reason"), "say why the others do not need it", None);
        }
        if only.iter().any(|known| known.dialect == dialect && known.revision == section.revision) {
            cx.report(&spot.key("revision"), "this revision is named twice", None);
        }
        let (revision, reason) = (section.revision.clone(), section.reason.clone());
        only.push(Only { revision, dialect, reason, place: cx.place(&spot) });
    }
    only
}

fn ledger(cx: &Context<'_>, spot: &Spot, section: &LedgerSection, dialects: &[&str]) -> Ledger {
    let mut allowed = vec!["title"];
    allowed.extend(dialects);
    check(cx, &spot.key("template"), &section.template, Allowed::words(&allowed));
    if section.after.as_ref().is_some_and(|line| line.contains('\n') || line.trim().is_empty()) {
        cx.report(&spot.key("after"), "`after` is exactly one line of the file", None);
    }
    Ledger {
        file: path(cx, &spot.key("file"), &section.file),
        template: section.template.clone(),
        after: section.after.clone(),
        none: section.none.clone(),
    }
}
