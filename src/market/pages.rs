//! The markets, one market, one stall.

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use entity::{
    Slug, Timestamp,
    market::{market, stall},
    text::fold,
};
use serde::Deserialize;

use super::{
    read::{all_markets, market as find_market, stall_by_code, stall_counts, stalls_of},
    stall_path,
    stand::Stand,
};
use crate::{
    app::App,
    http::{
        body::Params,
        choice::query,
        input::Field,
        language::Message,
        pages::{Built, page},
        problem::Problem,
        shell::{Shell, render},
    },
    places,
};

/// Markets and stalls write no change rows, so a page that lists them is built anew this often.
const KEPT_MS: i64 = 60_000;
const LONGEST_QUERY: usize = 100;

/// A market on a list.
#[derive(Clone, Debug)]
pub struct MarketCard {
    pub slug: Slug,
    pub name: String,
    pub commune_name: &'static str,
}

impl From<market::Model> for MarketCard {
    fn from(row: market::Model) -> Self {
        let commune = row.commune_code.as_ref().and_then(places::commune);
        Self {
            slug: row.slug,
            name: row.name,
            commune_name: commune.map_or("", |commune| &commune.full_name),
        }
    }
}

#[derive(Template)]
#[template(path = "market/list.html")]
struct MarketsPage {
    shell: Shell,
    markets: Vec<(MarketCard, i64)>,
}

/// `GET /cho`.
pub async fn markets(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    page(&app, &headers, "/cho".to_owned(), async || {
        let db = app.db().read();
        let rows = all_markets(db, None).await?;
        let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
        let stalls = stall_counts(db, &ids).await?;
        let with_stalls = |row: market::Model| {
            let count = stalls.get(&row.id).copied().unwrap_or(0);
            (row.into(), count)
        };
        let page = MarketsPage {
            shell: Shell::new(&app, &headers, "/cho"),
            markets: rows.into_iter().map(with_stalls).collect(),
        };
        built(&page, app.now().plus(KEPT_MS))
    })
    .await
}

fn built(page: &impl Template, valid_until: Timestamp) -> Result<Built, Problem> {
    Ok(Built {
        html: page.render().map_err(|error| Problem::internal(&error))?,
        shows: Vec::new(),
        valid_until,
        policy: None,
    })
}

#[derive(Debug, Default, Deserialize)]
pub struct MarketParams {
    q: Field<String>,
    row: Field<String>,
}

#[derive(Template)]
#[template(path = "market/market.html")]
struct MarketPage {
    shell: Shell,
    slug: Slug,
    name: String,
    lead: String,
    q: String,
    /// The row asked for; empty for the whole market.
    row: String,
    choices: Vec<RowChoice>,
    rows: Vec<Row>,
    found: i64,
    filtered: bool,
    any: bool,
}

/// A row to choose.
struct RowChoice {
    label: String,
    href: String,
    chosen: bool,
}

/// Stalls side by side, as a market is walked.
struct Row {
    heading: String,
    /// What most of them sell.
    goods: String,
    stalls: Vec<StallLine>,
}

struct StallLine {
    code: String,
    href: String,
    keeper: String,
    goods: String,
}

/// The letters a stall's number begins with: `A` of `A-12`; none where it begins with a digit.
fn row_of(code: &str) -> String {
    let letters: String = code.chars().take_while(|c| c.is_alphabetic()).collect();
    letters.to_uppercase()
}

/// What most of `stalls` sell, the commonest first.
fn commonest_goods(stalls: &[&stall::Model]) -> String {
    const MOST: usize = 3;
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for stall in stalls {
        *counts.entry(&stall.goods).or_default() += 1;
    }
    let mut goods: Vec<_> = counts.into_iter().filter(|(goods, _)| !goods.is_empty()).collect();
    goods.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    goods
        .into_iter()
        .take(MOST)
        .map(|(goods, _)| goods)
        .collect::<Vec<_>>()
        .join(", ")
}

