//! Charging profiles: how much power may flow when, without a protocol version.
//!
//! Rates are milliamperes per phase or watts in all, as the unit says. Nothing here decides what a limit should be.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::id::TransactionRef;

/// One profile as a station takes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChargingProfile {
    /// Unique at the station; the same id replaces.
    pub id: i64,
    /// Among profiles of one purpose the highest level wins.
    pub stack_level: i64,
    pub purpose: ProfilePurpose,
    pub kind: ProfileKind,
    /// Only for recurring profiles.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recurrency: Option<Recurrency>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub valid_from: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub valid_to: Option<Timestamp>,
    /// The running session this profile is for; only with the purpose `transaction`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub transaction: Option<TransactionRef>,
    /// One schedule; a 2.x station takes up to three, from which the vehicle chooses.
    pub schedules: Vec<ChargingSchedule>,
}

/// What a profile limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ProfilePurpose {
    /// The whole station (1.6 ChargePointMaxProfile, 2.x ChargingStationMaxProfile).
    StationMax,
    /// Every session that has no profile of its own (TxDefaultProfile).
    Default,
    /// One session (TxProfile).
    Transaction,
    /// A limit set from outside (2.x ChargingStationExternalConstraints).
    External,
    /// Sessions that asked for priority (2.1 PriorityCharging).
    Priority,
    /// Power made on the spot (2.1 LocalGeneration).
    LocalGeneration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ProfileKind {
    /// Starts at a moment.
    Absolute,
    /// Repeats each day or week.
    Recurring,
    /// Starts when charging starts.
    Relative,
    /// Follows updates (2.1).
    Dynamic,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Recurrency {
    Daily,
    Weekly,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChargingSchedule {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub starts_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_s: Option<i64>,
    pub unit: RateUnit,
    /// Below this the vehicle should rather not charge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_rate: Option<i64>,
    pub periods: Vec<SchedulePeriod>,
}

/// What `limit` counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RateUnit {
    /// Milliamperes per phase.
    MilliAmps,
    /// Watts over all phases.
    Watts,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SchedulePeriod {
    /// Seconds after the start of the schedule.
    pub start_s: i64,
    /// In the schedule's unit.
    pub limit: i64,
    /// 1 to 3; the station assumes 3.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phases: Option<i64>,
}
