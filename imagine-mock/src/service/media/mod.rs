//! Simulates the media API: generations, the voices of the account, and text.

mod animation;
mod audio;
mod costs;
mod generation;
mod images;
mod imagine;
mod inputs;
mod jobs;
mod listing;
mod projects;
mod prompt;
mod recording;
mod speech;
mod voices;

use super::Handler;

/// Returns the handler of an operation of the media API.
pub(super) fn handler(operation: &str) -> Option<Handler> {
    Some(match operation {
        "costs" => costs::respond,
        "text2img" | "img2img" | "inpaint" | "remove_background" | "upscale" => images::respond,
        "animate" | "video" => animation::respond,
        "music" | "foley" => audio::respond,
        "tts" => speech::respond,
        "stt" => recording::respond,
        "check" => jobs::check,
        "imagine" => imagine::imagine,
        "imagine_check" => jobs::imagine_check,
        "imagine_history" => imagine::history,
        "delete_imagine_history" => imagine::delete_history,
        "model3d" => imagine::model3d,
        "expressions" => imagine::expressions,
        "my_images" => listing::respond,
        "voices" => voices::list,
        "voice_clone" => voices::clone,
        "delete_voice" => voices::delete,
        "prompt" => prompt::respond,
        "update_project" => projects::update,
        _ => return None,
    })
}
