//! A question about events, from how it is asked to the page that answers it.

use axum::{
    http::{HeaderMap, HeaderName},
    response::Response,
};
use entity::{Timestamp, ids::EventId};
use epcis::{
    Namespaces, Query,
    query::{Limit, OrderBy, QueryError},
};
use utoipa::IntoParams;

use super::{
    EpcisError,
    answer::{Heading, document, respond},
    headers::Asked,
    master,
    paging::{Paged, fault},
    party::Reader,
    search::{Position, Search},
};
use crate::{app::App, http::input::Wrong, trace::events};

const EXTENSIONS: HeaderName = HeaderName::from_static("gs1-extensions");

/// What prefixes in a URL stand for: the standard's, ours, and those that `GS1-Extensions` gives as `prefix=URI`.
pub fn namespaces(headers: &HeaderMap) -> Namespaces {
    let mut namespaces = events::namespaces();
    for value in headers.get_all(EXTENSIONS) {
        let pairs = value.to_str().unwrap_or("").split(',');
        for (prefix, uri) in pairs.filter_map(|pair| pair.trim().split_once('=')) {
            namespaces.declare(prefix, uri);
        }
    }
    namespaces
}

/// Reads the parameters of a URL; the same name is given by the path, when a path asks too.
pub fn of_url(paged: &Paged, headers: &HeaderMap, path: Option<(&str, &str)>) -> Result<Query, EpcisError> {
    let asked = paged.asked.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    Query::from_pairs(asked.chain(path), &namespaces(headers)).map_err(|error| refused("?", &error))
}

/// A parameter that cannot be answered, in the place that `at` leads to.
pub fn refused(at: &str, error: &QueryError) -> EpcisError {
    EpcisError::Query(Wrong::one(
        format!("{at}{}", error.parameter),
        fault(error.fault.to_string()),
    ))
}

/// Everything that a page of events is made of.
#[derive(Clone, Copy)]
pub struct Question<'a> {
    pub query: &'a Query,
    pub paged: &'a Paged,
    pub reader: &'a Reader,
    /// Only what is about this, by its name in the index.
    pub about: Option<&'a str>,
    /// The query's name.
    pub name: &'a str,
}

impl Question<'_> {
    /// The page that was asked for.
    pub async fn answer(&self, app: &App, asked: Asked) -> Result<Response, EpcisError> {
        let order = self.query.order.as_ref().map(|order| &order.by);
        if matches!(order, Some(OrderBy::Extension(_))) {
            let why = fault("events are sorted by eventTime or recordTime");
            return Err(EpcisError::Query(Wrong::one("?orderBy", why)));
        }
        let db = app.db().read();
        let master = master::of_query(db, self.query, self.reader).await?;
        let search = Search {
            query: self.query,
            reader: self.reader,
            resolver: app.resolver_url(),
            about: self.about,
            also: None,
            master: &master,
        };
        let after = match (self.paged.after::<EventId>()?, &self.paged.token) {
            (Some(id), Some(token)) => Some(Position {
                at: token.at.map(Timestamp),
                id,
            }),
            _ => None,
        };
        let left = match (self.query.limit, &self.paged.token) {
            (Some(Limit::First(most)), None) => Some(most),
            (Some(Limit::First(_)), Some(token)) => token.left,
            (Some(Limit::AtMost(most)), None) => {
                let most = usize::try_from(most).unwrap_or(usize::MAX);
                if search.page(db, None, most).await?.next.is_some() {
                    return Err(EpcisError::QueryTooLarge);
                }
                None
            }
            _ => None,
        };
        let wanted = left.map_or(self.paged.per_page, |left| {
            self.paged.per_page.min(usize::try_from(left).unwrap_or(usize::MAX))
        });
        let page = search.page(db, after, wanted).await?;
        let still = left.map(|left| left.saturating_sub(u32::try_from(page.found.len()).unwrap_or(u32::MAX)));
        let headers = match page.next {
            Some(Position { at, id }) if still != Some(0) => {
                self.paged.next(app.now(), id.to_string(), at.map(|at| at.0), still)
            }
            _ => HeaderMap::new(),
        };
        let heading = Heading {
            query: self.name,
            subscription: None,
        };
        respond(asked.form, headers, &document(heading, app.now(), &page.found)?)
    }
}

