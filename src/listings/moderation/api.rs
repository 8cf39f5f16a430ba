//! Reports and takedowns over HTTP.

use axum::{Json, extract::State, http::HeaderMap};
use entity::{
    identity::role::Office,
    ids::{PersonId, ReportId, TakedownId},
    listings::{
        report::{self, Outcome},
        takedown,
    },
};
use sea_orm::EntityTrait;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    ModerationError,
    decide::{Appeal, Decide, appeal, decide},
    read::{self, QueueCursor, Reported, TakenDown, Which},
    report::{CloseReport, MakeReport, close, contact, make_report, tidy_code},
    take_down::{TakeDown, take_down},
};
use crate::{
    app::App,
    catalogue::{Selling, sellers_of},
    db::Actor,
    http::{
        address::Address,
        body::{Body, Id, Maybe, Params},
        idempotency::{Answer, Once, write_once},
        input::{Field, Wrong},
        list::{self, List, PageParams},
        problem::Problem,
    },
    identity::{IdentityError, Officer, SignedIn},
};

/// A report that was taken in.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportMade {
    /// By which its outcome can be asked for.
    code: String,
    created_at: String,
}

/// Reports a listing, a product or a seller; nobody needs to be signed in. At most ten an hour from one address.
#[utoipa::path(post, path = "/api/v1/reports", tag = "listings", request_body = MakeReport,
    params(("Idempotency-Key" = Option<String>, Header)), security((), ("bearer" = []), ("session" = [])),
    responses((status = CREATED, body = ReportMade), (status = TOO_MANY_REQUESTS, description = "More than ten within an hour from one address.")))]
pub async fn create_report(
    State(app): State<App>,
    Maybe(caller): Maybe<SignedIn>,
    address: Address,
    once: Once,
    Body { value, digest }: Body<MakeReport>,
) -> Result<Answer, Problem> {
    let new = value.check()?;
    let actor = caller.as_ref().map_or(Actor::Guest, SignedIn::actor);
    report_once(&app, actor, address, once, &digest, new).await
}

/// The verb, done once; the form uses it as well.
pub(super) async fn report_once(
    app: &App,
    actor: Actor,
    address: Address,
    once: Once,
    digest: &str,
    new: super::report::NewReport,
) -> Result<Answer, Problem> {
    let shared = app.clone();
    write_once(app, actor, once, digest, move |unit| {
        let (app, new) = (shared.clone(), new.clone());
        Box::pin(async move {
            let made = make_report(unit, &app, address.0, new).await?;
            let wire = ReportMade {
                code: made.code.clone(),
                created_at: made.created_at.rfc3339(),
            };
            Answer::created(format!("/api/v1/reports/by-code/{}", made.code), &wire)
        })
    })
    .await
}

/// What became of a report.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportOutcome {
    code: String,
    /// `listing`, `product` or `seller`.
    subject: &'static str,
    title: String,
    reason: &'static str,
    /// `open` or `closed`.
    state: &'static str,
    /// `acted`, `unfounded` or `duplicate`; `null` while it is open.
    outcome: Option<&'static str>,
    /// What the officer answers.
    answer: Option<String>,
    created_at: String,
    closed_at: Option<String>,
}

const fn state(report: &report::Model) -> &'static str {
    if report.closed_at.is_some() { "closed" } else { "open" }
}

/// What became of a report, for whoever has its code.
#[utoipa::path(get, path = "/api/v1/reports/by-code/{code}", tag = "listings", params(("code" = String, Path)),
    responses((status = OK, body = ReportOutcome)))]
pub async fn get_report_by_code(State(app): State<App>, Id(code): Id<String>) -> Result<Json<ReportOutcome>, Problem> {
    let (report, about) = read::by_code(app.db().read(), &tidy_code(&code)).await?;
    Ok(Json(ReportOutcome {
        state: state(&report),
        subject: report.subject.code(),
        title: about.map(|about| about.title).unwrap_or_default(),
        reason: report.reason.code(),
        outcome: report.outcome.map(Outcome::code),
        answer: report.answer,
        created_at: report.created_at.rfc3339(),
        closed_at: report.closed_at.map(entity::Timestamp::rfc3339),
        code: report.code,
    }))
}

/// A report, for officers.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportWire {
    id: String,
    code: String,
    subject: &'static str,
    subject_id: String,
    reason: &'static str,
    text: String,
    /// How whoever reported it may be reached.
    contact: Option<String>,
    state: &'static str,
    outcome: Option<&'static str>,
    answer: Option<String>,
    created_at: String,
    closed_at: Option<String>,
}

