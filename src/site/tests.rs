//! The public pages over a real database: each answers, has all its words, and keeps what the reader chose.

use std::time::Duration;

use axum::{
    body::Body,
    http::{Method, StatusCode, header},
};
use entity::{
    Slug,
    frame::change::{Cause, Subject},
    ids::ListingId,
    listings::listing::{self, State},
};
use sea_orm::{ActiveModelTrait as _, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use crate::{
    db::Actor,
    jobs,
    scan::tests::{Differs, Exchange},
};

const ON_SALE: Differs = Differs {
    held: false,
    on_sale: true,
};

/// Ids of messages that no locale file holds stand in a page as they are.
fn untold(body: &str) -> Vec<&str> {
    let rooms = [
        "catalogue-",
        "list-",
        "listings-",
        "detail-",
        "part-",
        "scan-",
        "shell-",
        "home-",
        "help-",
        "ocop-",
        "market-",
        "style-",
        "site-",
        "docs-",
    ];
    let words = body
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))
        .filter(|word| word.contains("-say-"));
    words
        .filter(|word| rooms.iter().any(|room| word.starts_with(room)))
        .collect()
}

#[tokio::test]
async fn every_public_page_answers_in_both_languages() {
    let exchange = Exchange::open(ON_SALE).await;
    for path in [
        "/",
        "/tim",
        "/tim?q=che+dinh&category=tea&commune=05818&star=4&min_price=1000&max_price=900000&in_stock=1&sort=price",
        "/ocop",
        "/ocop?state=&q=che",
        "/nguoi-ban/htx-doi-xanh",
        "/san-pham/che-dinh-ngon",
        "/cho",
        "/tro-giup",
        "/kieu-dang",
    ] {
        for language in ["vi", "en"] {
            let cookie = format!("lang={language}");
            let page = exchange.ask(Method::GET, path, &[(header::COOKIE, &cookie)]).await;
            assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.body);
            assert!(page.body.contains(&format!("<html lang=\"{language}\"")), "{path}");
            assert_eq!(untold(&page.body), Vec::<&str>::new(), "{path} in {language}");
        }
    }
}

#[tokio::test]
async fn a_search_finds_without_marks_and_names_what_it_cannot_use() {
    let exchange = Exchange::open(ON_SALE).await;
    let found = |body: &str| body.contains("href=\"/san-pham/che-dinh-ngon\"");
    for query in [
        "che",
        "ch%C3%A8",
        "CHE+dinh",
        "la+bang",
        "category=tea",
        "category=tea-premium",
        "commune=05818",
        "star=4",
        "seller=htx-doi-xanh",
    ] {
        let path = if query.contains('=') {
            format!("/tim?{query}")
        } else {
            format!("/tim?q={query}")
        };
        let page = exchange.get(&path).await;
        assert!(found(&page.body), "{path}");
        assert!(
            page.body.contains("Còn 12\u{a0}kg"),
            "500 g are reserved: {}",
            page.body
        );
    }
    for query in [
        "q=100%25",
        "q=_",
        "category=grain-rice",
        "star=5",
        "min_price=450001",
        "max_price=449999",
    ] {
        assert!(!found(&exchange.get(&format!("/tim?{query}")).await.body), "{query}");
    }
    let wrong = exchange.get("/tim?q=che&min_price=bao-nhieu&star=9").await;
    assert_eq!(wrong.status, StatusCode::OK);
    assert!(found(&wrong.body), "the rest still filters");
    assert!(
        wrong.body.contains("value=\"bao-nhieu\"")
            && wrong.body.contains("aria-invalid")
            && wrong.body.contains("Sao OCOP: Không có mục")
    );
}

