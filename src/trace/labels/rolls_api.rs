//! Rolls over HTTP: ordering them, printing them, and telling which batch their stickers are stuck on.

use std::collections::HashMap;

use axum::{Json, extract::State, response::Response};
use entity::{
    ShortCode,
    ids::{BatchId, RollBindingId, RollId},
    trace::{batch, roll, roll_binding, roll_code},
};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    COUNTS, Format, Template, api,
    bind::{BindRoll, bind_roll},
    rolls::{MakeRoll, RollKeeper, make_roll, template},
};
use crate::{
    app::App,
    catalogue::Selling,
    http::{
        body::{Body, Id, Params},
        idempotency::{Answer, Once, write_once},
        input::{Field, Wrong},
        language::Message,
        list::{List, PageParams},
        problem::Problem,
    },
    places,
    trace::{TraceError, print},
};

/// A roll.
#[derive(Debug, Serialize, ToSchema)]
pub struct RollWire {
    id: String,
    commune_code: String,
    /// The commune's name.
    commune: String,
    /// The running number of its first sticker.
    first: i32,
    last: i32,
    count: i32,
    /// How many of them were told to be stuck on a batch.
    bound: i64,
    template: String,
    /// The cooperative or company that ordered it for itself.
    seller_id: Option<String>,
    made_at: String,
}

impl RollWire {
    fn new(roll: roll::Model, bound: i64) -> Self {
        Self {
            id: roll.id.to_string(),
            commune: places::commune(&roll.commune_code).map_or_else(String::new, |place| place.full_name.clone()),
            commune_code: roll.commune_code.to_string(),
            first: roll.first,
            last: roll.last(),
            count: roll.count,
            bound,
            template: roll.template,
            seller_id: roll.seller_id.map(|id| id.to_string()),
            made_at: roll.made_at.rfc3339(),
        }
    }
}

/// How many stickers of each of `rolls` are bound.
async fn bound(db: &impl ConnectionTrait, rolls: &[roll::Model]) -> Result<HashMap<RollId, i64>, DbErr> {
    let counts: Vec<(RollId, i64)> = roll_code::Entity::find()
        .select_only()
        .column(roll_code::Column::RollId)
        .column_as(roll_code::Column::Code.count(), "bound")
        .filter(roll_code::Column::RollId.is_in(rolls.iter().map(|roll| roll.id)))
        .filter(roll_code::Column::BatchId.is_not_null())
        .group_by(roll_code::Column::RollId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(counts.into_iter().collect())
}

/// The caller's rolls, for officers and helpers everybody's, newest first.
#[utoipa::path(get, path = "/api/v1/rolls", tag = "trace", params(PageParams), security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = List<RollWire>)))]
pub async fn list_rolls(
    State(app): State<App>,
    keeper: RollKeeper,
    Params(params): Params<PageParams>,
) -> Result<Json<List<RollWire>>, Problem> {
    let paging = params.paging()?;
    let mut query = roll::Entity::find()
        .order_by_desc(roll::Column::Id)
        .limit(paging.limit + 1);
    if let Some(own) = keeper.own() {
        query = query.filter(roll::Column::SellerId.is_in(own.iter().copied()));
    } else if params.only_mine() {
        query = query.filter(roll::Column::MadeBy.eq(keeper.actor().person()));
    }
    if let Some(before) = paging.after {
        query = query.filter(roll::Column::Id.lt(RollId(before)));
    }
    let db = app.db().read();
    let rows = query.all(db).await?;
    let bound = bound(db, &rows).await?;
    let wire = |roll: roll::Model| {
        let bound = bound.get(&roll.id).copied().unwrap_or(0);
        RollWire::new(roll, bound)
    };
    Ok(Json(List::page(rows, paging.limit, |roll| roll.id.to_string(), wire)))
}

/// One of those that the caller keeps.
async fn kept(app: &App, keeper: &RollKeeper, id: RollId) -> Result<roll::Model, Problem> {
    let roll = roll::Entity::find_by_id(id).one(app.db().read()).await?;
    roll.filter(|roll| {
        let own = keeper.own();
        own.is_none_or(|own| roll.seller_id.is_some_and(|seller| own.contains(&seller)))
    })
    .ok_or_else(Problem::not_found)
}

/// One roll.
#[utoipa::path(get, path = "/api/v1/rolls/{id}", tag = "trace", params(("id" = String, Path)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = RollWire)))]
pub async fn get_roll(
    State(app): State<App>,
    keeper: RollKeeper,
    Id(id): Id<RollId>,
) -> Result<Json<RollWire>, Problem> {
    let roll = kept(&app, &keeper, id).await?;
    let bound = bound(app.db().read(), std::slice::from_ref(&roll)).await?;
    let bound = bound.get(&roll.id).copied().unwrap_or(0);
    Ok(Json(RollWire::new(roll, bound)))
}

/// Orders a roll of stickers numbered in advance. Officers and helpers order for any commune, cooperatives and companies
/// for their own.
#[utoipa::path(post, path = "/api/v1/rolls", tag = "trace", request_body = MakeRoll,
    params(("Idempotency-Key" = Option<String>, Header)), security(("bearer" = []), ("session" = [])),
    responses((status = CREATED, body = RollWire)))]
