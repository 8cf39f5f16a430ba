//! The buyer's bank in a demo: it reads the QR code that a shop shows, and the shop's bank sends the very notice that a
//! real one would send, signed with the secret in force.

use askama::Template;
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, Uri},
    response::{Html, IntoResponse, Response},
};
use entity::{
    Dong,
    payments::{
        account::{self, Notices},
        notice::Provider,
    },
    time::VIETNAM,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use vietqr::{VietQr, fold_memo};

use super::error::BankError;
use crate::{
    app::App,
    checked,
    http::{
        body::{Body, Form, Params},
        input::{Field, Wrong},
        problem::Problem,
        shell::{Shell, render},
    },
    payments::{
        Account,
        account::number_hash,
        banks::{bank, name_of},
        providers::{casso, payos, plain_number},
    },
    settlement::{credential_of, receive_from},
};

/// What the buyer's app has scanned.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct PayAtBank {
    /// The text behind the QR code.
    #[schema(value_type = String)]
    pub payload: Field<String>,
    /// đồng, in place of what the code asks for; a code without an amount needs it.
    #[schema(value_type = Option<i64>)]
    pub amount: Field<i64>,
    /// Who tells the exchange: `sepay`, `casso` or `payos`; by default whoever watches the account.
    #[schema(value_type = Option<String>)]
    pub provider: Field<String>,
    /// `mangled`: the memo comes as a bank and a hurried thumb leave it; `twice`: the notice is sent twice; `short`: a
    /// thousand đồng less than asked for.
    #[schema(value_type = Option<String>)]
    pub mode: Field<String>,
}

/// What goes wrong on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Plain,
    Mangled,
    Twice,
    Short,
}

/// A transfer to be made.
#[derive(Clone, Debug)]
struct Transfer {
    code: VietQr,
    amount: Dong,
    provider: Option<Provider>,
    mode: Mode,
}

impl PayAtBank {
    fn check(&self) -> Result<Transfer, Wrong> {
        let mut wrong = Wrong::default();
        let code = read(&mut wrong, &self.payload);
        let amount = match (&self.amount, code.as_ref().map(VietQr::amount)) {
            // Whether it is needed, an unread code does not say.
            (Field::Missing, None) => Some(Dong::ZERO),
            (Field::Missing, Some(Some(asked))) => i64::try_from(asked).ok().map(Dong),
            _ => wrong.dong("/amount", &self.amount),
        };
        let provider = wrong.optional("/provider", &self.provider, |wrong, pointer, field| {
            let code = wrong.required(pointer, field)?;
            let known = [Provider::Sepay, Provider::Casso, Provider::Payos];
            let found = known.into_iter().find(|provider| provider.code() == code);
            if found.is_none() {
                wrong.note(pointer, "demo-say-no-such-provider");
            }
            found
        });
        let mode = wrong.optional("/mode", &self.mode, |wrong, pointer, field| {
            match wrong.required(pointer, field)?.as_str() {
                "mangled" => Some(Mode::Mangled),
                "twice" => Some(Mode::Twice),
                "short" => Some(Mode::Short),
                _ => {
                    wrong.note(pointer, "demo-say-no-such-mode");
                    None
                }
            }
        });
        checked!(wrong; code, amount, provider, mode);
        let mode = mode.unwrap_or(Mode::Plain);
        let amount = match mode {
            Mode::Short => Dong((amount.0 - 1000).max(1)),
            Mode::Plain | Mode::Mangled | Mode::Twice => amount,
        };
        Ok(Transfer {
            code,
            amount,
            provider,
            mode,
        })
    }
}

/// The code behind `payload`, or a note that no bank would take it.
fn read(wrong: &mut Wrong, payload: &Field<String>) -> Option<VietQr> {
    let text = wrong.required("/payload", payload)?;
    let code = VietQr::decode(text.trim()).ok();
    match &code {
        None => wrong.note("/payload", "demo-say-not-vietqr"),
        Some(code) if bank(code.bin()).is_none() => wrong.note("/payload", "demo-say-no-such-bank"),
        Some(_) => return code,
    }
    None
}

/// What the bank did.
#[derive(Debug, Serialize, ToSchema)]
pub struct PaidWire {
    /// The money left the buyer's account.
    accepted: bool,
    /// The notice the exchange was sent; `null` where the bank of the account sends none.
    #[schema(value_type = Option<Object>)]
    notice: Option<Value>,
}

/// Plays the buyer's bank: pays what a VietQR asks for.
#[utoipa::path(post, path = "/demo/bank/pay", tag = "demo", request_body = PayAtBank,
    responses((status = OK, body = PaidWire)))]
pub async fn pay(State(app): State<App>, Body { value, .. }: Body<PayAtBank>) -> Result<Json<PaidWire>, Problem> {
    let notice = transfer(&app, &value.check()?).await?;
    Ok(Json(PaidWire { accepted: true, notice }))
}

