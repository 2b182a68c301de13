//! Meter values of every version: samples of one moment become one [`Reading`].
//!
//! Each value is converted by its own unit; values of single phases never become totals, values at other places never
//! become the outlet's, and whatever has no place of its own is kept as text. It computes no energy of a session.

use forecourt_core::Timestamp;
use forecourt_core::fact::{Context, ExtraValue, Reading};
use forecourt_core::unit::{MilliAmps, MilliVolts, PerMille, WattHours, Watts};

use crate::decimal::{Decimal, Oddity};
use crate::node::Node;
use crate::read::{Object, kind};
use crate::word::{self, Words};
use crate::write::cut;

/// Longest text kept of a value we do not use (signed data is kilobytes; the message log has all of it), in characters.
const EXTRA_CHARS: usize = 200;
/// Largest decimal shift a station may ask for (2.x `multiplier`); beyond it nothing measurable is left.
const MAX_MULTIPLIER: u64 = 30;

/// How a version writes the number itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Values {
    /// 1.6: a text.
    Text,
    /// 2.x: a number.
    Number,
}

/// Reads a list of MeterValue into readings, in the order of the message. `None` when the member is absent or no list.
pub fn readings(
    object: &Object<'_>,
    name: &str,
    values: Values,
    now: Timestamp,
    out: &mut Vec<Reading>,
) -> Option<usize> {
    let mut moments: Vec<Moment> = Vec::new();
    let count = object.each(name, |value| {
        value.extras(&["timestamp", "sampledValue"]);
        let at = value.expect_time("timestamp");
        let first = moments.len();
        let samples = value.each("sampledValue", |sample| {
            let context = match word::read(&sample, "context", CONTEXTS) {
                Some(Ok(context)) => context,
                Some(Err(_)) => Context::Other,
                // The default (1.6 §7.34, 2.0.1 SampledValueType); within one MeterValue a sample that says nothing
                // belongs to the ones that do.
                None => moments.get(first).map_or(Context::Periodic, |moment| moment.reading.context),
            };
            moment(&mut moments, at, now, context).take(&sample, values);
        });
        match samples {
            None => value.missing("sampledValue"),
            Some(0) => value.note(kind::EMPTY, "sampledValue", ""),
            Some(_) => {}
        }
    });
    out.extend(moments.into_iter().map(Moment::finish));
    count
}

/// How far back a MeterValue of the same moment is looked for: stations that split a moment send its parts together.
const SAME_MOMENT_WITHIN: usize = 4;

fn moment(moments: &mut Vec<Moment>, at: Option<Timestamp>, now: Timestamp, context: Context) -> &mut Moment {
    let time = at.unwrap_or(now);
    let recent = moments.len().saturating_sub(SAME_MOMENT_WITHIN);
    let same = moments[recent..].iter().position(|m| m.reading.at == time && m.reading.context == context);
    let index = same.map_or(moments.len(), |index| recent + index);
    if index == moments.len() {
        let mut reading = Reading::empty(time, context);
        reading.at_is_stations = at.is_some();
        moments.push(Moment { reading, register: [None; 3], power: [None; 3], volts: Mean::default() });
    }
    &mut moments[index]
}

