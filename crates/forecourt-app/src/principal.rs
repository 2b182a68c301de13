//! Who asks, for which organisation, and what they may do there.

use std::sync::Arc;

use forecourt_core::access::{Permission, Permissions, Role};
use forecourt_core::change::Change;
use forecourt_core::id::{ApiKeyId, OperatorId, OrganisationId, SiteId, StationId};

use crate::{App, AppError};

/// Who asks, for which organisation.
#[derive(Debug, Clone)]
pub struct Principal {
    pub organisation: OrganisationId,
    pub who: Who,
    pub permissions: Permissions,
    sites: Option<Arc<[SiteId]>>,
    proof: Proof,
}

/// How somebody showed who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proof {
    /// A password with or without a code, or the key of a program.
    Secret,
    Passkey,
    /// The provider of the organisation vouched for the person: what is the person's own stays closed, because whoever
    /// runs the provider could come as anybody.
    Provider,
}

#[derive(Debug, Clone)]
pub enum Who {
    Operator { id: OperatorId, name: String, email: String, role: Role },
    Program { id: ApiKeyId, name: String, scopes: Vec<Permission> },
}

impl Principal {
    /// With the rights of the role, or of the key, at every site.
    pub fn new(organisation: OrganisationId, who: Who) -> Self {
        let permissions = match &who {
            Who::Operator { role, .. } => role.permissions(),
            Who::Program { scopes, .. } => scopes.iter().copied().collect(),
        };
        Self { organisation, who, permissions, sites: None, proof: Proof::Secret }
    }

    #[must_use]
    pub(crate) fn proven_by(self, proof: Proof) -> Self {
        Self { proof, ..self }
    }

    /// Whether a second factor would add anything: not to a passkey, and a provider has its own ways.
    pub fn wants_second_factor(&self) -> bool {
        self.proof == Proof::Secret
    }

    /// A provider's word is good at its own organisation only.
    pub(crate) fn vouched_elsewhere(&self, organisation: OrganisationId) -> bool {
        self.is_vouched() && organisation != self.organisation
    }

    /// Whether the organisation's provider vouched for the person.
    pub fn is_vouched(&self) -> bool {
        self.proof == Proof::Provider
    }

    /// The same person at another organisation, whose every site they see.
    #[must_use]
    pub(crate) fn in_organisation(self, organisation: OrganisationId) -> Self {
        Self { organisation, sites: None, ..self }
    }

    /// With rights of their own instead of the role's.
    #[must_use]
    pub fn with_permissions(self, permissions: Permissions) -> Self {
        Self { permissions, ..self }
    }

    /// For these sites only.
    #[must_use]
    pub fn at_sites(self, sites: Vec<SiteId>) -> Self {
        Self { sites: Some(sites.into()), ..self }
    }

    pub fn may(&self, permission: Permission) -> bool {
        self.permissions.has(permission)
    }

    pub fn require(&self, permission: Permission) -> Result<(), AppError> {
        if self.may(permission) {
            Ok(())
        } else {
            Err(AppError::Forbidden("you may not do this; ask an administrator of your organisation"))
        }
    }

    /// Whether things of this site are the caller's business.
    pub fn sees(&self, site: SiteId) -> bool {
        self.sites.as_ref().is_none_or(|sites| sites.contains(&site))
    }

    /// The only sites the caller sees; `None`: every site of the organisation.
    pub fn sites(&self) -> Option<&[SiteId]> {
        self.sites.as_deref()
    }

    /// For what concerns the whole organisation: people who see single sites only are refused.
    pub fn require_every_site(&self) -> Result<(), AppError> {
        match self.sites {
            None => Ok(()),
            Some(_) => Err(AppError::Forbidden("this concerns every site; you see some of them")),
        }
    }

    /// As written beside what was done.
    pub fn name(&self) -> String {
        match &self.who {
            Who::Operator { name, .. } => name.clone(),
            Who::Program { name, .. } => format!("API key {name}"),
        }
    }
}

impl App {
    /// Whether what a station did is the caller's business. What belongs to no station is.
    pub(crate) fn sees_station(&self, principal: &Principal, station: Option<StationId>) -> bool {
        principal.sites().is_none()
            || station.is_none_or(|station| self.own_station(principal, station).is_ok())
    }

    /// Whether a change is the caller's business. What belongs to no place is everybody's of the organisation.
    pub fn is_told(&self, principal: &Principal, change: &Change) -> bool {
        if change.organisation != principal.organisation {
            return false;
        }
        let site = change.site.or_else(|| {
            let live = change.station.and_then(|station| self.directory.get(station));
            live.map(|live| live.record().site)
        });
        match (site, change.station) {
            (Some(site), _) => principal.sees(site),
            // A charger that is out of service: whose it was is not known any more.
            (None, Some(_)) => principal.sites().is_none(),
            (None, None) => true,
        }
    }
}
