//! `#[derive(Sampling)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, DeriveInput, Ident, Type, Visibility};

use crate::attr;
use crate::maybe;
use crate::number::Range;
use crate::report::{Errors, Target};
use crate::shape::{self, NamedField};
use crate::types::{self, SetterParameter};

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
    named: NamedField<'a>,
    range: Option<Range>,
    forwarded: Vec<&'a Attribute>,
}

impl<'a> Model<'a> {
    fn parse(input: &'a DeriveInput, errors: &mut Errors) -> Self {
        shape::reject_generics(input, "Sampling", errors);
        attr::read_container(&input.attrs, "sampling", "a struct", errors);
        let fields = shape::named_fields(input, "Sampling", errors);
        let parameters = fields
            .into_iter()
            .map(|named| Parameter::parse(named, errors));
        Self {
            name: shape::at_call_site(&input.ident),
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
        let (optional, required): (Vec<_>, Vec<_>) =
            self.parameters.iter().partition(|one| one.is_optional());
        let setters = optional.iter().filter(|one| !one.is_new());
        let setters = setters.map(|one| one.setter(vis));
        let arguments = required.iter().map(|one| one.argument());
        let values = required.iter().map(|one| one.value());
        let docs = match required.is_empty() {
            true => " Creates parameters that are all unset.",
            false => " Creates a value whose optional fields are unset.",
        };
        quote! {
            #[automatically_derived]
            impl #name {
                #[doc = #docs]
                #[must_use]
                #[allow(clippy::needless_update)]
                #vis fn new(#(#arguments),*) -> Self {
                    Self {
                        #(#values,)*
                        ..::core::default::Default::default()
                    }
                }
                #(#setters)*
            }
        }
    }
}

impl<'a> Parameter<'a> {
    fn parse(named: NamedField<'a>, errors: &mut Errors) -> Self {
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
            forwarded: attr::forwarded(attrs),
            named,
        }
    }

    fn is_new(&self) -> bool {
        self.named.source_ident == "new"
    }

    fn ty(&self) -> &'a Type {
        &self.named.field.ty
    }

    fn is_optional(&self) -> bool {
        types::is_option(self.ty())
    }

    /// The parameter of `new` for this field.
    fn argument(&self) -> TokenStream {
        let ident = &self.named.ident;
        let accepts = SetterParameter::new(self.ty(), ident).accepts;
        quote!(#ident: #accepts)
    }

    /// The initial value of this field in `new`.
    fn value(&self) -> TokenStream {
        let ident = &self.named.ident;
        let convert = SetterParameter::new(self.ty(), ident).convert;
        quote!(#ident: #convert)
    }

    fn validate(&self, errors: &mut Errors) {
        let (source_ident, ty) = (self.named.source_ident, self.ty());
        if !matches!(self.named.field.vis, Visibility::Public(_)) {
            errors.at(
                source_ident,
                "a sampling parameter must be `pub`, because requests read it",
            );
        } else if self.range.is_some() && !types::is_number(types::without_option(ty)) {
            errors.at(ty, "`range` requires a numeric field");
        } else if self.is_new() {
            errors.at(
                source_ident,
                "field name `new` is reserved for the constructor; rename the field",
            );
        }
    }

    fn setter(&self, vis: &Visibility) -> TokenStream {
        let (ident, forwarded) = (&self.named.ident, &self.forwarded);
        let argument = SetterParameter::new(self.ty(), ident);
        let deprecation = attr::deprecation(&self.named.field.attrs);
        let maybe = maybe::expand(vis, ident, &argument, deprecation);
        let SetterParameter { accepts, convert } = &argument;
        quote! {
            #(#forwarded)*
            #[must_use]
            #vis fn #ident(mut self, #ident: #accepts) -> Self {
                self.#ident = #convert;
                self
            }
            #maybe
        }
    }
}
