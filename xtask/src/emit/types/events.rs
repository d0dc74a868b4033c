//! Events of streams without a hand-written accumulation.

use std::collections::BTreeSet;

use quote::format_ident;
use syn::{ImplItemFn, Item, parse_quote};

use crate::model::Model;
use crate::openapi::json::boolean;
use crate::openapi::schema;
use crate::openapi::unions::EVENTS;

/// Implements `StreamEvent` for the events of the API; the accumulated response is the list of all events.
pub(super) fn implementations<'a>(model: &'a Model<'_>) -> Vec<(&'a String, Item)> {
    let events = model
        .methods
        .iter()
        .filter_map(|method| method.event.as_ref());
    let events: BTreeSet<&String> = events.collect();
    let generated = events.into_iter().filter(|name| {
        let schema = model.schemas.get(name.as_str());
        schema.is_some_and(|schema| {
            !schema::is_by_hand(schema) && !boolean(schema, "x-imagine-accumulated")
        })
    });
    generated
        .map(|name| {
            let schema = model.schemas.get(name.as_str());
            let is_named = schema.is_some_and(|schema| schema.get(EVENTS).is_some());
            (name, implementation(name, is_named))
        })
        .collect()
}

fn implementation(name: &str, is_named: bool) -> Item {
    let name = format_ident!("{name}");
    let named: Option<ImplItemFn> = is_named.then(|| {
        parse_quote! {
            fn named(name: &str, data: &str) -> Option<Self> {
                Self::named(name, data)
            }
        }
    });
    parse_quote! {
        impl crate::request::StreamEvent for #name {
            type Output = Vec<Self>;
            type Accumulator = Vec<Self>;
            #named
            fn observe(&self, _: &mut crate::request::FinishTracker) {}
            fn accumulate(self, events: &mut Vec<Self>) {
                events.push(self);
            }
            fn finish(events: Vec<Self>) -> Vec<Self> {
                events
            }
        }
    }
}
