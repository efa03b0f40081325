use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::{From, clear, recorded, shop};

/// Whether a password is in a file that others may read, or in the words of any process.
#[test]
fn a_password_is_nowhere_but_where_it_must_be() {
    for from in [From::Local, From::Container] {
        let Some(env) = shop(from) else { continue };
        let run = env.onramp(["-v", "db", "up", "postgresql", "--format", "json"]).exits(0);
        let password = recorded(&env, "password");
        assert!(password.len() >= 32);
        run.never_says(&password);
        env.onramp(["-v", "db", "status", "--format", "json"]).exits(0).never_says(&password);
        env.onramp(["db", "shell", "postgresql", "--dry-run", "-v"]).exits(0).never_says(&password);
        env.onramp(["doctor", "-v"]).never_says(&password);
        for process in fs::read_dir("/proc").unwrap().flatten() {
            let words = fs::read(process.path().join("cmdline")).unwrap_or_default();
            assert!(!String::from_utf8_lossy(&words).contains(&password));
        }
        let mut pending = vec![env.outside().to_path_buf()];
        let mut holders = Vec::new();
        while let Some(path) = pending.pop() {
            if path.is_dir() && !path.is_symlink() {
                pending.extend(fs::read_dir(&path).unwrap().flatten().map(|entry| entry.path()));
            } else if String::from_utf8_lossy(&fs::read(&path).unwrap_or_default()).contains(&password) {
                let mode = fs::metadata(&path).unwrap().permissions().mode();
                assert_eq!(mode & 0o077, 0, "{}", path.display());
                holders.push(path.file_name().unwrap().to_string_lossy().into_owned());
            }
        }
        holders.sort();
        assert_eq!(holders, ["home", "postgresql-development.server"], "no log, no report, no event");
        clear(&env);
    }
}
