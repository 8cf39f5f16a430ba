//! What a search asks for: its words, its order, and where the next page begins.

use std::{cmp::Ordering, fmt, str::FromStr};

use entity::{
    CommuneCode, Day, Dong,
    catalogue::{product, seller},
    ids::{ListingId, SellerId},
    listings::{
        listing::{self, State},
        remote_listing,
    },
    text::fold,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
    sea_query::{Expr, ExprTrait, IntoColumnRef, LikeExpr, SimpleExpr},
};
use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

use super::{remote, stock};
use crate::{catalogue::{category, read::closed_on}, http::list::DEFAULT_LIMIT};

/// Characters of `q` that are read; nobody types more, and each word costs a scan.
const LONGEST_QUERY: usize = 200;
/// Words of `q` that are read.
const MOST_WORDS: usize = 12;

/// What is looked for among the live listings.
#[derive(Clone, Debug)]
pub struct Filter {
    /// Every word must occur; marks do not matter.
    pub q: String,
    /// A category's id; a group means its leaves too.
    pub category: Option<String>,
    /// Where the seller is.
    pub commune: Option<CommuneCode>,
    /// Exactly this OCOP rating, held today.
    pub star: Option<u8>,
    pub seller: Option<SellerId>,
    pub min_price: Option<Dong>,
    pub max_price: Option<Dong>,
    /// Only what can be bought now.
    pub in_stock: bool,
    pub sort: Sort,
    /// Cards on a page.
    pub limit: u64,
    /// Where the page before ended.
    pub after: Option<Cursor>,
    /// Whether to count by category, commune and stars as well.
    pub facets: bool,
}

impl Default for Filter {
    fn default() -> Self {
        Self {
            q: String::new(),
            category: None,
            commune: None,
            star: None,
            seller: None,
            min_price: None,
            max_price: None,
            in_stock: false,
            sort: Sort::default(),
            limit: DEFAULT_LIMIT,
            after: None,
            facets: false,
        }
    }
}

/// The order of what is found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// Titles that hold the words with their very tones first, then the newest.
    #[default]
    Best,
    Newest,
    Cheapest,
    Dearest,
}

impl Sort {
    pub const ALL: [Self; 4] = [Self::Best, Self::Newest, Self::Cheapest, Self::Dearest];

    /// As `sort=` says it; empty is [`Sort::Best`].
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Best => "",
            Self::Newest => "newest",
            Self::Cheapest => "price",
            Self::Dearest => "-price",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.code() == code)
    }
}

/// Where a page ended: what its last listing was ordered by. Opaque to callers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    rank: i64,
    key: i64,
    id: ListingId,
}

impl Cursor {
    pub(super) const fn new(rank: i64, key: i64, id: ListingId) -> Self {
        Self { rank, key, id }
    }

    /// The end of a page that is ordered by id alone.
    pub(super) const fn at(id: ListingId) -> Self {
        Self { rank: 0, key: 0, id }
    }

    pub(super) const fn id(&self) -> ListingId {
        self.id
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.rank, self.key, self.id.0.simple())
    }
}

/// A text that is no cursor of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor")]
pub struct NotACursor;

impl FromStr for Cursor {
    type Err = NotACursor;

    fn from_str(text: &str) -> Result<Self, NotACursor> {
        let mut parts = text.splitn(3, '.');
        let mut number = || parts.next().and_then(|part| part.parse().ok()).ok_or(NotACursor);
        let (rank, key) = (number()?, number()?);
        let id = parts
            .next()
            .and_then(|part| Uuid::parse_str(part).ok())
            .ok_or(NotACursor)?;
        Ok(Self {
            rank,
            key,
            id: ListingId(id),
        })
    }
}

/// A dimension that can be counted by; its own filter is then left out, so that the other choices keep their numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dimension {
    Category,
    Commune,
    Star,
}

/// The columns by which a list is ordered, of whichever table: our own listings, or those of other exchanges.
#[derive(Clone, Debug)]
pub(super) struct Keys {
    title: Expr,
    published_at: Expr,
    price: Expr,
    id: Expr,
}

impl Keys {
    pub(super) fn of(
        title: impl IntoColumnRef,
        published_at: impl IntoColumnRef,
        price: impl IntoColumnRef,
        id: impl IntoColumnRef,
    ) -> Self {
        Self {
            title: Expr::col(title),
            published_at: Expr::col(published_at),
            price: Expr::col(price),
            id: Expr::col(id),
        }
    }

    /// Those of our own listings.
    pub(super) fn own() -> Self {
        Self::of(
            (listing::Entity, listing::Column::Title),
            (listing::Entity, listing::Column::PublishedAt),
            (listing::Entity, listing::Column::Price),
            (listing::Entity, listing::Column::Id),
        )
    }
}

impl Sort {
    const fn order(self) -> Order {
        match self {
            Self::Best | Self::Newest | Self::Dearest => Order::Desc,
            Self::Cheapest => Order::Asc,
        }
    }

