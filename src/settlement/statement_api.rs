//! Bank statements over HTTP.

use axum::{
    Json,
    extract::{DefaultBodyLimit, Request, State},
    http::HeaderMap,
};
use entity::{ids::MoneyAccountId, payments::account};
use sea_orm::EntityTrait;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    Overseer,
    import_statement::{Weighed, apply, weigh},
};
use crate::{
    app::App,
    checked,
    http::{
        body::Params,
        input::{Field, Wrong},
        language::Language,
        problem::{Kind, Problem},
    },
    listings::bulk::file_of,
    payments::bank_statement::{Fault, Guess},
};

/// Far more than a year of a busy stall.
const MOST_BYTES: usize = 5 * 1024 * 1024;
/// Faults told at most.
const MOST_TOLD: usize = 200;

/// The limit of a request that carries a statement: the file's own and the form around it.
pub(super) fn file_limit() -> DefaultBodyLimit {
    DefaultBodyLimit::max(MOST_BYTES + 64 * 1024)
}

/// Of which account, and whether to keep it.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct StatementParams {
    /// The money account.
    #[param(value_type = String)]
    account_id: Field<String>,
    /// `1`: keep the rows. Without it they are only read and weighed.
    #[param(value_type = Option<String>)]
    apply: Field<String>,
}

/// What a statement comes to.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatementWire {
    account_id: String,
    /// `csv` or `xlsx`.
    format: &'static str,
    /// Whether its rows are kept now.
    applied: bool,
    /// Rows with or without fault; sums are not counted.
    rows: usize,
    /// Money in that nobody told of before.
    new: usize,
    /// All of it together, in đồng.
    amount_new: i64,
    /// Money in that a notice or an earlier statement told of.
    told: usize,
    /// Money out.
    out: usize,
    /// Rows that cannot be read.
    bad: usize,
    /// Which column was taken for which.
    columns: Vec<StatementColumnWire>,
    /// The first 200 faults.
    errors: Vec<StatementErrorWire>,
}

/// A column of a statement whose meaning was guessed.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatementColumnWire {
    /// `date`, `credit`, `debit`, `amount`, `direction`, `text`, `reference` or `balance`.
    field: &'static str,
    /// The words above it.
    name: String,
    /// Beginning with 1.
    number: usize,
}

/// A row that cannot be read.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatementErrorWire {
    /// As the file counts its lines, beginning with 1.
    line: u32,
    /// `null`: the row as a whole.
    column: Option<&'static str>,
    /// Beginning with 1.
    column_number: Option<usize>,
    /// The words above the column.
    column_name: Option<String>,
    /// What stands in the cell.
    value: String,
    /// Why it is refused.
    reason: String,
}

impl StatementWire {
    fn of(weighed: Weighed, applied: bool, language: Language) -> Self {
        let bad = weighed.faults.len();
        let column = |guess: &Guess| StatementColumnWire {
            field: guess.column.code(),
            name: guess.name.clone(),
            number: guess.place + 1,
        };
        let error = |fault: Fault| StatementErrorWire {
            line: fault.line,
            column: fault.guess.as_ref().map(|guess| guess.column.code()),
            column_number: fault.guess.as_ref().map(|guess| guess.place + 1),
            column_name: fault.guess.map(|guess| guess.name),
            value: fault.value,
            reason: language.say(&fault.message),
        };
        Self {
            account_id: weighed.account.id.to_string(),
            format: weighed.format,
            applied,
            rows: weighed.new + weighed.told + weighed.out + bad,
            new: weighed.new,
            amount_new: weighed.amount_new.0,
            told: weighed.told,
            out: weighed.out,
            bad,
            columns: weighed.columns.iter().map(column).collect(),
            errors: weighed.faults.into_iter().take(MOST_TOLD).map(error).collect(),
        }
    }
}

/// Takes in a bank's statement of an account: what its notices told is known again, the rest is credited or listed as
/// unmatched. Without `apply` it is only weighed. The same rows again change nothing.
///
/// CSV (UTF-8; commas, semicolons or tabs) or XLSX, told apart by their content, at most 5 MiB and 20,000 rows; as the
/// first file of a `multipart/form-data` body, or as the body itself. Columns are known by the words above them.
#[utoipa::path(post, path = "/api/v1/payments/statements", tag = "settlement", params(StatementParams),
    request_body(content = Vec<u8>, content_type = "text/csv"),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = StatementWire)))]
pub async fn take_statement(
    State(app): State<App>,
    overseer: Overseer,
    headers: HeaderMap,
    Params(params): Params<StatementParams>,
    request: Request,
) -> Result<Json<StatementWire>, Problem> {
    let mut wrong = Wrong::default();
    let account = wrong.code::<MoneyAccountId>("?account_id", &params.account_id, "wrong-no-such-account");
    checked!(wrong; account);
    let found = account::Entity::find_by_id(account).one(app.db().read()).await?;
    let account = found
        .filter(|account| overseer.reaches(Some(account.id)))
        .ok_or_else(|| Wrong::one("?account_id", "wrong-no-such-account"))?;
    let (_, bytes) = file_of(request).await?;
    if bytes.len() > MOST_BYTES {
        return Err(Problem::new(Kind::TooLarge, "too-large", "problem-too-large"));
    }
    let weighed = weigh(&app, account, bytes.to_vec()).await?;
    let wanted = params
        .apply
        .given()
        .is_some_and(|value| value == "1" || value == "true");
    if wanted {
        apply(&app, overseer.actor(), &weighed).await?;
    }
    Ok(Json(StatementWire::of(weighed, wanted, Language::of_api(&headers))))
}
