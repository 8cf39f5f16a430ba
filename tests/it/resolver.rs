//! The statements of the GS1-Conformant Resolver standard. `resolver.csv` says of each which test here holds it, or why it
//! is excepted; an `id` is the beginning of the SHA-256 of the statement's own words, so that none is missed.
//!
//! One exception runs through all: the default link of a batch, of a unit and of a place is our own page, and a scan is
//! answered with that page at once, not with a redirect to it. A product that is on sale redirects.

use std::fmt::Write as _;

use std::{collections::BTreeMap, path::Path};

use choque::app::sha256;
use digital_link::{DigitalLink, compress};
use reqwest::{Method, Response, StatusCode, header};
use serde_json::{Value, json};

use crate::{
    harness::{Farmer, RESOLVER, TestApp, text},
    on_both,
};

const VOCABULARY: &str = "https://ref.gs1.org/voc/";

/// A file of GS1's, or `None` outside CI when it is not there.
fn shared(name: &str) -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/data/trace")
        .join(name);
    let found = std::fs::read_to_string(&path).ok();
    if found.is_none() {
        assert!(
            std::env::var("CI").as_deref() != Ok("true"),
            "{} is missing",
            path.display()
        );
        println!("skipped: {} is missing", path.display());
    }
    found
}

#[test]
fn every_statement_has_its_test_or_its_reason() {
    let own = include_str!("resolver.rs");
    let mut covered: BTreeMap<String, String> = BTreeMap::new();
    let mut table = csv::Reader::from_reader(include_str!("resolver.csv").as_bytes());
    for row in table.records() {
        let row = row.unwrap();
        let by = row[2].to_owned();
        match by.strip_prefix("exception: ") {
            Some(reason) => assert!(reason.len() > 20, "{by}"),
            None => assert!(
                own.contains(&format!("on_both!({by}, ")) || own.contains(&format!("fn {by}()")),
                "there is no test {by}"
            ),
        }
        assert!(
            covered.insert(row[0].to_owned(), by).is_none(),
            "{} stands twice",
            &row[0]
        );
    }
    let Some(statements) = shared("resolver-conformance/ConformantResolver1_0.txt") else {
        return;
    };
    let mut met = 0;
    for line in statements.lines() {
        let statement = line.trim().trim_start_matches('-').trim();
        // Lines that end with a colon are headings.
        if statement.is_empty() || statement.ends_with(':') {
            continue;
        }
        met += 1;
        assert!(
            covered.contains_key(&sha256(statement)[..12]),
            "neither test nor reason: {statement}"
        );
    }
    assert!(met >= 35, "only {met} statements");
}

/// A lot of tea, and where it is.
struct Tea {
    farmer: Farmer,
    product: Value,
    gtin: String,
    lot: String,
    /// `/01/…/10/…`
    path: String,
}

async fn tea(app: &TestApp) -> Tea {
    let farmer = app.farmer().await;
    let product = farmer.makes("Chè tôm nõn").await;
    let batch = farmer.harvests(&product, "20").await;
    Tea {
        gtin: text(&batch, "gtin"),
        lot: text(&batch, "lot"),
        path: text(&batch, "digital_link").replace(RESOLVER, ""),
        farmer,
        product,
    }
}

impl Tea {
    async fn goes_on_sale(&self) -> Value {
        let offer = json!({"product_id": self.product["id"], "price": 350_000, "unit": "kg", "on_demand": true});
        let listing = self.farmer.client.post("/api/v1/listings", &offer).await;
        listing.expect(StatusCode::CREATED)
    }
}

