//! The variables of a simulated station: one small table for both families, and the few that change its behaviour.

/// One variable. `key` is its 1.6 name, empty where 1.6 has none; `component` and `name` are its 2.x place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    pub key: &'static str,
    pub component: &'static str,
    pub name: &'static str,
    pub value: String,
    pub access: Access,
    pub kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    ReadOnly,
    ReadWrite,
    WriteOnly,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Whole,
    Flag,
    Text,
}

/// How an attempt to write ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    Done,
    ReadOnly,
    BadValue,
    Unknown,
}

#[derive(Debug, Clone)]
pub struct Settings {
    table: Vec<Setting>,
}

/// 1.6 key, 2.x component, 2.x variable, first value, access, kind. An empty name means: unknown in that version.
type Row = (&'static str, &'static str, &'static str, &'static str, Access, Kind);

const ROWS: &[Row] = &[
    ("HeartbeatInterval", "OCPPCommCtrlr", "HeartbeatInterval", "300", Access::ReadWrite, Kind::Whole),
    ("WebSocketPingInterval", "OCPPCommCtrlr", "WebSocketPingInterval", "60", Access::ReadWrite, Kind::Whole),
    ("TransactionMessageAttempts", "OCPPCommCtrlr", "MessageAttempts", "3", Access::ReadWrite, Kind::Whole),
    (
        "TransactionMessageRetryInterval",
        "OCPPCommCtrlr",
        "MessageAttemptInterval",
        "10",
        Access::ReadWrite,
        Kind::Whole,
    ),
    (
        "MeterValueSampleInterval",
        "SampledDataCtrlr",
        "TxUpdatedInterval",
        "60",
        Access::ReadWrite,
        Kind::Whole,
    ),
    (
        "MeterValuesSampledData",
        "SampledDataCtrlr",
        "TxUpdatedMeasurands",
        "Energy.Active.Import.Register,Power.Active.Import,Current.Import,Voltage,SoC",
        Access::ReadWrite,
        Kind::Text,
    ),
    ("ClockAlignedDataInterval", "AlignedDataCtrlr", "Interval", "0", Access::ReadWrite, Kind::Whole),
    ("ConnectionTimeOut", "TxCtrlr", "EVConnectionTimeOut", "60", Access::ReadWrite, Kind::Whole),
    ("StopTransactionOnInvalidId", "TxCtrlr", "StopTxOnInvalidId", "true", Access::ReadWrite, Kind::Flag),
    (
        "StopTransactionOnEVSideDisconnect",
        "TxCtrlr",
        "StopTxOnEVSideDisconnect",
        "true",
        Access::ReadOnly,
        Kind::Flag,
    ),
    ("", "TxCtrlr", "TxStartPoint", "Authorized", Access::ReadOnly, Kind::Text),
    ("", "TxCtrlr", "TxStopPoint", "Authorized,EVConnected", Access::ReadOnly, Kind::Text),
    (
        "AuthorizeRemoteTxRequests",
        "AuthCtrlr",
        "AuthorizeRemoteStart",
        "false",
        Access::ReadWrite,
        Kind::Flag,
    ),
    ("LocalAuthorizeOffline", "AuthCtrlr", "LocalAuthorizeOffline", "true", Access::ReadWrite, Kind::Flag),
    ("LocalPreAuthorize", "AuthCtrlr", "LocalPreAuthorize", "false", Access::ReadWrite, Kind::Flag),
    ("ResetRetries", "OCPPCommCtrlr", "ResetRetries", "1", Access::ReadWrite, Kind::Whole),
    (
        "UnlockConnectorOnEVSideDisconnect",
        "OCPPCommCtrlr",
        "UnlockOnEVSideDisconnect",
        "true",
        Access::ReadWrite,
        Kind::Flag,
    ),
    ("SupportedFeatureProfiles", "", "", "Core,RemoteTrigger", Access::ReadOnly, Kind::Text),
    ("GetConfigurationMaxKeys", "DeviceDataCtrlr", "ItemsPerMessage", "20", Access::ReadOnly, Kind::Whole),
    ("", "SecurityCtrlr", "SecurityProfile", "1", Access::ReadOnly, Kind::Whole),
    ("", "ClockCtrlr", "TimeSource", "Heartbeat", Access::ReadWrite, Kind::Text),
    // Its instance is Tariff; a simulated station that is told a tariff keeps it.
    ("", "TariffCostCtrlr", "Enabled", "true", Access::ReadWrite, Kind::Flag),
    ("AuthorizationKey", "SecurityCtrlr", "BasicAuthPassword", "", Access::WriteOnly, Kind::Text),
];

/// Shortest sample interval taken, in seconds: beyond it a station would drown itself.
const SAMPLE_MIN_S: i64 = 1;

