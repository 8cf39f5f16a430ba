//! Photographs as pages show them.

use std::collections::HashMap;

use entity::{
    ids::PhotoId,
    media::photo::{Column, Entity, Model},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

use super::photo::height_at;

/// The width, in pixels, that a browser without `srcset` gets, where there is one.
const USUAL: u32 = 640;

/// A photograph in a page: the attributes of its `img`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhotoView {
    /// What it shows, for those who cannot see it. Empty until whoever knows says so ([`PhotoView::showing`]).
    pub alt: String,
    pub src: String,
    pub srcset: String,
    /// Of `src`, in pixels.
    pub width: u32,
    pub height: u32,
}

impl PhotoView {
    /// With `alt` as the words for what it shows.
    #[must_use]
    pub fn showing(mut self, alt: impl Into<String>) -> Self {
        self.alt = alt.into();
        self
    }
}

impl From<&Model> for PhotoView {
    fn from(row: &Model) -> Self {
        let widths: Vec<u32> = row.widths.split(',').filter_map(|width| width.parse().ok()).collect();
        let width = widths
            .iter()
            .copied()
            .filter(|width| *width <= USUAL)
            .max()
            .or_else(|| widths.first().copied())
            .unwrap_or(1);
        let srcset: Vec<_> = widths
            .iter()
            .map(|width| format!("{} {width}w", address(row.id, *width)))
            .collect();
        Self {
            alt: String::new(),
            src: address(row.id, width),
            srcset: srcset.join(", "),
            width,
            height: height_at(width, row.width.unsigned_abs(), row.height.unsigned_abs()),
        }
    }
}

/// Where a stored picture is found.
#[must_use]
pub fn address(id: PhotoId, width: u32) -> String {
    format!("/anh/{id}/{width}.webp")
}

/// The photographs with these ids; an id without one is left out.
pub async fn views(db: &impl ConnectionTrait, ids: &[PhotoId]) -> Result<HashMap<PhotoId, PhotoView>, DbErr> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = Entity::find()
        .filter(Column::Id.is_in(ids.iter().copied()))
        .all(db)
        .await?;
    Ok(rows.iter().map(|row| (row.id, row.into())).collect())
}

#[cfg(test)]
mod tests {
    use entity::Timestamp;
    use uuid::Uuid;

    use super::*;

    fn row(width: i32, height: i32, widths: &str) -> Model {
        Model {
            id: PhotoId(Uuid::nil()),
            person_id: None,
            width,
            height,
            widths: widths.to_owned(),
            digest: String::new(),
            created_at: Timestamp(0),
        }
    }

    #[test]
    fn a_view_offers_every_width_and_the_usual_one_first() {
        let view = PhotoView::from(&row(1500, 1000, "320,640,960,1280")).showing("Chè tôm nõn");
        let at = |width: u32| format!("/anh/00000000-0000-0000-0000-000000000000/{width}.webp");
        assert_eq!(view.src, at(640));
        assert_eq!((view.width, view.height), (640, 427));
        assert_eq!(
            view.srcset,
            format!(
                "{} 320w, {} 640w, {} 960w, {} 1280w",
                at(320),
                at(640),
                at(960),
                at(1280)
            )
        );
        assert_eq!(view.alt, "Chè tôm nõn");
        let small = PhotoView::from(&row(100, 50, "100"));
        assert_eq!((small.src, small.width, small.height), (at(100), 100, 50));
    }
}
