//! The path of `imagine_sdk` in generated code.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::ToTokens;
use syn::meta::ParseNestedMeta;
use syn::{Attribute, Path, Result};

const CRATE: &str = "imagine_sdk";

/// Reads the path in `crate = path`.
pub(crate) fn read(meta: &ParseNestedMeta<'_>) -> Result<Path> {
    meta.value()?.parse()
}

/// Replaces `::imagine_sdk` in the expansion with the path in `#[name(crate = ..)]`, if there is one.
pub(crate) fn rename(attrs: &[Attribute], name: &str, expansion: TokenStream) -> TokenStream {
    let mut found = None;
    for attr in attrs.iter().filter(|attr| attr.path().is_ident(name)) {
        // The derive reports errors in the attribute.
        let _ = attr.parse_nested_meta(|meta| {
            if meta.path.is_ident("crate") {
                found = Some(read(&meta)?);
            } else {
                skip(&meta)?;
            }
            Ok(())
        });
    }
    match found {
        Some(path) => replace(expansion, &path.into_token_stream()),
        None => expansion,
    }
}

fn skip(meta: &ParseNestedMeta<'_>) -> Result<()> {
    while !meta.input.is_empty() && !meta.input.peek(syn::Token![,]) {
        meta.input.parse::<TokenTree>()?;
    }
    Ok(())
}

fn replace(tokens: TokenStream, path: &TokenStream) -> TokenStream {
    let mut replaced: Vec<TokenTree> = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Ident(ident) if ident == CRATE && is_root(&replaced) => {
                replaced.truncate(replaced.len() - 2);
                replaced.extend(path.clone());
            }
            TokenTree::Group(group) => replaced.push(in_group(&group, path)),
            other => replaced.push(other),
        }
    }
    replaced.into_iter().collect()
}

/// Returns true if the tokens end in the `::` that starts a path.
fn is_root(tokens: &[TokenTree]) -> bool {
    let is_colon =
        |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ':');
    match tokens {
        [before @ .., first, second] => {
            is_colon(first) && is_colon(second) && !before.last().is_some_and(is_segment)
        }
        _ => false,
    }
}

/// Returns true if the token is a segment of a path: an identifier, but not a keyword such as `impl`.
fn is_segment(token: &TokenTree) -> bool {
    let TokenTree::Ident(ident) = token else {
        return false;
    };
    let starts_paths = ["crate", "self", "super", "Self"];
    starts_paths.iter().any(|keyword| ident == keyword)
        || syn::parse2::<syn::Ident>(token.clone().into()).is_ok()
}

fn in_group(group: &Group, path: &TokenStream) -> TokenTree {
    let delimiter: Delimiter = group.delimiter();
    let mut replaced = Group::new(delimiter, replace(group.stream(), path));
    replaced.set_span(group.span());
    TokenTree::Group(replaced)
}

#[cfg(test)]
mod tests {
    use quote::quote;
    use syn::parse_quote;

    use super::*;

    fn renamed(attr: &Attribute, expansion: TokenStream) -> String {
        rename(std::slice::from_ref(attr), "request", expansion).to_string()
    }

    #[test]
    fn replaces_paths_that_start_at_the_crate() {
        let expansion =
            quote!(impl ::imagine_sdk::__private::Request for A { fn f() -> ::imagine_sdk::E {} });
        let expected =
            quote!(impl crate::sdk::__private::Request for A { fn f() -> crate::sdk::E {} });
        let attr = parse_quote!(#[request(method = a, crate = crate::sdk, docs = "..")]);
        assert_eq!(renamed(&attr, expansion), expected.to_string());
    }

    #[test]
    fn keeps_other_paths() {
        let expansion = quote!(a::imagine_sdk::B; crate::imagine_sdk::B; imagine_sdk::C);
        let attr = parse_quote!(#[request(crate = sdk)]);
        assert_eq!(renamed(&attr, expansion.clone()), expansion.to_string());
        let expansion = quote!(::imagine_sdk::C);
        let attr = parse_quote!(#[request(method = a)]);
        assert_eq!(renamed(&attr, expansion.clone()), expansion.to_string());
    }
}
