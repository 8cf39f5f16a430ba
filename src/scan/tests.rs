//! The resolver over a real database: what each kind of code and each kind of question gets.

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use digital_link::DigitalLink;
use entity::{
    Day, Gtin, ShortCode, Thousandths, Timestamp, Unit,
    catalogue::{
        certificate::{self, Precision},
        product::{self, GtinKind},
        seller,
    },
    identity::person,
    ids::{
        BatchHoldId, BatchId, CertificateId, DiaryEntryId, EventId, ListingId, PersonId, PlotId, PoolId, ProductId,
        SellerId,
    },
    listings::{
        listing::{self, State, StockMode},
        pool, pool_lot,
    },
    trace::{
        batch,
        batch_hold::{self, Reason},
        batch_plot,
        diary_entry::{self, Activity},
        event, event_epc, plot,
    },
};
use sea_orm::{ActiveModelTrait, DbErr, EntityTrait, IntoActiveModel};
use serde_json::Value;
use tower::ServiceExt as _;

use crate::{
    app::{App, Source},
    config::Config,
    db::{Actor, Unit as Work},
};

const GTIN: &str = "09506000134352";
const RESOLVER: &str = "https://id.example.vn";

/// An exchange with one cooperative, its tea, and one lot of it.
pub(crate) struct Exchange {
    pub(crate) app: App,
    router: Router,
    code: ShortCode,
    harvested_on: Day,
    _folder: tempfile::TempDir,
}

/// What makes one exchange of these tests differ from another.
#[derive(Clone, Copy, Default)]
pub(crate) struct Differs {
    pub(crate) held: bool,
    pub(crate) on_sale: bool,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: header::HeaderName) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or("")
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }
}

impl Exchange {
    pub(crate) async fn open(differs: Differs) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let config = Config {
            listen: "127.0.0.1:8080".parse().expect("an address"),
            database_url: format!("sqlite://{}", folder.path().join("choque.db").display()),
            public_url: Some("https://choque.example.vn".to_owned()),
            resolver_url: Some(RESOLVER.to_owned()),
            gs1_prefix: None,
            geoip: None,
            media: folder.path().join("media"),
            state: folder.path().to_owned(),
            limits: false,
            page_cache: true,
            money: crate::config::Money::Direct,
            sms: crate::config::Sms::Folder(folder.path().join("sms")),
            messengers: crate::config::Messengers::in_folders(folder.path()),
            oidc: None,
            policy: crate::config::Policy::default(),
            secrets: crate::config::Secrets::default(),
        };
        let app = App::open(config, Source::seeded("scan")).await.expect("a database");
        let code = ShortCode::from_bits(app.source().random());
        let harvested_on = app.today().plus_days(-20);
        let written = code.clone();
        app.write(Actor::System, move |unit| {
            let code = written.clone();
            Box::pin(async move { fill(unit, differs, code, harvested_on).await })
        })
        .await
        .expect("rows");
        // The list page answers once there is an index.
        tokio::spawn((crate::search::projection().run)(app.clone()));
        let router = crate::routes::router(&app);
        Self {
            app,
            router,
            code,
            harvested_on,
            _folder: folder,
        }
    }

    pub(crate) async fn ask(&self, method: Method, path: &str, headers: &[(header::HeaderName, &str)]) -> Answer {
        self.send(method, path, headers, Body::empty()).await
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(header::HeaderName, &str)],
        body: Body,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        let response = self
            .router
            .clone()
            .oneshot(request.body(body).expect("a request"))
            .await
            .expect("an answer");
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.expect("a body");
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, &[]).await
    }

    async fn get_as(&self, path: &str, accept: &str) -> Answer {
        self.ask(Method::GET, path, &[(header::ACCEPT, accept)]).await
    }
}

async fn add<M, A>(unit: &Work, row: M) -> Result<(), DbErr>
where
    M: IntoActiveModel<A>,
    A: ActiveModelTrait,
{
    <A::Entity as EntityTrait>::insert(row.into_active_model())
        .exec_without_returning(unit)
        .await
        .map(|_| ())
}

