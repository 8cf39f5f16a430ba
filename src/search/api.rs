//! Search over HTTP.

use axum::{
    Json,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use entity::{
    CommuneCode, Dong,
    catalogue::{certificate, seller},
    ids::SellerId,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    filter::{Cursor, Filter, Origin, Sort},
    find::{Chip, Facets, Understood, find},
    index::CERTIFICATE_KINDS,
    suggest::{Suggestion, suggest},
    wishes::{Amount, Wish},
};
use crate::{
    app::App,
    catalogue::sellers_of,
    http::{
        body::{Many, Maybe, Params, Repeats},
        input::{Field, Wrong},
        language::Language,
        list::{self, List},
        pages::{Answered, projected_json},
        problem::Problem,
    },
    identity::{IdentityError, SignedIn},
    listings::{ListingWire, on_any_list, read},
};

/// What listings may be looked for by. Where several values are allowed, they stand with commas between them or the
/// parameter is repeated.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListingParams {
    /// Words as people type them: with or without tones, in Telex or VNI keys, with prices and stars ("chè dưới 300k").
    #[param(value_type = Option<String>)]
    q: Field<String>,
    /// Ids of categories; a group means its leaves too.
    #[param(value_type = Option<String>)]
    category: Field<String>,
    /// The five digits of sellers' communes.
    #[param(value_type = Option<String>)]
    commune: Field<String>,
    /// OCOP stars held today: 3, 4 or 5, or several.
    #[param(value_type = Option<String>)]
    star: Field<String>,
    /// A seller's id.
    #[param(value_type = Option<String>)]
    seller: Field<String>,
    /// `household`, `cooperative` or `company`, or several.
    #[param(value_type = Option<String>)]
    seller_kind: Field<String>,
    /// `vietgap`, `organic` or `gi`, or several; only certificates that an officer checked and that hold today count.
    #[param(value_type = Option<String>)]
    certificate: Field<String>,
    /// Where it is sold: `own`, or an exchange's id, or several.
    #[param(value_type = Option<String>)]
    origin: Field<String>,
    /// Đồng.
    #[param(value_type = Option<i64>, minimum = 0)]
    min_price: Field<String>,
    /// Đồng.
    #[param(value_type = Option<i64>, minimum = 0)]
    max_price: Field<String>,
    /// `1`: only what can be bought now.
    #[param(value_type = Option<String>)]
    in_stock: Field<String>,
    /// `newest`, `price` or `-price`; by default the best match first.
    #[param(value_type = Option<String>)]
    sort: Field<String>,
    /// `1`: count by each filter as well.
    #[param(value_type = Option<String>)]
    facets: Field<String>,
    /// `1`: the caller's own, on sale or not; the other filters then do not apply.
    #[param(value_type = Option<String>)]
    mine: Field<String>,
    /// Items on a page, 1 to 100; 24 by default.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Field<String>,
    /// The `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Field<String>,
}

impl Repeats for ListingParams {
    const NAMES: &'static [&'static str] = &["category", "commune", "star", "seller_kind", "certificate", "origin"];
}

/// Values of a filter at most.
const MOST_VALUES: usize = 100;

/// Whether a query's flag is raised.
fn raised(field: &Field<String>) -> bool {
    field
        .given()
        .is_some_and(|value| matches!(value.as_str(), "1" | "true"))
}

/// The values of a filter, or a note that one of them is none.
fn several<T>(
    wrong: &mut Wrong,
    pointer: &str,
    field: &Field<String>,
    message: &'static str,
    read: impl Fn(&str) -> Option<T>,
) -> Vec<T> {
    let texts = field.given().map_or("", String::as_str).split(',').map(str::trim);
    let mut values = Vec::new();
    for text in texts.filter(|text| !text.is_empty()).take(MOST_VALUES) {
        let Some(value) = read(text) else {
            wrong.note(pointer, message);
            return Vec::new();
        };
        values.push(value);
    }
    values
}

/// The kind of certificate that is counted under `code`.
pub(super) fn certificate_kind(code: &str) -> Option<certificate::Kind> {
    CERTIFICATE_KINDS.into_iter().find(|kind| kind.code() == code)
}

/// An OCOP rating that there is.
pub(super) fn star(text: &str) -> Option<u8> {
    text.parse().ok().filter(|star| (3..=5).contains(star))
}

