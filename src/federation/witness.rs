//! This exchange as a witness (C2SP tlog-witness): it co-signs a partner's checkpoint if that goes on from the last one it
//! has seen. So a partner cannot show one history here and another there.

use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use entity::{
    federation::{partner, witnessed_checkpoint},
    trace::log_key::Purpose,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    sea_query::{Expr, OnConflict},
};
use tlog_tiles::{Hash, check_tree};

use super::FederationError;
use crate::{
    app::App,
    db::{Actor, Unit},
    http::problem::{Kind, Problem, ProblemDetails},
    trace::log::{
        key::key,
        note::{NoteFault, Seen, VerifierKey, open, origin_of},
    },
};

/// The largest request: a proof of 64 hashes and a note take a tenth of it.
const LARGEST: usize = 64 * 1024;
/// Hashes of a proof, at most.
const LONGEST: usize = 63;
/// How C2SP tlog-witness tells the size that is known here.
const SIZE: &str = "text/x.tlog.size";

/// Why a checkpoint is not co-signed.
#[derive(Debug, thiserror::Error)]
pub enum WitnessError {
    #[error("the request is not what C2SP tlog-witness describes")]
    Malformed,
    #[error("this log is not known here")]
    UnknownLog,
    #[error("the log's key has not signed the checkpoint")]
    Unsigned,
    /// Another size, or another tree of the same size, was seen here last.
    #[error("the last checkpoint seen here has {0} leaves")]
    SeenOther(i64),
    #[error("the proof does not lead from the last checkpoint to this one")]
    BadProof,
    #[error(transparent)]
    Federation(#[from] FederationError),
}

impl From<sea_orm::DbErr> for WitnessError {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Federation(error.into())
    }
}

impl From<WitnessError> for Problem {
    fn from(error: WitnessError) -> Self {
        match error {
            WitnessError::Malformed => Self::new(Kind::Malformed, "witness-malformed", "problem-witness-malformed"),
            WitnessError::UnknownLog => Self::new(Kind::NotFound, "witness-unknown-log", "problem-witness-unknown-log"),
            WitnessError::Unsigned => Self::new(Kind::Forbidden, "witness-unsigned", "problem-witness-unsigned"),
            WitnessError::SeenOther(_) => Self::new(Kind::Conflict, "witness-other", "problem-witness-other"),
            WitnessError::BadProof => Self::new(Kind::Invalid, "witness-proof", "problem-witness-proof"),
            WitnessError::Federation(error) => error.into(),
        }
    }
}

/// What a log asks.
#[derive(Debug)]
struct Asked<'a> {
    /// The size from which the proof leads on.
    old: u64,
    proof: Vec<Hash>,
    note: &'a str,
}

impl<'a> Asked<'a> {
    fn read(body: &'a [u8]) -> Option<Self> {
        let (head, note) = str::from_utf8(body).ok()?.split_once("\n\n")?;
        let mut lines = head.lines();
        let old = lines.next()?.strip_prefix("old ")?;
        let number: u64 = old.parse().ok()?;
        if number.to_string() != old || i64::try_from(number).is_err() {
            return None;
        }
        let hash = |line| Some(Hash(STANDARD.decode(line).ok()?.try_into().ok()?));
        let proof: Vec<Hash> = lines.map(hash).collect::<Option<_>>()?;
        (proof.len() <= LONGEST).then_some(Self {
            old: number,
            proof,
            note,
        })
    }
}

/// Co-signs a partner's checkpoint (C2SP tlog-witness, `add-checkpoint`).
///
/// The body is `old` and the size of the last checkpoint seen here, a consistency proof with a hash a line, an empty line,
/// and the checkpoint. The answer is the line with which this exchange signs it.
#[utoipa::path(post, path = "/federation/v1/witness/add-checkpoint", tag = "federation",
    request_body(content = String, content_type = "text/plain"),
    responses((status = OK, body = String, content_type = "text/plain"),
        (status = BAD_REQUEST, body = ProblemDetails, content_type = "application/problem+json",
            description = "Not a request of this kind, or its old size is larger than the checkpoint's"),
        (status = FORBIDDEN, body = ProblemDetails, content_type = "application/problem+json",
            description = "The log's key has not signed the checkpoint"),
        (status = NOT_FOUND, body = ProblemDetails, content_type = "application/problem+json",
            description = "No partner has this log"),
        (status = CONFLICT, body = String, content_type = "text/x.tlog.size",
            description = "Another checkpoint was seen last: its size"),
        (status = UNPROCESSABLE_ENTITY, body = ProblemDetails, content_type = "application/problem+json",
            description = "The proof does not lead from the one to the other")))]