/// `GET /cho/{market}?q=&row=`: the stalls of a market, row by row.
pub async fn market(
    State(app): State<App>,
    headers: HeaderMap,
    Path(slug): Path<String>,
    Params(params): Params<MarketParams>,
) -> Result<Response, Problem> {
    let slug: Slug = slug.parse().map_err(|_| Problem::not_found())?;
    let text = |field: &Field<String>| -> String {
        let text = field.given().map_or("", |text| text.trim());
        text.chars().take(LONGEST_QUERY).collect()
    };
    let (q, row) = (text(&params.q), text(&params.row).to_uppercase());
    let address = |q: &str, row: &str| query(&format!("/cho/{slug}"), &[("q", q), ("row", row)]);
    let path = address(&q, &row);
    page(&app, &headers, path.clone(), async || {
        let db = app.db().read();
        let found = find_market(db, slug.as_str()).await?;
        let market = found
            .filter(|market| market.slug == slug)
            .ok_or_else(Problem::not_found)?;
        let shell = Shell::new(&app, &headers, &path);
        let stalls = stalls_of(db, market.id).await?;
        let mut by_row: BTreeMap<String, Vec<&stall::Model>> = BTreeMap::new();
        for stall in &stalls {
            by_row.entry(row_of(&stall.code)).or_default().push(stall);
        }
        let heading = |row: &str| {
            if row.is_empty() {
                shell.t("market-row-other")
            } else {
                shell.t1("market-row", "row", row.to_owned())
            }
        };
        let whole = RowChoice {
            label: shell.t("market-row-all"),
            href: address(&q, ""),
            chosen: row.is_empty(),
        };
        let named = by_row.keys().filter(|name| !name.is_empty()).map(|name| RowChoice {
            label: heading(name),
            href: address(&q, name),
            chosen: *name == row,
        });
        let choices = std::iter::once(whole).chain(named).collect();
        let words = fold(&q);
        let wanted = |stall: &stall::Model| {
            let text = fold(&format!("{} {} {}", stall.code, stall.keeper_name, stall.goods));
            words.split(' ').all(|word| text.contains(word))
        };
        let rows: Vec<Row> = by_row
            .iter()
            .filter(|(name, _)| row.is_empty() || **name == row)
            .map(|(name, stalls)| Row {
                heading: heading(name),
                goods: commonest_goods(stalls),
                stalls: stalls
                    .iter()
                    .filter(|stall| wanted(stall))
                    .map(|stall| StallLine {
                        code: stall.code.clone(),
                        href: stall_path(&slug, &stall.code),
                        keeper: stall.keeper_name.clone(),
                        goods: stall.goods.clone(),
                    })
                    .collect(),
            })
            .filter(|row| !row.stalls.is_empty())
            .collect();
        let found = rows.iter().map(|row| row.stalls.len()).sum::<usize>();
        let card = MarketCard::from(market);
        let count = i64::try_from(stalls.len()).unwrap_or(i64::MAX);
        let lead = if card.commune_name.is_empty() {
            shell.t1("market-one-lead-nowhere", "count", count)
        } else {
            shell.t2("market-one-lead", "place", card.commune_name, "count", count)
        };
        let page = MarketPage {
            slug: slug.clone(),
            name: card.name,
            lead,
            filtered: !q.is_empty() || !row.is_empty(),
            q: q.clone(),
            row: row.clone(),
            choices,
            rows,
            found: i64::try_from(found).unwrap_or(i64::MAX),
            any: !stalls.is_empty(),
            shell,
        };
        built(&page, app.now().plus(KEPT_MS))
    })
    .await
}

#[derive(Template)]
#[template(path = "market/stall.html")]
struct StallPage {
    shell: Shell,
    market: MarketCard,
    code: String,
    keeper: String,
    goods: String,
    description: String,
    pay: Option<Pay>,
}

/// How to pay at the stall.
struct Pay {
    stand: Stand,
    memo: String,
    svg: String,
}

/// `GET /cho/{market}/{stall}`: a stall, and the code to pay it. Never from a cache: the account may change at any moment,
/// and money must not go to the former one.
pub async fn stall(
    State(app): State<App>,
    headers: HeaderMap,
    Path((slug, code)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let slug: Slug = slug.parse().map_err(|_| Problem::not_found())?;
    // No database text holds a NUL.
    if code.contains('\0') {
        return Err(Problem::not_found());
    }
    let db = app.db().read();
    let found = find_market(db, slug.as_str()).await?;
    let market = found
        .filter(|market| market.slug == slug)
        .ok_or_else(Problem::not_found)?;
    let view = stall_by_code(db, market.id, &code)
        .await?
        .ok_or_else(Problem::not_found)?;
    let pay = match Stand::of(app.vault(), &view)? {
        Some(stand) => Some(Pay {
            svg: stand.qr()?.svg(),
            memo: stand.memo.to_string(),
            stand,
        }),
        None => None,
    };
    let shell = Shell::new(&app, &headers, &stall_path(&slug, &code));
    let description = Message::new("market-stall-description")
        .with("goods", view.stall.goods.as_str())
        .with("code", view.stall.code.as_str())
        .with("keeper", view.stall.keeper_name.as_str())
        .with("market", view.market.name.as_str());
    let page = StallPage {
        description: shell.language().say(&description),
        market: view.market.into(),
        code: view.stall.code,
        keeper: view.stall.keeper_name,
        goods: view.stall.goods,
        pay,
        shell,
    };
    let mut response = render(&page)?.into_response();
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stalls_row_is_what_its_number_begins_with() {
        for (code, row) in [
            ("A-12", "A"),
            ("a12", "A"),
            ("Đ-3", "Đ"),
            ("12", ""),
            ("Ki-ốt 5", "KI"),
            ("", ""),
        ] {
            assert_eq!(row_of(code), row, "{code}");
        }
    }

    #[test]
    fn a_code_of_any_letters_makes_an_address() {
        let slug: Slug = "cho-thai".parse().expect("a slug");
        assert_eq!(stall_path(&slug, "A-12"), "/cho/cho-thai/A-12");
        assert_eq!(stall_path(&slug, "Sạp 1/2+"), "/cho/cho-thai/S%E1%BA%A1p%201%2F2%2B");
    }
}
