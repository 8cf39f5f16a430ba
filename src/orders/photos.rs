//! Photographs that a buyer sends with a return or a review: uploads of theirs, finished before. Whoever has no account has
//! no uploads.

use std::sync::Arc;

use entity::ids::{PersonId, PhotoId, UploadId};

use crate::{
    app::App,
    catalogue::CatalogueError,
    db::Unit,
    http::{
        input::{Field, Wrong},
        language::Message,
        problem::Problem,
    },
    media::{self, Developed, MediaError},
};

/// A photograph that is about to be kept.
#[derive(Clone, Debug)]
pub struct Shown(Arc<Vec<One>>);

#[derive(Debug)]
enum One {
    /// It became a photograph before.
    Known(PhotoId),
    New(UploadId, Developed),
}

/// The ids of uploads in a body.
pub(super) fn read(wrong: &mut Wrong, field: &Field<Vec<Field<String>>>, most: usize) -> Option<Vec<UploadId>> {
    if field.is_missing() {
        return Some(Vec::new());
    }
    let given = wrong.required("/photos", field)?;
    if given.len() > most {
        wrong.note("/photos", Message::new("wrong-too-many").with("max", most));
        return None;
    }
    let read: Vec<_> = given
        .iter()
        .enumerate()
        .map(|(place, field)| wrong.code(&format!("/photos/{place}"), field, "wrong-no-such-upload"))
        .collect();
    read.into_iter().collect()
}

/// Develops what `person` sent. It takes a while, so it is done before the unit.
pub(super) async fn develop(app: &App, person: Option<PersonId>, uploads: &[UploadId]) -> Result<Shown, Problem> {
    let mut shown = Vec::with_capacity(uploads.len());
    for (place, id) in uploads.iter().enumerate() {
        let at = format!("/photos/{place}");
        let no_such = || Problem::from(Wrong::one(at.clone(), "wrong-no-such-upload"));
        let person = person.ok_or_else(no_such)?;
        let row = match media::upload::find(app.db().read(), person, *id, app.now()).await {
            Ok(row) => row,
            Err(MediaError::NoSuchUpload) => return Err(no_such()),
            Err(error) => return Err(error.into()),
        };
        shown.push(if let Some(photo) = row.photo_id {
            One::Known(photo)
        } else {
            let bytes = media::upload::whole(app.db().read(), &row).await?;
            One::New(*id, media::develop(app, bytes).await?)
        });
    }
    Ok(Shown(Arc::new(shown)))
}

impl Shown {
    /// Keeps them, and tells which they are.
    pub(super) async fn record(&self, unit: &mut Unit) -> Result<Vec<PhotoId>, CatalogueError> {
        let mut ids = Vec::with_capacity(self.0.len());
        for one in self.0.iter() {
            ids.push(match one {
                One::Known(id) => *id,
                One::New(upload, developed) => {
                    let id = media::record(unit, developed).await?;
                    media::upload::became(unit, *upload, id).await?;
                    id
                }
            });
        }
        Ok(ids)
    }
}
