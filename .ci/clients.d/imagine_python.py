"""Calls the mock with every public method of the service's Python client, synchronous and asynchronous."""

import asyncio
import tempfile
import warnings
from datetime import datetime, timedelta, timezone

from calls import INFERENCE, KEY, TOOL, TRANSCRIPT, Calls, recording
from imagine import ChatMessage, ImagineAsyncClient, ImagineClient, ModelType

warnings.simplefilter("ignore")
calls = Calls("imagine-python", "python-imagine-sdk")
question = [ChatMessage(role="user", content="The weather in Toledo?")]
audio = tempfile.NamedTemporaryFile(suffix=".wav")
audio.write(recording())
audio.flush()
now = datetime.now(timezone.utc)


def text(response):
    return response.first_content or ""


def is_tool_call(response):
    return response.choices[0].message.tool_calls[0].function.name == "get_weather"


# The name of a call, which starts with that of a method, its arguments, and the expectation of its response: of the
# list of chunks of a stream.
METHODS = [
    ("chat", (question,), {"temperature": 0.2, "stop": ["\n"]}, lambda response: "Toledo" in text(response)),
    ("chat tools", (question,), {"tools": [TOOL]}, is_tool_call),
    ("chat_stream", (question,), {}, lambda chunks: "Toledo" in "".join(map(text, chunks))),
    ("completion", ("Once",), {"max_tokens": 20}, lambda response: "Once" in response.first_text),
    ("completion_stream", ("Once",), {}, lambda chunks: "Once" in "".join(map(text, chunks))),
    ("embeddings", (["a cat", "a dog"],), {}, lambda response: len(response.data) == 2),
    ("reranker", ("cheese", ["Manchego", "cheese"]), {}, lambda response: response.data[0].index == 1),
    ("translate", ("Hello", "Helsinki-NLP/opus-mt-en-es"), {}, lambda response: response.first_text == "Hola"),
    ("images_generate", ("a cat",), {"size": "16x16", "n": 2}, lambda response: len(response.data) == 2),
    ("images_generate_stream", ("a cat",), {"size": "16x16", "n": 2}, lambda chunks: len(chunks) == 2),
    ("transcribe", (audio.name,), {}, lambda response: response.text == TRANSCRIPT),
    ("get_chat_history", (), {"max_items": 2}, lambda history: len(history) == 2),
    ("get_completion_history", (), {"max_items": 2}, lambda history: len(history) == 2),
    ("get_embedding_history", (), {}, lambda history: len(history) == 1),
    ("get_reranker_history", (), {}, lambda history: len(history) == 1),
    ("get_available_models", (), {"model_type": ModelType.LLM}, lambda models: "Llama-3.1-8B" in models),
    ("get_available_models_by_type", (), {}, lambda models: len(models) == 6),
    ("health_check", (), {}, lambda response: response.redis == "ok"),
    ("ping", (), {}, lambda response: response.message == "pong"),
    ("usage", (), {}, lambda response: len(response.overall) > 0),
    (
        "usage since",
        (),
        {"since": now - timedelta(days=1), "until": now + timedelta(days=1), "aggregation_duration": "day"},
        lambda response: len(response.usage) > 0,
    ),
]


def method(client, name):
    return getattr(client, name.split()[0])


def synchronous(client, name, args, kwargs, expectation):
    def call():
        response = method(client, name)(*args, **kwargs)
        assert expectation(list(response) if name.endswith("_stream") else response)

    return call


def asynchronous(name, args, kwargs, expectation):
    async def collect():
        client = ImagineAsyncClient(endpoint=INFERENCE, api_key=KEY, max_retries=0)
        response = method(client, name)(*args, **kwargs)
        response = [chunk async for chunk in response] if name.endswith("_stream") else await response
        await client.close()
        return response

    def call():
        assert expectation(asyncio.run(collect()))

    return call


def complete(client_class):
    """Fails if the client has public methods that no call above covers."""

    def call():
        names = [name for name in dir(client_class) if not name.startswith("_")]
        names = {name for name in names if callable(getattr(client_class, name))}
        missing = names - {name.split()[0] for name, *_ in METHODS} - {"close"}
        assert not missing, f"no call of {sorted(missing)}"

    return call


client = ImagineClient(endpoint=INFERENCE, api_key=KEY, max_retries=0)
for name, args, kwargs, expectation in METHODS:
    calls.run(name, synchronous(client, name, args, kwargs, expectation))
for name, args, kwargs, expectation in METHODS:
    calls.run(f"async {name}", asynchronous(name, args, kwargs, expectation))
calls.run("(all methods)", complete(ImagineClient))
calls.run("async (all methods)", complete(ImagineAsyncClient))
calls.finish()
