use onramp_exec::Environment;

/// Something that a machine could get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// The programs of a PostgreSQL server: of this major version, or of whichever the system has.
    Server(Option<u32>),
    /// `psql`.
    Psql,
    /// `sqlite3`.
    Sqlite3,
    /// Docker or Podman.
    Engine,
}

/// Where a machine gets its programs from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PackageSource {
    /// Debian, Ubuntu.
    Apt,
    /// Fedora and its relatives.
    Dnf,
    /// openSUSE.
    Zypper,
    /// Arch.
    Pacman,
    /// Alpine.
    Apk,
    /// macOS, mostly.
    Brew,
    /// Any system.
    Nix,
}

impl PackageSource {
    /// A system's own comes before those that may be there beside it.
    const ALL: [Self; 7] =
        [Self::Apt, Self::Dnf, Self::Zypper, Self::Pacman, Self::Apk, Self::Brew, Self::Nix];

    fn program(self) -> &'static str {
        match self {
            Self::Apt => "apt-get",
            Self::Dnf => "dnf",
            Self::Zypper => "zypper",
            Self::Pacman => "pacman",
            Self::Apk => "apk",
            Self::Brew => "brew",
            Self::Nix => "nix",
        }
    }

    fn command(self) -> &'static str {
        match self {
            Self::Apt => "apt-get install",
            Self::Dnf => "dnf install",
            Self::Zypper => "zypper install",
            Self::Pacman => "pacman -S",
            Self::Apk => "apk add",
            Self::Brew => "brew install",
            Self::Nix => "nix shell",
        }
    }

    /// Whether it changes the system, which only root may.
    fn is_of_the_system(self) -> bool {
        !matches!(self, Self::Brew | Self::Nix)
    }
}

impl Wanted {
    /// What its package is called; `None` where there is none that would do.
    pub fn package(self, source: PackageSource) -> Option<String> {
        use PackageSource as From;
        let name = match (self, source) {
            (Self::Server(None), From::Apt | From::Pacman | From::Apk) => "postgresql",
            (Self::Server(None), From::Dnf | From::Zypper) => "postgresql-server",
            // Homebrew has versions only, and Onramp looks where it puts them.
            (Self::Server(None), From::Brew) => "postgresql@17",
            (Self::Server(None) | Self::Psql, From::Nix) => "nixpkgs#postgresql",
            (Self::Server(Some(major)), source) => return of_version(major, source),
            (Self::Psql, From::Apt | From::Apk) => "postgresql-client",
            (Self::Psql, From::Dnf | From::Zypper) => "postgresql",
            (Self::Psql, From::Pacman) => "postgresql-libs",
            (Self::Psql, From::Brew) => "libpq",
            (Self::Sqlite3, From::Apt | From::Zypper) => "sqlite3",
            (Self::Sqlite3, From::Dnf | From::Pacman | From::Apk | From::Brew) => "sqlite",
            (Self::Sqlite3, From::Nix) => "nixpkgs#sqlite",
            (Self::Engine, From::Apt) => "docker.io",
            (Self::Engine, From::Zypper | From::Pacman | From::Apk) => "docker",
            (Self::Engine, From::Dnf | From::Brew) => "podman",
            (Self::Engine, From::Nix) => return None,
        };
        Some(name.to_owned())
    }

    /// How to get it on a machine whose `PATH` this is, as a command to paste where there is one.
    pub fn hint(self, environment: &Environment) -> String {
        let is_there = |source: &PackageSource| {
            environment.find_program(source.program().as_ref(), "/".as_ref()).is_ok()
        };
        let mut sources = PackageSource::ALL.into_iter().filter(is_there);
        match sources.find_map(|source| Some((source, self.package(source)?))) {
            Some((source, package)) => self.command(source, &package),
            None => self.by_hand(),
        }
    }

    fn command(self, source: PackageSource, package: &str) -> String {
        let may_install = !source.is_of_the_system() || rustix::process::geteuid().is_root();
        let sudo = if may_install { "" } else { "sudo " };
        // What Homebrew does not link is not on PATH.
        let link = if (self, source) == (Self::Psql, PackageSource::Brew) {
            format!(" && brew link --force {package}")
        } else {
            String::new()
        };
        format!("{sudo}{} {package}{link}", source.command())
    }

    fn by_hand(self) -> String {
        match self {
            Self::Server(None) => {
                "install the server of PostgreSQL, with `initdb` and `postgres` on PATH".to_owned()
            }
            Self::Server(Some(major)) => {
                format!("install the server of PostgreSQL {major}, with `initdb` and `postgres` on PATH")
            }
            Self::Psql => "install the client of PostgreSQL, with `psql` on PATH".to_owned(),
            Self::Sqlite3 => "install SQLite, with `sqlite3` on PATH".to_owned(),
            Self::Engine => "install Docker or Podman and start it".to_owned(),
        }
    }
}

fn of_version(major: u32, source: PackageSource) -> Option<String> {
    match source {
        PackageSource::Apt => Some(format!("postgresql-{major}")),
        PackageSource::Dnf | PackageSource::Zypper => Some(format!("postgresql{major}-server")),
        PackageSource::Apk => Some(format!("postgresql{major}")),
        PackageSource::Brew => Some(format!("postgresql@{major}")),
        PackageSource::Nix => Some(format!("nixpkgs#postgresql_{major}")),
        // It has the newest one alone.
        PackageSource::Pacman => Some("postgresql".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn what_is_there_decides() {
        let hint = |programs: &[&str], wanted: Wanted| {
            let folder = tempfile::tempdir().unwrap();
            for program in programs {
                let path = folder.path().join(program);
                fs::write(&path, "").unwrap();
                fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
            }
            let environment = Environment::new([("PATH".into(), folder.path().into())]);
            wanted.hint(&environment).trim_start_matches("sudo ").to_owned()
        };
        let any = Wanted::Server(None);
        assert_eq!(hint(&["apt-get", "nix"], any), "apt-get install postgresql");
        assert_eq!(hint(&["dnf"], any), "dnf install postgresql-server");
        assert_eq!(hint(&["brew", "nix"], any), "brew install postgresql@17");
        assert_eq!(hint(&["nix"], any), "nix shell nixpkgs#postgresql");
        let sixteen = Wanted::Server(Some(16));
        assert_eq!(hint(&["apt-get"], sixteen), "apt-get install postgresql-16");
        assert_eq!(hint(&["dnf"], sixteen), "dnf install postgresql16-server");
        assert_eq!(hint(&["brew"], sixteen), "brew install postgresql@16");
        assert_eq!(hint(&["nix"], sixteen), "nix shell nixpkgs#postgresql_16");
        assert!(hint(&[], sixteen).starts_with("install the server of PostgreSQL 16"));
        assert_eq!(hint(&["brew"], Wanted::Psql), "brew install libpq && brew link --force libpq");
        assert_eq!(hint(&["dnf"], Wanted::Sqlite3), "dnf install sqlite");
        assert_eq!(hint(&["nix"], Wanted::Engine), "install Docker or Podman and start it");
    }
}
