//! An image, a sound effect and a voice, made by the audiovisual API and saved.
//!
//! With `IMAGINE_MEDIA_ENDPOINT` and `IMAGINE_MEDIA_API_KEY` set it talks to that service, which charges
//! credits; without them it starts the mock server and talks to it.
//!
//! ```sh
//! cargo run --example media
//! ```

mod common;

use std::path::{Path, PathBuf};

use common::Failure;
use imagine_mock::MockServer;
use imagine_sdk::media::{Client, Generation, Progress};

#[tokio::main]
async fn main() -> Result<(), Failure> {
    // The mock lives as long as the variable does.
    let (client, _mock) = common::connect(Client::builder(), MockServer::media_endpoint).await?;
    let folder = std::env::temp_dir().join("imagine-media");
    std::fs::create_dir_all(&folder)?;

    for (operation, credits) in client.costs().await?.costs {
        println!("{operation} costs {credits}");
    }
    let image = client
        .text2img("A cat on a bicycle")
        .width(256)
        .height(256)
        .seed(7)
        .await?;
    save(&client, "image", &image, &folder.join("cat.png")).await?;
    let sound = client
        .foley("A bicycle bell in the distance")
        .duration(2.0)
        .await?;
    save(&client, "sound effect", &sound, &folder.join("bell.wav")).await?;
    speech(&client, &folder).await
}

/// Waits for a job step by step, and saves what came of it.
async fn save(client: &Client, what: &str, job: &Generation, path: &Path) -> Result<(), Failure> {
    println!(
        "\n{what}: job {} for {} credits",
        job.generation_uuid, job.cost
    );
    let mut looks = client.wait(job).progress();
    while let Some(look) = looks.next().await {
        match look? {
            Progress::Queued(ahead) => println!("{what}: {ahead} ahead in the queue"),
            Progress::Running(_) => println!("{what}: being made"),
            Progress::PollFailed(error) => println!("{what}: asked in vain: {error}"),
            Progress::Finished(done) => {
                let saved = client.download(&done).save_to(path).await?;
                println!("{what}: {} bytes in {}", saved.length, saved.path.display());
            }
            _ => {}
        }
    }
    Ok(())
}

async fn speech(client: &Client, folder: &Path) -> Result<(), Failure> {
    let sample = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("examples/assets/tone.wav");
    let heard = client.stt(&*sample).await?;
    println!("\nspeech to text: {}", heard.reference_text);

    let voice = client.voice_clone().sample(&*sample).name("Tone").await?;
    println!(
        "voice: {} ({})",
        voice.name.as_deref().unwrap_or("nameless"),
        voice.uuid
    );
    let spoken = client
        .tts("A wizard's job is to vex chumps quickly in fog.")
        .voice_id(&*voice.uuid)
        .await?;
    save(client, "speech", &spoken, &folder.join("speech.wav")).await?;
    println!("voices: {}", client.voices().await?.voices.len());
    println!("{}", client.delete_voice(voice.uuid).await?.message);
    Ok(())
}
