"""The shapes of OpenAI's chat completions: what is asked, what is replied, and how errors look."""
