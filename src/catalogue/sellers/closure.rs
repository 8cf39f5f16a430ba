//! A seller goes on holiday: for some days nothing of theirs is on sale lists and nothing can be bought, but every link
//! leads where it led.
//!
//! That a closure begins or ends is told in the change log by whoever makes it begin or end at once, and by a duty on
//! the day it was planned for.

use std::{sync::Arc, time::Duration};

use entity::{
    Day,
    catalogue::closure::{self, Told},
    frame::change::{Cause, Subject},
    ids::{ClosureId, PersonId, SellerId},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    app::App,
    catalogue::CatalogueError,
    checked,
    db::{Actor, Unit},
    http::{
        body::day,
        input::{Field, Wrong},
        language::Message,
    },
    jobs::Recurring,
};

/// The longest that a seller may be closed at a time, in days. Who is away for longer withdraws.
const LONGEST: i32 = 366;
/// Closures turned in one go.
const AT_ONCE: u64 = 200;

/// What a closure needs.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct CloseSeller {
    /// The first day; today when it is absent.
    #[schema(value_type = Option<String>, example = "2027-02-05")]
    pub from: Field<String>,
    /// The last day.
    #[schema(value_type = String, example = "2027-02-12")]
    pub until: Field<String>,
    /// Shown to buyers.
    #[schema(value_type = Option<String>, max_length = 300, example = "Nghỉ Tết")]
    pub note: Field<String>,
}

/// A checked closure.
#[derive(Clone, Debug)]
pub struct NewClosure {
    from: Day,
    until: Day,
    note: String,
}

impl CloseSeller {
    pub fn check(&self, today: Day) -> Result<NewClosure, Wrong> {
        let mut wrong = Wrong::default();
        let from = wrong
            .optional("/from", &self.from, day)
            .map(|from| from.unwrap_or(today));
        if from.is_some_and(|from| from < today) {
            wrong.note("/from", "wrong-past");
        }
        let until = day(&mut wrong, "/until", &self.until);
        if let (Some(from), Some(until)) = (from, until) {
            if until < from {
                wrong.note("/until", "wrong-closure-order");
            } else if until >= from.plus_days(LONGEST) {
                wrong.note(
                    "/until",
                    Message::new("wrong-closure-long").with("max", LONGEST.to_string()),
                );
            }
        }
        let note = wrong.prose("/note", &self.note, 300);
        checked!(wrong; from, until, note);
        Ok(NewClosure { from, until, note })
    }
}

/// Writes the closure down; one that begins today begins now.
pub async fn close_seller(
    unit: &mut Unit,
    seller: SellerId,
    by: PersonId,
    new: NewClosure,
) -> Result<closure::Model, CatalogueError> {
    let overlapping = closure::Entity::find()
        .filter(closure::Column::SellerId.eq(seller))
        .filter(closure::Column::FromOn.lte(new.until))
        .filter(closure::Column::UntilOn.gte(new.from))
        .one(&*unit)
        .await?;
    if overlapping.is_some() {
        return Err(CatalogueError::ClosedAlready);
    }
    let begins = new.from <= unit.now().day();
    let made = closure::Model {
        id: unit.id::<ClosureId>(),
        seller_id: seller,
        from_on: new.from,
        until_on: new.until,
        note: new.note,
        told: if begins { Told::Closed } else { Told::Nothing },
        created_at: unit.now(),
        created_by: by,
    };
    let row = closure::ActiveModel {
        id: Set(made.id),
        seller_id: Set(made.seller_id),
        from_on: Set(made.from_on),
        until_on: Set(made.until_on),
        note: Set(made.note.clone()),
        told: Set(made.told),
        created_at: Set(made.created_at),
        created_by: Set(made.created_by),
    };
    closure::Entity::insert(row).exec_without_returning(&*unit).await?;
    if begins {
        unit.changed(Subject::Seller, seller, Cause::Edited).await?;
    }
    Ok(made)
}

/// Takes the closure `id` back: the seller is open again at once, or never closes.
pub async fn open_again(unit: &mut Unit, seller: SellerId, id: ClosureId) -> Result<(), CatalogueError> {
    let gone = closure::Entity::delete_many()
        .filter(closure::Column::Id.eq(id))
        .filter(closure::Column::SellerId.eq(seller))
        .exec(&*unit)
        .await?;
    if gone.rows_affected == 0 {
        return Err(CatalogueError::NoSuchThing);
    }
    // Whether or not it had begun: a row too many costs a look, one too few leaves a page wrong.
    unit.changed(Subject::Seller, seller, Cause::Edited).await?;
    Ok(())
}

/// Tells the change log of closures that begin and end, soon after midnight.
#[must_use]
pub fn duty() -> Recurring {
    Recurring {
        name: "seller closures",
        every: Duration::from_secs(5),
        run: Arc::new(|app| {
            Box::pin(async move {
                while turn(&app).await.map_err(|error| error.to_string())? > 0 {}
                Ok(())
            })
        }),
    }
}

/// Tells of those that are due today, and returns how many they were.
pub async fn turn(app: &App) -> Result<usize, CatalogueError> {
    use closure::Column;
    let today = app.today();
    let due: Vec<closure::Model> = closure::Entity::find()
        // Word for word what the index says, so that both databases see that it serves.
        .filter(Expr::cust("told <> 'open'"))
        .filter(
            Condition::any()
                .add(
                    Condition::all()
                        .add(Column::Told.eq(Told::Nothing))
                        .add(Column::FromOn.lte(today)),
                )
                .add(Column::UntilOn.lt(today)),
        )
        .order_by_asc(Column::Id)
        .limit(AT_ONCE)
        .all(app.db().read())
        .await?;
    for row in &due {
        let row = row.clone();
        app.write(Actor::System, move |unit| {
            let row = row.clone();
            Box::pin(async move {
                let told = if row.until_on < today { Told::Open } else { Told::Closed };
                let turned = closure::Entity::update_many()
                    .col_expr(Column::Told, Expr::value(told))
                    .filter(Column::Id.eq(row.id))
                    .filter(Column::Told.eq(row.told))
                    .exec(&*unit)
                    .await?;
                if turned.rows_affected > 0 {
                    unit.changed(Subject::Seller, row.seller_id, Cause::Edited).await?;
                }
                Ok::<_, CatalogueError>(())
            })
        })
        .await?;
    }
    Ok(due.len())
}
