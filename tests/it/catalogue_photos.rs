//! Photographs of products: their order, their words, how they are refused, and how they arrive in pieces.

use choque::{app::sha256, media};
use entity::media::{photo, upload, upload_piece};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use reqwest::{Method, StatusCode, header};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

use crate::{
    harness::{Answer, Client, Farmer, TestApp, text},
    on_both,
};

const INVALID: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
const A_DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// A picture of its own for every `seed`.
fn picture(width: u32, height: u32, seed: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let noise = (x.wrapping_mul(7919) ^ y.wrapping_mul(104_729)).wrapping_mul(2_654_435_761) >> 27;
        Rgb([x, y, noise + seed * 37].map(|value| u8::try_from(value % 256).unwrap()))
    })
}

fn encoded(picture: RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Vec::new();
    DynamicImage::from(picture)
        .write_to(&mut std::io::Cursor::new(&mut bytes), format)
        .unwrap();
    bytes
}

fn jpeg(seed: u32) -> Vec<u8> {
    encoded(picture(700, 500, seed), ImageFormat::Jpeg)
}

async fn send(client: &Client, path: &str, kind: &str, bytes: Vec<u8>) -> Answer {
    let request = client
        .request(Method::POST, path)
        .header(header::CONTENT_TYPE, kind)
        .body(bytes);
    Answer::of(Method::POST, path, request).await
}

/// A product and the address of its photographs.
async fn photographed(farmer: &Farmer) -> (Value, String) {
    let product = farmer.makes("Chè tôm nõn").await;
    let path = format!("/api/v1/products/{}/photos", text(&product, "id"));
    (product, path)
}

async fn with_three(farmer: &Farmer) -> (Value, String, Vec<String>) {
    let (product, path) = photographed(farmer).await;
    let mut ids = Vec::new();
    for seed in 0..3 {
        let made = send(&farmer.client, &path, "image/jpeg", jpeg(seed)).await;
        ids.push(text(&made.expect(StatusCode::CREATED), "id"));
    }
    (product, path, ids)
}

fn ids_of(list: &Value) -> Vec<String> {
    list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| text(item, "id"))
        .collect()
}

on_both!(photographs_stand_in_the_sellers_order, |app| {
    let farmer = app.farmer().await;
    let (product, path, ids) = with_three(&farmer).await;
    let listed = app.guest().get(&path).await.expect(StatusCode::OK);
    assert_eq!((ids_of(&listed), &listed["total"]), (ids.clone(), &json!(3)));
    let order = json!({"photos": [ids[2], ids[0], ids[1]]});
    let ordered = farmer.client.put(&path, &order).await.expect(StatusCode::OK);
    let now = vec![ids[2].clone(), ids[0].clone(), ids[1].clone()];
    assert_eq!(ids_of(&ordered), now);
    let shown = app
        .guest()
        .get(&format!("/api/v1/products/{}", text(&product, "id")))
        .await
        .expect(StatusCode::OK);
    assert_eq!(shown["photos"], json!(now));
    // The first one stands for the product in lists.
    let offer = json!({"product_id": product["id"], "price": 1000, "unit": "kg", "on_demand": true});
    farmer
        .client
        .post("/api/v1/listings", &offer)
        .await
        .expect(StatusCode::CREATED);
    let lists = app.guest().get("/api/v1/listings").await.expect(StatusCode::OK);
    assert!(lists["items"][0]["photo"].to_string().contains(&ids[2]));
    let nobodys = "0193a6c8-4b1e-7c32-9d40-0f2a4c6e8a10";
    for (photos, pointers) in [
        (json!([ids[0], ids[1]]), vec!["/photos"]),
        (json!([]), vec!["/photos"]),
        (json!([ids[0], ids[0], ids[1]]), vec!["/photos/1"]),
        (json!([ids[0], nobodys, ids[1]]), vec!["/photos/1"]),
        (json!([ids[0], 7, "x"]), vec!["/photos/1", "/photos/2"]),
        (json!("x"), vec!["/photos"]),
        (Value::Null, vec!["/photos"]),
        (json!(vec![nobodys; 101]), vec!["/photos"]),
    ] {
        let refused = farmer.client.put(&path, &json!({ "photos": photos })).await;
        assert_eq!(refused.wrong(INVALID), pointers, "{photos}");
    }
    let other = app.farmer().await;
    other.client.put(&path, &order).await.expect(StatusCode::NOT_FOUND);
    app.guest().put(&path, &order).await.expect(StatusCode::UNAUTHORIZED);
    assert_eq!(ids_of(&app.guest().get(&path).await.expect(StatusCode::OK)), now);
});