pub async fn create_roll(
    State(app): State<App>,
    keeper: RollKeeper,
    once: Once,
    Body { value, digest }: Body<MakeRoll>,
) -> Result<Answer, Problem> {
    let new = value.check()?;
    write_once(&app, keeper.actor(), once, &digest, move |unit| {
        let (keeper, new) = (keeper.clone(), new.clone());
        Box::pin(async move {
            let made = make_roll(unit, &keeper, &new).await?;
            Answer::created(format!("/api/v1/rolls/{}", made.id), &RollWire::new(made, 0))
        })
    })
    .await
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RollLabelParams {
    /// `roll-50x30`, `roll-40x25`, `a4-24` or `a4-65`; the roll's own by default.
    #[param(value_type = Option<String>)]
    template: Field<String>,
    /// The running number to begin with; the roll's first by default.
    #[param(value_type = Option<u32>, minimum = 1)]
    from: Field<String>,
    /// Stickers, 1 to 1000; all that are left of the roll by default, as far as one file holds them.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1000)]
    count: Field<String>,
}

/// The stickers of a roll as a PDF: a code, its number and the commune, and no product.
#[utoipa::path(get, path = "/api/v1/rolls/{id}/labels.pdf", tag = "trace", params(("id" = String, Path), RollLabelParams),
    security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = Vec<u8>, content_type = "application/pdf")))]
pub async fn roll_pdf(
    State(app): State<App>,
    keeper: RollKeeper,
    Id(id): Id<RollId>,
    Params(params): Params<RollLabelParams>,
) -> Result<Response, Problem> {
    labels(&app, &keeper, id, &params, Format::Pdf).await
}

/// The same for label printers that speak ZPL II, at 203 dpi.
#[utoipa::path(get, path = "/api/v1/rolls/{id}/labels.zpl", tag = "trace", params(("id" = String, Path), RollLabelParams),
    security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = String, content_type = "application/zpl")))]
pub async fn roll_zpl(
    State(app): State<App>,
    keeper: RollKeeper,
    Id(id): Id<RollId>,
    Params(params): Params<RollLabelParams>,
) -> Result<Response, Problem> {
    labels(&app, &keeper, id, &params, Format::Zpl).await
}

/// The same for small printers that speak ESC/POS, at 203 dpi.
#[utoipa::path(get, path = "/api/v1/rolls/{id}/labels.escpos", tag = "trace", params(("id" = String, Path), RollLabelParams),
    security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = Vec<u8>, content_type = "application/octet-stream")))]
pub async fn roll_escpos(
    State(app): State<App>,
    keeper: RollKeeper,
    Id(id): Id<RollId>,
    Params(params): Params<RollLabelParams>,
) -> Result<Response, Problem> {
    labels(&app, &keeper, id, &params, Format::EscPos).await
}

async fn labels(
    app: &App,
    keeper: &RollKeeper,
    id: RollId,
    params: &RollLabelParams,
    format: Format,
) -> Result<Response, Problem> {
    let roll = kept(app, keeper, id).await?;
    let number = |number: i32| usize::try_from(number).unwrap_or(0);
    let mut wrong = Wrong::default();
    let usual = roll.template.parse().unwrap_or(Template::Roll50x30);
    let template = template(&mut wrong, "?template", &params.template, usual);
    let numbers = number(roll.first)..=number(roll.last());
    let from = wrong.count("?from", &params.from, numbers, number(roll.first));
    let left = number(roll.last()) + 1 - from.unwrap_or(number(roll.first));
    let most = left.min(*COUNTS.end());
    let count = wrong.count("?count", &params.count, 1..=most, most);
    crate::checked!(wrong; template, from, count);
    let codes = roll_code::Entity::find()
        .filter(roll_code::Column::RollId.eq(roll.id))
        .filter(roll_code::Column::Number.gte(i32::try_from(from).unwrap_or(i32::MAX)))
        .order_by_asc(roll_code::Column::Number)
        .limit(u64::try_from(count).unwrap_or(1))
        .all(app.db().read())
        .await?;
    let data = print::of_roll(app.resolver_url(), &roll, codes);
    let name = format!("cuon-{}-{:06}", roll.commune_code, from);
    api::file(template, format, data, &name).await
}

