//! The floor: axum with one route, no layer and no database, in a process of its own, answering bytes held in memory.

use std::net::Ipv4Addr;
use std::path::Path;

use axum::Router;
use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use tokio::net::TcpListener;

use crate::Result;

/// Asks this program to be the bare server: `--bare PORT FILE`.
pub const FLAG: &str = "--bare";

pub fn serve(port: u16, body: &Path) -> Result<()> {
    let body = Bytes::from(std::fs::read(body)?);
    let page = get(move || async move { ([(CONTENT_TYPE, "text/html; charset=utf-8")], body) });
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(async {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
            axum::serve(listener, Router::new().route("/", page)).await?;
            Ok(())
        })
}