#[expect(clippy::too_many_lines, reason = "a small world is a long list")]
async fn fill(unit: &mut Work, differs: Differs, short_code: ShortCode, harvested_on: Day) -> Result<(), DbErr> {
    let now = unit.now();
    let person_id: PersonId = unit.id();
    let (seller_id, product_id, plot_id): (SellerId, ProductId, PlotId) = (unit.id(), unit.id(), unit.id());
    let (batch_id, event_id, lot_event): (BatchId, EventId, EventId) = (unit.id(), unit.id(), unit.id());
    let gtin: Gtin = GTIN.parse().expect("a GTIN");
    let harvest = harvested_on.start().plus(8 * 3_600_000);
    add(
        unit,
        person::Model {
            id: person_id,
            phone: "0900000001".parse().expect("a phone"),
            name: "Nguyễn Thị Thương".into(),
            password_hash: "-".into(),
            created_at: now,
        },
    )
    .await?;
    add(
        unit,
        seller::Model {
            id: seller_id,
            slug: "htx-doi-xanh".parse().expect("a slug"),
            kind: seller::Kind::Cooperative,
            name: "HTX Đồi Xanh".into(),
            commune_code: "05818".parse().expect("a commune"),
            street: Some("Xóm Đồi".into()),
            about: String::new(),
            source: None,
            tax_code: None,
            pickup_commune: None,
            pickup_street: None,
            pickup_note: None,
            standing: seller::Standing::Verified,
            created_at: now,
            updated_at: now,
        },
    )
    .await?;
    add(
        unit,
        product::Model {
            id: product_id,
            seller_id,
            name: "Chè đinh <ngon>".into(),
            category: "tea-premium".into(),
            unit: Unit::Kilogram,
            gtin: gtin.clone(),
            gtin_kind: GtinKind::Global,
            brand: None,
            description: "Một tôm hai lá.".into(),
            shelf_life_days: Some(365),
            attributes: None,
            created_at: now,
            updated_at: now,
        },
    )
    .await?;
    for (kind, star, ends_on) in [
        (certificate::Kind::Ocop, Some(4), now.day().plus_days(30)),
        (certificate::Kind::VietGap, None, now.day().plus_days(-1)),
    ] {
        add(
            unit,
            certificate::Model {
                id: unit.id::<CertificateId>(),
                seller_id,
                product_id: Some(product_id),
                kind,
                star,
                number: Some("99/QĐ".into()),
                issuer: "UBND tỉnh".into(),
                granted_on: harvested_on.plus_days(-400),
                granted_precision: Precision::Year,
                ends_on,
                verified: true,
                source: None,
                created_at: now,
                revoked_on: None,
            },
        )
        .await?;
    }
    add(
        unit,
        plot::Model {
            id: plot_id,
            seller_id,
            name: "Đồi sau nhà".into(),
            commune_code: "05818".parse().expect("a commune"),
            area_m2: 1200,
            growing_area_code: Some("VN-TNOR-0001".into()),
            created_at: now,
            geometry: None,
        },
    )
    .await?;
    let event = |id: EventId, at: Timestamp, step: &str| event::Model {
        id,
        event_id: format!("urn:uuid:{id}"),
        kind: "ObjectEvent".into(),
        event_time: at,
        record_time: now,
        biz_step: Some(step.to_owned()),
        seller_id: Some(seller_id),
        recorded_by: Some(person_id),
        document: format!("{{\"type\":\"ObjectEvent\",\"eventID\":\"urn:uuid:{id}\"}}"),
        version: String::new(),
        hash: String::new(),
        hash_differs: false,
        declares_error: false,
        public: true,
        action: None,
        disposition: None,
        read_point: None,
        biz_location: None,
        context: None,
        capture_id: None,
    };
    add(unit, event(event_id, harvest, "creating_class_instance")).await?;
    add(unit, event(lot_event, harvest.plus(3_600_000), "shipping")).await?;
    add(
        unit,
        event_epc::Model {
            event_id: lot_event,
            role: "epc".into(),
            epc: format!("{RESOLVER}/01/{GTIN}/10/A%2F1"),
        },
    )
    .await?;
    add(
        unit,
        batch::Model {
            id: batch_id,
            product_id,
            seller_id,
            gtin,
            lot: "A/1".parse().expect("a lot"),
            quantity: Thousandths(12_500),
            unit: Unit::Kilogram,
            harvested_on,
            packed_on: None,
            expires_on: Some(harvested_on.plus_days(365)),
            short_code,
            recorded_at: now,
            recorded_by: person_id,
        },
    )
    .await?;
    add(unit, batch_plot::Model { batch_id, plot_id }).await?;
    add(
        unit,
        diary_entry::Model {
            id: unit.id::<DiaryEntryId>(),
            seller_id,
            plot_id: Some(plot_id),
            batch_id: None,
            activity: Activity::Harvest,
            happened_at: harvest,
            recorded_at: now,
            recorded_by: person_id,
            note: "Hái lúc sáng sớm".into(),
            input_name: None,
            interval_days: None,
            event_id,
            cycle_id: None,
            quantity: None,
            unit: None,
            correction_of: None,
        },
    )
    .await?;
    if differs.held {
        add(
            unit,
            batch_hold::Model {
                id: unit.id::<BatchHoldId>(),
                batch_id,
                reason: Reason::PreHarvestInterval,
                until: Some(now.day().plus_days(3)),
                detail: "-".into(),
                detail_en: String::new(),
                created_at: now,
                released_at: None,
                released_by: None,
                release_reason: None,
                released_office: None,
            },
        )
        .await?;
    }
    if differs.on_sale {
        let pool_id: PoolId = unit.id();
        let amount = |received: i64| (Thousandths(received), Thousandths::ZERO, Thousandths(500));
        let (received, issued, held) = amount(12_500);
        add(
            unit,
            pool::Model {
                id: pool_id,
                seller_id,
                product_id,
                unit: Unit::Kilogram,
                received,
                issued,
                held,
            },
        )
        .await?;
        add(
            unit,
            pool_lot::Model {
                pool_id,
                batch_id,
                received,
                issued,
                held,
            },
        )
        .await?;
        add(
            unit,
            listing::Model {
                id: unit.id::<ListingId>(),
                slug: "che-dinh-ngon".parse().expect("a slug"),
                product_id,
                seller_id,
                title: "Chè đinh <ngon>".into(),
                price: entity::Dong(450_000),
                unit: Unit::Kilogram,
                stock_mode: StockMode::Stock,
                pool_id: Some(pool_id),
                factor: Thousandths(1000),
                harvest_on: None,
                cap: None,
                promised: Thousandths::ZERO,
                contains: None,
                contains_unit: None,
                min_quantity: None,
                step: None,
                limit_quantity: None,
                limit_days: None,
                lead_days: None,
                weight_price: None,
                weight_unit: None,
                piece_min: None,
                piece_max: None,
                state: State::Live,
                search_text: entity::text::fold("Chè đinh <ngon> HTX Đồi Xanh Xã La Bằng"),
                created_at: now,
                updated_at: now,
                published_at: Some(now),
            },
        )
        .await?;
    }
    Ok(())
}

