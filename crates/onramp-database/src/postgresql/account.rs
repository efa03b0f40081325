use std::fs;

use onramp_core::Failure;
use onramp_exec::RunAs;

/// The user that the distributions' packages make for the server.
const USER: &str = "postgres";

/// The user that a server runs as: nobody in particular, unless this process is root's, whom PostgreSQL
/// refuses to serve.
pub(crate) fn server_user() -> Result<Option<RunAs>, Failure> {
    if !rustix::process::geteuid().is_root() {
        return Ok(None);
    }
    let accounts = fs::read_to_string("/etc/passwd").unwrap_or_default();
    find(&accounts, USER).map(Some).ok_or_else(|| {
        let message = format!("PostgreSQL does not run as root, and there is no user `{USER}` to run it as");
        Failure::environment(message).hint(format!("useradd --system {USER}"))
    })
}

/// The user and group of `name` in the form of passwd(5).
fn find(accounts: &str, name: &str) -> Option<RunAs> {
    accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        let is_it = fields.next() == Some(name);
        let uid = fields.nth(1)?.parse().ok()?;
        let gid = fields.next()?.parse().ok()?;
        is_it.then_some(RunAs { uid, gid })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_is_found_among_others() {
        let accounts = "root:x:0:0:root:/root:/bin/sh\nbroken\npostgres:x:101:104::/var/lib:/bin/sh\n";
        assert_eq!(find(accounts, "postgres"), Some(RunAs { uid: 101, gid: 104 }));
        assert_eq!(find(accounts, "post"), None);
    }
}