impl ListingParams {
    fn filter(&self) -> Result<Filter, Wrong> {
        let mut wrong = Wrong::default();
        let price = |wrong: &mut Wrong, pointer: &str, field: &Field<String>| {
            let most = usize::try_from(Dong::MAX.0).unwrap_or(usize::MAX);
            let amount = wrong.count(pointer, field, 0..=most, 0)?;
            i64::try_from(amount).ok().map(Dong)
        };
        let communes = several(&mut wrong, "?commune", &self.commune, "wrong-commune", |text| {
            text.parse::<CommuneCode>().ok()
        });
        let stars = several(&mut wrong, "?star", &self.star, "wrong-star-filter", star);
        let kinds = several(
            &mut wrong,
            "?seller_kind",
            &self.seller_kind,
            "wrong-seller-kind",
            seller::Kind::from_code,
        );
        let certificates = several(
            &mut wrong,
            "?certificate",
            &self.certificate,
            "wrong-certificate-kind",
            certificate_kind,
        );
        let seller = wrong.optional("?seller", &self.seller, |w, p, f| w.code::<SellerId>(p, f, "wrong-id"));
        let min_price = wrong.optional("?min_price", &self.min_price, price);
        let max_price = wrong.optional("?max_price", &self.max_price, price);
        let sort = match self.sort.given() {
            None => Some(Sort::Best),
            Some(code) => Sort::from_code(code),
        };
        if sort.is_none() {
            wrong.note("?sort", "wrong-sort");
        }
        let limit = list::limit(&mut wrong, &self.limit);
        let after = wrong.optional("?cursor", &self.cursor, |w, p, f| {
            w.code::<Cursor>(p, f, "wrong-cursor")
        });
        crate::checked!(wrong; seller, min_price, max_price, sort, after);
        let texts = |field: &Field<String>| -> Vec<String> {
            let values = field.given().map_or("", String::as_str).split(',').map(str::trim);
            values
                .filter(|text| !text.is_empty())
                .take(MOST_VALUES)
                .map(str::to_owned)
                .collect()
        };
        Ok(Filter {
            q: self.q.given().cloned().unwrap_or_default(),
            categories: texts(&self.category),
            communes,
            stars,
            seller,
            seller_kinds: kinds,
            certificates,
            origins: texts(&self.origin).iter().map(|code| Origin::from_code(code)).collect(),
            min_price,
            max_price,
            in_stock: raised(&self.in_stock),
            sort,
            limit,
            after,
            facets: raised(&self.facets),
        })
    }
}

/// How many match for each value of a filter, counted without that filter.
#[derive(Debug, Serialize, ToSchema)]
pub struct FacetsWire {
    category: Vec<FacetWire>,
    commune: Vec<FacetWire>,
    star: Vec<FacetWire>,
    seller_kind: Vec<FacetWire>,
    /// Those that an officer checked and that hold today.
    certificate: Vec<FacetWire>,
    origin: Vec<FacetWire>,
    /// From the first number, up to but without the second one.
    price: Vec<FacetWire>,
    in_stock: Vec<FacetWire>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct FacetWire {
    value: String,
    /// Only where the value itself says nothing: the name of an exchange.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    label: Option<String>,
    count: u64,
}

impl FacetWire {
    fn new(value: impl Into<String>, count: u64) -> Self {
        Self {
            value: value.into(),
            label: None,
            count,
        }
    }
}

impl From<Facets> for FacetsWire {
    fn from(facets: Facets) -> Self {
        Self {
            category: facets
                .categories
                .into_iter()
                .map(|(id, count)| FacetWire::new(id, count))
                .collect(),
            commune: facets
                .communes
                .into_iter()
                .map(|(code, count)| FacetWire::new(code.to_string(), count))
                .collect(),
            star: facets
                .stars
                .into_iter()
                .map(|(star, count)| FacetWire::new(star.to_string(), count))
                .collect(),
            seller_kind: facets
                .seller_kinds
                .into_iter()
                .map(|(kind, count)| FacetWire::new(kind.code(), count))
                .collect(),
            certificate: facets
                .certificates
                .into_iter()
                .map(|(kind, count)| FacetWire::new(kind.code(), count))
                .collect(),
            origin: facets
                .origins
                .into_iter()
                .map(|row| FacetWire {
                    value: row.origin.code().to_owned(),
                    label: (row.origin != Origin::Here).then_some(row.name),
                    count: row.count,
                })
                .collect(),
            price: facets
                .prices
                .into_iter()
                .map(|(band, count)| FacetWire::new(band.code(), count))
                .collect(),
            in_stock: vec![FacetWire::new("1", facets.in_stock)],
        }
    }
}

/// Words that were taken for a filter.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChipWire {
    /// `price`, `star`, `certificate`, `in_stock`, `commune` or `amount`.
    kind: &'static str,
    /// Prices and stars: both ends, `50000-100000`, either may be missing. Certificates: the kind. Communes: their codes.
    /// Amounts: `500g`, `1000ml`.
    value: String,
    /// The words themselves.
    said: String,
    /// The query without them.
    without: String,
}

impl From<Chip> for ChipWire {
    fn from(chip: Chip) -> Self {
        let end = |end: &Option<i64>| end.map(|end| end.to_string()).unwrap_or_default();
        let (kind, value) = match &chip.wish {
            Wish::Price { least, most } => ("price", format!("{}-{}", end(least), end(most))),
            Wish::Stars { least, most } => ("star", format!("{least}-{most}")),
            Wish::Certificate(code) => ("certificate", (*code).to_owned()),
            Wish::InStock => ("in_stock", "1".to_owned()),
            Wish::Communes(codes) => ("commune", codes.join(",")),
            Wish::Amount(Amount::Grams(amount)) => ("amount", format!("{amount}g")),
            Wish::Amount(Amount::Millilitres(amount)) => ("amount", format!("{amount}ml")),
        };
        Self {
            kind,
            value,
            said: chip.said,
            without: chip.without,
        }
    }
}