on_both!(a_photograph_has_words_and_can_be_taken_away, |app| {
    let farmer = app.farmer().await;
    let (product, path, ids) = with_three(&farmer).await;
    let offer = json!({"product_id": product["id"], "price": 1000, "unit": "kg", "on_demand": true});
    let listing = farmer
        .client
        .post("/api/v1/listings", &offer)
        .await
        .expect(StatusCode::CREATED);
    let page = format!("/san-pham/{}", text(&listing, "slug"));
    let first = format!("{path}/{}", ids[0]);
    let before = app.guest().get(&path).await.expect(StatusCode::OK);
    assert_eq!(
        (&before["items"][0]["alt"], &before["items"][0]["alt_is_name"]),
        (&json!("Chè tôm nõn"), &json!(true))
    );
    let sly = json!({"alt": "Búp chè \"sớm\" <script>alert(1)</script>"});
    let told = farmer.client.patch(&first, &sly).await.expect(StatusCode::OK);
    assert_eq!((&told["alt"], &told["alt_is_name"]), (&sly["alt"], &json!(false)));
    app.caught_up().await;
    let html = app.guest().get(&page).await.text();
    assert!(html.contains("alt=\"Búp chè &#34;sớm&#34; &#60;script&#62;"), "escaped");
    // Each width for the screens it fits.
    assert!(html.contains("320.webp 320w, ") && html.contains("640.webp 640w\"") && html.contains("sizes=\""));
    for wrong in [
        json!({"alt": "\u{202e}"}),
        json!({"alt": "x".repeat(201)}),
        json!({"alt": 1}),
        json!({}),
    ] {
        assert_eq!(
            farmer.client.patch(&first, &wrong).await.wrong(INVALID),
            ["/alt"],
            "{wrong}"
        );
    }
    let again = farmer
        .client
        .patch(&first, &json!({"alt": " "}))
        .await
        .expect(StatusCode::OK);
    assert_eq!(again["alt_is_name"], true);

    let other = app.farmer().await;
    other.client.delete(&first).await.expect(StatusCode::NOT_FOUND);
    other.client.patch(&first, &sly).await.expect(StatusCode::NOT_FOUND);
    let src = text(&before["items"][0], "src");
    assert_eq!(app.guest().get(&src).await.status, StatusCode::OK);
    farmer.client.delete(&first).await.expect(StatusCode::NO_CONTENT);
    farmer.client.delete(&first).await.expect(StatusCode::NOT_FOUND);
    farmer.client.patch(&first, &sly).await.expect(StatusCode::NOT_FOUND);
    assert_eq!(
        ids_of(&app.guest().get(&path).await.expect(StatusCode::OK)),
        [ids[1].clone(), ids[2].clone()]
    );
    app.caught_up().await;
    assert!(!app.guest().get(&page).await.text().contains(&ids[0]));
    // The pictures themselves go too, once the outbox has been told.
    for _ in 0..100 {
        if app.guest().get(&src).await.status == StatusCode::NOT_FOUND {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(app.guest().get(&src).await.status, StatusCode::NOT_FOUND);
    let db = app.app.db().read();
    assert_eq!(photo::Entity::find().count(db).await.unwrap(), 2);
    // A new one stands behind those that are left.
    let made = send(&farmer.client, &path, "image/jpeg", jpeg(9))
        .await
        .expect(StatusCode::CREATED);
    assert_eq!(
        ids_of(&app.guest().get(&path).await.expect(StatusCode::OK)),
        [ids[1].clone(), ids[2].clone(), text(&made, "id")]
    );
});

on_both!(
    a_product_has_twelve_photographs_at_most_also_when_they_come_at_once,
    |app| {
        let farmer = app.farmer().await;
        let (_, path) = photographed(&farmer).await;
        let small = |seed| encoded(picture(20, 20, seed), ImageFormat::Png);
        let sent: Vec<_> = (0..14)
            .map(|seed| {
                let (client, path) = (farmer.client.clone(), path.clone());
                tokio::spawn(async move { send(&client, &path, "image/png", small(seed)).await })
            })
            .collect();
        let mut taken = 0;
        for one in sent {
            let answer = one.await.unwrap();
            if answer.status == StatusCode::CREATED {
                taken += 1;
            } else {
                assert_eq!(answer.wrong(INVALID), ["/photo"]);
            }
        }
        assert_eq!(taken, 12);
        let listed = app.guest().get(&path).await.expect(StatusCode::OK);
        assert_eq!(listed["items"].as_array().unwrap().len(), 12);
    }
);

on_both!(a_photograph_sent_twice_with_one_key_is_one_photograph, |app| {
    let farmer = app.farmer().await;
    let (_, path) = photographed(&farmer).await;
    let once = |key: &'static str, bytes: Vec<u8>| {
        let request = farmer
            .client
            .request(Method::POST, &path)
            .header(header::CONTENT_TYPE, "image/jpeg")
            .header("Idempotency-Key", key)
            .body(bytes);
        Answer::of(Method::POST, &path, request)
    };
    let first = once("k1", jpeg(1)).await.expect(StatusCode::CREATED);
    assert_eq!(once("k1", jpeg(1)).await.expect(StatusCode::CREATED), first);
    once("k1", jpeg(2)).await.expect(INVALID);
    let listed = app.guest().get(&path).await.expect(StatusCode::OK);
    assert_eq!(ids_of(&listed), [text(&first, "id")]);
});

/// A PNG whose header promises `width` × `height` and which has next to no data.
fn png_bomb(width: u32, height: u32) -> Vec<u8> {
    png(width, height, [8, 2], b"\x78\x9c\x03\0\0\0\0\x01".to_vec())
}

/// A whole picture of one bit a pixel.
fn black_and_white(width: u32, height: u32) -> Vec<u8> {
    use std::io::Write as _;
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    let row = vec![0; 1 + width.div_ceil(8) as usize];
    for _ in 0..height {
        packed.write_all(&row).unwrap();
    }
    png(width, height, [1, 0], packed.finish().unwrap())
}

fn png(width: u32, height: u32, [depth, colour]: [u8; 2], data: Vec<u8>) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let header = [
        &width.to_be_bytes()[..],
        &height.to_be_bytes(),
        &[depth, colour, 0, 0, 0],
    ]
    .concat();
    for (name, data) in [(b"IHDR", header), (b"IDAT", data), (b"IEND", Vec::new())] {
        file.extend(u32::try_from(data.len()).unwrap().to_be_bytes());
        let chunk = [&name[..], &data].concat();
        file.extend(&chunk);
        file.extend(crc32(&chunk).to_be_bytes());
    }
    file
}

