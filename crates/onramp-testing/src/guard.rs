use std::fs::{File, OpenOptions};
use std::path::Path;
use std::sync::Arc;

use onramp_exec::{Discard, ProcessSpec};

use crate::programs::{environment, launcher};

/// Waits for the end of the pipe, then stops the server and removes the folders. The pipe is opened for both directions
/// first, because opening it for one waits for the other. A server that has ended has no socket any more, while its
/// number may be somebody else's, or lead to what is left of it.
const SCRIPT: &str = r#"
pipe=$1 server=$2 socket=$3
shift 3
exec 3<>"$pipe" 4<"$pipe" 3>&-
read -r _ <&4
if [ -S "$socket" ]; then
    kill -QUIT "$server"
    tries=0
    while [ $tries -lt 200 ] && [ -S "$socket" ]; do
        sleep 0.05
        tries=$((tries + 1))
    done
fi
rm -rf "$@"
"#;

/// What ends a server when this process has ended, however that comes about.
pub(crate) struct Guard {
    /// Our end of the pipe, which no process inherits.
    _pipe: File,
}

impl Guard {
    /// Guards a server, whose folders are removed after it. The pipe lies in the first of them.
    ///
    /// # Panics
    /// If there is no pipe or no shell.
    pub(crate) fn over(server: u32, socket: &Path, folders: [&Path; 2]) -> Self {
        let pipe = folders[0].join("lifeline");
        let argv = ["mkfifo".as_ref(), pipe.as_os_str()];
        let made = launcher().capture(&ProcessSpec::new(argv, "/", environment())).expect("mkfifo starts");
        assert!(made.status.success(), "{}", made.stderr);
        let ours = OpenOptions::new().read(true).write(true).open(&pipe).expect("the pipe opens");
        let server = server.to_string();
        let words = ["sh", "-c", SCRIPT, "guard"].map(AsRef::as_ref).into_iter();
        let words = words.chain([pipe.as_os_str(), server.as_ref(), socket.as_os_str()]);
        let argv = words.chain(folders.map(Path::as_os_str));
        let guard = launcher().start(&ProcessSpec::new(argv, "/", environment()), Arc::new(Discard));
        guard.expect("a shell starts").release();
        Self { _pipe: ours }
    }
}
