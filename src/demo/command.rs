//! `choque demo`: makes a demo where there is nothing yet, and opens it.

use super::{DemoError, FillError, Scale, fill, progress};
use crate::{
    app::{self, App, Source},
    config::Config,
};

/// Opens the demo in the database that `config` names. An empty database is filled at `scale` first; a demo made before
/// is opened as it is, whatever its scale; any other database is refused untouched.
pub async fn open(config: Config, scale: Scale) -> Result<App, DemoError> {
    app::keep_own_secret(&config).await?;
    let app = App::open(config.clone(), Source::system()).await?;
    if app.is_demo() {
        return Ok(app);
    }
    let progress = progress::on_stderr();
    let began = app.source().wall_clock();
    let summary = fill(&app, scale, &*progress).await.map_err(|error| match error {
        FillError::NotEmpty => DemoError::NotEmpty {
            database: without_password(&config.database_url),
        },
        error => DemoError::Fill(error),
    })?;
    let tenths = (app.source().wall_clock().0 - began.0) / 100;
    eprintln!("demo: {summary} in {}.{} s", tenths / 10, tenths % 10);
    // Whether it is a demo is asked once, when a database is opened.
    drop(app);
    Ok(App::open(config, Source::system()).await?)
}

/// A database's address as it may be shown: no user, no password, no parameters.
fn without_password(url: &str) -> String {
    let plain = url.split_once('?').map_or(url, |(plain, _)| plain);
    match plain.split_once("://") {
        Some((scheme, rest)) => match rest.rsplit_once('@') {
            Some((_, place)) => format!("{scheme}://{place}"),
            None => plain.to_owned(),
        },
        None => plain.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::without_password;

    #[test]
    fn no_password_is_shown() {
        for (url, shown) in [
            ("sqlite://data/choque.db", "sqlite://data/choque.db"),
            (
                "postgres://cho:p@ss@db.example/choque?sslmode=require",
                "postgres://db.example/choque",
            ),
            (
                "postgres://db.example/choque?user=cho&password=secret",
                "postgres://db.example/choque",
            ),
        ] {
            assert_eq!(without_password(url), shown);
        }
    }
}
