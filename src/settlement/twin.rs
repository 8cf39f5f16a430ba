//! Whether money was told of before, by another who tells of the same account: a statement of the bank's tells again what
//! its notices told, and a notice may come after the statement. Each telling is the twin of at most one other, so two
//! equal payments that were told twice each are two payments.

use entity::{
    Timestamp,
    payments::{
        account,
        notice::{self, Direction, Provider, State},
    },
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, QueryFilter, QueryOrder,
    sea_query::{Expr, Query, SelectStatement},
};

use super::SettlementError;
use crate::{
    db::Unit,
    payments::{
        providers::Told,
        record_notice::{Kept, told_again},
    },
    vault::Vault,
};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// The notice that told of the same money before.
#[derive(Clone, Debug)]
pub(super) struct Twin(pub notice::Model);

/// The notice that told of the same money as `kept` does: of the same account, amount and direction, from the other kind
/// of source, nobody's twin yet, and alike in the bank's number, or in what was written and the day. Until this unit ends,
/// nobody else looks for twins of this account.
pub(super) async fn twin_of(unit: &Unit, vault: &Vault, kept: &Kept) -> Result<Option<Twin>, SettlementError> {
    let Kept { notice, told, accounts } = kept;
    let Some(first) = accounts.first() else {
        return Ok(None);
    };
    account::Entity::update_many()
        .col_expr(account::Column::StatementAt, Expr::col(account::Column::StatementAt))
        .filter(account::Column::NumberHash.eq(first.number_hash.as_str()))
        .exec(unit)
        .await?;
    let from_statement = notice.provider == Provider::Statement;
    let other_source = if from_statement {
        notice::Column::Provider.ne(Provider::Statement)
    } else {
        notice::Column::Provider.eq(Provider::Statement)
    };
    let at = moment(notice);
    let candidates = notice::Entity::find()
        .filter(notice::Column::AccountId.is_in(accounts.iter().map(|account| account.id)))
        .filter(notice::Column::Amount.eq(told.amount))
        .filter(notice::Column::Direction.eq(Direction::In))
        .filter(notice::Column::State.is_in([State::Credited, State::Unmatched, State::Returned]))
        .filter(other_source)
        .filter(in_time(at, at))
        .filter(
            notice::Column::Id.not_in_subquery(
                twins()
                    .and_where(Expr::col(notice::Column::Amount).eq(told.amount))
                    .take(),
            ),
        )
        .order_by_asc(notice::Column::Id)
        .all(unit)
        .await?;
    let mut best: Option<(u8, notice::Model)> = None;
    for candidate in candidates {
        let other = told_again(vault, &candidate)?;
        let days = (moment(&candidate).day(), at.day());
        if let Some(likeness) = likeness(told, &other, days.0 == days.1)
            && best.as_ref().is_none_or(|(known, _)| likeness > *known)
        {
            best = Some((likeness, candidate));
        }
    }
    Ok(best.map(|(_, twin)| Twin(twin)))
}

/// Notices of the days from `first` to `last`, and of one more before and after: a statement's day may be the one after the
/// notice's, and says nothing of the hour.
pub(super) fn in_time(first: Timestamp, last: Timestamp) -> Condition {
    let (from, to) = (first.day().start().plus(-DAY_MS), last.day().start().plus(2 * DAY_MS));
    let unknown = Condition::all()
        .add(notice::Column::HappenedAt.is_null())
        .add(notice::Column::ReceivedAt.between(from, to));
    Condition::any()
        .add(notice::Column::HappenedAt.between(from, to))
        .add(unknown)
}

/// The notices that are somebody's twin already.
pub(super) fn twins() -> SelectStatement {
    Query::select()
        .column(notice::Column::TwinId)
        .from(notice::Entity)
        .and_where(notice::Column::TwinId.is_not_null())
        .to_owned()
}

/// What others told, each to be found again once: [`twin_of`] without a database, to weigh a statement beforehand.
#[derive(Debug, Default)]
pub(super) struct Others(Vec<(Told, Timestamp)>);

