//! Units of work: all or nothing, together or apart, numbered without gaps.

use choque::db::{self, Actor, Unit, Work};
use entity::{
    frame::{
        change::{Cause, Subject},
        setting,
    },
    ids::ListingId,
};
use futures_util::future::join_all;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::{
    harness::{Backend, TestApp},
    on_both,
};

fn remember(name: String, fate: Fate) -> impl for<'u> Fn(&'u mut Unit) -> Work<'u, (), DbErr> + Send + Sync + 'static {
    move |unit| {
        let name = name.clone();
        Box::pin(async move {
            unit.remember(&name, "value").await?;
            match fate {
                Fate::Good => Ok(()),
                Fate::Refused => Err(DbErr::Custom("refused".to_owned())),
                Fate::Panics => panic!("a unit that panics, on purpose"),
            }
        })
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Good,
    Refused,
    Panics,
}

on_both!(a_unit_that_fails_disturbs_nobody, |app| {
    let fate = |number: i32| match number % 5 {
        1 => Fate::Refused,
        3 => Fate::Panics,
        _ => Fate::Good,
    };
    let writes = (0..200).map(|number| {
        app.app
            .write(Actor::System, remember(format!("n{number}"), fate(number)))
    });
    for (number, outcome) in (0..).zip(join_all(writes).await) {
        assert_eq!(outcome.is_ok(), fate(number) == Fate::Good, "{number}: {outcome:?}");
    }
    let written = setting::Entity::find()
        .filter(setting::Column::Name.like("n%"))
        .all(app.app.db().read())
        .await
        .unwrap();
    let of_these = |name: &str| name[1..].parse::<i32>().is_ok();
    assert_eq!(written.iter().filter(|row| of_these(&row.name)).count(), 120);
});

on_both!(a_caller_that_leaves_cancels_nothing, |app| {
    let write = app.app.write(Actor::System, remember("left".to_owned(), Fate::Good));
    let _ = tokio::time::timeout(std::time::Duration::from_nanos(1), write).await;
    app.app
        .write(Actor::System, remember("after".to_owned(), Fate::Good))
        .await
        .unwrap();
    for _ in 0..100 {
        if db::setting(app.app.db().read(), "left").await.unwrap().is_some() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("the unit was begun and never ended");
});

on_both!(changes_are_numbered_without_gaps_and_bursts_of_stock_told_once, |app| {
    let (quiet, busy) = (ListingId(Uuid::from_u128(1)), ListingId(Uuid::from_u128(2)));
    let writes = (0..300).map(|number| {
        app.app.write(Actor::System, move |unit| {
            Box::pin(async move {
                if number % 10 == 0 {
                    unit.changed(Subject::Listing, quiet, Cause::Edited).await
                } else {
                    unit.changed(Subject::Listing, busy, Cause::Stock).await
                }
            })
        })
    });
    // A reader that follows the log while it grows sees every number once, in order, with none missing.
    let follow = async {
        let (mut cursor, mut edited) = (0, 0);
        while edited < 30 {
            for change in db::changes_after(app.app.db().read(), cursor, 7).await.unwrap() {
                assert_eq!(change.seq, cursor + 1);
                cursor = change.seq;
                edited += i32::from(change.cause == Cause::Edited);
            }
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
        cursor
    };
    let (written, _) = tokio::join!(join_all(writes), follow);
    assert!(written.into_iter().all(|outcome| outcome.is_ok()));
    app.caught_up().await;
    let all = db::changes_after(app.app.db().read(), 0, 1000).await.unwrap();
    assert!(all.len() < 300, "bursts of stock are told once");
    assert_eq!(
        all.iter().map(|change| change.seq).collect::<Vec<_>>(),
        (1..=i64::try_from(all.len()).unwrap()).collect::<Vec<_>>()
    );
    assert_eq!(all.iter().filter(|change| change.cause == Cause::Edited).count(), 30);
});

on_both!(numbers_of_a_series_are_given_once, |app| {
    let taken = (0..64).map(|_| {
        app.app.write(Actor::System, |unit| {
            Box::pin(async move { unit.next_number("series").await })
        })
    });
    let mut numbers: Vec<i64> = join_all(taken).await.into_iter().map(Result::unwrap).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=64).collect::<Vec<_>>());
});

#[tokio::test]
async fn a_reader_of_sqlite_cannot_write() {
    let app = TestApp::start(Backend::Sqlite).await.unwrap();
    let refused = app
        .app
        .db()
        .read()
        .execute_unprepared("insert into setting (name, value) values ('a', 'b')")
        .await;
    assert!(refused.is_err());
    app.finish().await;
}

#[tokio::test]
async fn the_migrated_schema_is_what_it_was() {
    let app = TestApp::start(Backend::Sqlite).await.unwrap();
    let sql = "select sql from sqlite_master where sql is not null and name not like 'seaql%' order by type desc, name";
    let statement = sea_orm::Statement::from_string(sea_orm::DbBackend::Sqlite, sql);
    let rows = app.app.db().read().query_all_raw(statement).await.unwrap();
    let lines: Vec<String> = rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
    insta::assert_snapshot!("schema", lines.join(";\n\n"));
    app.finish().await;
}
