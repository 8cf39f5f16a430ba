//! Searching: how people type, what must come first, what is counted, and that nothing typed breaks it.

use std::path::Path;

use choque::demo::{self, Scale, Silent};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use unicode_normalization::UnicodeNormalization;

use crate::{
    harness::{Backend, Farmer, TestApp, text},
    on_both,
};

/// What `GET /api/v1/listings` answers.
async fn found(app: &TestApp, parameters: &[(&str, &str)]) -> Value {
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(parameters)
        .finish();
    app.finds(&query).await
}

async fn titles(app: &TestApp, parameters: &[(&str, &str)]) -> Vec<String> {
    let found = found(app, parameters).await;
    let items = found["items"].as_array().unwrap();
    items.iter().map(|item| text(item, "title")).collect()
}

/// Puts a new product of `category` on sale, made to order.
async fn offers(farmer: &Farmer, name: &str, category: &str, price: i64) -> Value {
    let product = json!({"name": name, "category": category, "unit": "kg"});
    let product = farmer
        .client
        .post("/api/v1/products", &product)
        .await
        .expect(StatusCode::CREATED);
    let offer = json!({"product_id": product["id"], "price": price, "unit": "kg", "on_demand": true});
    farmer
        .client
        .post("/api/v1/listings", &offer)
        .await
        .expect(StatusCode::CREATED)
}

/// The rows of `text_norm_cases.csv`, without its head.
fn spellings() -> Option<Vec<Vec<String>>> {
    let table = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/search/text_norm_cases.csv");
    let Ok(text) = std::fs::read_to_string(&table) else {
        assert!(
            std::env::var("CI").as_deref() != Ok("true"),
            "{} is not there, and in CI nothing is skipped",
            table.display()
        );
        eprintln!("skipped: {} is not there", table.display());
        return None;
    };
    let rows = text
        .lines()
        .skip(1)
        .map(|line| line.split(',').map(str::to_owned).collect());
    Some(rows.collect())
}

