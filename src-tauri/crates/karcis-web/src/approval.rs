//! Somebody who may more lends their yes to somebody who may less: fields that stand in other forms.
//!
//! A form that may need it holds an `Option<Approval>` and draws it with `{% include "_approval.html" %}` inside
//! `{% if let Some(approval) = approval %}`; its own struct of texts takes [`ApprovalForm`] in with `#[serde(flatten)]`.

use crate::batches::beside;
use crate::desk::Desk;
use crate::entry::wait;
use crate::error::Error;
use crate::fields::{Choice, Field};
use crate::frame::role_word;
use crate::texts::Refusal;
use karcis_core::audit::Actor;
use karcis_core::fault::Fault;
use karcis_core::staff::{self, ApprovalError, Permission, Person, SignInError, Who};
use karcis_core::values::StaffId;
use serde::Deserialize;
use zeroize::Zeroizing;

/// The fields as they are shown: who may approve, and the place for their password.
pub(crate) struct Approval {
    pub(crate) approvers: Vec<Choice>,
    pub(crate) approver: Field,
    pub(crate) password: Field,
}

/// The fields as they are sent.
#[derive(Default, Clone, Deserialize)]
pub(crate) struct ApprovalForm {
    #[serde(default)]
    approver: String,
    #[serde(default)]
    approver_password: String,
}

impl ApprovalForm {
    /// Whether the fields were there to be filled in.
    pub(crate) fn is_given(&self) -> bool {
        !self.approver.is_empty() || !self.approver_password.is_empty()
    }
}

impl Approval {
    /// Empty fields for whoever has this permission.
    pub(crate) async fn ask(desk: &Desk, permission: Permission) -> Result<Approval, Fault> {
        Approval::chosen(desk, permission, "").await
    }

    async fn chosen(desk: &Desk, permission: Permission, chosen: &str) -> Result<Approval, Fault> {
        let me = desk.visit.person().map(|person| person.id);
        // Nobody lends their yes to themselves.
        let may = |person: &Person| {
            Some(person.id) != me && !person.disabled && !person.must_change && person.role.may(permission)
        };
        let people = desk.read(staff::people).await?;
        let choice = |person: Person| {
            let id = person.id.to_string();
            let label = format!("{} ({})", person.name, role_word(desk.t, person.role));
            Choice { chosen: id == chosen, value: id, label }
        };
        Ok(Approval {
            approvers: people.into_iter().filter(may).map(choice).collect(),
            approver: Field::new("approver", chosen),
            password: Field::new("approver_password", ""),
        })
    }

    /// Who approved, or the fields again with what is wrong beside them.
    pub(crate) async fn given(
        desk: &Desk,
        form: ApprovalForm,
        permission: Permission,
    ) -> Result<Result<Actor, Approval>, Error> {
        let mut fields = Approval::chosen(desk, permission, &form.approver).await?;
        let Ok(approver) = form.approver.parse::<StaffId>() else {
            fields.approver.refuse(desk.t.fields.choose);
            return Ok(Err(fields));
        };
        if let Some(me) = desk.visit.person().filter(|me| me.id == approver) {
            fields.approver.refuse(beside(&Refusal::R151 { name: me.name.clone() }, desk.t));
            return Ok(Err(fields));
        }
        // A field left empty is no guess at somebody's password.
        if form.approver_password.is_empty() {
            fields.password.refuse(desk.t.fields.empty);
            return Ok(Err(fields));
        }
        let (door, office, asked_by) = (desk.door(), desk.office.clone(), desk.actor()?);
        let password = Zeroizing::new(form.approver_password);
        let answer = desk.blocking(move || {
            let (who, now) = (Who::Known(approver), office.now());
            staff::confirm_by(office.db(), &door, who, &password, permission, &asked_by, now)
        });
        match answer.await? {
            Ok(actor) => return Ok(Ok(actor)),
            Err(ApprovalError::NotAllowed { name }) => {
                fields.approver.refuse(beside(&Refusal::R151 { name }, desk.t));
            }
            Err(ApprovalError::SignIn(SignInError::Wrong)) => fields.password.refuse(desk.t.approval.wrong),
            Err(ApprovalError::SignIn(SignInError::Disabled)) => {
                fields.approver.refuse(beside(&Refusal::R203, desk.t));
            }
            Err(ApprovalError::SignIn(SignInError::Wait { until })) => {
                fields.password.refuse(wait(desk, until).0);
            }
            Err(ApprovalError::SignIn(SignInError::Fault(fault))) => return Err(Error::Fault(fault)),
        }
        Ok(Err(fields))
    }
}
