//! Which plots a batch was harvested from.

use sea_orm::entity::prelude::*;

use crate::ids::{BatchId, PlotId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "batch_plot")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub batch_id: BatchId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub plot_id: PlotId,
}

crate::plain_table!();
