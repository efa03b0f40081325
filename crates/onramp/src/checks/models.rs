//! Whether Python would load the models of another checkout, as far as files tell: an environment that has the project
//! installed from elsewhere, or as a copy, lets every change of the models here pass for none. Nothing is imported for that,
//! so what only running code would tell is left to `migrate`, which looks at where the models were loaded from.

use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

use onramp_config::{AlembicStart, Engine};
use onramp_git::GitDirectory;

use super::{Finding, Remedy};
use crate::checkout::Checkout;
use crate::session::Session;

/// What is looked at.
pub(super) struct Models {
    /// The folder that the project is installed from, in this checkout.
    project: PathBuf,
    /// Where the revisions lie in it.
    versions: PathBuf,
    /// The package that they are a part of, by its folder, where it is one.
    package: Option<PathBuf>,
    /// The environment that the engine's program belongs to.
    environment: PathBuf,
    /// Folders that Python looks into first.
    first: Vec<PathBuf>,
}

impl Models {
    /// `None` where files would not tell: without a virtual environment, where the project has a program of its own start
    /// Alembic, and where models are meant to be used as they are installed.
    pub(super) fn of(checkout: &Checkout) -> Option<Self> {
        let database = checkout.config.database.as_ref()?;
        let Engine::Alembic(AlembicStart::Config { config, .. }) = &database.engine else { return None };
        if !database.installed_models.is_empty() {
            return None;
        }
        let program = checkout.environment.find_program("alembic".as_ref(), &checkout.root).ok()?;
        let environment = program.parent()?.parent()?.to_path_buf();
        if !environment.join("pyvenv.cfg").is_file() {
            return None;
        }
        let top = GitDirectory::around(&checkout.root).ok().flatten();
        let top = top.map_or_else(|| checkout.root.clone(), |git| git.work_tree().to_path_buf());
        let top = real(&top);
        let versions = real(&database.dialects.first()?.versions);
        let within = || versions.ancestors().skip(1).take_while(|folder| folder.starts_with(&top));
        let is_project = |folder: &&Path| {
            ["pyproject.toml", "setup.py", "setup.cfg"].iter().any(|name| folder.join(name).is_file())
        };
        let project = within().find(is_project)?.to_path_buf();
        let is_package = |folder: &&Path| folder.join("__init__.py").is_file();
        let package = within().take_while(|folder| *folder != project).filter(is_package).last();
        let variable = checkout.environment.get("PYTHONPATH").unwrap_or_default();
        let named = std::env::split_paths(variable).filter(|entry| !entry.as_os_str().is_empty());
        let first = named.map(|entry| real(&checkout.root.join(entry)));
        let first = first.chain(prepended(&checkout.root, config)).collect();
        Some(Self {
            package: package.map(Path::to_path_buf),
            versions: versions.strip_prefix(&project).ok()?.to_path_buf(),
            project,
            environment,
            first,
        })
    }

    /// What would be loaded in place of the models of this checkout.
    fn stranger(&self) -> Option<Stranger> {
        for folder in &self.first {
            match &self.package {
                // The first one that has the package decides.
                Some(package) => {
                    let found = folder.join(package.file_name()?);
                    if found.is_dir() {
                        return (real(&found) != *package).then_some(Stranger::OnPath(folder.clone()));
                    }
                }
                None if folder.starts_with(&self.project) => return None,
                None => {}
            }
        }
        let mut copies = Vec::new();
        for packages in self.site_packages() {
            let entries = fs::read_dir(&packages).into_iter().flatten().flatten();
            for path in entries.map(|entry| entry.path()) {
                let Some(source) = source_of(&path) else { continue };
                let source = real(&source);
                if source == self.project {
                    return None;
                }
                if source.join(&self.versions).is_dir() {
                    return Some(Stranger::Installed(source));
                }
            }
            let copy = self.package.as_ref().and_then(|package| Some(packages.join(package.file_name()?)));
            copies.extend(copy.filter(|copy| copy.join("__init__.py").is_file()));
        }
        let package = self.package.as_ref()?;
        // One that is a link leads where it leads.
        copies.into_iter().find(|copy| real(copy) != *package).map(Stranger::Copy)
    }

    fn site_packages(&self) -> Vec<PathBuf> {
        let libraries = fs::read_dir(self.environment.join("lib")).into_iter().flatten().flatten();
        let mut found: Vec<PathBuf> =
            libraries.map(|entry| entry.path().join("site-packages")).filter(|path| path.is_dir()).collect();
        found.sort();
        found
    }
}