fn lot_path() -> String {
    format!("/01/{GTIN}/10/A%2F1")
}

#[tokio::test]
async fn a_lot_opens_its_provenance() {
    let exchange = Exchange::open(Differs {
        held: false,
        on_sale: true,
    })
    .await;
    let page = exchange.get(&lot_path()).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    for shown in [
        "Lô hàng có thật",
        "Chè đinh &#60;ngon&#62;",
        "A/1",
        "HTX Đồi Xanh",
        "Xóm Đồi, Xã La Bằng, Thái Nguyên",
        &exchange.harvested_on.to_string(),
        "mã vùng trồng VN-TNOR-0001",
        "Hái lúc sáng sớm",
        "Xuất đi",
        "Ghi muộn",
        "OCOP · 4 sao",
        "VietGAP: còn hạn khi thu hoạch, nay đã hết hạn",
        "Đã ghi 8 trên 9",
        "hình ảnh",
        "450.000",
        "href=\"/san-pham/che-dinh-ngon\"",
    ] {
        assert!(page.body.contains(shown), "no {shown} in {}", page.body);
    }
    assert!(
        !page.body.contains("scan-") || !page.body.contains("scan-say"),
        "a message has no text: {}",
        page.body
    );
    assert!(!page.body.contains("Thương"), "who held the phone is not told");
    assert_eq!(page.header(header::ACCESS_CONTROL_ALLOW_ORIGIN), "*");
    assert!(page.header(header::LINK).contains("rel=\"linkset\""));

    let zipped = exchange
        .ask(Method::GET, &lot_path(), &[(header::ACCEPT_ENCODING, "gzip")])
        .await;
    assert_eq!(zipped.header(header::CONTENT_ENCODING), "gzip");
}

