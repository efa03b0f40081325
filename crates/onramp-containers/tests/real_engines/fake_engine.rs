use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use onramp_containers::{Endpoint, Engine, Limits, Origin};
use tempfile::TempDir;

/// What an engine does with one request.
pub(crate) enum Reaction {
    /// Answers.
    Answer(u16, &'static str),
    /// Begins an answer of lines, and goes on without its end.
    Begin(&'static str, Then),
    /// Says nothing.
    Hold,
}

pub(crate) enum Then {
    Hold,
    HangUp,
    End,
}

/// Plays an engine that behaves badly. Its requests are noted as `GET /version`, and as `gone` when the other side
/// hangs up on one that is held.
pub(crate) struct FakeEngine {
    folder: TempDir,
    noted: Arc<Mutex<Vec<String>>>,
}

impl FakeEngine {
    /// An engine that says its version and reacts to all else as it is told.
    pub(crate) fn new(react: impl Fn(&str) -> Reaction + Send + Sync + 'static) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join("socket")).unwrap();
        let noted = Arc::new(Mutex::new(Vec::new()));
        let (react, notes) = (Arc::new(react), Arc::clone(&noted));
        // It ends with the test's process.
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let (react, notes) = (Arc::clone(&react), Arc::clone(&notes));
                thread::spawn(move || serve(connection, &*react, &notes));
            }
        });
        Self { folder, noted }
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.folder.path().join("socket")
    }

    pub(crate) fn endpoint(&self) -> Endpoint {
        Endpoint::unix(self.socket(), Origin::Docker)
    }

    pub(crate) fn noted(&self) -> Vec<String> {
        self.noted.lock().unwrap().clone()
    }

    /// A connection for what is answered.
    pub(crate) fn connect(&self) -> Engine {
        Engine::connect(&self.endpoint(), Limits::default()).unwrap()
    }

    /// A connection for what is not.
    pub(crate) fn connect_impatiently(&self) -> Engine {
        let short = Duration::from_millis(300);
        let limits = Limits { start: short, silence: short, grace: short, ..Limits::default() };
        Engine::connect(&self.endpoint(), limits).unwrap()
    }
}

fn serve(mut connection: UnixStream, react: &dyn Fn(&str) -> Reaction, notes: &Mutex<Vec<String>>) {
    let Some(request) = read_request(&mut connection) else { return };
    notes.lock().unwrap().push(request.clone());
    let reaction = match request.as_str() {
        "GET /version" => Reaction::Answer(200, r#"{"Version":"0.1","ApiVersion":"1.41"}"#),
        other => react(other),
    };
    let then = match reaction {
        Reaction::Answer(status, body) => {
            let length = body.len();
            write!(connection, "HTTP/1.1 {status} -\r\nContent-Length: {length}\r\n\r\n{body}").unwrap();
            return;
        }
        Reaction::Begin(lines, then) => {
            write!(connection, "HTTP/1.1 200 -\r\nTransfer-Encoding: chunked\r\n\r\n").unwrap();
            for line in lines.lines() {
                write!(connection, "{:x}\r\n{line}\n\r\n", line.len() + 1).unwrap();
            }
            then
        }
        Reaction::Hold => Then::Hold,
    };
    match then {
        Then::HangUp => {}
        Then::End => write!(connection, "0\r\n\r\n").unwrap(),
        Then::Hold => {
            let _ = connection.read(&mut [0]);
            notes.lock().unwrap().push("gone".to_owned());
        }
    }
}

/// Method and path of a request, whose body is read and forgotten.
fn read_request(connection: &mut UnixStream) -> Option<String> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        connection.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).ok()?;
    let length =
        head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
    connection.read_exact(&mut vec![0; length.unwrap_or(0)]).ok()?;
    let mut words = head.split([' ', '?']);
    Some(format!("{} {}", words.next()?, words.next()?))
}
