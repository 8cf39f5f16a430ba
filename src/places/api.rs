//! Places over HTTP.

use axum::{Json, extract::State};
use entity::CommuneCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Answer, Commune, PlacesError, became, commune, provinces, search};
use crate::{
    app::App,
    http::{
        body::{Id, Params},
        input::{Field, Wrong},
        list::{List, limit},
        problem::Problem,
    },
};

/// A province.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProvinceWire {
    code: &'static str,
    name: &'static str,
    full_name: &'static str,
}

/// A commune since 2025-07-01.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommuneWire {
    code: &'static str,
    name: &'static str,
    full_name: &'static str,
    province: &'static str,
}

impl From<&'static Commune> for CommuneWire {
    fn from(commune: &'static Commune) -> Self {
        Self {
            code: commune.code(),
            name: &commune.name,
            full_name: &commune.full_name,
            province: &commune.province().name,
        }
    }
}

/// What an old commune became. With more than one in `became` it was split: ask the person which.
#[derive(Debug, Serialize, ToSchema)]
pub struct OldCommuneWire {
    old_name: &'static str,
    old_district: &'static str,
    /// `true`: `became` holds choices, not an answer.
    ask: bool,
    became: Vec<CommuneWire>,
}

impl From<Answer> for OldCommuneWire {
    fn from(answer: Answer) -> Self {
        Self {
            old_name: answer.old_name,
            old_district: answer.old_district,
            ask: answer.became.len() > 1,
            became: answer.became.into_iter().map(Into::into).collect(),
        }
    }
}

/// The 34 provinces.
#[utoipa::path(get, path = "/api/v1/provinces", tag = "places", responses((status = OK, body = List<ProvinceWire>)))]
pub async fn list_provinces() -> Json<List<ProvinceWire>> {
    let items: Vec<_> = provinces()
        .iter()
        .map(|province| ProvinceWire {
            code: &province.code,
            name: &province.name,
            full_name: &province.full_name,
        })
        .collect();
    Json(List {
        total: Some(items.len() as u64),
        items,
        next_cursor: None,
    })
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CommuneParams {
    /// Part of the name, with or without tones.
    #[param(value_type = Option<String>)]
    q: Field<String>,
    /// A province's code.
    #[param(value_type = Option<String>)]
    province: Field<String>,
    /// 1 to 100; 24 by default.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Field<String>,
    /// The `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Field<String>,
}

/// Communes by name.
#[utoipa::path(get, path = "/api/v1/communes", tag = "places", params(CommuneParams),
    responses((status = OK, body = List<CommuneWire>)))]
pub async fn list_communes(Params(params): Params<CommuneParams>) -> Result<Json<List<CommuneWire>>, Problem> {
    let mut wrong = Wrong::default();
    let limit = limit(&mut wrong, &params.limit);
    let skip = params.cursor.given().map_or(Ok(0), |text| text.parse::<usize>());
    if skip.is_err() {
        wrong.note("?cursor", "wrong-cursor");
    }
    wrong.result()?;
    let skip = skip.unwrap_or(0);
    let found = search(
        params.q.given().map_or("", String::as_str),
        params.province.given().map(String::as_str),
    );
    let total = found.len() as u64;
    let rest: Vec<_> = found.into_iter().skip(skip).collect();
    let shown = usize::try_from(limit).unwrap_or(100);
    let mut list = List::page(
        rest,
        limit,
        |_| skip.saturating_add(shown).to_string(),
        CommuneWire::from,
    );
    list.total = Some(total);
    Ok(Json(list))
}

/// One commune.
#[utoipa::path(get, path = "/api/v1/communes/{code}", tag = "places", params(("code" = String, Path)),
    responses((status = OK, body = CommuneWire)))]
pub async fn get_commune(State(_): State<App>, Id(code): Id<CommuneCode>) -> Result<Json<CommuneWire>, Problem> {
    commune(&code)
        .map(|commune| Json(commune.into()))
        .ok_or_else(|| PlacesError::NoSuchPlace.into())
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OldAddressParams {
    /// The old commune: its name, with or without its kind, or its code.
    #[param(value_type = String)]
    commune: Field<String>,
    /// The old district, when the name repeats.
    #[param(value_type = Option<String>)]
    district: Field<String>,
}

/// What an old commune became on 2025-07-01.
#[utoipa::path(get, path = "/api/v1/old-communes", tag = "places", params(OldAddressParams),
    responses((status = OK, body = List<OldCommuneWire>)))]
pub async fn old_address(Params(params): Params<OldAddressParams>) -> Result<Json<List<OldCommuneWire>>, Problem> {
    let mut wrong = Wrong::default();
    let name = wrong.line("?commune", &params.commune, 120);
    crate::checked!(wrong; name);
    let items: Vec<_> = became(&name, params.district.given().map(String::as_str))
        .into_iter()
        .map(Into::into)
        .collect();
    Ok(Json(List {
        items,
        next_cursor: None,
        total: None,
    }))
}