/// Where models of another place come from.
enum Stranger {
    /// A folder of `PYTHONPATH`.
    OnPath(PathBuf),
    /// Another checkout, from which the project is installed.
    Installed(PathBuf),
    /// A copy among the installed packages.
    Copy(PathBuf),
}

/// Looks whether the environment has the models of this checkout.
pub(super) fn find(session: &Session, checkout: &Checkout, models: &Models) -> Finding {
    let problem = match models.stranger() {
        None => {
            let detail = format!("no others in {}", models.environment.display());
            return Finding::Fine { detail };
        }
        Some(Stranger::OnPath(folder)) => format!("PYTHONPATH leads to those in {}", folder.display()),
        Some(Stranger::Installed(source)) => {
            format!("{} has those of {} installed", models.environment.display(), source.display())
        }
        Some(Stranger::Copy(copy)) => format!("{} is a copy of them", copy.display()),
    };
    let root = real(&checkout.root);
    let inside = |folder: &Path| folder.strip_prefix(&root).unwrap_or(folder).display().to_string();
    let project = match inside(&models.project) {
        own if own.is_empty() => ".".to_owned(),
        other => shell_words::quote(&other).into_owned(),
    };
    let at = match session.directory == checkout.root {
        true => String::new(),
        false => format!("-C {} ", shell_words::quote(&checkout.root.display().to_string())),
    };
    let install = format!("onramp {at}exec -- python -m pip install --editable {project}");
    // Where others use the environment too, they would have the models of this checkout then.
    let is_shared = !real(&models.environment).starts_with(&root);
    let sources = models.package.as_ref().and_then(|package| package.parent()).map(inside);
    let variable = sources.map(|folder| {
        let folder = if folder.is_empty() { "{root}".to_owned() } else { format!("{{root}}/{folder}") };
        format!("vars = {{ PYTHONPATH = \"{folder}\" }} in [env] of onramp.toml")
    });
    let advice = match variable.filter(|_| is_shared) {
        Some(variable) => variable,
        None => install,
    };
    Finding::Problem { problem, remedies: vec![Remedy::Advice(advice)] }
}

/// The folder that an installed project is edited in, by its record among the packages.
fn source_of(record: &Path) -> Option<PathBuf> {
    match record.extension()?.to_str()? {
        "dist-info" => {
            let file = record.join("direct_url.json");
            let text = file.is_file().then(|| fs::read(&file).ok())??;
            let told: serde_json::Value = serde_json::from_slice(&text).ok()?;
            let is_edited = told["dir_info"]["editable"].as_bool() == Some(true);
            told["url"].as_str()?.strip_prefix("file://").filter(|_| is_edited).map(decoded)
        }
        // As setuptools did it without pip.
        "egg-link" => Some(PathBuf::from(fs::read_to_string(record).ok()?.lines().next()?.trim())),
        _ => None,
    }
}

/// The path of a URL.
fn decoded(text: &str) -> PathBuf {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        let digits = behind.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = digits.filter(|_| *first == b'%').and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &behind[2..] } else { behind };
    }
    OsString::from_vec(bytes).into()
}

/// The folders that Alembic's settings have Python look into first.
fn prepended(root: &Path, config: &str) -> Vec<PathBuf> {
    let file = root.join(config);
    let here = file.parent().unwrap_or(root).display().to_string();
    let text = fs::read_to_string(&file).unwrap_or_default();
    let value =
        text.lines().find_map(|line| line.strip_prefix("prepend_sys_path")?.trim_start().strip_prefix('='));
    let folders = value.unwrap_or_default().split([' ', ',', ':', ';']).filter(|word| !word.is_empty());
    folders.map(|folder| real(&root.join(folder.replace("%(here)s", &here)))).collect()
}

fn real(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_urls() {
        for (url, path) in
            [("/a/b", "/a/b"), ("/a%20b%C3%A4", "/a b\u{e4}"), ("/50%", "/50%"), ("/%zz", "/%zz")]
        {
            assert_eq!(decoded(url), Path::new(path));
        }
    }

    #[test]
    fn folders_of_the_settings() {
        let folder = tempfile::tempdir().unwrap();
        let root = real(folder.path());
        for name in ["a", "ini"] {
            fs::create_dir(root.join(name)).unwrap();
        }
        let text = "[alembic]\nprepend_sys_path = .:a %(here)s\n# prepend_sys_path = b\n";
        fs::write(root.join("ini/alembic.ini"), text).unwrap();
        assert_eq!(prepended(&root, "ini/alembic.ini"), [root.clone(), root.join("a"), root.join("ini")]);
        assert!(prepended(&root, "none.ini").is_empty());
    }
}
