//! Sellers over HTTP.

use axum::{Json, extract::State};
use entity::{
    catalogue::{
        seller::{self, Standing},
        staff::StaffRole,
    },
    ids::SellerId,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::whose;
use crate::{
    app::App,
    catalogue::{
        CatalogueError, lists,
        sellers::{
            edit::{EditSeller, edit_seller},
            open::{OpenSeller, open_seller},
            read::{self, Closure, Reader, SellerView},
        },
        selling::Selling,
    },
    http::{
        body::{Body, Id, Maybe, Params},
        idempotency::{Answer, Once, write_once},
        input::{Field, Wrong},
        list::{List, PageParams},
        problem::Problem,
    },
    identity::{IdentityError, Officer, SignedIn},
};

/// A seller.
#[derive(Debug, Serialize, ToSchema)]
pub struct SellerWire {
    id: String,
    slug: String,
    kind: &'static str,
    name: String,
    commune_code: String,
    street: Option<String>,
    about: String,
    /// `verified`: an officer knows who they are. `applying`: not yet.
    standing: &'static str,
    /// Where buyers fetch what they bought.
    pickup: Option<PickupWire>,
    /// In the order of the week.
    hours: Vec<HoursWire>,
    /// The closure that is in effect today.
    closed: Option<ClosedWire>,
    /// Shown to those who work for the seller and to officers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    tax_code: Option<String>,
    /// `owner` or `staff`, where the caller is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    role: Option<&'static str>,
    created_at: String,
}

/// A pick-up place.
#[derive(Debug, Serialize, ToSchema)]
pub struct PickupWire {
    commune_code: String,
    street: String,
    note: String,
}

/// A span of a weekday in which the door is open.
#[derive(Debug, Serialize, ToSchema)]
pub struct HoursWire {
    /// 1 (Monday) to 7 (Sunday).
    weekday: i32,
    opens: String,
    closes: String,
}

/// Days on which a seller sells nothing.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClosedWire {
    from: String,
    /// The last day.
    until: String,
    note: String,
}

impl From<Closure> for ClosedWire {
    fn from(closure: Closure) -> Self {
        Self {
            from: closure.from.iso(),
            until: closure.until.iso(),
            note: closure.note,
        }
    }
}

impl SellerWire {
    fn of(view: SellerView, reader: Reader) -> Self {
        let row = view.seller;
        let pickup = match (row.pickup_commune, row.pickup_street) {
            (Some(commune), Some(street)) => Some(PickupWire {
                commune_code: commune.to_string(),
                street,
                note: row.pickup_note.unwrap_or_default(),
            }),
            _ => None,
        };
        Self {
            id: row.id.to_string(),
            slug: row.slug.to_string(),
            kind: row.kind.code(),
            name: row.name,
            commune_code: row.commune_code.to_string(),
            street: row.street,
            about: row.about,
            standing: row.standing.code(),
            pickup,
            hours: view
                .hours
                .into_iter()
                .map(|span| HoursWire {
                    weekday: span.weekday,
                    opens: span.opens,
                    closes: span.closes,
                })
                .collect(),
            closed: view.closed.map(ClosedWire::from),
            tax_code: row.tax_code.filter(|_| view.role.is_some() || reader.officer),
            role: view.role.map(StaffRole::code),
            created_at: row.created_at.rfc3339(),
        }
    }
}

/// `row` as `reader` sees it.
pub(super) async fn wire(
    db: &impl sea_orm::ConnectionTrait,
    row: seller::Model,
    today: entity::Day,
    reader: Reader,
) -> Result<SellerWire, CatalogueError> {
    let view = read::views(db, vec![row], today, reader).await?.pop();
    view.map(|view| SellerWire::of(view, reader))
        .ok_or(CatalogueError::NoSuchThing)
}

/// The caller as a reader of sellers.
pub(super) fn reader(caller: Option<&SignedIn>, officer: Option<&Officer>) -> Reader {
    Reader {
        person: caller.map(SignedIn::person),
        officer: officer.is_some(),
    }
}

/// Which sellers are listed.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SellerParams {
    /// `applying` or `verified`; for officers.
    #[param(value_type = Option<String>)]
    standing: Field<String>,
}

/// Sellers.
#[utoipa::path(get, path = "/api/v1/sellers", tag = "catalogue", params(PageParams, SellerParams),
    security((), ("bearer" = []), ("session" = [])), responses((status = OK, body = List<SellerWire>)))]
