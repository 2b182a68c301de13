//! Colleagues of the demonstration: one of each role, and one who has not come yet.

use std::sync::Arc;

use forecourt_app::{App, AppError, Language, NewInvitation, NewOperator, Principal, Rights};
use forecourt_core::access::Role;

const COLLEAGUES: [(&str, &str, Role); 3] = [
    ("Astrid Holm", "astrid@northwind.example", Role::Operator),
    ("Jonas Weber", "jonas@northwind.example", Role::Support),
    ("Pieter de Vries", "pieter@northwind.example", Role::Maintenance),
];

/// Nobody signs in as a colleague: their passwords are random and told to nobody.
pub async fn seed(app: &Arc<App>, administrator: &Principal) -> Result<(), AppError> {
    for (name, email, role) in COLLEAGUES {
        let password = format!("{:032x}", rand::random::<u128>());
        let new = NewOperator { email: email.into(), name: name.into(), password, role };
        app.add_operator(administrator.organisation, new).await?;
    }
    let invitation = NewInvitation {
        email: "sofie@northwind.example".into(),
        name: "Sofie Lund".into(),
        rights: Rights { role: Role::Support, permissions: None, sites: None },
        language: Language::Danish,
    };
    app.invite(administrator, invitation).await.map(drop)
}