impl ReportWire {
    fn of(app: &App, report: report::Model) -> Result<Self, ModerationError> {
        Ok(Self {
            contact: contact(app, &report)?,
            state: state(&report),
            id: report.id.to_string(),
            code: report.code,
            subject: report.subject.code(),
            subject_id: report.subject_id.to_string(),
            reason: report.reason.code(),
            text: report.words,
            outcome: report.outcome.map(Outcome::code),
            answer: report.answer,
            created_at: report.created_at.rfc3339(),
            closed_at: report.closed_at.map(entity::Timestamp::rfc3339),
        })
    }
}

/// How many reports give a reason.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReasonCount {
    value: &'static str,
    count: u64,
}

/// Everything reported of one thing.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportedWire {
    subject: &'static str,
    subject_id: String,
    title: String,
    slug: Option<String>,
    seller_id: String,
    seller_name: String,
    /// Open reports.
    open: i64,
    total: i64,
    reasons: Vec<ReasonCount>,
    newest_at: String,
    taken_down: bool,
    /// The newest twenty, open ones first.
    reports: Vec<ReportWire>,
}

impl ReportedWire {
    fn of(app: &App, reported: Reported) -> Result<Self, ModerationError> {
        let about = reported.about;
        Ok(Self {
            subject: about.subject.code(),
            subject_id: about.id.to_string(),
            title: about.title,
            slug: about.slug.map(|slug| slug.to_string()),
            seller_id: about.seller.to_string(),
            seller_name: about.seller_name,
            open: reported.open,
            total: reported.total,
            reasons: reported
                .reasons
                .into_iter()
                .map(|(reason, count)| ReasonCount {
                    value: reason.code(),
                    count,
                })
                .collect(),
            newest_at: reported.newest_at.rfc3339(),
            taken_down: reported.taken_down,
            reports: reported
                .reports
                .into_iter()
                .map(|report| ReportWire::of(app, report))
                .collect::<Result<_, _>>()?,
        })
    }
}

/// Which reports.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct QueueParams {
    /// `open`, `closed` or `all`, which is the default.
    #[param(value_type = Option<String>)]
    state: Field<String>,
    /// Items on a page, 1 to 100; 24 by default.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Field<String>,
    /// The `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Field<String>,
}

/// What is reported, one item for each thing, those with open reports first. For officers.
#[utoipa::path(get, path = "/api/v1/reports", tag = "listings", params(QueueParams),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = List<ReportedWire>)))]
pub async fn list_reports(
    State(app): State<App>,
    _officer: Officer,
    Params(params): Params<QueueParams>,
) -> Result<Json<List<ReportedWire>>, Problem> {
    let mut wrong = Wrong::default();
    let limit = list::limit(&mut wrong, &params.limit);
    let after = wrong.optional("?cursor", &params.cursor, |wrong, pointer, field| {
        wrong.code::<QueueCursor>(pointer, field, "wrong-cursor")
    });
    let which = match params.state.given().map_or("all", String::as_str) {
        "all" | "" => Some(Which::All),
        "open" => Some(Which::Open),
        "closed" => Some(Which::Closed),
        _ => {
            wrong.note("?state", "wrong-report-state");
            None
        }
    };
    crate::checked!(wrong; after, which);
    let found = read::queue(app.db().read(), which, after, limit)
        .await
        .map_err(ModerationError::from)?;
    let page = List::page(found, limit, |(_, cursor)| cursor.to_string(), |(reported, _)| reported);
    let items = page
        .items
        .into_iter()
        .map(|reported| ReportedWire::of(&app, reported))
        .collect::<Result<_, _>>()?;
    Ok(Json(List {
        items,
        next_cursor: page.next_cursor,
        total: None,
    }))
}

/// One report. For officers.
#[utoipa::path(get, path = "/api/v1/reports/{id}", tag = "listings", params(("id" = String, Path)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = ReportWire)))]
pub async fn get_report(
    State(app): State<App>,
    _officer: Officer,
    Id(id): Id<ReportId>,
) -> Result<Json<ReportWire>, Problem> {
    let found = report::Entity::find_by_id(id).one(app.db().read()).await?;
    let report = found.ok_or(ModerationError::NoSuchThing)?;
    Ok(Json(ReportWire::of(&app, report)?))
}

/// An officer closes a report and tells whoever made it why.
#[utoipa::path(post, path = "/api/v1/reports/{id}/close", tag = "listings", params(("id" = String, Path)),
    request_body = CloseReport, security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = ReportWire)))]