async fn ask(app: &TestApp, method: Method, path: &str, headers: &[(&str, &str)]) -> Response {
    let mut request = app.guest().request(method, path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap()
}

async fn get(app: &TestApp, path: &str, headers: &[(&str, &str)]) -> Response {
    ask(app, Method::GET, path, headers).await
}

/// The `Link` headers of an answer, one after the other.
fn links(response: &Response) -> String {
    let all = response.headers().get_all(header::LINK).iter();
    all.map(|value| value.to_str().unwrap()).collect::<Vec<_>>().join(", ")
}

fn location(response: &Response) -> &str {
    response.headers()[header::LOCATION].to_str().unwrap()
}

on_both!(methods_and_cors, |app| {
    let tea = tea(app).await;
    choque::scan::number_places(&app.app).await.unwrap();
    let gln = gln_of(app, "seller").await;
    let compressed = compressed(&tea.path);
    for path in [
        &tea.path,
        &format!("/01/{}", tea.gtin),
        &format!("/414/{gln}"),
        &compressed,
    ] {
        let got = get(app, path, &[]).await;
        let head = ask(app, Method::HEAD, path, &[]).await;
        assert_eq!(
            (got.status(), head.status()),
            (StatusCode::OK, StatusCode::OK),
            "{path}"
        );
        assert_eq!(links(&got), links(&head), "{path}");
        assert!(head.text().await.unwrap().is_empty(), "{path}");
        let asked = ask(app, Method::OPTIONS, path, &[("origin", "https://example.org")]).await;
        assert_eq!(asked.status(), StatusCode::NO_CONTENT, "{path}");
        assert_eq!(
            asked.headers()[header::ACCESS_CONTROL_ALLOW_METHODS],
            "GET, HEAD, OPTIONS"
        );
        for answer in [&got, &asked] {
            assert_eq!(answer.headers()[header::ACCESS_CONTROL_ALLOW_ORIGIN], "*", "{path}");
        }
    }
});

on_both!(every_qualifier_is_understood, |app| {
    let tea = tea(app).await;
    let (gtin, lot) = (&tea.gtin, &tea.lot);
    // What is not known of a unit or a variant leads to the next that is.
    for (path, says) in [
        (format!("/01/{gtin}/22/2A"), tea.gtin.as_str()),
        (format!("/01/{gtin}/21/S-1"), tea.gtin.as_str()),
        (format!("/01/{gtin}/235/TPX1"), tea.gtin.as_str()),
        (format!("/01/{gtin}/22/2A/10/{lot}"), lot.as_str()),
        (format!("/01/{gtin}/22/2A/10/{lot}/21/S-1"), lot.as_str()),
        (format!("/01/{gtin}/10/{lot}/21/S-1"), lot.as_str()),
    ] {
        let page = get(app, &path, &[]).await;
        assert_eq!(page.status(), StatusCode::OK, "{path}");
        assert!(links(&page).contains("rel=\"linkset\""), "{path}");
        assert!(page.text().await.unwrap().contains(says), "{path}");
        let set: Value = get(app, &format!("{path}?linkType=linkset"), &[])
            .await
            .json()
            .await
            .unwrap();
        let last = set["linkset"].as_array().unwrap().last().unwrap();
        assert_eq!(last["anchor"], format!("{RESOLVER}/01/{gtin}"), "{path}");
    }
    choque::scan::number_places(&app.app).await.unwrap();
    let gln = gln_of(app, "seller").await;
    let place = get(app, &format!("/414/{gln}/254/KHO-2"), &[]).await;
    assert_eq!(place.status(), StatusCode::OK);
});

on_both!(what_is_no_code_is_refused_and_never_breaks, |app| {
    let tea = tea(app).await;
    let long = "9".repeat(10 * 1024);
    for path in [
        "/01/1".to_owned(),
        "/01/09520123456789".to_owned(),
        format!("/01/{}/10/{}", tea.gtin, "A".repeat(21)),
        format!("/01/{}/10/{long}", tea.gtin),
        format!("/01/{long}"),
        format!("/01/{}/10/%00", tea.gtin),
        format!("/01/{}/10/a%00b", tea.gtin),
        format!("/01/{}/10/%ff%fe", tea.gtin),
        format!("/01/{}/10/%c0%af", tea.gtin),
        format!("/01/{}/21/1/10/A", tea.gtin),
        format!("/01/{}?17=269999", tea.gtin),
        format!("/01/{}/10", tea.gtin),
        format!("/01/{}/AAAA", tea.gtin),
        "/414/1".to_owned(),
        "/8003/x/y/z".to_owned(),
    ] {
        let short = &path[..path.len().min(80)];
        let page = get(app, &path, &[]).await;
        assert_eq!(page.status(), StatusCode::BAD_REQUEST, "{short}");
        let problem = get(app, &path, &[("accept", "application/json")]).await;
        assert_eq!(problem.status(), StatusCode::BAD_REQUEST, "{short}");
        assert_eq!(
            problem.headers()[header::CONTENT_TYPE],
            "application/problem+json",
            "{short}"
        );
    }
    // Well formed, and nothing of ours.
    for path in [
        format!("/01/{}/10/a%2Fb%2Fc", tea.gtin),
        "/414/9520123456788".to_owned(),
        "/00/006141411234567890".to_owned(),
        "/t/%00".to_owned(),
        "/t/%ff".to_owned(),
        format!("/t/{long}"),
        format!("/{long}"),
        "/%ff%fe".to_owned(),
        "/AAAAAAAAAAAA".to_owned(),
        "/____".to_owned(),
    ] {
        let status = get(app, &path, &[]).await.status();
        assert!(
            [StatusCode::NOT_FOUND, StatusCode::BAD_REQUEST].contains(&status),
            "{}: {status}",
            &path[..path.len().min(80)]
        );
    }
    // A repeatable walk through addresses that come close.
    let pieces = [
        "/01",
        "/10",
        "/21",
        "/22",
        "/414",
        "/254",
        "/",
        "//",
        "%2F",
        "%00",
        "%",
        "?linkType=linkset",
        "&17=261231",
        "..",
        "é",
        "\u{1F375}",
        "?as=jsonld",
        "?linkType=",
        "#",
        "/ARHKVAdpQg",
        "?full=1&lang=xx",
        "+",
        ";",
        "/99999999999999",
    ];
    let mut state = 20_261_118_u64;
    let mut next = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    for _ in 0..150 {
        let mut path = if next(2) == 0 {
            format!("/01/{}", tea.gtin)
        } else {
            tea.path.clone()
        };
        for _ in 0..next(5) {
            path.push_str(pieces[next(pieces.len())]);
        }
        let status = get(app, &path, &[]).await.status();
        assert!(!status.is_server_error(), "{path}: {status}");
    }
});

on_both!(errors_are_never_told_under_200, |app| {
    let tea = tea(app).await;
    for path in [
        format!("/01/{}/10/KHONG-CO", tea.gtin),
        "/01/09520123456788".to_owned(),
        "/01/1".to_owned(),
        "/414/9520123456788".to_owned(),
        "/t/KHONGPHAI".to_owned(),
    ] {
        for accept in [
            "text/html",
            "application/json",
            "application/ld+json",
            "application/linkset+json",
        ] {
            let status = get(app, &path, &[("accept", accept)]).await.status();
            assert!(status.is_client_error(), "{path} as {accept}: {status}");
        }
    }
});

/// The compressed form of a path.
fn compressed(path: &str) -> String {
    format!("/{}", compress(&DigitalLink::parse_path(path).unwrap()))
}

on_both!(compressed_addresses_are_answered, |app| {
    let tea = tea(app).await;
    let whole = compressed(&tea.path);
    let lot = compress(&DigitalLink::parse_path(&tea.path).unwrap());
    assert!(whole.len() < tea.path.len(), "{lot} is shorter");
    // In part: the primary key stays as it is, in bits the lot follows it.
    let part = {
        let mut bits = String::from("00010000");
        bits.push_str("100");
        write!(bits, "{:05b}", tea.lot.len()).unwrap();
        for letter in tea.lot.bytes() {
            write!(bits, "{letter:07b}").unwrap();
        }
        format!("/01/{}/{}", tea.gtin, base64url(&bits))
    };
    for path in [&whole, &part] {
        let page = get(app, path, &[]).await;
        assert_eq!(page.status(), StatusCode::OK, "{path} is answered, not redirected");
        let links = links(&page);
        assert!(
            links.contains(&format!("<{RESOLVER}{}>; rel=\"owl:sameAs\"", tea.path)),
            "{path}: {links}"
        );
        assert!(links.contains("rel=\"linkset\""), "{path}: {links}");
        assert!(page.text().await.unwrap().contains(&tea.lot), "{path}");
        let set: Value = get(app, &format!("{path}?linkType=linkset"), &[])
            .await
            .json()
            .await
            .unwrap();
        assert_eq!(set["linkset"][0]["anchor"], format!("{RESOLVER}{}", tea.path), "{path}");
    }
    let product = get(app, &compressed(&format!("/01/{}", tea.gtin)), &[]).await;
    assert_eq!(product.status(), StatusCode::OK);
    let listing = tea.goes_on_sale().await;
    app.caught_up().await;
    let sold = get(
        app,
        &format!("{}?17=271231", compressed(&format!("/01/{}", tea.gtin))),
        &[],
    )
    .await;
    assert_eq!(sold.status(), StatusCode::TEMPORARY_REDIRECT);
    assert_eq!(
        location(&sold),
        format!("/san-pham/{}?17=271231", text(&listing, "slug"))
    );
    // Of nothing here, and no address at all.
    let foreign = get(app, "/ARHKVAdpQg", &[]).await;
    assert_eq!(foreign.status(), StatusCode::NOT_FOUND);
    assert!(foreign.text().await.unwrap().contains("09780345418913"));
    let none = get(app, "/khong-co-trang-nay", &[]).await;
    assert_eq!(none.status(), StatusCode::NOT_FOUND);
    let posted = ask(app, Method::POST, &whole, &[]).await;
    assert_eq!(posted.status(), StatusCode::NOT_FOUND);
});

/// Bits as base64url.
fn base64url(bits: &str) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    bits.as_bytes()
        .chunks(6)
        .map(|six| {
            let six = format!("{:0<6}", std::str::from_utf8(six).unwrap());
            char::from(LETTERS[usize::from_str_radix(&six, 2).unwrap()])
        })
        .collect()
}

