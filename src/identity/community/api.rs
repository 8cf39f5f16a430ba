//! Consents, acts and skill over HTTP.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use entity::{
    Day,
    identity::role::Office,
    ids::{ConsentId, PersonId},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    acts::{self, ActView},
    ask_consent::{AskConsent, ask_consent},
    confirm_consent::{ConfirmConsent, confirm_consent, waiting},
    give_phone::{GivePhone, give_phone as give, without_phone},
    read::{self, ConsentView, Month, Share, Whose, state_of},
    revoke_consent::{RevokeConsent, revoke_consent},
    text,
};
use crate::{
    app::App,
    checked,
    http::{
        body::{Body, Id, Maybe, Params, day},
        idempotency::{Answer, Once, write_once},
        input::{Field, Wrong},
        language::{Language, Message},
        list::{List, PageParams},
        problem::{Problem, ProblemDetails},
    },
    identity::{
        Administrator, Helper, IdentityError, InPerson, SignedIn, password,
        phone_codes::{self, Purpose},
    },
};

/// Somebody, by name.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonWire {
    id: String,
    name: String,
}

/// The farmer of a consent.
#[derive(Debug, Serialize, ToSchema)]
pub struct FarmerWire {
    /// `null`: there is no account yet.
    id: Option<String>,
    name: String,
    /// `null`: the farmer has no phone.
    phone: Option<String>,
}

/// Who saw that a farmer agreed.
#[derive(Debug, Serialize, ToSchema)]
pub struct WitnessWire {
    name: String,
    role: String,
    place: String,
}

/// A farmer's consent that a helper acts for them.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConsentWire {
    id: String,
    /// `pending`, `active`, `ended` or `revoked`.
    state: &'static str,
    helper: PersonWire,
    farmer: FarmerWire,
    /// Some of `diary`, `products`, `orders`, `dossiers`.
    scope: Vec<&'static str>,
    text_version: String,
    /// `code` or `witness`.
    how: &'static str,
    witness: Option<WitnessWire>,
    created_at: String,
    given_at: Option<String>,
    /// The first day on which it no longer holds; `null` while it is pending.
    until: Option<String>,
    revoked_at: Option<String>,
    revoked_by: Option<PersonWire>,
}

impl ConsentWire {
    fn of(view: ConsentView, today: Day) -> Self {
        let state = state_of(&view.consent, today);
        let row = view.consent;
        let (id, name, phone) = match view.farmer {
            Some(farmer) => (
                Some(farmer.id.to_string()),
                farmer.name,
                farmer.phone.can_be_dialled().then(|| farmer.phone.to_string()),
            ),
            None => (None, row.name, row.phone.as_ref().map(ToString::to_string)),
        };
        let witness = match (row.witness_name, row.witness_role, row.witness_place) {
            (Some(name), Some(role), Some(place)) => Some(WitnessWire { name, role, place }),
            _ => None,
        };
        Self {
            id: row.id.to_string(),
            state: state.code(),
            helper: PersonWire {
                id: row.helper_id.to_string(),
                name: view.helper,
            },
            farmer: FarmerWire { id, name, phone },
            scope: row.scope.iter().map(entity::identity::consent::Scope::code).collect(),
            text_version: row.text_version,
            how: if witness.is_some() { "witness" } else { "code" },
            witness,
            created_at: row.created_at.rfc3339(),
            given_at: row.given_at.map(entity::Timestamp::rfc3339),
            until: row.until_on.map(|day| day.iso()),
            revoked_at: row.revoked_at.map(entity::Timestamp::rfc3339),
            revoked_by: row.revoked_by.zip(view.revoked_by).map(|(id, name)| PersonWire {
                id: id.to_string(),
                name,
            }),
        }
    }
}

/// What is read aloud before a farmer agrees.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConsentTextWire {
    version: &'static str,
    text: String,
    /// How long a consent given today holds.
    lasts_months: i32,
}

/// The text of today, in the reader's language.
#[utoipa::path(get, path = "/api/v1/consents/text", tag = "community", responses((status = OK, body = ConsentTextWire)))]
pub async fn get_consent_text(State(app): State<App>, headers: HeaderMap) -> Json<ConsentTextWire> {
    let today = app.today();
    Json(ConsentTextWire {
        version: text::version(today),
        text: Language::of_api(&headers).say(&Message::new(text::message(today))),
        lasts_months: text::months(today),
    })
}

