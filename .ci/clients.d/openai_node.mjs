// Calls the mock with OpenAI's client for Node.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const packages = process.env.CLIENTS_NPM;
const { default: OpenAI, toFile } = createRequire(path.join(packages, "package.json"))("openai");
const { version } = JSON.parse(readFileSync(path.join(packages, "node_modules/openai/package.json"), "utf8"));

const client = new OpenAI({ baseURL: process.env.MOCK_OPENAI, apiKey: "dummy", maxRetries: 0 });
const model = "Llama-3.1-8B";
const embedding = "BAAI/bge-large-en-v1.5";
const messages = [{ role: "user", content: "The weather in Toledo?" }];
const parameters = { type: "object", properties: { city: { type: "string" } } };
const tools = [{ type: "function", function: { name: "get_weather", parameters } }];

/** Returns a WAV file of one second. */
function recording() {
  const data = Buffer.alloc(44 + 16000);
  data.write("RIFF", 0);
  data.writeUInt32LE(36 + 16000, 4);
  data.write("WAVEfmt ", 8);
  data.writeUInt32LE(16, 16);
  data.writeUInt16LE(1, 20);
  data.writeUInt16LE(1, 22);
  data.writeUInt32LE(8000, 24);
  data.writeUInt32LE(16000, 28);
  data.writeUInt16LE(2, 32);
  data.writeUInt16LE(16, 34);
  data.write("data", 36);
  data.writeUInt32LE(16000, 40);
  return data;
}

async function collect(stream) {
  const items = [];
  for await (const item of stream) items.push(item);
  return items;
}

const calls = {
  async chat() {
    const response = await client.chat.completions.create({ model, messages, n: 2, stop: "\n" });
    assert.equal(response.choices.length, 2);
    assert.match(response.choices[0].message.content, /Toledo/);
  },
  async "chat stream"() {
    const chunks = await collect(await client.chat.completions.create({ model, messages, stream: true }));
    const text = chunks.map((chunk) => chunk.choices[0].delta.content ?? "").join("");
    assert.match(text, /Toledo/);
  },
  async tools() {
    const response = await client.chat.completions.create({ model, messages, tools });
    const [call] = response.choices[0].message.tool_calls;
    assert.deepEqual(JSON.parse(call.function.arguments), { city: "Toledo" });
  },
  async completions() {
    const response = await client.completions.create({ model, prompt: ["one", "two"] });
    assert.equal(response.choices.length, 2);
  },
  async "completions stream"() {
    const chunks = await collect(await client.completions.create({ model, prompt: "Once", stream: true }));
    assert.match(chunks.map((chunk) => chunk.choices[0].text).join(""), /Once/);
  },
  async embeddings() {
    const response = await client.embeddings.create({ model: embedding, input: ["a cat", "a dog"] });
    assert.equal(response.data.length, 2);
    assert.equal(typeof response.data[0].embedding[0], "number");
  },
  async images() {
    const request = { model: "sdxl-turbo", prompt: "a cat", response_format: "b64_json" };
    const response = await client.images.generate(request);
    assert.equal(Buffer.from(response.data[0].b64_json, "base64").toString("latin1", 1, 4), "PNG");
  },
  async "models list"() {
    const models = await collect(await client.models.list());
    assert(models.some((entry) => entry.id === model));
  },
  async "models retrieve"() {
    assert.equal((await client.models.retrieve(embedding)).id, embedding);
  },
  async transcription() {
    const file = await toFile(recording(), "speech.wav");
    const response = await client.audio.transcriptions.create({ model: "whisper-tiny", file });
    assert.match(response.text, /1\.00 seconds/);
  },
  async errors() {
    const isUnknown = (error) => error.status === 404 && error.code === "model_not_found";
    await assert.rejects(client.models.retrieve("nothing"), isUnknown);
  },
};

let failures = 0;
for (const [name, call] of Object.entries(calls)) {
  try {
    await call();
    console.log(`openai-node ${version} ${name} ok`);
  } catch (error) {
    failures += 1;
    console.log(`openai-node ${version} ${name} FAILED: ${String(error.message).replace(/\s+/g, " ").slice(0, 500)}`);
  }
}
process.exit(failures ? 1 : 0);