const CONTEXTS: &Words<Context> = &[
    ("Sample.Periodic", Context::Periodic),
    ("Transaction.Begin", Context::Begin),
    ("Transaction.End", Context::End),
    ("Sample.Clock", Context::Clock),
    ("Trigger", Context::Trigger),
    ("Interruption.Begin", Context::Interruption),
    ("Interruption.End", Context::Interruption),
    ("Other", Context::Other),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Measurand {
    Register,
    ExportRegister,
    Interval,
    Power,
    PowerOffered,
    Current,
    CurrentOffered,
    Voltage,
    Soc,
    /// Known to OCPP, kept as text.
    Kept,
}

const MEASURANDS: &Words<Measurand> = &[
    ("Energy.Active.Import.Register", Measurand::Register),
    ("Power.Active.Import", Measurand::Power),
    ("Current.Import", Measurand::Current),
    ("Voltage", Measurand::Voltage),
    ("SoC", Measurand::Soc),
    ("Current.Offered", Measurand::CurrentOffered),
    ("Power.Offered", Measurand::PowerOffered),
    ("Energy.Active.Import.Interval", Measurand::Interval),
    ("Energy.Active.Export.Register", Measurand::ExportRegister),
    ("Temperature", Measurand::Kept),
    ("Frequency", Measurand::Kept),
    ("Current.Export", Measurand::Kept),
    ("Power.Factor", Measurand::Kept),
    ("Power.Active.Export", Measurand::Kept),
    ("Power.Reactive.Export", Measurand::Kept),
    ("Power.Reactive.Import", Measurand::Kept),
    ("Energy.Reactive.Export.Register", Measurand::Kept),
    ("Energy.Reactive.Import.Register", Measurand::Kept),
    ("Energy.Active.Export.Interval", Measurand::Kept),
    ("Energy.Reactive.Export.Interval", Measurand::Kept),
    ("Energy.Reactive.Import.Interval", Measurand::Kept),
    ("Energy.Active.Net", Measurand::Kept),
    ("Energy.Reactive.Net", Measurand::Kept),
    ("Energy.Apparent.Net", Measurand::Kept),
    ("Energy.Apparent.Import", Measurand::Kept),
    ("Energy.Apparent.Export", Measurand::Kept),
    ("RPM", Measurand::Kept),
    // 2.1
    ("Power.Import.Offered", Measurand::PowerOffered),
    ("Current.Import.Offered", Measurand::CurrentOffered),
    ("Current.Export.Minimum", Measurand::Kept),
    ("Current.Export.Offered", Measurand::Kept),
    ("Current.Import.Minimum", Measurand::Kept),
    ("Display.BatteryEnergyCapacity", Measurand::Kept),
    ("Display.ChargingComplete", Measurand::Kept),
    ("Display.InletHot", Measurand::Kept),
    ("Display.MaximumSOC", Measurand::Kept),
    ("Display.MinimumSOC", Measurand::Kept),
    ("Display.PresentSOC", Measurand::Kept),
    ("Display.RemainingTimeToMaximumSOC", Measurand::Kept),
    ("Display.RemainingTimeToMinimumSOC", Measurand::Kept),
    ("Display.RemainingTimeToTargetSOC", Measurand::Kept),
    ("Display.TargetSOC", Measurand::Kept),
    ("Energy.Active.Import.CableLoss", Measurand::Kept),
    ("Energy.Active.Import.LocalGeneration.Register", Measurand::Kept),
    ("Energy.Active.Setpoint.Interval", Measurand::Kept),
    ("EnergyRequest.Bulk", Measurand::Kept),
    ("EnergyRequest.Maximum", Measurand::Kept),
    ("EnergyRequest.Maximum.V2X", Measurand::Kept),
    ("EnergyRequest.Minimum", Measurand::Kept),
    ("EnergyRequest.Minimum.V2X", Measurand::Kept),
    ("EnergyRequest.Target", Measurand::Kept),
    ("Power.Active.Residual", Measurand::Kept),
    ("Power.Active.Setpoint", Measurand::Kept),
    ("Power.Export.Minimum", Measurand::Kept),
    ("Power.Export.Offered", Measurand::Kept),
    ("Power.Import.Minimum", Measurand::Kept),
    ("Voltage.Maximum", Measurand::Kept),
    ("Voltage.Minimum", Measurand::Kept),
];

/// Which conductor a value belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// All of them together.
    Total,
    /// L1, L2 or L3 (against N): 0 to 2.
    Line(usize),
    /// N, a voltage between two lines, or a word we do not know.
    Other,
}

