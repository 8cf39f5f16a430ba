//! Somebody, signed in or not, reports a listing, a product or a seller; an officer closes the report.

use std::net::IpAddr;

use entity::{
    Timestamp,
    ids::{PersonId, ReportId},
    listings::{
        report::{self, Outcome, Reason},
        report_count,
    },
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, DbErr, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait, OnConflict},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    ModerationError,
    about::{self, Named},
};
use crate::{
    app::App,
    checked,
    db::Unit,
    http::input::{Field, Wrong},
};

/// Reports from one address in one window.
const ALLOWED: i32 = 10;
/// The length of a window.
const WINDOW_MS: i64 = 60 * 60 * 1000;
const LONGEST: usize = 2000;
/// Without letters and digits that are taken for one another.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// What somebody reports.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct MakeReport {
    /// `listing`, `product` or `seller`.
    #[schema(value_type = String, example = "listing")]
    pub subject: Field<String>,
    /// Its id, its slug, or the address of its page.
    #[schema(value_type = String)]
    pub id: Field<String>,
    /// `fake`, `unsafe`, `wrong_origin`, `prohibited`, `price` or `other`.
    #[schema(value_type = String, example = "fake")]
    pub reason: Field<String>,
    /// What is the matter; needed with `other`.
    #[schema(value_type = Option<String>, max_length = 2000)]
    pub text: Field<String>,
    /// How to be reached, if they want to be; kept sealed.
    #[schema(value_type = Option<String>, max_length = 200)]
    pub contact: Field<String>,
}

/// A checked report.
#[derive(Clone, Debug)]
pub struct NewReport {
    named: Named,
    reason: Reason,
    words: String,
    contact: Option<String>,
}

/// The reason that `field` names.
pub(super) fn reason(wrong: &mut Wrong, pointer: &str, field: &Field<String>) -> Option<Reason> {
    let reason = Reason::from_code(wrong.required(pointer, field)?);
    if reason.is_none() {
        wrong.note(pointer, "wrong-report-reason");
    }
    reason
}

impl MakeReport {
    pub fn check(&self) -> Result<NewReport, Wrong> {
        let mut wrong = Wrong::default();
        let named = about::named(&mut wrong, &self.subject, &self.id);
        let reason = reason(&mut wrong, "/reason", &self.reason);
        let words = wrong.prose("/text", &self.text, LONGEST);
        if reason == Some(Reason::Other) && words.as_deref() == Some("") {
            wrong.note("/text", "wrong-report-text");
        }
        let empty = self.contact.given().is_some_and(|contact| contact.trim().is_empty());
        let contact = if empty {
            Some(None)
        } else {
            wrong.optional("/contact", &self.contact, |wrong, pointer, field| {
                wrong.line(pointer, field, 200)
            })
        };
        checked!(wrong; named, reason, words, contact);
        Ok(NewReport {
            named,
            reason,
            words,
            contact,
        })
    }
}

/// What the vault seals a report's contact under.
fn context(id: ReportId) -> String {
    format!("report {id} contact")
}

/// How whoever made `report` may be reached.
pub fn contact(app: &App, report: &report::Model) -> Result<Option<String>, ModerationError> {
    let open = |sealed: &String| app.vault().open(&context(report.id), sealed);
    Ok(report.contact_sealed.as_ref().map(open).transpose()?)
}

/// Keeps a report that came from `address`, and returns the code by which its outcome can be asked for.
pub async fn make_report(
    unit: &mut Unit,
    app: &App,
    address: Option<IpAddr>,
    new: NewReport,
) -> Result<report::Model, ModerationError> {
    if let Some(address) = address
        && app.config().limits
        && !app.is_demo()
    {
        let within = count_report(unit, app.vault().blind("report", &address.to_string())).await?;
        if !within {
            return Err(ModerationError::TooMany);
        }
    }
    let about = about::find(&*unit, &new.named)
        .await?
        .ok_or_else(|| Wrong::one("/id", "wrong-report-id"))?;
    let id: ReportId = unit.id();
    let made = report::Model {
        id,
        code: code(unit.random()),
        subject: about.subject,
        subject_id: about.id,
        reason: new.reason,
        words: new.words,
        contact_sealed: new
            .contact
            .map(|contact| app.vault().seal(unit.source(), &context(id), &contact)),
        person_id: unit.actor().person(),
        outcome: None,
        answer: None,
        closed_by: None,
        created_at: unit.now(),
        closed_at: None,
    };
    report::Entity::insert(report::ActiveModel::from(made.clone()))
        .exec_without_returning(&*unit)
        .await?;
    Ok(made)
}

/// Ten letters in two groups: `K7M2P-9QXDA`.
fn code(random: u64) -> String {
    let letters: String = (0..10)
        .map(|place| char::from(LETTERS[usize::try_from(random >> (place * 5) & 31).unwrap_or(0)]))
        .collect();
    format!("{}-{}", &letters[..5], &letters[5..])
}

