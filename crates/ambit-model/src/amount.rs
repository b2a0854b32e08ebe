//! Amounts of money: exact decimals, compared exactly, and the periods over which budgets run.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A decimal amount, never negative. Written as a decimal string; `500` and `500.00` are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(Decimal);

/// Why a text is not an amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an amount: write a decimal such as \"120.50\", not negative")]
pub struct AmountError(pub String);

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// What is left after taking `other` away; zero where it would be negative.
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0).max(Decimal::ZERO))
    }

    /// The sum, or the largest amount there is.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl FromStr for Amount {
    type Err = AmountError;
    fn from_str(text: &str) -> Result<Self, AmountError> {
        let refuse = || AmountError(text.chars().take(64).collect());
        let plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        if !plain || !text.bytes().any(|b| b.is_ascii_digit()) {
            return Err(refuse());
        }
        Decimal::from_str_exact(text).map(Self).map_err(|_| refuse())
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Amount {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Amount {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Amount".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "A decimal amount, never negative.",
            "pattern": r"^[0-9]{1,18}(\.[0-9]{1,9})?$",
            "examples": ["120.50"],
        })
    }
}

/// How long a budget lasts before it starts afresh; periods are of the calendar, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, Default)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// Never starts afresh.
    #[default]
    Once,
    /// A calendar day.
    Day,
    /// Monday to Sunday.
    Week,
    /// A calendar month.
    Month,
    /// January, April, July, October and on.
    Quarter,
    /// A calendar year.
    Year,
}

impl Period {
    /// Whether two instants lie in the same period, so that what was spent at one still counts at the other.
    #[must_use]
    pub fn same(self, one: Timestamp, other: Timestamp) -> bool {
        let date = |at: Timestamp| at.to_zoned(TimeZone::UTC).date();
        self.key(date(one)) == self.key(date(other))
    }

    fn key(self, date: Date) -> (i16, i16) {
        match self {
            Self::Once => (0, 0),
            Self::Day => (date.year(), date.day_of_year()),
            Self::Week => {
                let week = date.iso_week_date();
                (week.year(), i16::from(week.week()))
            }
            Self::Month => (date.year(), i16::from(date.month())),
            Self::Quarter => (date.year(), i16::from((date.month() - 1) / 3)),
            Self::Year => (date.year(), 0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_compare_exactly() {
        let amount = |text: &str| text.parse::<Amount>().unwrap();
        assert_eq!(amount("500"), amount("500.00"));
        assert!(amount("0.1").plus(amount("0.2")) == amount("0.3"));
        assert!(amount("380.01") > amount("380"));
        assert_eq!(amount("1").minus(amount("2")), Amount::ZERO);
    }

    #[test]
    fn what_is_not_an_amount_is_refused() {
        for text in ["", "-1", "1e5", "ten", "1.2.3", ".", "NaN", "+1", "1,5"] {
            assert!(text.parse::<Amount>().is_err(), "{text}");
        }
    }

    #[test]
    fn periods_follow_the_calendar() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        assert!(Period::Month.same(at("2026-01-01T00:00:00Z"), at("2026-01-31T23:59:59Z")));
        assert!(!Period::Month.same(at("2026-01-31T23:59:59Z"), at("2026-02-01T00:00:00Z")));
        assert!(!Period::Month.same(at("2025-01-15T00:00:00Z"), at("2026-01-15T00:00:00Z")));
        assert!(Period::Quarter.same(at("2026-04-01T00:00:00Z"), at("2026-06-30T00:00:00Z")));
        assert!(Period::Week.same(at("2025-12-31T00:00:00Z"), at("2026-01-01T00:00:00Z")));
        assert!(Period::Once.same(at("2000-01-01T00:00:00Z"), at("2030-01-01T00:00:00Z")));
    }
}
