//! Which packages a program that is a script is made of: the script itself stays the same when they are updated.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use onramp_cache::{Digest, Entry};

use crate::checkout::Checkout;
use crate::job::CommandWork;

/// How far above a script of Node its package may lie.
const DEPTH: usize = 6;

/// What is installed for a program, as one line; `None` where it is no script, or nothing is known of it.
pub(super) fn of_program(program: &str, checkout: &Checkout, work: &CommandWork) -> Option<String> {
    let path = work.environment(checkout).find_program(program.as_ref(), &work.directory).ok()?;
    if Path::new(program).file_name()?.to_str()?.starts_with("python") {
        // Its link is what tells the environment that it belongs to.
        return of_python(&path);
    }
    let real = path.canonicalize().ok()?;
    is_script(&real).then(|| of_node(&real, checkout).or_else(|| of_python(&real)))?
}

/// Whether a program is a script of which it is not known what belongs to it. One that is not there yet is none.
pub(super) fn is_unknown_script(program: &str, checkout: &Checkout, work: &CommandWork) -> bool {
    let path = work.environment(checkout).find_program(program.as_ref(), &work.directory);
    let is_script = path.is_ok_and(|path| path.canonicalize().is_ok_and(|real| is_script(&real)));
    is_script && of_program(program, checkout, work).is_none()
}

fn is_script(path: &Path) -> bool {
    let mut start = [0; 2];
    File::open(path).and_then(|mut file| file.read_exact(&mut start)).is_ok() && start == *b"#!"
}

/// The distributions of the environment in whose `bin` a script lies: the name of each has its version in it.
fn of_python(path: &Path) -> Option<String> {
    let library = path.parent()?.parent()?.join("lib");
    let mut names = Vec::new();
    for python in entries(&library).filter(|folder| name(folder).starts_with("python")) {
        for packages in ["site-packages", "dist-packages"] {
            names.extend(
                entries(&python.join(packages))
                    .map(|entry| name(&entry))
                    .filter(|name| name.ends_with(".dist-info") || name.ends_with(".egg-info")),
            );
        }
    }
    names.sort_unstable();
    (!names.is_empty()).then(|| format!("{} {}", names.len(), &Digest::of(names.join("\n")).hash()[..16]))
}

/// The package that a script of Node belongs to.
fn of_node(path: &Path, checkout: &Checkout) -> Option<String> {
    let package = path.ancestors().skip(1).take(DEPTH).map(|folder| folder.join("package.json"));
    let package =
        package.take_while(|file| file.parent().is_some_and(|folder| !folder.ends_with("node_modules")));
    let package = package.into_iter().find(|file| file.is_file())?;
    let is_installed = package.components().any(|part| part.as_os_str() == "node_modules");
    let entry = Entry::at(&package, &checkout.memo).ok().filter(|_| is_installed)?;
    Some(format!("{} {entry}", checkout.relative(&package).display()))
}

fn entries(folder: &Path) -> impl Iterator<Item = PathBuf> {
    fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path())
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
