//! The catalogue over HTTP.

mod categories;
mod certificates;
mod photos;
mod products;
mod register;
mod reminders;
mod sellers;

use entity::ids::SellerId;
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouterExt},
    routes,
};

use super::{ocop::api as ocop, selling::sellers_of};
use crate::{
    app::App,
    http::{list::PageParams, problem::Problem},
    identity::SignedIn,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(categories::list_categories))
        .routes(routes!(sellers::list_sellers, sellers::create_seller))
        .routes(routes!(sellers::get_seller, sellers::patch_seller))
        .routes(routes!(products::list_products, products::create_product))
        .routes(routes!(products::get_product))
        .routes(routes!(photos::create_photo).layer(photos::photo_limit()))
        .routes(routes!(certificates::list_certificates, certificates::create_certificate))
        .routes(routes!(certificates::get_certificate))
        .routes(routes!(certificates::create_evidence).layer(photos::photo_limit()))
        .routes(routes!(certificates::verify_certificate))
        .routes(routes!(certificates::revoke_certificate))
        .routes(routes!(ocop::list_dossiers, ocop::create_dossier))
        .routes(routes!(ocop::get_dossier))
        .routes(routes!(ocop::supplement_dossier))
        .routes(routes!(ocop::accept_dossier))
        .routes(routes!(ocop::receive_samples))
        .routes(routes!(ocop::score_dossier))
        .routes(routes!(ocop::decide_dossier))
        .routes(routes!(ocop::withdraw_dossier))
        .routes(routes!(ocop::list_members))
        .routes(routes!(ocop::put_member, ocop::delete_member))
        .routes(routes!(ocop::list_product_sets))
        .routes(routes!(register::list_recognitions))
        .routes(routes!(reminders::list_reminders))
}

/// Whose rows a list shows: everybody's, or with `?mine=1` those of the caller's sellers.
async fn whose(app: &App, params: &PageParams, caller: Option<&SignedIn>) -> Result<Option<Vec<SellerId>>, Problem> {
    if !params.only_mine() {
        return Ok(None);
    }
    let caller = caller.ok_or(crate::identity::IdentityError::NotSignedIn)?;
    Ok(Some(sellers_of(app, caller.person()).await?))
}