/// Which consents are listed.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ConsentParams {
    /// `1`: everybody's; for administrators.
    #[param(value_type = Option<String>)]
    all: Field<String>,
}

/// Those the caller helps, and those who help the caller; newest first.
#[utoipa::path(get, path = "/api/v1/consents", tag = "community", params(PageParams, ConsentParams),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = List<ConsentWire>)))]
pub async fn list_consents(
    State(app): State<App>,
    caller: InPerson,
    Maybe(administrator): Maybe<Administrator>,
    Params(params): Params<PageParams>,
    Params(which): Params<ConsentParams>,
) -> Result<Json<List<ConsentWire>>, Problem> {
    let paging = params.paging()?;
    let all = which.all.given().is_some_and(|value| value == "1");
    if all && administrator.is_none() {
        return Err(IdentityError::WrongOffice.into());
    }
    let whose = (!all).then(|| caller.person());
    let rows = read::consents(app.db().read(), whose, paging).await?;
    let today = app.today();
    Ok(Json(List::page(
        rows,
        paging.limit,
        |view| view.consent.id.to_string(),
        |view| ConsentWire::of(view, today),
    )))
}

/// One consent.
#[utoipa::path(get, path = "/api/v1/consents/{id}", tag = "community", params(("id" = String, Path)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = ConsentWire)))]
pub async fn get_consent(
    State(app): State<App>,
    caller: InPerson,
    Maybe(administrator): Maybe<Administrator>,
    Id(id): Id<ConsentId>,
) -> Result<Json<ConsentWire>, Problem> {
    let view = seen(&app, caller.caller(), administrator.is_some(), id).await?;
    Ok(Json(ConsentWire::of(view, app.today())))
}

async fn seen(app: &App, caller: &SignedIn, administrator: bool, id: ConsentId) -> Result<ConsentView, Problem> {
    let found = read::consent(app.db().read(), caller, administrator, id).await?;
    found.ok_or_else(Problem::not_found)
}

/// The hash of a password that nobody knows, for an account that is made for somebody else.
async fn unusable(app: &App) -> Result<String, IdentityError> {
    password::hash(app, app.source().secret()).await
}

/// Asks a farmer for consent. By `code` it waits until the code that now goes to the farmer's phone is confirmed; before
/// a `witness` it holds at once, and a farmer who is new gets an account that nobody can sign in to.
#[utoipa::path(post, path = "/api/v1/consents", tag = "community", request_body = AskConsent,
    params(("Idempotency-Key" = Option<String>, Header)), security(("bearer" = []), ("session" = [])),
    responses((status = CREATED, body = ConsentWire),
        (status = TOO_MANY_REQUESTS, description = "Too many codes for that phone.", body = ProblemDetails,
            content_type = "application/problem+json")))]
pub async fn create_consent(
    State(app): State<App>,
    headers: HeaderMap,
    helper: Helper,
    once: Once,
    Body { value, digest }: Body<AskConsent>,
) -> Result<Answer, Problem> {
    let new = value.check(helper.caller().phone(), app.today(), unusable(&app).await?)?;
    let (keeper, person, language) = (app.clone(), helper.person(), Language::of_api(&headers));
    write_once(&app, helper.actor(), once, &digest, move |unit| {
        let (app, new) = (keeper.clone(), new.clone());
        Box::pin(async move {
            let row = ask_consent(&app, unit, person, new, language).await?;
            answer(unit, row, Answer::created).await
        })
    })
    .await
}

/// The answer that tells of `row`.
async fn answer(
    unit: &crate::db::Unit,
    row: entity::identity::consent::Model,
    as_new: impl FnOnce(String, &ConsentWire) -> Result<Answer, Problem>,
) -> Result<Answer, Problem> {
    let id = row.id;
    let view = read::views(unit, vec![row]).await?.pop();
    let view = view.ok_or_else(Problem::not_found)?;
    as_new(
        format!("/api/v1/consents/{id}"),
        &ConsentWire::of(view, unit.now().day()),
    )
}

/// Takes the code that came to the farmer's phone: from now on the helper may act.
#[utoipa::path(post, path = "/api/v1/consents/{id}/confirm", tag = "community", params(("id" = String, Path)),
    request_body = ConfirmConsent, security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = ConsentWire)))]
