//! Generates an image, a sound effect and speech with the media API, and saves them.
//!
//! It calls the service at `IMAGINE_MEDIA_ENDPOINT` with `IMAGINE_MEDIA_API_KEY` if they are set, and a mock server
//! otherwise. The service charges credits.
//!
//! ```sh
//! cargo run --example media
//! ```

mod common;

use std::path::{Path, PathBuf};

use common::Failure;
use imagine_mock::MockServer;
use imagine_sdk::MediaClient;
use imagine_sdk::media::{Generation, Progress, VoiceName};

#[tokio::main]
async fn main() -> Result<(), Failure> {
    // Dropping the mock stops it.
    let (client, _mock) =
        common::connect(MediaClient::builder(), MockServer::media_endpoint).await?;
    let directory = std::env::temp_dir().join("imagine-media");
    std::fs::create_dir_all(&directory)?;

    for (request, credits) in client.costs().await?.costs {
        println!("{request} costs {credits}");
    }
    let image = client
        .text2img("A cat on a bicycle")
        .width(256)
        .height(256)
        .seed(7)
        .await?;
    save(&client, "image", &image, &directory.join("cat.png")).await?;
    let sound = client
        .foley("A bicycle bell in the distance")
        .duration(2)
        .await?;
    save(&client, "sound effect", &sound, &directory.join("bell.wav")).await?;
    speech(&client, &directory).await
}

/// Waits for a generation, prints each poll, and saves the result.
async fn save(
    client: &MediaClient,
    name: &str,
    job: &Generation,
    path: &Path,
) -> Result<(), Failure> {
    let id = job.id().unwrap_or("without an id");
    println!("\n{name}: job {id} for {:?} credits", job.cost);
    let mut polls = client.wait(job).progress();
    while let Some(poll) = polls.next().await {
        match poll? {
            Progress::Queued(ahead) => println!("{name}: {ahead} ahead in the queue"),
            Progress::Running(_) => println!("{name}: running"),
            Progress::PollFailed(error) => println!("{name}: a poll failed: {error}"),
            Progress::Finished(done) => {
                let saved = client.download(&done).save_to(path).await?;
                println!("{name}: {} bytes in {}", saved.length, saved.path.display());
            }
            _ => {}
        }
    }
    Ok(())
}

async fn speech(client: &MediaClient, directory: &Path) -> Result<(), Failure> {
    let sample = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("examples/assets/tone.wav");
    let transcript = client.stt(&*sample).await?;
    println!("\ntranscript: {}", transcript.reference_text);

    let text = "A wizard's job is to vex chumps quickly in fog.";
    let built_in = client.tts(text).voice(VoiceName::CalmFemale20s).await?;
    save(client, "speech", &built_in, &directory.join("built-in.wav")).await?;

    let voice = client.voice_clone().sample(&*sample).name("Tone").await?;
    println!("voice: {} {:?}", voice.uuid, voice.name);
    let cloned = client.tts(text).voice_id(&*voice.uuid).await?;
    save(
        client,
        "cloned speech",
        &cloned,
        &directory.join("cloned.wav"),
    )
    .await?;
    println!("voices: {}", client.voices().await?.voices.len());
    let deleted = client.delete_voice(voice.uuid).await?;
    println!("deleted: {}", deleted.is_success());
    Ok(())
}