#[tokio::test]
async fn the_policy_names_the_style_that_stands_in_the_page() {
    use base64::Engine as _;
    use sha2::Digest as _;

    let exchange = Exchange::open(Differs::default()).await;
    for path in [lot_path(), format!("/01/{GTIN}/10/NO"), "/01/1".to_owned()] {
        let page = exchange.get(&path).await;
        let (_, rest) = page.body.split_once("<style>").expect("a style");
        let (style, _) = rest.split_once("</style>").expect("its end");
        let hash = base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(style));
        assert!(
            page.header(header::CONTENT_SECURITY_POLICY)
                .contains(&format!("style-src 'sha256-{hash}'")),
            "{path}"
        );
        assert!(!page.body.contains("<script"), "{path}");
    }
}

#[tokio::test]
async fn a_held_lot_says_so_and_its_stock_is_not_for_sale() {
    let exchange = Exchange::open(Differs {
        held: true,
        on_sale: true,
    })
    .await;
    let page = exchange.get(&lot_path()).await;
    let until = exchange.app.today().plus_days(3).to_string();
    assert!(
        page.body.contains("Đang giữ lại") && page.body.contains(&until),
        "{}",
        page.body
    );
    assert!(!page.body.contains("Lô hàng có thật</strong>"));
    let list = exchange.get("/tim?q=che").await;
    assert!(
        list.body.contains("Hết hàng") && list.body.contains("/san-pham/che-dinh-ngon"),
        "{}",
        list.body
    );
    let in_stock = exchange.get("/tim?q=che&in_stock=1").await;
    assert!(!in_stock.body.contains("/san-pham/che-dinh-ngon"));
}

#[tokio::test]
async fn a_page_is_kept_until_its_day_ends_and_known_again() {
    let exchange = Exchange::open(Differs::default()).await;
    let first = exchange.get(&lot_path()).await;
    let etag = first.header(header::ETAG).to_owned();
    let again = exchange
        .ask(Method::GET, &lot_path(), &[(header::IF_NONE_MATCH, &etag)])
        .await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    assert!(again.body.is_empty());
    // An unknown parameter changes nothing; another language does.
    let tracked = exchange
        .ask(
            Method::GET,
            &format!("{}?utm_source=x", lot_path()),
            &[(header::IF_NONE_MATCH, &etag)],
        )
        .await;
    assert_eq!(tracked.status, StatusCode::NOT_MODIFIED);
    let english = exchange
        .ask(
            Method::GET,
            &lot_path(),
            &[(header::COOKIE, "lang=en"), (header::IF_NONE_MATCH, &etag)],
        )
        .await;
    assert_eq!(english.status, StatusCode::OK);
    assert!(english.body.contains("<html lang=\"en\"") && english.body.contains("The lot is real"));
    // The certificate ends in 30 days, and with it its stars.
    exchange.app.source().advance(31 * 24 * 3_600_000);
    let later = exchange.get(&lot_path()).await;
    assert!(first.body.contains("4 sao") && !later.body.contains("4 sao"));
}

