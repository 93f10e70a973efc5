"""``POST /v1/articles``: files that are sent, their names and their kinds."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from askdocs.serving.file_names import LONGEST, safe_name
from askdocs.serving.refusals import KindNotRead
from tests.serving.adding import SNOW, error_of, finished, sent, stored


def _found(client: TestClient, question: str) -> list[str]:
    reply = client.get("/v1/articles", params={"q": question}).json()
    return [Path(article["source"]).name for article in reply["articles"]]


# -- files


def test_a_file_is_stored_and_indexed(client: TestClient, folder: Path) -> None:
    reply = client.post("/v1/articles", files=[("files", ("Snow in Oslo.txt", SNOW.encode()))])
    assert (reply.status_code, reply.json()["files"]) == (202, ["Snow in Oslo.txt"])
    assert reply.headers["location"] == f"/v1/articles/jobs/{reply.json()['job']}"
    job = finished(client, reply.json()["job"])
    assert (job["state"], job["report"]["added"], job["error"]) == ("done", 1, None)
    assert (job["total"], job["read"], job["done"], job["articles"]) == (1, 1, 1, 1)
    assert job["files"] == [{"name": "Snow in Oslo.txt", "state": "added", "reason": None}]
    assert (folder / "uploads" / "Snow in Oslo.txt").read_bytes() == SNOW.encode()
    assert _found(client, "snow") == ["Snow in Oslo.txt"]
    asked = client.post("/v1/ask", json={"question": "Where did snow fall on Monday?", "threshold": 0})
    assert asked.status_code == 200


def test_a_file_of_the_same_name_takes_the_place_of_the_other(client: TestClient, folder: Path) -> None:
    sent(client, ("snow.txt", SNOW.encode()))
    assert sent(client, ("snow.txt", SNOW.encode()))["files"][0]["state"] == "unchanged"
    changed = sent(client, ("snow.txt", b"Snow melted in Oslo on Friday."))
    assert (changed["files"][0]["state"], changed["report"]["updated"]) == ("updated", 1)
    assert stored(folder) == ["snow.txt"]
    (article,) = client.get("/v1/articles", params={"q": "snow"}).json()["articles"]
    assert client.get(f"/v1/articles/{article['id']}").json()["text"] == "Snow melted in Oslo on Friday."


def test_two_files_of_one_name_in_one_request_are_both_kept(client: TestClient, folder: Path) -> None:
    files = (("day.txt", SNOW.encode()), ("DAY.txt", b"Wind blew in Cork."), ("day.txt", b"Hail fell in Bergen."))
    assert [file["name"] for file in sent(client, *files)["files"]] == ["DAY-2.txt", "day-3.txt", "day.txt"]
    assert [file["state"] for file in sent(client, *files)["files"]] == ["unchanged"] * 3
    assert len(stored(folder)) == 3


def test_what_cannot_be_read_is_said_and_not_kept(client: TestClient, folder: Path) -> None:
    job = sent(
        client, ("snow.txt", SNOW.encode()), ("empty.txt", b""), ("bad.pdf", b"%PDF-nothing"), ("none.json", b"[]")
    )
    states = {file["name"]: file["state"] for file in job["files"]}
    assert states == {"snow.txt": "added", "empty.txt": "skipped", "bad.pdf": "skipped", "none.json": "skipped"}
    assert all(file["reason"] for file in job["files"] if file["state"] == "skipped")
    assert {skipped["source"] for skipped in job["report"]["skipped"]} >= {"empty.txt", "bad.pdf"}
    assert str(folder) not in str(job)
    assert stored(folder) == ["snow.txt"]


def test_a_file_that_cannot_be_read_does_not_take_the_place_of_one_that_can(client: TestClient, folder: Path) -> None:
    sent(client, ("snow.txt", SNOW.encode()))
    assert sent(client, ("snow.txt", b"\0\1\2" * 99))["files"][0]["state"] == "skipped"
    assert (folder / "uploads" / "snow.txt").read_bytes() == SNOW.encode()
    assert stored(folder) == ["snow.txt"]
    assert _found(client, "snow") == ["snow.txt"]


def test_of_a_table_each_row_is_an_article(client: TestClient) -> None:
    rows = b"title,text\nA,Snow fell in Oslo on Monday.\nB,Wind blew in Cork on Tuesday.\n"
    job = sent(client, ("days.csv", rows))
    assert (job["report"]["added"], job["done"], job["articles"]) == (len(_found(client, "days.csv")), 1, 2)


# -- names


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../../etc/cron.d/x.md", "x.md"),
        ("..\\..\\Windows\\x.md", "x.md"),
        ("C:\\autoexec\\con.txt", "_con.txt"),
        ("/etc/passwd/../x.md", "x.md"),
        ("...hidden.md", "hidden.md"),
        ("a\u202efdp.md", "afdp.md"),
        ("cafe\u0301.md", "caf\u00e9.md"),
        ("LPT1.md", "_LPT1.md"),
        ("[a-z]*?.md", "_a-z___.md"),
        ("x#1.md", "x_1.md"),
        ("x.md. .", "x.md"),
        ("~root.md", "~root.md"),
        ("x" * 500 + ".md", "x" * (LONGEST - 3) + ".md"),
    ],
)
def test_a_name_is_made_safe(empty: tuple[TestClient, Path], name: str, safe: str) -> None:
    client, folder = empty
    job = sent(client, (name, SNOW.encode()))
    assert job["files"] == [{"name": safe, "state": "added", "reason": None}]
    assert stored(folder) == [safe]
    (article,) = client.get("/v1/articles").json()["articles"]
    assert client.delete(f"/v1/articles/{article['id']}").json()["files_removed"] == [safe]


@given(st.text(max_size=80), st.sampled_from([".md", ".PDF", ".tar.csv", "", ".exe"]))
def test_no_name_leaves_the_folder(start: str, ending: str) -> None:
    try:
        name = safe_name(start + ending)
    except KindNotRead:
        return
    assert Path(name).name == name
    assert not name.startswith(".")
    assert not set(name) & set('/\\:*?"<>|[]#\0')
    assert name.isprintable()
    assert len(name.encode()) <= LONGEST + 1
    assert safe_name(name) == name


# -- what is refused at once


@pytest.mark.parametrize("name", ["run.exe", "x", ".md", "x.md\u202e.exe", "archive.zip", "x.md::$DATA", "\x00"])
def test_a_file_of_another_kind_is_refused_at_once(empty: tuple[TestClient, Path], name: str) -> None:
    client, folder = empty
    reply = client.post(
        "/v1/articles", files=[("files", ("snow.txt", SNOW.encode())), ("files", (name, SNOW.encode()))]
    )
    assert error_of(reply) in [(415, "KindNotRead"), (400, "UploadBroken")]
    assert stored(folder) == []


def test_the_form_is_described(app: FastAPI) -> None:
    routes = app.openapi()["paths"]
    body = routes["/v1/articles"]["post"]["requestBody"]["content"]["multipart/form-data"]
    assert body["schema"]["properties"]["files"]["items"]["format"] == "binary"
    assert routes["/v1/articles"]["get"]["responses"]["200"]["content"]["application/json"]["example"]
