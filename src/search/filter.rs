//! What a search asks for: its words, its filters, its order, and where the next page begins.

use std::{fmt, str::FromStr};

use entity::{
    CommuneCode, Dong,
    catalogue::{certificate, seller},
    ids::{ListingId, SellerId},
};
use uuid::Uuid;

use super::index::{Order, Place};
use crate::http::list::DEFAULT_LIMIT;

/// What is looked for among what is on sale. An empty list of choices lets everything pass.
#[derive(Clone, Debug)]
pub struct Filter {
    /// As it was typed.
    pub q: String,
    /// Ids of categories; a group means its leaves too.
    pub categories: Vec<String>,
    /// Where the seller is.
    pub communes: Vec<CommuneCode>,
    /// OCOP ratings held today.
    pub stars: Vec<u8>,
    pub seller: Option<SellerId>,
    pub seller_kinds: Vec<seller::Kind>,
    /// Kinds of which one must hold and have been checked by an officer.
    pub certificates: Vec<certificate::Kind>,
    pub origins: Vec<Origin>,
    pub min_price: Option<Dong>,
    pub max_price: Option<Dong>,
    /// Only what can be bought now.
    pub in_stock: bool,
    pub sort: Sort,
    /// Cards on a page.
    pub limit: u64,
    /// Where the page before ended.
    pub after: Option<Cursor>,
    /// Whether to count by each filter as well.
    pub facets: bool,
}

impl Default for Filter {
    fn default() -> Self {
        Self {
            q: String::new(),
            categories: Vec::new(),
            communes: Vec::new(),
            stars: Vec::new(),
            seller: None,
            seller_kinds: Vec::new(),
            certificates: Vec::new(),
            origins: Vec::new(),
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

/// Where a listing is sold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    Here,
    /// On the exchange with this id.
    Exchange(String),
}

impl Origin {
    /// As `origin=` says it.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Here => HERE,
            Self::Exchange(id) => id,
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Self {
        if code == HERE {
            Self::Here
        } else {
            Self::Exchange(code.to_owned())
        }
    }
}

const HERE: &str = "own";

/// The order of what is found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// What fits the words best first, then the newest.
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

    pub(super) const fn order(self) -> Order {
        match self {
            Self::Best => Order::Best,
            Self::Newest => Order::Newest,
            Self::Cheapest => Order::Cheapest,
            Self::Dearest => Order::Dearest,
        }
    }
}

/// Where a page ended: what its last listing was ordered by. It says nothing of any process's index, so that the next
/// page may come from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    rank: i64,
    key: i64,
    id: ListingId,
}

impl Cursor {
    pub(super) const fn of(place: Place) -> Self {
        Self {
            rank: place.rank,
            key: place.key,
            id: ListingId(place.id),
        }
    }

    pub(super) fn place(self, order: Order) -> Place {
        Place::new(order, self.rank, self.key, self.id.0)
    }

    /// The last listing of the page before.
    #[must_use]
    pub const fn id(&self) -> ListingId {
        self.id
    }

    /// The end of a page that is ordered by id alone.
    #[must_use]
    pub const fn at(id: ListingId) -> Self {
        Self { rank: 0, key: 0, id }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_read_back_and_nothing_else_does() {
        let cursor = Cursor {
            rank: -7,
            key: -5,
            id: ListingId(Uuid::from_u128(7)),
        };
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        for text in [
            "",
            "1",
            "1.2",
            "1.2.x",
            "a.2.00000000000000000000000000000007",
            "é.é.é",
            "99999999999999999999.0.00000000000000000000000000000007",
        ] {
            assert_eq!(text.parse::<Cursor>(), Err(NotACursor), "{text}");
        }
    }

    #[test]
    fn a_place_comes_after_itself_in_no_order() {
        let (low, high) = (Uuid::from_u128(1), Uuid::from_u128(2));
        for sort in Sort::ALL {
            let order = sort.order();
            let (one, other) = (Place::new(order, 0, 5, low), Place::new(order, 0, 5, high));
            assert_eq!(Cursor::of(one).place(order), one);
            assert_eq!(
                one < other,
                sort == Sort::Cheapest,
                "equal keys are told apart by id: {sort:?}"
            );
        }
    }
}
