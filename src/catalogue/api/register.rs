//! The OCOP register over HTTP.

use axum::{Json, extract::State};
use entity::{CommuneCode, catalogue::product::GtinKind};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    app::App,
    catalogue::{
        badge::{granted_on_iso, last_day},
        register::{RegisterFilter, RegisterRow, register},
    },
    http::{
        body::Params,
        input::{Field, Wrong},
        list::{List, PageParams},
        problem::Problem,
    },
    places,
};

/// Which recognitions are listed.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RegisterParams {
    /// Items on a page, 1 to 100; 24 by default.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Field<String>,
    /// The `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Field<String>,
    /// Words of the product's or the producer's name.
    #[param(value_type = Option<String>)]
    q: Field<String>,
    #[param(value_type = Option<u32>, minimum = 3, maximum = 5)]
    star: Field<String>,
    /// A commune's code.
    #[param(value_type = Option<String>)]
    commune: Field<String>,
    /// A product set, 1 to 26.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 26)]
    set: Field<String>,
    /// `active` or `ended`; both by default.
    #[param(value_type = Option<String>)]
    state: Field<String>,
}

/// A recognition.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecognitionWire {
    certificate_id: String,
    product_id: Option<String>,
    product: String,
    /// Only where GS1 issued it.
    gtin: Option<String>,
    seller_id: String,
    producer: String,
    commune_code: String,
    commune: String,
    product_set_no: Option<u8>,
    product_set: Option<&'static str>,
    star: Option<i32>,
    number: Option<String>,
    issuer: String,
    /// As exactly as it is known: `2026-11-21`, `2026-11` or `2026`.
    granted: String,
    /// The last day it holds.
    last_day: String,
    holds: bool,
    source: Option<String>,
}

impl RegisterParams {
    fn filter(&self) -> Result<RegisterFilter, Wrong> {
        let mut wrong = Wrong::default();
        let said = |field: &Field<String>| field.given().map_or("", |text| text.trim()).to_owned();
        let mut number = |pointer: &str, field: &Field<String>, range: std::ops::RangeInclusive<usize>| {
            wrong
                .count(pointer, field, range, 0)
                .and_then(|number| u8::try_from(number).ok())
                .filter(|number| *number > 0)
        };
        let star = number("?star", &self.star, 3..=5);
        let set = number("?set", &self.set, 1..=26);
        let commune = match said(&self.commune).as_str() {
            "" => None,
            code => {
                let code = code.parse::<CommuneCode>().ok();
                if code.is_none() {
                    wrong.note("?commune", "wrong-commune");
                }
                code
            }
        };
        let active = match said(&self.state).as_str() {
            "" => None,
            "active" => Some(true),
            "ended" => Some(false),
            _ => {
                wrong.note("?state", "wrong-register-state");
                None
            }
        };
        wrong.result()?;
        Ok(RegisterFilter {
            q: said(&self.q).chars().take(200).collect(),
            star,
            commune,
            set,
            active,
        })
    }
}

/// OCOP recognitions, the newest first, ended ones too. The same as open data is at `/ocop.csv`.
#[utoipa::path(get, path = "/api/v1/ocop", tag = "catalogue", params(RegisterParams),
    responses((status = OK, body = List<RecognitionWire>)))]
pub async fn list_recognitions(
    State(app): State<App>,
    Params(params): Params<RegisterParams>,
) -> Result<Json<List<RecognitionWire>>, Problem> {
    let pages = PageParams {
        limit: params.limit.clone(),
        cursor: params.cursor.clone(),
        mine: Field::Missing,
    };
    let paging = pages.paging()?;
    let filter = params.filter()?;
    let today = app.today();
    let rows = register(app.db().read(), &filter, today).await?;
    let total = u64::try_from(rows.len()).ok();
    let fits = usize::try_from(paging.limit).unwrap_or(usize::MAX).saturating_add(1);
    let rest: Vec<RegisterRow> = match paging.after {
        None => rows,
        Some(after) => {
            let behind = rows.into_iter().skip_while(|row| row.certificate.id.0 != after);
            behind.skip(1).collect()
        }
    };
    let mut list = List::page(
        rest.into_iter().take(fits).collect(),
        paging.limit,
        |row: &RegisterRow| row.certificate.id.to_string(),
        |row| RecognitionWire::of(row, today),
    );
    list.total = total;
    Ok(Json(list))
}

impl RecognitionWire {
    fn of(row: RegisterRow, today: entity::Day) -> Self {
        let certificate = row.certificate;
        let last = certificate
            .revoked_on
            .map_or_else(|| last_day(&certificate), |day| day.plus_days(-1));
        Self {
            certificate_id: certificate.id.to_string(),
            product_id: certificate.product_id.map(|id| id.to_string()),
            product: row.product_name,
            gtin: (row.gtin_kind == GtinKind::Global).then(|| row.gtin.to_string()),
            seller_id: row.seller.id.to_string(),
            producer: row.seller.name,
            commune: places::commune(&row.seller.commune_code)
                .map_or_else(String::new, |commune| commune.full_name.clone()),
            commune_code: row.seller.commune_code.to_string(),
            product_set_no: row.set.map(|set| set.no),
            product_set: row.set.map(|set| set.name.as_str()),
            star: certificate.star,
            granted: granted_on_iso(&certificate),
            last_day: last.iso(),
            holds: certificate.holds_on(today),
            number: certificate.number,
            issuer: certificate.issuer,
            source: certificate.source,
        }
    }
}
