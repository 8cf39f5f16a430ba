use reqwest::StatusCode;

use crate::on_both;

on_both!(places_are_found_and_old_addresses_asked_about, |app| {
    let guest = app.guest();
    let provinces = guest.get("/api/v1/provinces").await.expect(StatusCode::OK);
    assert_eq!(provinces["total"], 34);
    let communes = guest
        .get("/api/v1/communes?province=19&limit=100")
        .await
        .expect(StatusCode::OK);
    assert_eq!(communes["total"], 92);
    let found = guest
        .get("/api/v1/communes?q=la%20bang&province=19")
        .await
        .expect(StatusCode::OK);
    assert_eq!(found["items"][0]["full_name"], "Xã La Bằng");
    let whole = guest
        .get("/api/v1/old-communes?commune=T%C3%A2n%20C%C6%B0%C6%A1ng")
        .await
        .expect(StatusCode::OK);
    assert_eq!(whole["items"][0]["ask"], false);
    let split = guest
        .get("/api/v1/old-communes?commune=gia%20sang")
        .await
        .expect(StatusCode::OK);
    assert_eq!(split["items"][0]["ask"], true);
    assert_eq!(split["items"][0]["became"].as_array().unwrap().len(), 2);
    guest.get("/api/v1/communes/05503").await.expect(StatusCode::OK);
    assert_eq!(guest.get("/api/v1/communes/99999").await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        guest
            .get("/api/v1/communes?limit=0")
            .await
            .wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["?limit"]
    );
    assert_eq!(
        guest
            .get("/api/v1/old-communes")
            .await
            .wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["?commune"]
    );
});
