//! Keeping a photograph: its files first, then its row, so that a row never names a file that is not there.

use axum::body::Bytes;
use entity::{ids::PhotoId, media::photo as table};
use sea_orm::{ActiveValue::Set, EntityTrait};
use tokio::sync::Semaphore;

use super::{
    error::MediaError,
    photo::{self, MOST_BYTES, Refusal, Size},
    store::Store,
};
use crate::{
    app::{App, sha256},
    db::{Actor, Unit},
};

/// How many photographs are decoded at once: each may take two hundred megabytes and all of a core.
static DARKROOM: Semaphore = Semaphore::const_new(2);

/// A photograph whose files are stored and which has no row yet.
#[derive(Clone, Debug)]
pub struct Developed {
    id: PhotoId,
    /// Of the original, upright.
    width: i32,
    height: i32,
    widths: String,
    digest: String,
}

/// Decodes, checks and stores a photograph without its row, for a verb that records it ([`record`]) in one unit with
/// what it shows. Where that unit fails, the files stay and nothing names them.
pub async fn develop(app: &App, bytes: Bytes) -> Result<Developed, MediaError> {
    // Refused before waiting: what is too large should not be held until its turn comes.
    if bytes.len() > MOST_BYTES {
        return Err(Refusal::TooLarge { most: MOST_BYTES }.into());
    }
    let permit = DARKROOM.acquire().await.expect("the darkroom is never closed");
    let (kept, digest) = tokio::task::spawn_blocking(move || {
        // The permit is held by the work and not by the request, which may go away while the work goes on.
        let _permit = permit;
        photo::develop(&bytes).map(|kept| (kept, sha256(&bytes)))
    })
    .await??;
    let id: PhotoId = app.source().id();
    let widths = kept
        .sizes
        .iter()
        .map(|size| size.width.to_string())
        .collect::<Vec<_>>()
        .join(",");
    let (width, height) = (kept.width.cast_signed(), kept.height.cast_signed());
    let store = Store::of(app);
    for Size { width, webp, .. } in kept.sizes {
        store.put(id, width, webp).await?;
    }
    Ok(Developed {
        id,
        width,
        height,
        widths,
        digest,
    })
}

/// Writes the row of a developed photograph, given by the unit's actor, who must be a person.
pub async fn record(unit: &mut Unit, developed: &Developed) -> Result<PhotoId, MediaError> {
    if unit.actor().person().is_none() {
        return Err(MediaError::Nobody);
    }
    record_of_anybody(unit, developed).await
}

/// [`record`] for a caller who has made sure of whoever it is otherwise: a guest shows what they bought.
pub async fn record_of_anybody(unit: &mut Unit, developed: &Developed) -> Result<PhotoId, MediaError> {
    let row = table::ActiveModel {
        id: Set(developed.id),
        person_id: Set(unit.actor().person()),
        width: Set(developed.width),
        height: Set(developed.height),
        widths: Set(developed.widths.clone()),
        digest: Set(developed.digest.clone()),
        created_at: Set(unit.now()),
    };
    table::Entity::insert(row).exec_without_returning(&*unit).await?;
    Ok(developed.id)
}

/// Keeps the photograph in `bytes`, given by `actor`, who must be a person.
///
/// The bytes are taken as JPEG, PNG or WebP by their content, at most 12 MiB and 40 million pixels; the answer names why
/// others are refused. When this returns, files and row are durable.
pub async fn keep(app: &App, actor: Actor, bytes: Bytes) -> Result<PhotoId, MediaError> {
    if actor.person().is_none() {
        return Err(MediaError::Nobody);
    }
    let developed = develop(app, bytes).await?;
    app.write(actor, move |unit| {
        let developed = developed.clone();
        Box::pin(async move { record(unit, &developed).await })
    })
    .await
}

#[cfg(test)]
mod tests {
    use axum::{
        body::{Body, to_bytes},
        http::{Request, StatusCode, header},
    };
    use entity::{Phone, identity::person, ids::PersonId, media::photo as table};
    use tower::ServiceExt as _;

    use super::*;
    use crate::{app::Source, config::Config, media};