/// A sticker that was told to be on two batches.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClashWire {
    code: String,
    number: i32,
    /// The batch it stays on.
    batch_id: String,
    lot: String,
}

/// What was told of some stickers of a roll.
#[derive(Debug, Serialize, ToSchema)]
pub struct BindingWire {
    id: String,
    roll_id: String,
    batch_id: String,
    lot: String,
    from_code: String,
    to_code: String,
    from_number: i32,
    to_number: i32,
    /// How many stickers this put on the batch.
    bound: i32,
    /// How many had been told to be on another batch. They stay there, and this is marked.
    clashes: i32,
    /// The first of those that still are on another batch.
    clashing: Vec<ClashWire>,
    happened_at: String,
    recorded_at: String,
}

/// Clashes that are named.
const NAMED: u64 = 20;

async fn binding_wire(db: &impl ConnectionTrait, row: roll_binding::Model) -> Result<BindingWire, DbErr> {
    let ends = roll_code::Entity::find()
        .filter(roll_code::Column::RollId.eq(row.roll_id))
        .filter(roll_code::Column::Number.is_in([row.first, row.last]))
        .order_by_asc(roll_code::Column::Number)
        .all(db)
        .await?;
    let code = |end: Option<&roll_code::Model>| end.map_or_else(String::new, |end| end.code.to_string());
    let clashing = if row.clashes == 0 {
        Vec::new()
    } else {
        roll_code::Entity::find()
            .filter(roll_code::Column::RollId.eq(row.roll_id))
            .filter(roll_code::Column::Number.between(row.first, row.last))
            .filter(roll_code::Column::BatchId.ne(row.batch_id))
            .order_by_asc(roll_code::Column::Number)
            .limit(NAMED)
            .all(db)
            .await?
    };
    let named = clashing
        .iter()
        .filter_map(|sticker| sticker.batch_id)
        .chain([row.batch_id]);
    let lots: HashMap<BatchId, String> = batch::Entity::find()
        .filter(batch::Column::Id.is_in(named))
        .all(db)
        .await?
        .into_iter()
        .map(|batch| (batch.id, batch.lot.to_string()))
        .collect();
    let lot = |id: BatchId| lots.get(&id).cloned().unwrap_or_default();
    let clash = |sticker: roll_code::Model| {
        let batch = sticker.batch_id?;
        Some(ClashWire {
            code: sticker.code.to_string(),
            number: sticker.number,
            batch_id: batch.to_string(),
            lot: lot(batch),
        })
    };
    Ok(BindingWire {
        id: row.id.to_string(),
        roll_id: row.roll_id.to_string(),
        batch_id: row.batch_id.to_string(),
        lot: lot(row.batch_id),
        from_code: code(ends.first()),
        to_code: code(ends.last()),
        from_number: row.first,
        to_number: row.last,
        bound: row.bound,
        clashes: row.clashes,
        clashing: clashing.into_iter().filter_map(clash).collect(),
        happened_at: row.happened_at.rfc3339(),
        recorded_at: row.recorded_at.rfc3339(),
    })
}

/// What was told of a roll's stickers, newest first.
#[utoipa::path(get, path = "/api/v1/rolls/{id}/bindings", tag = "trace", params(("id" = String, Path), PageParams),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = List<BindingWire>)))]
pub async fn list_bindings(
    State(app): State<App>,
    keeper: RollKeeper,
    Id(id): Id<RollId>,
    Params(params): Params<PageParams>,
) -> Result<Json<List<BindingWire>>, Problem> {
    let paging = params.paging()?;
    let roll = kept(&app, &keeper, id).await?;
    let db = app.db().read();
    let mut of_roll = Condition::all().add(roll_binding::Column::RollId.eq(roll.id));
    if let Some(before) = paging.after {
        of_roll = of_roll.add(roll_binding::Column::Id.lt(RollBindingId(before)));
    }
    let rows = roll_binding::Entity::find()
        .filter(of_roll)
        .order_by_desc(roll_binding::Column::Id)
        .limit(paging.limit + 1)
        .all(db)
        .await?;
    let mut wires = Vec::with_capacity(rows.len());
    for row in rows {
        wires.push(binding_wire(db, row).await?);
    }
    Ok(Json(List::page(
        wires,
        paging.limit,
        |wire| wire.id.clone(),
        |wire| wire,
    )))
}

