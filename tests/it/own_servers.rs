//! Servers for verbs that need no workspace.

use onramp_tests::TestEnv;

/// Servers that end with their command, and temporary files of its own.
pub(crate) fn with_servers(mut env: TestEnv) -> TestEnv {
    let temporary = env.outside().join("tmp");
    std::fs::create_dir_all(&temporary).expect("a folder of the test");
    env.set_variable("TMPDIR", &temporary.to_string_lossy());
    env.set_variable("ONRAMP_KEEP_WARM", "0s");
    env
}

/// Whether there are PostgreSQL programs; says so where there are none.
pub(crate) fn has_postgresql(env: &TestEnv) -> bool {
    let has_it =
        env.command("", ["sh", "-c", "ls /usr/lib/postgresql/*/bin/initdb || command -v initdb"]).code == 0;
    if !has_it {
        onramp_tests::skip("PostgreSQL is not installed");
    }
    has_it
}
