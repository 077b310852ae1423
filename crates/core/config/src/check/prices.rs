//! Targets of routes must have a price, or be known to be charged by estimate.

use std::collections::BTreeMap;

use domain::ids::{ProviderId, RouteId};
use domain::time::Timestamp;
use pricing::PriceBook;

use crate::read::Notes;
use crate::sections::pricing::{Pricing, UnknownModel};
use crate::sections::providers::{PriceList, Provider};
use crate::sections::routes::Draft;
use crate::suggest;

/// Later than any date in a price book: a price counts as known whenever it starts.
pub(crate) const SOME_DAY: Timestamp = Timestamp::from_ms(253_402_300_799_000);

/// Reports targets without a price: errors where such calls are refused, warnings where they are
/// charged the dearest price of the list.
pub(crate) fn targets(
    notes: &Notes,
    pricing: Pricing,
    book: &PriceBook,
    (routes, providers): (&BTreeMap<RouteId, Draft>, &BTreeMap<ProviderId, Provider>),
) {
    for draft in routes.values() {
        for (target, place) in draft.route.targets.iter().zip(&draft.targets) {
            let Some(provider) = providers.get(&target.provider) else { continue };
            let PriceList::Named(list) = &provider.price_list else { continue };
            if book.find(list, &target.model, SOME_DAY).is_some() {
                continue;
            }
            let name = format!("{}/{}", target.provider, target.model);
            let priced = book.models(list);
            let meant = suggest::nearest(&target.model, priced.iter().map(AsRef::as_ref));
            let meant = meant.map(|model| format!("did you mean `{model}`? otherwise ")).unwrap_or_default();
            let add =
                format!("{meant}add its price to prices.toml, or give the provider `prices = \"none\"`");
            match pricing.unknown_model {
                UnknownModel::Refuse => {
                    let message = format!(
                        "`{name}` has no price in the list `{list}`, and calls without one are refused"
                    );
                    notes.error(*place, message, add);
                }
                UnknownModel::EstimateHigh => {
                    let message =
                        format!("`{name}` has no price in the list `{list}`: calls are charged its dearest");
                    notes.warn(*place, message, add);
                }
            }
        }
    }
}
