//! The API as a whole: the table and its description say the same.

use std::collections::BTreeSet;

use expect_test::expect_file;
use serde_json::Value;

use crate::document::document;
use crate::table::ROUTES;

fn operations(api: &Value) -> BTreeSet<(String, String)> {
    let paths = api["paths"].as_object().unwrap();
    let of_path = |(path, item): (&String, &Value)| {
        let methods = item.as_object().unwrap().keys().map(|method| method.to_uppercase());
        methods.map(|method| (method, path.clone())).collect::<Vec<_>>()
    };
    paths.iter().flat_map(of_path).collect()
}

#[test]
fn what_is_routed_is_what_is_documented() {
    let routed: BTreeSet<_> =
        ROUTES.iter().map(|(method, path)| (method.to_string(), path.to_string())).collect();
    assert_eq!(routed, operations(&document()));
    assert_eq!(routed.len(), ROUTES.len());
}

#[test]
fn every_reference_leads_somewhere_and_every_operation_is_described() {
    let api = document();
    let text = api.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(api.pointer(reference).is_some(), "{reference} leads nowhere");
    }
    for item in api["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values() {
            let described = ["summary", "operationId"].iter().all(|field| operation[field].is_string());
            assert!(described, "{operation}");
            let named = operation["parameters"].as_array().unwrap().iter().all(|one| one["in"].is_string());
            assert!(named && operation["responses"]["default"].is_object(), "{operation}");
        }
    }
}

#[test]
fn the_committed_description_is_this_one() {
    expect_file!["../../../../openapi/countersign.json"].assert_eq(&crate::openapi());
}