pub async fn confirm(
    State(app): State<App>,
    helper: Helper,
    Id(id): Id<ConsentId>,
    Body { value, .. }: Body<ConfirmConsent>,
) -> Result<Json<ConsentWire>, Problem> {
    let mut wrong = Wrong::default();
    let code = wrong.line("/code", &value.code, 20);
    let code = read_code(wrong, code)?;
    let row = waiting(app.db().read(), helper.person(), id).await?;
    let phone = row.phone.ok_or(IdentityError::NoSuchThing)?;
    let proven = phone_codes::check(&app, &phone, Purpose::Consent, &code).await?;
    let (person, unusable) = (helper.person(), unusable(&app).await?);
    let row = app
        .write(helper.actor(), move |unit| {
            let (proven, unusable) = (proven.clone(), unusable.clone());
            Box::pin(async move { confirm_consent(unit, person, id, &proven, unusable).await })
        })
        .await?;
    told(&app, row).await
}

fn read_code(wrong: Wrong, code: Option<String>) -> Result<String, Wrong> {
    checked!(wrong; code);
    Ok(code)
}

async fn told(app: &App, row: entity::identity::consent::Model) -> Result<Json<ConsentWire>, Problem> {
    let view = read::views(app.db().read(), vec![row]).await?.pop();
    let view = view.ok_or_else(Problem::not_found)?;
    Ok(Json(ConsentWire::of(view, app.today())))
}

/// Sends the code again.
#[utoipa::path(post, path = "/api/v1/consents/{id}/code", tag = "community", params(("id" = String, Path)),
    security(("bearer" = []), ("session" = [])),
    responses((status = NO_CONTENT, description = "It is on its way."),
        (status = TOO_MANY_REQUESTS, description = "Too many codes for that phone.", body = ProblemDetails,
            content_type = "application/problem+json")))]
pub async fn send_code_again(
    State(app): State<App>,
    headers: HeaderMap,
    helper: Helper,
    Id(id): Id<ConsentId>,
) -> Result<StatusCode, Problem> {
    let (keeper, person, language) = (app.clone(), helper.person(), Language::of_api(&headers));
    app.write(helper.actor(), move |unit| {
        let app = keeper.clone();
        Box::pin(async move {
            let row = waiting(&*unit, person, id).await?;
            let phone = row.phone.ok_or(IdentityError::NoSuchThing)?;
            phone_codes::send(&app, unit, &phone, Purpose::Consent, language).await
        })
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends a consent: by the farmer, that helper or an administrator. Ended twice is ended.
#[utoipa::path(post, path = "/api/v1/consents/{id}/revoke", tag = "community", params(("id" = String, Path)),
    request_body = RevokeConsent, security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = ConsentWire)))]
pub async fn revoke(
    State(app): State<App>,
    caller: InPerson,
    Maybe(administrator): Maybe<Administrator>,
    Id(id): Id<ConsentId>,
    Body { value, .. }: Body<RevokeConsent>,
) -> Result<Json<ConsentWire>, Problem> {
    let reason = value.check()?;
    let view = seen(&app, caller.caller(), administrator.is_some(), id).await?;
    let actor = if view.consent.farmer_id == Some(caller.person()) {
        caller.actor()
    } else if view.consent.helper_id == caller.person() {
        match view.consent.farmer_id {
            Some(farmer) => caller.caller().helping(farmer),
            None => caller.caller().in_office(Office::Helper),
        }
    } else {
        administrator.ok_or(IdentityError::WrongOffice)?.actor()
    };
    let row = app
        .write(actor, move |unit| {
            let reason = reason.clone();
            Box::pin(async move { revoke_consent(unit, id, &reason).await })
        })
        .await?;
    told(&app, row).await
}

/// What was done alone and what with help.
#[derive(Debug, Serialize, ToSchema)]
pub struct SkillKindWire {
    /// `diary`, `batch`, `product`, `listing`, `order` or `dossier`.
    kind: &'static str,
    alone: i64,
    helped: i64,
    /// The part done alone, rounded down.
    alone_percent: Option<i64>,
}

impl SkillKindWire {
    fn of((kind, share): (&'static str, Share)) -> Self {
        Self {
            kind,
            alone: share.alone,
            helped: share.helped,
            alone_percent: share.alone_percent(),
        }
    }
}

/// A month of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct SkillMonthWire {
    /// `2026-11`.
    month: String,
    alone: i64,
    helped: i64,
    alone_percent: Option<i64>,
    /// Only kinds of which something was done.
    kinds: Vec<SkillKindWire>,
}