/// The GLN of the first place of a kind.
async fn gln_of(app: &TestApp, kind: &str) -> String {
    use entity::scan::place_code::{Column, Entity, Kind};
    use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
    let kind = if kind == "market" { Kind::Market } else { Kind::Seller };
    let row = Entity::find()
        .filter(Column::Kind.eq(kind))
        .one(app.app.db().read())
        .await;
    row.unwrap().unwrap().gln.to_string()
}

on_both!(linksets_obey_the_schema_of_gs1, |app| {
    let tea = tea(app).await;
    tea.goes_on_sale().await;
    app.stall_keeper().await;
    choque::scan::number_places(&app.app).await.unwrap();
    let (market, seller) = (gln_of(app, "market").await, gln_of(app, "seller").await);
    let schema = shared("gs1-linkset/gs1-linkset-schema.json")
        .map(|text| jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap());
    for (path, anchors) in [
        (format!("/01/{}", tea.gtin), 1),
        (tea.path.clone(), 2),
        (format!("{}/21/S-1", tea.path), 3),
        (format!("/414/{market}"), 1),
        (format!("/414/{market}/254/A-12"), 2),
        (format!("/414/{seller}"), 1),
    ] {
        let by_type = get(app, &format!("{path}?linkType=linkset"), &[]).await;
        assert_eq!(by_type.status(), StatusCode::OK, "{path}");
        assert_eq!(
            by_type.headers()[header::CONTENT_TYPE],
            "application/linkset+json",
            "{path}"
        );
        let set: Value = by_type.json().await.unwrap();
        let all: Value = get(app, &format!("{path}?linkType=all"), &[])
            .await
            .json()
            .await
            .unwrap();
        let by_header = get(app, &path, &[("accept", "application/linkset+json")]).await;
        assert_eq!(
            (&all, &by_header.json::<Value>().await.unwrap()),
            (&set, &set),
            "{path}"
        );
        if let Some(schema) = &schema {
            let faults: Vec<String> = schema.iter_errors(&set).map(|error| error.to_string()).collect();
            assert_eq!(faults, Vec::<String>::new(), "{path}: {set}");
        }
        let levels = set["linkset"].as_array().unwrap();
        assert_eq!(levels.len(), anchors, "{path}");
        let mut before = format!("{RESOLVER}{path}/");
        for level in levels {
            // Each level lies within the one after it, up to the primary key.
            let anchor = text(level, "anchor");
            assert!(before.starts_with(&format!("{anchor}/")), "{anchor} after {before}");
            before = format!("{anchor}/");
            let default = level[format!("{VOCABULARY}defaultLink")].as_array().unwrap();
            assert_eq!(default.len(), 1, "{anchor}");
            let attributes: Vec<_> = default[0].as_object().unwrap().keys().collect();
            assert_eq!(attributes, ["href", "title"], "{anchor}");
            let mut described = 0;
            for (kind, targets) in level.as_object().unwrap() {
                let Some(kind) = kind.strip_prefix(VOCABULARY) else {
                    continue;
                };
                for target in targets.as_array().unwrap() {
                    assert!(!text(target, "title").contains("scan-"), "{target}");
                    assert!(text(target, "href").starts_with(RESOLVER), "{target}");
                    if kind == "defaultLink" {
                        continue;
                    }
                    let media = text(target, "type");
                    assert!(
                        ["text/html", "application/ld+json"].contains(&media.as_str()),
                        "{target}"
                    );
                    assert!(media != "text/html" || target["hreflang"].is_array(), "{target}");
                    described += usize::from(!kind.starts_with("default") && target["href"] == default[0]["href"]);
                    let plain = text(target, "href");
                    let plain = plain.split('?').next().unwrap().to_owned();
                    described += usize::from(!kind.starts_with("default") && default[0]["href"] == plain);
                }
            }
            assert!(described > 0, "{anchor}: the default link has no descriptive type");
        }
        let last = text(levels.last().unwrap(), "anchor");
        assert_eq!(last.split('/').count(), 5, "{last} is a primary key alone");
    }
});