/// CRC-32 as PNG has it (W3C PNG, annex D).
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 {
                0xedb8_8320 ^ (crc >> 1)
            } else {
                crc >> 1
            }
        })
    })
}

/// A PNG whose text chunk unpacks to hundreds of megabytes, in front of a small picture.
fn text_bomb() -> Vec<u8> {
    use std::io::Write as _;
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    for _ in 0..64 {
        packed.write_all(&vec![b'a'; 1024 * 1024]).unwrap();
    }
    let chunk = [&b"zTXtComment\0\0"[..], &packed.finish().unwrap()].concat();
    let still = encoded(picture(30, 20, 1), ImageFormat::Png);
    let length = u32::try_from(chunk.len() - 4).unwrap().to_be_bytes();
    [
        &still[..33],
        &length,
        &chunk,
        &crc32(&chunk).to_be_bytes(),
        &still[33..],
    ]
    .concat()
}

on_both!(what_is_no_good_photograph_is_refused_by_name, |app| {
    let farmer = app.farmer().await;
    let (_, path) = photographed(&farmer).await;
    let good = jpeg(1);
    let large = StatusCode::PAYLOAD_TOO_LARGE;
    let other = StatusCode::UNSUPPORTED_MEDIA_TYPE;
    for (what, bytes, status) in [
        ("a hundred megapixels", black_and_white(10_000, 10_000), INVALID),
        ("a promise of pixels", png_bomb(16_000, 16_000), INVALID),
        ("a side too long", png_bomb(20_000, 1), INVALID),
        ("no data behind the header", png_bomb(5_000, 5_000), INVALID),
        ("a JPEG broken off", good[..good.len() / 2].to_vec(), INVALID),
        ("ten megabytes of nothing", vec![0; 10 * 1024 * 1024], INVALID),
        (
            "ten megabytes that begin like a JPEG",
            [&good[..300], &vec![0; 10 * 1024 * 1024]].concat(),
            INVALID,
        ),
        (
            "a page that says it is a picture",
            b"\xff\xd8\xff<html><script>alert(1)</script>".to_vec(),
            INVALID,
        ),
        ("a page", b"<html></html>".to_vec(), INVALID),
        (
            "a drawing",
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_vec(),
            INVALID,
        ),
        ("nothing", Vec::new(), INVALID),
        (
            "a GIF that is a script",
            b"GIF89a/*\x01\0\x01\0\0\0\0;*/=1;alert(1)".to_vec(),
            other,
        ),
        (
            "an iPhone's own format",
            b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec(),
            other,
        ),
        (
            "more than a photograph may have",
            vec![0xff; 12 * 1024 * 1024 + 1],
            large,
        ),
        ("more than is read", vec![0xff; 14 * 1024 * 1024], large),
    ] {
        let size = bytes.len();
        let answer = send(&farmer.client, &path, "image/jpeg", bytes.clone()).await;
        assert_eq!(answer.wrong(status), ["/photo"], "{what}, {size} bytes");
        let part = reqwest::multipart::Part::bytes(bytes).file_name("anh.jpg");
        let form = reqwest::multipart::Form::new().part("photo", part);
        let request = farmer.client.request(Method::POST, &path).multipart(form);
        let answer = Answer::of(Method::POST, &path, request).await;
        assert_eq!(answer.wrong(status), ["/photo"], "{what}, {size} bytes in a form");
    }
    let listed = app.guest().get(&path).await.expect(StatusCode::OK);
    assert_eq!(listed["items"], json!([]));
    // What hides beside a picture does not come through: only the picture does.
    let polyglot = [&good[..], b"PK\x03\x04<script>alert(document.cookie)</script>"].concat();
    let kept = send(&farmer.client, &path, "image/jpeg", polyglot)
        .await
        .expect(StatusCode::CREATED);
    let shown = app.guest().get(&text(&kept, "src")).await;
    assert_eq!(
        (shown.status, &shown.headers["content-type"]),
        (StatusCode::OK, &"image/webp".parse().unwrap())
    );
    assert!(!shown.bytes.windows(6).any(|part| part == b"script"));
    // Ten megabytes of a bomb in its margin are either refused or not unpacked; both leave the server standing.
    let bomb = send(&farmer.client, &path, "image/png", text_bomb()).await;
    assert!(matches!(bomb.status, StatusCode::CREATED | INVALID), "{}", bomb.status);
});

