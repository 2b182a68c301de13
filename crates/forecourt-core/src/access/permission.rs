//! One right, and a set of them.

use serde::{Deserialize, Serialize};

/// One right. Reading is separate from changing; what is dangerous is a right of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// See sites, chargers, their log and live events.
    Read,
    /// See the full dashboard, download reports.
    Reports,
    /// Take lists out as files.
    Export,
    /// See charging sessions.
    SessionsRead,
    /// Close and review sessions.
    Sessions,
    /// See and send receipts.
    Receipts,
    /// See charge keys.
    TokensRead,
    /// Make, change and delete charge keys.
    Tokens,
    /// See drivers, groups, cars and fleets.
    DriversRead,
    /// Make, change and delete drivers, groups, cars and fleets.
    Drivers,
    /// Create and change sites and stations, adopt unknown ones.
    Network,
    /// Delete sites and stations.
    NetworkDelete,
    /// Move sites and stations to another organisation.
    Migrate,
    /// Send commands to stations.
    Command,
    /// Send any OCPP call, as experts do.
    RawCall,
    /// Make zones and change what chargers may draw.
    Power,
    /// Mark faults as solved.
    Diagnostics,
    /// Write and settle tickets.
    Issues,
    /// Make the organisation's alert rules.
    Alerts,
    /// Make and change prices.
    Tariffs,
    /// See revenue, invoices, wallets and payouts.
    Revenue,
    /// Give credit, make invoices and credit notes, ask for payouts.
    Billing,
    /// Change the organisation's details and branding.
    Organisation,
    /// Invite operators and change their rights.
    Operators,
    /// Make and revoke API keys and webhooks.
    Integrations,
    /// See who did what.
    Audit,
    /// Packages, branches, the certificate authority, what everybody signs in with.
    Administration,
}

/// Every permission, in the order screens list them.
pub const PERMISSIONS: [Permission; 27] = [
    Permission::Read,
    Permission::Reports,
    Permission::Export,
    Permission::SessionsRead,
    Permission::Sessions,
    Permission::Receipts,
    Permission::TokensRead,
    Permission::Tokens,
    Permission::DriversRead,
    Permission::Drivers,
    Permission::Network,
    Permission::NetworkDelete,
    Permission::Migrate,
    Permission::Command,
    Permission::RawCall,
    Permission::Power,
    Permission::Diagnostics,
    Permission::Issues,
    Permission::Alerts,
    Permission::Tariffs,
    Permission::Revenue,
    Permission::Billing,
    Permission::Organisation,
    Permission::Operators,
    Permission::Integrations,
    Permission::Audit,
    Permission::Administration,
];

impl Permission {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Reports => "reports",
            Self::Export => "export",
            Self::SessionsRead => "sessions_read",
            Self::Sessions => "sessions",
            Self::Receipts => "receipts",
            Self::TokensRead => "tokens_read",
            Self::Tokens => "tokens",
            Self::DriversRead => "drivers_read",
            Self::Drivers => "drivers",
            Self::Network => "network",
            Self::NetworkDelete => "network_delete",
            Self::Migrate => "migrate",
            Self::Command => "command",
            Self::RawCall => "raw_call",
            Self::Power => "power",
            Self::Diagnostics => "diagnostics",
            Self::Issues => "issues",
            Self::Alerts => "alerts",
            Self::Tariffs => "tariffs",
            Self::Revenue => "revenue",
            Self::Billing => "billing",
            Self::Organisation => "organisation",
            Self::Operators => "operators",
            Self::Integrations => "integrations",
            Self::Audit => "audit",
            Self::Administration => "administration",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        PERMISSIONS.into_iter().find(|p| p.as_str() == text)
    }

    /// Rights that make no sense without another one bring it along.
    pub fn needs(self) -> Option<Self> {
        match self {
            Self::Sessions | Self::Receipts => Some(Self::SessionsRead),
            Self::Tokens => Some(Self::TokensRead),
            Self::Drivers => Some(Self::DriversRead),
            Self::Billing => Some(Self::Revenue),
            Self::NetworkDelete | Self::Migrate => Some(Self::Network),
            Self::RawCall => Some(Self::Command),
            _ => None,
        }
    }

    fn bit(self) -> u32 {
        1 << (self as u32)
    }
}

/// A set of rights; what one of them needs is always in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Permissions(u32);

impl Permissions {
    pub fn all() -> Self {
        PERMISSIONS.into_iter().collect()
    }

    pub fn has(self, permission: Permission) -> bool {
        self.0 & permission.bit() != 0
    }

    /// Whether nothing is in it that `other` lacks.
    pub fn is_within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    #[must_use]
    pub fn with(self, permission: Permission) -> Self {
        let needed = permission.needs().map_or(0, Permission::bit);
        Self(self.0 | permission.bit() | needed)
    }

    /// In the order screens list them.
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        PERMISSIONS.into_iter().filter(move |p| self.has(*p))
    }

    /// Words with spaces between them; words of other builds are passed over.
    pub fn parse(text: &str) -> Self {
        text.split(' ').filter_map(Permission::parse).collect()
    }

    pub fn words(self) -> Vec<&'static str> {
        self.iter().map(Permission::as_str).collect()
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<T: IntoIterator<Item = Permission>>(all: T) -> Self {
        all.into_iter().fold(Self::default(), Self::with)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_back_and_needs_come_along() {
        for permission in PERMISSIONS {
            assert_eq!(Permission::parse(permission.as_str()), Some(permission));
        }
        assert_eq!(Permissions::parse(&Permissions::all().words().join(" ")), Permissions::all());
        let set = Permissions::parse("tokens nonsense");
        assert!(set.has(Permission::TokensRead) && set.has(Permission::Tokens));
        assert!(!set.has(Permission::Read));
        assert!(set.is_within(Permissions::all()) && !Permissions::all().is_within(set));
    }
}
