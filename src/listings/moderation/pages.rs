//! The form by which a buyer reports something, and what became of it. It works without JavaScript.

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderMap, header},
    response::{Html, IntoResponse, Response},
};
use entity::listings::report::{Outcome, Reason, Subject};
use serde::Deserialize;

use super::{
    about::{self, About, reason_said},
    api::report_once,
    read,
    report::{MakeReport, tidy_code},
};
use crate::{
    app::{App, sha256},
    db::Actor,
    http::{
        address::Address,
        body::{Form, Maybe, Params},
        choice::Choice,
        idempotency::Once,
        input::{Field, Wrong},
        problem::{Kind, Problem},
        shell::{Shell, render},
    },
    identity::SignedIn,
};

const PATH: &str = "/bao-cao";

#[derive(Template)]
#[template(path = "listings/report.html")]
struct ReportPage {
    shell: Shell,
    /// A listing or a seller.
    subject: &'static str,
    id: String,
    title: String,
    seller_name: String,
    back: String,
    reasons: Vec<Choice>,
    text: String,
    contact: String,
    key: String,
    problem: Option<String>,
    field_reason: Option<String>,
    field_text: Option<String>,
    field_contact: Option<String>,
}

#[derive(Template)]
#[template(path = "listings/report_outcome.html")]
struct OutcomePage {
    shell: Shell,
    code: String,
    /// Whether it was just made.
    made: bool,
    /// `None`: there is no report with this code.
    found: Option<Found>,
}

struct Found {
    title: String,
    reason: String,
    outcome: String,
    answer: Option<String>,
    created_at: String,
}

/// What the page is asked for.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    /// A listing's slug.
    tin: Field<String>,
    /// A seller's slug.
    #[serde(rename = "nguoi-ban")]
    seller: Field<String>,
    /// A report's code.
    ma: Field<String>,
}

/// `GET /bao-cao`.
pub async fn show(
    State(app): State<App>,
    headers: HeaderMap,
    Params(asked): Params<Asked>,
) -> Result<Response, Problem> {
    let shell = Shell::new(&app, &headers, PATH);
    let (subject, id) = match (&asked.tin, &asked.seller) {
        (Field::Given(slug), _) => (Subject::Listing, slug),
        (_, Field::Given(slug)) => (Subject::Seller, slug),
        _ => return outcome(&app, shell, asked.ma.given().map_or("", String::as_str), false).await,
    };
    let about = find(&app, subject.code(), id).await?.ok_or_else(Problem::not_found)?;
    let form = MakeReport::default();
    private(&ReportPage::of(shell, about, &form, app.source().secret(), None))
}

async fn find(app: &App, subject: &str, id: &str) -> Result<Option<About>, Problem> {
    let mut wrong = Wrong::default();
    let named = about::named(&mut wrong, &subject.to_owned().into(), &id.to_owned().into());
    match named {
        Some(named) => Ok(about::find(app.db().read(), &named).await?),
        None => Ok(None),
    }
}

/// What was filled in.
#[derive(Debug, Deserialize)]
pub struct ReportForm {
    #[serde(flatten)]
    report: MakeReport,
    key: Field<String>,
}

/// `POST /bao-cao`.
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
        let parts = [
            &report.subject,
            &report.id,
            &report.reason,
            &report.text,
            &report.contact,
        ];
        let digest = sha256(parts.map(text).join("\n"));
        let once = Once::of_form(&text(&form.key), PATH, &digest);
        let actor = caller.as_ref().map_or(Actor::Guest, SignedIn::actor);
        report_once(&app, actor, address, once, &digest, new).await
    };
    match sent.await {
        Ok(answer) => {
            let made: Made = serde_json::from_str(answer.body()).map_err(|error| Problem::internal(&error))?;
            outcome(&app, shell, &made.code, true).await
        }
        Err(problem) if matches!(problem.kind(), Kind::Invalid | Kind::TooMany) => {
            let found = find(&app, &text(&report.subject), &text(&report.id)).await?;
            let about = found.ok_or_else(Problem::not_found)?;
            let status = problem.clone().into_response().status();
            let page = ReportPage::of(shell, about, report, text(&form.key), Some(&problem));
            Ok((status, private(&page)?).into_response())
        }
        Err(problem) => Err(problem),
    }
}

/// What the page needs of the verb's answer.
#[derive(Deserialize)]
struct Made {
    code: String,
}

async fn outcome(app: &App, shell: Shell, code: &str, made: bool) -> Result<Response, Problem> {
    let language = shell.language();
    let found = match read::by_code(app.db().read(), &tidy_code(code)).await {
        Ok((report, about)) => Some(Found {
            title: about.map(|about| about.title).unwrap_or_default(),
            reason: reason_said(report.reason, language),
            outcome: shell.t(match report.outcome {
                None => "report-outcome-open",
                Some(Outcome::Acted) => "report-outcome-acted",
                Some(Outcome::Unfounded) => "report-outcome-unfounded",
                Some(Outcome::Duplicate) => "report-outcome-duplicate",
            }),
            answer: report.answer,
            created_at: report.created_at.to_string(),
        }),
        Err(super::ModerationError::NoSuchThing) => None,
        Err(error) => return Err(error.into()),
    };
    private(&OutcomePage {
        code: tidy_code(code),
        made,
        found,
        shell,
    })
}

impl ReportPage {
    fn of(shell: Shell, about: About, form: &MakeReport, key: String, problem: Option<&Problem>) -> Self {
        let language = shell.language();
        let text = |field: &Field<String>| field.given().cloned().unwrap_or_default();
        let at = |pointer: &str| {
            let message = problem?.fields().at(pointer)?;
            Some(language.say(message))
        };
        let (field_reason, field_text, field_contact) = (at("/reason"), at("/text"), at("/contact"));
        let told = field_reason.is_some() || field_text.is_some() || field_contact.is_some();
        let chosen = text(&form.reason);
        let slug = about.slug.map(|slug| slug.to_string()).unwrap_or_default();
        let back = match about.subject {
            Subject::Seller => format!("/nguoi-ban/{slug}"),
            Subject::Listing | Subject::Product => format!("/san-pham/{slug}"),
        };
        Self {
            subject: about.subject.code(),
            id: about.id.to_string(),
            title: about.title,
            seller_name: about.seller_name,
            back,
            reasons: Reason::ALL
                .into_iter()
                .map(|reason| Choice::new(reason.code(), reason_said(reason, language), chosen == reason.code()))
                .collect(),
            text: text(&form.text),
            contact: text(&form.contact),
            key,
            problem: problem.filter(|_| !told).map(|problem| language.say(problem.detail())),
            field_reason,
            field_text,
            field_contact,
            shell,
        }
    }
}

/// A page that no cache may keep.
fn private(page: &impl Template) -> Result<Response, Problem> {
    let html: Html<String> = render(page)?;
    Ok(([(header::CACHE_CONTROL, "no-store")], html).into_response())
}
