//! `imagine models`.

use clap::Args;

use crate::failure::Result;
use crate::output;
use crate::session::Session;

/// List the models.
#[derive(Args, Debug)]
pub(crate) struct Models {
    /// List only models of this type, such as `llm` or `embedding`.
    #[arg(short, long = "type", value_name = "TYPE")]
    model_type: Option<String>,
}

impl Models {
    pub(crate) async fn run(self, session: &Session) -> Result<()> {
        let models = session.inference()?.available_models_by_type().await?;
        let is_selected = |name: &str| match &self.model_type {
            Some(selected) => selected.eq_ignore_ascii_case(name),
            None => true,
        };
        let selected = models.iter();
        let selected: Vec<_> = selected
            .filter(|(model_type, _)| is_selected(model_type.as_str()))
            .collect();
        if session.json() {
            let by_type = selected
                .iter()
                .map(|(name, models)| (name.as_str(), models));
            return output::json(&by_type.collect::<std::collections::BTreeMap<_, _>>());
        }
        let rows = selected.iter().flat_map(|(model_type, names)| {
            names
                .iter()
                .map(|name| [model_type.as_str().to_owned(), name.clone()])
        });
        output::table(&["TYPE", "MODEL"], rows, "no models")
    }
}
