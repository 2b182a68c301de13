//! What is unusual about a session, one bit each.

use serde::{Deserialize, Serialize};

/// One unusual thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Flag {
    /// We never saw its start; made from a later message.
    Reconstructed = 0,
    /// Ended by our own conclusion; the station may still correct it.
    Provisional = 1,
    /// The station was offline during a part of it.
    Offline = 2,
    /// A message came long after the moment it speaks of.
    Late = 3,
    /// The token was not accepted, and the station charged all the same.
    Unauthorised = 4,
    /// The energy register fell and went on counting from there.
    MeterReset = 5,
    /// The energy register passed its highest number.
    MeterRollover = 6,
    /// Single register values were impossible and left out.
    RegisterOutlier = 7,
    /// The register jumped further than the station could deliver; the jump is not counted.
    RegisterJump = 8,
    /// The stop register lies below the start register.
    NegativeEnergy = 9,
    /// The station's clock was unusable; times are those of arrival.
    Clock = 10,
    /// The EVSE was never named.
    UnknownEvse = 11,
    /// Another session began on the same EVSE before this one was stopped.
    Superseded = 12,
    /// No energy figure arrived.
    NoEnergy = 13,
    /// A person has looked at it.
    Reviewed = 14,
}

const ALL: [Flag; 15] = [
    Flag::Reconstructed,
    Flag::Provisional,
    Flag::Offline,
    Flag::Late,
    Flag::Unauthorised,
    Flag::MeterReset,
    Flag::MeterRollover,
    Flag::RegisterOutlier,
    Flag::RegisterJump,
    Flag::NegativeEnergy,
    Flag::Clock,
    Flag::UnknownEvse,
    Flag::Superseded,
    Flag::NoEnergy,
    Flag::Reviewed,
];

/// Flags that hold a session back until a person has looked.
const HOLD: [Flag; 6] = [
    Flag::Reconstructed,
    Flag::RegisterJump,
    Flag::NegativeEnergy,
    Flag::UnknownEvse,
    Flag::Superseded,
    Flag::MeterReset,
];

/// A set of [`Flag`]s.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flags(pub u32);

impl Flags {
    pub fn has(self, flag: Flag) -> bool {
        self.0 & (1 << flag as u8) != 0
    }

    pub fn set(&mut self, flag: Flag) {
        self.0 |= 1 << flag as u8;
    }

    pub fn clear(&mut self, flag: Flag) {
        self.0 &= !(1 << flag as u8);
    }

    pub fn iter(self) -> impl Iterator<Item = Flag> {
        ALL.into_iter().filter(move |flag| self.has(*flag))
    }

    pub fn needs_review(self) -> bool {
        !self.has(Flag::Reviewed) && HOLD.into_iter().any(|flag| self.has(flag))
    }
}
