//! The desk of OCOP over HTTP.

use axum::{Json, extract::State, http::StatusCode};
use entity::{
    CommuneCode,
    dossiers::{
        dossier::{self, Kind},
        step::What,
    },
    ids::{DossierId, PersonId, SellerId},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    OcopError,
    apply::{Apply, apply},
    ballot::{Score, cast},
    council::{self, Appoint},
    decide::{Decide, decide},
    party::Party,
    read::{desk, seller_names},
    rules::product_sets,
    samples::{ReceiveSamples, receive},
    wire::{DossierDetail, DossierWire, MemberWire, ProductSetWire},
};
use crate::{
    app::App,
    db::{Actor, Unit},
    dossiers::{
        self, Supplement, SupplementInput,
        lifecycle::Event,
        read::{Query, States, names},
    },
    http::{
        body::{Body, Id, Params},
        idempotency::{Answer, Once, write_once},
        input::{Field, Wrong},
        list::{List, PageParams},
        problem::Problem,
    },
    identity::{Administrator, IdentityError},
};

/// Enters an application: by the seller's people, or by an officer for the seller of the product.
#[utoipa::path(post, path = "/api/v1/dossiers", tag = "dossiers", request_body = Apply,
    params(("Idempotency-Key" = Option<String>, Header)), security(("bearer" = []), ("session" = [])),
    responses((status = CREATED, body = DossierDetail)))]
pub async fn create_dossier(
    State(app): State<App>,
    party: Party,
    once: Once,
    Body { value, digest }: Body<Apply>,
) -> Result<Answer, Problem> {
    let new = value.check(app.db().read(), &party).await?;
    let own = party.acts_for(new.seller());
    let actor = party.actor_for(new.seller())?;
    write_once(&app, actor, once, &digest, move |unit| {
        let (new, party) = (new.clone(), party.clone());
        Box::pin(async move {
            let made = apply(unit, own, new).await?;
            let location = format!("/api/v1/dossiers/{}", made.id);
            Answer::created(location, &detail(unit, made.id, &party).await?)
        })
    })
    .await
}

/// Which dossiers are listed.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DossierParams {
    /// Items on a page, 1 to 100; 24 by default.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Field<String>,
    /// The `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Field<String>,
    /// `1`: only those of the caller's own sellers.
    #[param(value_type = Option<String>)]
    mine: Field<String>,
    /// A state, or `open`, `closed`, `all`. Officers see the open ones by default.
    #[param(value_type = Option<String>)]
    state: Field<String>,
    #[param(value_type = Option<String>)]
    kind: Field<String>,
    /// A commune's code.
    #[param(value_type = Option<String>)]
    commune: Field<String>,
    /// `1`: only those past their deadline.
    #[param(value_type = Option<String>)]
    overdue: Field<String>,
}

/// What of a query's fields is filled in.
fn filled(field: &Field<String>) -> Option<&str> {
    field.given().map(|text| text.trim()).filter(|text| !text.is_empty())
}

