//! The part of the account page that says who helps, and what they did.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use entity::{
    Day, Timestamp,
    ids::{ConsentId, PersonId},
};
use sea_orm::DbErr;

use super::{acts, read, revoke_consent::revoke_consent};
use crate::{
    app::App,
    http::{
        body::{Id, Maybe},
        list::Paging,
        problem::Problem,
        shell::Shell,
    },
    identity::{IdentityError, InPerson},
};

/// Acts that the account page shows; the rest is in the API.
const SHOWN: u64 = 20;

/// Who helps somebody, and what they did.
#[derive(Debug)]
pub(in crate::identity) struct Help {
    pub helpers: Vec<HelperLine>,
    pub acts: Vec<ActLine>,
}

#[derive(Debug)]
pub(in crate::identity) struct HelperLine {
    pub consent: ConsentId,
    pub name: String,
    /// What they may do, in the reader's language.
    pub scope: String,
    pub until: Day,
}

#[derive(Debug)]
pub(in crate::identity) struct ActLine {
    pub by: String,
    pub what: String,
    pub at: Timestamp,
}

/// What the account page of `person` says of help; nothing, when nobody ever helped.
pub(in crate::identity) async fn help(app: &App, shell: &Shell, person: PersonId) -> Result<Help, DbErr> {
    let db = app.db().read();
    let helpers = read::helpers_of(db, person, app.today()).await?;
    let filter = acts::Filter {
        behalf: Some(person),
        ..acts::Filter::default()
    };
    let paging = Paging {
        limit: SHOWN,
        after: None,
    };
    let acts = acts::acts(db, filter, paging).await?;
    Ok(Help {
        helpers: helpers
            .into_iter()
            .map(|helper| HelperLine {
                consent: helper.consent,
                name: helper.name,
                scope: helper
                    .scope
                    .iter()
                    .map(|scope| shell.t(&format!("consent-scope-{}", scope.code())))
                    .collect::<Vec<_>>()
                    .join(", "),
                until: helper.until,
            })
            .collect(),
        acts: acts
            .into_iter()
            .take(usize::try_from(SHOWN).unwrap_or(usize::MAX))
            .map(|view| ActLine {
                by: view.by,
                what: shell.t(&format!("act-{}", view.what)),
                at: view.act.at,
            })
            .collect(),
    })
}

/// `POST /tai-khoan/nguoi-giup/{consent}`: the farmer wants this helper's help no more.
pub(in crate::identity) async fn revoke(
    State(app): State<App>,
    Maybe(caller): Maybe<InPerson>,
    Id(id): Id<ConsentId>,
) -> Result<Response, Problem> {
    let Some(caller) = caller else {
        return Ok(Redirect::to("/dang-nhap?back=/tai-khoan").into_response());
    };
    let view = read::consent(app.db().read(), caller.caller(), false, id).await?;
    // Helpers end their help in the console; this button is the farmer's.
    if view.is_none_or(|view| view.consent.farmer_id != Some(caller.person())) {
        return Err(Problem::not_found());
    }
    app.write(caller.actor(), move |unit| {
        Box::pin(async move { revoke_consent(unit, id, "").await.map(|_| ()) })
    })
    .await
    .map_err(|error: IdentityError| Problem::from(error))?;
    Ok(Redirect::to("/tai-khoan").into_response())
}
