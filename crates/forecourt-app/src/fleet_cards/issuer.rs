//! Who makes fleet cards. Today orders are passed on by people; another issuer becomes another variant with the same
//! answers.

/// Where a card comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Issuer {
    /// Somebody of the organisation orders from whoever makes the cards, and types the number in when it comes.
    Manual,
}

impl Issuer {
    pub fn word(self) -> &'static str {
        match self {
            Self::Manual => "manual",
        }
    }

    /// Orders a card: its number, where the issuer knows it at once.
    pub(super) fn order(self) -> Option<String> {
        match self {
            Self::Manual => None,
        }
    }
}
