use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

type Job = Box<dyn FnOnce() + Send>;

/// Threads that have nothing to do now, by the ways to give them something.
static IDLE: Mutex<Vec<Sender<Job>>> = Mutex::new(Vec::new());

/// Does something on a thread of its own, like [`thread::spawn`], but on one that has done its work where there is
/// any: three threads watch each process, and to start and end them costs as much as a short process does.
pub(crate) fn spawn(job: impl FnOnce() + Send + 'static) {
    let mut job: Job = Box::new(job);
    loop {
        let Some(idle) = IDLE.lock().unwrap_or_else(PoisonError::into_inner).pop() else { break };
        // A thread that panicked does not come back, and its job was another one.
        match idle.send(job) {
            Ok(()) => return,
            Err(unsent) => job = unsent.0,
        }
    }
    thread::spawn(move || {
        let (sender, jobs) = channel();
        job();
        loop {
            IDLE.lock().unwrap_or_else(PoisonError::into_inner).push(sender.clone());
            match jobs.recv() {
                Ok(job) => job(),
                Err(_) => return,
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn threads_are_used_again_and_never_for_two_jobs_at_once() {
        let (sender, receiver) = channel();
        for _ in 0..50 {
            let (first, second) = (sender.clone(), sender.clone());
            let (meet, met) = channel();
            // Each waits for the other one, so both must run at the same time.
            spawn(move || {
                let other = met.recv().unwrap();
                first.send((thread::current().id(), other)).unwrap();
            });
            spawn(move || {
                meet.send(thread::current().id()).unwrap();
                drop(second);
            });
            let (one, other) = receiver.recv().unwrap();
            assert_ne!(one, other);
        }
        drop(sender);
        let mut threads = HashSet::new();
        for _ in 0..50 {
            let (done, end) = channel();
            spawn(move || done.send(thread::current().id()).unwrap());
            threads.insert(end.recv().unwrap());
        }
        assert!(threads.len() < 50, "fifty jobs one after the other need no fifty threads");
    }
}
