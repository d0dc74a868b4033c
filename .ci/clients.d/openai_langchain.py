"""Calls the mock with LangChain's package for OpenAI."""

import asyncio

from calls import EMBEDDING, KEY, LLM, OPENAI, TOOL, Calls
from langchain_openai import ChatOpenAI, OpenAI, OpenAIEmbeddings

calls = Calls("langchain-openai", "langchain-openai")
chat_model = ChatOpenAI(base_url=OPENAI, api_key=KEY, model=LLM, max_retries=0)
text_model = OpenAI(base_url=OPENAI, api_key=KEY, model=LLM, max_retries=0)
# Without this option, the package downloads a vocabulary.
embedding_model = OpenAIEmbeddings(base_url=OPENAI, api_key=KEY, model=EMBEDDING, check_embedding_ctx_length=False)


def chat():
    response = chat_model.invoke([("system", "Be brief"), ("human", "Hello")], stop=["\n"])
    assert "Hello" in response.content and response.usage_metadata["total_tokens"] > 0


def chat_stream():
    assert "Hello" in "".join(chunk.content for chunk in chat_model.stream("Hello"))


def chat_async():
    assert "Hello" in asyncio.run(chat_model.ainvoke("Hello")).content


def tools():
    response = chat_model.bind_tools([TOOL]).invoke("The weather in Toledo?")
    assert response.tool_calls[0]["args"] == {"city": "Toledo"}


def tools_stream():
    whole = None
    for chunk in chat_model.bind_tools([TOOL]).stream("The weather in Toledo?"):
        whole = chunk if whole is None else whole + chunk
    assert whole.tool_calls[0]["args"] == {"city": "Toledo"}


def structured():
    schema = {"title": "city", "description": "A city", "type": "object", "properties": {"city": {"type": "string"}}}
    model = chat_model.with_structured_output(schema, method="json_schema", strict=False)
    assert model.invoke("The weather in Toledo?") == {"city": "Toledo"}


def completion():
    assert "Once" in text_model.invoke("Once")
    assert len(text_model.generate(["one", "two"]).generations) == 2


def completion_stream():
    assert "Once" in "".join(text_model.stream("Once"))


def embeddings():
    assert len(embedding_model.embed_documents(["a cat", "a dog"])) == 2
    assert len(embedding_model.embed_query("a cat")) > 0


for name, call in [
    ("chat", chat),
    ("chat stream", chat_stream),
    ("chat async", chat_async),
    ("tools", tools),
    ("tools stream", tools_stream),
    ("structured output", structured),
    ("completions", completion),
    ("completions stream", completion_stream),
    ("embeddings", embeddings),
]:
    calls.run(name, call)
calls.finish()
