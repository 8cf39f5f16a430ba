//! Stored pictures, over HTTP.

use axum::{
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use entity::ids::PhotoId;

use super::{error::MediaError, store::Store};
use crate::{app::App, http::problem::Problem};

/// `GET /anh/{photo_id}/{width}.webp`. An address always shows the same picture, so browsers keep it for good.
pub(super) async fn show(
    State(app): State<App>,
    Path((id, file)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let (id, width) = parse(&id, &file).ok_or_else(Problem::not_found)?;
    let bytes = Store::of(&app)
        .get(id, width)
        .await
        .map_err(MediaError::from)?
        .ok_or_else(Problem::not_found)?;
    let mut response = bytes.into_response();
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("image/webp"));
    response.headers_mut().insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=31536000, immutable"),
    );
    Ok(response)
}

/// Id and width, if both are written the one way that we write them.
fn parse(id: &str, file: &str) -> Option<(PhotoId, u32)> {
    let photo: PhotoId = id.parse().ok()?;
    let width: u32 = file.strip_suffix(".webp")?.parse().ok()?;
    (photo.to_string() == id && format!("{width}.webp") == file).then_some((photo, width))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_way_of_writing_an_address_names_a_picture() {
        let id = "01920000-0000-7000-8000-0000000000ab";
        assert_eq!(
            parse(id, "320.webp").map(|(photo, width)| (photo.to_string(), width)),
            Some((id.to_owned(), 320))
        );
        for (id, file) in [
            (id, "320.png"),
            (id, "0320.webp"),
            (id, "+320.webp"),
            (id, "320"),
            (id, "../../x.webp"),
            (id, "99999999999.webp"),
            ("01920000000070008000000000000000ab", "320.webp"),
            ("019200000000700080000000000000ab", "320.webp"),
            ("..", "320.webp"),
        ] {
            assert_eq!(parse(id, file), None, "{id} {file}");
        }
    }
}