    async fn app(folder: &std::path::Path) -> (App, PersonId) {
        let config = Config {
            listen: "127.0.0.1:0".parse().expect("an address"),
            database_url: format!("sqlite://{}", folder.join("choque.db").display()),
            public_url: None,
            resolver_url: None,
            gs1_prefix: None,
            geoip: None,
            media: folder.join("media"),
            state: folder.to_path_buf(),
            limits: true,
            page_cache: true,
            money: crate::config::Money::Direct,
            sms: crate::config::Sms::Folder(folder.join("sms")),
            messengers: crate::config::Messengers::in_folders(folder),
            oidc: None,
            policy: crate::config::Policy::default(),
            secrets: crate::config::Secrets::default(),
        };
        let app = App::open(config, Source::system()).await.expect("an app");
        let person_id: PersonId = app.source().id();
        app.write(Actor::System, move |unit| {
            Box::pin(async move {
                let row = person::ActiveModel {
                    id: Set(person_id),
                    phone: Set("0912345678".parse::<Phone>().expect("a phone")),
                    name: Set("Nguyễn Thị Tơ".to_owned()),
                    password_hash: Set(String::new()),
                    created_at: Set(unit.now()),
                };
                person::Entity::insert(row)
                    .exec_without_returning(&*unit)
                    .await
                    .map(|_| ())
            })
        })
        .await
        .expect("a person");
        (app, person_id)
    }

    fn picture() -> Bytes {
        let mut file = std::io::Cursor::new(Vec::new());
        image::RgbImage::from_fn(700, 350, |x, y| {
            image::Rgb([80, x.to_le_bytes()[0], y.to_le_bytes()[0]])
        })
        .write_to(&mut file, image::ImageFormat::Png)
        .expect("a PNG");
        file.into_inner().into()
    }

    #[tokio::test]
    async fn a_kept_photograph_is_served_in_each_of_its_widths_and_no_other() {
        let folder = tempfile::tempdir().expect("a folder");
        let (app, person) = app(folder.path()).await;
        let id = keep(&app, Actor::Person(person), picture()).await.expect("kept");
        let row = table::Entity::find_by_id(id)
            .one(app.db().read())
            .await
            .expect("an answer")
            .expect("a row");
        assert_eq!(
            (row.person_id, row.width, row.height, row.widths.as_str()),
            (Some(person), 700, 350, "320,640")
        );
        assert_eq!(row.digest, sha256(picture()));
        let views = media::read::views(app.db().read(), &[id, PhotoId(uuid::Uuid::nil())])
            .await
            .expect("views");
        assert_eq!((views.len(), views[&id].width, views[&id].height), (1, 640, 320));

        let site = media::routes().with_state(app.clone());
        let get = |address: String| {
            site.clone()
                .oneshot(Request::get(address).body(Body::empty()).expect("a request"))
        };
        for width in [320, 640] {
            let answer = get(media::read::address(id, width)).await.expect("an answer");
            assert_eq!(answer.status(), StatusCode::OK);
            assert_eq!(answer.headers()[header::CONTENT_TYPE], "image/webp");
            assert_eq!(
                answer.headers()[header::CACHE_CONTROL],
                "public, max-age=31536000, immutable"
            );
            let body = to_bytes(answer.into_body(), usize::MAX).await.expect("a body");
            let shown = image::load_from_memory_with_format(&body, image::ImageFormat::WebP).expect("a WebP");
            assert_eq!((shown.width(), shown.height()), (width, width / 2));
        }
        let other = app.source().id::<PhotoId>();
        for address in [
            media::read::address(id, 960),
            media::read::address(other, 320),
            format!("/anh/{id}/320.png"),
            "/anh/x/y".to_owned(),
        ] {
            assert_eq!(get(address).await.expect("an answer").status(), StatusCode::NOT_FOUND);
        }
    }

    #[tokio::test]
    async fn what_is_refused_leaves_neither_row_nor_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let (app, person) = app(folder.path()).await;
        let fake = Bytes::from_static(b"a text that is called photo.jpg");
        let refused = keep(&app, Actor::Person(person), fake).await.expect_err("refused");
        assert!(matches!(refused, MediaError::Refused(Refusal::NotAPicture)));
        let large = Bytes::from(vec![0; MOST_BYTES + 1]);
        assert!(matches!(
            keep(&app, Actor::Person(person), large).await,
            Err(MediaError::Refused(Refusal::TooLarge { .. }))
        ));
        assert!(matches!(
            keep(&app, Actor::Guest, picture()).await,
            Err(MediaError::Nobody)
        ));
        assert!(
            table::Entity::find()
                .one(app.db().read())
                .await
                .expect("an answer")
                .is_none()
        );
        assert!(!folder.path().join("media").exists());
    }

    #[tokio::test]
    async fn a_photograph_of_an_unknown_person_gets_no_row() {
        let folder = tempfile::tempdir().expect("a folder");
        let (app, _) = app(folder.path()).await;
        let stranger = Actor::Person(app.source().id());
        assert!(matches!(
            keep(&app, stranger, picture()).await,
            Err(MediaError::Database(_))
        ));
        assert!(
            table::Entity::find()
                .one(app.db().read())
                .await
                .expect("an answer")
                .is_none()
        );
    }
}
