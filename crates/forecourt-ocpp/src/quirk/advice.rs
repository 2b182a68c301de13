//! What each kind of deviation means for the person who can do something about it.

use crate::read::kind;

/// Words for a kind of deviation: what the station does wrong, what becomes of it here, and what to do.
pub fn advice(of: &str) -> &'static str {
    match of {
        kind::TIME_WITHOUT_ZONE => {
            "Times have no zone; they are read as UTC. Set the station's clock and time zone to UTC, or update its firmware."
        }
        kind::TIME_FORM => {
            "Times are written in a form of the station's own; they are read. Nothing needs to be done."
        }
        kind::TIME_PRECISION => "Times carry more decimals than needed. Nothing needs to be done.",
        kind::TIME_UNIX => {
            "Times are sent as seconds since 1970 and not as text; they are read. Nothing needs to be done."
        }
        kind::TIME_INVALID => {
            "A time cannot be read; the time of arrival is used. Check the station's clock and its time server."
        }
        kind::TEXT_TOO_LONG => {
            "A text is longer than OCPP allows; it is kept. Where it is a name or serial number, shorten it in the station."
        }
        kind::NUMBER_AS_TEXT | kind::NOT_TEXT | kind::BOOLEAN_AS_TEXT => {
            "A value has the wrong type (a number as text, or the other way round); it is read. Nothing needs to be done."
        }
        kind::NOT_WHOLE => "A whole number came with a fraction; it was rounded. Nothing needs to be done.",
        kind::OBJECT_FOR_LIST => "One object came where a list belongs; it is read as a list of one.",
        kind::UNKNOWN_VALUE => {
            "A word is none of OCPP's; it is kept and has no effect. Ask the maker what it means, or update the firmware."
        }
        kind::UNKNOWN_UNIT => {
            "A reading has a unit nobody knows; the value is kept and not counted. Check the station's meter settings."
        }
        kind::WRONG_CASE => "A word is written in the wrong case; it is read. Nothing needs to be done.",
        kind::WRONG_TYPE => {
            "A value cannot be what it claims; it was left out. Update the station's firmware."
        }
        kind::MISSING => {
            "Something OCPP requires is missing; the rest of the message counts. Update the station's firmware."
        }
        kind::EMPTY => {
            "A list is empty that must not be; the message says nothing. Check which readings are switched on."
        }
        kind::EXTRA => {
            "The message holds something OCPP does not know; it has no effect. Nothing needs to be done."
        }
        kind::DUPLICATE => {
            "A member stands twice in one message; the last one counts. Update the station's firmware."
        }
        kind::NULL => {
            "An empty value was sent instead of being left out; it counts as left out. Nothing needs to be done."
        }
        kind::DECIMAL_COMMA => {
            "A number is written with a comma; it is read. Set the station's language or number format to English."
        }
        kind::PADDED => "A value has blanks around it; they are taken off. Nothing needs to be done.",
        kind::NOT_A_NUMBER => {
            "A reading is no number; it was left out. Check the station's meter and its wiring."
        }
        kind::OUT_OF_RANGE => {
            "A number cannot be; it was left out. For the number of a session: the station has lost it, restart it when free."
        }
        kind::CONTROL_CHARACTER => {
            "A text holds characters that cannot be printed; they are taken out. For charge keys: update the firmware."
        }
        kind::NOT_JSON => "A message was not quite valid; it could be mended. Update the station's firmware.",
        kind::FRAME => "The frame of a message has a slip; it is read. Nothing needs to be done.",
        _ => "The station departs from OCPP; what it meant is kept where it can be.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_words_of_its_own() {
        let general = advice("nobody knows this one");
        for of in kind::ALL {
            assert_ne!(advice(of), general, "{of}");
        }
    }
}
