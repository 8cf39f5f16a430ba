//! Takes out of the database's files what was deleted or overwritten in its tables.

use sea_orm::{ConnectionTrait, Database, DbErr, Statement};

/// How often the log beside the file is asked to be emptied while somebody reads.
const TRIES: usize = 20;

/// Rewrites the database at `url`, so that what is not in it any more is not in its files either.
///
/// SQLite leaves old content in free pages and in the write-ahead log: the file is written anew and the log cut off.
/// PostgreSQL frees the room of old rows for new ones; its files hold them until then, its archived log longer.
///
/// # Errors
///
/// When the log cannot be emptied because somebody goes on reading from it.
pub async fn scrub(url: &str) -> Result<(), DbErr> {
    let db = Database::connect(url).await?;
    db.execute_unprepared("vacuum").await?;
    if db.get_database_backend() == sea_orm::DbBackend::Sqlite {
        db.execute_unprepared("pragma busy_timeout = 5000").await?;
        for _ in 0..TRIES {
            let cut = Statement::from_string(db.get_database_backend(), "pragma wal_checkpoint(truncate)");
            let busy = match db.query_one_raw(cut).await? {
                Some(row) => row.try_get_by_index::<i32>(0)?,
                None => 0,
            };
            if busy == 0 {
                return db.close().await;
            }
            tokio::time::sleep(std::time::Duration::from_millis(250)).await;
        }
        return Err(DbErr::Custom(
            "the write-ahead log could not be emptied: somebody goes on reading from it".to_owned(),
        ));
    }
    db.close().await
}