const PHASES: &Words<Phase> = &[
    ("L1", Phase::Line(0)),
    ("L2", Phase::Line(1)),
    ("L3", Phase::Line(2)),
    ("L1-N", Phase::Line(0)),
    ("L2-N", Phase::Line(1)),
    ("L3-N", Phase::Line(2)),
    ("N", Phase::Other),
    ("L1-L2", Phase::Other),
    ("L2-L3", Phase::Other),
    ("L3-L1", Phase::Other),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Outlet,
    Inlet,
    Other,
}

const PLACES: &Words<Place> = &[
    ("Outlet", Place::Outlet),
    ("Inlet", Place::Inlet),
    ("Cable", Place::Other),
    ("EV", Place::Other),
    ("Body", Place::Other),
    ("Upstream", Place::Other),
];

/// The power of ten from a unit to ours (Wh, W, mA, mV, tenths of a percent). `None`: not a unit of this quantity.
fn shift_of(measurand: Measurand, unit: Option<&str>) -> Option<i32> {
    let units: &[(&str, i32)] = match measurand {
        Measurand::Register | Measurand::ExportRegister | Measurand::Interval => {
            &[("Wh", 0), ("kWh", 3), ("MWh", 6)]
        }
        Measurand::Power | Measurand::PowerOffered => &[("W", 0), ("kW", 3), ("MW", 6)],
        Measurand::Current | Measurand::CurrentOffered => &[("A", 3), ("mA", 0)],
        Measurand::Voltage => &[("V", 3), ("mV", 0), ("kV", 6)],
        Measurand::Soc => &[("Percent", 1), ("%", 1)],
        Measurand::Kept => &[],
    };
    let Some(unit) = unit else { return units.first().map(|(_, shift)| *shift) };
    let exact = units.iter().find(|(word, _)| *word == unit);
    // Only where the case cannot change the meaning: mW and MW differ by nine zeros.
    let loose = || {
        units.iter().find(|(word, _)| !word.starts_with(['M', 'm']) && word.eq_ignore_ascii_case(unit.trim()))
    };
    exact.or_else(loose).map(|(_, shift)| *shift)
}

#[derive(Debug, Default)]
struct Mean {
    sum: i64,
    count: i64,
}

/// A reading in the making.
struct Moment {
    reading: Reading,
    register: [Option<i64>; 3],
    power: [Option<i64>; 3],
    volts: Mean,
}

impl Moment {
    fn take(&mut self, sample: &Object<'_>, values: Values) {
        sample.extras(&[
            "value",
            "context",
            "format",
            "measurand",
            "phase",
            "location",
            "unit",
            "unitOfMeasure",
            "signedMeterValue",
        ]);
        let measurand = match word::read(sample, "measurand", MEASURANDS) {
            Some(Ok(measurand)) => measurand,
            Some(Err(_)) => Measurand::Kept,
            // The default of every version: 1.6 §7.34, 2.0.1 SampledValueType.
            None => Measurand::Register,
        };
        let phase = match word::read(sample, "phase", PHASES) {
            Some(Ok(phase)) => phase,
            Some(Err(word)) if word.is_empty() => Phase::Total,
            Some(Err(_)) => Phase::Other,
            None => Phase::Total,
        };
        let place = match word::read(sample, "location", PLACES) {
            Some(Ok(place)) => place,
            Some(Err(_)) => Place::Other,
            None => Place::Outlet,
        };
        let used = self.signed(sample).is_none()
            && amount(sample, measurand, values)
                .is_some_and(|amount| self.store(sample, measurand, phase, place, amount));
        if !used || phase != Phase::Total {
            self.keep(sample);
        }
    }

