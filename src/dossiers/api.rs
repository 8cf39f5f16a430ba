//! How deadlines are kept, over HTTP. Dossiers themselves are shown by the room that their kind belongs to, which knows
//! what they are about and who may see them.

use axum::{Json, extract::State};
use entity::Day;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::read::{self, OnTime};
use crate::{
    app::App,
    http::{
        body::{Params, day},
        input::{Field, Wrong},
        problem::Problem,
    },
    identity::Officer,
    places,
};

/// Which days are looked at; the last twelve months by default.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Period {
    #[param(value_type = Option<String>, format = Date)]
    pub from: Field<String>,
    #[param(value_type = Option<String>, format = Date)]
    pub to: Field<String>,
}

/// How deadlines were kept.
#[derive(Debug, Serialize, ToSchema)]
pub struct OnTimeReport {
    from: String,
    to: String,
    items: Vec<OnTimeWire>,
    total: KeptWire,
}

/// One kind of dossier in one stage at one commune.
#[derive(Debug, Serialize, ToSchema)]
pub struct OnTimeWire {
    kind: &'static str,
    stage: &'static str,
    commune_code: String,
    commune: String,
    #[serde(flatten)]
    kept: KeptWire,
}

/// Counts of stages of dossiers.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeptWire {
    /// Ended by the office in these days.
    ended: i64,
    /// Of those, not later than the deadline.
    on_time: i64,
    /// In per cent with one decimal, cut and not rounded; `null` where none has ended.
    #[schema(example = "97.5")]
    rate: Option<String>,
    /// Open now.
    open: i64,
    /// Of those, past the deadline.
    overdue: i64,
}

impl KeptWire {
    fn of<'r>(rows: impl IntoIterator<Item = &'r OnTime>) -> Self {
        let [ended, on_time, open, overdue] = rows.into_iter().fold([0; 4], |[ended, on_time, open, overdue], row| {
            [
                ended + row.ended,
                on_time + row.on_time,
                open + row.open,
                overdue + row.overdue,
            ]
        });
        let rate = (ended > 0).then(|| {
            let per_mille = on_time * 1000 / ended;
            format!("{}.{}", per_mille / 10, per_mille % 10)
        });
        Self {
            ended,
            on_time,
            rate,
            open,
            overdue,
        }
    }
}

/// How each kind of dossier, stage and commune kept its legal deadlines. For officers.
#[utoipa::path(get, path = "/api/v1/dossiers/on-time", tag = "dossiers", params(Period),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = OnTimeReport)))]
pub async fn on_time(
    State(app): State<App>,
    _: Officer,
    Params(period): Params<Period>,
) -> Result<Json<OnTimeReport>, Problem> {
    let today = app.today();
    let (from, to) = days(&period, today)?;
    let rows = read::on_time(app.db().read(), from, to, today).await?;
    Ok(Json(OnTimeReport {
        from: from.iso(),
        to: to.iso(),
        items: rows
            .iter()
            .map(|row| OnTimeWire {
                kind: row.kind.code(),
                stage: row.stage.code(),
                commune_code: row.commune_code.to_string(),
                commune: places::commune(&row.commune_code)
                    .map_or_else(String::new, |commune| commune.full_name.clone()),
                kept: KeptWire::of([row]),
            })
            .collect(),
        total: KeptWire::of(&rows),
    }))
}

fn days(period: &Period, today: Day) -> Result<(Day, Day), Wrong> {
    let mut wrong = Wrong::default();
    let from = wrong.optional("?from", &period.from, day).flatten();
    let to = wrong.optional("?to", &period.to, day).flatten().unwrap_or(today);
    let from = from.unwrap_or_else(|| to.plus_months(-12));
    if from > to {
        wrong.note("?from", "wrong-from-after-to");
    }
    wrong.result()?;
    Ok((from, to))
}
