//! What the repository refuses, under the exceptions that EPCIS 2.0 has for it (section 12.2).

use super::headers::{CAPTURE_BYTES, CAPTURE_EVENTS};
use crate::http::{
    input::Wrong,
    language::Message,
    problem::{Kind, Problem},
};

#[derive(Debug, thiserror::Error)]
pub enum EpcisError {
    /// A document or event, by JSON Pointer.
    #[error("the document breaks rules of EPCIS")]
    Document(Wrong),
    /// Parameters of a query, by `?name` or JSON Pointer.
    #[error("the query cannot be answered")]
    Query(Wrong),
    #[error("the subscription cannot be kept")]
    Subscription(Wrong),
    #[error("there is an event of this id with other content")]
    EventExists(Wrong),
    #[error("there is a query of this name")]
    QueryExists,
    #[error("the document is larger than is taken")]
    TooLarge,
    #[error("more events than the query allows")]
    QueryTooLarge,
    #[error("the address is longer than is read")]
    TooLong,
    #[error("there is no answer in this form")]
    NotAcceptable,
    #[error("neither JSON nor XML")]
    Type,
    #[error("there is no such thing")]
    NoSuchName,
    #[error("the caller may not capture")]
    Nobody,
    #[error("there are as many as there may be")]
    TooMany,
    #[error(transparent)]
    Internal(#[from] sea_orm::DbErr),
    #[error("what is stored cannot be read")]
    Stored(#[from] serde_json::Error),
}

impl From<EpcisError> for Problem {
    fn from(error: EpcisError) -> Self {
        let refuse = |kind, exception, message: Message| Self::new(kind, "epcis", message).of_type(exception);
        match error {
            EpcisError::Document(wrong) => refuse(
                Kind::Malformed,
                "epcisException:ValidationException",
                "epcis-say-invalid".into(),
            )
            .with_fields(wrong),
            EpcisError::Query(wrong) => refuse(
                Kind::Malformed,
                "epcisException:QueryParameterException",
                "epcis-say-query".into(),
            )
            .with_fields(wrong),
            EpcisError::Subscription(wrong) => refuse(
                Kind::Malformed,
                "epcisException:SubscriptionControlsException",
                "epcis-say-subscription".into(),
            )
            .with_fields(wrong),
            EpcisError::EventExists(wrong) => refuse(
                Kind::Conflict,
                "epcisException:ResourceAlreadyExistsException",
                "epcis-say-exists".into(),
            )
            .with_fields(wrong),
            EpcisError::QueryExists => refuse(
                Kind::Conflict,
                "epcisException:ResourceAlreadyExistsException",
                "epcis-say-query-exists".into(),
            ),
            EpcisError::TooLarge => refuse(
                Kind::TooLarge,
                "epcisException:CaptureLimitExceededException",
                Message::new("epcis-say-capture-limit")
                    .with("events", CAPTURE_EVENTS)
                    .with("bytes", CAPTURE_BYTES),
            ),
            EpcisError::QueryTooLarge => refuse(
                Kind::TooLarge,
                "epcisException:QueryTooLargeException",
                "epcis-say-query-too-large".into(),
            ),
            EpcisError::TooLong => refuse(
                Kind::TooLong,
                "epcisException:URITooLongException",
                "epcis-say-too-long".into(),
            ),
            EpcisError::NotAcceptable => refuse(
                Kind::NotAcceptable,
                "epcisException:NotAcceptableException",
                "epcis-say-not-acceptable".into(),
            ),
            EpcisError::Type => refuse(
                Kind::UnsupportedType,
                "epcisException:UnsupportedMediaTypeException",
                "epcis-say-type".into(),
            ),
            EpcisError::NoSuchName => refuse(
                Kind::NotFound,
                "epcisException:NoSuchNameException",
                "epcis-say-no-such-name".into(),
            ),
            EpcisError::Nobody => refuse(
                Kind::Forbidden,
                "epcisException:SecurityException",
                "epcis-say-nobody".into(),
            ),
            EpcisError::TooMany => refuse(
                Kind::Conflict,
                "epcisException:ImplementationException",
                "epcis-say-too-many".into(),
            ),
            EpcisError::Internal(error) => error.into(),
            EpcisError::Stored(error) => Self::internal(&error),
        }
    }
}