on_both!(linksets_have_a_context, |app| {
    let tea = tea(app).await;
    let set = get(app, &format!("{}?linkType=linkset", tea.path), &[]).await;
    let links = links(&set);
    assert!(
        links.contains("rel=\"http://www.w3.org/ns/json-ld#context\""),
        "{links}"
    );
    let (_, rest) = links.split_once(&format!("<{RESOLVER}")).unwrap();
    let (path, _) = rest.split_once('>').unwrap();
    let context = get(app, path, &[]).await;
    assert_eq!(context.status(), StatusCode::OK);
    assert_eq!(context.headers()[header::CONTENT_TYPE], "application/ld+json");
    let context: Value = context.json().await.unwrap();
    assert_eq!(context["@context"]["anchor"], "@id");
    assert_eq!(context["@context"]["@vocab"], VOCABULARY);
});

on_both!(the_default_link_is_answered_or_led_to, |app| {
    let tea = tea(app).await;
    let product = format!("/01/{}", tea.gtin);
    for path in [
        tea.path.clone(),
        format!("{}/", tea.path),
        format!("{}?linkType=defaultLink", tea.path),
        format!("{}?linkType=gs1:defaultLink", tea.path),
        product.clone(),
        format!("{product}/"),
    ] {
        let page = get(app, &path, &[]).await;
        assert_eq!(page.status(), StatusCode::OK, "{path}");
        assert!(links(&page).contains("?linkType=linkset>; rel=\"linkset\""), "{path}");
    }
    let listing = tea.goes_on_sale().await;
    app.caught_up().await;
    let led = get(app, &format!("{product}/?utm_source=tem&17=271231"), &[]).await;
    assert_eq!(led.status(), StatusCode::TEMPORARY_REDIRECT);
    assert_eq!(
        location(&led),
        format!("/san-pham/{}?utm_source=tem&17=271231", text(&listing, "slug"))
    );
    assert!(links(&led).contains("rel=\"linkset\""), "even when redirecting");
    let set: Value = get(app, &format!("{product}?linkType=linkset"), &[])
        .await
        .json()
        .await
        .unwrap();
    let default = &set["linkset"][0][format!("{VOCABULARY}defaultLink")][0];
    assert_eq!(
        default["href"],
        format!("{RESOLVER}/san-pham/{}", text(&listing, "slug"))
    );
});

