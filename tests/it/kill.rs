//! `SIGKILL` while a hundred clients write: what was acknowledged is there, and a retry with its key makes nothing twice.

use std::{
    collections::BTreeSet,
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use futures_util::future::join_all;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::harness::{Backend, new_database, plain, text};

/// A server in a process of its own, which can be killed.
pub struct Server {
    child: Child,
    pub url: String,
    pub http: reqwest::Client,
}

impl Server {
    pub async fn start(database: &str, folder: &std::path::Path) -> Self {
        Self::start_with(database, folder, &[]).await
    }

    /// The same, with settings from the environment.
    pub async fn start_with(database: &str, folder: &std::path::Path, settings: &[(&str, &str)]) -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let child = Command::new(env!("CARGO_BIN_EXE_choque"))
            .args(["serve", "--listen", &format!("127.0.0.1:{port}"), "--db", database])
            .env("CHOQUE_STATE", folder)
            .env("CHOQUE_LOG", "error")
            .envs(settings.iter().copied())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let server = Self {
            child,
            url: format!("http://127.0.0.1:{port}"),
            http: plain(),
        };
        for _ in 0..400 {
            if plain()
                .get(format!("{}/readyz", server.url))
                .send()
                .await
                .is_ok_and(|answer| answer.status().is_success())
            {
                return server;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("the server did not start");
    }

    /// `SIGKILL`: no chance to say goodbye.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub async fn post(&self, token: Option<&str>, path: &str, key: &str, body: &Value) -> Option<(StatusCode, Value)> {
        let mut request = self
            .http
            .post(format!("{}{path}", self.url))
            .header("Idempotency-Key", key)
            .json(body);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let answer = request.send().await.ok()?;
        let status = answer.status();
        Some((status, answer.json().await.ok()?))
    }

    /// The names of all plots there are.
    async fn plots(&self, token: &str) -> Vec<String> {
        let mut plots = Vec::new();
        let mut cursor = String::new();
        loop {
            let path = format!("{}/api/v1/plots?limit=100{cursor}", self.url);
            let page: Value = self
                .http
                .get(path)
                .bearer_auth(token)
                .send()
                .await
                .unwrap()
                .json()
                .await
                .unwrap();
            plots.extend(page["items"].as_array().unwrap().iter().map(|plot| text(plot, "name")));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        plots
    }
}

async fn kill_and_count(backend: Backend) {
    const WRITES: usize = 100;
    let Some((database, folder)) = new_database(backend).await else {
        return;
    };
    let server = Server::start(&database, folder.path()).await;
    let account = json!({"phone": "0912345678", "name": "Lan", "password": "mật khẩu dài"});
    server
        .post(None, "/api/v1/accounts", "account", &account)
        .await
        .unwrap();
    let (_, session) = server
        .post(None, "/api/v1/sessions", "session", &account)
        .await
        .unwrap();
    let token = text(&session, "token");
    let seller = json!({"name": "Hộ Lan", "kind": "household", "commune_code": "05503"});
    server
        .post(Some(&token), "/api/v1/sellers", "seller", &seller)
        .await
        .unwrap();
    let body =
        |number: usize| json!({"name": format!("Thửa {number}"), "commune_code": "05503", "area_m2": number + 1});
    let mut acknowledged = vec![None; WRITES];
    let mut server = server;
    let mut kills = 0;
    // Each round the server dies when it has acknowledged so many in all, with others on their way; whoever got no answer
    // tries again after the restart.
    for enough in [10, 30, 50, 70] {
        let count = AtomicUsize::new(acknowledged.iter().flatten().count());
        let burst = async {
            let tries = (0..WRITES).map(|number| {
                let known = acknowledged[number].is_some();
                let (server, token, count) = (&server, &token, &count);
                async move {
                    // One after another at a small distance, so that the kill falls among them.
                    tokio::time::sleep(Duration::from_millis(number as u64)).await;
                    if known {
                        return None;
                    }
                    let answer = server
                        .post(Some(token), "/api/v1/plots", &format!("plot-{number}"), &body(number))
                        .await;
                    count.fetch_add(usize::from(answer.is_some()), Ordering::SeqCst);
                    answer
                }
            });
            join_all(tries).await
        };
        let pid = i32::try_from(server.child.id()).unwrap();
        let killer = async {
            while count.load(Ordering::SeqCst) < enough {
                tokio::time::sleep(Duration::from_micros(200)).await;
            }
            Command::new("kill").args(["-KILL", &pid.to_string()]).status().unwrap();
        };
        let (answers, ()) = tokio::join!(burst, killer);
        kills += 1;
        for (number, answer) in answers.into_iter().enumerate() {
            if let Some((StatusCode::CREATED, body)) = answer {
                acknowledged[number] = Some(text(&body, "id"));
            }
        }
        server.kill();
        server = Server::start(&database, folder.path()).await;
    }
    let before_retry = acknowledged.iter().flatten().count();
    for (number, known) in acknowledged.iter().enumerate() {
        let (status, answer) = server
            .post(Some(&token), "/api/v1/plots", &format!("plot-{number}"), &body(number))
            .await
            .unwrap();
        assert_eq!(status, StatusCode::CREATED);
        let id = text(&answer, "id");
        if let Some(known) = known {
            assert_eq!(&id, known, "an acknowledged write kept its id");
        }
    }
    let plots = server.plots(&token).await;
    let distinct: BTreeSet<_> = plots.iter().collect();
    println!(
        "{backend:?}: {kills} kills, {before_retry} of {WRITES} writes acknowledged before the last retry, {} rows, {} distinct",
        plots.len(),
        distinct.len()
    );
    assert_eq!((plots.len(), distinct.len()), (WRITES, WRITES));
    server.kill();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite() {
    kill_and_count(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres() {
    kill_and_count(Backend::Postgres).await;
}
