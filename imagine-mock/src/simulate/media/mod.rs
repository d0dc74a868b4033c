//! The media API: generations that are jobs, the voices of the account, and texts.

mod costs;
mod generation;
mod imagine;
mod inputs;
mod jobs;
mod listing;
mod moving;
mod pictures;
mod projects;
mod prompt;
mod recordings;
mod sounds;
mod speech;
mod voices;

use super::Handler;

/// What answers an operation of the media API.
pub(super) fn handler(operation: &str) -> Option<Handler> {
    Some(match operation {
        "costs" => costs::response,
        "text2img" | "img2img" | "inpaint" | "remove_background" | "upscale" => pictures::response,
        "animate" | "video" => moving::response,
        "music" | "foley" => sounds::response,
        "tts" => speech::response,
        "stt" => recordings::response,
        "check" => jobs::check,
        "imagine" => imagine::imagine,
        "imagine_check" => jobs::imagine_check,
        "imagine_history" => imagine::history,
        "delete_imagine_history" => imagine::delete_history,
        "model3d" => imagine::model3d,
        "expressions" => imagine::expressions,
        "my_images" => listing::response,
        "voices" => voices::list,
        "voice_clone" => voices::clone,
        "delete_voice" => voices::delete,
        "prompt" => prompt::response,
        "update_project" => projects::update,
        _ => return None,
    })
}
