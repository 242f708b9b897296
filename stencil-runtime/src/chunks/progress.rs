//! The progress of a running job, for a person: a bar on a terminal, and plain lines otherwise.

use std::io::{IsTerminal, Write};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use super::text;

/// The time from one plain line to the next.
const LINES: Duration = Duration::from_secs(10);
/// The time from one picture of the bar to the next.
const PICTURES: Duration = Duration::from_millis(100);
/// The characters of the bar.
const WIDTH: usize = 30;

/// The progress of a job, written to the standard error.
pub(crate) struct Progress {
    name: String,
    all: usize,
    /// Those that were done before.
    before: usize,
    begun: Instant,
    state: Mutex<State>,
    terminal: bool,
}

struct State {
    done: usize,
    bytes: u64,
    shown: Option<Instant>,
}

impl Progress {
    /// Begins with what is done already.
    pub(crate) fn new(name: String, all: usize, done: usize) -> Progress {
        let state = Mutex::new(State { done, bytes: 0, shown: None });
        let progress = Progress {
            name,
            all,
            before: done,
            begun: Instant::now(),
            state,
            terminal: std::io::stderr().is_terminal(),
        };
        if done > 0 {
            progress.line(format_args!("{}: {done} of {all} chunks were done before", progress.name));
        }
        progress
    }

    /// A chunk is done, and so many bytes were written.
    pub(crate) fn done(&self, bytes: u64) {
        let mut state = self.state.lock().expect("no panic while it is locked");
        state.done += 1;
        state.bytes += bytes;
        let every = if self.terminal { PICTURES } else { LINES };
        let due = state.shown.map_or(self.begun.elapsed() >= every, |shown| shown.elapsed() >= every);
        if due {
            state.shown = Some(Instant::now());
            self.show(&state);
        }
    }

    /// The job is at its end.
    pub(crate) fn end(&self) {
        let state = self.state.lock().expect("no panic while it is locked");
        self.show(&state);
        if self.terminal {
            self.line(format_args!(""));
        }
    }

    fn show(&self, state: &State) {
        let seconds = self.begun.elapsed().as_secs_f64();
        let rate = state.bytes as f64 / seconds.max(1e-9);
        let share = state.done as f64 / self.all.max(1) as f64;
        let now = state.done - self.before;
        let remaining = if now == 0 { f64::NAN } else { seconds * (self.all - state.done) as f64 / now as f64 };
        let numbers = format!(
            "{} of {} chunks, {}, {}/s, {} left",
            state.done,
            self.all,
            text::bytes(state.bytes as usize),
            text::bytes(rate as usize),
            time(remaining)
        );
        if self.terminal {
            let full = (share * WIDTH as f64) as usize;
            let bar = format!("{}{}", "█".repeat(full), "░".repeat(WIDTH - full.min(WIDTH)));
            self.write(format_args!("\r\x1b[K{} {bar} {numbers}", self.name));
        } else {
            self.line(format_args!("{}: {numbers}", self.name));
        }
    }

    fn line(&self, text: std::fmt::Arguments<'_>) {
        self.write(format_args!("{text}\n"));
    }

    /// Who closes the standard error does not want to be told of it.
    fn write(&self, text: std::fmt::Arguments<'_>) {
        let mut stderr = std::io::stderr().lock();
        let _ = stderr.write_fmt(text).and_then(|()| stderr.flush());
    }
}

fn time(seconds: f64) -> String {
    if !seconds.is_finite() {
        return "?".to_owned();
    }
    let seconds = seconds.round() as u64;
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}
