//! A container engine that stops in the middle.

use std::io;
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use super::{IMAGE, assert_nothing_left, containers, entries, wait_until};

/// A socket that leads to the real engine until it is cut, and then to nothing.
struct Line {
    path: PathBuf,
    is_cut: Arc<AtomicBool>,
    streams: Arc<Mutex<Vec<UnixStream>>>,
}

impl Line {
    fn new(path: &Path, engine: &str) -> Self {
        let listener = UnixListener::bind(path).expect("a socket");
        let is_cut = Arc::new(AtomicBool::new(false));
        let streams: Arc<Mutex<Vec<UnixStream>>> = Arc::default();
        let engine = engine.strip_prefix("unix://").expect("an engine behind a socket").to_owned();
        let (cut, kept) = (Arc::clone(&is_cut), Arc::clone(&streams));
        thread::spawn(move || {
            for near in listener.incoming().flatten() {
                if cut.load(Ordering::SeqCst) {
                    return;
                }
                // Whoever calls notices that nobody answers.
                let _ = join(near, &engine, &kept);
            }
        });
        Self { path: path.to_path_buf(), is_cut, streams }
    }

    fn cut(self) {
        self.is_cut.store(true, Ordering::SeqCst);
        // The listener ends with the next call, and nobody finds it any more.
        drop(UnixStream::connect(&self.path));
        std::fs::remove_file(&self.path).expect("the socket is there");
        for stream in self.streams.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

/// Has each side of a line hear what the other one says.
fn join(near: UnixStream, engine: &str, kept: &Mutex<Vec<UnixStream>>) -> io::Result<()> {
    let far = UnixStream::connect(engine)?;
    let copies = [near.try_clone()?, far.try_clone()?];
    kept.lock().unwrap_or_else(PoisonError::into_inner).extend(copies);
    for (mut from, mut to) in [(near.try_clone()?, far.try_clone()?), (far, near)] {
        thread::spawn(move || {
            // One end of a line that is cut has nothing more to say.
            let _ = io::copy(&mut from, &mut to);
            let _ = to.shutdown(Shutdown::Write);
        });
    }
    Ok(())
}

#[test]
fn what_an_engine_kept_that_stopped_in_the_middle_goes_when_it_is_back() {
    let Some(mut flowline) = onramp_tests::flowline(env!("CARGO_BIN_EXE_onramp-under-test")) else { return };
    let Some(engine) = onramp_tests::docker_host() else { return };
    for step in ["start server", "apply head"] {
        let socket = flowline.env.outside().join("engine.sock");
        let line = Line::new(&socket, &engine);
        flowline.env = flowline.env.variable("DOCKER_HOST", &format!("unix://{}", socket.display()));
        let env = &flowline.env;
        env.write("onramp.toml", &env.read("onramp.toml").replace("postgres:16", IMAGE));
        let mut run = env.start(["migrate", "--dialect", "postgresql", "-m", "x"]);
        run.wait_for(&format!("migrate:postgresql > {step}"));
        if step == "start server" {
            // Somewhere between the question for a container and the first answer of the server in it.
            run.wait_until(|| !entries(env, ".onramp/leases").is_empty());
        }
        line.cut();
        let run = run.finish();
        assert!([0, 4].contains(&run.code), "{run:?}");
        let line = Line::new(&socket, &engine);
        env.onramp(["tasks"]).exits(0);
        // What the engine was still making when it stopped may come a moment later.
        wait_until(|| env.onramp(["db", "down"]).code == 0 && containers(env).is_empty());
        assert_nothing_left(env, "/nowhere");
        line.cut();
    }
}