/// Begins to upload `whole`; its address.
async fn begun(client: &Client, whole: &[u8]) -> String {
    let body = json!({"size": whole.len(), "digest": sha256(whole)});
    let answer = client.post("/api/v1/uploads", &body).await;
    let made = answer.expect(StatusCode::CREATED);
    let location = answer.headers["location"].to_str().unwrap().to_owned();
    assert_eq!(location, format!("/api/v1/uploads/{}", text(&made, "id")));
    assert_eq!(answer.headers["upload-offset"], "0");
    location
}

async fn piece(client: &Client, path: &str, offset: usize, bytes: &[u8]) -> Answer {
    let request = client
        .request(Method::PATCH, path)
        .header("Upload-Offset", offset)
        .header(header::CONTENT_TYPE, "application/partial-upload")
        .body(bytes.to_vec());
    Answer::of(Method::PATCH, path, request).await
}

/// Where the upload at `path` goes on, and whether it is complete.
async fn standing(client: &Client, path: &str) -> (usize, bool) {
    let answer = Answer::of(Method::HEAD, path, client.request(Method::HEAD, path)).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert_eq!(answer.headers["cache-control"], "no-store");
    let header = |name: &str| answer.headers[name].to_str().unwrap().to_owned();
    (
        header("upload-offset").parse().unwrap(),
        header("upload-complete") == "?1",
    )
}

