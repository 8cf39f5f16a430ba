//! How far the filling has come: a bar on a terminal, plain lines elsewhere.

use std::{
    io::IsTerminal as _,
    sync::atomic::{AtomicU64, Ordering},
};

use indicatif::{ProgressBar, ProgressStyle};

/// Whoever wants to know how far the filling has come. It is counted in products, which all scales know beforehand.
pub trait Progress: Sync {
    /// Work begins; there are `total` products to write.
    fn begin(&self, total: u64);
    /// `count` more of them are durable.
    fn advance(&self, count: u64);
    /// Everything is.
    fn finish(&self);
}

/// Nobody wants to know.
#[derive(Clone, Copy, Debug)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _: u64) {}
    fn advance(&self, _: u64) {}
    fn finish(&self) {}
}

/// What suits the standard error stream of this process.
pub fn on_stderr() -> Box<dyn Progress + Send> {
    if std::io::stderr().is_terminal() {
        Box::new(Bar::new())
    } else {
        Box::new(Lines::default())
    }
}

struct Bar(ProgressBar);

impl Bar {
    fn new() -> Self {
        let style = ProgressStyle::with_template("demo [{bar:40}] {pos}/{len} products, {eta} left")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        Self(ProgressBar::new(0).with_style(style.progress_chars("=> ")))
    }
}

impl Progress for Bar {
    fn begin(&self, total: u64) {
        self.0.set_length(total);
    }

    fn advance(&self, count: u64) {
        self.0.inc(count);
    }

    fn finish(&self) {
        self.0.finish_and_clear();
    }
}

/// A line for every tenth of the way.
#[derive(Default)]
struct Lines {
    total: AtomicU64,
    done: AtomicU64,
}

impl Lines {
    fn tenths(&self, done: u64) -> u64 {
        done * 10 / self.total.load(Ordering::Relaxed).max(1)
    }
}

impl Progress for Lines {
    fn begin(&self, total: u64) {
        self.total.store(total, Ordering::Relaxed);
        eprintln!("demo: writing {total} products with their plots, batches and listings");
    }

    fn advance(&self, count: u64) {
        let before = self.done.fetch_add(count, Ordering::Relaxed);
        let now = before + count;
        if self.tenths(now) > self.tenths(before) {
            eprintln!("demo: {now} of {} products", self.total.load(Ordering::Relaxed));
        }
    }

    fn finish(&self) {}
}