/// The parameters of a query whose names are fixed (EPCIS 2.0, 8.2.7.1); lists are separated by `|`. Those whose names hold a
/// unit, a type or a field (`GE_quantity_KGM`, `EQ_source_owning_party`, `EQ_ILMD_…`) are taken, too.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(
    non_snake_case,
    dead_code,
    reason = "the description of the API has the standard's names"
)]
pub struct EventParams {
    #[param(style = PipeDelimited, explode = false)]
    eventType: Option<Vec<String>>,
    /// RFC 3339, as all times.
    GE_eventTime: Option<String>,
    LT_eventTime: Option<String>,
    GE_recordTime: Option<String>,
    LT_recordTime: Option<String>,
    #[param(style = PipeDelimited, explode = false)]
    EQ_action: Option<Vec<String>>,
    #[param(style = PipeDelimited, explode = false)]
    EQ_bizStep: Option<Vec<String>>,
    #[param(style = PipeDelimited, explode = false)]
    EQ_disposition: Option<Vec<String>>,
    #[param(style = PipeDelimited, explode = false)]
    EQ_persistentDisposition_set: Option<Vec<String>>,
    #[param(style = PipeDelimited, explode = false)]
    EQ_persistentDisposition_unset: Option<Vec<String>>,
    #[param(style = PipeDelimited, explode = false)]
    EQ_readPoint: Option<Vec<String>>,
    #[param(style = PipeDelimited, explode = false)]
    WD_readPoint: Option<Vec<String>>,
    #[param(style = PipeDelimited, explode = false)]
    EQ_bizLocation: Option<Vec<String>>,
    #[param(style = PipeDelimited, explode = false)]
    WD_bizLocation: Option<Vec<String>>,
    #[param(style = PipeDelimited, explode = false)]
    EQ_transformationID: Option<Vec<String>>,
    #[param(style = PipeDelimited, explode = false)]
    MATCH_epc: Option<Vec<String>>,
    #[param(style = PipeDelimited, explode = false)]
    MATCH_parentID: Option<Vec<String>>,
    #[param(style = PipeDelimited, explode = false)]
    MATCH_inputEPC: Option<Vec<String>>,
    #[param(style = PipeDelimited, explode = false)]
    MATCH_outputEPC: Option<Vec<String>>,
    #[param(style = PipeDelimited, explode = false)]
    MATCH_anyEPC: Option<Vec<String>>,
    #[param(style = PipeDelimited, explode = false)]
    MATCH_epcClass: Option<Vec<String>>,
    #[param(style = PipeDelimited, explode = false)]
    MATCH_inputEPCClass: Option<Vec<String>>,
    #[param(style = PipeDelimited, explode = false)]
    MATCH_outputEPCClass: Option<Vec<String>>,
    #[param(style = PipeDelimited, explode = false)]
    MATCH_anyEPCClass: Option<Vec<String>>,
    EQ_quantity: Option<f64>,
    GT_quantity: Option<f64>,
    GE_quantity: Option<f64>,
    LT_quantity: Option<f64>,
    LE_quantity: Option<f64>,
    #[param(style = PipeDelimited, explode = false)]
    EQ_eventID: Option<Vec<String>>,
    EXISTS_errorDeclaration: Option<bool>,
    GE_errorDeclarationTime: Option<String>,
    LT_errorDeclarationTime: Option<String>,
    #[param(style = PipeDelimited, explode = false)]
    EQ_errorReason: Option<Vec<String>>,
    #[param(style = PipeDelimited, explode = false)]
    EQ_correctiveEventID: Option<Vec<String>>,
    /// `eventTime` or `recordTime`.
    orderBy: Option<String>,
    /// `ASC` or `DESC`.
    orderDirection: Option<String>,
    eventCountLimit: Option<u32>,
    maxEventCount: Option<u32>,
    GE_startTime: Option<String>,
    LT_startTime: Option<String>,
    GE_endTime: Option<String>,
    LT_endTime: Option<String>,
    #[param(style = PipeDelimited, explode = false)]
    EQ_type: Option<Vec<String>>,
    #[param(style = PipeDelimited, explode = false)]
    EQ_deviceID: Option<Vec<String>>,
    #[param(style = PipeDelimited, explode = false)]
    EQ_dataProcessingMethod: Option<Vec<String>>,
    #[param(style = PipeDelimited, explode = false)]
    EQ_microorganism: Option<Vec<String>>,
    #[param(style = PipeDelimited, explode = false)]
    EQ_chemicalSubstance: Option<Vec<String>>,
    #[param(style = PipeDelimited, explode = false)]
    EQ_bizRules: Option<Vec<String>>,
    #[param(style = PipeDelimited, explode = false)]
    EQ_stringValue: Option<Vec<String>>,
    #[param(style = PipeDelimited, explode = false)]
    EQ_hexBinaryValue: Option<Vec<String>>,
    #[param(style = PipeDelimited, explode = false)]
    EQ_uriValue: Option<Vec<String>>,
    EQ_booleanValue: Option<bool>,
}

/// What pages take.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(
    non_snake_case,
    dead_code,
    reason = "the description of the API has the standard's names"
)]
pub struct PagingParams {
    /// Things on a page, 1 to 1000; 30 by default. A page may hold fewer.
    #[param(minimum = 1)]
    perPage: Option<u32>,
    /// From the `Link` of the page before; good for a day.
    nextPageToken: Option<String>,
}

/// What every request may say about versions and forms.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "the description of the API has the standard's names")]
pub struct HeaderParams {
    #[param(rename = "GS1-EPCIS-Min")]
    epcis_min: Option<String>,
    #[param(rename = "GS1-EPCIS-Max")]
    epcis_max: Option<String>,
    #[param(rename = "GS1-CBV-Min")]
    cbv_min: Option<String>,
    #[param(rename = "GS1-CBV-Max")]
    cbv_max: Option<String>,
    /// `No_Preference` or `Never_Translates`: names are given as they came.
    #[param(rename = "GS1-EPC-Format")]
    epc_format: Option<String>,
    /// For XML: `Always_URN` or `No_Preference`.
    #[param(rename = "GS1-CBV-XML-Format")]
    cbv_xml_format: Option<String>,
    /// `prefix=URI`, several separated by commas: what prefixes in names of parameters stand for.
    #[param(rename = "GS1-Extensions")]
    extensions: Option<String>,
}