on_both!(a_photograph_comes_in_pieces_over_a_bad_line, |app| {
    let farmer = app.farmer().await;
    let (_, photos) = photographed(&farmer).await;
    let client = &farmer.client;
    let whole = encoded(picture(1400, 1000, 3), ImageFormat::Png);
    let path = begun(client, &whole).await;
    let cut = whole.len() / 3;
    let taken = piece(client, &path, 0, &whole[..cut]).await;
    taken.expect(StatusCode::NO_CONTENT);
    assert_eq!(taken.headers["upload-offset"], cut.to_string().as_str());
    assert_eq!(standing(client, &path).await, (cut, false));
    // The answer was lost and the piece comes again: it is told where to go on.
    let again = piece(client, &path, 0, &whole[..cut]).await;
    assert_eq!(again.expect(StatusCode::CONFLICT)["offset"], cut);
    assert_eq!(again.headers["upload-offset"], cut.to_string().as_str());
    let ahead = piece(client, &path, cut + 1, &whole[cut + 1..]).await;
    assert_eq!(ahead.headers["upload-offset"], cut.to_string().as_str());
    ahead.expect(StatusCode::CONFLICT);
    // Not before it is whole.
    let id = path.rsplit('/').next().unwrap().to_owned();
    let use_it = json!({"upload": id, "alt": "Đồi chè"});
    let early = client.post(&photos, &use_it).await;
    assert_eq!(early.wrong(StatusCode::CONFLICT), ["/upload"]);
    // Nobody else knows of it.
    let other = app.farmer().await;
    let head = other.client.request(Method::HEAD, &path);
    assert_eq!(
        Answer::of(Method::HEAD, &path, head).await.status,
        StatusCode::NOT_FOUND
    );
    piece(&other.client, &path, cut, &whole[cut..])
        .await
        .expect(StatusCode::NOT_FOUND);
    other.client.get(&path).await.expect(StatusCode::NOT_FOUND);
    other.client.delete(&path).await.expect(StatusCode::NOT_FOUND);
    let (_, elsewhere) = photographed(&other).await;
    assert_eq!(other.client.post(&elsewhere, &use_it).await.wrong(INVALID), ["/upload"]);
    // Another process on the same database goes on where this one was.
    let second = second_process(app).await;
    piece(&second.client(client), &path, cut, &whole[cut..2 * cut])
        .await
        .expect(StatusCode::NO_CONTENT);
    piece(client, &path, 2 * cut, &whole[2 * cut..])
        .await
        .expect(StatusCode::NO_CONTENT);
    assert_eq!(standing(client, &path).await, (whole.len(), true));
    let made = client.post(&photos, &use_it).await.expect(StatusCode::CREATED);
    assert_eq!(
        (&made["alt"], &made["width"], &made["height"]),
        (&json!("Đồi chè"), &json!(640), &json!(457))
    );
    assert_eq!(made["srcset"].as_str().unwrap().matches(" 1280w").count(), 1);
    // Used again for the same product it is the same photograph; for another it is used up.
    assert_eq!(client.post(&photos, &use_it).await.expect(StatusCode::CREATED), made);
    let (_, another) = photographed(&farmer).await;
    assert_eq!(
        client.post(&another, &use_it).await.wrong(StatusCode::CONFLICT),
        ["/upload"]
    );
    piece(client, &path, whole.len(), b"x")
        .await
        .expect(StatusCode::CONFLICT);
    let shown = client.get(&path).await.expect(StatusCode::OK);
    assert_eq!((&shown["complete"], &shown["photo"]), (&json!(true), &made["id"]));
    let db = app.app.db().read();
    assert_eq!(
        upload_piece::Entity::find().count(db).await.unwrap(),
        0,
        "the pieces are not kept"
    );
    // A photograph that is taken away takes its upload with it.
    let photo = format!("{photos}/{}", text(&made, "id"));
    client.delete(&photo).await.expect(StatusCode::NO_CONTENT);
    client.get(&path).await.expect(StatusCode::NOT_FOUND);
});

