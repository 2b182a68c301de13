//! Configuration templates: what the stations of a make should be set to, where one differs, and its repair.

use forecourt_core::access::Permission;
use forecourt_core::command::{Command, VariableName};
use forecourt_core::id::StationId;
use forecourt_store::VariableRecord;
use forecourt_store::station::StationRecord;
use forecourt_store::template::TemplateRecord;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::audit::Subject;
use crate::commands::Asked;
use crate::{App, AppError, Principal};

/// Settings of one template.
const ENTRIES_MAX: usize = 200;
/// Longest name and value, in characters (2.0.1 SetVariables: 50 and 1,000).
const NAME_MAX_CHARS: usize = 50;
const VALUE_MAX_CHARS: usize = 1_000;

/// One wanted setting. `component` is empty for a 1.6 configuration key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateEntry {
    #[serde(default)]
    pub component: String,
    pub name: String,
    pub value: String,
}

/// A template as an operator writes it.
#[derive(Debug, Clone)]
pub struct NewTemplate {
    pub name: String,
    pub vendor: String,
    pub model: String,
    pub firmware: String,
    pub family: String,
    pub entries: Vec<TemplateEntry>,
}

/// Where a station stands against one wanted setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    pub template: i64,
    pub template_name: String,
    pub entry: TemplateEntry,
    /// What the station has; `None`: it has not told.
    pub actual: Option<String>,
    pub readonly: bool,
    pub state: DriftState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DriftState {
    Same,
    Different,
    /// The station has not told this setting; read its configuration first.
    Unknown,
}

impl App {
    pub async fn templates(&self, principal: &Principal) -> Result<Vec<TemplateRecord>, AppError> {
        principal.require(Permission::Read)?;
        Ok(self.store.templates(principal.organisation).await?)
    }

    pub async fn add_template(
        &self,
        principal: &Principal,
        new: NewTemplate,
    ) -> Result<TemplateRecord, AppError> {
        principal.require(Permission::Network)?;
        principal.require_every_site()?;
        let record = self.template_record(principal, new, self.id(), 1)?;
        let mut tx = self.store.begin().await?;
        tx.add_template(&record).await?;
        let note = self.note(principal, "configuration_template.added", subject_of(&record));
        tx.audit(&note.made(&described(&record))).await?;
        tx.commit().await?;
        Ok(record)
    }

    pub async fn set_template(
        &self,
        principal: &Principal,
        id: i64,
        version: i64,
        new: NewTemplate,
    ) -> Result<TemplateRecord, AppError> {
        principal.require(Permission::Network)?;
        principal.require_every_site()?;
        let known = self.template(principal, id).await?;
        let record = TemplateRecord {
            created_at: known.created_at,
            ..self.template_record(principal, new, id, version)?
        };
        let mut tx = self.store.begin().await?;
        tx.set_template(&record).await?;
        let note = self.note(principal, "configuration_template.edited", subject_of(&record));
        tx.audit(&note.changed(described(&known), described(&record))).await?;
        tx.commit().await?;
        Ok(TemplateRecord { version: version + 1, ..record })
    }

    pub async fn remove_template(&self, principal: &Principal, id: i64) -> Result<(), AppError> {
        principal.require(Permission::Network)?;
        principal.require_every_site()?;
        let known = self.template(principal, id).await?;
        let mut tx = self.store.begin().await?;
        if !tx.remove_template(principal.organisation, id).await? {
            return Err(AppError::NotFound("template"));
        }
        let note = self.note(principal, "configuration_template.deleted", subject_of(&known));
        tx.audit(&note.gone(&described(&known))).await?;
        Ok(tx.commit().await?)
    }

    pub async fn template(&self, principal: &Principal, id: i64) -> Result<TemplateRecord, AppError> {
        let known = self.templates(principal).await?;
        known.into_iter().find(|template| template.id == id).ok_or(AppError::NotFound("template"))
    }

    fn template_record(
        &self,
        principal: &Principal,
        new: NewTemplate,
        id: i64,
        version: i64,
    ) -> Result<TemplateRecord, AppError> {
        check(&new)?;
        Ok(TemplateRecord {
            id,
            organisation: principal.organisation,
            name: new.name.trim().to_owned(),
            vendor: new.vendor.trim().to_owned(),
            model: new.model.trim().to_owned(),
            firmware: new.firmware.trim().to_owned(),
            family: new.family,
            entries: serde_json::to_string(&new.entries).unwrap_or_default(),
            created_at: self.now(),
            version,
        })
    }

    /// Every wanted setting of a station beside what it has.
    pub async fn drift(&self, principal: &Principal, station: StationId) -> Result<Vec<Drift>, AppError> {
        let live = self.own_station(principal, station)?;
        let templates = self.templates(principal).await?;
        let record = live.record();
        let spoken = live.link().protocol;
        let protocol = spoken.or(record.protocol.as_deref());
        let variables = self.store.variables(station).await?;
        Ok(templates
            .iter()
            .filter(|template| fits(template, &record, protocol))
            .flat_map(|template| drift_of(template, &variables))
            .collect())
    }