#[tokio::test]
async fn codes_that_lead_nowhere_say_so() {
    let exchange = Exchange::open(Differs::default()).await;
    for (path, status) in [
        (format!("/01/{GTIN}/10/KHONG-CO"), StatusCode::NOT_FOUND),
        ("/01/08936000000009".to_owned(), StatusCode::BAD_REQUEST),
        ("/01/09520123456788".to_owned(), StatusCode::NOT_FOUND),
        ("/01/09506000134353/10/ABC".to_owned(), StatusCode::BAD_REQUEST),
        (format!("/01/{GTIN}/21/1/10/ABC"), StatusCode::BAD_REQUEST),
        (format!("/01/{GTIN}/10/"), StatusCode::BAD_REQUEST),
        (format!("/01/{GTIN}/10/%zz"), StatusCode::BAD_REQUEST),
        ("/01".to_owned(), StatusCode::BAD_REQUEST),
        ("/01/".to_owned(), StatusCode::BAD_REQUEST),
        ("/414/9520123456788".to_owned(), StatusCode::NOT_FOUND),
        ("/414/9520123456789".to_owned(), StatusCode::BAD_REQUEST),
        ("/8003/1".to_owned(), StatusCode::BAD_REQUEST),
        ("/t/khongphaima".to_owned(), StatusCode::NOT_FOUND),
        (format!("/t/{}", ShortCode::from_bits(1)), StatusCode::NOT_FOUND),
    ] {
        let page = exchange.get(&path).await;
        assert_eq!(page.status, status, "{path}");
        assert!(page.header(header::CONTENT_TYPE).starts_with("text/html"), "{path}");
        assert!(!page.body.contains("scan-say"), "{path}: {}", page.body);
        let problem = exchange.get_as(&path, "application/json").await;
        assert_eq!(problem.status, status, "{path}");
        assert_eq!(
            problem.header(header::CONTENT_TYPE),
            "application/problem+json",
            "{path}"
        );
        assert_eq!(problem.json()["status"], status.as_u16());
        assert_eq!(problem.header(header::ACCESS_CONTROL_ALLOW_ORIGIN), "*", "{path}");
    }
    let unknown = exchange.get(&format!("/01/{GTIN}/10/KHONG-CO")).await;
    assert!(unknown.body.contains("KHONG-CO") && unknown.body.contains("Không tìm thấy mã này"));
    let slipped = exchange.get("/01/09506000134353").await;
    assert!(
        slipped.body.contains("(01)") && slipped.body.contains("chữ số kiểm tra"),
        "{}",
        slipped.body
    );
    let mistyped = exchange.get("/t/khongphaima").await;
    assert!(mistyped.body.contains("gõ sai"));
}

#[tokio::test]
async fn a_serial_is_named_on_the_page_of_its_lot() {
    let exchange = Exchange::open(Differs::default()).await;
    let page = exchange.get(&format!("{}/21/S-77", lot_path())).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("S-77") && page.body.contains("có số riêng"));
    let slash = exchange.get(&format!("{}/", lot_path())).await;
    assert_eq!(slash.status, StatusCode::OK, "a slash at the end is forgiven");
}

#[tokio::test]
async fn a_product_leads_to_its_listing_or_to_its_lots() {
    let selling = Exchange::open(Differs {
        held: false,
        on_sale: true,
    })
    .await;
    let sold = selling.get(&format!("/01/{GTIN}?17=271231&linkType=")).await;
    assert_eq!(sold.status, StatusCode::TEMPORARY_REDIRECT);
    assert_eq!(
        sold.header(header::LOCATION),
        "/san-pham/che-dinh-ngon?17=271231",
        "the query goes along"
    );
    assert!(sold.header(header::LINK).contains("linkType=linkset"));
    let resting = Exchange::open(Differs::default()).await;
    let page = resting.get(&format!("/01/{GTIN}")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.body.contains(&lot_path()) && page.body.contains("HTX Đồi Xanh"),
        "{}",
        page.body
    );
}

#[tokio::test]
async fn a_short_code_leads_to_its_lot() {
    let exchange = Exchange::open(Differs::default()).await;
    let answer = exchange
        .get(&format!("/t/{}", exchange.code.as_str().to_lowercase()))
        .await;
    assert_eq!(answer.status, StatusCode::TEMPORARY_REDIRECT);
    assert_eq!(answer.header(header::LOCATION), lot_path());
}

#[tokio::test]
async fn machines_get_data() {
    let exchange = Exchange::open(Differs {
        held: false,
        on_sale: true,
    })
    .await;
    let answer = exchange.get_as(&lot_path(), "application/ld+json").await;
    assert_eq!(
        (answer.status, answer.header(header::CONTENT_TYPE)),
        (StatusCode::OK, "application/ld+json")
    );
    let data = answer.json();
    assert_eq!(data["@id"], format!("{RESOLVER}{}", lot_path()));
    assert_eq!(data["gtin"], GTIN);
    assert_eq!(data["lot"], "A/1");
    assert_eq!(data["productName"], "Chè đinh <ngon>");
    assert_eq!(data["producer"]["name"], "HTX Đồi Xanh");
    assert_eq!(data["productionDate"], exchange.harvested_on.iso());
    assert_eq!(
        data["certification"].as_array().map(Vec::len),
        Some(1),
        "only what holds today"
    );
    assert_eq!(data["certification"][0]["starRating"]["ratingValue"], 4);
    assert_eq!(data["epcis"].as_array().map(Vec::len), Some(2));
    assert_eq!(data["epcis"][0]["type"], "ObjectEvent");
    assert_eq!(exchange.get(&format!("{}?as=jsonld", lot_path())).await.json(), data);
}