/// The officers' queue, ordered by deadline, or with `mine=1` the caller's own, the newest first.
#[utoipa::path(get, path = "/api/v1/dossiers", tag = "dossiers", params(DossierParams),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = List<DossierWire>)))]
pub async fn list_dossiers(
    State(app): State<App>,
    party: Party,
    Params(params): Params<DossierParams>,
) -> Result<Json<List<DossierWire>>, Problem> {
    let pages = PageParams {
        limit: params.limit.clone(),
        cursor: params.cursor.clone(),
        mine: params.mine.clone(),
    };
    let paging = pages.paging()?;
    let mine = pages.only_mine();
    if !mine && !party.is_officer() {
        return Err(IdentityError::WrongOffice.into());
    }
    let mut wrong = Wrong::default();
    let by_default = if mine { States::All } else { States::Open };
    let states = filled(&params.state).map_or(Some(by_default), States::from_code);
    if states.is_none() {
        wrong.note("?state", "wrong-dossier-state");
    }
    let kind = filled(&params.kind).map(Kind::from_code);
    if kind == Some(None) {
        wrong.note("?kind", "wrong-dossier-kind");
    }
    let commune = filled(&params.commune).map(str::parse::<CommuneCode>);
    if matches!(commune, Some(Err(_))) {
        wrong.note("?commune", "wrong-commune");
    }
    wrong.result()?;
    let today = app.today();
    let query = Query {
        parties: mine.then(|| party.sellers().iter().map(|seller| seller.0).collect()),
        states: states.unwrap_or(by_default),
        kind: kind.flatten(),
        commune: commune.and_then(Result::ok),
        overdue: filled(&params.overdue).is_some_and(|value| value == "1" || value == "true"),
        today,
    };
    let db = app.db().read();
    let (rows, total) = dossiers::read::list(db, &query, paging).await?;
    let sellers = seller_names(db, rows.iter().map(|row| SellerId(row.party_id))).await?;
    let mut list = List::page(
        rows,
        paging.limit,
        |row| row.id.to_string(),
        |row| {
            let seller = sellers.get(&SellerId(row.party_id)).cloned().unwrap_or_default();
            DossierWire::of(&row, seller, today)
        },
    );
    list.total = Some(total);
    Ok(Json(list))
}

/// One dossier with its steps, its clock and what belongs to it: for officers, and for the people of the seller.
#[utoipa::path(get, path = "/api/v1/dossiers/{id}", tag = "dossiers", params(("id" = String, Path)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = DossierDetail)))]
pub async fn get_dossier(
    State(app): State<App>,
    party: Party,
    Id(id): Id<DossierId>,
) -> Result<Json<DossierDetail>, Problem> {
    let today = app.today();
    let desk = desk(app.db().read(), id, &party, today).await?;
    desk.map(|desk| Json(DossierDetail::of(&desk, today)))
        .ok_or_else(Problem::not_found)
}

/// The dossier, when `party` may know of it.
async fn seen(app: &App, party: &Party, id: DossierId) -> Result<dossier::Model, OcopError> {
    let found = dossiers::read::dossier(app.db().read(), id).await?;
    found
        .filter(|dossier| party.sees(dossier))
        .ok_or(OcopError::NoSuchThing)
}

async fn detail(unit: &Unit, id: DossierId, party: &Party) -> Result<DossierDetail, OcopError> {
    let today = unit.now().day();
    let desk = desk(unit, id, party, today).await?.ok_or(OcopError::NoSuchThing)?;
    Ok(DossierDetail::of(&desk, today))
}

/// Asks for what is missing, and the clock stands; or answers, and it goes on.
#[utoipa::path(post, path = "/api/v1/dossiers/{id}/supplement", tag = "dossiers", request_body = SupplementInput,
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = DossierDetail)))]
pub async fn supplement_dossier(
    State(app): State<App>,
    party: Party,
    Id(id): Id<DossierId>,
    once: Once,
    Body { value, digest }: Body<SupplementInput>,
) -> Result<Answer, Problem> {
    let dossier = seen(&app, &party, id).await?;
    let supplement = value.check(app.today())?;
    let actor = match &supplement {
        Supplement::Ask { .. } => party.in_office(&dossier)?,
        Supplement::Answer(_) => party.actor_for(SellerId(dossier.party_id))?,
    };
    write_once(&app, actor, once, &digest, move |unit| {
        let (supplement, party) = (supplement.clone(), party.clone());
        Box::pin(async move {
            match supplement {
                Supplement::Ask { ask, due_on } => {
                    unit.because(&ask);
                    dossiers::ask(unit, id, &ask, due_on).await?
                }
                Supplement::Answer(answer) => dossiers::answer(unit, id, &answer).await?,
            };
            Answer::ok(&detail(unit, id, &party).await?)
        })
    })
    .await
}

/// A remark.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct Remark {
    #[schema(value_type = Option<String>, max_length = 4000)]
    pub note: Field<String>,
}

