//! How grave a security event is: the standard's list (1.6 security whitepaper, 2.0.1 part 2 appendix 1) and our own kinds.

/// The gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    Critical,
    High,
    Medium,
    Low,
}

impl Severity {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Critical, Self::High, Self::Medium, Self::Low].into_iter().find(|s| s.as_str() == text)
    }
}

/// Two live connections of one station; the newer one took over.
pub const CONNECTION_REPLACED: &str = "ConnectionReplaced";
/// A station named a session of another.
pub const FOREIGN_TRANSACTION: &str = "ForeignTransaction";
/// A station knocked with less than its security profile (A05).
pub const PROFILE_DOWNGRADE: &str = "SecurityProfileDowngrade";
/// A station asked for a certificate that it must not have (A02.FR.06).
pub const INVALID_SIGNING_REQUEST: &str = "InvalidSigningRequest";
/// A client certificate that does not open this door (A00.FR.415).
pub const INVALID_STATION_CERTIFICATE: &str = "InvalidChargingStationCertificate";
/// A certificate ends soon, or has ended.
pub const CERTIFICATE_EXPIRES: &str = "CertificateExpires";
pub const CERTIFICATE_REVOKED: &str = "CertificateRevoked";
/// A new certificate or a new password could not be brought to the station.
pub const CERTIFICATE_REFUSED: &str = "CertificateRefused";
pub const PASSWORD_CHANGE_REFUSED: &str = "PasswordChangeRefused";

/// Kind and severity. What the standard calls critical is never below high here: the station reports an incident.
const KINDS: &[(&str, Severity)] = &[
    ("FirmwareUpdated", Severity::High),
    ("FailedToAuthenticateAtCsms", Severity::Medium),
    ("FailedToAuthenticateAtCentralSystem", Severity::Medium),
    ("CsmsFailedToAuthenticate", Severity::Medium),
    ("CentralSystemFailedToAuthenticate", Severity::Medium),
    ("SettingSystemTime", Severity::High),
    ("StartupOfTheDevice", Severity::High),
    ("ResetOrReboot", Severity::High),
    ("SecurityLogWasCleared", Severity::Critical),
    ("ReconfigurationOfSecurityParameters", Severity::Medium),
    ("MemoryExhaustion", Severity::Critical),
    ("InvalidMessages", Severity::Medium),
    ("AttemptedReplayAttacks", Severity::High),
    ("TamperDetectionActivated", Severity::Critical),
    ("InvalidFirmwareSignature", Severity::High),
    ("InvalidFirmwareSigningCertificate", Severity::High),
    ("InvalidCsmsCertificate", Severity::High),
    ("InvalidCentralSystemCertificate", Severity::High),
    (INVALID_STATION_CERTIFICATE, Severity::High),
    ("InvalidChargePointCertificate", Severity::High),
    ("InvalidTLSVersion", Severity::Medium),
    ("InvalidTLSCipherSuite", Severity::Medium),
    ("MaintenanceLoginAccepted", Severity::High),
    ("MaintenanceLoginFailed", Severity::High),
    (CONNECTION_REPLACED, Severity::Medium),
    (FOREIGN_TRANSACTION, Severity::High),
    (PROFILE_DOWNGRADE, Severity::High),
    (INVALID_SIGNING_REQUEST, Severity::High),
    (CERTIFICATE_EXPIRES, Severity::Medium),
    (CERTIFICATE_REVOKED, Severity::Medium),
    (CERTIFICATE_REFUSED, Severity::Medium),
    (PASSWORD_CHANGE_REFUSED, Severity::Medium),
];

/// A kind nobody knows is kept, and is neither harmless nor an alarm.
pub fn severity_of(kind: &str) -> Severity {
    let known = KINDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(kind));
    known.map_or(Severity::Medium, |(_, severity)| *severity)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The kinds that the standard marks as critical.
    #[test]
    fn what_the_standard_calls_critical_is_high_at_least() {
        let critical = [
            "FirmwareUpdated",
            "SettingSystemTime",
            "StartupOfTheDevice",
            "ResetOrReboot",
            "SecurityLogWasCleared",
            "MemoryExhaustion",
            "TamperDetectionActivated",
        ];
        for kind in critical {
            assert!(severity_of(kind) <= Severity::High, "{kind}");
        }
        assert_eq!(severity_of("VendorSpecificThing"), Severity::Medium);
        assert_eq!(severity_of("tamperdetectionactivated"), Severity::Critical);
    }

    #[test]
    fn a_kind_is_listed_once() {
        let mut names: Vec<&str> = KINDS.iter().map(|(name, _)| *name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), KINDS.len());
    }
}