    /// `Some` when the value itself is signed data (1.6 `format`), which we do not unpack.
    fn signed(&mut self, sample: &Object<'_>) -> Option<()> {
        if let Some(signed) = sample.object("signedMeterValue") {
            self.reading.signed = true;
            let value = signed.get("signedMeterData").and_then(Node::as_text).unwrap_or_default();
            self.push_extra(sample, "signedMeterData", value);
            // Without these nobody can check the signature.
            for name in ["signingMethod", "encodingMethod", "publicKey"] {
                let text = signed.get(name).and_then(Node::as_text).filter(|text| !text.is_empty());
                if let Some(text) = text {
                    self.push_extra(sample, name, text);
                }
            }
        }
        let format = sample.get("format").and_then(Node::as_text)?;
        if !format.eq_ignore_ascii_case("SignedData") {
            return None;
        }
        self.reading.signed = true;
        Some(())
    }

    /// Puts a converted value where it belongs. `false`: it has no place of its own.
    fn store(
        &mut self,
        sample: &Object<'_>,
        measurand: Measurand,
        phase: Phase,
        place: Place,
        amount: i64,
    ) -> bool {
        let reading = &mut self.reading;
        let outlet = place == Place::Outlet;
        let total = phase == Phase::Total;
        match (measurand, phase) {
            (Measurand::Register, Phase::Total) if outlet => reading.register = Some(WattHours(amount)),
            (Measurand::Register, Phase::Total) if place == Place::Inlet => {
                reading.register_inlet = Some(WattHours(amount));
            }
            (Measurand::Register, Phase::Line(line)) if outlet => self.register[line] = Some(amount),
            (Measurand::Interval, Phase::Total) if outlet => reading.interval = Some(WattHours(amount)),
            (Measurand::ExportRegister, Phase::Total) if outlet => {
                reading.export_register = Some(WattHours(amount))
            }
            (Measurand::Power, Phase::Total) if outlet => reading.power = Some(Watts(amount)),
            (Measurand::Power, Phase::Line(line)) if outlet => self.power[line] = Some(amount),
            (Measurand::PowerOffered, Phase::Total) => reading.power_offered = Some(Watts(amount)),
            (Measurand::Current, Phase::Total | Phase::Line(_)) if outlet => {
                reading.current = reading.current.max(Some(MilliAmps(amount)));
            }
            (Measurand::CurrentOffered, Phase::Total | Phase::Line(_)) => {
                reading.current_offered = reading.current_offered.max(Some(MilliAmps(amount)));
            }
            (Measurand::Voltage, Phase::Total | Phase::Line(_)) if outlet => {
                self.volts.sum = self.volts.sum.saturating_add(amount);
                self.volts.count += 1;
            }
            (Measurand::Soc, _) if total && (0..=1000).contains(&amount) => {
                reading.soc = Some(PerMille(amount))
            }
            (Measurand::Soc, _) => {
                sample.note(kind::OUT_OF_RANGE, "value", &amount.to_string());
                return false;
            }
            _ => return false,
        }
        true
    }

    /// Keeps a value as text.
    fn keep(&mut self, sample: &Object<'_>) {
        let measurand =
            sample.get("measurand").and_then(Node::as_text).unwrap_or("Energy.Active.Import.Register");
        let value = match sample.get("value") {
            Some(Node::Text(text)) => std::borrow::Cow::Borrowed(text.as_ref()),
            Some(other) => other.to_json().into(),
            None => return,
        };
        self.push_extra(sample, measurand, &value);
    }

    fn push_extra(&mut self, sample: &Object<'_>, measurand: &str, value: &str) {
        let text = |name: &str| sample.get(name).and_then(Node::as_text).map(plain);
        let unit = match sample.object("unitOfMeasure") {
            Some(unit) => unit.get("unit").and_then(Node::as_text).map(plain),
            None => text("unit"),
        };
        self.reading.extra.push(ExtraValue {
            measurand: plain(measurand),
            phase: text("phase"),
            location: text("location"),
            unit,
            value: plain(value),
        });
    }

    fn finish(mut self) -> Reading {
        let reading = &mut self.reading;
        if reading.register.is_none() {
            reading.register_phase_sum = sum_from_first(&self.register).map(WattHours);
        }
        if reading.power.is_none() {
            reading.power = sum_from_first(&self.power).map(Watts);
        }
        if self.volts.count > 0 {
            reading.voltage = Some(MilliVolts(self.volts.sum / self.volts.count));
        }
        self.reading
    }
}

