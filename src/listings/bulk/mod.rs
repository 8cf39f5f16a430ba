//! Files of listings, in and out. A file that comes in is read and checked first (`keep`), and written only when its sender
//! asks for it, by a job (`apply`); what goes out has the same shape (`columns`), so that it can come back.

mod api;
mod apply;
mod cell;
mod columns;
pub mod command;
mod current;
mod error;
mod keep;
mod number;
mod plan;
mod read;
mod read_csv;
mod read_xlsx;
mod sheet;
mod write;

pub use api::file as file_of;
pub use apply::duty;
pub use cell::Cell;
pub use error::{BulkError, Unreadable};
pub use number::dong as dong_in;
pub use sheet::{Headings, Line, Sheet, read_table};
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouterExt},
    routes,
};

use crate::app::App;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(api::get_template_csv))
        .routes(routes!(api::get_template_xlsx))
        .routes(routes!(api::list_imports, api::create_import).layer(api::file_limit()))
        .routes(routes!(api::get_import))
        .routes(routes!(api::list_import_errors))
        .routes(routes!(api::apply_import))
        .routes(routes!(api::get_refused_csv))
        .routes(routes!(api::get_refused_xlsx))
        .routes(routes!(api::export_csv))
        .routes(routes!(api::export_xlsx))
}