/// The commune finds the dossier complete and sends it on; the province's clock starts.
#[utoipa::path(post, path = "/api/v1/dossiers/{id}/accept", tag = "dossiers", request_body = Remark,
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = DossierDetail)))]
pub async fn accept_dossier(
    State(app): State<App>,
    party: Party,
    Id(id): Id<DossierId>,
    once: Once,
    Body { value, digest }: Body<Remark>,
) -> Result<Answer, Problem> {
    let actor = party.in_office(&seen(&app, &party, id).await?)?;
    let note = read_prose("/note", &value.note)?;
    plain(
        &app,
        party,
        actor,
        (once, digest),
        id,
        (Event::Accept, What::Accepted, note),
    )
    .await
}

/// Why somebody takes something back.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct WhyBack {
    #[schema(value_type = Option<String>, max_length = 4000)]
    pub reason: Field<String>,
}

/// The applicant takes the dossier back.
#[utoipa::path(post, path = "/api/v1/dossiers/{id}/withdraw", tag = "dossiers", request_body = WhyBack,
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = DossierDetail)))]
pub async fn withdraw_dossier(
    State(app): State<App>,
    party: Party,
    Id(id): Id<DossierId>,
    once: Once,
    Body { value, digest }: Body<WhyBack>,
) -> Result<Answer, Problem> {
    let dossier = seen(&app, &party, id).await?;
    if !party.applied(&dossier) {
        return Err(OcopError::NotTheApplicant.into());
    }
    let actor = party.caller().actor();
    let reason = read_prose("/reason", &value.reason)?;
    plain(
        &app,
        party,
        actor,
        (once, digest),
        id,
        (Event::Withdraw, What::Withdrawn, reason),
    )
    .await
}

fn read_prose(pointer: &str, field: &Field<String>) -> Result<String, Wrong> {
    let mut wrong = Wrong::default();
    let text = wrong.prose(pointer, field, 4000);
    wrong.result()?;
    Ok(text.unwrap_or_default())
}

/// Samples of the product came in.
#[utoipa::path(post, path = "/api/v1/dossiers/{id}/samples", tag = "dossiers", request_body = ReceiveSamples,
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = DossierDetail)))]
pub async fn receive_samples(
    State(app): State<App>,
    party: Party,
    Id(id): Id<DossierId>,
    once: Once,
    Body { value, digest }: Body<ReceiveSamples>,
) -> Result<Answer, Problem> {
    let actor = party.in_office(&seen(&app, &party, id).await?)?;
    let samples = value.check(app.today())?;
    write_once(&app, actor, once, &digest, move |unit| {
        let (samples, party) = (samples.clone(), party.clone());
        Box::pin(async move {
            receive(unit, id, &samples).await?;
            Answer::ok(&detail(unit, id, &party).await?)
        })
    })
    .await
}

/// A member of the council gives points, or corrects those they gave.
#[utoipa::path(post, path = "/api/v1/dossiers/{id}/score", tag = "dossiers", request_body = Score,
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = DossierDetail)))]
pub async fn score_dossier(
    State(app): State<App>,
    party: Party,
    Id(id): Id<DossierId>,
    once: Once,
    Body { value, digest }: Body<Score>,
) -> Result<Answer, Problem> {
    let actor = party.in_office(&seen(&app, &party, id).await?)?;
    let member = party.caller().person();
    if !council::sits(app.db().read(), member, app.today()).await? {
        return Err(OcopError::NotOnCouncil.into());
    }
    let ballot = value.check()?;
    write_once(&app, actor, once, &digest, move |unit| {
        let (ballot, party) = (ballot.clone(), party.clone());
        Box::pin(async move {
            cast(unit, id, member, &ballot).await?;
            Answer::ok(&detail(unit, id, &party).await?)
        })
    })
    .await
}

