//! The files of the console. What it does is tested beside its sources and in a browser.

use reqwest::{StatusCode, header};

use crate::{harness::plain, on_both};

on_both!(the_console_opens_at_every_address_of_its_own, |app| {
    let get = |path: &str| plain().get(format!("{}{path}", app.url)).send();
    for path in ["/app/", "/app/nhat-ky", "/app/thu-tien?ban=1"] {
        let page = get(path).await.unwrap();
        assert_eq!(page.status(), StatusCode::OK, "{path}");
        assert_eq!(page.headers()[header::CONTENT_TYPE], "text/html; charset=utf-8");
        assert_eq!(page.headers()[header::CACHE_CONTROL], "no-cache");
        assert!(page.headers().contains_key(header::CONTENT_SECURITY_POLICY));
        let html = page.text().await.unwrap();
        assert!(html.contains("/app/assets/"), "{html}");
        assert!(
            !html.contains("<script>") && !html.contains("style="),
            "nothing inline: {html}"
        );
    }
    let short = get("/app").await.unwrap();
    assert_eq!(short.status(), StatusCode::PERMANENT_REDIRECT);
    assert_eq!(short.headers()[header::LOCATION], "/app/");
});

on_both!(only_hashed_files_of_the_console_are_kept_for_good, |app| {
    let get = |path: String| plain().get(format!("{}{path}", app.url)).send();
    let kept = |answer: &reqwest::Response| answer.headers()[header::CACHE_CONTROL].to_str().unwrap().to_owned();
    let html = get("/app/".into()).await.unwrap().text().await.unwrap();
    let script = html
        .split('"')
        .find(|text| text.starts_with("/app/assets/"))
        .unwrap()
        .to_owned();
    let script = get(script).await.unwrap();
    assert_eq!(script.status(), StatusCode::OK);
    assert!(kept(&script).contains("immutable"));
    for (path, kind) in [
        ("/app/sw.js", "text/javascript; charset=utf-8"),
        ("/app/manifest.webmanifest", "application/manifest+json"),
        ("/app/icon.svg", "image/svg+xml"),
    ] {
        let file = get(path.into()).await.unwrap();
        assert_eq!(file.status(), StatusCode::OK, "{path}");
        assert_eq!(file.headers()[header::CONTENT_TYPE], kind);
        assert_eq!(kept(&file), "no-cache", "{path}");
    }
    for path in ["/app/no-such.js", "/app/assets/no-such-0.js", "/app/../Cargo.toml"] {
        assert_eq!(
            get(path.into()).await.unwrap().status(),
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
});
