//! Lists as people like to see them: filters, order and columns under a name, for oneself or for all.

use forecourt_core::access::Permission;
use forecourt_store::SavedViewRecord;

use crate::accounts::NAME_MAX_CHARS;
use crate::{App, AppError, Principal, Who};

/// Longest query, in characters: what browsers and proxies carry in an address without doubt.
const QUERY_MAX_CHARS: usize = 2_000;
/// Longest name of a page, in characters.
const PAGE_MAX_CHARS: usize = 40;

#[derive(Debug, Clone)]
pub struct NewSavedView {
    pub page: String,
    pub name: String,
    /// As it stands in the address, without `?`.
    pub query: String,
    pub shared: bool,
}

impl App {
    pub async fn saved_views(
        &self,
        principal: &Principal,
        page: &str,
    ) -> Result<Vec<SavedViewRecord>, AppError> {
        principal.require(Permission::Read)?;
        Ok(self.store.saved_views(principal.organisation, principal.operator(), page).await?)
    }

    /// A view for all needs the right to change the network; one's own only that of reading.
    pub async fn save_view(
        &self,
        principal: &Principal,
        new: NewSavedView,
    ) -> Result<SavedViewRecord, AppError> {
        principal.require(if new.shared { Permission::Network } else { Permission::Read })?;
        let name = new.name.trim();
        if name.is_empty() || name.chars().count() > NAME_MAX_CHARS {
            return Err(AppError::field("/name", "a name by which you find it again"));
        }
        if new.query.len() > QUERY_MAX_CHARS {
            return Err(AppError::field("/query", format!("at most {QUERY_MAX_CHARS} characters")));
        }
        if new.page.is_empty() || new.page.len() > PAGE_MAX_CHARS {
            return Err(AppError::field("/page", "the page the view is of"));
        }
        let record = SavedViewRecord {
            id: self.id(),
            organisation: principal.organisation,
            operator: principal.operator(),
            page: new.page,
            name: name.to_owned(),
            query: new.query,
            shared: new.shared || principal.operator().is_none(),
            created_at: self.now(),
        };
        let mut tx = self.store.begin().await?;
        tx.add_saved_view(&record).await?;
        tx.commit().await?;
        Ok(record)
    }

    /// Somebody else's view for oneself does not exist; a shared one of somebody else needs the right to change the network.
    pub async fn remove_saved_view(&self, principal: &Principal, id: i64) -> Result<(), AppError> {
        principal.require(Permission::Read)?;
        let view = self.store.saved_view(principal.organisation, id).await?;
        let own = |view: &SavedViewRecord| view.operator == principal.operator();
        let view = view.filter(|view| view.shared || own(view)).ok_or(AppError::NotFound("saved view"))?;
        if !own(&view) {
            principal.require(Permission::Network)?;
        }
        let mut tx = self.store.begin().await?;
        tx.remove_saved_view(principal.organisation, id).await?;
        Ok(tx.commit().await?)
    }
}

impl Principal {
    /// The person who asks; `None`: a program.
    pub fn operator(&self) -> Option<forecourt_core::id::OperatorId> {
        match &self.who {
            Who::Operator { id, .. } => Some(*id),
            Who::Program { .. } => None,
        }
    }
}