/// A code as it was typed: small letters, spaces, and `O` for `0` are forgiven.
#[must_use]
pub fn tidy_code(text: &str) -> String {
    let letters: String = text
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            c => c,
        })
        .collect();
    match letters.split_at_checked(5) {
        Some((first, rest)) => format!("{first}-{rest}"),
        None => letters,
    }
}

/// Counts one report from `address`, blinded for its kind; `false` when there are too many of this hour. A report that is
/// refused does not count: nothing of its unit stays.
pub async fn count_report(unit: &mut Unit, address: String) -> Result<bool, DbErr> {
    let window = Timestamp(unit.now().0 / WINDOW_MS * WINDOW_MS);
    report_count::Entity::delete_many()
        .filter(report_count::Column::WindowStart.lt(window.plus(-24 * WINDOW_MS)))
        .exec(&*unit)
        .await?;
    let first = report_count::ActiveModel {
        address: Set(address.clone()),
        window_start: Set(window),
        reports: Set(1),
    };
    let count_on = OnConflict::columns([report_count::Column::Address, report_count::Column::WindowStart])
        .value(
            report_count::Column::Reports,
            Expr::col((report_count::Entity, report_count::Column::Reports)).add(1),
        )
        .to_owned();
    report_count::Entity::insert(first)
        .on_conflict(count_on)
        .exec_without_returning(&*unit)
        .await?;
    let row = report_count::Entity::find_by_id((address, window)).one(&*unit).await?;
    Ok(row.is_none_or(|row| row.reports <= ALLOWED))
}

/// How an officer closes a report.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct CloseReport {
    /// `acted`, `unfounded` or `duplicate`.
    #[schema(value_type = String, example = "acted")]
    pub outcome: Field<String>,
    /// What whoever reported it is told.
    #[schema(value_type = String, max_length = 2000)]
    pub reason: Field<String>,
    /// All open reports of the same thing are closed alike.
    #[schema(value_type = Option<bool>)]
    pub whole_subject: Field<bool>,
}

/// A checked closing.
#[derive(Clone, Debug)]
pub struct Closing {
    outcome: Outcome,
    reason: String,
    whole_subject: bool,
}

impl CloseReport {
    pub fn check(&self) -> Result<Closing, Wrong> {
        let mut wrong = Wrong::default();
        let outcome = wrong.required("/outcome", &self.outcome).and_then(|code| {
            let outcome = Outcome::from_code(code);
            if outcome.is_none() {
                wrong.note("/outcome", "wrong-report-outcome");
            }
            outcome
        });
        let reason = wrong
            .required("/reason", &self.reason)
            .and_then(|_| wrong.prose("/reason", &self.reason, LONGEST));
        if reason.as_deref() == Some("") {
            wrong.note("/reason", "wrong-required");
        }
        let whole_subject = match &self.whole_subject {
            Field::WrongType => {
                wrong.note("/whole_subject", "wrong-type");
                None
            }
            field => Some(field.given().copied().unwrap_or(false)),
        };
        checked!(wrong; outcome, reason, whole_subject);
        Ok(Closing {
            outcome,
            reason,
            whole_subject,
        })
    }
}

/// An officer closes the report `id`, once.
pub async fn close(
    unit: &mut Unit,
    officer: PersonId,
    id: ReportId,
    closing: Closing,
) -> Result<report::Model, ModerationError> {
    let found = report::Entity::find_by_id(id)
        .one(&*unit)
        .await?
        .ok_or(ModerationError::NoSuchThing)?;
    unit.because(&closing.reason);
    let mut which = report::Entity::update_many()
        .col_expr(report::Column::Outcome, Expr::value(closing.outcome))
        .col_expr(report::Column::Answer, Expr::value(closing.reason))
        .col_expr(report::Column::ClosedBy, Expr::value(officer))
        .col_expr(report::Column::ClosedAt, Expr::value(unit.now()))
        .filter(report::Column::ClosedAt.is_null());
    which = if closing.whole_subject && found.closed_at.is_none() {
        which
            .filter(report::Column::Subject.eq(found.subject))
            .filter(report::Column::SubjectId.eq(found.subject_id))
    } else {
        which.filter(report::Column::Id.eq(id))
    };
    if which.exec(&*unit).await?.rows_affected == 0 {
        return Err(ModerationError::ClosedAlready);
    }
    report::Entity::find_by_id(id)
        .one(&*unit)
        .await?
        .ok_or(ModerationError::NoSuchThing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_known_however_it_is_typed() {
        let made = code(0x0123_4567_89ab_cdef);
        assert_eq!(made.len(), 11);
        assert_eq!(tidy_code(&made), made);
        assert_eq!(tidy_code(&made.to_lowercase().replace('-', " ")), made);
        assert_eq!(tidy_code("o0il1-abcde"), "00111-ABCDE");
        assert_eq!(tidy_code(""), "");
    }
}