    /// Which of two listings comes first in a list.
    pub(super) fn compare(self, a: &Cursor, b: &Cursor) -> Ordering {
        let by_key = match self.order() {
            Order::Asc => (a.key, a.id).cmp(&(b.key, b.id)),
            _ => (b.key, b.id).cmp(&(a.key, a.id)),
        };
        b.rank.cmp(&a.rank).then(by_key)
    }
}

impl Filter {
    /// What a listing of another exchange must be like; `but` names a filter to leave out.
    pub(super) fn wanted_remote(&self, today: Day, but: Option<Dimension>) -> Condition {
        use remote_listing::Column;
        let mut wanted = Condition::all().add(Column::State.eq(remote_listing::State::Live));
        for word in self.words() {
            wanted = wanted.add(Column::SearchText.like(holding(&word)));
        }
        if let Some(id) = self.category.as_deref().filter(|_| but != Some(Dimension::Category)) {
            wanted = wanted.add(Column::Category.is_in(category::within(id)));
        }
        if let Some(code) = self.commune.as_ref().filter(|_| but != Some(Dimension::Commune)) {
            wanted = wanted.add(Column::CommuneCode.eq(code.clone()));
        }
        if let Some(stars) = self.star.filter(|_| but != Some(Dimension::Star)) {
            wanted = wanted.add(remote::star(today).eq(i32::from(stars)));
        }
        if let Some(price) = self.min_price {
            wanted = wanted.add(Column::Price.gte(price));
        }
        if let Some(price) = self.max_price {
            wanted = wanted.add(Column::Price.lte(price));
        }
        if self.in_stock {
            wanted = wanted.add(Column::InStock.eq(true));
        }
        wanted
    }

    /// Whether only what is sold here can match: sellers of other exchanges have no page here.
    pub(super) const fn is_own_only(&self) -> bool {
        self.seller.is_some()
    }

    /// The live listings that match, in no order; `but` names a filter to leave out.
    pub(super) fn select(&self, today: Day, but: Option<Dimension>) -> Select<listing::Entity> {
        let mut wanted = Condition::all()
            .add(listing::Column::State.eq(State::Live))
            .add(closed_on("listing.seller_id", today).not());
        for word in self.words() {
            wanted = wanted.add(listing::Column::SearchText.like(holding(&word)));
        }
        if let Some(id) = self.category.as_deref().filter(|_| but != Some(Dimension::Category)) {
            let products = product::Entity::find()
                .select_only()
                .column(product::Column::Id)
                .filter(product::Column::Category.is_in(category::within(id)));
            wanted = wanted.add(listing::Column::ProductId.in_subquery(products.into_query()));
        }
        if let Some(code) = self.commune.as_ref().filter(|_| but != Some(Dimension::Commune)) {
            let sellers = seller::Entity::find()
                .select_only()
                .column(seller::Column::Id)
                .filter(seller::Column::CommuneCode.eq(code.clone()));
            wanted = wanted.add(listing::Column::SellerId.in_subquery(sellers.into_query()));
        }
        if let Some(stars) = self.star.filter(|_| but != Some(Dimension::Star)) {
            wanted = wanted.add(star(today).eq(i32::from(stars)));
        }
        if let Some(id) = self.seller {
            wanted = wanted.add(listing::Column::SellerId.eq(id));
        }
        if let Some(price) = self.min_price {
            wanted = wanted.add(listing::Column::Price.gte(price));
        }
        if let Some(price) = self.max_price {
            wanted = wanted.add(listing::Column::Price.lte(price));
        }
        if self.in_stock {
            wanted = wanted.add(stock::is_in_stock(today));
        }
        listing::Entity::find().filter(wanted)
    }

    /// The page of `select` that this filter asks for, one listing longer than fits.
    pub(super) fn page<E: EntityTrait>(&self, select: Select<E>, keys: &Keys) -> Select<E> {
        let order = self.sort.order();
        let column = match self.sort {
            Sort::Best | Sort::Newest => &keys.published_at,
            Sort::Cheapest | Sort::Dearest => &keys.price,
        };
        let mut select = select;
        if let Some(after) = self.after {
            let beyond = |column: SimpleExpr, value: SimpleExpr| {
                if order == Order::Asc {
                    column.gt(value)
                } else {
                    column.lt(value)
                }
            };
            let (key, id) = (|| column.clone(), || keys.id.clone());
            let mut later = Condition::any().add(beyond(key(), Expr::value(after.key))).add(
                Condition::all()
                    .add(key().eq(after.key))
                    .add(beyond(id(), Expr::value(after.id.0))),
            );
            if self.is_ranked() {
                later = Condition::any()
                    .add(self.rank(keys).lt(after.rank))
                    .add(Condition::all().add(self.rank(keys).eq(after.rank)).add(later));
            }
            select = select.filter(later);
        }
        if self.is_ranked() {
            select = select.order_by(self.rank(keys), Order::Desc);
        }
        select
            .order_by(column.clone(), order.clone())
            .order_by(keys.id.clone(), order)
            .limit(self.limit.saturating_add(1))
    }