pub async fn list_sellers(
    State(app): State<App>,
    Maybe(caller): Maybe<SignedIn>,
    Maybe(officer): Maybe<Officer>,
    Params(params): Params<PageParams>,
    Params(which): Params<SellerParams>,
) -> Result<Json<List<SellerWire>>, Problem> {
    let paging = params.paging()?;
    let mut wrong = Wrong::default();
    let standing = wrong.optional("?standing", &which.standing, |wrong, pointer, field| {
        let known = Standing::from_code(wrong.required(pointer, field)?);
        if known.is_none() {
            wrong.note(pointer, "wrong-standing");
        }
        known
    });
    wrong.result()?;
    let standing = standing.flatten();
    if standing.is_some() && officer.is_none() {
        return Err(match caller {
            Some(_) => IdentityError::WrongOffice.into(),
            None => IdentityError::NotSignedIn.into(),
        });
    }
    let own = whose(&app, &params, caller.as_ref()).await?;
    let db = app.db().read();
    let mut rows = read::sellers(db, own.as_deref(), standing, paging).await?;
    let fits = usize::try_from(paging.limit).unwrap_or(usize::MAX);
    let more = rows.len() > fits;
    rows.truncate(fits);
    let next_cursor = rows.last().filter(|_| more).map(|row| row.id.to_string());
    let reader = reader(caller.as_ref(), officer.as_ref());
    let views = read::views(db, rows, app.today(), reader).await?;
    Ok(Json(List {
        items: views.into_iter().map(|view| SellerWire::of(view, reader)).collect(),
        next_cursor,
        total: None,
    }))
}

/// One seller.
#[utoipa::path(get, path = "/api/v1/sellers/{id}", tag = "catalogue", params(("id" = String, Path)),
    security((), ("bearer" = []), ("session" = [])), responses((status = OK, body = SellerWire)))]
pub async fn get_seller(
    State(app): State<App>,
    Maybe(caller): Maybe<SignedIn>,
    Maybe(officer): Maybe<Officer>,
    Id(id): Id<SellerId>,
) -> Result<Json<SellerWire>, Problem> {
    let db = app.db().read();
    let row = lists::seller(db, id).await?.ok_or_else(Problem::not_found)?;
    let reader = reader(caller.as_ref(), officer.as_ref());
    Ok(Json(wire(db, row, app.today(), reader).await?))
}

/// Begins to sell; the caller owns the new seller. Where the province verifies sellers, it says of it `applying`: see
/// its checklist.
#[utoipa::path(post, path = "/api/v1/sellers", tag = "catalogue", request_body = OpenSeller,
    params(("Idempotency-Key" = Option<String>, Header)), security(("bearer" = []), ("session" = [])),
    responses((status = CREATED, body = SellerWire)))]
pub async fn create_seller(
    State(app): State<App>,
    caller: SignedIn,
    once: Once,
    Body { value, digest }: Body<OpenSeller>,
) -> Result<Answer, Problem> {
    let new = value.check()?;
    let (owner, reader) = (caller.person(), reader(Some(&caller), None));
    write_once(&app, caller.actor(), once, &digest, move |unit| {
        let new = new.clone();
        Box::pin(async move {
            let (id, _) = open_seller(unit, owner, new).await?;
            let row = lists::seller(&*unit, id).await?.ok_or(CatalogueError::NoSuchThing)?;
            let wire = wire(&*unit, row, unit.now().day(), reader).await?;
            Answer::created(format!("/api/v1/sellers/{id}"), &wire)
        })
    })
    .await
}

/// Changes a seller that the caller owns; absent fields stay. What was verified and changes is looked at again.
#[utoipa::path(patch, path = "/api/v1/sellers/{id}", tag = "catalogue", params(("id" = String, Path)), request_body = EditSeller,
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = SellerWire)))]
pub async fn patch_seller(
    State(app): State<App>,
    caller: SignedIn,
    selling: Selling,
    Id(id): Id<SellerId>,
    Body { value, .. }: Body<EditSeller>,
) -> Result<Json<SellerWire>, Problem> {
    selling.must_own(id)?;
    let row = lists::seller(app.db().read(), id)
        .await?
        .ok_or_else(Problem::not_found)?;
    let edit = value.check(row.kind)?;
    let reader = reader(Some(&caller), None);
    let wire = app
        .write(selling.actor(), move |unit| {
            let edit = edit.clone();
            Box::pin(async move {
                edit_seller(unit, id, edit).await?;
                let row = lists::seller(&*unit, id).await?.ok_or(CatalogueError::NoSuchThing)?;
                wire(&*unit, row, unit.now().day(), reader).await
            })
        })
        .await?;
    Ok(Json(wire))
}
