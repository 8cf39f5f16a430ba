//! A listing of another exchange, as that exchange last told it.

use sea_orm::entity::prelude::*;

use crate::{
    CommuneCode, Day, Dong, Gtin, Slug, Thousandths, Timestamp, Unit, ids::ListingId, listings::listing::StockMode,
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "remote_listing")]
pub struct Model {
    /// Of the same kind as the ids of our own listings, so that one list can hold both.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ListingId,
    pub exchange_id: String,
    /// Its id there; unique together with the exchange.
    pub remote_id: String,
    pub slug: Slug,
    pub title: String,
    /// Title, seller, commune and category without tones, for search.
    pub search_text: String,
    pub price: Dong,
    pub unit: Unit,
    pub stock_mode: StockMode,
    /// What is left, in `unit`; `None` where nothing is counted.
    pub left_amount: Option<Thousandths>,
    pub in_stock: bool,
    /// An id of our category table, `other` when theirs is unknown to it.
    pub category: String,
    /// OCOP stars, and the first day on which they no longer hold.
    pub star: Option<i32>,
    pub star_until: Option<Day>,
    pub seller_name: String,
    pub commune_code: CommuneCode,
    pub commune_name: String,
    /// Never a restricted number.
    pub gtin: Option<Gtin>,
    /// Its page on the exchange it comes from.
    pub url: String,
    pub photo_url: Option<String>,
    pub state: State,
    /// Until when this row vouches for itself.
    pub fresh_until: Timestamp,
    pub published_at: Timestamp,
    pub updated_at: Timestamp,
    /// Which snapshot last had it; what a later snapshot does not have is gone.
    pub generation: i64,
    /// SHA-256 (hex) of what was told, so that hearing it twice changes nothing.
    pub digest: String,
    /// JSON in the shape of `listings::remote::Details`.
    pub details: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum State {
    #[sea_orm(string_value = "live")]
    Live,
    /// Taken off sale where it comes from. The row stays, so that a listing that returns keeps its id.
    #[sea_orm(string_value = "gone")]
    Gone,
}

crate::plain_table!();
