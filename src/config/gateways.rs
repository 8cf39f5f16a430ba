//! The exchange as a merchant of those who take buyers' money. The settings of one provider belong together: all of them are
//! there, or none.

use super::{Text, WrongSetting, safe_address};

/// The exchange as a merchant of VNPay's.
#[derive(Clone, PartialEq, Eq)]
pub struct Vnpay {
    pub tmn_code: String,
    pub hash_secret: String,
    /// Where buyers pay.
    pub url: String,
    /// Where VNPay is asked what became of a payment.
    pub api_url: String,
}

/// The exchange as a merchant of MoMo's.
#[derive(Clone, PartialEq, Eq)]
pub struct Momo {
    pub partner_code: String,
    pub access_key: String,
    pub secret_key: String,
    /// Without a slash at its end.
    pub endpoint: String,
}

/// The exchange as a merchant of ZaloPay's.
#[derive(Clone, PartialEq, Eq)]
pub struct Zalopay {
    pub app_id: u32,
    /// Signs what we send.
    pub key1: String,
    /// Signs what ZaloPay sends.
    pub key2: String,
    /// Without a slash at its end.
    pub endpoint: String,
}

macro_rules! shown_by_name {
    ($($name:ident),+) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(stringify!($name))
            }
        }
    )+};
}
shown_by_name!(Vnpay, Momo, Zalopay);

/// The texts of a group of settings that belong together: all of them, or `None` when there is not one.
fn together<const N: usize>(given: [(&str, Option<Text>); N]) -> Result<Option<[String; N]>, WrongSetting> {
    let first = given.iter().find(|(_, text)| text.is_some()).map(|(name, _)| *name);
    let Some(first) = first else {
        return Ok(None);
    };
    let mut texts = [const { String::new() }; N];
    for (place, (name, text)) in given.into_iter().enumerate() {
        let text = text.map(Text::into_string).unwrap_or_default().trim().to_owned();
        if text.is_empty() {
            return Err(WrongSetting(format!("{name}: {first} needs one")));
        }
        texts[place] = text;
    }
    Ok(Some(texts))
}

/// An address of a group that is there only with the others.
fn endpoint(name: &str, given: Option<String>, usual: &str, whole: bool) -> Result<String, WrongSetting> {
    match given {
        Some(_) if !whole => Err(WrongSetting(format!(
            "{name}: it is of no use without its provider's other settings"
        ))),
        Some(url) => Ok(safe_address(name, &url)?.trim_end_matches('/').to_owned()),
        None => Ok(usual.to_owned()),
    }
}

pub(super) fn vnpay(
    tmn_code: Option<Text>,
    hash_secret: Option<Text>,
    url: Option<String>,
    api_url: Option<String>,
) -> Result<Option<Vnpay>, WrongSetting> {
    let texts = together([
        ("CHOQUE_VNPAY_TMN_CODE", tmn_code),
        ("CHOQUE_VNPAY_HASH_SECRET", hash_secret),
    ])?;
    let url = endpoint(
        "CHOQUE_VNPAY_URL",
        url,
        "https://pay.vnpay.vn/vpcpay.html",
        texts.is_some(),
    )?;
    let api_url = endpoint(
        "CHOQUE_VNPAY_API_URL",
        api_url,
        "https://merchant.vnpay.vn/merchant_webapi/api/transaction",
        texts.is_some(),
    )?;
    Ok(texts.map(|[tmn_code, hash_secret]| Vnpay {
        tmn_code,
        hash_secret,
        url,
        api_url,
    }))
}

pub(super) fn momo(
    partner_code: Option<Text>,
    access_key: Option<Text>,
    secret_key: Option<Text>,
    address: Option<String>,
) -> Result<Option<Momo>, WrongSetting> {
    let texts = together([
        ("CHOQUE_MOMO_PARTNER_CODE", partner_code),
        ("CHOQUE_MOMO_ACCESS_KEY", access_key),
        ("CHOQUE_MOMO_SECRET_KEY", secret_key),
    ])?;
    let endpoint = endpoint(
        "CHOQUE_MOMO_ENDPOINT",
        address,
        "https://payment.momo.vn",
        texts.is_some(),
    )?;
    Ok(texts.map(|[partner_code, access_key, secret_key]| Momo {
        partner_code,
        access_key,
        secret_key,
        endpoint,
    }))
}

