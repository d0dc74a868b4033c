//! Reads the attributes of `#[derive(Request)]`.

use syn::meta::ParseNestedMeta;
use syn::{DeriveInput, Expr, Field, Ident, LitStr, Path, Result, Token, Type};

use super::model::{Argument, Payload, Place, Request, Role};
use crate::attr::{self, Range, set};
use crate::shape;

pub(super) fn parse(input: &DeriveInput) -> Result<Request<'_>> {
    let mut keys = Keys::default();
    for attr in input
        .attrs
        .iter()
        .filter(|attr| attr.path().is_ident("request"))
    {
        attr.parse_nested_meta(|meta| keys.read(&meta))?;
    }
    let name = &input.ident;
    let all = shape::named_fields(input, "Request")?;
    let (extra, fields): (Vec<_>, Vec<_>) = all.into_iter().partition(|(_, field)| is_extra(field));
    let missing = |key: &str| {
        syn::Error::new_spanned(name, format!("`Request` needs `#[request({key} = ..)]`"))
    };
    Ok(Request {
        name,
        operation: keys.operation.ok_or_else(|| missing("operation"))?,
        method: keys.method.ok_or_else(|| missing("method"))?,
        builder: keys.builder.ok_or_else(|| missing("builder"))?,
        client: keys.client.ok_or_else(|| missing("client"))?,
        answer: keys.answer.ok_or_else(|| missing("answer"))?,
        about: keys.about.ok_or_else(|| missing("about"))?,
        event: keys.event,
        payload: keys.payload,
        sampling: keys.sampling,
        positional: keys.positional.unwrap_or_default(),
        aliases: keys.aliases.unwrap_or_default(),
        fields: fields
            .into_iter()
            .map(|(ident, field)| argument(ident, field))
            .collect::<Result<_>>()?,
        extra: extra.first().map(|(ident, _)| *ident),
    })
}

/// The map of unknown fields belongs to `Answer`; on a request, extra fields are an option of the call.
fn is_extra(field: &Field) -> bool {
    field.attrs.iter().any(|attr| {
        attr.path().is_ident("answer")
            && attr.parse_args::<Ident>().is_ok_and(|mark| mark == "extra")
    })
}

#[derive(Default)]
struct Keys {
    operation: Option<Expr>,
    method: Option<Ident>,
    builder: Option<Ident>,
    client: Option<Path>,
    answer: Option<Type>,
    event: Option<Type>,
    payload: Option<Payload>,
    sampling: Option<Type>,
    positional: Option<Vec<Ident>>,
    aliases: Option<Vec<LitStr>>,
    about: Option<LitStr>,
}

impl Keys {
    fn read(&mut self, meta: &ParseNestedMeta<'_>) -> Result<()> {
        let key = meta.path.require_ident()?.to_string();
        match key.as_str() {
            "operation" => set(&mut self.operation, meta.value()?.parse()?, meta),
            "method" => set(&mut self.method, meta.value()?.parse()?, meta),
            "builder" => set(&mut self.builder, meta.value()?.parse()?, meta),
            "client" => set(&mut self.client, meta.value()?.parse()?, meta),
            "answer" => set(&mut self.answer, meta.value()?.parse()?, meta),
            "event" => set(&mut self.event, meta.value()?.parse()?, meta),
            "payload" => set(&mut self.payload, payload(meta)?, meta),
            "sampling" => set(&mut self.sampling, meta.value()?.parse()?, meta),
            "positional" => set(&mut self.positional, list(meta)?, meta),
            "alias" => set(&mut self.aliases, list(meta)?, meta),
            "about" => set(&mut self.about, meta.value()?.parse()?, meta),
            _ => Err(meta.error(format!("`{key}` is no key of `#[request(..)]` on a struct"))),
        }
    }
}

fn payload(meta: &ParseNestedMeta<'_>) -> Result<Payload> {
    let name: Ident = meta.value()?.parse()?;
    match name.to_string().as_str() {
        "json" => Ok(Payload::Json),
        "form" => Ok(Payload::Form),
        _ => Err(syn::Error::new_spanned(name, "expected `json` or `form`")),
    }
}

fn list<T: syn::parse::Parse>(meta: &ParseNestedMeta<'_>) -> Result<Vec<T>> {
    let content;
    syn::parenthesized!(content in meta.input);
    let items = content.parse_terminated(T::parse, Token![,])?;
    Ok(items.into_iter().collect())
}

fn argument<'a>(ident: &'a Ident, field: &'a Field) -> Result<Argument<'a>> {
    let mut argument = Argument {
        ident,
        ty: &field.ty,
        docs: attr::docs(&field.attrs).collect(),
        wire: attr::wire_name(field, ident)?,
        place: Place::Body,
        role: Role::Argument,
        default: None,
        range: None,
        sampling: false,
    };
    for attr in field
        .attrs
        .iter()
        .filter(|attr| attr.path().is_ident("request"))
    {
        attr.parse_nested_meta(|meta| read_mark(&mut argument, &meta))?;
    }
    Ok(argument)
}

fn read_mark(argument: &mut Argument<'_>, meta: &ParseNestedMeta<'_>) -> Result<()> {
    let key = meta.path.require_ident()?.to_string();
    match key.as_str() {
        "default" => set(&mut argument.default, meta.value()?.parse()?, meta)?,
        "range" => set(&mut argument.range, Range::parse(meta)?, meta)?,
        "query" => argument.place = Place::Query(meta.value()?.parse()?),
        "path" => argument.place = Place::Path(meta.value()?.parse()?),
        "sampling" => argument.sampling = true,
        "stream" => argument.role = Role::Stream,
        "skip" => argument.role = Role::Skip,
        _ => return Err(meta.error(format!("`{key}` is no key of `#[request(..)]` on a field"))),
    }
    Ok(())
}
