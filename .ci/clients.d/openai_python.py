"""Calls the mock with OpenAI's Python client, synchronous and asynchronous."""

import asyncio
import base64
import json

import openai
from calls import EMBEDDING, KEY, LLM, OPENAI, TOOL, TRANSCRIPT, Calls, recording

client = openai.OpenAI(base_url=OPENAI, api_key=KEY, max_retries=0)
calls = Calls("openai-python", "openai")
question = [{"role": "user", "content": "The weather in Toledo?"}]


def chat():
    response = client.chat.completions.create(model=LLM, messages=question, n=2, stop="\n", seed=1)
    assert len(response.choices) == 2 and "Toledo" in response.choices[0].message.content
    assert isinstance(response.created, int) and response.usage.total_tokens > 0


def developer():
    messages = [{"role": "developer", "content": "Be brief"}, *question]
    response = client.chat.completions.create(model=LLM, messages=messages, max_completion_tokens=3)
    assert response.choices[0].finish_reason == "length"


def chat_stream():
    whole = client.chat.completions.create(model=LLM, messages=question)
    options = {"include_usage": True}
    chunks = list(client.chat.completions.create(model=LLM, messages=question, stream=True, stream_options=options))
    text = "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices)
    assert text == whole.choices[0].message.content
    assert chunks[-1].usage == whole.usage


def tools():
    response = client.chat.completions.create(model=LLM, messages=question, tools=[TOOL])
    [call] = response.choices[0].message.tool_calls
    assert json.loads(call.function.arguments) == {"city": "Toledo"}
    result = {"role": "tool", "tool_call_id": call.id, "content": "sunny"}
    messages = [*question, response.choices[0].message, result]
    response = client.chat.completions.create(model=LLM, messages=messages, tools=[TOOL])
    assert "sunny" in response.choices[0].message.content
    choice = {"type": "function", "function": {"name": "get_weather"}}
    response = client.chat.completions.create(model=LLM, messages=messages, tools=[TOOL], tool_choice=choice)
    assert response.choices[0].message.tool_calls


def tools_stream():
    stream = client.chat.completions.create(model=LLM, messages=question, tools=[TOOL], stream=True)
    deltas = [call for chunk in stream for choice in chunk.choices for call in choice.delta.tool_calls or []]
    assert deltas[0].function.name == "get_weather"
    assert json.loads("".join(delta.function.arguments for delta in deltas)) == {"city": "Toledo"}


def structured():
    schema = {"type": "object", "properties": {"city": {"type": "string"}}}
    form = {"type": "json_schema", "json_schema": {"name": "city", "schema": schema}}
    response = client.chat.completions.create(model=LLM, messages=question, response_format=form)
    assert json.loads(response.choices[0].message.content) == {"city": "Toledo"}


def completion():
    response = client.completions.create(model=LLM, prompt=["one", "two"], n=2)
    assert [choice.index for choice in response.choices] == [0, 1, 2, 3]


def completion_stream():
    whole = client.completions.create(model=LLM, prompt="Once")
    stream = client.completions.create(model=LLM, prompt="Once", stream=True)
    assert "".join(chunk.choices[0].text for chunk in stream) == whole.choices[0].text


def embeddings():
    # Without an encoding, the client asks for base64.
    default = client.embeddings.create(model=EMBEDDING, input=["a cat", "a dog"])
    floats = client.embeddings.create(model=EMBEDDING, input=["a cat", "a dog"], encoding_format="float")
    assert len(default.data) == 2
    pairs = zip(default.data[0].embedding, floats.data[0].embedding)
    assert all(abs(one - other) < 1e-6 for one, other in pairs)


def embeddings_tokens():
    response = client.embeddings.create(model=EMBEDDING, input=[[1, 2, 3], [4]], dimensions=8)
    assert [len(entry.embedding) for entry in response.data] == [8, 8]


def images():
    response = client.images.generate(model="sdxl-turbo", prompt="a cat", size="256x256", response_format="b64_json")
    assert base64.b64decode(response.data[0].b64_json).startswith(b"\x89PNG")
    response = client.images.generate(model="sdxl-turbo", prompt="a cat", n=2)
    assert len(response.data) == 2 and response.data[0].url.startswith("http://127.0.0.1")


def models_list():
    ids = [model.id for model in client.models.list()]
    assert LLM in ids and EMBEDDING in ids


def models_retrieve():
    assert client.models.retrieve(EMBEDDING).id == EMBEDDING


def transcription():
    file = ("speech.wav", recording())
    response = client.audio.transcriptions.create(model="whisper-tiny", file=file)
    assert response.text == TRANSCRIPT
    text = client.audio.transcriptions.create(model="whisper-tiny", file=file, response_format="text")
    assert text.strip() == TRANSCRIPT


def errors():
    for call, expected in [
        (lambda: client.models.retrieve("nothing"), openai.NotFoundError),
        (lambda: client.chat.completions.create(model=LLM, messages=question, temperature=9), openai.BadRequestError),
    ]:
        try:
            call()
        except expected as error:
            assert error.body["message"]
        else:
            raise AssertionError(f"no {expected.__name__}")


def asynchronous():
    async def call():
        async with openai.AsyncOpenAI(base_url=OPENAI, api_key=KEY, max_retries=0) as client:
            stream = await client.chat.completions.create(model=LLM, messages=question, stream=True)
            text = "".join([chunk.choices[0].delta.content or "" async for chunk in stream])
            assert "Toledo" in text

    asyncio.run(call())


for name, call in [
    ("chat", chat),
    ("chat developer", developer),
    ("chat stream", chat_stream),
    ("tools", tools),
    ("tools stream", tools_stream),
    ("structured output", structured),
    ("completions", completion),
    ("completions stream", completion_stream),
    ("embeddings", embeddings),
    ("embeddings of tokens", embeddings_tokens),
    ("images", images),
    ("models list", models_list),
    ("models retrieve", models_retrieve),
    ("transcription", transcription),
    ("errors", errors),
    ("async stream", asynchronous),
]:
    calls.run(name, call)
calls.finish()
