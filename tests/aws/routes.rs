//! The HTTP API in the template, compared with the list of routes from which the routers are built.

use functions::routes::{HttpFunction, Route, on_aws};
use yaml_rust2::{Yaml, YamlLoader};

const TEMPLATE: &str = include_str!("../../infra/aws/template.yaml");

/// A route of the HTTP API, with the logical id of the function that it calls.
#[derive(Debug)]
struct ApiRoute {
    method: String,
    path: String,
    function: String,
}

impl ApiRoute {
    /// Returns true if the API sends requests of this method and path pattern here. API Gateway takes
    /// `{name+}` at the end of a path for one or more segments.
    fn takes(&self, method: &str, path: &str) -> bool {
        let same_path = match self.path.split_once("{page+}") {
            Some((start, "")) => path.strip_prefix(start).is_some_and(|rest| !rest.is_empty()),
            _ => self.path == path,
        };
        same_path && (self.method == "ANY" || self.method == method)
    }
}

fn api_routes() -> Vec<ApiRoute> {
    let documents = YamlLoader::load_from_str(TEMPLATE).unwrap();
    // The loader resolves aliases. Of a CloudFormation tag such as `!Sub` it keeps the plain value.
    let resources = &documents[0]["Resources"];
    let text = |value: &Yaml| value.as_str().unwrap().to_owned();
    let mut routes = Vec::new();
    for resource in resources.as_hash().unwrap().values() {
        let properties = &resource["Properties"];
        if text(&resource["Type"]) == "AWS::ApiGatewayV2::Route" {
            let key = text(&properties["RouteKey"]);
            let (method, path) = key.split_once(' ').unwrap();
            let target = text(&properties["Target"]);
            let target = target.strip_prefix("integrations/${").unwrap().strip_suffix('}').unwrap();
            let function = text(&resources[target]["Properties"]["IntegrationUri"]);
            routes.push(ApiRoute {
                method: method.to_owned(),
                path: path.to_owned(),
                function: function.strip_suffix(".Arn").unwrap().to_owned(),
            });
        }
    }
    routes
}

fn logical_id(function: HttpFunction) -> &'static str {
    match function {
        HttpFunction::IntakeWeb => "IntakeWeb",
        HttpFunction::Staff => "Staff",
    }
}

#[test]
fn every_route_reaches_its_function_through_the_http_api() {
    let api = api_routes();
    for Route { method, path, endpoint } in on_aws() {
        let takers: Vec<_> = api.iter().filter(|api| api.takes(method.as_str(), path)).collect();
        let [taker] = takers.as_slice() else {
            panic!("{} {path} has {} routes in the template", method.as_str(), takers.len())
        };
        assert_eq!(taker.function, logical_id(endpoint), "{} {path}", method.as_str());
    }
}

#[test]
fn every_route_of_the_http_api_leads_to_a_page() {
    for api in api_routes() {
        let used = on_aws().iter().any(|route| api.takes(route.method.as_str(), route.path));
        assert!(used, "{} {} leads nowhere", api.method, api.path);
    }
}