pub async fn close_report(
    State(app): State<App>,
    officer: Officer,
    Id(id): Id<ReportId>,
    Body { value, .. }: Body<CloseReport>,
) -> Result<Json<ReportWire>, Problem> {
    let closing = value.check()?;
    let person = officer.person();
    let report = app
        .write(officer.actor(), move |unit| {
            let closing = closing.clone();
            Box::pin(async move { close(unit, person, id, closing).await })
        })
        .await?;
    Ok(Json(ReportWire::of(&app, report)?))
}

/// A listing that a takedown covers.
#[derive(Debug, Serialize, ToSchema)]
pub struct TakedownListing {
    id: String,
    slug: String,
    title: String,
}

/// What the seller says against a takedown.
#[derive(Debug, Serialize, ToSchema)]
pub struct AppealWire {
    text: String,
    at: String,
}

/// What another officer decided.
#[derive(Debug, Serialize, ToSchema)]
pub struct DecisionWire {
    /// `uphold` or `restore`.
    outcome: &'static str,
    reason: String,
    at: String,
}

/// A takedown.
#[derive(Debug, Serialize, ToSchema)]
pub struct TakedownWire {
    id: String,
    /// `listing`, `product` or `seller`.
    subject: &'static str,
    subject_id: String,
    title: String,
    seller_id: String,
    seller_name: String,
    /// The first hundred that it covers.
    listings: Vec<TakedownListing>,
    listing_count: u64,
    reason_code: &'static str,
    reason: String,
    legal_basis: Option<String>,
    /// `standing`, `appealed`, `upheld` or `restored`.
    state: &'static str,
    taken_down_at: String,
    /// Whether the caller may.
    may_appeal: bool,
    may_decide: bool,
    appeal: Option<AppealWire>,
    decision: Option<DecisionWire>,
}

/// Who looks at a takedown.
struct Viewer {
    sellers: Vec<entity::ids::SellerId>,
    officer: Option<PersonId>,
}

impl Viewer {
    async fn of(app: &App, caller: &SignedIn) -> Result<Self, Problem> {
        Ok(Self {
            sellers: sellers_of(app, caller.person()).await?,
            officer: caller.in_office_now(Office::Officer).then(|| caller.person()),
        })
    }

    fn wire(&self, found: TakenDown) -> TakedownWire {
        let TakenDown {
            takedown: row,
            about,
            listings,
            count,
        } = found;
        let undecided = matches!(row.state, takedown::State::Standing | takedown::State::Appealed);
        let (title, seller_name) = about.map(|about| (about.title, about.seller_name)).unwrap_or_default();
        TakedownWire {
            may_appeal: row.state == takedown::State::Standing && self.sellers.contains(&row.seller_id),
            may_decide: undecided && self.officer.is_some_and(|officer| officer != row.officer_id),
            id: row.id.to_string(),
            subject: row.subject.code(),
            subject_id: row.subject_id.to_string(),
            title,
            seller_id: row.seller_id.to_string(),
            seller_name,
            listings: listings
                .into_iter()
                .map(|listing| TakedownListing {
                    id: listing.id.to_string(),
                    slug: listing.slug.to_string(),
                    title: listing.title,
                })
                .collect(),
            listing_count: count,
            reason_code: row.reason_code.code(),
            reason: row.reason,
            legal_basis: row.legal_basis,
            state: row.state.code(),
            taken_down_at: row.taken_down_at.rfc3339(),
            appeal: row
                .appeal
                .zip(row.appealed_at)
                .map(|(text, at)| AppealWire { text, at: at.rfc3339() }),
            decision: row.decision.zip(row.decided_at).map(|(reason, at)| DecisionWire {
                outcome: if row.state == takedown::State::Restored {
                    "restore"
                } else {
                    "uphold"
                },
                reason,
                at: at.rfc3339(),
            }),
        }
    }
}

/// An officer takes a listing, or all listings of a product or a seller, off sale at once. The reason is shown to the
/// seller and to the public.
#[utoipa::path(post, path = "/api/v1/takedowns", tag = "listings", request_body = TakeDown,
    params(("Idempotency-Key" = Option<String>, Header)), security(("bearer" = []), ("session" = [])),
    responses((status = CREATED, body = TakedownWire)))]
pub async fn create_takedown(
    State(app): State<App>,
    officer: Officer,
    once: Once,
    Body { value, digest }: Body<TakeDown>,
) -> Result<Answer, Problem> {
    let new = value.check()?;
    let person = officer.person();
    write_once(&app, officer.actor(), once, &digest, move |unit| {
        let new = new.clone();
        Box::pin(async move {
            let made = take_down(unit, person, new).await?;
            let found = read::takedown(&*unit, made.id).await?;
            let viewer = Viewer {
                sellers: Vec::new(),
                officer: Some(person),
            };
            Answer::created(format!("/api/v1/takedowns/{}", made.id), &viewer.wire(found))
        })
    })
    .await
}