#[tokio::test]
async fn pages_of_a_list_meet_without_gap_or_overlap() {
    let exchange = Exchange::open(ON_SALE).await;
    exchange
        .app
        .write(Actor::System, |unit| {
            Box::pin(async move {
                let Some(first) = listing::Entity::find().one(&*unit).await? else {
                    return Ok(());
                };
                for number in 0..60 {
                    let mut row = listing::ActiveModel::from(first.clone());
                    row.id = Set(unit.id::<ListingId>());
                    row.slug = Set(format!("che-{number}").parse::<Slug>().expect("a slug"));
                    // Many share a price, so only the id tells them apart.
                    row.price = Set(entity::Dong(1000 + number % 3));
                    row.title = Set(if number % 2 == 0 {
                        "chè đinh".into()
                    } else {
                        "Chẻ định".into()
                    });
                    let made = listing::Entity::insert(row.reset_all())
                        .exec_with_returning(&*unit)
                        .await?;
                    unit.changed(Subject::Listing, made.id, Cause::Made).await?;
                }
                Ok::<(), sea_orm::DbErr>(())
            })
        })
        .await
        .expect("listings");
    // The changes are numbered, and the index follows.
    let _jobs = jobs::start(&exchange.app, jobs::Duties::default()).await.expect("jobs");
    for _ in 0..200 {
        if exchange.get("/tim").await.body.matches("href=\"/san-pham/").count() > 20 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    for query in ["q=chè+đinh", "sort=newest", "sort=price", "sort=-price"] {
        let mut seen: Vec<String> = Vec::new();
        let mut next = Some(format!("/tim?{}", query.replace('è', "%C3%A8").replace('đ', "%C4%91")));
        while let Some(path) = next {
            let page = exchange.get(&path).await;
            assert_eq!(page.status, StatusCode::OK);
            seen.extend(
                page.body
                    .split("href=\"/san-pham/")
                    .skip(1)
                    .filter_map(|rest| rest.split('"').next())
                    .map(str::to_owned),
            );
            next = page.body.split_once("rel=\"next\" href=\"").map(|(_, rest)| {
                rest.split('"')
                    .next()
                    .unwrap_or("")
                    .replace("&#38;", "&")
                    .replace("&amp;", "&")
            });
        }
        assert_eq!(seen.len(), 61, "{query}");
        let mut unique = seen.clone();
        unique.sort();
        unique.dedup();
        assert_eq!(unique.len(), 61, "{query}");
        if query.starts_with("q=") {
            // 30 of the 60 and the first one hold the words with their tones.
            assert!(
                seen[..31].iter().all(|slug| slug == "che-dinh-ngon" || even(slug)),
                "{seen:?}"
            );
        }
    }
}

fn even(slug: &str) -> bool {
    slug.strip_prefix("che-")
        .and_then(|number| number.parse::<u32>().ok())
        .is_some_and(|number| number % 2 == 0)
}

#[tokio::test]
async fn what_is_no_longer_sold_says_so() {
    let exchange = Exchange::open(ON_SALE).await;
    for (state, status, words) in [
        (State::Withdrawn, StatusCode::GONE, "thôi bán"),
        (State::TakenDown, StatusCode::GONE, "gỡ khỏi sàn"),
        (State::Draft, StatusCode::NOT_FOUND, ""),
    ] {
        exchange
            .app
            .write(Actor::System, move |unit| {
                Box::pin(async move {
                    listing::Entity::update_many()
                        .col_expr(listing::Column::State, Expr::value(state))
                        .filter(listing::Column::Slug.eq("che-dinh-ngon"))
                        .exec(&*unit)
                        .await
                        .map(|_| ())
                })
            })
            .await
            .expect("a change");
        let page = exchange.get("/san-pham/che-dinh-ngon").await;
        assert_eq!(page.status, status);
        assert!(page.body.contains(words), "{}", page.body);
        assert!(
            !exchange
                .get("/tim?sort=newest&q=che+ngon")
                .await
                .body
                .contains("href=\"/san-pham/")
        );
    }
}

#[tokio::test]
async fn a_listing_tells_search_engines_what_it_is() {
    let exchange = Exchange::open(ON_SALE).await;
    let page = exchange.get("/san-pham/che-dinh-ngon").await;
    let (_, rest) = page
        .body
        .split_once("<script type=\"application/ld+json\">")
        .expect("JSON-LD");
    let (text, _) = rest.split_once("</script>").expect("its end");
    let data: serde_json::Value = serde_json::from_str(text).expect("JSON");
    assert_eq!(data["name"], "Chè đinh <ngon>");
    assert_eq!(data["gtin14"], "09506000134352");
    assert_eq!(data["offers"]["price"], "450000");
    assert_eq!(data["offers"]["availability"], "https://schema.org/InStock");
    assert!(
        page.body.contains("href=\"/01/09506000134352/10/A%2F1\""),
        "the lot on sale: {}",
        page.body
    );
    let map = exchange.get("/sitemap.xml").await;
    assert!(
        map.body
            .contains("<loc>https://choque.example.vn/san-pham/che-dinh-ngon</loc>"),
        "{}",
        map.body
    );
    assert!(
        exchange
            .get("/robots.txt")
            .await
            .body
            .contains("Sitemap: https://choque.example.vn/sitemap.xml")
    );
    assert_eq!(exchange.get("/sitemap/9.xml").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_preference_is_kept_and_the_reader_comes_back() {
    let exchange = Exchange::open(ON_SALE).await;
    let form = [(header::CONTENT_TYPE, "application/x-www-form-urlencoded")];
    let choose = |body: &'static str| exchange.send(Method::POST, "/tuy-chon", &form, Body::from(body));
    let english = choose("back=%2Ftim%3Fq%3Dche&lang=en").await;
    assert_eq!(english.status, StatusCode::SEE_OTHER);
    assert_eq!(english.header(header::LOCATION), "/tim?q=che");
    let cookie = english.header(header::SET_COOKIE);
    assert!(
        cookie.starts_with("lang=en;") && cookie.contains("Max-Age=31536000") && cookie.contains("Secure"),
        "{cookie}"
    );
    let abroad = choose("back=%2F%2Fexample.org%2F&scale=huge").await;
    assert_eq!(abroad.header(header::LOCATION), "/");
    assert!(
        !abroad.headers.contains_key(header::SET_COOKIE),
        "what is no choice is not kept"
    );
}