    fn is_ranked(&self) -> bool {
        self.sort == Sort::Best && !self.words().is_empty()
    }

    /// How well a title fits: 1 when it holds every word as it was typed, tones included, else 0.
    ///
    /// A database folds the case of Vietnamese letters on one side only, so each word is tried in the three ways in which
    /// titles are written.
    pub(super) fn rank(&self, keys: &Keys) -> SimpleExpr {
        if !self.is_ranked() {
            return Expr::value(0);
        }
        let query: String = self.read().nfc().collect::<String>().to_lowercase();
        let every = query
            .split_whitespace()
            .take(MOST_WORDS)
            .fold(Condition::all(), |every, word| {
                let mut letters = word.chars();
                let capital: String = letters
                    .next()
                    .into_iter()
                    .flat_map(char::to_uppercase)
                    .chain(letters)
                    .collect();
                every.add(
                    Condition::any()
                        .add(keys.title.clone().like(holding(word)))
                        .add(keys.title.clone().like(holding(&capital)))
                        .add(keys.title.clone().like(holding(&word.to_uppercase()))),
                )
            });
        Expr::case(every, 1).finally(0).into()
    }

    /// The folded words of `q`.
    fn words(&self) -> Vec<String> {
        fold(&self.read())
            .split(' ')
            .filter(|word| !word.is_empty())
            .take(MOST_WORDS)
            .map(str::to_owned)
            .collect()
    }

    /// As much of `q` as is read.
    #[must_use]
    pub fn read(&self) -> String {
        self.q.trim().chars().take(LONGEST_QUERY).collect()
    }
}

/// A pattern for texts that hold `word`, whose own `%` and `_` mean themselves.
fn holding(word: &str) -> LikeExpr {
    let mut pattern = String::from("%");
    for c in word.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    LikeExpr::new(pattern).escape('\\')
}

/// SQL for the OCOP stars that the product of the `listing` in scope holds on `day`; null without any.
pub(super) fn star(day: Day) -> SimpleExpr {
    let day = day.iso();
    Expr::cust(format!(
        "(select max(c.star) from certificate c where c.product_id = listing.product_id and c.kind = 'ocop' \
         and c.granted_on <= '{day}' and c.ends_on > '{day}' and c.revoked_on is null)"
    ))
}

#[cfg(test)]
mod tests {
    use sea_orm::DbBackend;

    use super::*;

    fn sql(filter: &Filter, backend: DbBackend) -> String {
        filter
            .page(
                filter.select(Day::from_iso("2026-11-21").expect("a day"), None),
                &Keys::own(),
            )
            .build(backend)
            .to_string()
    }

    #[test]
    fn every_word_must_occur_and_means_itself() {
        let filter = Filter {
            q: " Chè  100%_đinh ".into(),
            ..Filter::default()
        };
        let sql = sql(&filter, DbBackend::Sqlite);
        assert!(sql.contains("LIKE '%che%' ESCAPE"), "{sql}");
        assert!(sql.contains(r"LIKE '%100\%\_dinh%' ESCAPE"), "{sql}");
        assert!(
            sql.contains("LIKE '%chè%'") && sql.contains("LIKE '%Chè%'") && sql.contains("LIKE '%CHÈ%'"),
            "{sql}"
        );
    }

    #[test]
    fn a_long_query_is_cut() {
        let filter = Filter {
            q: "ă ".repeat(1000),
            ..Filter::default()
        };
        assert_eq!(filter.read().chars().count(), LONGEST_QUERY);
        assert_eq!(filter.words().len(), MOST_WORDS);
    }

    #[test]
    fn cursors_read_back_and_nothing_else_does() {
        let cursor = Cursor::new(1, -5, ListingId(Uuid::from_u128(7)));
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        for text in ["", "1", "1.2", "1.2.x", "a.2.00000000000000000000000000000007", "é.é.é"] {
            assert_eq!(text.parse::<Cursor>(), Err(NotACursor), "{text}");
        }
    }

    #[test]
    fn the_order_turns_with_the_cursor() {
        let after = Some(Cursor::new(0, 50_000, ListingId(Uuid::nil())));
        let cheap = sql(
            &Filter {
                sort: Sort::Cheapest,
                after,
                ..Filter::default()
            },
            DbBackend::Postgres,
        );
        assert!(
            cheap.contains(r#""listing"."price" > 50000"#) && cheap.contains(r#""price" ASC"#),
            "{cheap}"
        );
        let dear = sql(
            &Filter {
                sort: Sort::Dearest,
                after,
                ..Filter::default()
            },
            DbBackend::Postgres,
        );
        assert!(
            dear.contains(r#""listing"."price" < 50000"#) && dear.contains(r#""price" DESC"#),
            "{dear}"
        );
    }
}
