use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

const OPEN: u8 = 0;
const HELD: u8 = 1;
const CUT: u8 = 2;

/// A socket that leads to a real container engine, for as long as a test lets it: it stands for an engine that hangs or
/// stops. Everybody else goes on to reach the engine over its own socket. Dropping it cuts it.
pub struct Line {
    path: PathBuf,
    state: Arc<AtomicU8>,
    streams: Arc<Mutex<Vec<UnixStream>>>,
}

impl Line {
    /// A socket at `path` that leads to `engine`, a `unix://` address.
    ///
    /// # Panics
    /// If the socket cannot be made, or `engine` is something else.
    pub fn new(path: &Path, engine: &str) -> Self {
        let listener = UnixListener::bind(path).expect("a socket");
        let state = Arc::new(AtomicU8::new(OPEN));
        let streams: Arc<Mutex<Vec<UnixStream>>> = Arc::default();
        let engine = engine.strip_prefix("unix://").expect("an engine behind a socket").to_owned();
        let (seen, kept) = (Arc::clone(&state), Arc::clone(&streams));
        thread::spawn(move || {
            for near in listener.incoming().flatten() {
                if seen.load(Ordering::SeqCst) == CUT {
                    return;
                }
                // Whoever calls notices that nobody answers.
                let _ = join(near, &engine, &seen, &kept);
            }
        });
        Self { path: path.to_path_buf(), state, streams }
    }

    /// From now on the engine seems to hang: it takes calls, and answers none.
    pub fn hold(&self) {
        self.state.store(HELD, Ordering::SeqCst);
    }

    /// From now on the engine seems to have stopped: calls under way end, and there is no socket.
    pub fn cut(self) {
        drop(self);
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.state.store(CUT, Ordering::SeqCst);
        // The listener ends with the next call, and nobody finds it any more.
        drop(UnixStream::connect(&self.path));
        let _ = std::fs::remove_file(&self.path);
        for stream in self.streams.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

/// Has each side of a line hear what the other one says.
fn join(
    near: UnixStream,
    engine: &str,
    state: &Arc<AtomicU8>,
    kept: &Mutex<Vec<UnixStream>>,
) -> io::Result<()> {
    let far = UnixStream::connect(engine)?;
    let copies = [near.try_clone()?, far.try_clone()?];
    kept.lock().unwrap_or_else(PoisonError::into_inner).extend(copies);
    for (from, to) in [(near.try_clone()?, far.try_clone()?), (far, near)] {
        let state = Arc::clone(state);
        thread::spawn(move || {
            // One end of a line that is cut has nothing more to say.
            let _ = relay(&from, &to, &state);
            let _ = to.shutdown(Shutdown::Write);
        });
    }
    Ok(())
}

fn relay(mut from: &UnixStream, mut to: &UnixStream, state: &AtomicU8) -> io::Result<()> {
    let mut buffer = [0; 16 * 1024];
    loop {
        let length = from.read(&mut buffer)?;
        while state.load(Ordering::SeqCst) == HELD {
            thread::sleep(Duration::from_millis(5));
        }
        if length == 0 {
            return Ok(());
        }
        to.write_all(&buffer[..length])?;
    }
}
