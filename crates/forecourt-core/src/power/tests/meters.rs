//! What meters say, and what cannot be right.

use proptest::prelude::*;
use rust_decimal::Decimal;

use crate::power::{
    LOAD_MAX, Measure, MeterMap, MeterUnit, Misread, PerPhase, RegisterKind, WordOrder, number, number_in,
};
use crate::unit::{MilliAmps, MilliVolts};

const MAINS: MilliVolts = MilliVolts(230_000);

fn map(measure: Measure, unit: MeterUnit, factor: &str) -> MeterMap {
    MeterMap { measure, unit, factor: factor.parse().expect("a factor"), reversed: false }
}

fn numbers(texts: &[&str]) -> Vec<Decimal> {
    texts.iter().map(|text| number(text).expect("a number")).collect()
}

#[test]
fn numbers_become_currents_without_losing_a_digit() {
    let amperes = map(Measure::Currents, MeterUnit::Amperes, "1");
    let read = amperes.load(&numbers(&["16.1", "-0.0005", "1.2e1"]), MAINS);
    assert_eq!(read, Ok(PerPhase { l1: MilliAmps(16_100), l2: MilliAmps(0), l3: MilliAmps(12_000) }));
    // A transformer of 200 to 5, and a meter that counts backwards.
    let turned = MeterMap { reversed: true, ..map(Measure::Currents, MeterUnit::Milliamperes, "40") };
    let read = turned.load(&numbers(&["1001", "0", "-7"]), MAINS);
    assert_eq!(read, Ok(PerPhase { l1: MilliAmps(-40_040), l2: MilliAmps(0), l3: MilliAmps(280) }));
    let powers = map(Measure::Powers, MeterUnit::Watts, "0.1");
    let read = powers.load(&numbers(&["23000", "2300", "-23000"]), MAINS);
    assert_eq!(read, Ok(PerPhase { l1: MilliAmps(10_000), l2: MilliAmps(1_000), l3: MilliAmps(-10_000) }));
    let total = map(Measure::TotalPower, MeterUnit::Kilowatts, "1");
    assert_eq!(total.load(&numbers(&["69"]), MAINS), Ok(PerPhase::even(MilliAmps(100_000))));
}

#[test]
fn what_cannot_be_right_is_refused_with_a_reason() {
    let amperes = map(Measure::Currents, MeterUnit::Amperes, "1");
    assert_eq!(amperes.load(&numbers(&["1", "2"]), MAINS), Err(Misread::Incomplete));
    let absurd = amperes.load(&numbers(&["1", "100000.001", "2"]), MAINS);
    assert_eq!(absurd, Err(Misread::Absurd("100000.001".into())));
    assert!(amperes.load(&numbers(&["1", "100000", "2"]), MAINS).is_ok());
    for text in ["", " ", "NaN", "inf", "12,5", "0x10", "twelve", "1e99", &"9".repeat(41)] {
        assert!(matches!(number(text), Err(Misread::NotANumber(_))), "{text}");
    }
    assert!(map(Measure::Currents, MeterUnit::Watts, "1").check().is_err());
    assert!(map(Measure::TotalPower, MeterUnit::Amperes, "1").check().is_err());
    assert!(map(Measure::Powers, MeterUnit::Watts, "0").check().is_err());
    assert!(map(Measure::Powers, MeterUnit::Kilowatts, "-0.001").check().is_ok());
}

#[test]
fn registers_are_read_as_the_meter_has_them() {
    use RegisterKind::{F32, I16, I32, I64, U16, U32};
    use WordOrder::{HighFirst, LowFirst};
    let of = |kind, order, registers: &[u16]| {
        number_in(kind, order, registers).map(|number| number.normalize().to_string())
    };
    // 16.1 as IEEE 754: 0x4180CCCD.
    assert_eq!(of(F32, HighFirst, &[0x4180, 0xCCCD]), Ok("16.1".into()));
    assert_eq!(of(F32, LowFirst, &[0xCCCD, 0x4180]), Ok("16.1".into()));
    assert_eq!(of(I16, HighFirst, &[0xFFFE]), Ok("-2".into()));
    assert_eq!(of(U16, HighFirst, &[0xFFFE]), Ok("65534".into()));
    assert_eq!(of(I32, LowFirst, &[0xFFFF, 0xFFFF]), Ok("-1".into()));
    assert_eq!(of(U32, HighFirst, &[1, 0]), Ok("65536".into()));
    assert_eq!(of(I64, LowFirst, &[5, 0, 0, 0]), Ok("5".into()));
    assert_eq!(of(F32, HighFirst, &[0x7FC0, 0]), Err(Misread::NotANumber("NaN".into())));
    assert_eq!(of(F32, HighFirst, &[0x7F80, 0]), Err(Misread::NotANumber("inf".into())));
    assert!(matches!(of(F32, HighFirst, &[0x7F7F, 0xFFFF]), Err(Misread::Absurd(_))));
    assert_eq!(of(F32, HighFirst, &[0x4180]), Err(Misread::Incomplete));
}

proptest! {
    #[test]
    fn nothing_a_meter_says_breaks_anything(
        text in ".{0,60}",
        registers in proptest::collection::vec(any::<u16>(), 0..6),
        factor in -1_000_000_000_i64..=1_000_000_000,
        places in 0_u32..=9,
        volts in 1_i64..=1_000_000,
    ) {
        let kinds = [RegisterKind::F32, RegisterKind::I16, RegisterKind::U16, RegisterKind::I32, RegisterKind::U32, RegisterKind::I64];
        let mut found: Vec<Decimal> = number(&text).into_iter().collect();
        for kind in kinds {
            for order in [WordOrder::HighFirst, WordOrder::LowFirst] {
                found.extend(number_in(kind, order, &registers));
            }
        }
        let units = [
            (Measure::Currents, MeterUnit::Amperes),
            (Measure::Powers, MeterUnit::Kilowatts),
            (Measure::TotalPower, MeterUnit::Watts),
        ];
        for (measure, unit) in units {
            let map = MeterMap { measure, unit, factor: Decimal::new(factor, places), reversed: factor % 2 == 0 };
            for one in &found {
                if let Ok(load) = map.load(&vec![*one; measure.numbers()], MilliVolts(volts)) {
                    prop_assert!(load.most() <= LOAD_MAX && load.least().0 >= -LOAD_MAX.0);
                }
            }
        }
    }

    #[test]
    fn milliamperes_come_through_as_they_are(each in -100_000_000_i64..=100_000_000) {
        let map = map(Measure::Currents, MeterUnit::Amperes, "0.001");
        let text = each.to_string();
        let read = map.load(&numbers(&[&text, &text, &text]), MAINS);
        prop_assert_eq!(read, Ok(PerPhase::even(MilliAmps(each))));
    }
}