pub async fn add_checkpoint(State(app): State<App>, body: Bytes) -> Result<Response, Problem> {
    match cosign(&app, &body).await {
        Ok(line) => Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], line).into_response()),
        Err(WitnessError::SeenOther(size)) => {
            let kind: [(HeaderName, &str); 1] = [(header::CONTENT_TYPE, SIZE)];
            Ok((StatusCode::CONFLICT, kind, format!("{size}\n")).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

async fn cosign(app: &App, body: &[u8]) -> Result<String, WitnessError> {
    if body.len() > LARGEST {
        return Err(WitnessError::Malformed);
    }
    let asked = Asked::read(body).ok_or(WitnessError::Malformed)?;
    let origin = origin_of(asked.note.as_bytes()).ok_or(WitnessError::Malformed)?;
    let log = log_called(app, &origin).await?.ok_or(WitnessError::UnknownLog)?;
    let seen = open(asked.note.as_bytes(), &log, &[]).map_err(|fault| match fault {
        NoteFault::Unsigned(_) | NoteFault::BadSignature(_) => WitnessError::Unsigned,
        NoteFault::NotAKey(_) | NoteFault::NotANote | NoteFault::NotACheckpoint | NoteFault::OtherLog { .. } => {
            WitnessError::Malformed
        }
    })?;
    if asked.old > seen.size || i64::try_from(seen.size).is_err() {
        return Err(WitnessError::Malformed);
    }
    let key = key(app, Purpose::Witness).await.map_err(FederationError::from)?;
    let line = key.cosign(&seen.text, u64::try_from(app.now().0 / 1000).unwrap_or(0));
    let (old, proof, note) = (asked.old, asked.proof, asked.note.to_owned());
    app.write(Actor::System, move |unit| {
        let (seen, proof, note) = (seen.clone(), proof.clone(), note.clone());
        Box::pin(async move { move_on(unit, old, &proof, &seen, note).await })
    })
    .await?;
    // Told only once it is durable that this witness has seen it.
    Ok(line)
}

/// The key of the log called `origin`, if a partner has one.
async fn log_called(app: &App, origin: &str) -> Result<Option<VerifierKey>, WitnessError> {
    let partners = partner::Entity::find()
        .filter(partner::Column::LogKey.is_not_null())
        .order_by_asc(partner::Column::Id)
        .all(app.db().read())
        .await?;
    let keys = partners
        .iter()
        .filter_map(|partner| partner.log_key.as_deref()?.parse::<VerifierKey>().ok());
    Ok(keys.into_iter().find(|key| key.name() == origin))
}

/// Goes from the last checkpoint to `seen`, if the proof leads there and nobody else has moved on meanwhile.
async fn move_on(unit: &mut Unit, old: u64, proof: &[Hash], seen: &Seen, note: String) -> Result<(), WitnessError> {
    use witnessed_checkpoint::Column;
    let last = last_seen(unit, &seen.origin).await?;
    let known = last.as_ref().map_or(0, |row| row.size);
    let (asked, size) = (
        i64::try_from(old).unwrap_or(i64::MAX),
        i64::try_from(seen.size).unwrap_or(i64::MAX),
    );
    if asked != known {
        return Err(WitnessError::SeenOther(known));
    }
    let root = seen.root.to_string();
    match &last {
        Some(row) if old == seen.size => {
            if row.root != root {
                return Err(WitnessError::SeenOther(known));
            }
            if !proof.is_empty() {
                return Err(WitnessError::BadProof);
            }
        }
        Some(row) if old > 0 => {
            let before = Hash::parse_hash(&row.root).map_err(|_| FederationError::BadKey)?;
            check_tree(&proof.to_vec(), seen.size, seen.root, old, before).map_err(|_| WitnessError::BadProof)?;
        }
        _ if proof.is_empty() => {}
        _ => return Err(WitnessError::BadProof),
    }
    let row = witnessed_checkpoint::ActiveModel {
        origin: Set(seen.origin.clone()),
        size: Set(size),
        root: Set(root.clone()),
        note: Set(note.clone()),
        at: Set(unit.now()),
    };
    let moved = if last.is_some() {
        witnessed_checkpoint::Entity::update_many()
            .col_expr(Column::Size, Expr::value(size))
            .col_expr(Column::Root, Expr::value(root))
            .col_expr(Column::Note, Expr::value(note))
            .col_expr(Column::At, Expr::value(unit.now()))
            .filter(Column::Origin.eq(&seen.origin))
            .filter(Column::Size.eq(known))
            .exec(&*unit)
            .await?
            .rows_affected
    } else {
        let first = OnConflict::column(Column::Origin).do_nothing().to_owned();
        let inserted = witnessed_checkpoint::Entity::insert(row)
            .on_conflict(first)
            .exec_without_returning(&*unit)
            .await;
        match inserted {
            Ok(rows) => rows,
            Err(sea_orm::DbErr::RecordNotInserted) => 0,
            Err(error) => return Err(error.into()),
        }
    };
    if moved == 1 {
        return Ok(());
    }
    let last = last_seen(unit, &seen.origin).await?;
    Err(WitnessError::SeenOther(last.map_or(0, |row| row.size)))
}

async fn last_seen(
    db: &impl ConnectionTrait,
    origin: &str,
) -> Result<Option<witnessed_checkpoint::Model>, sea_orm::DbErr> {
    witnessed_checkpoint::Entity::find_by_id(origin.to_owned())
        .one(db)
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_read_as_the_standard_writes_it() {
        let hash = STANDARD.encode([7; 32]);
        let body = format!("old 3\n{hash}\n{hash}\n\norigin\n5\n{hash}\n\n— origin AAAAAAAA\n");
        let asked = Asked::read(body.as_bytes()).expect("a request");
        assert_eq!((asked.old, asked.proof.len()), (3, 2));
        assert!(asked.note.starts_with("origin\n5\n"));
        assert!(Asked::read(b"old 0\n\norigin\n").is_some_and(|asked| asked.proof.is_empty()));
        let long = format!("old 3\n{}\norigin\n", format!("{hash}\n").repeat(64));
        for wrong in [
            "",
            "old 3\n",
            "3\n\nx",
            "old 03\n\nx",
            "old -3\n\nx",
            "old +3\n\nx",
            "old 99999999999999999999\n\nx",
            "old 18446744073709551615\n\nx",
            "old 3\nnonsense\n\nx",
            "old 3\nAAAA\n\nx",
            &long,
        ] {
            assert!(Asked::read(wrong.as_bytes()).is_none(), "{wrong}");
        }
        assert!(Asked::read(b"old 3\n\n\xff").is_none());
    }
}