impl From<Month> for SkillMonthWire {
    fn from(month: Month) -> Self {
        let all = month.all();
        Self {
            alone: all.alone,
            helped: all.helped,
            alone_percent: all.alone_percent(),
            kinds: month.kinds.into_iter().map(SkillKindWire::of).collect(),
            month: month.month,
        }
    }
}

/// What a farmer does alone by now.
#[derive(Debug, Serialize, ToSchema)]
pub struct SkillWire {
    consent_id: String,
    farmer: PersonWire,
    /// The newest first, at most twelve; months in which nothing was done are left out.
    months: Vec<SkillMonthWire>,
}

/// How much the farmer of a consent does alone, month by month.
#[utoipa::path(get, path = "/api/v1/consents/{id}/skill", tag = "community", params(("id" = String, Path)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = SkillWire)))]
pub async fn get_skill(
    State(app): State<App>,
    caller: InPerson,
    Maybe(administrator): Maybe<Administrator>,
    Id(id): Id<ConsentId>,
) -> Result<Json<SkillWire>, Problem> {
    let view = seen(&app, caller.caller(), administrator.is_some(), id).await?;
    // Who gave no consent has not agreed to be counted either.
    let farmer = view.farmer.ok_or_else(Problem::not_found)?;
    let months = read::skill(app.db().read(), Whose::Farmer(farmer.id), app.today()).await?;
    Ok(Json(SkillWire {
        consent_id: id.to_string(),
        farmer: PersonWire {
            id: farmer.id.to_string(),
            name: farmer.name,
        },
        months: months.into_iter().map(SkillMonthWire::from).collect(),
    }))
}

/// All of it together.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommunityWire {
    farmers: u64,
    active_consents: u64,
    months: Vec<SkillMonthWire>,
}

/// How much the farmers whom the caller helps do alone; an administrator is told of all who ever had a consent.
#[utoipa::path(get, path = "/api/v1/community/summary", tag = "community",
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = CommunityWire)))]
pub async fn get_summary(
    State(app): State<App>,
    caller: InPerson,
    Maybe(administrator): Maybe<Administrator>,
) -> Result<Json<CommunityWire>, Problem> {
    let whose = if administrator.is_some() {
        Whose::Everybody
    } else if caller.caller().holds(Office::Helper) {
        Whose::HelpedBy(caller.person())
    } else {
        return Err(IdentityError::WrongOffice.into());
    };
    let (db, today) = (app.db().read(), app.today());
    let (farmers, active_consents) = read::count(db, whose, today).await?;
    let months = read::skill(db, whose, today).await?;
    Ok(Json(CommunityWire {
        farmers,
        active_consents,
        months: months.into_iter().map(SkillMonthWire::from).collect(),
    }))
}

/// A farmer and the phone they have now.
#[derive(Debug, Serialize, ToSchema)]
pub struct PhoneWire {
    id: String,
    name: String,
    phone: String,
}

/// A farmer without a phone has one now. Without a `code` one is sent there (202); with it the phone is theirs, and they
/// can sign in by a code of their own.
#[utoipa::path(post, path = "/api/v1/accounts/{id}/phone", tag = "community", params(("id" = String, Path)),
    request_body = GivePhone, security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = PhoneWire), (status = ACCEPTED, description = "A code is on its way to that phone."),
        (status = TOO_MANY_REQUESTS, description = "Too many codes for that phone.", body = ProblemDetails,
            content_type = "application/problem+json")))]
pub async fn give_phone(
    State(app): State<App>,
    headers: HeaderMap,
    helper: Helper,
    Id(farmer): Id<PersonId>,
    Body { value, .. }: Body<GivePhone>,
) -> Result<Response, Problem> {
    let (phone, code) = value.check()?;
    let scopes = read::scopes_now(app.db().read(), helper.person(), farmer, app.today()).await?;
    if scopes.is_none() {
        return Err(Problem::not_found());
    }
    without_phone(app.db().read(), farmer).await?;
    let actor = helper.caller().helping(farmer);
    let Some(code) = code else {
        let (keeper, language) = (app.clone(), Language::of_api(&headers));
        app.write(actor, move |unit| {
            let (app, phone) = (keeper.clone(), phone.clone());
            Box::pin(async move { phone_codes::send(&app, unit, &phone, Purpose::Consent, language).await })
        })
        .await?;
        return Ok(StatusCode::ACCEPTED.into_response());
    };
    let proven = phone_codes::check(&app, &phone, Purpose::Consent, &code).await?;
    let person = app
        .write(actor, move |unit| {
            let proven = proven.clone();
            Box::pin(async move { give(unit, farmer, &proven).await })
        })
        .await?;
    Ok(Json(PhoneWire {
        id: person.id.to_string(),
        name: person.name,
        phone: person.phone.to_string(),
    })
    .into_response())
}