/// Without control characters and not too long.
fn plain(text: &str) -> String {
    cut(text, EXTRA_CHARS).chars().filter(|c| !c.is_control()).collect()
}

/// The sum of the phases a station uses: L1, L1 + L2 or all three. A sum that lacks L1 or has a gap is none.
fn sum_from_first(phases: &[Option<i64>; 3]) -> Option<i64> {
    match phases {
        [Some(one), None, None] => Some(*one),
        [Some(one), Some(two), None] => one.checked_add(*two),
        [Some(one), Some(two), Some(three)] => one.checked_add(*two)?.checked_add(*three),
        _ => None,
    }
}

/// The value in our unit, or `None` (noted) when it is no number, has another quantity's unit or does not fit.
fn amount(sample: &Object<'_>, measurand: Measurand, values: Values) -> Option<i64> {
    let number = number(sample, values, measurand == Measurand::Kept)?;
    if measurand == Measurand::Kept {
        return None;
    }
    let (unit, multiplier) = unit(sample)?;
    let Some(shift) = shift_of(measurand, unit.as_deref()) else {
        sample.note(kind::UNKNOWN_UNIT, "unit", unit.as_deref().unwrap_or_default());
        return None;
    };
    let amount = number.shifted(shift.checked_add(multiplier)?).and_then(Decimal::whole);
    if amount.is_none() {
        sample.note(kind::OUT_OF_RANGE, "value", "");
    }
    amount
}

/// The unit in the words of 1.6 (`unit`) or 2.x (`unitOfMeasure`), and the power of ten the value stands in. `None`
/// (noted) when the power is absurd.
fn unit(sample: &Object<'_>) -> Option<(Option<String>, i32)> {
    let Some(measure) = sample.object("unitOfMeasure") else {
        return Some((
            sample.get("unit").and_then(Node::as_text).filter(|unit| !unit.is_empty()).map(plain),
            0,
        ));
    };
    let unit = measure.get("unit").and_then(Node::as_text).filter(|unit| !unit.is_empty()).map(plain);
    let multiplier = measure.integer("multiplier").unwrap_or(0);
    if multiplier.unsigned_abs() > MAX_MULTIPLIER {
        measure.note(kind::OUT_OF_RANGE, "multiplier", &multiplier.to_string());
        return None;
    }
    Some((unit, i32::try_from(multiplier).ok()?))
}

fn number(sample: &Object<'_>, values: Values, any_text: bool) -> Option<Decimal> {
    let node = sample.get("value");
    let read = match node {
        Some(Node::Text(text)) => {
            if values == Values::Number {
                sample.note(kind::NUMBER_AS_TEXT, "value", text);
            }
            Decimal::read(text)
        }
        Some(Node::Integer(number)) => Some((Decimal::integer(*number), None)),
        Some(number @ Node::Number(_)) => Decimal::read(&number.to_json()),
        Some(_) => None,
        None => {
            sample.missing("value");
            return None;
        }
    };
    if values == Values::Text && matches!(node, Some(Node::Integer(_) | Node::Number(_))) {
        sample.note(kind::NOT_TEXT, "value", &node.map(Node::to_json).unwrap_or_default());
    }
    match read {
        Some((number, odd)) => {
            match odd {
                Some(Oddity::Padded) => {
                    sample.note(kind::PADDED, "value", node.and_then(Node::as_text).unwrap_or_default())
                }
                Some(Oddity::Comma) => {
                    sample.note(
                        kind::DECIMAL_COMMA,
                        "value",
                        node.and_then(Node::as_text).unwrap_or_default(),
                    );
                }
                None => {}
            }
            Some(number)
        }
        None => {
            if !any_text {
                sample.note(kind::NOT_A_NUMBER, "value", &node.map(Node::to_json).unwrap_or_default());
            }
            None
        }
    }
}