on_both!(links_of_a_type, |app| {
    let tea = tea(app).await;
    for kind in [
        "gs1:traceability",
        "https://gs1.org/voc/traceability",
        "https%3A%2F%2Fref.gs1.org%2Fvoc%2Ftraceability",
    ] {
        let at = format!("{}?linkType={kind}&serie=7&17=271231", tea.path);
        let led = get(app, &at, &[]).await;
        assert_eq!(led.status(), StatusCode::TEMPORARY_REDIRECT, "{kind}");
        assert_eq!(
            location(&led),
            format!("{}?lang=vi&serie=7&17=271231", tea.path),
            "{kind}"
        );
        assert!(links(&led).contains("rel=\"linkset\""), "{kind}");
    }
    let at = format!("{}?linkType=gs1:traceability", tea.path);
    let english = get(app, &at, &[("accept-language", "en-US,en;q=0.9,vi;q=0.5")]).await;
    assert_eq!(location(&english), format!("{}?lang=en", tea.path));
    let by_context = get(app, &format!("{at}&context=vi"), &[("accept-language", "en")]).await;
    assert_eq!(location(&by_context), format!("{}?lang=vi", tea.path));
    let page = get(app, &format!("{}?lang=en", tea.path), &[])
        .await
        .text()
        .await
        .unwrap();
    assert!(page.contains("<html lang=\"en\"") && page.contains("The lot is real"));
    let title = |language: &'static str| {
        let (app, at) = (app, format!("{}?linkType=linkset", tea.path));
        async move {
            let set: Value = get(app, &at, &[("accept-language", language)])
                .await
                .json()
                .await
                .unwrap();
            text(&set["linkset"][0][format!("{VOCABULARY}defaultLink")][0], "title")
        }
    };
    assert_ne!(title("vi").await, title("en").await);
    for kind in ["gs1:recipeInfo", "gs1:", "https://example.org/x", "schema:review"] {
        let none = get(app, &format!("{}?linkType={kind}", tea.path), &[]).await;
        assert_eq!(none.status(), StatusCode::NOT_FOUND, "{kind}");
    }
});

