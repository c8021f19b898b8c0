//! An independent look: a fresh connection, every user read back and compared with the books.

use super::{DemoError, Trial};
use karcis_core::db::ReadTx;
use karcis_core::fault::Fault;
use karcis_core::routers::Router;
use karcis_core::settings;
use karcis_core::vouchers::{self, Batch, Tag, Voucher};
use routeros::hotspot::{User, users};
use routeros::{CallError, ConnectError, Connection, Limits};
use std::collections::HashMap;

const FIELDS: [&str; 6] = [".id", "name", "password", "profile", "comment", "disabled"];

/// How the router differs from the books.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Difference {
    /// Vouchers without a user.
    pub missing: u32,
    /// Users that are not as their voucher says.
    pub different: u32,
    /// Users of this batch without a voucher, or with more than one user.
    pub surplus: u32,
}

/// What the books say must be there.
struct Wanted {
    shop: String,
    vouchers: Vec<Voucher>,
}

impl Trial {
    /// Compares every voucher with its user and answers how many agree, which is all of them.
    pub(super) async fn verify(&self, router: &Router, batch: &Batch) -> Result<u32, DemoError> {
        let target = self.target(router).await?;
        let id = batch.id;
        let wanted = self.db.reading(move |tx| wanted(tx, id)).await?;
        let connection = Connection::open(&target, &Limits::default()).await.map_err(|error| away(&error))?;
        let reply = connection.call(users().proplist(&FIELDS)).await;
        connection.close().await;
        let reply = reply.map_err(|error| broken_off(&error))?;
        let found: Vec<User> = reply.rows.iter().map(User::from_row).collect();
        let difference = compare(&wanted, &found, batch);
        if difference == Difference::default() {
            Ok(u32::try_from(wanted.vouchers.len()).unwrap_or(u32::MAX))
        } else {
            Err(DemoError::Mismatch(difference))
        }
    }
}

fn wanted(tx: &ReadTx<'_>, batch: karcis_core::values::BatchId) -> Result<Wanted, Fault> {
    let shop = settings::text(tx, settings::SHOP_TAG)?.ok_or_else(|| Fault::new("the shop has no tag"))?;
    Ok(Wanted { shop, vouchers: vouchers::printable(tx, batch)? })
}

fn compare(wanted: &Wanted, found: &[User], batch: &Batch) -> Difference {
    let mut by_name: HashMap<&str, Vec<&User>> = HashMap::with_capacity(found.len());
    let mut ours = 0;
    for user in found {
        by_name.entry(user.name.as_str()).or_default().push(user);
        let tag = Tag::parse(&user.comment);
        ours += u32::from(tag.is_some_and(|tag| tag.shop == wanted.shop && tag.batch == batch.number));
    }
    let mut difference = Difference::default();
    for voucher in &wanted.vouchers {
        match by_name.get(voucher.code.as_str()).map(Vec::as_slice) {
            None | Some([]) => difference.missing += 1,
            Some([user]) if agrees(user, voucher, batch) => {}
            Some([_]) => difference.different += 1,
            Some(_) => difference.surplus += 1,
        }
    }
    let there = u32::try_from(wanted.vouchers.len()).unwrap_or(u32::MAX) - difference.missing;
    difference.surplus += ours.saturating_sub(there);
    difference
}

fn agrees(user: &User, voucher: &Voucher, batch: &Batch) -> bool {
    // A group without the policy `sensitive` is not shown passwords.
    let password = user.password.is_empty() || user.password == voucher.password;
    let tagged = Tag::parse(&user.comment).is_some_and(|tag| tag.voucher == voucher.id);
    password && tagged && user.profile == batch.profile_name && user.disabled == voucher.disabled
}

fn away(error: &ConnectError) -> DemoError {
    let why = match error {
        ConnectError::Unreachable(_) => "unreachable",
        ConnectError::TimedOut(_) => "silent",
        ConnectError::Tls(_) => "tls",
        ConnectError::CertificateChanged { .. } => "certificate_changed",
        ConnectError::LoginRefused { .. } => "login_refused",
        ConnectError::NotRouterOs => "not_routeros",
        ConnectError::Closed => "closed",
    };
    DemoError::Router(why.to_owned())
}

fn broken_off(error: &CallError) -> DemoError {
    let why = match error {
        CallError::Trap(_) => "refused",
        CallError::Fatal(_) | CallError::Closed | CallError::NotSent => "closed",
        CallError::TimedOut => "silent",
        CallError::Limit => "too_large",
    };
    DemoError::Router(why.to_owned())
}
