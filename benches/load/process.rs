//! A server in a process of its own: started, asked whether it is up, weighed through `/proc`, and stopped.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::{Result, bare};

/// Clock ticks per second in `/proc/PID/stat`; Linux reports 100 on every architecture that runs this program.
const TICKS_PER_SECOND: f64 = 100.0;

/// Killed when dropped, so that a failed run leaves nothing behind.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
    log: PathBuf,
}

impl Drop for Server {
    fn drop(&mut self) {
        // Both fail only when the process is gone already, which is what we want.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    /// `choque demo` in `state`, which it fills first.
    pub fn demo(state: &Path, scale: &str) -> Result<Self> {
        Self::exchange(state, |command, listen, database| {
            command.args(["demo", "--scale", scale, "--listen", listen, "--db", database]);
        })
    }

    /// `choque serve` on the database that [`Server::demo`] left in `state`.
    pub fn existing(state: &Path) -> Result<Self> {
        Self::existing_with(state, "on")
    }

    /// The same, with the cache of pages `on` or `off`.
    pub fn existing_with(state: &Path, page_cache: &str) -> Result<Self> {
        Self::exchange(state, |command, listen, database| {
            command
                .arg("serve")
                .env("CHOQUE_LISTEN", listen)
                .env("CHOQUE_PAGE_CACHE", page_cache)
                .env("CHOQUE_DATABASE_URL", database);
        })
    }

    /// This program as the bare axum server of `body`.
    pub fn bare(body: &Path) -> Result<Self> {
        let address = free_address()?;
        let mut command = Command::new(std::env::current_exe()?);
        command.arg(bare::FLAG).arg(address.port().to_string()).arg(body);
        Self::spawn(command, address, body.with_extension("log"))
    }

    /// `choque demo` on `database`, which it fills at `scale` if it is empty, under more `settings`.
    pub fn on(state: &Path, database: &str, scale: &str, settings: &[(&str, &str)]) -> Result<Self> {
        Self::exchange_on(state, database, |command, listen, database| {
            command
                .args(["demo", "--scale", scale, "--listen", listen, "--db", database])
                .envs(settings.iter().copied());
        })
    }

    fn exchange(state: &Path, arguments: impl FnOnce(&mut Command, &str, &str)) -> Result<Self> {
        let database = format!("sqlite://{}", state.join("choque.db").display());
        Self::exchange_on(state, &database, arguments)
    }

    fn exchange_on(state: &Path, database: &str, arguments: impl FnOnce(&mut Command, &str, &str)) -> Result<Self> {
        let address = free_address()?;
        let mut command = Command::new(env!("CARGO_BIN_EXE_choque"));
        // The settings of whoever runs the benchmark, and their choque.toml, must not reach the server under test.
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("CHOQUE_")) {
            command.env_remove(name);
        }
        arguments(&mut command, &address.to_string(), database);
        command.current_dir(state).env("CHOQUE_STATE", state);
        Self::spawn(command, address, state.join("server.log"))
    }

    fn spawn(mut command: Command, address: SocketAddr, log: PathBuf) -> Result<Self> {
        let file = fs::File::options().create(true).append(true).open(&log)?;
        let child = command
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file)
            .spawn()?;
        Ok(Self { child, address, log })
    }

    /// Asks `path` on fresh connections, with hardly a pause, until it answers 200.
    pub fn wait_until_ok(&self, path: &str, patience: Duration) -> Result<()> {
        let started = Instant::now();
        while started.elapsed() < patience {
            if matches!(self.answers_ok(path), Ok(true)) {
                return Ok(());
            }
            std::thread::sleep(Duration::from_micros(200));
        }
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        Err(format!(
            "{path} did not answer 200 within {} s; the server said:\n{log}",
            patience.as_secs()
        )
        .into())
    }

    fn answers_ok(&self, path: &str) -> Result<bool> {
        let mut stream = TcpStream::connect(self.address)?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
            self.address
        )?;
        let mut status = [0; 12];
        stream.read_exact(&mut status)?;
        Ok(&status == b"HTTP/1.1 200")
    }

    /// User and system time of all the process's threads so far.
    pub fn cpu_time(&self) -> Option<Duration> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).ok()?;
        // The program's name, in brackets, may hold spaces; the fields after it are numbered from 3 in proc(5).
        let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        let ticks = |number: usize| fields.get(number - 3)?.parse::<u32>().ok();
        Some(Duration::from_secs_f64(
            f64::from(ticks(14)? + ticks(15)?) / TICKS_PER_SECOND,
        ))
    }

    /// Resident memory in KiB.
    pub fn resident_memory(&self) -> Option<u32> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))?
            .trim()
            .strip_suffix(" kB")?
            .trim()
            .parse()
            .ok()
    }

    /// Asks the process to end, as a service manager would, and waits for it.
    pub fn stop(mut self) -> Result<()> {
        Command::new("kill")
            .args(["-TERM", &self.child.id().to_string()])
            .status()?;
        self.child.wait()?;
        Ok(())
    }
}

fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}
