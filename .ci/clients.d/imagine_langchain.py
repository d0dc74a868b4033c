"""Calls the mock with the service's LangChain package."""

import asyncio
import os
import warnings

from calls import EMBEDDING, INFERENCE, KEY, LLM, Calls

warnings.simplefilter("ignore")
os.environ.update(IMAGINE_API_KEY=KEY, IMAGINE_API_ENDPOINT=INFERENCE, IMAGINE_ENDPOINT_URL=INFERENCE)

from langchain_qualcomm_inference_suite import QISLLM, ChatQIS, QISEmbeddings  # noqa: E402

calls = Calls("imagine-langchain", "langchain-qualcomm-inference-suite")


def chat():
    assert "Hello" in ChatQIS(model=LLM).invoke("Hello").content


def chat_stream():
    assert "Hello" in "".join(chunk.content for chunk in ChatQIS(model=LLM).stream("Hello"))


def chat_async():
    assert "Hello" in asyncio.run(ChatQIS(model=LLM).ainvoke("Hello")).content


def completion():
    assert "Once" in QISLLM().invoke("Once")


def completion_stream():
    assert "Once" in "".join(QISLLM().stream("Once"))


def embeddings():
    assert len(QISEmbeddings(model=EMBEDDING).embed_query("a cat")) > 0
    assert len(QISEmbeddings(model=EMBEDDING).embed_documents(["a cat", "a dog"])) == 2


for name, call in [
    ("chat", chat),
    ("chat stream", chat_stream),
    ("chat async", chat_async),
    ("completions", completion),
    ("completions stream", completion_stream),
    ("embeddings", embeddings),
]:
    calls.run(name, call)
calls.finish()
