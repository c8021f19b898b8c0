//! Taking somebody on, with a first password that is shown once.

use super::{refused, role_choices};
use crate::answer::{Answer, again, show};
use crate::desk::Desk;
use crate::error::Error;
use crate::fields::{Choice, Field, Form, RequestKey};
use crate::frame::{Frame, Nav};
use crate::texts::{Refusal, Texts};
use askama::Template;
use karcis_core::fault::Fault;
use karcis_core::settings;
use karcis_core::staff::{self, NewPassword, PersonName, Role};
use rand::CryptoRng;
use serde::Deserialize;
use zeroize::Zeroizing;

#[derive(Template)]
#[template(path = "staff/hire.html")]
struct HirePage {
    t: &'static Texts,
    frame: Frame,
    name: Field,
    roles: Vec<Choice>,
    role_error: Option<String>,
    request_key: RequestKey,
}

/// The first password, shown once to whoever made it.
#[derive(Template)]
#[template(path = "staff/_first_password.html")]
pub(super) struct FirstPassword {
    pub(super) t: &'static Texts,
    pub(super) name: String,
    pub(super) address: String,
    pub(super) password: String,
    pub(super) words: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct HireForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    role: String,
    #[serde(default)]
    request_key: String,
}

pub(super) async fn form(desk: Desk) -> Answer {
    let key = desk.request_key();
    show(&view(&desk, Field::new("name", ""), Role::Operator, None, key).await?)
}

async fn view(
    desk: &Desk,
    name: Field,
    role: Role,
    role_error: Option<String>,
    request_key: RequestKey,
) -> Result<HirePage, Fault> {
    Ok(HirePage {
        t: desk.t,
        frame: desk.frame(Nav::Staff, desk.t.staff.hire).await?,
        name,
        roles: role_choices(role, desk.t),
        role_error,
        request_key,
    })
}

pub(super) async fn hire(desk: Desk, Form(form): Form<HireForm>) -> Answer {
    let t = desk.t;
    let key = RequestKey::parse(&form.request_key)?;
    let mut name = Field::new("name", form.name.clone());
    let parsed = name.read(str::parse::<PersonName>, |error| t.fields.wrong_text(error, PersonName::MOST));
    let role = Role::parse(&form.role);
    let (Some(person_name), Some(role)) = (parsed, role) else {
        let role_error = role.is_none().then(|| t.fields.choose.to_owned());
        return again(&view(&desk, name, role.unwrap_or(Role::Operator), role_error, key).await?);
    };
    let (office, actor) = (desk.office.clone(), desk.actor()?);
    let (person, password) = desk
        .blocking(move || {
            let mut rng = office.rng();
            let (password, new) = draw(rng.as_mut())?;
            let hash = staff::hash(&new, office.cost(), rng.as_mut());
            let person = office.db().write(|tx| {
                // The first password was shown by the earlier answer and is not kept, so it cannot be shown again.
                if settings::earlier_request(tx, key.as_str(), "staff.hire")?.is_some() {
                    return Err(Error::Refused(Refusal::R204));
                }
                let now = office.now();
                staff::hire(tx, &actor, person_name, role, hash, key.as_str(), rng.as_mut(), now)
                    .map_err(|error| refused(error, &form.name))
            })?;
            Ok::<_, Error>((person, password))
        })
        .await??;
    show(&FirstPassword {
        t,
        words: t.staff.hired(&person.name),
        address: format!("/staff/{}", person.id),
        name: person.name,
        password: password.to_string(),
    })
}

/// Twelve characters without look-alikes, in groups of four: read across a counter, typed once, then changed.
pub(super) fn draw(rng: &mut dyn CryptoRng) -> Result<(Zeroizing<String>, NewPassword), Fault> {
    const ALPHABET: &[u8; 28] = b"ACDEFGHJKLMNPQRTUVWXY2345679";
    // A drawn text is refused about once in a million draws, for too few different letters.
    for _ in 0..8 {
        let mut text = Zeroizing::new(String::with_capacity(14));
        while text.len() < 14 {
            let mut byte = [0_u8];
            rng.fill_bytes(&mut byte);
            // 252 is the largest multiple of 28 in a byte: beyond it some letters would come more often.
            if byte[0] < 252 {
                text.push(char::from(ALPHABET[usize::from(byte[0]) % ALPHABET.len()]));
                if text.len() == 4 || text.len() == 9 {
                    text.push('-');
                }
            }
        }
        if let Ok(password) = NewPassword::parse(&text, &[]) {
            return Ok((text, password));
        }
    }
    Err(Fault::new("eight drawn passwords were all refused"))
}
