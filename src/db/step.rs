//! Places to stop at, for the test that kills the program at every step of a unit. They exist in debug builds only; a
//! release has nothing to set off.
//!
//! `CHOQUE_STOP_FILE` names a file. When a number is written into it, so many steps are taken from then on; the next one
//! is never taken: what stands there is replaced by `reached`, and the unit waits for the end of the process. A step is
//! a statement of a unit, a commit, and the answer after it.

#[cfg(not(debug_assertions))]
#[expect(clippy::unused_async, reason = "as in a debug build")]
pub(super) async fn step() {}

#[cfg(debug_assertions)]
pub(super) async fn step() {
    use std::{
        path::PathBuf,
        sync::{LazyLock, Mutex, PoisonError},
    };

    static FILE: LazyLock<Option<PathBuf>> = LazyLock::new(|| std::env::var_os("CHOQUE_STOP_FILE").map(Into::into));
    static LEFT: Mutex<Option<u64>> = Mutex::new(None);

    let Some(file) = &*FILE else {
        return;
    };
    let reached = {
        let mut left = LEFT.lock().unwrap_or_else(PoisonError::into_inner);
        if left.is_none() {
            *left = std::fs::read_to_string(file)
                .ok()
                .and_then(|text| text.trim().parse().ok());
        }
        match *left {
            None => false,
            Some(0) => {
                // What cannot be written is found out by the test, which waits for it.
                let _ = std::fs::write(file, "reached");
                true
            }
            Some(more) => {
                *left = Some(more - 1);
                false
            }
        }
    };
    if reached {
        std::future::pending::<()>().await;
    }
}
