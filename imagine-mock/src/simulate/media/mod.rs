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
        "costs" => costs::answer,
        "text2img" | "img2img" | "inpaint" | "remove_background" | "upscale" => pictures::answer,
        "animate" | "video" => moving::answer,
        "music" | "foley" => sounds::answer,
        "tts" => speech::answer,
        "stt" => recordings::answer,
        "check" => jobs::check,
        "imagine" => imagine::imagine,
        "imagine_check" => jobs::imagine_check,
        "imagine_history" => imagine::history,
        "delete_imagine_history" => imagine::delete_history,
        "model3d" => imagine::model3d,
        "expressions" => imagine::expressions,
        "my_images" => listing::answer,
        "voices" => voices::list,
        "voice_clone" => voices::clone,
        "delete_voice" => voices::delete,
        "prompt" => prompt::answer,
        "update_project" => projects::update,
        _ => return None,
    })
}
