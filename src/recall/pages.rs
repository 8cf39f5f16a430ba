//! Recalls as everybody may read them. Kept by nobody: a recall must be seen the moment it is made.

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use entity::{
    ids::RecallId,
    recall::{recall::Scope, thing::Direction},
};

use super::{
    RecallError,
    read::{self, Detail, Wanted},
    wire::ms,
};
use crate::{
    app::App,
    http::{
        body::Id,
        list::Paging,
        problem::Problem,
        shell::{self, Shell},
    },
};

/// Recalls on the page; the API has them all.
const SHOWN: u64 = 100;

#[derive(Template)]
#[template(path = "recall/list.html")]
struct ListPage {
    shell: Shell,
    recalls: Vec<Line>,
    drills: Vec<DrillLine>,
}

struct Line {
    href: String,
    lot: String,
    product: String,
    reason: String,
    at: String,
}

struct DrillLine {
    at: String,
    lot: String,
    reached: String,
    took: String,
}

#[derive(Template)]
#[template(path = "recall/one.html")]
struct OnePage {
    shell: Shell,
    in_force: bool,
    lot: String,
    product: String,
    reason: String,
    scope: String,
    by: String,
    at: String,
    ended: Option<(String, String)>,
    lots: Vec<LotLine>,
    /// How many lots are not named.
    more: i64,
    listings: Vec<String>,
    stalls: Vec<String>,
}

struct LotLine {
    href: String,
    lot: String,
    product: String,
    seller: String,
    direction: String,
}

fn answer(page: &impl Template) -> Result<Response, Problem> {
    Ok(([(header::CACHE_CONTROL, "no-cache")], shell::render(page)?).into_response())
}

/// `GET /thu-hoi`: the recalls in force, and how long the last drills took.
pub async fn list(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    let shell = Shell::new(&app, &headers, "/thu-hoi");
    let db = app.db().read();
    let wanted = Wanted {
        in_force: Some(true),
        own: None,
    };
    let paging = Paging {
        limit: SHOWN,
        after: None,
    };
    let mut recalls = Vec::new();
    for row in read::recalls(db, &wanted, paging).await? {
        let named = crate::trace::graph::batch_of(&row.epc);
        let product = match row.batch_id {
            Some(batch) => read::product_of(db, batch).await?,
            None => None,
        };
        recalls.push(Line {
            href: format!("/thu-hoi/{}", row.id),
            lot: named.map_or(row.epc, |(_, lot)| lot.to_string()),
            product: product.map(|product| product.name).unwrap_or_default(),
            reason: row.reason,
            at: row.made_at.to_string(),
        });
    }
    let last = Paging { limit: 5, after: None };
    let drills = read::drills(db, last).await.map_err(RecallError::from)?;
    let drills = drills
        .into_iter()
        .take(5)
        .map(|(row, batch)| DrillLine {
            at: row.at.to_string(),
            lot: batch.map(|batch| batch.lot.to_string()).unwrap_or_default(),
            reached: shell.t2("recall-say-reached", "lots", row.batches, "orders", row.orders),
            took: shell.t1(
                "recall-say-took",
                "ms",
                format!("{:.1}", ms(row.trace_us + row.effects_us)).replace('.', shell.language().either(",", ".")),
            ),
        })
        .collect();
    answer(&ListPage { shell, recalls, drills })
}

/// `GET /thu-hoi/{id}`: one recall, in force or lifted.
pub async fn one(State(app): State<App>, headers: HeaderMap, Id(id): Id<RecallId>) -> Result<Response, Problem> {
    let shell = Shell::new(&app, &headers, &format!("/thu-hoi/{id}"));
    let detail = read::recall(app.db().read(), id).await?;
    let page = OnePage::of(shell, &detail).ok_or_else(Problem::not_found)?;
    answer(&page)
}

impl OnePage {
    fn of(shell: Shell, detail: &Detail) -> Option<Self> {
        let recall = detail.recall.clone()?;
        let root = detail.root();
        let named = crate::trace::graph::batch_of(&recall.epc);
        let words = |direction: Direction| {
            shell.t(match direction {
                Direction::Root => "recall-say-root",
                Direction::Upstream => "recall-say-upstream",
                Direction::Downstream => "recall-say-downstream",
            })
        };
        Some(Self {
            in_force: recall.ended_at.is_none(),
            lot: named.map_or_else(|| recall.epc.clone(), |(_, lot)| lot.to_string()),
            product: root.map(|line| line.product.name.clone()).unwrap_or_default(),
            scope: shell.t(match recall.scope {
                Scope::Batch => "recall-scope-batch",
                Scope::Downstream => "recall-scope-downstream",
                Scope::UpstreamAndDownstream => "recall-scope-both",
            }),
            by: shell.t(if recall.office.is_some() {
                "recall-by-office"
            } else {
                "recall-by-seller"
            }),
            at: recall.made_at.to_string(),
            ended: recall
                .ended_at
                .zip(recall.end_reason)
                .map(|(at, reason)| (at.to_string(), reason)),
            reason: recall.reason,
            more: i64::try_from(detail.counts.batches.saturating_sub(detail.batches.len())).unwrap_or(i64::MAX),
            lots: detail
                .batches
                .iter()
                .map(|line| LotLine {
                    href: format!("/t/{}", line.batch.short_code),
                    lot: line.batch.lot.to_string(),
                    product: line.product.name.clone(),
                    seller: line.seller.name.clone(),
                    direction: words(line.direction),
                })
                .collect(),
            listings: detail
                .listings
                .iter()
                .filter(|line| line.withdrawn)
                .map(|line| line.listing.title.clone())
                .collect(),
            stalls: detail
                .stalls
                .iter()
                .map(|line| format!("{} · {}", line.market.name, line.stall.code))
                .collect(),
            shell,
        })
    }
}