impl Settings {
    /// The table as it leaves the factory, with what depends on the station filled in.
    pub fn new(evses: usize, identity: &str, model: &str, sample_s: u32) -> Self {
        let row = |&(key, component, name, value, access, kind): &Row| Setting {
            key,
            component,
            name,
            value: value.to_owned(),
            access,
            kind,
        };
        let mut table: Vec<Setting> = ROWS.iter().map(row).collect();
        let mut own = |key, component, name, value: &str| {
            table.push(Setting {
                key,
                component,
                name,
                value: value.to_owned(),
                access: Access::ReadOnly,
                kind: Kind::Text,
            });
        };
        own("NumberOfConnectors", "ChargingStation", "EVSECount", &evses.to_string());
        own("", "ChargingStation", "Model", model);
        own("", "SecurityCtrlr", "Identity", identity);
        let mut settings = Self { table };
        settings.set("MeterValueSampleInterval", sample_s.to_string());
        settings
    }

    pub fn all(&self) -> &[Setting] {
        &self.table
    }

    /// By its 1.6 name. Vendors differ in case, so case does not matter.
    pub fn by_key(&self, key: &str) -> Option<&Setting> {
        self.table.iter().find(|s| !s.key.is_empty() && s.key.eq_ignore_ascii_case(key))
    }

    pub fn by_variable(&self, component: &str, name: &str) -> Option<&Setting> {
        let same =
            |s: &&Setting| s.component.eq_ignore_ascii_case(component) && s.name.eq_ignore_ascii_case(name);
        self.table.iter().filter(|s| !s.component.is_empty()).find(same)
    }

    pub fn has_component(&self, component: &str) -> bool {
        self.table.iter().any(|s| !component.is_empty() && s.component.eq_ignore_ascii_case(component))
    }

    pub fn write_key(&mut self, key: &str, value: &str) -> Written {
        let at = self.table.iter().position(|s| !s.key.is_empty() && s.key.eq_ignore_ascii_case(key));
        self.write(at, value)
    }

    pub fn write_variable(&mut self, component: &str, name: &str, value: &str) -> Written {
        let same =
            |s: &Setting| s.component.eq_ignore_ascii_case(component) && s.name.eq_ignore_ascii_case(name);
        let at = self.table.iter().position(|s| !s.component.is_empty() && same(s));
        self.write(at, value)
    }

    fn write(&mut self, at: Option<usize>, value: &str) -> Written {
        let Some(setting) = at.and_then(|n| self.table.get_mut(n)) else { return Written::Unknown };
        if setting.access == Access::ReadOnly {
            return Written::ReadOnly;
        }
        let fits = match setting.kind {
            Kind::Whole => value.parse::<u32>().is_ok(),
            Kind::Flag => matches!(value, "true" | "false"),
            Kind::Text => value.len() <= 500,
        };
        if !fits {
            return Written::BadValue;
        }
        value.clone_into(&mut setting.value);
        Written::Done
    }

    fn set(&mut self, key: &str, value: String) {
        if let Some(setting) = self.table.iter_mut().find(|s| s.key == key) {
            setting.value = value;
        }
    }

    fn whole(&self, key: &str) -> i64 {
        self.by_key(key).and_then(|s| s.value.parse().ok()).unwrap_or(0)
    }

    /// Seconds between two readings in a transaction; 0 switches them off.
    pub fn sample_s(&self) -> Option<i64> {
        Some(self.whole("MeterValueSampleInterval")).filter(|s| *s > 0).map(|s| s.max(SAMPLE_MIN_S))
    }

    pub fn heartbeat_s(&self) -> i64 {
        self.whole("HeartbeatInterval")
    }

    /// The CSMS names the interval in its answer to the boot.
    pub fn set_heartbeat_s(&mut self, seconds: i64) {
        self.set("HeartbeatInterval", seconds.to_string());
    }

    pub fn stops_on_invalid_id(&self) -> bool {
        self.by_key("StopTransactionOnInvalidId").is_some_and(|s| s.value == "true")
    }

    pub fn starts_offline(&self) -> bool {
        self.by_key("LocalAuthorizeOffline").is_some_and(|s| s.value == "true")
    }

    /// Whether a start asked for by the CSMS is authorised like one at the reader.
    pub fn asks_for_remote_starts(&self) -> bool {
        self.by_key("AuthorizeRemoteTxRequests").is_some_and(|s| s.value == "true")
    }

    /// A password the CSMS has written, if it did.
    pub fn password(&self) -> Option<&str> {
        self.by_key("AuthorizationKey").map(|s| s.value.as_str()).filter(|value| !value.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_written_under_either_name_and_checked() {
        let mut settings = Settings::new(2, "CP-1", "Demo", 30);
        assert_eq!(settings.sample_s(), Some(30));
        assert_eq!(settings.write_key("metervaluesampleinterval", "5"), Written::Done);
        assert_eq!(settings.by_variable("SampledDataCtrlr", "TxUpdatedInterval").unwrap().value, "5");
        assert_eq!(
            settings.write_variable("SampledDataCtrlr", "TxUpdatedInterval", "often"),
            Written::BadValue
        );
        assert_eq!(settings.write_key("NumberOfConnectors", "9"), Written::ReadOnly);
        assert_eq!(settings.write_key("Nonsense", "9"), Written::Unknown);
        assert_eq!(settings.write_key("", "9"), Written::Unknown);
    }

    #[test]
    fn sampling_can_be_switched_off() {
        let mut settings = Settings::new(1, "CP-1", "Demo", 30);
        settings.write_key("MeterValueSampleInterval", "0");
        assert_eq!(settings.sample_s(), None);
    }
}