/// What was made of the words.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnderstoodWire {
    /// The words that were looked for.
    words: String,
    filters: Vec<ChipWire>,
    /// What was looked for where a word does not occur; `null`: every word does.
    corrected: Option<String>,
    /// Words that were left out because nothing has them all.
    dropped: Vec<String>,
    /// Whether the query was longer than what is read of it.
    cut: bool,
}

impl From<Understood> for UnderstoodWire {
    fn from(understood: Understood) -> Self {
        Self {
            words: understood.words,
            filters: understood.chips.into_iter().map(Into::into).collect(),
            corrected: understood.corrected,
            dropped: understood.dropped,
            cut: understood.cut,
        }
    }
}

/// A page of listings.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListingList {
    items: Vec<ListingWire>,
    next_cursor: Option<String>,
    /// How many match in all.
    total: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    facets: Option<FacetsWire>,
    /// Only when something was asked in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    query: Option<UnderstoodWire>,
}

/// What is on sale. `facets.commune` has the communes with the most.
#[utoipa::path(get, path = "/api/v1/listings", tag = "listings", params(ListingParams),
    security((), ("bearer" = []), ("session" = [])),
    responses((status = OK, body = ListingList),
        (status = NOT_MODIFIED, description = "It is still what `If-None-Match` names.")))]
pub async fn list_listings(
    State(app): State<App>,
    headers: HeaderMap,
    Maybe(caller): Maybe<SignedIn>,
    Many(params): Many<ListingParams>,
) -> Result<Response, Problem> {
    let filter = params.filter()?;
    if raised(&params.mine) {
        let caller = caller.ok_or(IdentityError::NotSignedIn)?;
        return Ok(Json(own(&app, &caller, &filter).await?).into_response());
    }
    // Who has just put something on sale finds it: an answer kept before that is none for them.
    let key = format!("listings {} {} {filter:?}", app.today(), app.db().news());
    projected_json(&app, &headers, key, async || {
        let found = find(&app, &filter).await?;
        let answered = Answered {
            shows: on_any_list().to_vec(),
            valid_until: found.valid_until,
            as_of: found.as_of,
        };
        let list = ListingList {
            items: found.cards.into_iter().map(Into::into).collect(),
            next_cursor: found.next.map(|cursor| cursor.to_string()),
            total: found.total,
            facets: found.facets.map(Into::into),
            query: found.understood.map(Into::into),
        };
        Ok((list, answered))
    })
    .await
}

/// The caller's own listings, newest first, in whatever state.
async fn own(app: &App, caller: &SignedIn, filter: &Filter) -> Result<ListingList, Problem> {
    let sellers = sellers_of(app, caller.person()).await?;
    let before = filter.after.map(|cursor| cursor.id());
    let (cards, total) = read::of_sellers(app.db().read(), &sellers, before, filter.limit + 1, app.today()).await?;
    let list = List::page(
        cards,
        filter.limit,
        |card| Cursor::at(card.id).to_string(),
        ListingWire::from,
    );
    Ok(ListingList {
        items: list.items,
        next_cursor: list.next_cursor,
        total,
        facets: None,
        query: None,
    })
}

/// What is being typed.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SuggestParams {
    /// Words, the last of which may be a beginning.
    #[param(value_type = Option<String>)]
    q: Field<String>,
}

/// Something that may be meant.
#[derive(Debug, Serialize, ToSchema)]
pub struct SuggestionWire {
    /// `product`, `category`, `seller` or `commune`.
    kind: &'static str,
    text: String,
    /// A page of this site.
    href: String,
}

impl From<Suggestion> for SuggestionWire {
    fn from(suggestion: Suggestion) -> Self {
        Self {
            kind: suggestion.kind.code(),
            text: suggestion.text,
            href: suggestion.href,
        }
    }
}

/// A handful of suggestions, the best first; there are no further pages.
#[derive(Debug, Serialize, ToSchema)]
pub struct Suggestions {
    items: Vec<SuggestionWire>,
}

/// What somebody may mean who is still typing: products, categories, sellers, communes.
#[utoipa::path(get, path = "/api/v1/listings/suggest", tag = "listings", params(SuggestParams), security(()),
    responses((status = OK, body = Suggestions)))]
pub async fn suggest_listings(
    State(app): State<App>,
    headers: HeaderMap,
    Params(params): Params<SuggestParams>,
) -> Result<Json<Suggestions>, Problem> {
    let q = params.q.given().map_or("", String::as_str);
    let found = suggest(&app, q, Language::of_api(&headers)).await?;
    Ok(Json(Suggestions {
        items: found.into_iter().map(Into::into).collect(),
    }))
}