pub(super) fn zalopay(
    app_id: Option<Text>,
    key1: Option<Text>,
    key2: Option<Text>,
    address: Option<String>,
) -> Result<Option<Zalopay>, WrongSetting> {
    let texts = together([
        ("CHOQUE_ZALOPAY_APP_ID", app_id),
        ("CHOQUE_ZALOPAY_KEY1", key1),
        ("CHOQUE_ZALOPAY_KEY2", key2),
    ])?;
    let endpoint = endpoint(
        "CHOQUE_ZALOPAY_ENDPOINT",
        address,
        "https://openapi.zalopay.vn",
        texts.is_some(),
    )?;
    let Some([app_id, key1, key2]) = texts else {
        return Ok(None);
    };
    let Ok(app_id) = app_id.parse() else {
        return Err(WrongSetting(format!(
            "CHOQUE_ZALOPAY_APP_ID: '{app_id}' is not a number"
        )));
    };
    Ok(Some(Zalopay {
        app_id,
        key1,
        key2,
        endpoint,
    }))
}

#[cfg(test)]
mod tests {
    use figment::{Figment, providers::Serialized};

    use crate::config::Config;

    #[test]
    fn a_gateway_is_set_whole_or_not_at_all() {
        let all = |pairs: &[(&str, &str)]| {
            let figment = pairs.iter().fold(Figment::new(), |figment, (name, value)| {
                figment.merge(Serialized::default(name, value))
            });
            Config::from_figment(&figment).map_err(|wrong| wrong.to_string())
        };
        let groups: [&[(&str, &str)]; 3] = [
            &[("vnpay_tmn_code", "TMN"), ("vnpay_hash_secret", "secret")],
            &[
                ("momo_partner_code", "MOMO"),
                ("momo_access_key", "AK"),
                ("momo_secret_key", "SK"),
            ],
            &[
                ("zalopay_app_id", "2553"),
                ("zalopay_key1", "k1"),
                ("zalopay_key2", "k2"),
            ],
        ];
        let whole = all(&groups.concat()).expect("good settings").secrets;
        assert_eq!(whole.vnpay.expect("VNPay").url, "https://pay.vnpay.vn/vpcpay.html");
        assert_eq!(whole.momo.expect("MoMo").endpoint, "https://payment.momo.vn");
        assert_eq!(whole.zalopay.expect("ZaloPay").app_id, 2553);
        for group in groups {
            for left_out in 0..group.len() {
                let mut some = group.to_vec();
                let (name, _) = some.remove(left_out);
                let sentence = all(&some).expect_err(name);
                assert!(
                    sentence.starts_with(&format!("CHOQUE_{}: ", name.to_uppercase())),
                    "{sentence}"
                );
            }
        }
        for (name, value) in [
            ("vnpay_url", "https://x.vn"),
            ("momo_endpoint", "https://x.vn"),
            ("zalopay_endpoint", "https://x.vn"),
            ("casso_secret", "short"),
            ("payos_checksum_key", "short"),
        ] {
            let sentence = all(&[(name, value)]).expect_err(name);
            assert!(
                sentence.starts_with(&format!("CHOQUE_{}: ", name.to_uppercase())),
                "{sentence}"
            );
        }
        let open = [groups[1], &[("momo_endpoint", "http://x.vn")]].concat();
        assert!(
            all(&open)
                .expect_err("open to all")
                .starts_with("CHOQUE_MOMO_ENDPOINT: ")
        );
        let word = [groups[2], &[("zalopay_app_id", "app")]].concat();
        assert!(
            all(&word)
                .expect_err("no number")
                .starts_with("CHOQUE_ZALOPAY_APP_ID: ")
        );
    }
}
