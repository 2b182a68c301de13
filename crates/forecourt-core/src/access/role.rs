//! Preset roles: where a person's rights begin.

use serde::{Deserialize, Serialize};

use super::{Permission, Permissions};

/// Preset roles of the back office.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    Admin,
    Operator,
    Support,
    Maintenance,
}

/// What only administrators are given.
const ADMIN_ONLY: [Permission; 5] = [
    Permission::Receipts,
    Permission::Migrate,
    Permission::Integrations,
    Permission::Audit,
    Permission::Administration,
];

impl Role {
    /// The rights a person of this role begins with.
    pub fn permissions(self) -> Permissions {
        let all = Permissions::all();
        match self {
            Self::Admin => all,
            Self::Operator => all.iter().filter(|p| !ADMIN_ONLY.contains(p)).collect(),
            Self::Support => [
                Permission::Read,
                Permission::SessionsRead,
                Permission::TokensRead,
                Permission::DriversRead,
                Permission::Command,
                Permission::Diagnostics,
                Permission::Issues,
            ]
            .into_iter()
            .collect(),
            Self::Maintenance => {
                [Permission::Read, Permission::Command, Permission::Diagnostics, Permission::Issues]
                    .into_iter()
                    .collect()
            }
        }
    }

    pub fn may(self, permission: Permission) -> bool {
        self.permissions().has(permission)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Operator => "operator",
            Self::Support => "support",
            Self::Maintenance => "maintenance",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Admin, Self::Operator, Self::Support, Self::Maintenance]
            .into_iter()
            .find(|r| r.as_str() == text)
    }
}