#[tokio::test]
async fn a_linkset_tells_every_level_with_one_default_each() {
    let exchange = Exchange::open(Differs {
        held: false,
        on_sale: true,
    })
    .await;
    let answer = exchange.get(&format!("{}?linkType=linkset", lot_path())).await;
    assert_eq!(answer.header(header::CONTENT_TYPE), "application/linkset+json");
    let document = answer.json();
    assert_eq!(
        exchange.get(&format!("{}?linkType=all", lot_path())).await.json(),
        document
    );
    assert_eq!(
        exchange.get_as(&lot_path(), "application/linkset+json").await.json(),
        document
    );
    let levels = document["linkset"].as_array().expect("levels");
    let anchors: Vec<_> = levels
        .iter()
        .map(|level| level["anchor"].as_str().unwrap_or(""))
        .collect();
    assert_eq!(
        anchors,
        [format!("{RESOLVER}{}", lot_path()), format!("{RESOLVER}/01/{GTIN}")]
    );
    for level in levels {
        assert!(level["itemDescription"].is_string());
        assert_eq!(
            level["https://ref.gs1.org/voc/defaultLink"].as_array().map(Vec::len),
            Some(1)
        );
        for (kind, targets) in level.as_object().expect("an object") {
            for target in targets.as_array().into_iter().flatten() {
                assert!(kind.starts_with("https://ref.gs1.org/voc/"), "{kind}");
                assert!(
                    target["href"].as_str().is_some_and(|href| href.starts_with(RESOLVER)),
                    "{target}"
                );
                assert!(
                    target["title"]
                        .as_str()
                        .is_some_and(|title| !title.contains("scan-say")),
                    "{target}"
                );
            }
        }
    }
    let pip = exchange
        .get(&format!("{}?linkType=gs1:pip&17=271231", lot_path()))
        .await;
    assert_eq!(pip.status, StatusCode::TEMPORARY_REDIRECT);
    assert_eq!(pip.header(header::LOCATION), "/san-pham/che-dinh-ngon?17=271231");
    assert!(pip.header(header::LINK).contains("rel=\"linkset\""));
    for kind in ["gs1:recipeInfo", "https://example.org/x"] {
        let none = exchange.get(&format!("{}?linkType={kind}", lot_path())).await;
        assert_eq!(none.status, StatusCode::NOT_FOUND, "{kind}");
    }
}

#[tokio::test]
async fn every_method_a_resolver_owes() {
    let exchange = Exchange::open(Differs::default()).await;
    let head = exchange.ask(Method::HEAD, &lot_path(), &[]).await;
    assert_eq!(head.status, StatusCode::OK);
    assert!(head.body.is_empty() && head.header(header::LINK).contains("linkset"));
    for path in [
        lot_path(),
        format!("/01/{GTIN}"),
        "/t/X".to_owned(),
        "/8006/1".to_owned(),
    ] {
        let options = exchange
            .ask(Method::OPTIONS, &path, &[(header::ORIGIN, "https://example.org")])
            .await;
        assert_eq!(options.status, StatusCode::NO_CONTENT, "{path}");
        assert_eq!(
            options.header(header::ACCESS_CONTROL_ALLOW_METHODS),
            "GET, HEAD, OPTIONS"
        );
    }
    let description = exchange.get("/.well-known/gs1resolver").await.json();
    assert_eq!(description["resolverRoot"], RESOLVER);
    let root = DigitalLink::parse(&format!("{RESOLVER}/01/{GTIN}")).expect("a link");
    assert!(
        description["supportedPrimaryKeys"]
            .as_array()
            .is_some_and(|keys| keys.contains(&root.primary_key().ai().into()))
    );
}