/// Moves the money and returns the notice that the exchange was sent.
async fn transfer(app: &App, transfer: &Transfer) -> Result<Option<Value>, BankError> {
    let payees = payees(app, &transfer.code).await?;
    if !payees.is_empty() && payees.iter().all(|payee| payee.notices == Notices::None) {
        return Ok(None);
    }
    let provider = transfer
        .provider
        .unwrap_or_else(|| match payees.first().map(|payee| payee.notices) {
            Some(Notices::Casso) => Provider::Casso,
            Some(Notices::Payos) => Provider::Payos,
            Some(Notices::Sepay | Notices::None) | None => Provider::Sepay,
        });
    let signer = credential_of(app, provider);
    let now = app.source().wall_clock();
    let (notice, headers) = match provider {
        Provider::Casso => {
            let notice = casso_notice(app, transfer);
            let secret = signer.hmac_secret.as_ref().ok_or(BankError::NoSecret)?;
            let headers = casso::headers(secret, notice.to_string().as_bytes(), now);
            (notice, headers.ok_or(BankError::NoSecret)?)
        }
        Provider::Payos => {
            let secret = signer.hmac_secret.as_ref().ok_or(BankError::NoSecret)?;
            (payos_notice(app, transfer, secret), HeaderMap::new())
        }
        _ => {
            let notice = sepay_notice(app, transfer);
            let headers = signer.headers(notice.to_string().as_bytes(), now);
            (notice, headers.ok_or(BankError::NoSecret)?)
        }
    };
    let times = if transfer.mode == Mode::Twice { 2 } else { 1 };
    for _ in 0..times {
        receive_from(app, provider, &headers, notice.to_string().as_bytes()).await?;
    }
    Ok(Some(notice))
}

/// The exchange's accounts with the number that `code` names.
async fn payees(app: &App, code: &VietQr) -> Result<Vec<account::Model>, BankError> {
    let hash = number_hash(app.vault(), &plain_number(code.account()));
    let rows = account::Entity::find()
        .filter(account::Column::NumberHash.eq(hash))
        .filter(account::Column::ClosedAt.is_null())
        .all(app.db().read())
        .await?;
    Ok(rows)
}

/// The buyer's memo as banks hand it on: in capitals, with words of theirs around it.
fn memo(app: &App, transfer: &Transfer) -> String {
    let memo = fold_memo(transfer.code.memo().unwrap_or_default()).to_ascii_uppercase();
    let trace = app.source().random() % 1_000_000_000_000;
    let memo = if transfer.mode == Mode::Mangled {
        // Broken in two, with a letter that looks like another.
        let (head, tail) = memo.split_at(memo.len().min(5));
        format!("mbvcb.{head}\n{}-ck", tail.replace('L', "1").to_ascii_lowercase())
    } else {
        memo
    };
    format!("CT DEN:{trace:012} {memo}").trim_end().to_owned()
}

