//! The form by which whoever scanned a sticker reports it. It works without JavaScript and without signing in.

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use entity::scan::scan_report::Reason;
use serde::Deserialize;

use super::{FORM, Style, unkept};
use crate::{
    app::{App, sha256},
    db::Actor,
    http::{
        address::Address,
        body::{Form, Maybe, Params},
        choice::Choice,
        idempotency::Once,
        input::Field,
        language::{Language, Message},
        problem::{Kind, Problem},
        shell::Shell,
    },
    identity::SignedIn,
    scan::{api::report_once, report::MakeScanReport},
};

const PATH: &str = "/bao-tem";

#[derive(Template)]
#[template(path = "scan/report.html")]
struct ReportPage {
    shell: Shell,
    style: Style,
    uri: String,
    reasons: Vec<Choice>,
    text: String,
    contact: String,
    key: String,
    /// What is wrong with what was filled in.
    problems: Vec<String>,
}

#[derive(Template)]
#[template(path = "scan/reported.html")]
struct ReportedPage {
    shell: Shell,
    style: Style,
}

/// What the page is asked for.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    /// The address or code of the sticker.
    #[serde(default)]
    ma: Field<String>,
}

/// `GET /bao-tem`.
pub async fn show(
    State(app): State<App>,
    headers: HeaderMap,
    Params(asked): Params<Asked>,
) -> Result<Response, Problem> {
    let form = MakeScanReport {
        uri: asked.ma,
        ..MakeScanReport::default()
    };
    let shell = Shell::new(&app, &headers, PATH);
    let page = ReportPage::of(shell, &form, app.source().secret(), None);
    unkept(&page, &page.style, StatusCode::OK)
}

/// What was filled in.
#[derive(Debug, Deserialize)]
pub struct ReportForm {
    #[serde(flatten)]
    report: MakeScanReport,
    key: Field<String>,
}

/// `POST /bao-tem`.
pub async fn send(
    State(app): State<App>,
    headers: HeaderMap,
    Maybe(caller): Maybe<SignedIn>,
    address: Address,
    Form(form): Form<ReportForm>,
) -> Result<Response, Problem> {
    let shell = Shell::new(&app, &headers, PATH);
    let text = |field: &Field<String>| field.given().cloned().unwrap_or_default();
    let report = &form.report;
    let sent = async {
        let new = report.check()?;
        let parts = [&report.uri, &report.reason, &report.text, &report.contact];
        let digest = sha256(parts.map(text).join("\n"));
        let once = Once::of_form(&text(&form.key), PATH, &digest);
        let actor = caller.as_ref().map_or(Actor::Guest, SignedIn::actor);
        report_once(&app, actor, address, once, &digest, new).await
    };
    match sent.await {
        Ok(_) => {
            let style = Style::of("", Some("place"));
            let page = ReportedPage { shell, style };
            unkept(&page, &page.style, StatusCode::OK)
        }
        Err(problem) if matches!(problem.kind(), Kind::Invalid | Kind::TooMany) => {
            let status = problem.clone().into_response().status();
            let page = ReportPage::of(shell, report, text(&form.key), Some(&problem));
            unkept(&page, &page.style, status)
        }
        Err(problem) => Err(problem),
    }
}

impl ReportPage {
    fn of(shell: Shell, form: &MakeScanReport, key: String, problem: Option<&Problem>) -> Self {
        let language = shell.language();
        let text = |field: &Field<String>| field.given().cloned().unwrap_or_default();
        let chosen = text(&form.reason);
        let mut problems: Vec<String> = problem
            .into_iter()
            .flat_map(|problem| &problem.fields().0)
            .map(|error| language.say(&error.message))
            .collect();
        if problems.is_empty() {
            problems.extend(problem.map(|problem| language.say(problem.detail())));
        }
        Self {
            style: Style::of(FORM, None),
            uri: text(&form.uri),
            reasons: Reason::ALL
                .into_iter()
                .map(|reason| Choice::new(reason.code(), said(reason, language), chosen == reason.code()))
                .collect(),
            text: text(&form.text),
            contact: text(&form.contact),
            key,
            problems,
            shell,
        }
    }
}

fn said(reason: Reason, language: Language) -> String {
    language.say(&Message::new(match reason {
        Reason::Copy => "scan-say-report-copy",
        Reason::Different => "scan-say-report-different",
        Reason::Spoiled => "scan-say-report-spoiled",
        Reason::Label => "scan-say-report-label",
        Reason::Other => "scan-say-report-other",
    }))
}
