use md5::{Digest, Md5};
use mikrotik_rs::proto::codec::{encode_terminator, encode_word};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use zeroize::Zeroizing;

use crate::error::{ConnectError, Trap, TrapKind};
use crate::limits::Limits;
use crate::sentence::{Framer, Says};

/// Signs in, and hands back what was read beyond the login's reply.
///
/// Source: RouterOS, API, initial login. From 6.43 on name and password travel as they are; an older router takes
/// the same sentence for a question and answers with a challenge.
pub(crate) async fn sign_in<S>(
    stream: &mut S,
    user: &str,
    password: &str,
    limits: &Limits,
) -> Result<Framer, ConnectError>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut framer = Framer::new(limits);
    let modern = [("=name=", user), ("=password=", password)];
    let Some(challenge) = ask(stream, &mut framer, &modern).await? else { return Ok(framer) };
    let response = answer(password, &challenge).ok_or(ConnectError::NotRouterOs)?;
    let old = [("=name=", user), ("=response=", response.as_str())];
    match ask(stream, &mut framer, &old).await? {
        None => Ok(framer),
        Some(_) => Err(ConnectError::NotRouterOs),
    }
}

/// Sends one login sentence; the answer is either a plain yes or a challenge. The sentence carries no tag: nothing
/// else is under way, and that is the form every version documents.
async fn ask<S>(
    stream: &mut S,
    framer: &mut Framer,
    words: &[(&str, &str)],
) -> Result<Option<String>, ConnectError>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let size: usize = words.iter().map(|(name, value)| name.len() + value.len() + 5).sum();
    let mut sentence = Zeroizing::new(Vec::with_capacity(size + 16));
    encode_word(b"/login", &mut sentence);
    for (name, value) in words {
        let mut word = Zeroizing::new(Vec::with_capacity(name.len() + value.len()));
        word.extend_from_slice(name.as_bytes());
        word.extend_from_slice(value.as_bytes());
        encode_word(&word, &mut sentence);
    }
    encode_terminator(&mut sentence);
    stream.write_all(&sentence).await.map_err(|_| ConnectError::Closed)?;
    stream.flush().await.map_err(|_| ConnectError::Closed)?;

    let mut refusal: Option<Trap> = None;
    loop {
        match framer.next().map_err(|_| ConnectError::NotRouterOs)?.map(|sentence| sentence.says) {
            Some(Says::Done(row)) => match refusal {
                Some(trap) => return Err(refused(trap)),
                None => return Ok(row.get("ret").map(str::to_owned)),
            },
            Some(Says::Trap(trap)) => refusal = refusal.or(Some(trap)),
            Some(Says::Fatal(reason)) if TrapKind::is_login_refusal(&reason) => {
                return Err(ConnectError::LoginRefused { message: reason });
            }
            Some(Says::Fatal(_)) => return Err(refusal.map_or(ConnectError::Closed, refused)),
            Some(Says::Row(_) | Says::Empty | Says::Unknown) => {}
            None => match stream.read_buf(framer.room()).await {
                Ok(0) | Err(_) => return Err(refusal.map_or(ConnectError::Closed, refused)),
                Ok(_) => {}
            },
        }
    }
}

fn refused(trap: Trap) -> ConnectError {
    ConnectError::LoginRefused { message: trap.message }
}

/// `00` and the MD5 of a zero byte, the password and the challenge's bytes.
fn answer(password: &str, challenge: &str) -> Option<Zeroizing<String>> {
    let challenge = bytes_of_hex(challenge)?;
    let mut digest = Md5::new();
    digest.update([0]);
    digest.update(password.as_bytes());
    digest.update(&challenge);
    let digest = digest.finalize();
    let digits = digest.iter().map(|byte| format!("{byte:02x}"));
    Some(Zeroizing::new(std::iter::once("00".to_owned()).chain(digits).collect()))
}

fn bytes_of_hex(text: &str) -> Option<Vec<u8>> {
    if text.is_empty() || !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_is_answered_with_the_md5_of_zero_password_and_challenge() {
        // The MD5 of the bytes 00 61 62 ("\0ab"), computed independently.
        let response = answer("a", "62").unwrap();
        assert_eq!(response.as_str(), "001219a5ffd3f440e80e30ccf668deb6e7");
    }

    #[test]
    fn a_challenge_that_is_no_hexadecimal_is_not_answered() {
        for wrong in ["", "abc", "zz", "é1"] {
            assert!(answer("a", wrong).is_none(), "{wrong}");
        }
    }
}
