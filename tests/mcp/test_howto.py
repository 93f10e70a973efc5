"""The settings that the page shows are such that the command takes them; its other blocks are run in tests/project."""

from __future__ import annotations

import json

import pytest

from askdocs.cli.commands.mcp import mcp_command
from tests.project.pages import BLOCK
from tests.support.started import ROOT

PAGE = (ROOT / "docs" / "howto" / "mcp.md").read_text(encoding="utf-8")
SHOWN = [json.loads(text) for language, _, text in BLOCK.findall(PAGE) if language == "json"]


@pytest.mark.parametrize("shown", SHOWN)
def test_the_settings_shown_are_taken(shown: dict[str, dict[str, dict[str, object]]]) -> None:
    ((key, servers),) = shown.items()
    assert key in ("mcpServers", "servers")
    ((name, server),) = servers.items()
    assert name == "askdocs"
    if server.get("type") == "http":
        assert server["url"] == "http://127.0.0.1:8766/mcp"
        return
    assert isinstance(server["args"], list)
    command, *arguments = server["args"]
    assert command == "mcp"
    assert mcp_command.make_context("mcp", arguments).params["given"]


def test_every_tool_is_described() -> None:
    from askdocs.mcp.tools import AskTool, ListTool, ReadTool, SearchTool

    rows = [line.split("`")[1] for line in PAGE.splitlines() if line.startswith("| `")]
    assert rows == [tool.name for tool in (AskTool, SearchTool, ReadTool, ListTool)]
