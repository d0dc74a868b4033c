//! `#[derive(Sampling)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, DeriveInput, Ident, Type, Visibility};

use crate::attr;
use crate::number::Range;
use crate::report::{Errors, Target};
use crate::shape::{self, Named};
use crate::types::{self, Argument};

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    let model = Model::parse(input, &mut errors);
    if errors.is_empty() {
        model.validate(&mut errors);
    }
    let target = Target {
        name: &model.name,
        generics: &input.generics,
    };
    errors.finish(&target, model.expand())
}

struct Model<'a> {
    name: Ident,
    vis: &'a Visibility,
    parameters: Vec<Parameter<'a>>,
}

struct Parameter<'a> {
    named: Named<'a>,
    range: Option<Range>,
    carried: Vec<&'a Attribute>,
}

impl<'a> Model<'a> {
    fn parse(input: &'a DeriveInput, errors: &mut Errors) -> Self {
        shape::no_parameters(input, "Sampling", errors);
        let misplaced = "`#[sampling(..)]` belongs on a field";
        attr::reject(&input.attrs, "sampling", misplaced, errors);
        let fields = shape::named_fields(input, "Sampling", errors);
        let parameters = fields
            .into_iter()
            .map(|named| Parameter::parse(named, errors));
        Self {
            name: shape::quiet(&input.ident),
            vis: &input.vis,
            parameters: parameters.collect(),
        }
    }

    fn validate(&self, errors: &mut Errors) {
        for parameter in &self.parameters {
            parameter.validate(errors);
        }
    }

    fn expand(&self) -> TokenStream {
        let Self { name, vis, .. } = self;
        let setters = self.parameters.iter().filter(|one| !one.is_new());
        let setters = setters.map(|one| one.setter(vis));
        quote! {
            #[automatically_derived]
            impl #name {
                /// Parameters of which none is set.
                #[must_use]
                #vis fn new() -> Self {
                    ::core::default::Default::default()
                }
                #(#setters)*
            }
        }
    }
}

impl<'a> Parameter<'a> {
    fn parse(named: Named<'a>, errors: &mut Errors) -> Self {
        let attrs = &named.field.attrs;
        let mut range = None;
        attr::read(attrs, "sampling", errors, |meta| {
            if meta.path.is_ident("range") {
                return attr::set(&mut range, Range::parse(meta)?, meta);
            }
            Err(attr::unknown(meta, "`#[sampling(..)]`", &["range"]))
        });
        Self {
            range,
            carried: attr::carried(attrs),
            named,
        }
    }

    fn is_new(&self) -> bool {
        self.named.written == "new"
    }

    fn ty(&self) -> &'a Type {
        &self.named.field.ty
    }

    fn validate(&self, errors: &mut Errors) {
        let (written, ty) = (self.named.written, self.ty());
        let number = ["f64", "i64"].map(|name| types::is_primitive(types::core(ty), name));
        if !matches!(self.named.field.vis, Visibility::Public(_)) {
            errors.at(
                written,
                "a sampling parameter must be `pub`, because a request reads it",
            );
        } else if !types::is_option(ty) {
            errors.at(
                ty,
                "a sampling parameter must be an `Option`, because it may be left unset",
            );
        } else if self.range.is_some() && !number.contains(&true) {
            errors.at(ty, "only an `i64` or an `f64` can have a range");
        } else if self.is_new() {
            errors.at(
                written,
                "`new` makes the parameters, so no field can have this name",
            );
        }
    }

    fn setter(&self, vis: &Visibility) -> TokenStream {
        let (ident, carried) = (&self.named.ident, &self.carried);
        let Argument { accepts, convert } = Argument::of(self.ty(), ident);
        quote! {
            #(#carried)*
            #[must_use]
            #vis fn #ident(mut self, #ident: #accepts) -> Self {
                self.#ident = #convert;
                self
            }
        }
    }
}