/// A second server on the database of `app`.
struct Second {
    url: String,
    server: tokio::task::JoinHandle<()>,
}

impl Second {
    /// `client`, talking to this server.
    fn client(&self, client: &Client) -> Client {
        Client {
            url: self.url.clone(),
            ..client.clone()
        }
    }
}

impl Drop for Second {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn second_process(app: &TestApp) -> Second {
    let same = choque::app::App::open(app.app.config().clone(), crate::harness::clock())
        .await
        .unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = choque::routes::router(&same);
    let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    Second { url, server }
}

on_both!(of_two_pieces_for_one_place_one_is_taken, |app| {
    let farmer = app.farmer().await;
    let client = &farmer.client;
    let whole = jpeg(4);
    let path = begun(client, &whole).await;
    let step = whole.len() / 5 + 1;
    for (place, bytes) in whole.chunks(step).enumerate() {
        let tries: Vec<_> = (0..4)
            .map(|_| {
                let (client, path, bytes) = (client.clone(), path.clone(), bytes.to_vec());
                tokio::spawn(async move { piece(&client, &path, place * step, &bytes).await })
            })
            .collect();
        let mut taken = 0;
        for one in tries {
            let answer = one.await.unwrap();
            if answer.status == StatusCode::NO_CONTENT {
                taken += 1;
            } else {
                answer.expect(StatusCode::CONFLICT);
            }
        }
        assert_eq!(taken, 1);
    }
    assert_eq!(standing(client, &path).await, (whole.len(), true));
    // And of two products that want it at once, one gets it.
    let ((_, here), (_, there)) = (photographed(&farmer).await, photographed(&farmer).await);
    let use_it = json!({"upload": path.rsplit('/').next().unwrap()});
    let (one, other) = tokio::join!(client.post(&here, &use_it), client.post(&there, &use_it));
    let mut statuses = [one.status, other.status];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::CREATED, StatusCode::CONFLICT]);
});

