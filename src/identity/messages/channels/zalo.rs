//! Messages by Zalo, in the manner of its notification service (ZNS): one approved template, whose two parameters are the
//! text and the link.

use std::sync::LazyLock;

use entity::Phone;
use reqwest::{Client, redirect::Policy};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Letter, PATIENCE, Untaken};
use crate::{app::App, config::Zalo, identity::sms::append};

/// Codes that say that this phone cannot be reached by Zalo: no such number or account, an old version, or its owner wants
/// nothing. Everything else is the exchange's to mend, so the message waits.
const UNREACHABLE: [i64; 6] = [-108, -110, -114, -118, -119, -141];

/// As the file of messages holds it.
#[derive(Serialize)]
struct Line<'l> {
    to: &'l str,
    text: &'l str,
    link: Option<String>,
}

#[derive(Deserialize)]
struct Answer {
    error: i64,
}

pub async fn send(app: &App, to: &Phone, letter: &Letter) -> Result<(), Untaken> {
    static CLIENT: LazyLock<Client> = LazyLock::new(|| {
        let builder = Client::builder().timeout(PATIENCE).redirect(Policy::none());
        builder.build().unwrap_or_default()
    });
    let link = letter.address(app.config());
    let (address, token, template) = match &app.config().messengers.zalo {
        Zalo::Folder(folder) => {
            let (to, text) = (to.as_str(), letter.text.as_str());
            return Ok(append(folder, &Line { to, text, link }).await?);
        }
        Zalo::Service {
            address,
            token,
            template,
        } => (address, token, template),
    };
    let body = json!({
        "phone": format!("84{}", &to.as_str()[1..]),
        "template_id": template,
        "template_data": {"text": letter.text, "link": link.unwrap_or_else(|| app.config().public_url())},
        "tracking_id": letter.id.to_string(),
    });
    let sent = CLIENT
        .post(address.clone())
        .header("access_token", token)
        .json(&body)
        .send()
        .await;
    let answer = sent.map_err(|error| Untaken::Later(format!("Zalo cannot be reached: {}", error.without_url())))?;
    if !answer.status().is_success() {
        return Err(Untaken::of_status("Zalo", answer.status().as_u16()));
    }
    let told: Answer = answer
        .json()
        .await
        .map_err(|_| Untaken::Later("Zalo gave an answer that cannot be read".to_owned()))?;
    match told.error {
        0 => Ok(()),
        code if UNREACHABLE.contains(&code) => Err(Untaken::Never(format!("Zalo refused it with {code}"))),
        code => Err(Untaken::Later(format!("Zalo refused it with {code}"))),
    }
}
