//! Simulates translation: word by word, with a short word list.

use super::Backend;
use super::completion::complete;
use super::{Call, Outcome};
use crate::response::ErrorResponse;

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

pub(crate) fn respond(_: &Backend, call: &Call<'_>) -> Result<Outcome, ErrorResponse> {
    let model = call.string("model");
    let compose = |prompt: &str| translate(prompt, &model);
    Ok(complete(call, "trans", &[call.string("prompt")], compose))
}

/// Translates a text. A language pair without a word list prefixes the text with its name.
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

/// Replaces the words of the list and keeps everything else, including punctuation and white space.
fn word_by_word(text: &str, look_up: impl Fn(&str) -> Option<&'static str>) -> String {
    let mut translated = String::new();
    for segment in text.split_inclusive(|character: char| !character.is_alphabetic()) {
        let word = segment.trim_end_matches(|character: char| !character.is_alphabetic());
        let suffix = segment.get(word.len()..).unwrap_or_default();
        match look_up(&word.to_lowercase()) {
            Some(translation) => translated.push_str(&with_case_of(word, translation)),
            None => translated.push_str(word),
        }
        translated.push_str(suffix);
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

/// Capitalizes a word if the original word is capitalized.
fn with_case_of(original: &str, word: &str) -> String {
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
    fn replaces_known_words_and_keeps_the_rest() {
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
