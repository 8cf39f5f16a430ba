//! The load: keep-alive HTTP/1.1 over plain TCP, one request in flight per connection, as little work as possible per
//! response so that the server and not the client is what is measured.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::Result;
use crate::process::Server;

const WARM_UP: Duration = Duration::from_secs(1);

/// How hard and how long each target is asked.
pub struct Load {
    pub connections: u32,
    pub duration: Duration,
}

/// What came back from one target after the warm-up.
pub struct Measured {
    requests: u32,
    duration: Duration,
    /// Sorted, in microseconds.
    latencies: Vec<u32>,
    /// User and system time of the server process, where `/proc` tells it.
    cpu: Option<Duration>,
    /// Length of one body as sent, compressed if it was.
    pub body_bytes: usize,
}

impl Measured {
    pub fn requests_per_second(&self) -> f64 {
        f64::from(self.requests) / self.duration.as_secs_f64()
    }

    /// Latency in milliseconds that `percent` of the requests did not exceed.
    pub fn percentile(&self, percent: usize) -> f64 {
        let rank = (self.latencies.len() * percent / 100).min(self.latencies.len().saturating_sub(1));
        f64::from(self.latencies.get(rank).copied().unwrap_or_default()) / 1000.0
    }

    /// Server CPU per request in microseconds.
    pub fn cpu_micros(&self) -> Option<f64> {
        (self.requests > 0).then_some(self.cpu?.as_secs_f64() * 1e6 / f64::from(self.requests))
    }
}

impl Load {
    pub fn from_environment() -> Result<Self> {
        let number = |name: &str, default: u32| match std::env::var(name) {
            Ok(text) => text.parse::<u32>().map_err(|error| format!("{name}={text}: {error}")),
            Err(_) => Ok(default),
        };
        Ok(Self {
            connections: number("CHOQUE_BENCH_CONNECTIONS", 16)?.max(1),
            duration: Duration::from_secs(number("CHOQUE_BENCH_SECONDS", 5)?.max(1).into()),
        })
    }

    /// Asks `path` again and again on every connection. Any answer but 200 ends the run with an error.
    pub async fn drive(&self, server: &Server, path: &str, gzip: bool) -> Result<Measured> {
        self.drive_all(server, &[path], gzip).await
    }

