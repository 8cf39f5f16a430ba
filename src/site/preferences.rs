//! Language, contrast and text size: a plain form, kept in cookies for a year.

use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use crate::{
    app::App,
    http::{
        body::Form,
        cookies,
        input::Field,
        language::Language,
        shell::{CONTRASTS, SCALES, choice},
    },
};

const DAYS: i64 = 365;

#[derive(Debug, Deserialize)]
pub struct Preference {
    lang: Field<String>,
    contrast: Field<String>,
    scale: Field<String>,
    /// Where the reader was.
    back: Field<String>,
}

/// `POST /tuy-chon`: keeps what was chosen and sends the reader back. What is no choice is passed over.
pub async fn choose(State(app): State<App>, Form(form): Form<Preference>) -> Response {
    let chosen = [
        (
            "lang",
            form.lang
                .given()
                .and_then(|code| Language::from_code(code))
                .map(Language::code),
        ),
        (
            "contrast",
            form.contrast.given().and_then(|value| choice(&CONTRASTS, value)),
        ),
        ("scale", form.scale.given().and_then(|value| choice(&SCALES, value))),
    ];
    let back = form.back.given().and_then(|path| local(path)).unwrap_or("/");
    let secure = app.config().public_url().starts_with("https://");
    let mut response = StatusCode::SEE_OTHER.into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::LOCATION,
        HeaderValue::from_str(back).unwrap_or_else(|_| HeaderValue::from_static("/")),
    );
    for (name, value) in chosen {
        if let Some(value) = value {
            headers.append(header::SET_COOKIE, cookies::set_open(name, value, DAYS, secure));
        }
    }
    response
}

/// `path` if it leads to a page of this exchange. Browsers read `//` and `\` as the beginning of another host, and pass
/// over control characters on the way to them.
fn local(path: &str) -> Option<&str> {
    let stays = path.starts_with('/')
        && !path.starts_with("//")
        && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    stays.then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_is_sent_back_here_and_nowhere_else() {
        for path in ["/", "/tim?q=che", "/01/09506000134352/10/A%2F1"] {
            assert_eq!(local(path), Some(path));
        }
        for path in [
            "",
            "tim",
            "//example.org/",
            "/\\example.org",
            "https://example.org/",
            "/\t/example.org",
            "/a\r\nSet-Cookie: x=y",
            "/chè",
        ] {
            assert_eq!(local(path), None, "{path:?}");
        }
    }
}
