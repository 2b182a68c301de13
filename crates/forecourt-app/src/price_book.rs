//! Idle fees, access profiles and payment rules of the installation in memory: a session start costs no query.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use forecourt_core::access_profile::Profile;
use forecourt_core::id::{IdleFeeId, OrganisationId, SiteId};
use forecourt_store::idle_fee::IdleFeeRecord;
use forecourt_store::{Store, StoreError};

use crate::access_profiles::KeyPayment;
use crate::payments::PayingTerms;

#[derive(Debug, Default)]
pub(crate) struct PriceBook(RwLock<Arc<Pages>>);

#[derive(Debug, Default)]
pub(crate) struct Pages {
    pub fees: HashMap<IdleFeeId, IdleFeeRecord>,
    pub fees_of_sites: HashMap<SiteId, IdleFeeId>,
    /// Those in force, oldest first.
    pub profiles: HashMap<OrganisationId, Vec<Profile>>,
    pub payments: HashMap<OrganisationId, KeyPayment>,
    pub(crate) paying: HashMap<OrganisationId, PayingTerms>,
}

impl PriceBook {
    pub async fn load(&self, store: &Store) -> Result<(), StoreError> {
        let mut pages = Pages {
            fees: store.all_idle_fees().await?.into_iter().map(|fee| (fee.id, fee)).collect(),
            fees_of_sites: store.idle_fees_of_sites().await?.into_iter().collect(),
            ..Pages::default()
        };
        for record in store.active_access_profiles().await? {
            let profile = Profile { id: record.id, name: record.name, rules: record.rules };
            pages.profiles.entry(record.organisation).or_default().push(profile);
        }
        for (organisation, policy) in store.key_payments().await? {
            pages.payments.insert(organisation, KeyPayment::parse(&policy).unwrap_or_default());
        }
        for setting in store.payment_settings().await? {
            pages.paying.insert(setting.organisation, PayingTerms::of(&setting));
        }
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(pages);
        Ok(())
    }

    pub fn pages(&self) -> Arc<Pages> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