impl Others {
    pub(super) fn add(&mut self, told: Told, at: Timestamp) {
        self.0.push((told, at));
    }

    /// Whether one of them told of the same money; it is not found again.
    pub(super) fn take(&mut self, told: &Told) -> bool {
        let Some(at) = told.happened_at else {
            return false;
        };
        let alike = |(other, moment): &(Told, Timestamp)| {
            let near = (moment.0 - at.day().start().0) >= -DAY_MS && (moment.0 - at.day().start().0) <= 2 * DAY_MS;
            if other.amount != told.amount || !near {
                return None;
            }
            likeness(told, other, moment.day() == at.day())
        };
        let mut best: Option<(u8, usize)> = None;
        for (place, other) in self.0.iter().enumerate() {
            if let Some(likeness) = alike(other)
                && best.is_none_or(|(known, _)| likeness > known)
            {
                best = Some((likeness, place));
            }
        }
        best.map(|(_, place)| self.0.swap_remove(place)).is_some()
    }
}

pub(super) fn moment(notice: &notice::Model) -> Timestamp {
    notice.happened_at.unwrap_or(notice.received_at)
}

/// How alike two tellings of one amount into one account are, the more the surer; `None`: they are of two payments.
fn likeness(one: &Told, other: &Told, same_day: bool) -> Option<u8> {
    let named = (one.references.first(), other.references.first());
    if let (Some(one), Some(other)) = named
        && one != other
    {
        return None;
    }
    let same_reference = matches!(named, (Some(_), Some(_)));
    let same_text = letters(&one.content) == letters(&other.content) && !one.content.is_empty();
    match (&one.bank_reference, &other.bank_reference) {
        (Some(one), Some(other)) if one == other => Some(4 + u8::from(same_reference) + u8::from(same_text)),
        // Two numbers of one series are two payments.
        (Some(one), Some(other)) if form(one) == form(other) => None,
        _ if same_reference => Some(2 + u8::from(same_day)),
        _ if same_text && same_day => Some(1),
        _ => None,
    }
}

/// How a bank's number looks: its letters, and how many digits stand where.
fn form(number: &str) -> String {
    number
        .chars()
        .map(|c| if c.is_ascii_digit() { '9' } else { c })
        .collect()
}

fn letters(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_uppercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use entity::Dong;

    use super::*;

    fn told(content: &str, bank_reference: &str) -> Told {
        Told {
            provider_id: "1".into(),
            numbers: Vec::new(),
            direction: Direction::In,
            amount: Dong(1),
            references: Told::references_in(&[content]),
            content: content.into(),
            bank_reference: (!bank_reference.is_empty()).then(|| bank_reference.to_owned()),
            happened_at: None,
            moved: true,
        }
    }

    #[test]
    fn two_tellings_are_of_one_payment_by_number_or_by_words_and_day() {
        let like = |one: (&str, &str), other: (&str, &str), day| {
            likeness(&told(one.0, one.1), &told(other.0, other.1), day).is_some()
        };
        assert!(like(("mua che", "FT1"), ("MBVCB mua che", "FT1"), false), "one number");
        assert!(
            !like(("mua che", "FT1"), ("mua che", "FT2"), true),
            "two numbers of one series"
        );
        assert!(
            like(("mua che", "FT1"), ("MUA-CHE.", "5078 1234"), true),
            "numbers of two kinds, one text"
        );
        assert!(!like(("mua che", ""), ("mua che", ""), false), "one text, two days");
        assert!(!like(("", ""), ("", ""), true), "no text at all");
        assert!(!like(("mua che", ""), ("mua rau", ""), true));
        let (one, two) = ("CQXLSGMJHMJ", "CQQ4K5DC9P4");
        assert!(
            like((one, ""), (&format!("CT DEN {one} GD"), ""), false),
            "one reference"
        );
        assert!(
            !like((one, "FT1"), (two, "FT1"), true),
            "two references are two payments, whatever the number"
        );
    }
}
