"""Calls the mock with LiteLLM, as a server with OpenAI's API."""

import asyncio

import litellm
from calls import EMBEDDING, KEY, LLM, OPENAI, TOOL, TRANSCRIPT, Calls, recording

calls = Calls("litellm", "litellm")
litellm.suppress_debug_info = True
litellm.telemetry = False
service = {"api_base": OPENAI, "api_key": KEY, "num_retries": 0}
question = [{"role": "user", "content": "The weather in Toledo?"}]


def chat():
    response = litellm.completion(model=f"openai/{LLM}", messages=question, stop="\n", **service)
    assert "Toledo" in response.choices[0].message.content and isinstance(response.created, int)


def chat_stream():
    stream = litellm.completion(model=f"openai/{LLM}", messages=question, stream=True, **service)
    assert "Toledo" in "".join(chunk.choices[0].delta.content or "" for chunk in stream)


def chat_async():
    response = asyncio.run(litellm.acompletion(model=f"openai/{LLM}", messages=question, **service))
    assert "Toledo" in response.choices[0].message.content


def tools():
    response = litellm.completion(model=f"openai/{LLM}", messages=question, tools=[TOOL], **service)
    assert response.choices[0].message.tool_calls[0].function.arguments == '{"city":"Toledo"}'


def completion():
    response = litellm.text_completion(model=f"text-completion-openai/{LLM}", prompt="Once", **service)
    assert "Once" in response.choices[0].text


def embeddings():
    response = litellm.embedding(model=f"openai/{EMBEDDING}", input=["a cat", "a dog"], **service)
    assert len(response.data) == 2


def images():
    response = litellm.image_generation(model="openai/sdxl-turbo", prompt="a cat", **service)
    assert response.data[0].url


def transcription():
    file = ("speech.wav", recording())
    response = litellm.transcription(model="openai/whisper-tiny", file=file, **service)
    assert response.text == TRANSCRIPT


for name, call in [
    ("chat", chat),
    ("chat stream", chat_stream),
    ("chat async", chat_async),
    ("tools", tools),
    ("completions", completion),
    ("embeddings", embeddings),
    ("images", images),
    ("transcription", transcription),
]:
    calls.run(name, call)
calls.finish()