on_both!(every_spelling_finds_its_product_first, |app| {
    let Some(rows) = spellings() else { return };
    let farmer = app.farmer().await;
    for row in &rows {
        offers(&farmer, &row[0], "other", 50_000).await;
    }
    app.caught_up().await;
    let mut wrong = Vec::new();
    for row in &rows {
        let mut typed: Vec<String> = row[..6].to_vec();
        typed.push(row[0].nfd().collect());
        // The table's own decomposed form, as bytes in hexadecimal.
        let bytes: Vec<u8> = row[6]
            .as_bytes()
            .chunks(2)
            .map(|two| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap())
            .collect();
        if !bytes.is_empty() {
            typed.push(String::from_utf8(bytes).unwrap());
        }
        typed.push(row[0].to_uppercase());
        typed.push(row[0].to_lowercase());
        for typed in typed {
            let first = titles(app, &[("q", &typed), ("limit", "1")]).await;
            if first.first().map(String::as_str) != Some(&*row[0].nfc().collect::<String>()) {
                wrong.push(format!("{typed}: {first:?} and not {}", row[0]));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of them:\n{}", wrong.len(), wrong.join("\n"));
});

/// The demo province on SQLite: how the words are read does not depend on the database.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_looked_for_comes_first() {
    let app = TestApp::start(Backend::Sqlite).await.unwrap();
    demo::fill(&app.app, Scale::Province, &Silent).await.unwrap();
    app.numbered().await;
    app.caught_up().await;
    let rows: Vec<(&str, &str)> = include_str!("search.csv")
        .lines()
        .skip(1)
        .map(|line| line.split_once(';').unwrap())
        .collect();
    assert!(rows.len() >= 60, "{} searches", rows.len());
    let mut wrong = Vec::new();
    for (query, first) in &rows {
        let got = titles(&app, &[("q", query), ("limit", "3")]).await;
        // A name of several products stands for each of them: `Chè đinh*`.
        let fits = |title: &String| match first.strip_suffix('*') {
            Some(start) => title.starts_with(start),
            None => title == first,
        };
        if !got.first().is_some_and(fits) {
            wrong.push(format!("{query}: {got:?} and not {first}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        rows.len(),
        wrong.join("\n")
    );
    app.finish().await;
}

on_both!(words_that_are_wishes_become_filters, |app| {
    let farmer = app.farmer().await;
    for (name, category, price) in [
        ("Chè móc câu", "tea-green", 250_000),
        ("Chè đinh", "tea-premium", 900_000),
        ("Trà túi lọc 5 sao", "tea-bag", 60_000),
        ("Mật ong", "honey-honey", 180_000),
    ] {
        offers(&farmer, name, category, price).await;
    }
    for (query, all) in [
        ("móc câu dưới 300k", vec!["Chè móc câu"]),
        ("moc cau duoi 300 nghin", vec!["Chè móc câu"]),
        ("mocs caau duwowis 300k", vec!["Chè móc câu"]),
        ("móc câu dưới 200k", vec![]),
        ("trên 500k", vec!["Chè đinh"]),
        ("từ 100k đến 200k", vec!["Mật ong"]),
        ("100-200k", vec!["Mật ong"]),
        ("đinh 1 triệu", vec!["Chè đinh"]),
        ("ở Tân Cương dưới 100k", vec!["Trà túi lọc 5 sao"]),
    ] {
        assert_eq!(titles(app, &[("q", query)]).await, all, "{query}");
    }
    assert_eq!(titles(app, &[("q", "chè ở La Bằng")]).await, Vec::<String>::new());
    let told = found(app, &[("q", "mua chè dưới 300k còn hàng")]).await;
    assert_eq!(
        told["query"]["filters"],
        json!([
            {"kind": "price", "value": "-300000", "said": "dưới 300k", "without": "mua chè còn hàng"},
            {"kind": "in_stock", "value": "1", "said": "còn hàng", "without": "mua chè dưới 300k"},
        ])
    );
    assert_eq!(told["query"]["words"], "mua chè");
    // Words of a title are words: nothing here holds five stars, but one is called so.
    let titled = found(app, &[("q", "trà 5 sao")]).await;
    assert_eq!(titled["items"][0]["title"], "Trà túi lọc 5 sao");
    assert_eq!(titled["query"]["filters"], json!([]));
    assert_eq!(titles(app, &[("q", "chè 4 sao")]).await, Vec::<String>::new());
    // How much is wanted narrows what is found, but never to nothing.
    let kilo = found(app, &[("q", "1kg mật ong")]).await;
    assert_eq!(
        (&kilo["items"][0]["title"], &kilo["query"]["filters"][0]["kind"]),
        (&json!("Mật ong"), &json!("amount"))
    );
    let litre = found(app, &[("q", "mật ong nửa lít")]).await;
    assert_eq!(
        (&litre["items"][0]["title"], &litre["query"]["dropped"]),
        (&json!("Mật ong"), &json!(["nửa lít"]))
    );
    let page = app.guest().get("/tim?q=ch%C3%A8+d%C6%B0%E1%BB%9Bi+300k").await.text();
    assert!(
        page.contains("dưới 300k") && page.contains(r#"href="/tim?q=ch%C3%A8""#),
        "the chip is taken off by a link"
    );
});

on_both!(slips_and_words_too_many_are_told, |app| {
    let farmer = app.farmer().await;
    for name in ["Chè móc câu", "Mật ong bạc hà", "Nấm hương rừng"] {
        offers(&farmer, name, "other", 100_000).await;
    }
    let slip = found(app, &[("q", "mat ong bacj haf")]).await;
    assert_eq!(
        (&slip["items"][0]["title"], &slip["query"]["corrected"]),
        (&json!("Mật ong bạc hà"), &Value::Null)
    );
    let slip = found(app, &[("q", "nam huogn")]).await;
    assert_eq!(
        (&slip["items"][0]["title"], &slip["query"]["corrected"]),
        (&json!("Nấm hương rừng"), &json!("nam hương"))
    );
    let dropped = found(app, &[("q", "mật ong xyzxyz")]).await;
    assert_eq!(
        (&dropped["items"][0]["title"], &dropped["query"]["dropped"]),
        (&json!("Mật ong bạc hà"), &json!(["xyzxyz"]))
    );
    let nothing = found(app, &[("q", "khongcogihet")]).await;
    assert_eq!((&nothing["items"], &nothing["total"]), (&json!([]), &json!(0)));
    // Filters never make words fall away: there is tea, but none of that price.
    let none = found(app, &[("q", "chè móc câu"), ("max_price", "1000")]).await;
    assert_eq!((&none["total"], &none["query"]["dropped"]), (&json!(0), &json!([])));
});

on_both!(each_filter_is_counted_without_itself, |app| {
    let farmer = app.farmer().await;
    offers(&farmer, "Chè móc câu", "tea-green", 250_000).await;
    offers(&farmer, "Chè đinh", "tea-premium", 900_000).await;
    offers(&farmer, "Mật ong", "honey-honey", 180_000).await;
    let all = found(app, &[("facets", "1"), ("category", "tea")]).await;
    let facets = &all["facets"];
    assert_eq!(all["total"], 2);
    assert_eq!(
        facets["category"],
        json!([{"value": "tea-green", "count": 1}, {"value": "tea-premium", "count": 1}, {"value": "honey-honey", "count": 1}])
    );
    assert_eq!(facets["commune"], json!([{"value": "05503", "count": 2}]));
    assert_eq!(facets["seller_kind"], json!([{"value": "household", "count": 2}]));
    assert_eq!(
        facets["price"],
        json!([{"value": "200000-500000", "count": 1}, {"value": "500000-1000000", "count": 1}])
    );
    assert_eq!(facets["in_stock"], json!([{"value": "1", "count": 2}]));
    assert_eq!(facets["origin"], json!([{"value": "own", "count": 2}]));
    assert_eq!((&facets["star"], &facets["certificate"]), (&json!([]), &json!([])));
    // Several values of one filter.
    assert_eq!(found(app, &[("category", "tea-green,honey-honey")]).await["total"], 2);
    assert_eq!(
        found(app, &[("category", "tea-green"), ("category", "honey-honey")]).await["total"],
        2
    );
    assert_eq!(found(app, &[("seller_kind", "company,cooperative")]).await["total"], 0);
    assert_eq!(found(app, &[("origin", "somewhere-else")]).await["total"], 0);
    for (name, value) in [
        ("star", "4,9"),
        ("certificate", "iso"),
        ("seller_kind", "king"),
        ("cursor", "x"),
        ("cursor", "1.2.3"),
    ] {
        let refused = app.guest().get(&format!("/api/v1/listings?{name}={value}")).await;
        assert_eq!(refused.wrong(StatusCode::UNPROCESSABLE_ENTITY), [format!("?{name}")]);
    }
});

on_both!(pages_follow_one_another_while_listings_change, |app| {
    let farmer = app.farmer().await;
    let mut listings = Vec::new();
    for number in 0..10 {
        listings.push(offers(&farmer, &format!("Chè số {number}"), "tea-green", 100_000 + number).await);
    }
    app.caught_up().await;
    for sort in ["", "newest", "price", "-price"] {
        for q in ["", "chè"] {
            let mut seen = Vec::new();
            let mut cursor = String::new();
            loop {
                let mut parameters = vec![("q", q), ("sort", sort), ("limit", "3")];
                if !cursor.is_empty() {
                    parameters.push(("cursor", &cursor));
                }
                let page = found(app, &parameters).await;
                assert_eq!(page["total"], 10);
                seen.extend(page["items"].as_array().unwrap().iter().map(|item| text(item, "id")));
                match page["next_cursor"].as_str() {
                    Some(next) => next.clone_into(&mut cursor),
                    None => break,
                }
                // Somebody gives one that was shown another category, and it moves to another segment of the index.
                let shown = seen.len() - 1;
                let at = listings
                    .iter()
                    .position(|listing| text(listing, "id") == seen[shown])
                    .unwrap();
                let stock = json!({"price": 100_000 + i64::try_from(at).unwrap()});
                let path = format!("/api/v1/listings/{}", seen[shown]);
                farmer.client.patch(&path, &stock).await.expect(StatusCode::OK);
                app.caught_up().await;
            }
            let mut once = seen.clone();
            once.sort_unstable();
            once.dedup();
            assert_eq!((seen.len(), once.len()), (10, 10), "{sort} {q}: none twice, none lost");
        }
    }
    let prices = found(app, &[("sort", "-price"), ("limit", "10")]).await;
    let prices: Vec<i64> = prices["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["price"].as_i64().unwrap())
        .collect();
    assert!(prices.is_sorted_by(|a, b| a >= b), "{prices:?}");
});

on_both!(suggestions_begin_like_what_is_typed, |app| {
    let farmer = app.farmer().await;
    offers(&farmer, "Chè móc câu Hảo Đạt", "tea-green", 250_000).await;
    offers(&farmer, "Chè đinh", "tea-premium", 900_000).await;
    let suggest = async |q: &str| {
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("q", q)
            .finish();
        app.guest()
            .get(&format!("/api/v1/listings/suggest?{query}"))
            .await
            .expect(StatusCode::OK)["items"]
            .clone()
    };
    app.caught_up().await;
    for q in ["chè m", "che m", "CHE MOC C", "chef mo", "che2 moc", "chè móc câu hảo"] {
        let items = suggest(q).await;
        assert_eq!(
            (&items[0]["kind"], &items[0]["text"]),
            (&json!("product"), &json!("Chè móc câu Hảo Đạt")),
            "{q}"
        );
        let href = text(&items[0], "href");
        assert!(
            app.guest().get(&href).await.text().contains("Chè móc câu Hảo Đạt"),
            "{href}"
        );
    }
    let of_kind = |items: &Value, kind: &str| -> Vec<String> {
        let items = items.as_array().unwrap().iter();
        items
            .filter(|item| item["kind"] == kind)
            .map(|item| text(item, "text"))
            .collect()
    };
    assert_eq!(of_kind(&suggest("mật").await, "category"), ["Mật ong", "Mật ong"]);
    assert_eq!(
        of_kind(&suggest("hộ chè nguy").await, "seller"),
        ["Hộ chè Nguyễn Thị Lan"]
    );
    assert_eq!(
        of_kind(&suggest("tan cuo").await, "commune"),
        ["Xã Tân Cương, Thái Nguyên"]
    );
    for nothing in ["", "  ", "%%", "\u{200b}", "zzzzqq"] {
        assert_eq!(suggest(nothing).await, json!([]), "{nothing:?}");
    }
    assert!(suggest(&"chè ".repeat(1250)).await.as_array().unwrap().len() <= 8);
});

on_both!(nothing_that_is_typed_breaks_it, |app| {
    let farmer = app.farmer().await;
    offers(&farmer, "Chè đinh", "tea-premium", 900_000).await;
    for (typed, total) in [
        ("ch\u{200b}è\u{202e} \u{feff}đinh", 1),
        ("\u{202e}\u{200b}", 1),
        ("chè\u{0}đinh", 1),
        ("'; drop table listing; --", 0),
        ("{{7*7}} ${7*7} <script>", 0),
        ("\"chè", 1),
        ("+chè -đinh", 1),
        ("chè~1 đinh^5", 1),
        ("title:[* TO *]", 0),
        ("\u{1F375}", 0),
        ("%%%___", 0),
    ] {
        let answer = found(app, &[("q", typed)]).await;
        assert_eq!(answer["total"], total, "{typed:?}: {answer}");
    }
    for long in [
        "chè ".repeat(1250),
        "a".repeat(5000),
        "đ1k-".repeat(1250),
        "dưới 5k ".repeat(600),
        "ọ".repeat(5000),
    ] {
        let answer = found(app, &[("q", &long)]).await;
        assert_eq!(answer["query"]["cut"], true);
        let page = Method::GET;
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("q", &long)
            .finish();
        let request = app.guest().request(page, &format!("/tim?{query}"));
        let shown = request.send().await.unwrap();
        assert_eq!(shown.status(), StatusCode::OK);
        assert!(shown.text().await.unwrap().contains("Câu tìm dài quá"));
    }
    for raw in [
        "q=%ED%A0%80",
        "q=%C3",
        "q=%",
        "star=%00",
        "origin=,,,,",
        "category=%27%22",
        "q=a&q=b&sort=price&sort=-price",
    ] {
        let answer = app.guest().get(&format!("/api/v1/listings?{raw}")).await;
        assert!(
            answer.status == StatusCode::OK || answer.status.is_client_error(),
            "{raw}"
        );
    }
});

on_both!(a_badge_and_its_count_end_on_the_day, |app| {
    let farmer = app.farmer().await;
    let listing = offers(&farmer, "Chè đinh", "tea-premium", 900_000).await;
    app.holds_stars(&listing, 4, 36).await;
    app.caught_up().await;
    for (star, total) in [("4", 1), ("3,5", 0)] {
        assert_eq!(found(app, &[("star", star)]).await["total"], total, "{star}");
    }
    assert_eq!(
        found(app, &[("q", "ocop 4 sao"), ("facets", "1")]).await["facets"]["star"],
        json!([{"value": "4", "count": 1}])
    );
    // Nothing is written: the calendar alone ends it, at once.
    app.app.source().advance(37 * 31 * 24 * 60 * 60 * 1000);
    let after = found(app, &[("facets", "1")]).await;
    assert_eq!(
        (&after["items"][0]["star"], &after["facets"]["star"]),
        (&Value::Null, &json!([]))
    );
    assert_eq!(found(app, &[("star", "4")]).await["total"], 0);
    app.app.source().advance(-37 * 31 * 24 * 60 * 60 * 1000);
    assert_eq!(found(app, &[("star", "4")]).await["total"], 1, "and back");
});

on_both!(an_index_is_kept_over_a_restart_and_made_anew_when_it_must_be, |app| {
    let farmer = app.farmer().await;
    offers(&farmer, "Chè đinh", "tea-premium", 900_000).await;
    app.caught_up().await;
    assert_eq!(found(app, &[("q", "đinh")]).await["total"], 1);
    let again = app.beside().await;
    again.caught_up().await;
    assert_eq!(
        found(&again, &[("q", "đinh")]).await["total"],
        1,
        "a second process has an index of its own"
    );
    offers(&farmer, "Chè móc câu", "tea-green", 300_000).await;
    again.caught_up().await;
    assert_eq!(
        found(&again, &[("q", "móc câu")]).await["total"],
        1,
        "it follows what the first one writes"
    );
    // A cursor of one process is good in the other.
    app.caught_up().await;
    let page = found(app, &[("limit", "1"), ("q", "chè")]).await;
    let next = found(
        &again,
        &[
            ("limit", "1"),
            ("q", "chè"),
            ("cursor", page["next_cursor"].as_str().unwrap()),
        ],
    )
    .await;
    assert_ne!(page["items"][0]["id"], next["items"][0]["id"]);
    assert_eq!(next["next_cursor"], Value::Null);
    again.finish().await;
});