/// Which takedowns.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct TakedownParams {
    #[serde(flatten)]
    page: PageParams,
    /// `standing`, `appealed`, `upheld` or `restored`.
    #[serde(default)]
    state: Field<String>,
}

/// Takedowns, newest first: officers see all, sellers their own with `mine=1`.
#[utoipa::path(get, path = "/api/v1/takedowns", tag = "listings", params(PageParams, ("state" = Option<String>, Query)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = List<TakedownWire>)))]
pub async fn list_takedowns(
    State(app): State<App>,
    caller: SignedIn,
    Params(params): Params<TakedownParams>,
) -> Result<Json<List<TakedownWire>>, Problem> {
    let paging = params.page.paging()?;
    let state = match params.state.given().filter(|text| !text.is_empty()) {
        None => None,
        Some(code) => {
            Some(takedown::State::from_code(code).ok_or_else(|| Wrong::one("?state", "wrong-takedown-state"))?)
        }
    };
    let viewer = Viewer::of(&app, &caller).await?;
    let mine = params.page.only_mine();
    if !mine && viewer.officer.is_none() {
        return Err(IdentityError::WrongOffice.into());
    }
    let sellers = mine.then_some(viewer.sellers.as_slice());
    let rows = read::takedowns(app.db().read(), sellers, state, paging)
        .await
        .map_err(ModerationError::from)?;
    Ok(Json(List::page(
        rows,
        paging.limit,
        |row| row.takedown.id.to_string(),
        |row| viewer.wire(row),
    )))
}

/// One takedown, for officers and for the seller whom it is about.
#[utoipa::path(get, path = "/api/v1/takedowns/{id}", tag = "listings", params(("id" = String, Path)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = TakedownWire)))]
pub async fn get_takedown(
    State(app): State<App>,
    caller: SignedIn,
    Id(id): Id<TakedownId>,
) -> Result<Json<TakedownWire>, Problem> {
    let viewer = Viewer::of(&app, &caller).await?;
    let found = read::takedown(app.db().read(), id).await?;
    if viewer.officer.is_none() && !viewer.sellers.contains(&found.takedown.seller_id) {
        return Err(Problem::not_found());
    }
    Ok(Json(viewer.wire(found)))
}

/// The seller says, once, why a takedown is wrong.
#[utoipa::path(post, path = "/api/v1/takedowns/{id}/appeal", tag = "listings", params(("id" = String, Path)),
    request_body = Appeal, security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = TakedownWire)))]
pub async fn appeal_takedown(
    State(app): State<App>,
    selling: Selling,
    caller: SignedIn,
    _headers: HeaderMap,
    Id(id): Id<TakedownId>,
    Body { value, .. }: Body<Appeal>,
) -> Result<Json<TakedownWire>, Problem> {
    // Whose it is comes before what is wrong with the text: it says nothing of what is not theirs.
    let found = read::takedown(app.db().read(), id).await?;
    if !selling.acts_for(found.takedown.seller_id) {
        return Err(Problem::not_found());
    }
    let text = value.check()?;
    let actor = selling.actor();
    app.write(actor, move |unit| {
        let (selling, text) = (selling.clone(), text.clone());
        Box::pin(async move { appeal(unit, &selling, id, text).await })
    })
    .await?;
    let viewer = Viewer::of(&app, &caller).await?;
    Ok(Json(viewer.wire(read::takedown(app.db().read(), id).await?)))
}

/// Another officer than the one who took it down upholds a takedown or brings back what it took.
#[utoipa::path(post, path = "/api/v1/takedowns/{id}/decide", tag = "listings", params(("id" = String, Path)),
    request_body = Decide, security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = TakedownWire)))]
pub async fn decide_takedown(
    State(app): State<App>,
    officer: Officer,
    Id(id): Id<TakedownId>,
    Body { value, .. }: Body<Decide>,
) -> Result<Json<TakedownWire>, Problem> {
    let decision = value.check()?;
    let person = officer.person();
    app.write(officer.actor(), move |unit| {
        let decision = decision.clone();
        Box::pin(async move { decide(unit, person, id, decision).await })
    })
    .await?;
    let viewer = Viewer::of(&app, officer.caller()).await?;
    Ok(Json(viewer.wire(read::takedown(app.db().read(), id).await?)))
}