/// One draft, or several written without signal.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum BindBody {
    Many(Vec<BindRoll>),
    One(BindRoll),
}

/// What was recorded: one binding for one, `items` in the order sent for several.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum BindAnswer {
    One(Box<BindingWire>),
    Many { items: Vec<BindingWire> },
}

/// Drafts one request may carry.
const MOST_DRAFTS: usize = 200;

/// Tells which batch some stickers of a roll are stuck on: one draft, or an array of drafts written offline. All are
/// recorded, or none. Stickers that were told to be on another batch stay there and are named in `clashing`.
#[utoipa::path(post, path = "/api/v1/rolls/bind", tag = "trace", request_body = BindBody,
    params(("Idempotency-Key" = Option<String>, Header)), security(("bearer" = []), ("session" = [])),
    responses((status = CREATED, body = BindAnswer)))]
pub async fn bind(
    State(app): State<App>,
    selling: Selling,
    once: Once,
    Body { value, digest }: Body<BindBody>,
) -> Result<Answer, Problem> {
    let now = app.now();
    let (several, drafts) = match &value {
        BindBody::One(draft) => (false, vec![draft.check("", now)]),
        BindBody::Many(drafts) if drafts.is_empty() => return Err(Wrong::one("", "wrong-required").into()),
        BindBody::Many(drafts) if drafts.len() > MOST_DRAFTS => {
            return Err(Wrong::one("", Message::new("wrong-too-many").with("max", MOST_DRAFTS)).into());
        }
        BindBody::Many(drafts) => {
            let check = |(place, draft): (usize, &BindRoll)| draft.check(&format!("/{place}"), now);
            (true, drafts.iter().enumerate().map(check).collect())
        }
    };
    let mut wrong = Wrong::default();
    let mut new = Vec::new();
    for draft in drafts {
        match draft {
            Ok(draft) => new.push(draft),
            Err(more) => wrong.0.extend(more.0),
        }
    }
    wrong.result()?;
    write_once(&app, selling.actor(), once, &digest, {
        let selling = selling.clone();
        move |unit| {
            let (selling, new) = (selling.clone(), new.clone());
            Box::pin(async move {
                let mut items = Vec::new();
                for draft in new {
                    let made = bind_roll(unit, &selling, draft).await?;
                    items.push(binding_wire(&*unit, made).await?);
                }
                if several {
                    return Answer::created("/api/v1/rolls".to_owned(), &BindAnswer::Many { items });
                }
                let item = items.pop().ok_or(TraceError::NoSuchThing)?;
                let place = format!("/api/v1/rolls/{}/bindings", item.roll_id);
                Answer::created(place, &BindAnswer::One(Box::new(item)))
            })
        }
    })
    .await
}

/// What a code of a roll names, for those who ask by code.
#[derive(Debug, Serialize, ToSchema)]
pub struct StickerWire {
    code: String,
    roll_id: String,
    number: i32,
    commune_code: String,
    /// The batch it was told to be on.
    batch_id: Option<String>,
}

/// One sticker of a roll, by its code: what a phone asks before it binds, when it has signal.
#[utoipa::path(get, path = "/api/v1/stickers/{code}", tag = "trace", params(("code" = String, Path)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = StickerWire)))]
pub async fn get_sticker(
    State(app): State<App>,
    _: RollKeeper,
    Id(code): Id<ShortCode>,
) -> Result<Json<StickerWire>, Problem> {
    let db = app.db().read();
    let sticker = roll_code::Entity::find_by_id(code).one(db).await?;
    let sticker = sticker.ok_or_else(Problem::not_found)?;
    let roll = roll::Entity::find_by_id(sticker.roll_id).one(db).await?;
    let roll = roll.ok_or_else(Problem::not_found)?;
    Ok(Json(StickerWire {
        code: sticker.code.to_string(),
        roll_id: roll.id.to_string(),
        number: sticker.number,
        commune_code: roll.commune_code.to_string(),
        batch_id: sticker.batch_id.map(|id| id.to_string()),
    }))
}
