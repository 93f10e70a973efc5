"""``/v1/articles``: listed, read and removed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from askdocs.corpus.corpus import Corpus
from askdocs.testing import DeterministicEmbedder
from tests.serving.adding import Json, error_of, sent
from tests.serving.conftest import STORY


def _listed(client: TestClient, **query: str | int) -> list[Json]:
    reply = client.get("/v1/articles", params=query)
    assert reply.status_code == 200, reply.text
    found: list[Json] = reply.json()["articles"]
    return found


def test_articles_are_listed_without_their_texts(client: TestClient) -> None:
    rain, sale = sorted(_listed(client), key=lambda one: one["source"])
    assert "text" not in sale
    assert (sale["title"], sale["published"], sale["characters"]) == ("Stake sold", "2023-12-05", len(STORY))
    assert (rain["published"], rain["pages"], rain["tables"]) == (None, 0, 0)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"source": "*.md"}, ["sale.md"]),
        ({"source": "*/rain.*"}, ["rain.txt"]),
        ({"published_from": "2023-12"}, ["sale.md"]),
        ({"published_from": "2023-01-01", "published_to": "2023-12-04"}, []),
        ({"published_to": "2023"}, ["sale.md"]),
        ({"q": "STAKE"}, ["sale.md"]),
        ({"q": "rain txt"}, ["rain.txt"]),
        ({"q": "Lisbon"}, []),
        ({"source": "!=x"}, []),
    ],
)
def test_a_list_is_limited(client: TestClient, query: dict[str, str], names: list[str]) -> None:
    assert [Path(one["source"]).name for one in _listed(client, **query)] == names
    assert client.get("/v1/articles", params=query).json()["total"] == len(names)


def test_a_list_goes_on_where_it_was_while_articles_are_added(client: TestClient) -> None:
    first = client.get("/v1/articles", params={"limit": 1}).json()
    sent(client, ("snow.txt", b"Snow fell in Oslo on Monday."))
    second = client.get("/v1/articles", params={"limit": 5, "cursor": first["next"]}).json()
    names = [Path(one["source"]).name for one in first["articles"] + second["articles"]]
    assert sorted(names) == ["rain.txt", "sale.md", "snow.txt"]
    assert (first["total"], second["total"], second["next"]) == (2, 3, None)
    assert Path(_listed(client, order="latest")[0]["source"]).name == "snow.txt"


@pytest.mark.parametrize(
    "query", [{"cursor": "x"}, {"limit": 0}, {"limit": 10**6}, {"published_from": "soon"}, {"published_to": "2023-13"}]
)
def test_a_list_that_cannot_be_made_is_refused_with_a_word(client: TestClient, query: dict[str, str | int]) -> None:
    reply = client.get("/v1/articles", params=query)
    assert reply.status_code == 422
    assert reply.json()["error"]["message"]


def test_an_article_is_read_whole_or_in_part(client: TestClient) -> None:
    (sale,) = _listed(client, q="stake")
    whole = client.get(f"/v1/articles/{sale['id']}").json()
    assert (whole["text"], whole["start"], whole["end"]) == (STORY, 0, len(STORY))
    part = client.get(f"/v1/articles/{sale['id']}", params={"start": 13, "end": 23}).json()
    assert (part["text"], part["start"], part["end"]) == ("33 million", 13, 23)
    assert part["characters"] == len(STORY)
    tail = client.get(f"/v1/articles/{sale['id']}", params={"start": len(STORY) - 5, "end": 10**9}).json()
    assert (tail["text"], tail["end"]) == ("said.", len(STORY))
    assert client.get(f"/v1/articles/{sale['id']}", params={"start": 9, "end": 3}).status_code == 422
    assert client.get(f"/v1/articles/{sale['id']}", params={"start": -1}).status_code == 422


@pytest.mark.parametrize(
    ("article_id", "status"),
    [("nothing", 404), ("../../etc/passwd", 404), ("a/b", 404), ("%00", 400), ("x" * 3000, 414)],
)
def test_an_article_that_is_not_there_is_not_found(client: TestClient, article_id: str, status: int) -> None:
    assert error_of(client.get(f"/v1/articles/{article_id}"))[0] == status
    assert error_of(client.delete(f"/v1/articles/{article_id}"))[0] == status


# -- removing


def test_an_uploaded_article_goes_with_its_file(client: TestClient, folder: Path) -> None:
    sent(client, ("snow.txt", b"Snow fell in Oslo on Monday."))
    (snow,) = _listed(client, q="snow")
    reply = client.delete(f"/v1/articles/{snow['id']}")
    assert reply.json() == {"id": snow["id"], "files_removed": ["snow.txt"], "notes": []}
    assert not (folder / "uploads" / "snow.txt").exists()
    assert _listed(client, q="snow") == []
    assert error_of(client.delete(f"/v1/articles/{snow['id']}")) == (404, "UnknownArticle")


def test_a_file_that_was_not_uploaded_is_left_alone(client: TestClient, folder: Path) -> None:
    (sale,) = _listed(client, q="stake")
    reply = client.delete(f"/v1/articles/{sale['id']}").json()
    assert (folder.parent / "articles" / "sale.md").exists()
    assert reply["files_removed"] == []
    assert "sale.md was not uploaded" in reply["notes"][0]
    assert str(folder.parent) not in reply["notes"][0]


def test_a_file_stays_as_long_as_another_article_comes_from_it(client: TestClient, folder: Path) -> None:
    sent(client, ("days.jsonl", b'{"text": "Snow fell in Oslo."}\n{"text": "Wind blew in Cork."}\n'))
    first, second = _listed(client, source="*/days.jsonl#*")
    assert first["source"].endswith("days.jsonl#1")
    reply = client.delete(f"/v1/articles/{first['id']}").json()
    assert (reply["files_removed"], "1 other articles" in reply["notes"][0]) == ([], True)
    assert (folder / "uploads" / "days.jsonl").exists()
    assert client.delete(f"/v1/articles/{second['id']}").json()["files_removed"] == ["days.jsonl"]
    assert not (folder / "uploads" / "days.jsonl").exists()


def test_an_upload_of_what_another_file_holds_is_removed_with_it(client: TestClient, folder: Path) -> None:
    rain = (folder.parent / "articles" / "rain.txt").read_bytes()
    assert sent(client, ("wet.txt", rain))["report"]["unchanged"] == 1
    (article,) = _listed(client, source="*rain.txt")
    reply = client.delete(f"/v1/articles/{article['id']}").json()
    assert (reply["files_removed"], len(reply["notes"])) == (["wet.txt"], 1)
    assert (folder.parent / "articles" / "rain.txt").exists()


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_removing_never_leaves_the_folder_of_uploads(client: TestClient, folder: Path) -> None:
    """Links that somebody with access to the machine made: to a file, and to a folder."""
    outside = folder.parent / "outside"
    outside.mkdir()
    (outside / "letter.txt").write_text("Hail fell in Bergen on Sunday.")
    (outside / "note.txt").write_text("Fog lay over Porto on Saturday.")
    uploads = folder / "uploads"
    uploads.mkdir()
    (uploads / "letter.txt").symlink_to(outside / "letter.txt")
    (uploads / "linked").symlink_to(outside)
    with Corpus.open(folder, embedder=DeterministicEmbedder()) as corpus:
        corpus.add(uploads / "letter.txt", uploads / "linked" / "note.txt")
    (letter,), (note,) = _listed(client, q="letter"), _listed(client, q="note")
    assert client.delete(f"/v1/articles/{letter['id']}").json()["files_removed"] == ["letter.txt"]
    assert client.delete(f"/v1/articles/{note['id']}").json()["files_removed"] == []
    assert sorted(path.name for path in outside.iterdir()) == ["letter.txt", "note.txt"]
    assert (uploads / "linked").is_symlink()