fn bank_time(app: &App) -> String {
    let now = VIETNAM.to_datetime(app.now().to_jiff());
    now.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// The bank's number for a transfer.
fn trace(app: &App) -> String {
    format!("FT{:012}", app.source().random() % 1_000_000_000_000)
}

/// A number that JSON holds exactly: up to 53 bits.
fn number(app: &App) -> u64 {
    (app.source().random() >> 12) + 1
}

/// A notice as SePay writes it.
fn sepay_notice(app: &App, transfer: &Transfer) -> Value {
    json!({
        "id": number(app),
        "gateway": name_of(transfer.code.bin()),
        "transactionDate": bank_time(app),
        "accountNumber": transfer.code.account(),
        "subAccount": null,
        "code": null,
        "content": memo(app, transfer),
        "transferType": "in",
        "transferAmount": transfer.amount.0,
        "accumulated": 19_077_000 + transfer.amount.0,
        "referenceCode": trace(app),
        "description": "",
    })
}

/// A notice as Casso writes it.
fn casso_notice(app: &App, transfer: &Transfer) -> Value {
    json!({
        "error": 0,
        "data": {
            "id": number(app),
            "reference": trace(app),
            "description": memo(app, transfer),
            "amount": transfer.amount.0,
            "runningBalance": 19_077_000 + transfer.amount.0,
            "transactionDateTime": bank_time(app),
            "accountNumber": transfer.code.account(),
            "bankName": name_of(transfer.code.bin()),
            "bankAbbreviation": "",
            "virtualAccountNumber": "",
            "virtualAccountName": "",
            "counterAccountName": "",
            "counterAccountNumber": "",
        },
    })
}

/// A notice as payOS writes it, signed.
fn payos_notice(app: &App, transfer: &Transfer, secret: &str) -> Value {
    let data = json!({
        "orderCode": number(app) >> 12,
        "amount": transfer.amount.0,
        "description": memo(app, transfer),
        "accountNumber": transfer.code.account(),
        "reference": trace(app),
        "transactionDateTime": bank_time(app),
        "currency": "VND",
        "paymentLinkId": format!("{:032x}", u128::from(app.source().random())),
        "code": "00",
        "desc": "success",
        "counterAccountName": null,
        "virtualAccountNumber": "",
    });
    let signature = data.as_object().map(|members| payos::sign(secret, members));
    json!({"code": "00", "desc": "success", "success": true, "data": data, "signature": signature})
}

#[derive(Debug, Template)]
#[template(path = "demo/bank.html")]
struct BankPage {
    shell: Shell,
    payload: String,
    amount: String,
    /// What the code says, once it could be read.
    read: Option<Reading>,
    /// The amount that was transferred.
    paid: Option<String>,
    /// Whether a notice was sent for it.
    noticed: bool,
    field_payload: Option<String>,
    field_amount: Option<String>,
}

/// What a bank's app shows before one confirms.
#[derive(Debug)]
struct Reading {
    bank: String,
    number: String,
    holder: Option<String>,
    /// `None`: the buyer types it.
    amount: Option<String>,
    memo: Option<String>,
}

async fn reading(app: &App, code: &VietQr) -> Result<Reading, BankError> {
    let payees = payees(app, code).await?;
    let holder = match payees.first() {
        Some(row) => Some(Account::open(app.vault(), row)?.holder),
        None => None,
    };
    let asked = code.amount().and_then(|amount| i64::try_from(amount).ok());
    Ok(Reading {
        bank: name_of(code.bin()),
        number: code.account().to_owned(),
        holder,
        amount: asked.map(|amount| Dong(amount).to_string()),
        memo: code.memo().map(str::to_owned),
    })
}

/// What the page is asked for, and what its form sends.
#[derive(Debug, Default, Deserialize)]
pub struct BankForm {
    payload: Field<String>,
    amount: Field<String>,
}

impl BankForm {
    /// As the API would have been sent it.
    fn input(&self) -> PayAtBank {
        // People write thousands with dots.
        let digits = |text: &String| {
            text.chars()
                .filter(|c| !matches!(c, '.' | ' ' | '\u{a0}'))
                .collect::<String>()
        };
        let amount = match self.amount.given().map(digits) {
            None => Field::Missing,
            Some(text) if text.is_empty() => Field::Missing,
            Some(text) => text.parse().map_or(Field::WrongType, Field::Given),
        };
        PayAtBank {
            payload: self.payload.clone(),
            amount,
            provider: Field::Missing,
            mode: Field::Missing,
        }
    }
}

/// The bank's page, with what the code of `?payload=` says.
pub async fn page(
    State(app): State<App>,
    headers: HeaderMap,
    uri: Uri,
    Params(asked): Params<BankForm>,
) -> Result<Html<String>, Problem> {
    let mut wrong = Wrong::default();
    let given = asked.payload.given().is_some_and(|text| !text.trim().is_empty());
    let code = if given { read(&mut wrong, &asked.payload) } else { None };
    render(&bank_page(&app, &headers, &uri, &asked, code.as_ref(), &wrong).await?)
}

/// The buyer confirms.
pub async fn confirm(
    State(app): State<App>,
    headers: HeaderMap,
    uri: Uri,
    Form(form): Form<BankForm>,
) -> Result<Response, Problem> {
    let refused = match form.input().check() {
        Ok(asked) => {
            let notice = transfer(&app, &asked).await?;
            let page = BankPage {
                paid: Some(asked.amount.to_string()),
                noticed: notice.is_some(),
                ..bank_page(&app, &headers, &uri, &form, Some(&asked.code), &Wrong::default()).await?
            };
            return Ok(render(&page)?.into_response());
        }
        Err(wrong) => wrong,
    };
    let code = read(&mut Wrong::default(), &form.payload);
    let page = bank_page(&app, &headers, &uri, &form, code.as_ref(), &refused).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, render(&page)?).into_response())
}

async fn bank_page(
    app: &App,
    headers: &HeaderMap,
    uri: &Uri,
    form: &BankForm,
    code: Option<&VietQr>,
    wrong: &Wrong,
) -> Result<BankPage, BankError> {
    let shell = Shell::new(app, headers, uri.path());
    let at = |pointer| wrong.at(pointer).map(|message| shell.language().say(message));
    Ok(BankPage {
        payload: form.payload.given().cloned().unwrap_or_default(),
        amount: form.amount.given().cloned().unwrap_or_default(),
        read: match code {
            Some(code) => Some(reading(app, code).await?),
            None => None,
        },
        paid: None,
        noticed: false,
        field_payload: at("/payload"),
        field_amount: at("/amount"),
        shell,
    })
}
