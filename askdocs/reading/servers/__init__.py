"""Models behind OpenAI-compatible servers (llama-server, vLLM, Ollama): asking them, and reading what they reply."""