on_both!(an_upload_is_what_was_announced_or_it_is_refused, |app| {
    let farmer = app.farmer().await;
    let client = &farmer.client;
    for (body, pointers, status) in [
        (json!({}), vec!["/size"], INVALID),
        (json!({"size": 0}), vec!["/size"], INVALID),
        (json!({"size": "9"}), vec!["/size"], INVALID),
        (json!({"size": -1, "digest": "x"}), vec!["/size", "/digest"], INVALID),
        (json!({"size": 9, "digest": "z".repeat(64)}), vec!["/digest"], INVALID),
        (json!({"size": 9, "digest": 9}), vec!["/digest"], INVALID),
        (
            json!({"size": 12 * 1024 * 1024 + 1}),
            vec!["/size"],
            StatusCode::PAYLOAD_TOO_LARGE,
        ),
    ] {
        assert_eq!(
            client.post("/api/v1/uploads", &body).await.wrong(status),
            pointers,
            "{body}"
        );
    }
    app.guest()
        .post("/api/v1/uploads", &json!({"size": 9}))
        .await
        .expect(StatusCode::UNAUTHORIZED);
    // Other bytes than announced.
    let whole = jpeg(5);
    let path = begun(client, &whole).await;
    let mut other = whole.clone();
    other[whole.len() / 2] ^= 1;
    piece(client, &path, 0, &other[..1000])
        .await
        .expect(StatusCode::NO_CONTENT);
    let refused = piece(client, &path, 1000, &other[1000..]).await;
    assert_eq!(refused.wrong(INVALID), ["/digest"]);
    assert_eq!(refused.headers["upload-offset"], "0");
    assert_eq!(standing(client, &path).await, (0, false), "it begins again");
    // More than announced, in the wrong form, or without a place.
    let longer = [&whole[..], b"more"].concat();
    assert_eq!(
        piece(client, &path, 0, &longer)
            .await
            .wrong(StatusCode::PAYLOAD_TOO_LARGE),
        ["/photo"]
    );
    assert_eq!(
        piece(client, &path, 0, &vec![0; 14 * 1024 * 1024])
            .await
            .wrong(StatusCode::PAYLOAD_TOO_LARGE),
        ["/photo"]
    );
    let bare = |name: &'static str, value: &'static str, kind: &'static str| {
        let request = client
            .request(Method::PATCH, &path)
            .header(name, value)
            .header(header::CONTENT_TYPE, kind)
            .body(vec![1]);
        Answer::of(Method::PATCH, &path, request)
    };
    for (name, value, kind, status) in [
        ("x-nothing", "0", "application/partial-upload", StatusCode::BAD_REQUEST),
        (
            "upload-offset",
            "-1",
            "application/partial-upload",
            StatusCode::BAD_REQUEST,
        ),
        (
            "upload-offset",
            "một",
            "application/partial-upload",
            StatusCode::BAD_REQUEST,
        ),
        (
            "upload-offset",
            "99999999999999999999",
            "application/partial-upload",
            StatusCode::BAD_REQUEST,
        ),
        (
            "upload-offset",
            "0",
            "application/json",
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ),
        (
            "upload-offset",
            "9223372036854775807",
            "application/octet-stream",
            StatusCode::CONFLICT,
        ),
    ] {
        assert_eq!(bare(name, value, kind).await.status, status, "{name}: {value}, {kind}");
    }
    // An empty piece takes nothing away.
    piece(client, &path, 0, b"").await.expect(StatusCode::NO_CONTENT);
    piece(client, &path, 0, &whole).await.expect(StatusCode::NO_CONTENT);
    assert_eq!(standing(client, &path).await, (whole.len(), true));
    // What is whole and no picture is refused where it is used.
    let text_file = b"khong phai anh";
    let wrong = begun(client, text_file).await;
    piece(client, &wrong, 0, text_file).await.expect(StatusCode::NO_CONTENT);
    let (_, photos) = photographed(&farmer).await;
    let use_it = json!({"upload": wrong.rsplit('/').next().unwrap()});
    assert_eq!(client.post(&photos, &use_it).await.wrong(INVALID), ["/photo"]);
    for (body, pointer) in [
        (json!({}), "/upload"),
        (json!({"upload": "x"}), "/upload"),
        (json!({"upload": "0193a6c8-4b1e-7c32-9d40-0f2a4c6e8a10"}), "/upload"),
        (
            json!({"upload": path.rsplit('/').next().unwrap(), "alt": "\u{202e}"}),
            "/alt",
        ),
    ] {
        assert_eq!(client.post(&photos, &body).await.wrong(INVALID), [pointer], "{body}");
    }
    client.delete(&wrong).await.expect(StatusCode::NO_CONTENT);
    client.delete(&wrong).await.expect(StatusCode::NOT_FOUND);
});

on_both!(uploads_are_few_and_do_not_stay, |app| {
    let farmer = app.farmer().await;
    let client = &farmer.client;
    let whole = jpeg(6);
    let path = begun(client, &whole).await;
    piece(client, &path, 0, &whole[..1000])
        .await
        .expect(StatusCode::NO_CONTENT);
    for _ in 1..40 {
        client
            .post("/api/v1/uploads", &json!({"size": 9}))
            .await
            .expect(StatusCode::CREATED);
    }
    let too_many = client.post("/api/v1/uploads", &json!({"size": 9})).await;
    too_many.expect(StatusCode::TOO_MANY_REQUESTS);
    app.app.source().advance(A_DAY_MS - 60_000);
    assert_eq!(media::upload::sweep(&app.app).await.unwrap(), 0);
    assert_eq!(standing(client, &path).await, (1000, false));
    app.app.source().advance(120_000);
    client.get(&path).await.expect(StatusCode::NOT_FOUND);
    piece(client, &path, 1000, &whole[1000..])
        .await
        .expect(StatusCode::NOT_FOUND);
    assert_eq!(media::upload::sweep(&app.app).await.unwrap(), 40);
    let db = app.app.db().read();
    assert_eq!(upload::Entity::find().count(db).await.unwrap(), 0);
    assert_eq!(upload_piece::Entity::find().count(db).await.unwrap(), 0);
    begun(client, &whole).await;
});