    /// Sends the wanted value of every setting that differs. Says how many the station took and how many it did not.
    pub async fn repair(
        &self,
        principal: &Principal,
        station: StationId,
        queue_until: Option<forecourt_core::Timestamp>,
    ) -> Result<(usize, usize), AppError> {
        principal.require(Permission::Command)?;
        let different = |drift: &Drift| drift.state != DriftState::Same && !drift.readonly;
        let (mut taken, mut refused) = (0, 0);
        for drift in self.drift(principal, station).await?.into_iter().filter(different) {
            let TemplateEntry { component, name, value } = drift.entry;
            let command = Command::WriteVariable { variable: VariableName { component, name }, value };
            let request = serde_json::to_string(&command).unwrap_or_default();
            let asked = Asked { name: "write_variable", request, queue_until };
            let (record, _) = self.command(principal, station, command, asked).await?;
            match record.outcome.as_deref() {
                None | Some("accepted") => taken += 1,
                Some(_) => refused += 1,
            }
        }
        Ok((taken, refused))
    }
}

fn drift_of(template: &TemplateRecord, variables: &[VariableRecord]) -> Vec<Drift> {
    let entries: Vec<TemplateEntry> = serde_json::from_str(&template.entries).unwrap_or_default();
    let compared = entries.into_iter().map(|entry| {
        let same = |v: &&VariableRecord| {
            v.variable.component.eq_ignore_ascii_case(&entry.component)
                && v.variable.name.eq_ignore_ascii_case(&entry.name)
                && v.variable.attribute == "Actual"
        };
        let found = variables.iter().find(same);
        let actual = found.and_then(|v| v.variable.value.clone());
        let state = match &actual {
            Some(actual) if is_same(actual, &entry.value) => DriftState::Same,
            Some(_) => DriftState::Different,
            None => DriftState::Unknown,
        };
        Drift {
            template: template.id,
            template_name: template.name.clone(),
            readonly: found.is_some_and(|v| v.variable.readonly),
            entry,
            actual,
            state,
        }
    });
    compared.collect()
}

/// Stations write TRUE for true and set lists apart as they like.
fn is_same(actual: &str, wanted: &str) -> bool {
    let plain = |text: &str| -> Vec<String> {
        text.split(',').map(|part| part.trim().to_ascii_lowercase()).collect()
    };
    plain(actual) == plain(wanted)
}

fn fits(template: &TemplateRecord, station: &StationRecord, protocol: Option<&str>) -> bool {
    let family = match protocol {
        Some("ocpp1.6") => "1.6",
        Some(_) => "2",
        None => return false,
    };
    let fits = |pattern: &str, text: Option<&str>| matches(pattern, text.unwrap_or_default());
    template.family == family
        && fits(&template.vendor, station.vendor.as_deref())
        && fits(&template.model, station.model.as_deref())
        && fits(&template.firmware, station.firmware.as_deref())
}

/// Empty fits everything; a `*` at the end stands for the rest. Case does not matter.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.to_lowercase(), text.trim().to_lowercase());
    match pattern.strip_suffix('*') {
        Some(start) => text.starts_with(start),
        None => pattern.is_empty() || pattern == text,
    }
}

fn check(new: &NewTemplate) -> Result<(), AppError> {
    if new.name.trim().is_empty() {
        return Err(AppError::field("/name", "a name"));
    }
    if !matches!(new.family.as_str(), "1.6" | "2") {
        return Err(AppError::field("/family", "1.6 or 2"));
    }
    if new.entries.is_empty() || new.entries.len() > ENTRIES_MAX {
        return Err(AppError::field("/entries", format!("1 to {ENTRIES_MAX} settings")));
    }
    for (index, entry) in new.entries.iter().enumerate() {
        let at = |member: &str| format!("/entries/{index}/{member}");
        let chars = |text: &str| text.chars().count();
        if entry.name.trim().is_empty() || chars(&entry.name) > NAME_MAX_CHARS {
            return Err(AppError::field(&at("name"), format!("1 to {NAME_MAX_CHARS} characters")));
        }
        if (new.family == "2") == entry.component.is_empty() || chars(&entry.component) > NAME_MAX_CHARS {
            return Err(AppError::field(&at("component"), "named for 2.x, empty for 1.6"));
        }
        if chars(&entry.value) > VALUE_MAX_CHARS {
            return Err(AppError::field(&at("value"), format!("at most {VALUE_MAX_CHARS} characters")));
        }
    }
    Ok(())
}

/// What the record of who did what says of a template: names of settings, values may be secrets.
fn described(record: &TemplateRecord) -> Value {
    let entries: Vec<TemplateEntry> = serde_json::from_str(&record.entries).unwrap_or_default();
    let names: Vec<String> = entries.into_iter().map(|entry| entry.name).collect();
    json!({"name": record.name, "vendor": record.vendor, "model": record.model, "firmware": record.firmware,
        "settings": names})
}

fn subject_of(record: &TemplateRecord) -> Subject<'_> {
    ("configuration_template", record.id, &record.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_by_start_and_without_case() {
        assert!(matches("", "anything"));
        assert!(matches("ACME", "acme"));
        assert!(matches("Wall*", "WALLBOX 3"));
        assert!(!matches("Wall", "Wallbox"));
    }

    #[test]
    fn values_are_the_same_in_any_spelling() {
        assert!(is_same("TRUE", "true"));
        assert!(is_same("Energy.Active.Import.Register, Voltage", "Energy.Active.Import.Register,Voltage"));
        assert!(!is_same("60", "600"));
    }
}
