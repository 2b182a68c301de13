//! Who may do what where.

use serde::{Deserialize, Serialize};

/// Preset roles of the back office.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    Admin,
    Operator,
    Support,
    Maintenance,
}

/// One right. Reading is separate from changing; commands to stations are their own right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// See sites, stations, sessions, the log and live events.
    Read,
    /// See and change charge keys.
    Tokens,
    /// Create and change sites and stations, adopt unknown ones.
    Network,
    /// Send commands to stations.
    Command,
    /// Send any OCPP call, as experts do.
    RawCall,
    /// Close and review sessions.
    Sessions,
    /// Change the organisation, make and revoke API keys.
    Organisation,
}

/// Every permission, in the order screens list them.
pub const PERMISSIONS: [Permission; 7] = [
    Permission::Read,
    Permission::Tokens,
    Permission::Network,
    Permission::Command,
    Permission::RawCall,
    Permission::Sessions,
    Permission::Organisation,
];

impl Role {
    pub fn may(self, permission: Permission) -> bool {
        match self {
            Self::Admin => true,
            Self::Operator => permission != Permission::Organisation,
            Self::Support => {
                matches!(permission, Permission::Read | Permission::Command | Permission::Sessions)
            }
            Self::Maintenance => matches!(permission, Permission::Read | Permission::Command),
        }
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

impl Permission {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Tokens => "tokens",
            Self::Network => "network",
            Self::Command => "command",
            Self::RawCall => "raw_call",
            Self::Sessions => "sessions",
            Self::Organisation => "organisation",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        PERMISSIONS.into_iter().find(|p| p.as_str() == text)
    }
}