    /// Asks for each of `paths` in turn, again and again, on every connection.
    pub async fn drive_all(&self, server: &Server, paths: &[impl AsRef<str>], gzip: bool) -> Result<Measured> {
        let encoding = if gzip { "Accept-Encoding: gzip\r\n" } else { "" };
        let request = |path: &str| {
            let host = server.address;
            format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: */*\r\n{encoding}\r\n").into_bytes()
        };
        let requests: Arc<[Vec<u8>]> = paths.iter().map(|path| request(path.as_ref())).collect();
        let first = paths.first().map_or("", AsRef::as_ref).to_owned();
        let from = Instant::now() + WARM_UP;
        let until = from + self.duration;

        let mut connections = JoinSet::new();
        for _ in 0..self.connections {
            let requests = Arc::clone(&requests);
            let address = server.address;
            connections.spawn(async move {
                ask(address, &requests, from, until)
                    .await
                    .map_err(|error| error.to_string())
            });
        }
        tokio::time::sleep_until(from.into()).await;
        let before = server.cpu_time();
        tokio::time::sleep_until(until.into()).await;
        let after = server.cpu_time();

        let mut latencies = Vec::new();
        let mut body_bytes = 0;
        while let Some(connection) = connections.join_next().await {
            let (of_connection, bytes) = connection?.map_err(|error| format!("{first}: {error}"))?;
            latencies.extend(of_connection);
            body_bytes = bytes;
        }
        latencies.sort_unstable();
        Ok(Measured {
            requests: u32::try_from(latencies.len())?,
            duration: self.duration,
            latencies,
            cpu: before.zip(after).map(|(before, after)| after.saturating_sub(before)),
            body_bytes,
        })
    }
}

/// The latencies of the requests that ended between `from` and `until`, and the length of the last body.
async fn ask(address: SocketAddr, requests: &[Vec<u8>], from: Instant, until: Instant) -> Result<(Vec<u32>, usize)> {
    let mut connection = Connection::open(address).await?;
    let mut latencies = Vec::new();
    let mut started = Instant::now();
    let mut turn = requests.iter().cycle();
    loop {
        let request = turn.next().ok_or("nothing to ask for")?;
        let bytes = connection.exchange(request).await?;
        let ended = Instant::now();
        if ended >= until {
            return Ok((latencies, bytes));
        }
        if ended >= from {
            latencies.push(u32::try_from((ended - started).as_micros())?);
        }
        started = ended;
    }
}

/// What each connection is to send: `None` when there is nothing left.
pub type Requests = Arc<dyn Fn(u32, u32) -> Option<Vec<u8>> + Send + Sync>;

impl Load {
    /// Sends what `requests` gives for (connection, turn) until there is nothing more, or for as long as the load lasts
    /// after its warm-up when it is `timed`. Whatever is not answered by 200 or 201 ends the run with an error. The last
    /// `keep` answers of each connection come back too.
    pub async fn send(
        &self,
        server: &Server,
        requests: &Requests,
        timed: bool,
        keep: usize,
    ) -> Result<(Measured, Vec<Vec<u8>>)> {
        let from = Instant::now() + if timed { WARM_UP } else { Duration::ZERO };
        let until = timed.then(|| from + self.duration);
        let mut connections = JoinSet::new();
        for number in 0..self.connections {
            let (requests, address) = (Arc::clone(requests), server.address);
            connections.spawn(async move {
                tell(address, number, &requests, from, until, keep)
                    .await
                    .map_err(|error| error.to_string())
            });
        }
        tokio::time::sleep_until(from.into()).await;
        let before = server.cpu_time();
        if let Some(until) = until {
            tokio::time::sleep_until(until.into()).await;
        }
        let at_end = timed.then(|| server.cpu_time());
        let (mut latencies, mut answers) = (Vec::new(), Vec::new());
        while let Some(connection) = connections.join_next().await {
            let (of_connection, kept) = connection??;
            latencies.extend(of_connection);
            answers.extend(kept);
        }
        let after = at_end.unwrap_or_else(|| server.cpu_time());
        latencies.sort_unstable();
        let measured = Measured {
            requests: u32::try_from(latencies.len())?,
            duration: if timed { self.duration } else { from.elapsed() },
            latencies,
            cpu: before.zip(after).map(|(before, after)| after.saturating_sub(before)),
            body_bytes: 0,
        };
        Ok((measured, answers))
    }
}

async fn tell(
    address: SocketAddr,
    number: u32,
    requests: &Requests,
    from: Instant,
    until: Option<Instant>,
    keep: usize,
) -> Result<(Vec<u32>, VecDeque<Vec<u8>>)> {
    let mut connection = Connection::open(address).await?;
    let (mut latencies, mut kept) = (Vec::new(), VecDeque::with_capacity(keep + 1));
    for turn in 0.. {
        let Some(request) = requests(number, turn) else {
            break;
        };
        let started = Instant::now();
        let (status, body) = connection.post(&request).await?;
        let ended = Instant::now();
        if !matches!(status, 200 | 201) {
            return Err(format!("{status}: {}", String::from_utf8_lossy(&body)).into());
        }
        if keep > 0 {
            kept.push_back(body);
            if kept.len() > keep {
                kept.pop_front();
            }
        }
        if until.is_some_and(|until| ended >= until) {
            break;
        }
        if ended >= from {
            latencies.push(u32::try_from((ended - started).as_micros())?);
        }
    }
    Ok((latencies, kept))
}

pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: Vec::with_capacity(64 * 1024),
        })
    }

    /// Sends one request whose answer tells its length, and returns its status and body.
    pub async fn post(&mut self, request: &[u8]) -> Result<(u16, Vec<u8>)> {
        self.buffer.clear();
        self.stream.write_all(request).await?;
        let head_end = self.read_past(0, b"\r\n\r\n").await?;
        let head = std::str::from_utf8(&self.buffer[..head_end])?;
        let status = head.get(9..12).ok_or("an empty answer")?.parse()?;
        let length: usize = header(head, "content-length")
            .ok_or("an answer without a length")?
            .parse()?;
        self.read_to(head_end + length).await?;
        Ok((status, self.buffer[head_end..head_end + length].to_vec()))
    }

    /// Sends one request, reads one whole response, and returns the length of its body.
    async fn exchange(&mut self, request: &[u8]) -> Result<usize> {
        self.buffer.clear();
        self.stream.write_all(request).await?;
        let head_end = self.read_past(0, b"\r\n\r\n").await?;
        let head = std::str::from_utf8(&self.buffer[..head_end])?;
        if !head.starts_with("HTTP/1.1 200 ") {
            return Err(head.lines().next().unwrap_or("an empty answer").into());
        }
        if let Some(length) = header(head, "content-length") {
            let length: usize = length.parse()?;
            self.read_to(head_end + length).await?;
            return Ok(length);
        }
        if header(head, "transfer-encoding").is_none_or(|value| !value.eq_ignore_ascii_case("chunked")) {
            return Err("an answer with neither a length nor chunks".into());
        }
        self.read_chunks(head_end).await
    }

    /// RFC 9112, section 7.1: chunks from `at` on; returns their length together.
    async fn read_chunks(&mut self, mut at: usize) -> Result<usize> {
        let mut body = 0;
        loop {
            let data = self.read_past(at, b"\r\n").await?;
            let size = std::str::from_utf8(&self.buffer[at..data - 2])?;
            let size = usize::from_str_radix(size.split(';').next().unwrap_or(size).trim(), 16)?;
            at = data + size + 2;
            self.read_to(at).await?;
            if size == 0 {
                return Ok(body);
            }
            body += size;
        }
    }

    /// Reads until `mark` stands in the buffer at or after `at`, and returns the place just past it.
    async fn read_past(&mut self, at: usize, mark: &[u8]) -> Result<usize> {
        loop {
            let found = self
                .buffer
                .get(at..)
                .and_then(|rest| rest.windows(mark.len()).position(|part| part == mark));
            if let Some(position) = found {
                return Ok(at + position + mark.len());
            }
            self.fill().await?;
        }
    }

    async fn read_to(&mut self, end: usize) -> Result<()> {
        while self.buffer.len() < end {
            self.fill().await?;
        }
        Ok(())
    }

    async fn fill(&mut self) -> Result<()> {
        if self.stream.read_buf(&mut self.buffer).await? == 0 {
            return Err("the server closed the connection".into());
        }
        Ok(())
    }
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines()
        .filter_map(|line| line.split_once(':'))
        .find_map(|(key, value)| key.eq_ignore_ascii_case(name).then_some(value.trim()))
}