/// Grants a certificate, with exactly the star that the ballots carry, or refuses with a reason.
#[utoipa::path(post, path = "/api/v1/dossiers/{id}/decide", tag = "dossiers", request_body = Decide,
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = DossierDetail)))]
pub async fn decide_dossier(
    State(app): State<App>,
    party: Party,
    Id(id): Id<DossierId>,
    once: Once,
    Body { value, digest }: Body<Decide>,
) -> Result<Answer, Problem> {
    let actor = party.in_office(&seen(&app, &party, id).await?)?;
    let decision = value.check(app.today())?;
    write_once(&app, actor, once, &digest, move |unit| {
        let (decision, party) = (decision.clone(), party.clone());
        Box::pin(async move {
            decide(unit, id, &decision).await?;
            Answer::ok(&detail(unit, id, &party).await?)
        })
    })
    .await
}

/// A move that writes nothing but the dossier's own rows.
async fn plain(
    app: &App,
    party: Party,
    actor: Actor,
    (once, digest): (Once, String),
    id: DossierId,
    (event, what, remark): (Event, What, String),
) -> Result<Answer, Problem> {
    write_once(app, actor, once, &digest, move |unit| {
        let (remark, party) = (remark.clone(), party.clone());
        Box::pin(async move {
            let mut dossier = dossiers::locked(unit, id).await?;
            dossiers::advance(unit, &mut dossier, event, what, &remark).await?;
            Answer::ok(&detail(unit, id, &party).await?)
        })
    })
    .await
}

/// The members of the council, past ones too. For officers and administrators.
#[utoipa::path(get, path = "/api/v1/council", tag = "dossiers", params(PageParams),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = List<MemberWire>)))]
pub async fn list_members(
    State(app): State<App>,
    party: Party,
    Params(params): Params<PageParams>,
) -> Result<Json<List<MemberWire>>, Problem> {
    use entity::identity::role::Office;
    if !party.is_officer() && !party.caller().holds(Office::Administrator) {
        return Err(IdentityError::WrongOffice.into());
    }
    let paging = params.paging()?;
    let db = app.db().read();
    let rows = council::members(db, paging).await?;
    let names = names(db, rows.iter().map(|row| row.person_id)).await?;
    let today = app.today();
    Ok(Json(List::page(
        rows,
        paging.limit,
        |row| row.person_id.to_string(),
        |row| MemberWire::of(&row, &names, today),
    )))
}

/// Appoints an account to the council, or changes its days.
#[utoipa::path(put, path = "/api/v1/council/{id}", tag = "dossiers", request_body = Appoint,
    params(("id" = String, Path, description = "The account.")),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = MemberWire)))]
pub async fn put_member(
    State(app): State<App>,
    administrator: Administrator,
    Id(id): Id<PersonId>,
    Body { value, .. }: Body<Appoint>,
) -> Result<Json<MemberWire>, Problem> {
    let today = app.today();
    let appointment = value.check(today)?;
    let row = app
        .write(administrator.actor(), move |unit| {
            Box::pin(async move { council::appoint(unit, id, appointment).await })
        })
        .await?;
    let names = names(app.db().read(), [id]).await?;
    Ok(Json(MemberWire::of(&row, &names, today)))
}

/// Ends a membership from today on.
#[utoipa::path(delete, path = "/api/v1/council/{id}", tag = "dossiers",
    params(("id" = String, Path, description = "The account.")),
    security(("bearer" = []), ("session" = [])),
    responses((status = NO_CONTENT, description = "The account gives no points any more.")))]
pub async fn delete_member(
    State(app): State<App>,
    administrator: Administrator,
    Id(id): Id<PersonId>,
) -> Result<StatusCode, Problem> {
    app.write(administrator.actor(), move |unit| {
        Box::pin(async move { council::dismiss(unit, id).await })
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The product sets.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProductSets {
    items: Vec<ProductSetWire>,
}

/// The 26 product sets by which products are judged.
#[utoipa::path(get, path = "/api/v1/ocop/product-sets", tag = "dossiers", responses((status = OK, body = ProductSets)))]
pub async fn list_product_sets() -> Json<ProductSets> {
    let items = product_sets()
        .iter()
        .map(|set| ProductSetWire {
            no: set.no,
            industry: &set.industry,
            name: &set.name,
            samples: set.samples,
        })
        .collect();
    Json(ProductSets { items })
}
