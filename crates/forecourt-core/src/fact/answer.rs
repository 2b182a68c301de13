//! What a station is told back, without a protocol version.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::charging::RateUnit;
use crate::command::OcspRequest;
use crate::id::TransactionRef;
use crate::token::TokenInfo;
use crate::unit::Money;

/// What a station is told back.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    Boot {
        registration: Registration,
        now: Timestamp,
        interval_s: u32,
    },
    Heartbeat {
        now: Timestamp,
    },
    Authorize(TokenInfo),
    /// `reference` is what a 1.6 start is answered with; 2.x ignores it.
    Transaction {
        reference: Option<TransactionRef>,
        token: Option<TokenInfo>,
        /// What the session costs so far, or in all when it has ended; with VAT. Absent where it has no price.
        total_cost: Option<Money>,
    },
    DataTransfer(DataTransferStatus),
    /// Yes, no or later: for calls whose answer is one status word.
    Ruling(Ruling),
    /// 2.x AuthorizeResponse with the verdict on the certificate, in OCPP's word (Accepted, CertificateRevoked, …).
    AuthorizeContract {
        info: TokenInfo,
        certificate_status: &'static str,
    },
    /// Base64 of EXI, or why there is none.
    EvCertificate(Result<String, String>),
    /// Base64 of a DER OCSP answer, or why there is none (GetCertificateStatus).
    OcspResult(Result<String, String>),
    /// 2.1 GetCertificateChainStatus: for each certificate Good, Revoked, Unknown or Failed.
    ChainStatus {
        statuses: Vec<CertificateState>,
    },
    /// 2.1 PullDynamicScheduleUpdate: the newest limit of the profile, milliamperes or watts as the profile says.
    ScheduleUpdate(Option<ScheduleUpdate>),
    /// A confirmation without content.
    Done,
}

/// The answer to a call that wants one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ruling {
    Accepted,
    Rejected,
    /// Only where the call has the word (NotifyEVChargingNeeds: a schedule follows).
    Processing,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateState {
    pub request: OcspRequest,
    pub status: &'static str,
    pub next_update: Timestamp,
}

/// A new limit of a dynamic profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScheduleUpdate {
    pub unit: RateUnit,
    pub limit: i64,
}

/// Whether we serve this station.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Registration {
    Accepted,
    Pending,
    Rejected,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DataTransferStatus {
    Accepted,
    Rejected,
    UnknownMessage,
    UnknownVendor,
}
