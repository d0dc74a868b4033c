//! Finds the prices of operations.

use std::collections::BTreeMap;

use crate::error::Error;
use crate::request::{Operation, RetrySafety};

/// Returns the price of an operation in credits. Operations that can be repeated without a side effect cost nothing,
/// unless the prices have their name.
///
/// Prices have the name of the operation, or of the last part of its path, or the start of that: `removebg` is the
/// price of `/images/removebg_mask`.
///
/// # Errors
///
/// Fails if a billable operation has no price.
pub(super) fn price(
    prices: &BTreeMap<String, f64>,
    operation: &'static Operation,
) -> Result<f64, Error> {
    let is_amount = |price: &f64| super::budget::is_amount(*price);
    let exact = prices.get(operation.id).copied().filter(is_amount);
    if operation.retry_safety == RetrySafety::Idempotent {
        return Ok(exact.unwrap_or_default());
    }
    let path = operation.path.rsplit('/');
    let segment = path
        .filter(|segment| !segment.contains('{'))
        .find(|segment| !segment.is_empty());
    let segment = segment.unwrap_or(operation.id);
    let starts = || {
        let starts = prices.iter().filter(|(name, _)| {
            let rest = segment.strip_prefix(name.as_str());
            rest.is_some_and(|rest| rest.starts_with('_'))
        });
        starts
            .max_by_key(|(name, _)| name.len())
            .map(|(_, price)| price)
    };
    let of_path = || prices.get(segment).or_else(starts).copied();
    let price = exact.or_else(of_path);
    price.filter(is_amount).ok_or_else(|| {
        let problem = format!(
            "the prices have no `{segment}`, so the call cannot be checked against the budget of credits; set it with \
             `Budget::prices`"
        );
        Error::configuration(problem).with_operation(operation.id)
    })
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::*;

    static REMOVE: Operation =
        Operation::new("remove_background", Method::POST, "/images/removebg_mask");
    static VOICE: Operation = Operation::new("voice_clone", Method::POST, "/voice_clone");
    static LIST: Operation =
        Operation::new("voices", Method::GET, "/voices").with_retry_safety(RetrySafety::Idempotent);

    fn prices(names: &[(&str, f64)]) -> BTreeMap<String, f64> {
        let names = names.iter();
        names
            .map(|(name, price)| ((*name).to_owned(), *price))
            .collect()
    }

    #[test]
    fn a_price_has_the_name_of_the_operation_or_of_its_path() {
        let reported = prices(&[("removebg", 5.0), ("re", 1.0), ("voice_clone", 25.0)]);
        assert_eq!(price(&reported, &REMOVE).unwrap(), 5.0);
        assert_eq!(price(&reported, &VOICE).unwrap(), 25.0);
        let own = prices(&[("removebg", 5.0), ("remove_background", 7.0)]);
        assert_eq!(price(&own, &REMOVE).unwrap(), 7.0);
    }

    #[test]
    fn only_billable_operations_need_a_price() {
        assert_eq!(price(&BTreeMap::new(), &LIST).unwrap(), 0.0);
        assert_eq!(price(&prices(&[("voices", 2.0)]), &LIST).unwrap(), 2.0);
        assert_eq!(price(&prices(&[("voices", -2.0)]), &LIST).unwrap(), 0.0);
        for bad in [
            prices(&[]),
            prices(&[("voice", f64::NAN)]),
            prices(&[("voice_clone", -1.0)]),
        ] {
            let error = price(&bad, &VOICE).unwrap_err();
            assert!(error.is_configuration(), "{error}");
            assert!(error.to_string().contains("`voice_clone`"), "{error}");
        }
    }
}
