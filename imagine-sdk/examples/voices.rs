//! Speech: what a recording says, a voice made from it, a text in that voice, and the end of the voice.
//!
//! With `IMAGINE_MEDIA_ENDPOINT` and `IMAGINE_MEDIA_API_KEY` set it talks to that service, which charges
//! credits; without them it starts the mock server and talks to it.
//!
//! ```sh
//! cargo run --example voices
//! ```

mod common;

use std::path::Path;

use common::Failure;
use imagine_mock::MockServer;
use imagine_sdk::media::Client;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    // The mock lives as long as the variable does.
    let (client, _mock) = common::connect(Client::builder(), MockServer::media_endpoint).await?;
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/assets/tone.wav");

    let heard = client.stt(&*sample).await?.reference_text;
    println!("heard: {heard}");

    // What the sample says may be told as well.
    let call = client.voice_clone().sample(&*sample).name("Tone");
    let voice = call.reference_text(heard).await?;
    println!("voice {} of {:?}", voice.uuid, voice.name);

    let speech = client.tts("Good evening.").voice_id(&*voice.uuid).await?;
    let done = client.wait(&speech).await?;
    let path = std::env::temp_dir().join("imagine-voices.wav");
    let saved = client.download(&done).save_to(path).await?;
    println!("{} bytes in {}", saved.length, saved.path.display());

    println!("{} voices", client.voices().await?.voices.len());
    println!(
        "deleted: {}",
        client.delete_voice(voice.uuid).await?.success
    );
    Ok(())
}
