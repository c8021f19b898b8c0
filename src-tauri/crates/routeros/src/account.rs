//! What the signed-in user may do.

use crate::command::{Command, Query};
use crate::connection::Connection;
use crate::error::{CallError, TrapKind};
use crate::row::Reply;

/// The signed-in user's group and its policies, as far as the user may see them.
///
/// Source: RouterOS /user and /user/group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Account {
    /// The group; `None` when the user may not look.
    pub group: Option<String>,
    /// The policies the group grants, such as `read`, `write`, `api`; `None` when the user may not look.
    pub policies: Option<Vec<String>>,
}

impl Account {
    /// Asks about a user by name. One who may not read these menus gets an account that knows nothing.
    ///
    /// # Errors
    /// See [`CallError`]; a refused permission is no error.
    pub async fn read(router: &Connection, user: &str) -> Result<Account, CallError> {
        let users =
            Command::new("/user/print").query(Query::equal("name", user)).proplist(&["name", "group"]);
        let Some(group) = value(router.call(users).await, "group")? else { return Ok(Account::default()) };
        let groups =
            Command::new("/user/group/print").query(Query::equal("name", &group)).proplist(&["policy"]);
        let policy = value(router.call(groups).await, "policy")?;
        Ok(Account { group: Some(group), policies: policy.map(|policy| granted(&policy)) })
    }

    /// Whether the user has a policy; `None` when that cannot be seen.
    pub fn may(&self, policy: &str) -> Option<bool> {
        Some(self.policies.as_ref()?.iter().any(|granted| granted == policy))
    }
}

fn value(answer: Result<Reply, CallError>, name: &str) -> Result<Option<String>, CallError> {
    match answer {
        Ok(reply) => Ok(reply.first().and_then(|row| row.get(name)).map(str::to_owned)),
        Err(CallError::Trap(trap)) if trap.kind() == TrapKind::NotPermitted => Ok(None),
        Err(error) => Err(error),
    }
}

/// Source: RouterOS writes all policies, those not granted with an exclamation mark before them.
fn granted(policies: &str) -> Vec<String> {
    let policies = policies.split(',').map(str::trim);
    policies.filter(|policy| !policy.is_empty() && !policy.starts_with('!')).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_with_an_exclamation_mark_is_not_granted() {
        let account = Account {
            group: Some("write".into()),
            policies: Some(granted("local,read,write,!ftp,!policy,api")),
        };
        assert_eq!(account.may("write"), Some(true));
        assert_eq!(account.may("ftp"), Some(false));
        assert_eq!(Account::default().may("write"), None, "what cannot be seen is not denied");
    }
}
