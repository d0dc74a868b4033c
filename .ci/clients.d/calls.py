"""What the drivers share: one line per call, and a recording to transcribe."""

import io
import os
import sys
import wave
from importlib.metadata import version

TOOL = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Returns the weather in a city",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}

INFERENCE = os.environ["MOCK_INFERENCE"]
OPENAI = os.environ["MOCK_OPENAI"]
KEY = "dummy"
LLM = "Llama-3.1-8B"
EMBEDDING = "BAAI/bge-large-en-v1.5"


class Calls:
    """Runs the calls of one client and prints a line for each."""

    def __init__(self, client, package):
        self.client = f"{client} {version(package)}"
        self.failures = 0

    def run(self, name, call):
        """Runs a call. It fails by an exception, for instance of an `assert`."""
        try:
            call()
            print(f"{self.client} {name} ok", flush=True)
        except Exception as error:
            self.failures += 1
            reason = " ".join(f"{type(error).__name__}: {error}".split())
            print(f"{self.client} {name} FAILED: {reason[:500]}", flush=True)

    def finish(self):
        sys.exit(1 if self.failures else 0)


def recording():
    """Returns a WAV file of one second."""
    file = io.BytesIO()
    with wave.open(file, "wb") as audio:
        audio.setnchannels(1)
        audio.setsampwidth(2)
        audio.setframerate(8000)
        audio.writeframes(b"\0" * 16000)
    return file.getvalue()


TRANSCRIPT = "A recording of 1.00 seconds, sampled at 8000 Hz on 1 channel."
