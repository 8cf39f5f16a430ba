//! A seller's offer of a product.

use sea_orm::entity::prelude::*;

use crate::{
    Day, Dong, Slug, Thousandths, Timestamp, Unit,
    ids::{ListingId, PoolId, ProductId, SellerId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "listing")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ListingId,
    pub slug: Slug,
    pub product_id: ProductId,
    pub seller_id: SellerId,
    pub title: String,
    pub price: Dong,
    pub unit: Unit,
    pub stock_mode: StockMode,
    pub pool_id: Option<PoolId>,
    /// How much of the pool's unit one unit of this listing takes.
    pub factor: Thousandths,
    /// Pre-order only.
    pub harvest_on: Option<Day>,
    pub cap: Option<Thousandths>,
    /// How much of a pre-order's cap is ordered.
    pub promised: Thousandths,
    /// What one sale unit holds, as its seller declares it: 0.3 kg in a bunch, 10 eggs on a tray.
    pub contains: Option<Thousandths>,
    pub contains_unit: Option<Unit>,
    /// The least that may be ordered, and the steps from there on.
    pub min_quantity: Option<Thousandths>,
    pub step: Option<Thousandths>,
    /// The most one customer may order within `limit_days`.
    pub limit_quantity: Option<Thousandths>,
    pub limit_days: Option<i32>,
    /// Days from the order until it is made; only for what is made to order.
    pub lead_days: Option<i32>,
    /// Ordered by the piece and charged by weight: đồng for one `weight_unit`, and what a piece weighs. `price` is then
    /// an estimate, that of a piece of mean weight.
    pub weight_price: Option<Dong>,
    pub weight_unit: Option<Unit>,
    pub piece_min: Option<Thousandths>,
    pub piece_max: Option<Thousandths>,
    pub state: State,
    /// Title, seller, commune and category without tones, for search.
    pub search_text: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub published_at: Option<Timestamp>,
}

/// Where what is sold comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum StockMode {
    /// From a pool: what is gone is gone.
    #[sea_orm(string_value = "stock")]
    Stock,
    /// Made when ordered.
    #[sea_orm(string_value = "on_demand")]
    OnDemand,
    /// From a harvest to come, up to a cap.
    #[sea_orm(string_value = "preorder")]
    Preorder,
}

impl StockMode {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Stock => "stock",
            Self::OnDemand => "on_demand",
            Self::Preorder => "preorder",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Stock, Self::OnDemand, Self::Preorder]
            .into_iter()
            .find(|mode| mode.code() == code)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum State {
    #[sea_orm(string_value = "draft")]
    Draft,
    #[sea_orm(string_value = "review")]
    Review,
    #[sea_orm(string_value = "live")]
    Live,
    #[sea_orm(string_value = "withdrawn")]
    Withdrawn,
    #[sea_orm(string_value = "taken_down")]
    TakenDown,
}

impl State {
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Review => "review",
            Self::Live => "live",
            Self::Withdrawn => "withdrawn",
            Self::TakenDown => "taken_down",
        }
    }
}

crate::plain_table!();
