use onramp_config::Fix;

use crate::checkout::Checkout;
use crate::session::Session;

/// A way to get something that is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// Packages of the system, installed together with those of other remedies.
    Packages { source: PackageSource, names: Vec<String> },
    /// A command of its own.
    Command(Vec<String>),
    /// A verb of this same program, which one starts by typing `program`.
    Own { program: &'static str, words: Vec<String> },
    /// Packages of Nix, which belong into a flake's dev shell and are not installed by us.
    Nix(Vec<String>),
    /// What somebody has to do himself.
    Advice(String),
}

/// Where packages come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum PackageSource {
    Apt,
    Brew,
    Pip,
    Npm,
}

impl PackageSource {
    const ALL: [Self; 4] = [Self::Apt, Self::Brew, Self::Pip, Self::Npm];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Apt => "apt",
            Self::Brew => "brew",
            Self::Pip => "pip",
            Self::Npm => "npm",
        }
    }

    /// The program that must be there for this source to be of use.
    fn program(self) -> &'static str {
        match self {
            Self::Apt => "apt-get",
            Self::Brew => "brew",
            Self::Pip => "pipx",
            Self::Npm => "npm",
        }
    }

    /// The commands that install packages, one after the other.
    pub(crate) fn commands(self, names: &[String]) -> Vec<Vec<String>> {
        let command = |words: &[&str], names: &[String]| {
            let needs_root = self == Self::Apt && !rustix::process::geteuid().is_root();
            // A fix has no terminal to ask for a password at; without the right to go without, it fails at once.
            let sudo: &[&str] = if needs_root { &["sudo", "-n"] } else { &[] };
            sudo.iter()
                .copied()
                .chain(words.iter().copied())
                .map(str::to_owned)
                .chain(names.iter().cloned())
                .collect()
        };
        match self {
            Self::Apt => vec![
                command(&["apt-get", "update"], &[]),
                command(&["apt-get", "install", "-y", "--no-install-recommends"], names),
            ],
            Self::Brew => vec![command(&["brew", "install"], names)],
            // pip itself refuses to install programs for a user on systems that manage Python themselves.
            Self::Pip => vec![command(&["pipx", "install"], names)],
            Self::Npm => vec![command(&["npm", "install", "--global"], names)],
        }
    }
}

impl Remedy {
    /// The commands, one after the other; none where it is not ours to run.
    pub(crate) fn commands(&self) -> Vec<Vec<String>> {
        match self {
            Self::Packages { source, names } => source.commands(names),
            Self::Command(argv) => vec![argv.clone()],
            Self::Own { program, words } => {
                vec![program.split(' ').map(str::to_owned).chain(words.iter().cloned()).collect()]
            }
            Self::Nix(_) | Self::Advice(_) => Vec::new(),
        }
    }

    /// What to paste into a terminal.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Nix(names) => {
                let packages: Vec<String> = names.iter().map(|name| format!("nixpkgs#{name}")).collect();
                format!("nix shell {}", packages.join(" "))
            }
            Self::Advice(advice) => advice.clone(),
            // `apt-get update` is only worth running, not worth reading.
            _ => {
                let command = self.commands().last().map(shell_words::join).unwrap_or_default();
                command.replacen("sudo -n ", "sudo ", 1)
            }
        }
    }
}

/// The first source that this machine has.
pub(super) fn source_here(session: &Session, checkout: &Checkout) -> Option<PackageSource> {
    let exists = |source: &PackageSource| {
        checkout.environment.find_program(source.program().as_ref(), &session.directory).is_ok()
    };
    PackageSource::ALL.into_iter().find(exists)
}

/// The remedies of a fix that this machine can use, the best first: a command of the project's own, then the
/// system's packages, then those of a language, then Nix.
pub(super) fn remedies(session: &Session, checkout: &Checkout, fix: &Fix) -> Vec<Remedy> {
    let exists =
        |program: &str| checkout.environment.find_program(program.as_ref(), &session.directory).is_ok();
    let mut remedies: Vec<Remedy> = fix.command.clone().map(Remedy::Command).into_iter().collect();
    for source in PackageSource::ALL {
        let names = match source {
            PackageSource::Apt => &fix.apt,
            PackageSource::Brew => &fix.brew,
            PackageSource::Pip => &fix.pip,
            PackageSource::Npm => &fix.npm,
        };
        if !names.is_empty() && exists(source.program()) {
            remedies.push(Remedy::Packages { source, names: names.clone() });
        }
    }
    if !fix.nix.is_empty() && exists("nix") {
        remedies.push(Remedy::Nix(fix.nix.clone()));
    }
    remedies
}
