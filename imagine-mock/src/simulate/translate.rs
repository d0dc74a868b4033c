//! Translates word by word, from a short list of words.

use super::completion::completed;
use super::{Call, Outcome};
use crate::failure::Failure;
use crate::state::State;

const ENGLISH_SPANISH: &[(&str, &str)] = &[
    ("a", "un"),
    ("and", "y"),
    ("bread", "pan"),
    ("cat", "gato"),
    ("cheese", "queso"),
    ("day", "día"),
    ("friend", "amigo"),
    ("good", "buen"),
    ("goodbye", "adiós"),
    ("hello", "hola"),
    ("how", "cómo"),
    ("i", "yo"),
    ("is", "es"),
    ("like", "gusta"),
    ("morning", "mañana"),
    ("my", "mi"),
    ("no", "no"),
    ("please", "por favor"),
    ("thanks", "gracias"),
    ("the", "el"),
    ("water", "agua"),
    ("wine", "vino"),
    ("with", "con"),
    ("world", "mundo"),
    ("yes", "sí"),
    ("you", "tú"),
];

pub(crate) fn response(_: &State, call: &Call<'_>) -> Result<Outcome, Failure> {
    let text = translate(&call.text("prompt"), &call.text("model"));
    Ok(completed(call, "trans", &text))
}

/// Pairs of languages without a list of words only mark the text as theirs.
fn translate(text: &str, model: &str) -> String {
    let (_, pair) = model.split_once("opus-mt-").unwrap_or_default();
    match pair {
        "en-es" => word_by_word(text, |word| {
            look_up(word, |(english, spanish)| (english, spanish))
        }),
        "es-en" => word_by_word(text, |word| {
            look_up(word, |(english, spanish)| (spanish, english))
        }),
        _ => format!("[{pair}] {text}"),
    }
}

/// Replaces the words that are known and keeps all else, punctuation and white space included.
fn word_by_word(text: &str, known: impl Fn(&str) -> Option<&'static str>) -> String {
    let mut translated = String::new();
    for piece in text.split_inclusive(|character: char| !character.is_alphabetic()) {
        let word = piece.trim_end_matches(|character: char| !character.is_alphabetic());
        let after = piece.get(word.len()..).unwrap_or_default();
        match known(&word.to_lowercase()) {
            Some(other) => translated.push_str(&in_case_of(word, other)),
            None => translated.push_str(word),
        }
        translated.push_str(after);
    }
    translated
}

fn look_up(
    word: &str,
    direction: impl Fn((&'static str, &'static str)) -> (&'static str, &'static str),
) -> Option<&'static str> {
    let mut words = ENGLISH_SPANISH.iter().map(|pair| direction(*pair));
    words.find_map(|(from, to)| (from == word).then_some(to))
}

/// Writes a word with a capital where the word it replaces has one.
fn in_case_of(original: &str, word: &str) -> String {
    let mut letters = word.chars();
    match letters.next() {
        Some(first) if original.starts_with(char::is_uppercase) => {
            first.to_uppercase().chain(letters).collect()
        }
        _ => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::translate;

    #[test]
    fn known_words_are_replaced_and_the_rest_is_kept() {
        let spanish = translate(
            "Hello, the  cheese of 3 worlds!",
            "Helsinki-NLP/opus-mt-en-es",
        );
        assert_eq!(spanish, "Hola, el  queso of 3 worlds!");
        assert_eq!(
            translate("¡Adiós!", "Helsinki-NLP/opus-mt-es-en"),
            "¡Goodbye!"
        );
        assert_eq!(
            translate("Hello", "Helsinki-NLP/opus-mt-en-fr"),
            "[en-fr] Hello"
        );
    }
}
