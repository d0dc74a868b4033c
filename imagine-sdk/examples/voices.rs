//! Transcribes a recording, clones its voice, speaks with the clone, and deletes it.
//!
//! It calls the service at `IMAGINE_MEDIA_ENDPOINT` with `IMAGINE_MEDIA_API_KEY` if they are set, and a mock server
//! otherwise. The service charges credits.
//!
//! ```sh
//! cargo run --example voices
//! ```

mod common;

use std::path::Path;

use common::Failure;
use imagine_mock::MockServer;
use imagine_sdk::MediaClient;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    // Dropping the mock stops it.
    let (client, _mock) =
        common::connect(MediaClient::builder(), MockServer::media_endpoint).await?;
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/assets/tone.wav");

    let transcript = client.stt(&*sample).await?.reference_text;
    println!("transcript: {transcript}");

    let clone = client.voice_clone().sample(&*sample).name("Tone");
    let voice = clone.reference_text(transcript).await?;
    println!("voice {} of {:?}", voice.uuid, voice.name);

    let speech = client.tts("Good evening.").voice_id(&*voice.uuid).await?;
    let done = client.wait(&speech).await?;
    let path = std::env::temp_dir().join("imagine-voices.wav");
    let saved = client.download(&done).save_to(path).await?;
    println!("{} bytes in {}", saved.length, saved.path.display());

    println!("{} voices", client.voices().await?.voices.len());
    let deleted = client.delete_voice(voice.uuid).await?;
    println!("deleted: {}", deleted.is_success());
    Ok(())
}
