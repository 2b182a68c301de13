//! The three phases of a supply, and which of them an EVSE loads.

use serde::{Deserialize, Serialize};

use crate::unit::MilliAmps;

/// One phase conductor of the supply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Line {
    L1,
    L2,
    L3,
}

impl Line {
    pub const ALL: [Self; 3] = [Self::L1, Self::L2, Self::L3];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::L1 => "l1",
            Self::L2 => "l2",
            Self::L3 => "l3",
        }
    }

    pub(super) fn bit(self) -> u8 {
        1 << (self as u8)
    }
}

/// One current for each phase.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PerPhase {
    #[cfg_attr(feature = "openapi", schema(value_type = i64))]
    pub l1: MilliAmps,
    #[cfg_attr(feature = "openapi", schema(value_type = i64))]
    pub l2: MilliAmps,
    #[cfg_attr(feature = "openapi", schema(value_type = i64))]
    pub l3: MilliAmps,
}

impl PerPhase {
    pub const ZERO: Self = Self::even(MilliAmps::ZERO);

    /// The same on each phase.
    pub const fn even(each: MilliAmps) -> Self {
        Self { l1: each, l2: each, l3: each }
    }

    pub fn on(&self, line: Line) -> MilliAmps {
        match line {
            Line::L1 => self.l1,
            Line::L2 => self.l2,
            Line::L3 => self.l3,
        }
    }

    #[must_use]
    pub fn map(self, change: impl Fn(Line, MilliAmps) -> MilliAmps) -> Self {
        Self { l1: change(Line::L1, self.l1), l2: change(Line::L2, self.l2), l3: change(Line::L3, self.l3) }
    }

    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        self.map(|line, own| own.saturating_add(other.on(line)))
    }

    /// The smallest of the three.
    pub fn least(&self) -> MilliAmps {
        self.l1.min(self.l2).min(self.l3)
    }

    /// The largest of the three.
    pub fn most(&self) -> MilliAmps {
        self.l1.max(self.l2).max(self.l3)
    }
}

/// In which order the phases of the supply arrive at a charger (OCPP writes them RST, STR, …). A charger on one phase has only
/// its first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "UPPERCASE")]
pub enum Rotation {
    Rst,
    Rts,
    Srt,
    Str,
    Trs,
    Tsr,
}

impl Rotation {
    pub const ALL: [Self; 6] = [Self::Rst, Self::Rts, Self::Srt, Self::Str, Self::Trs, Self::Tsr];

    /// The supply's phases at the charger's own first, second and third.
    pub fn lines(self) -> [Line; 3] {
        use Line::{L1, L2, L3};
        match self {
            Self::Rst => [L1, L2, L3],
            Self::Rts => [L1, L3, L2],
            Self::Srt => [L2, L1, L3],
            Self::Str => [L2, L3, L1],
            Self::Trs => [L3, L1, L2],
            Self::Tsr => [L3, L2, L1],
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rst => "RST",
            Self::Rts => "RTS",
            Self::Srt => "SRT",
            Self::Str => "STR",
            Self::Trs => "TRS",
            Self::Tsr => "TSR",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rotation| rotation.as_str() == text)
    }
}

/// How an EVSE hangs on the supply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Wiring {
    /// 1 or 3 conductors (direct current is made from three).
    pub phases: u8,
    /// `None`: nobody knows, so that whatever flows is counted on every phase.
    pub rotation: Option<Rotation>,
    /// How many phases the car uses, where that was seen.
    pub car: Option<u8>,
}

impl Wiring {
    pub const THREE: Self = Self { phases: 3, rotation: Some(Rotation::Rst), car: None };

    /// How many conductors carry the current.
    pub fn used(&self) -> i64 {
        i64::from(self.phases.min(self.car.unwrap_or(3)).clamp(1, 3))
    }

    /// The phases to count its current on, as bits.
    pub(super) fn bits(&self) -> u8 {
        let used = self.used();
        let lines = match self.rotation {
            Some(rotation) if used < 3 => rotation.lines(),
            _ => return 0b111,
        };
        lines.into_iter().zip(0..used).fold(0, |bits, (line, _)| bits | line.bit())
    }

    pub fn loads(&self, line: Line) -> bool {
        self.bits() & line.bit() != 0
    }
}