on_both!(the_description_obeys_its_schema, |app| {
    let answer = get(app, "/.well-known/gs1resolver", &[]).await;
    assert_eq!(answer.headers()[header::ACCESS_CONTROL_ALLOW_ORIGIN], "*");
    let description: Value = answer.json().await.unwrap();
    assert_eq!(description["resolverRoot"], RESOLVER);
    assert_eq!(description["supportedPrimaryKeys"], json!(["01", "414"]));
    let context = text(&description, "jsonLdContextLocation").replace(RESOLVER, "");
    assert_eq!(get(app, &context, &[]).await.status(), StatusCode::OK);
    if let Some(schema) = shared("gs1resolver-description-file-schema-1.2.0.json") {
        let schema = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
        let faults: Vec<String> = schema
            .iter_errors(&description)
            .map(|error| error.to_string())
            .collect();
        assert_eq!(faults, Vec::<String>::new());
    }
});

on_both!(places_have_numbers_of_their_own, |app| {
    let farmer = app.farmer().await;
    let keeper = app.stall_keeper().await;
    let given = choque::scan::number_places(&app.app).await.unwrap();
    assert_eq!(given, 2, "a seller and a market");
    assert_eq!(choque::scan::number_places(&app.app).await.unwrap(), 0, "each once");
    let (market, seller) = (gln_of(app, "market").await, gln_of(app, "seller").await);
    assert_ne!(market, seller);
    for gln in [&market, &seller] {
        assert!(
            digital_link::Gln::parse(gln).is_ok() && gln.starts_with("22"),
            "{gln} is a restricted one"
        );
    }
    let page = app.guest().get(&format!("/414/{market}")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text().contains("Chợ Thái") && page.text().contains(&format!("/cho/{}", keeper.market_slug)));
    let stall = app.guest().get(&format!("/414/{market}/254/A-12")).await;
    assert!(stall.text().contains("rau xanh"), "{}", stall.text());
    let no_stall = app.guest().get(&format!("/414/{market}/254/Z-99")).await;
    assert_eq!(
        no_stall.status,
        StatusCode::OK,
        "an unknown extension leads to the whole place"
    );
    assert!(!no_stall.text().contains("rau xanh"));
    let made = app.guest().get(&format!("/414/{seller}")).await;
    assert!(made.text().contains("Hộ chè Nguyễn Thị Lan") && made.text().contains("Xã Tân Cương"));
    let data: Value = get(
        app,
        &format!("/414/{market}/254/A-12"),
        &[("accept", "application/ld+json")],
    )
    .await
    .json()
    .await
    .unwrap();
    assert_eq!(data["@id"], format!("{RESOLVER}/414/{market}/254/A-12"));
    assert_eq!(data["containsPlace"]["branchCode"], "A-12");
    drop(farmer);
});
