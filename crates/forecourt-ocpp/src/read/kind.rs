//! Words for [`Deviation::kind`](forecourt_core::fact::Deviation). Stable: they are stored and counted per station.

pub const TIME_WITHOUT_ZONE: &str = "time-without-zone";
pub const TIME_FORM: &str = "time-form";
pub const TIME_PRECISION: &str = "time-precision";
pub const TIME_UNIX: &str = "time-as-number";
pub const TIME_INVALID: &str = "time-invalid";
pub const TEXT_TOO_LONG: &str = "text-too-long";
pub const NUMBER_AS_TEXT: &str = "number-as-text";
pub const NOT_TEXT: &str = "text-as-other-type";
pub const NOT_WHOLE: &str = "integer-with-fraction";
pub const BOOLEAN_AS_TEXT: &str = "boolean-as-text";
pub const OBJECT_FOR_LIST: &str = "object-for-list";
pub const UNKNOWN_VALUE: &str = "unknown-value";
pub const UNKNOWN_UNIT: &str = "unknown-unit";
pub const WRONG_CASE: &str = "wrong-case";
pub const WRONG_TYPE: &str = "wrong-type";
pub const MISSING: &str = "missing-member";
pub const EMPTY: &str = "empty-list";
pub const EXTRA: &str = "extra-member";
pub const DUPLICATE: &str = "duplicate-member";
pub const NULL: &str = "null-member";
pub const DECIMAL_COMMA: &str = "decimal-comma";
pub const PADDED: &str = "padded";
pub const NOT_A_NUMBER: &str = "not-a-number";
pub const OUT_OF_RANGE: &str = "out-of-range";
pub const CONTROL_CHARACTER: &str = "control-character";
pub const NOT_JSON: &str = "not-json";
pub const FRAME: &str = "frame-form";

/// Every kind, for lists that must not forget one.
pub const ALL: &[&str] = &[
    TIME_WITHOUT_ZONE,
    TIME_FORM,
    TIME_PRECISION,
    TIME_UNIX,
    TIME_INVALID,
    TEXT_TOO_LONG,
    NUMBER_AS_TEXT,
    NOT_TEXT,
    NOT_WHOLE,
    BOOLEAN_AS_TEXT,
    OBJECT_FOR_LIST,
    UNKNOWN_VALUE,
    UNKNOWN_UNIT,
    WRONG_CASE,
    WRONG_TYPE,
    MISSING,
    EMPTY,
    EXTRA,
    DUPLICATE,
    NULL,
    DECIMAL_COMMA,
    PADDED,
    NOT_A_NUMBER,
    OUT_OF_RANGE,
    CONTROL_CHARACTER,
    NOT_JSON,
    FRAME,
];