/// Which acts are listed.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ActParams {
    /// Only those that this account did, or that were done for it.
    #[param(value_type = Option<String>)]
    person: Field<String>,
    /// `officer`, `market_manager`, `helper` or `administrator`.
    #[param(value_type = Option<String>)]
    office: Field<String>,
    /// The first day.
    #[param(value_type = Option<String>)]
    from: Field<String>,
    /// The last day.
    #[param(value_type = Option<String>)]
    to: Field<String>,
}

impl ActParams {
    fn check(&self) -> Result<acts::Filter, Wrong> {
        let mut wrong = Wrong::default();
        let person = wrong.optional("?person", &self.person, |wrong, pointer, field| {
            wrong.code::<PersonId>(pointer, field, "wrong-id")
        });
        let office = wrong.optional("?office", &self.office, |wrong, pointer, field| {
            let code = wrong.required(pointer, field)?;
            let offices = [
                Office::Officer,
                Office::MarketManager,
                Office::Helper,
                Office::Administrator,
            ];
            let known = offices.into_iter().find(|office| office.code() == code);
            if known.is_none() {
                wrong.note(pointer, "wrong-office");
            }
            known
        });
        let from = wrong.optional("?from", &self.from, day);
        let to = wrong.optional("?to", &self.to, day);
        checked!(wrong; person, office, from, to);
        Ok(acts::Filter {
            visible_to: None,
            behalf: None,
            person,
            office,
            from,
            to,
        })
    }
}

/// Something done in an office, or for somebody else.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActWire {
    id: String,
    at: String,
    /// Whose hand it was.
    by: PersonWire,
    /// `officer`, `market_manager`, `helper` or `administrator`.
    office: &'static str,
    /// For whom, when it was for somebody else.
    behalf: Option<PersonWire>,
    /// A stable word for what it was; `other` where there is none.
    what: &'static str,
    /// The same in the reader's language.
    said: String,
    method: String,
    path: String,
    /// The route that answered, with its parameters in braces.
    route: String,
    reason: Option<String>,
}

impl ActWire {
    fn of(view: ActView, language: Language) -> Self {
        let said = language.text(&format!("act-{}", view.what), &std::collections::HashMap::new());
        let act = view.act;
        Self {
            id: act.id.to_string(),
            at: act.at.rfc3339(),
            by: PersonWire {
                id: act.person_id.to_string(),
                name: view.by,
            },
            office: act.office.code(),
            behalf: act.behalf_id.zip(view.behalf).map(|(id, name)| PersonWire {
                id: id.to_string(),
                name,
            }),
            what: view.what,
            said,
            method: act.method,
            path: act.path,
            route: act.route,
            reason: act.reason,
        }
    }
}

/// What the caller did in office, and what was done for the caller; for administrators what everybody did. Newest first.
#[utoipa::path(get, path = "/api/v1/acts", tag = "community", params(PageParams, ActParams),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = List<ActWire>)))]
pub async fn list_acts(
    State(app): State<App>,
    headers: HeaderMap,
    caller: InPerson,
    Maybe(administrator): Maybe<Administrator>,
    Params(params): Params<PageParams>,
    Params(which): Params<ActParams>,
) -> Result<Json<List<ActWire>>, Problem> {
    let paging = params.paging()?;
    let filter = acts::Filter {
        visible_to: administrator.is_none().then(|| caller.person()),
        ..which.check()?
    };
    let rows = acts::acts(app.db().read(), filter, paging).await?;
    let language = Language::of_api(&headers);
    Ok(Json(List::page(
        rows,
        paging.limit,
        |view| view.act.id.to_string(),
        |view| ActWire::of(view, language),
    )))
}
