//! The catalogue over HTTP.

mod categories;
mod certificates;
mod checklist;
mod closures;
mod photos;
mod products;
mod register;
mod reminders;
mod sellers;
mod staff;
mod uploads;

use entity::ids::{ProductId, SellerId};
pub use products::ProductWire;
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouterExt},
    routes,
};

use super::{CatalogueError, Selling, lists, ocop::api as ocop, selling::sellers_of};
use crate::{
    app::App,
    http::{list::PageParams, problem::Problem},
    identity::SignedIn,
    media::body::photo_limit,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(categories::list_categories))
        .routes(routes!(categories::get_category))
        .routes(routes!(sellers::list_sellers, sellers::create_seller))
        .routes(routes!(sellers::get_seller, sellers::patch_seller))
        .routes(routes!(closures::list_closures, closures::create_closure))
        .routes(routes!(closures::delete_closure))
        .routes(routes!(checklist::get_checklist))
        .routes(routes!(checklist::check_item))
        .routes(routes!(staff::list_staff))
        .routes(routes!(staff::delete_staff))
        .routes(routes!(staff::list_invitations, staff::create_invitation))
        .routes(routes!(staff::delete_invitation))
        .routes(routes!(staff::accept_invitation))
        .routes(routes!(products::list_products, products::create_product))
        .routes(routes!(products::get_product))
        .routes(routes!(photos::create_photo, photos::list_photos, photos::put_photos).layer(photo_limit()))
        .routes(routes!(photos::patch_photo, photos::delete_photo))
        .routes(routes!(uploads::create_upload))
        .routes(
            routes!(
                uploads::get_upload,
                uploads::head_upload,
                uploads::patch_upload,
                uploads::delete_upload
            )
            .layer(photo_limit()),
        )
        .routes(routes!(
            certificates::list_certificates,
            certificates::create_certificate
        ))
        .routes(routes!(certificates::get_certificate))
        .routes(routes!(certificates::create_evidence).layer(photo_limit()))
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

/// The caller's own product `id`; another's is not theirs to know of.
async fn own_product(app: &App, selling: &Selling, id: ProductId) -> Result<lists::ListedProduct, CatalogueError> {
    lists::product(app.db().read(), id)
        .await?
        .filter(|listed| selling.acts_for(listed.product.seller_id))
        .ok_or(CatalogueError::NoSuchThing)
}
