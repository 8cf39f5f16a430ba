//! What witnesses are shown, and what they answer.

use entity::trace::{log_checkpoint, log_cosignature};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait, OnConflict},
};
use tlog_tiles::{Hash, prove_tree};

use super::{LogError, note::VerifierKey, sequence::over_tiles};
use crate::db::Unit;

/// The consistency proof (RFC 6962, 2.1.2) from `before` leaves to `size`; empty where none is needed.
pub async fn consistency(db: &impl ConnectionTrait, before: u64, size: u64) -> Result<Vec<Hash>, LogError> {
    if before == 0 || before >= size {
        return Ok(Vec::new());
    }
    over_tiles(db, |tiles| prove_tree(size, before, tiles)).await
}

/// Keeps the line with which `witness` has signed `checkpoint`.
pub async fn keep_cosignature(
    unit: &mut Unit,
    checkpoint: &log_checkpoint::Model,
    witness: &VerifierKey,
    line: &str,
) -> Result<(), DbErr> {
    use log_checkpoint::Column;
    let counted = log_checkpoint::Entity::update_many()
        .col_expr(Column::Cosigned, Expr::col(Column::Cosigned).add(1))
        .filter(Column::Origin.eq(&checkpoint.origin))
        .filter(Column::Size.eq(checkpoint.size))
        .exec(&*unit)
        .await?;
    if counted.rows_affected == 0 {
        // It was so long on its way that the checkpoint is no longer kept.
        return Ok(());
    }
    let row = log_cosignature::ActiveModel {
        origin: Set(checkpoint.origin.clone()),
        size: Set(checkpoint.size),
        witness: Set(witness.to_string()),
        line: Set(line.to_owned()),
        at: Set(unit.now()),
    };
    let again = OnConflict::columns([
        log_cosignature::Column::Origin,
        log_cosignature::Column::Size,
        log_cosignature::Column::Witness,
    ])
    .update_columns([log_cosignature::Column::Line, log_cosignature::Column::At])
    .to_owned();
    log_cosignature::Entity::insert(row)
        .on_conflict(again)
        .exec_without_returning(&*unit)
        .await?;
    Ok(())
}
