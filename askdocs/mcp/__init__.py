"""The articles for assistants that speak MCP: tools to ask, search and read, and each article as a resource."""
